"""A page that is written on, and what ways to carry ink have in common: strokes, masks, codings."""

import io
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import pikepdf
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image

from klausur.scan.model import Pixels

Polyline = Sequence[tuple[float, float]]
"""Points of a stroke in PDF's points, from the lower left corner of the page."""

COLOUR = (20, 20, 110)
WIDTH = 1.2
DPI = 150

Organ = tuple[pikepdf.Object, str]
"""An object and the key in it under which a part of the ink hangs."""


@dataclass(slots=True)
class Sheet:
    """A page that is written on: its PDF, the page, the strokes, and where what carries them hangs.

    ``organs`` are objects and the keys in them under which a part of the ink hangs, to be damaged.
    """

    pdf: pikepdf.Pdf
    page: pikepdf.Page
    strokes: Sequence[Polyline]
    organs: list[Organ]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the page in points."""
        _, _, width, height = (float(x) for x in self.page.mediabox)
        return width, height

    def draw(self, content: bytes) -> None:
        """Draw more, after what is there."""
        self.page.contents_add(Stream(self.pdf, content))

    def resource(self, kind: str, thing: pikepdf.Object) -> bytes:
        """Give the page a resource, and its name."""
        if kind not in self.page.Resources:
            self.page.Resources[kind] = Dictionary()
        self.page.Resources[kind]["/Ink"] = thing
        self.organs.append((self.page.Resources[kind], "/Ink"))
        return b"/Ink"

    def stream(self, data: bytes, **keys: object) -> Stream:
        """A stream of its own, packed by deflate unless it says how it is coded."""
        if "Filter" not in keys:
            data, keys = zlib.compress(data), {**keys, "Filter": Name.FlateDecode}
        made = self.pdf.make_indirect(Stream(self.pdf, data))
        for key, value in keys.items():
            made[f"/{key}"] = value
        return made

    def form(self, content: bytes, **keys: object) -> Stream:
        """A form as large as the page."""
        return self.stream(
            content, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, *self.size]), **keys
        )

    def image(self, data: bytes, shape: tuple[int, ...], **keys: object) -> Stream:
        """An image object."""
        size = {"Height": shape[0], "Width": shape[1]}
        return self.stream(data, Type=Name.XObject, Subtype=Name.Image, **size, **keys)


Carrier = Callable[[Sheet], None]


def path(strokes: Sequence[Polyline], paint: bytes = b"S") -> bytes:
    """The strokes as a path."""
    lines = (
        b" ".join(b"%.2f %.2f %s" % (x, y, b"l" if n else b"m") for n, (x, y) in enumerate(stroke))
        for stroke in strokes
    )
    red, green, blue = (part / 255 for part in COLOUR)
    return b"%.2f %.2f %.2f RG %.1f w " % (red, green, blue, WIDTH) + b" ".join(lines) + b" " + paint


def mask_of(sheet: Sheet) -> npt.NDArray[np.bool_]:
    """Where there is ink, (h, w), at 150 dpi."""
    scale = DPI / 72
    width, height = (round(side * scale) for side in sheet.size)
    drawn = np.zeros((height, width), np.uint8)
    for stroke in sheet.strokes:
        points = np.array([(x * scale, height - y * scale) for x, y in stroke])
        cv2.polylines(drawn, [np.round(points).astype(np.int32)], False, (255,), 3)  # noqa: FBT003 - OpenCV's
    return drawn > 0


def ink_of(sheet: Sheet) -> Pixels:
    """The ink on white, (h, w, 3)."""
    picture = np.full((*mask_of(sheet).shape, 3), 255, np.uint8)
    picture[mask_of(sheet)] = COLOUR
    return picture


def all_ink(sheet: Sheet) -> Pixels:
    """Ink all over, (h, w, 3), for a mask to cut out of it."""
    return np.full((*mask_of(sheet).shape, 3), COLOUR, np.uint8)


def show(sheet: Sheet, image: Stream, before: bytes = b"") -> None:
    """Lay an image over the whole page."""
    name = sheet.resource("/XObject", image)
    sheet.draw(before + b"q %.2f 0 0 %.2f 0 0 cm " % sheet.size + name + b" Do Q")


def encoded(pixels: Pixels | npt.NDArray[np.bool_], form: str, **options: object) -> bytes:
    """The bytes of a picture in a form that Pillow writes."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, form, **options)
    return out.getvalue()


RGB = {"ColorSpace": Name.DeviceRGB, "BitsPerComponent": 8}
GREY = {"ColorSpace": Name.DeviceGray, "BitsPerComponent": 8}
STENCIL = {"ImageMask": True, "BitsPerComponent": 1}


def fax(mask: npt.NDArray[np.bool_]) -> bytes:
    """A mask coded by fax group 4, its ink black."""
    data = encoded(mask, "TIFF", compression="group4", strip_size=1 << 30)
    with Image.open(io.BytesIO(data)) as tiff:
        tags = tiff.getexif()
    return data[tags[273] : tags[273] + tags[279]]


def jbig2(mask: npt.NDArray[np.bool_]) -> bytes:
    """A mask as the segments of JBIG2: a page, and one region that is coded as a fax."""
    height, width = mask.shape

    def segment(number: int, kind: int, data: bytes) -> bytes:
        return number.to_bytes(4) + bytes((kind, 0, 1)) + len(data).to_bytes(4) + data

    size = width.to_bytes(4) + height.to_bytes(4)
    return segment(0, 48, size + bytes(11)) + segment(1, 38, size + bytes(9) + b"\x01" + fax(mask))


def soft_mask(sheet: Sheet) -> Stream:
    """A mask that is as dense as the ink."""
    alpha = mask_of(sheet).astype(np.uint8) * 255
    return sheet.image(alpha.tobytes(), alpha.shape, **GREY)


def masked(sheet: Sheet, image: Stream, key: str, mask: Stream) -> None:
    """Show an image through a mask."""
    image[key] = mask
    show(sheet, image)
    sheet.organs.append((image, key))
