"""Pictures that were made before: what is cut out of one page together lies together, by its version."""

import hashlib
from pathlib import Path

import msgspec
from django.conf import settings

from klausur.actions.page_pictures import Pictures, Shows, version
from klausur.site.models import Exam
from klausur.state.facts import StoredImage

_READ = msgspec.msgpack.Decoder(Pictures)
_WRITE = msgspec.msgpack.Encoder()


def look(exam: Exam, image: StoredImage, shows: Shows) -> Pictures | None:
    """What was kept, or None."""
    try:
        return _READ.decode(_place(exam, image, shows).read_bytes())
    except (FileNotFoundError, msgspec.MsgspecError):
        return None


def keep(exam: Exam, image: StoredImage, shows: Shows, made: Pictures) -> None:
    """Keep it for the next look."""
    place = _place(exam, image, shows)
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_suffix(f".{hashlib.sha256(str(id(made)).encode()).hexdigest()[:8]}.part")
    part.write_bytes(_WRITE.encode(made))
    part.replace(place)


def _place(exam: Exam, image: StoredImage, shows: Shows) -> Path:
    name = hashlib.sha256(f"{image.file} {version(image)} {shows}".encode()).hexdigest()
    home: Path = settings.KLAUSUR_HOME.files
    return home / "pictures" / f"{exam.pk}" / name[:2] / name[2:34]
