"""The words of all desks in other languages: each folder has its own ``de.po``, Django wants one ``.mo``."""

import os
from hashlib import sha256
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

WEB = Path(__file__).parent
LANGUAGES = ("de",)


def catalog(language: str) -> Catalog:
    """All words of a language. A word that several desks have must be the same in each.

    Raises:
        ValueError: two desks say the same differently.
    """
    whole = Catalog(locale=language)
    for path in sorted(WEB.rglob(f"{language}.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                before = whole.get(message.id, context=message.context) if message.id else None
                if before is not None and before.string != message.string:
                    raise ValueError(f"{path}: {message.id!r} is {before.string!r} elsewhere")
                if message.id:
                    whole.add(message.id, message.string, context=message.context)
    return whole


def compiled(folder: Path) -> Path:
    """A folder in which Django finds the words; made below ``folder`` unless it is there."""
    said = b"".join(path.read_bytes() for path in sorted(WEB.rglob("*.po")))
    place = folder / sha256(said).hexdigest()[:16]
    for language in LANGUAGES:
        file = place / language / "LC_MESSAGES" / "django.mo"
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            part = file.with_suffix(f".{os.getpid()}.part")  # server and worker may start at once
            with part.open("wb") as out:
                write_mo(out, catalog(language))
            part.replace(file)
    return place
