"""Pictures that were made before: what is cut out of one page together lies together, by its version."""

import hashlib

import msgspec

from klausur.actions.page_pictures import Pictures, Shows, version
from klausur.base.errors import NotFoundError
from klausur.site import files
from klausur.site.models import Exam
from klausur.state.facts import StoredImage

_READ = msgspec.msgpack.Decoder(Pictures)
_WRITE = msgspec.msgpack.Encoder()


def look(exam: Exam, image: StoredImage, shows: Shows) -> Pictures | None:
    """What was kept, or None."""
    try:
        with files.here().open(_key(exam, image, shows)) as found:
            return _READ.decode(found.read())
    except (NotFoundError, msgspec.MsgspecError):
        return None


def keep(exam: Exam, image: StoredImage, shows: Shows, made: Pictures) -> None:
    """Keep it for the next look."""
    files.here().put(_key(exam, image, shows), [_WRITE.encode(made)])


def _key(exam: Exam, image: StoredImage, shows: Shows) -> str:
    name = hashlib.sha256(f"{image.file} {version(image)} {shows}".encode()).hexdigest()
    return f"pictures/{exam.pk}/{name[:2]}/{name[2:34]}"
