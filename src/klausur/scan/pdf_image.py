"""The image that is all of a PDF page, as the file that it is in itself.

A page that draws one image over all of its area, and nothing else, shows what the image shows. Which way it
is turned does not matter, since the fiducials say which way is up; a mirrored one is left to be rendered.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import pikepdf

from klausur.scan import tiff

_DEPTH = 50  # of page trees; a balanced one of a million pages is 10 deep
_LONG_CONTENT = 4096  # bytes; the content of a page that is one image is shorter than 100
_FILLS = 0.01  # how far an image's edge may lie from the page's, as a part of the page
_SQUARE = 0.01  # how far pixels may be from square
_STRAIGHT = 1e-3  # how far an image may be turned from the nearest quarter turn, as a part of its length

_POINT = 25.4 / 72  # mm

_FAX_KEYS = frozenset({"/K", "/Columns", "/Rows", "/BlackIs1", "/EndOfBlock", "/EndOfLine"})
"""Parameters of fax coding that TIFF, too, can state, or need not."""

_GROUP3, _GROUP4, _TWO_DIMENSIONAL = 3, 4, 1


@dataclass(frozen=True, slots=True)
class OnlyImage:
    """The file that a page is, and how wide and high in mm the page shows it."""

    data: bytes
    size: tuple[float, float]


def only_image(page: pikepdf.Page) -> OnlyImage | None:
    """The JPEG, JPEG 2000 or (as TIFF) fax-coded image that is all of this page, or None.

    Raises:
        TypeError, ValueError, KeyError, pikepdf.PdfError: the page is damaged.
    """
    turned = int(_inherited(page.obj, "/Rotate") or 0)
    if turned % 90 or "/Annots" in page.obj:
        return None
    drawn = _one_drawing(page)
    if drawn is None:
        return None
    name, (a, b, c, d, e, f) = drawn
    images = page.resources.get("/XObject", pikepdf.Dictionary())
    if name not in images:
        raise TypeError(f"the image {name[1:]} that the page draws is not in the file")
    image = images[name]
    if not isinstance(image, pikepdf.Stream):
        raise TypeError("what the page draws is no image")
    if image.get("/Subtype") != "/Image" or a * d - b * c <= 0 or not _fills(page, (a, b, c, d, e, f)):
        return None
    wide, high = math.hypot(a, b) / int(image["/Width"]), math.hypot(c, d) / int(image["/Height"])
    if abs(math.log(wide / high)) > _SQUARE:
        return None
    data = _as_file(image)
    unit = _unit(page)
    return None if data is None else OnlyImage(data, (unit * math.hypot(a, b), unit * math.hypot(c, d)))


def shown_size(page: pikepdf.Page) -> tuple[float, float]:
    """How wide and high in mm a page is shown, upright or turned as it asks for."""
    left, low, right, high = (float(x) for x in page.cropbox)
    unit = _unit(page)
    size = (unit * (right - left), unit * (high - low))
    return size[::-1] if int(_inherited(page.obj, "/Rotate") or 0) % 180 else size


def _unit(page: pikepdf.Page) -> float:
    """The mm of a page's unit: usually those of a point, also where what the page says of it is no number."""
    try:
        return float(page.obj.get("/UserUnit", 1)) * _POINT
    except (TypeError, ValueError):
        return _POINT


def _fills(page: pikepdf.Page, matrix: tuple[float, float, float, float, float, float]) -> bool:
    """Whether an image drawn with this matrix lies straight, and covers the page from edge to edge."""
    a, b, c, d, e, f = matrix
    left, low, right, high = (float(x) for x in page.cropbox)
    width, height = right - left, high - low
    upright = abs(b) + abs(c) <= _STRAIGHT * min(abs(a), abs(d))
    across = abs(a) + abs(d) <= _STRAIGHT * min(abs(b), abs(c))
    xs, ys = sorted((e, e + a + c)), sorted((f, f + b + d))
    return (
        (upright or across)
        and max(abs(xs[0] - left), abs(xs[1] - right)) <= _FILLS * width
        and max(abs(ys[0] - low), abs(ys[1] - high)) <= _FILLS * height
    )


