"""PDFs whose pages are more than one image: strips, layers, annotations, whole and damaged.

Scanners that save room split a page into ink and paper; some write it in strips; programs lay notes upon it.
What is damaged here leaves print and frames as they are, so that the page would pass for one without answers.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pikepdf
import simplejpeg
from pikepdf import Array, Dictionary, Name, Stream

from klausur.scan.model import Pixels
from lab.odd_sheet import fax, jbig2

_INK = 110
"""Grey level below which a pixel goes to the layer of ink."""

_STRIPS = 6


@dataclass(slots=True)
class Drawn:
    """A page that is being written: its PDF, the page, its size in points, its pixels and their quality."""

    pdf: pikepdf.Pdf
    page: pikepdf.Page
    size: tuple[float, float]
    pixels: Pixels
    quality: int

    def draw(
        self, name: str, image: Stream, box: tuple[float, float, float, float], before: bytes = b""
    ) -> None:
        """Draw an image into a box: left, low, width and height in points."""
        left, low, width, height = box
        self.page.obj.Resources.XObject[f"/{name}"] = image
        placed = b"q %.4f 0 0 %.4f %.4f %.4f cm /%s Do Q" % (width, height, left, low, name.encode())
        self.page.contents_add(Stream(self.pdf, before + placed))

    def image(self, data: bytes, shape: tuple[int, ...], **keys: object) -> Stream:
        """An image object."""
        made = self.pdf.make_indirect(Stream(self.pdf, data))
        known = {"Type": Name.XObject, "Subtype": Name.Image, "Height": shape[0], "Width": shape[1]}
        for key, value in {**known, **keys}.items():
            made[f"/{key}"] = value
        return made

    def jpeg(self, pixels: Pixels) -> Stream:
        """Pixels as JPEG."""
        grey = pixels.ndim == 2
        data = simplejpeg.encode_jpeg(
            np.ascontiguousarray(pixels[:, :, None] if grey else pixels),
            quality=self.quality,
            colorspace="GRAY" if grey else "RGB",
            colorsubsampling="Gray" if grey else "420",
        )
        space = Name.DeviceGray if grey else Name.DeviceRGB
        return self.image(data, pixels.shape, Filter=Name.DCTDecode, ColorSpace=space, BitsPerComponent=8)


Writer = Callable[[Drawn], None]


def bound(pages: Sequence[tuple[Pixels, float, int]], write: Writer) -> bytes:
    """The bytes of a PDF of these pages: pixels, dpi and JPEG quality of each."""
    with pikepdf.new() as pdf:
        for pixels, dpi, quality in pages:
            height, width = pixels.shape[:2]
            size = (width * 72 / dpi, height * 72 / dpi)
            page = pdf.add_blank_page(page_size=size)
            page.obj.Resources = Dictionary(XObject=Dictionary())
            write(Drawn(pdf, page, size, pixels, quality))
        data = io.BytesIO()
        pdf.save(data, deterministic_id=True)
    return data.getvalue()


def strips(drawn: Drawn) -> None:
    """The page in strips, each a JPEG."""
    _strips(drawn)


def strip_cut(drawn: Drawn) -> None:
    """The same, one strip's data cut off in the middle."""
    _cut(_strips(drawn)[_STRIPS // 2])


def _strips(drawn: Drawn) -> list[Stream]:
    made = []
    width, height = drawn.size
    edges = np.linspace(0, len(drawn.pixels), _STRIPS + 1).astype(int)
    for n in range(_STRIPS):
        top, end = int(edges[n]), int(edges[n + 1])
        low = height * (1 - end / len(drawn.pixels))
        made.append(drawn.jpeg(drawn.pixels[top:end]))
        drawn.draw(f"S{n}", made[-1], (0, low, width, height * (end - top) / len(drawn.pixels)))
    return made


def layers(drawn: Drawn) -> None:
    """Paper as JPEG, and ink as a mask coded by fax group 4."""
    options = Dictionary(K=-1, Columns=drawn.pixels.shape[1], Rows=drawn.pixels.shape[0])
    _layers(drawn, fax, Filter=Name.CCITTFaxDecode, DecodeParms=options)


def layer_cut(drawn: Drawn) -> None:
    """The same, the mask coded by JBIG2 and cut off."""
    _cut(_layers(drawn, jbig2, Filter=Name.JBIG2Decode))


def layer_gone(drawn: Drawn) -> None:
    """The same, the mask not in the file."""
    _layers(drawn, jbig2, Filter=Name.JBIG2Decode)
    del drawn.page.obj.Resources.XObject["/Ink"]


def _layers(drawn: Drawn, code: Callable[[npt.NDArray[np.bool_]], bytes], **keys: object) -> Stream:
    ink = drawn.pixels < _INK
    box = (0.0, 0.0, *drawn.size)
    paper = np.where(ink, np.uint8(np.median(drawn.pixels)), drawn.pixels)
    drawn.draw("Paper", drawn.jpeg(paper), box)
    mask = drawn.image(code(ink), ink.shape, ImageMask=True, BitsPerComponent=1, **keys)
    drawn.draw("Ink", mask, box, b"0.15 g ")
    return mask


def jbig2_page(drawn: Drawn) -> None:
    """The page as one image of JBIG2."""
    coded = jbig2(drawn.pixels < 128)
    keys = {"Filter": Name.JBIG2Decode, "ColorSpace": Name.DeviceGray, "BitsPerComponent": 1}
    drawn.draw("Page", drawn.image(coded, drawn.pixels.shape, **keys), (0, 0, *drawn.size))


def layer_off(drawn: Drawn) -> None:
    """The page as JPEG, and black all over it on a layer that the document turns off."""
    drawn.draw("Page", drawn.jpeg(drawn.pixels), (0, 0, *drawn.size))
    root = drawn.pdf.Root
    if "/OCProperties" not in root:
        layer = drawn.pdf.make_indirect(Dictionary(Type=Name.OCG, Name="notes"))
        root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))
    drawn.page.obj.Resources.Properties = Dictionary(Notes=root.OCProperties.OCGs[0])
    black = b"/OC /Notes BDC 0 g 0 0 %.2f %.2f re f EMC" % drawn.size
    drawn.page.contents_add(Stream(drawn.pdf, black))


def annotated(drawn: Drawn) -> None:
    """The page as JPEG, and a line over it as an annotation without an appearance."""
    drawn.draw("Page", drawn.jpeg(drawn.pixels), (0, 0, *drawn.size))
    line = Dictionary(Type=Name.Annot, Subtype=Name.Line, Rect=Array([90, 90, 300, 300]), F=4)
    line.L = Array([100, 100, 290, 290])
    drawn.page.obj.Annots = Array([drawn.pdf.make_indirect(line)])


def _cut(image: Stream) -> None:
    keys = {key: image[key] for key in image.keys() if key != "/Length"}  # noqa: SIM118 - no mapping
    data = image.read_raw_bytes()
    image.write(data[: len(data) // 2])
    for key, value in keys.items():
        image[key] = value
