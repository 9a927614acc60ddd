"""What holds for images of every format: how large they may be, how much is kept, damage, and white paper."""

from collections.abc import Iterator
from contextlib import contextmanager

import cv2
import numpy as np

from klausur.base import plain_words
from klausur.scan import limits
from klausur.scan.model import Pixels

MIN_SIDE = 64

ENOUGH = 3000
"""Pixels along the longer side that are always enough (A4 at 256 dpi). An image that has at least twice as
many is reduced to a half, a quarter or an eighth, in a fraction of the time where its form allows it."""

_SMALLEST = 8


class DecodeError(ValueError):
    """The bytes cannot be decoded as an image of a page; the message says why."""


_DAMAGE = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    TypeError,
    KeyError,
    IndexError,
    RuntimeError,
    cv2.error,
)
"""What libraries raise on damaged images."""


@contextmanager
def damage() -> Iterator[None]:
    """Whatever a library raises on a damaged image, as DecodeError."""
    try:
        yield
    except DecodeError:
        raise
    except _DAMAGE as error:
        raise DecodeError(f"the image is damaged: {plain_words.said(error)}") from error


def allowed(width: int, height: int) -> int:
    """By how many times an image of this size can be reduced with nothing lost that could matter: 1, 2, 4, 8.

    Raises:
        DecodeError: it is too large or too small for a page.
    """
    most = limits.here()
    if max(width, height) > most.side or width * height > most.pixels:
        raise DecodeError(f"an image of {width} × {height} pixels is too large for a page")
    if min(width, height) < MIN_SIDE:
        raise DecodeError(f"an image of {width} × {height} pixels is too small for a page")
    return _enough(width, height)


def _enough(width: int, height: int) -> int:
    times = 1
    while times < _SMALLEST and max(width, height) >= 2 * times * ENOUGH:
        times *= 2
    return times


def reduced(pixels: Pixels) -> Pixels:
    """An image with no more pixels than are enough: each the mean of those that it stands for."""
    height, width = pixels.shape[:2]
    times = _enough(width, height)
    if times == 1:
        return pixels
    size = (-(-width // times), -(-height // times))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def shrunk(image: Pixels, by: int) -> Pixels:
    """An image of which each pixel is the mean of ``by`` times ``by``; what is left over at its ends goes.

    Halving goes fastest by far.
    """
    while by > 1:
        step = 2 if by % 2 == 0 else by
        height, width = image.shape[0] // step, image.shape[1] // step
        whole = image[: height * step, : width * step]
        image = np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
        by //= step
    return image


def on_white(pixels: Pixels) -> Pixels:
    """Lay a (h, w, 4) image with opacity on white paper."""
    alpha = pixels[:, :, 3:].astype(np.uint16)
    mixed = (pixels[:, :, :3] * alpha + 255 * (255 - alpha) + 127) // 255
    return mixed.astype(np.uint8)