def _inherited(node: pikepdf.Object, key: str) -> pikepdf.Object | None:
    """What a page, or the nearest node above it, says under ``key``."""
    for _ in range(_DEPTH):
        if key in node:
            return node[key]
        if "/Parent" not in node:
            break
        node = node["/Parent"]
    return None


def _as_file(image: pikepdf.Stream) -> bytes | None:
    """The bytes of an image, if they mean in themselves what they mean on the page."""
    if any(key in image for key in ("/SMask", "/Mask", "/SMaskInData", "/OC")) or image.get("/ImageMask"):
        return None
    filters, options = (single(image.get(key)) for key in ("/Filter", "/DecodeParms"))
    if filters == "/CCITTFaxDecode":
        return fax_file(image) if image.get("/ColorSpace") == "/DeviceGray" else None
    if "/Decode" in image or options is not None:
        return None
    if filters == "/DCTDecode":
        return image.read_raw_bytes() if _is_plain(image.get("/ColorSpace")) else None
    if filters == "/JPXDecode":
        space = image.get("/ColorSpace")  # may be left to the image itself
        return image.read_raw_bytes() if space is None or _is_plain(space) else None
    return None


def single(value: pikepdf.Object | None) -> pikepdf.Object | None:
    """An entry that may stand alone or in an array of one."""
    if isinstance(value, pikepdf.Array) and len(value) == 1:
        value = value[0]
    return value


def _is_plain(space: pikepdf.Object | None) -> bool:
    """Whether a colour space is grey or RGB."""
    if isinstance(space, pikepdf.Array) and len(space) > 1 and space[0] == "/ICCBased":
        return int(space[1]["/N"]) in {1, 3}
    return space in ("/DeviceGray", "/DeviceRGB")


def fax_file(image: pikepdf.Object) -> bytes | None:
    """A fax-coded image, or mask, as TIFF; None where TIFF has no such coding."""
    options = single(image.get("/DecodeParms"))
    given = dict(options.items()) if isinstance(options, pikepdf.Dictionary) else {}
    width, height = int(image["/Width"]), int(image["/Height"])
    if not set(given) <= _FAX_KEYS or int(given.get("/Columns", 1728)) != width:
        return None
    if int(image.get("/BitsPerComponent", 1)) != 1:
        return None
    levels = [float(x) for x in _items(image.get("/Decode", pikepdf.Array([0, 1])))]
    if levels not in ([0, 1], [1, 0]):
        return None
    black_is_white = bool(given.get("/BlackIs1", False)) != (levels == [1, 0])
    k = float(given.get("/K", 0))
    values = {
        tiff.COMPRESSION: _GROUP4 if k < 0 else _GROUP3,
        tiff.PHOTOMETRIC: int(black_is_white),  # 0: what the coding takes for white is white
    }
    if k >= 0:
        values[tiff.T4_OPTIONS] = _TWO_DIMENSIONAL if k > 0 else 0
    return tiff.fax_page(width, height, image.read_raw_bytes(), values)


def _items(value: pikepdf.Object) -> Iterator[pikepdf.Object]:
    if not isinstance(value, pikepdf.Array):
        raise TypeError("the image's levels are no array")
    return iter(value)


def _one_drawing(page: pikepdf.Page) -> tuple[str, tuple[float, ...]] | None:
    """The name and the matrix of the one image that the page's content draws, if it does nothing else."""
    contents = page.obj.get("/Contents")
    if contents is None and page.resources.get("/XObject"):
        raise TypeError(
            "the page has images, but its content is gone"
        )  # rendered, it would pass for a blank page
    parts = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    length = sum(len(part.get_raw_stream_buffer()) for part in parts if isinstance(part, pikepdf.Stream))
    if contents is None or length > _LONG_CONTENT:
        return None
    matrix = pikepdf.Matrix()
    drawn: tuple[str, tuple[float, ...]] | None = None
    for step in pikepdf.parse_content_stream(page):
        operands, word = step.operands, str(step.operator)
        if word == "cm":
            matrix = pikepdf.Matrix(*(float(x) for x in operands)) @ matrix
        elif word == "Do" and drawn is None:
            drawn = str(operands[0]), matrix.shorthand
        elif word not in {"q", "Q"} or (word == "Q" and drawn is None):
            return None
    return drawn
