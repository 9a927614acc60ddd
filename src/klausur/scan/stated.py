"""What a scanned file says of an image in it: how large the sheet is, and whether it has one bit a pixel.

What a page of a PDF says of its size travels with the PageImage; an image by itself says how many pixels an
inch has.
"""

import io
import warnings
from dataclasses import dataclass

from PIL import Image

from klausur.scan.model import PageImage, SourceForm

_FORMATS = ("JPEG", "PNG", "TIFF", "JPEG2000", "WEBP")
_MM_PER_INCH = 25.4
_DAMAGE = (
    OSError,
    ValueError,
    SyntaxError,
    KeyError,
    TypeError,
    ArithmeticError,
    Image.DecompressionBombError,
)


@dataclass(frozen=True, slots=True)
class Stated:
    """What a file says.

    ``size`` is how wide and high an image is in mm, as it lies there, None if the file does not say. It need
    not be true: telephones and many programs write 72 pixels an inch, whatever there are. ``two_level`` says
    that its pixels are black or white, however many are averaged into one that is read.
    """

    size: tuple[float, float] | None
    two_level: bool


def stated(image: PageImage) -> Stated:
    """What the file of an image says of it; nothing where it says it in a way that cannot be read."""
    own = _by_itself(image.data) if image.form is SourceForm.IMAGE else Stated(None, two_level=False)
    if image.size is not None and min(image.size) > 0:
        return Stated(image.size, own.two_level)
    return own


def _by_itself(data: bytes) -> Stated:
    try:
        with (
            warnings.catch_warnings(action="ignore"),
            Image.open(io.BytesIO(data), formats=_FORMATS) as found,
        ):
            two_level = found.mode == "1"
            across, down = (float(each) for each in found.info.get("dpi", (0, 0)))
            wide, high = found.size
    except _DAMAGE:
        return Stated(None, two_level=False)
    if not (across > 1 and down > 1):
        return Stated(None, two_level)
    return Stated((wide * _MM_PER_INCH / across, high * _MM_PER_INCH / down), two_level)
