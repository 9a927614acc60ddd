"""What Pillow decodes: TIFF, JPEG 2000, WebP, and JPEG that simplejpeg will not have."""

import io
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import cv2
import numpy as np
from PIL import Image, Jpeg2KImagePlugin

from klausur.scan.model import Pixels
from klausur.scan.pixels import DecodeError, allowed, damage, on_white


def decode(data: bytes, form: str | None) -> Pixels:
    """The image, (h, w) or (h, w, 3); ``form`` is the only one that Pillow may take it for.

    Raises:
        DecodeError: it is damaged, holds several pictures, is too large or too small.
    """
    with damage(), _strict(), Image.open(io.BytesIO(data), formats=(form or "",)) as image:
        width, height = image.size
        times = allowed(width, height)
        if getattr(image, "n_frames", 1) > 1:
            raise DecodeError("the file has several pictures in it: save each as a file")
        if image.format == "JPEG" and times > 1:
            image.draft(None, (width // times, height // times))
        elif isinstance(image, Jpeg2KImagePlugin.Jpeg2KImageFile) and times > 1:
            image.reduce = times.bit_length() - 1  # halvings
        return _square(_levels(image), image.info.get("dpi"))


def check(data: bytes, form: str) -> None:
    """Raise DecodeError for a damaged image, of whatever size and kind of pixels."""
    with damage(), _strict(), Image.open(io.BytesIO(data), formats=(form,)) as image:
        image.load()


def _levels(image: Image.Image) -> Pixels:
    """The image's pixels with 8 bits, grey or RGB, on white paper."""
    if image.mode.startswith("I;16"):
        return np.asarray(np.asarray(image) >> 8, np.uint8)
    if image.mode in {"I", "F"}:
        raise DecodeError(f"pixels of the form {image.mode} are no scanner's")
    if image.has_transparency_data:
        return on_white(np.asarray(image.convert("RGBA")))
    return np.asarray(image.convert("L" if image.mode in {"1", "L"} else "RGB"))


def _square(pixels: Pixels, dpi: tuple[float, float] | None) -> Pixels:
    """An image whose pixels are square. Fax machines scan fewer lines than they do columns."""
    across, down = dpi or (1.0, 1.0)
    if (
        min(across, down) <= 0
        or max(across, down) < 1.05 * min(across, down)
        or max(across, down) > 4 * min(across, down)
    ):
        return pixels
    height, width = pixels.shape[:2]
    finest = max(across, down)
    size = (round(width * finest / across), round(height * finest / down))
    allowed(*size)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR), np.uint8)


@contextmanager
def _strict() -> Iterator[None]:
    """Without Pillow's own limit of pixels, which knows nothing of ours, and with damage as an error.

    Raises:
        DecodeError: libtiff found damage. It goes on with white lines or worse, says so on standard error
            alone, and a page with answers must not pass for one without.
    """
    most = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = None
    try:
        with warnings.catch_warnings(action="ignore"), tempfile.TemporaryFile() as said:
            usual = os.dup(2)
            os.dup2(said.fileno(), 2)
            try:
                yield
            finally:
                os.dup2(usual, 2)
                os.close(usual)
            said.seek(0)
            if damage := said.read(200):
                raise DecodeError(f"the image is damaged: {damage.decode(errors='replace').splitlines()[0]}")
    finally:
        Image.MAX_IMAGE_PIXELS = most
