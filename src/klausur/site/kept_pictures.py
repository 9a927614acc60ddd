"""Pictures that were made before: what is cut out of one page together lies together, by its version.

What tells which answers look alike lies beside them, since it is asked for without pictures.
"""

import hashlib
from dataclasses import replace

import msgspec

from klausur.actions.page_pictures import Pictures, Shows, version
from klausur.base.errors import NotFoundError
from klausur.read.card_paths import ALIKE as SHIPPED
from klausur.site import files
from klausur.site.models import Exam
from klausur.state.facts import StoredImage

_READ = msgspec.msgpack.Decoder(Pictures)
_READ_INKS = msgspec.msgpack.Decoder(dict[str, bytes])
_WRITE = msgspec.msgpack.Encoder()

_INKS = f"inks of {SHIPPED.stem}"
"""Names what is kept of ink: of one reader, since those of two cannot be held against each other."""


def look(exam: Exam, image: StoredImage, shows: Shows) -> Pictures | None:
    """What was kept, or None."""
    try:
        with files.here().open(_key(exam, image, shows)) as found:
            return _READ.decode(found.read())
    except (NotFoundError, msgspec.MsgspecError):
        return None


def inks(exam: Exam, image: StoredImage) -> dict[str, bytes]:
    """What was kept of the short answers on an image, by the id of their space."""
    try:
        with files.here().open(_key(exam, image, _INKS)) as found:
            return _READ_INKS.decode(found.read())
    except (NotFoundError, msgspec.MsgspecError):
        return {}


def keep(exam: Exam, image: StoredImage, shows: Shows, made: Pictures) -> None:
    """Keep it for the next look."""
    files.here().put(_key(exam, image, shows), [_WRITE.encode(replace(made, inks={}))])
    if made.inks:
        files.here().put(_key(exam, image, _INKS), [_WRITE.encode(made.inks)])


def _key(exam: Exam, image: StoredImage, shows: str) -> str:
    name = hashlib.sha256(f"{image.file} {version(image)} {shows}".encode()).hexdigest()
    return f"pictures/{exam.pk}/{name[:2]}/{name[2:34]}"
