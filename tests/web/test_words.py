"""Every text that people see is there in German, and nothing is translated that nobody sees."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from klausur.web import words

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
TEMPLATES = (".html", ".txt")


def _used(path: Path) -> Iterator[tuple[str, str | None]]:
    """The texts of a file that are to be translated, each with its context; of a plural the singular."""
    text = path.read_text("utf-8")
    if path.suffix in TEMPLATES:
        text = f"({templatize(text, origin=str(path))})"  # indentation means nothing in brackets
    for _, message, _, context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
        yield message if isinstance(message, str) else message[0], context


def _desks() -> list[Path]:
    files = [path for path in words.WEB.rglob("*") if path.suffix in {".py", *TEMPLATES}]
    return sorted({path.parent for path in files})


@pytest.mark.parametrize("desk", _desks(), ids=lambda desk: desk.relative_to(words.WEB).as_posix())
def test_every_text_of_a_desk_is_there_in_german(desk: Path) -> None:
    known = words.catalog("de")
    for path in sorted(desk.iterdir()):
        if path.suffix not in {".py", *TEMPLATES}:
            continue
        for message, context in _used(path):
            found = known.get(message, context=context)
            assert found is not None, f"{path.name}: {message!r} has no German"
            assert found.string, f"{path.name}: {message!r} has no German"


def test_no_words_hold_the_marks_of_a_merge() -> None:
    for path in words.WEB.rglob("*.po"):
        assert not re.search(r"^(<{7}|={7}|>{7})", path.read_text("utf-8"), re.MULTILINE), path


def test_what_stands_in_braces_stands_in_both_languages() -> None:
    form = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
    for path in words.WEB.rglob("de.po"):
        with path.open("rb") as file:
            for message in read_po(file, locale="de"):
                said = (message.string,) if isinstance(message.string, str) else message.string or ()
                asked = message.id if isinstance(message.id, str) else message.id[-1]
                for one in said:
                    assert set(form.findall(one)) <= set(form.findall(asked)), message.id
