"""A scanned image as it goes into a PDF, with where it lies on its page; nothing of it is computed anew.

A JPEG stays the file that it was, byte by byte; of other forms the samples stay. What lies on the page in mm
is told where it lies on the picture, also where paper was photographed askew. Each function is work for a
process that an image may end: see `klausur.read.pool.guarded`.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import simplejpeg

from klausur.base.geometry import Box, Size
from klausur.paper.code import PageCode
from klausur.paper.layout import Layout
from klausur.scan import drift, jpeg_parts, transform
from klausur.scan.decode import DecodeError, decode
from klausur.scan.model import Matrix, PageImage, Pixels, Placed, SourceForm
from klausur.scan.place import place_as
from klausur.scan.transform import Points

Affine = tuple[float, float, float, float, float, float]

_OVER = 2.0
"""mm by which a page's picture reaches over the page's edges before the page is shown larger."""

_SAME_SHAPE = 0.01
"""Part by which the sides of a file's image and of its pixels may differ, where these are fewer."""


@dataclass(frozen=True, slots=True)
class ScanPicture:
    """A scanned image and where it lies.

    Attributes:
        data: a JPEG file, or samples row by row, packed by zlib.
        jpeg: which of the two.
        width, height: in pixels.
        colours: samples of a pixel, 1 or 3.
        bits: of a sample, 1 or 8; 1 is white.
        lies: (a, b, c, d, e, f) with x = a·u + b·v + c and y = d·u + e·v + f: where on the page, in mm, a
            point of the image lies that is u of its width from the left and v of its height from above.
        frame: what is to be seen, in mm: the page, or more where its picture reaches over its edges.
    """

    data: bytes
    jpeg: bool
    width: int
    height: int
    colours: int
    bits: int
    lies: Affine
    frame: Box


@dataclass(frozen=True, slots=True)
class OnPicture:
    """A picture, and where on it given points of the page lie, in its own mm."""

    picture: ScanPicture
    points: tuple[tuple[float, float], ...]


def placed_picture(
    image: PageImage,
    layout: Layout,
    code: PageCode,
    part: int,
    turned: int | None,
    points: Sequence[tuple[float, float]],
) -> OnPicture | str:
    """The picture of a page that is known, upright; of one that cannot be found in its image, all of that.

    Args:
        image: the scanned image.
        layout: as much of the layout as the page needs.
        code: which page it is.
        part: which of the pages on the image.
        turned: by how many degrees the image must be turned, if somebody has said so.
        points: what lies on the page, in mm.

    Returns:
        the picture and the points on it; or why it cannot be shown.
    """
    placed = place_as(image, layout, code, part, turned)
    if not isinstance(placed, Placed):
        return whole_picture(image, layout.size, points)
    lies = _flat(placed, layout.size)
    page = Box(0, 0, layout.size.w, layout.size.h)
    moved = _moved(placed, lies, np.array((*page.corners, *points), np.float64))
    data = _encoded(image, placed.pixels)
    height, width = placed.pixels.shape[:2]
    shares = lies @ np.array(((width, 0, -0.5), (0, height, -0.5), (0, 0, 1.0)))
    picture = ScanPicture(*data, _affine(shares), _frame(page, moved[:4]))
    return OnPicture(picture, tuple((float(x), float(y)) for x, y in moved[4:]))


def whole_picture(
    image: PageImage, size: Size, points: Sequence[tuple[float, float]] = ()
) -> OnPicture | str:
    """An image as it was scanned, as large as it fits onto a page; or why it cannot be shown."""
    try:
        pixels = decode(image)
    except DecodeError as error:
        return str(error)
    height, width = pixels.shape[:2]
    scale = min(size.w / width, size.h / height)
    w, h = width * scale, height * scale
    lies = (w, 0.0, (size.w - w) / 2, 0.0, h, (size.h - h) / 2)
    return OnPicture(ScanPicture(*_encoded(image, pixels), lies, Box(0, 0, size.w, size.h)), tuple(points))


def of_jpeg(data: bytes, size: Size) -> ScanPicture:
    """A JPEG file that shows all of a page."""
    height, width, space, _ = simplejpeg.decode_jpeg_header(data)
    colours = 1 if space == "Gray" else 3
    lies = (size.w, 0.0, 0.0, 0.0, size.h, 0.0)
    return ScanPicture(data, True, width, height, colours, 8, lies, Box(0, 0, size.w, size.h))  # noqa: FBT003 - in the order of its lines


def _flat(placed: Placed, size: Size) -> Matrix:
    """The affine map from px to mm that lies nearest to where the page was found."""
    across, down = np.meshgrid(np.linspace(0, size.w, 6), np.linspace(0, size.h, 8))
    paper = np.column_stack((across.ravel(), down.ravel()))
    return transform.affine(drift.to_image(placed.to_pixels, placed.drift, paper), paper)


def _moved(placed: Placed, lies: Matrix, points: Points) -> Points:
    """Where points of the page come to lie once the picture lies as it is put."""
    return transform.apply(lies, drift.to_image(placed.to_pixels, placed.drift, points))


def _frame(page: Box, corners: Points) -> Box:
    """The page, or what holds its corners as they are seen."""
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    if min(left, top) > -_OVER and right < page.right + _OVER and bottom < page.bottom + _OVER:
        return page
    left, top = min(left, 0.0), min(top, 0.0)
    return Box(
        float(left), float(top), float(max(right, page.right) - left), float(max(bottom, page.bottom) - top)
    )


def _affine(matrix: Matrix) -> Affine:
    (a, b, c), (d, e, f) = matrix[:2].tolist()
    return a, b, c, d, e, f


def _encoded(image: PageImage, pixels: Pixels) -> tuple[bytes, bool, int, int, int, int]:
    """The first fields of a `ScanPicture`."""
    return _same_jpeg(image, pixels) or _samples(pixels)


def _same_jpeg(image: PageImage, pixels: Pixels) -> tuple[bytes, bool, int, int, int, int] | None:
    """An image's own file, if it is a sound JPEG that shows just these pixels."""
    data = image.data
    if (
        image.form is not SourceForm.IMAGE
        or not data.startswith(b"\xff\xd8")
        or jpeg_parts.mended(data) != data
    ):
        return None
    try:
        height, width, space, _ = simplejpeg.decode_jpeg_header(data)
    except ValueError:
        return None
    shown_height, shown_width = pixels.shape[:2]
    by = width / shown_width
    if space not in {"Gray", "YCbCr"} or abs(height / shown_height / by - 1) > _SAME_SHAPE:
        return None  # other colours are another thing to each program; a part of an image is none of a file
    if by < 1 or (pixels.ndim == 3) != (space == "YCbCr"):
        return None
    return data, True, width, height, 1 if space == "Gray" else 3, 8


def _samples(pixels: Pixels) -> tuple[bytes, bool, int, int, int, int]:
    """The pixels themselves; of black and white alone a bit each."""
    height, width = pixels.shape[:2]
    if pixels.ndim == 3:
        return zlib.compress(pixels.tobytes(), 6), False, width, height, 3, 8
    if not ((pixels > 0) & (pixels < 255)).any():
        return zlib.compress(np.packbits(pixels > 0, axis=1).tobytes(), 9), False, width, height, 1, 1
    return zlib.compress(np.ascontiguousarray(pixels).tobytes(), 6), False, width, height, 1, 8
