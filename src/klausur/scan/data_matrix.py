"""The bytes of the Data Matrix on a page: read where the layout puts it, or wherever there is one.

What the bytes mean, and whether they are genuine, is `klausur.paper.code`'s to say.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import zxingcpp

from klausur.base.geometry import Box, Size
from klausur.paper.code import MODULES
from klausur.paper.fields import FieldKind
from klausur.paper.layout import PageLayout
from klausur.scan import quality, transform
from klausur.scan.edges import grey
from klausur.scan.model import Matrix, Pixels
from klausur.scan.transform import Points

_QUIET = 1.8  # mm round the symbol that the reader may see, more than the three modules it asks for
_ASTRAY = 4.0  # mm round it where a page is curled and its place only roughly known
_SHARPEN = (0.2, 2.0)  # mm, and how strongly: modules of 0.5 mm through a lens that is a little out of focus
_CELL = 8  # px for each module where the symbol is laid straight
_SHIFTS = ((0.0, 0.0), (0.3, 0.0), (-0.3, 0.0), (0.0, 0.3), (0.0, -0.3))  # modules
_DATA_MATRIX = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.DataMatrix)
_MIXED = 0.2  # part of the modules round one that must be dark, and light, where modules can be told
_PAGE_SIDE = 1800  # px of a page searched as a whole: A4 at 150 dpi


@dataclass(frozen=True, slots=True)
class Symbol:
    """A legible Data Matrix: its bytes, and its (4, 2) corners in px, top left first as printed, clockwise.

    The corners are exact to one or two px of the image that was searched.
    """

    data: bytes
    corners: Points


def box_of(page: PageLayout) -> Box:
    """Where a page has its code, in mm."""
    return next(field.box for field in page.fields if field.kind is FieldKind.PAGE_CODE)


def read_at(pixels: Pixels, to_pixels: Matrix, box: Box, *, astray: bool = True) -> bytes | None:
    """The bytes of the symbol that stands in ``box`` (mm), or None if it is not legible.

    Args:
        pixels: the image.
        to_pixels: from mm on paper to px.
        box: where the layout puts the symbol, without its quiet zone.
        astray: whether it may lie up to 4 mm off; else it may 1.8 mm.
    """
    crop = _crop(pixels, to_pixels, box.grown(_QUIET))
    if crop is None:
        return None
    found = _quick(crop) or _straight(pixels, to_pixels, box)
    if found is not None:
        return found
    tried = [crop]
    if astray and (wide := _crop(pixels, to_pixels, box.grown(_ASTRAY))) is not None:
        tried.append(wide)
    tried.append(_sharpened(tried[-1], transform.scale_at(to_pixels, *box.centre)))
    return next((symbol.data for one in tried for symbol in _thorough(one)), None)


def read_anywhere(
    pixels: Pixels, wanted: Callable[[bytes], bool], size: Size | None = None
) -> tuple[Symbol, ...]:
    """The legible symbols on an image whose bytes are wanted, in no order. Takes 10 to 50 ms.

    An image of a sheet's form and no more than 340 dpi most likely is one sheet of that ``size`` (mm): its
    code is as legible at 150 dpi, and no more is looked at.
    """
    whole = grey(pixels)
    by = max(1, round(max(whole.shape) / _PAGE_SIDE))
    if by > 1:
        height, width = whole.shape
        small = cv2.resize(whole, (width // by, height // by), interpolation=cv2.INTER_AREA)
        found = [symbol for symbol in _thorough(np.asarray(small, np.uint8)) if wanted(symbol.data)]
        if found:
            return tuple(Symbol(symbol.data, (symbol.corners + 0.5) * by - 0.5) for symbol in found)
        if size is not None and quality.is_one_sheet(whole, size):
            return ()
    return tuple(symbol for symbol in _thorough(whole) if wanted(symbol.data))


def modules(
    pixels: Pixels, to_pixels: Matrix, box: Box
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """The modules of a symbol that stands in ``box``, (20, 20) each: which are dark, and which can be told.

    What is off the image, or lies where all is dark or all is light, cannot be told.
    """
    cells = _cells(pixels, to_pixels, box, 0.0, 0.0)
    low, high = np.percentile(cells, (5, 95))
    dark = cells < (low + high) / 2
    share = cv2.blur(dark.astype(np.float32), (5, 5), borderType=cv2.BORDER_REPLICATE)
    steps = (np.arange(MODULES) + 0.5) / MODULES
    x, y = np.meshgrid(box.x + steps * box.w, box.y + steps * box.h)
    places = transform.apply(to_pixels, np.column_stack((x.ravel(), y.ravel())))
    height, width = pixels.shape[:2]
    on_image = ((places >= 0) & (places <= (width - 1, height - 1))).all(axis=1).reshape(dark.shape)
    return dark, np.asarray(on_image & (share > _MIXED) & (share < 1 - _MIXED))


def _crop(pixels: Pixels, to_pixels: Matrix, box: Box) -> Pixels | None:
    """The upright part of the image that holds a box, or None if it lies outside."""
    height, width = pixels.shape[:2]
    xs, ys = transform.apply(to_pixels, np.array(box.corners)).T.tolist()
    left, right = _span(xs, width)
    top, bottom = _span(ys, height)
    if min(right - left, bottom - top) < MODULES:
        return None
    return grey(pixels[top:bottom, left:right])


def _span(places: list[float], length: int) -> tuple[int, int]:
    """From which to which of so many pixels places reach."""
    return math.floor(min(max(min(places), 0), length)), math.ceil(min(max(*places, -1), length - 1)) + 1


def _quick(crop: Pixels) -> bytes | None:
    """0.03 ms where the symbol is clean; finds it upright and upside down."""
    found = zxingcpp.read_barcode(crop, _DATA_MATRIX, try_rotate=False, try_downscale=False, try_invert=False)
    return bytes(found.bytes) if found is not None and found.valid else None


def _thorough(image: Pixels) -> tuple[Symbol, ...]:
    # Neither inverted nor shrunk: codes are dark on light, and whoever calls shrinks.
    found = zxingcpp.read_barcodes(image, _DATA_MATRIX, try_invert=False, try_downscale=False)
    return tuple(Symbol(bytes(b.bytes), _corners(b.position)) for b in found if b.valid)


def _sharpened(image: Pixels, scale: float) -> Pixels:
    """Unsharp masking at the size of a module, ``scale`` px per mm."""
    size, strength = _SHARPEN
    soft = cv2.GaussianBlur(image, (0, 0), size * scale)
    return np.asarray(cv2.addWeighted(image, 1.0 + strength, soft, -strength, 0.0), np.uint8)


def _corners(position: zxingcpp.Position) -> Points:
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return np.array([(corner.x, corner.y) for corner in corners], np.float64)


def _straight(pixels: Pixels, to_pixels: Matrix, box: Box) -> bytes | None:
    """Read module by module: where each lies is known, so that blur and noise between them do no harm."""
    for shift_x, shift_y in _SHIFTS:
        cells = _cells(pixels, to_pixels, box, shift_x, shift_y)
        black = cells < (np.percentile(cells, 15) + np.percentile(cells, 85)) / 2
        found = zxingcpp.read_barcode(
            np.pad(np.where(black, 0, 255).astype(np.uint8), 2, constant_values=255),
            _DATA_MATRIX,
            is_pure=True,
        )
        if found is not None and found.valid:
            return bytes(found.bytes)
    return None


def _cells(pixels: Pixels, to_pixels: Matrix, box: Box, shift_x: float, shift_y: float) -> Pixels:
    """The mean grey level of the middle of each module, (20, 20)."""
    side = MODULES * _CELL
    per = box.w / side  # mm for each px of the straight image
    place = np.array(
        (
            (per, 0, box.x + per * (0.5 + shift_x * _CELL)),
            (0, per, box.y + per * (0.5 + shift_y * _CELL)),
            (0, 0, 1.0),
        )
    )
    x, y = transform.apply(to_pixels, np.array(box.centre)[None])[0]
    reach = int(box.w * transform.scale_at(to_pixels, *box.centre))
    left, top = max(int(x) - reach, 0), max(int(y) - reach, 0)
    crop = grey(pixels[top : int(y) + reach, left : int(x) + reach])
    away = np.array(((1, 0, -left), (0, 1, -top), (0, 0, 1.0)))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    straight = cv2.warpPerspective(
        crop, away @ to_pixels @ place, (side, side), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    middles = straight.reshape(MODULES, _CELL, MODULES, _CELL)[:, 2:-2, :, 2:-2]
    return np.asarray(middles.mean(axis=(1, 3)), np.uint8)
