"""Ways in which a PDF carries ink that was written onto a page: content, forms, patterns, masks, layers.

Each draws the same strokes by another kind of object, as programs that write on PDFs and scanners that split
a page into layers do. Annotations are in `lab.odd_annotations`; how an object is damaged, in `lab.odd_pdf`.
"""

import base64
import io
import itertools
import zlib
from collections.abc import Callable, Mapping, Sequence
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

_COLOUR = (20, 20, 110)
_WIDTH = 1.2
_DPI = 150

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
    red, green, blue = (part / 255 for part in _COLOUR)
    return b"%.2f %.2f %.2f RG %.1f w " % (red, green, blue, _WIDTH) + b" ".join(lines) + b" " + paint


def _mask(sheet: Sheet) -> npt.NDArray[np.bool_]:
    """Where there is ink, (h, w), at 150 dpi."""
    scale = _DPI / 72
    width, height = (round(side * scale) for side in sheet.size)
    drawn = np.zeros((height, width), np.uint8)
    for stroke in sheet.strokes:
        points = np.array([(x * scale, height - y * scale) for x, y in stroke])
        cv2.polylines(drawn, [np.round(points).astype(np.int32)], False, (255,), 3)  # noqa: FBT003 - OpenCV's
    return drawn > 0


def _ink(sheet: Sheet) -> Pixels:
    """The ink on white, (h, w, 3)."""
    picture = np.full((*_mask(sheet).shape, 3), 255, np.uint8)
    picture[_mask(sheet)] = _COLOUR
    return picture


def _all_ink(sheet: Sheet) -> Pixels:
    """Ink all over, (h, w, 3), for a mask to cut out of it."""
    return np.full((*_mask(sheet).shape, 3), _COLOUR, np.uint8)


def _show(sheet: Sheet, image: Stream, before: bytes = b"") -> None:
    name = sheet.resource("/XObject", image)
    sheet.draw(before + b"q %.2f 0 0 %.2f 0 0 cm " % sheet.size + name + b" Do Q")


def _encoded(pixels: Pixels | npt.NDArray[np.bool_], form: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, form, **options)
    return out.getvalue()


_RGB = {"ColorSpace": Name.DeviceRGB, "BitsPerComponent": 8}
_GREY = {"ColorSpace": Name.DeviceGray, "BitsPerComponent": 8}
_STENCIL = {"ImageMask": True, "BitsPerComponent": 1}


def fax(mask: npt.NDArray[np.bool_]) -> bytes:
    """A mask coded by fax group 4, its ink black."""
    data = _encoded(mask, "TIFF", compression="group4", strip_size=1 << 30)
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


def _soft(sheet: Sheet) -> Stream:
    alpha = _mask(sheet).astype(np.uint8) * 255
    return sheet.image(alpha.tobytes(), alpha.shape, **_GREY)


def _masked(sheet: Sheet, image: Stream, key: str, mask: Stream) -> None:
    image[key] = mask
    _show(sheet, image)
    sheet.organs.append((image, key))


# ------------------------------------------------------------------------------------------------ content


def _content(sheet: Sheet) -> None:
    sheet.draw(b"q " + path(sheet.strokes) + b" Q")


def _packed_content(sheet: Sheet) -> None:
    added = sheet.stream(b"q " + path(sheet.strokes) + b" Q")
    sheet.page.obj.Contents = Array([sheet.page.obj.Contents, added])
    sheet.organs.append((sheet.page.obj.Contents, "1"))


def _form(sheet: Sheet) -> None:
    sheet.draw(b"q " + sheet.resource("/XObject", sheet.form(path(sheet.strokes))) + b" Do Q")


def _deep_form(sheet: Sheet) -> None:
    form = sheet.form(path(sheet.strokes))
    for _ in range(4):
        inner = Dictionary(XObject=Dictionary(Ink=form))
        sheet.organs.append((inner.XObject, "/Ink"))
        form = sheet.form(b"q /Ink Do Q", Resources=inner)
    sheet.draw(b"q " + sheet.resource("/XObject", form) + b" Do Q")


def _moved_form(sheet: Sheet) -> None:
    half = [[(x / 2, y / 2) for x, y in stroke] for stroke in sheet.strokes]
    form = sheet.form(b"0.5 0 0 0.5 0 0 cm " + path(half), Matrix=Array([4, 0, 0, 4, 0, 0]))
    sheet.draw(b"q " + sheet.resource("/XObject", form) + b" Do Q")


def _borrowing_form(sheet: Sheet) -> None:
    """A form without resources of its own, which takes the page's."""
    state = sheet.resource("/ExtGState", sheet.pdf.make_indirect(Dictionary(CA=0.9, LW=1)))
    form = sheet.form(state + b" gs " + path(sheet.strokes))
    sheet.draw(b"q " + sheet.resource("/XObject", form) + b" Do Q")


def _group(sheet: Sheet) -> None:
    state = sheet.resource("/ExtGState", Dictionary(CA=0.8, ca=0.8, BM=Name.Multiply))
    group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB, I=True)
    form = sheet.form(path(sheet.strokes), Group=group)
    sheet.draw(b"q " + state + b" gs " + sheet.resource("/XObject", form) + b" Do Q")


def _soft_state(sheet: Sheet) -> None:
    """Ink all over, seen through a mask that a graphics state sets."""
    white = path(sheet.strokes).replace(path([])[:17], b"1 g 1 1 1 RG    ", 1)
    group = Dictionary(S=Name.Transparency, CS=Name.DeviceGray)
    form = sheet.form(white, Group=group)
    mask = Dictionary(Type=Name.Mask, S=Name.Luminosity, G=form)
    state = sheet.resource("/ExtGState", sheet.pdf.make_indirect(Dictionary(SMask=mask)))
    sheet.organs.append((mask, "/G"))
    sheet.draw(b"q " + state + b" gs 0.1 0.1 0.4 rg 0 0 %.2f %.2f re f Q" % sheet.size)


def _tiling(sheet: Sheet) -> None:
    width, height = sheet.size
    tile = sheet.stream(
        path(sheet.strokes),
        PatternType=1,
        PaintType=1,
        TilingType=1,
        XStep=width,
        YStep=height,
        BBox=Array([0, 0, width, height]),
        Resources=Dictionary(),
    )
    name = sheet.resource("/Pattern", tile)
    sheet.draw(b"q /Pattern cs " + name + b" scn 0 0 %.2f %.2f re f Q" % sheet.size)


def _bars(sheet: Sheet) -> bytes:
    """The strokes as thin areas."""
    areas = []
    for (x0, y0), (x1, y1) in (pair for s in sheet.strokes for pair in itertools.pairwise(s)):
        far = float(np.hypot(x1 - x0, y1 - y0)) or 1.0
        dx, dy = (y1 - y0) / far * _WIDTH / 2, -(x1 - x0) / far * _WIDTH / 2
        corners = ((x0 - dx, y0 - dy), (x1 - dx, y1 - dy), (x1 + dx, y1 + dy), (x0 + dx, y0 + dy))
        areas.append(b" ".join(b"%.2f %.2f %s" % (*c, b"l" if n else b"m") for n, c in enumerate(corners)))
    return b" h ".join(areas) + b" h"


def _shading(sheet: Sheet) -> None:
    tones = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0.5], C1=[0.4, 0, 0], N=1)
    shading = Dictionary(
        ShadingType=2,
        ColorSpace=Name.DeviceRGB,
        Coords=[0, 0, *sheet.size],
        Function=tones,
        Extend=[True] * 2,
    )
    name = sheet.resource("/Shading", sheet.pdf.make_indirect(shading))
    sheet.draw(b"q " + _bars(sheet) + b" W n " + name + b" sh Q")


def _shaded_pattern(sheet: Sheet) -> None:
    tones = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0.5], C1=[0.4, 0, 0], N=1)
    shading = Dictionary(
        ShadingType=2,
        ColorSpace=Name.DeviceRGB,
        Coords=[0, 0, *sheet.size],
        Function=tones,
        Extend=[True] * 2,
    )
    name = sheet.resource("/Pattern", sheet.pdf.make_indirect(Dictionary(PatternType=2, Shading=shading)))
    sheet.draw(b"q /Pattern cs " + name + b" scn " + _bars(sheet) + b" f Q")


def _separation(sheet: Sheet) -> None:
    tones = Dictionary(FunctionType=2, Domain=[0, 1], C0=[1, 1, 1], C1=[0, 0, 0.4], N=1)
    space = Array([Name.Separation, Name("/Blue"), Name.DeviceRGB, tones])
    name = sheet.resource("/ColorSpace", sheet.pdf.make_indirect(space))
    sheet.draw(b"q " + name + b" cs 1 scn " + _bars(sheet) + b" f Q")


def _glyph(sheet: Sheet) -> None:
    """A glyph that is the ink, of a font that is drawings."""
    width, height = sheet.size
    glyph = sheet.stream(b"%.2f 0 d0 " % width + path(sheet.strokes))
    font = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type3,
        FirstChar=65,
        LastChar=65,
        FontBBox=[0, 0, width, height],
        FontMatrix=[1, 0, 0, 1, 0, 0],
        CharProcs=Dictionary(A=glyph),
        Encoding=Dictionary(Type=Name.Encoding, Differences=[65, Name("/A")]),
        Widths=[width],
        Resources=Dictionary(),
    )
    sheet.organs.append((font.CharProcs, "/A"))
    name = sheet.resource("/Font", sheet.pdf.make_indirect(font))
    sheet.draw(b"BT " + name + b" 1 Tf 0 0 Td (A) Tj ET")


def _typed(sheet: Sheet) -> None:
    """An X typed over each pair of strokes."""
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/Helvetica-Bold"))
    name = sheet.resource("/Font", sheet.pdf.make_indirect(font))
    for stroke in sheet.strokes[::2]:
        x, y = np.mean(stroke, axis=0)
        sheet.draw(b"BT " + name + b" 14 Tf %.2f %.2f Td (X) Tj ET" % (x - 4.7, y - 5))


def _inline(sheet: Sheet) -> None:
    mask = _mask(sheet)[::2, ::2]
    data = base64.a85encode(zlib.compress(np.packbits(~mask, axis=1).tobytes())) + b"~>"
    height, width = mask.shape
    head = b"BI /W %d /H %d /BPC 1 /IM true /F [/A85 /Fl] ID " % (width, height)
    sheet.draw(b"q 0.1 0.1 0.4 rg %.2f 0 0 %.2f 0 0 cm " % sheet.size + head + data + b" EI Q")


# ------------------------------------------------------------------------------------------------- images


def _stencil(sheet: Sheet) -> None:
    mask = _mask(sheet)
    _show(
        sheet, sheet.image(np.packbits(~mask, axis=1).tobytes(), mask.shape, **_STENCIL), b"0.1 0.1 0.4 rg "
    )


def _fax_stencil(sheet: Sheet) -> None:
    mask = _mask(sheet)
    parms = Dictionary(K=-1, Columns=mask.shape[1], Rows=mask.shape[0])
    coded = {"Filter": Name.CCITTFaxDecode, "DecodeParms": parms, **_STENCIL}
    _show(sheet, sheet.image(fax(mask), mask.shape, **coded), b"0.1 0.1 0.4 rg ")


def _jbig2_stencil(sheet: Sheet) -> None:
    mask = _mask(sheet)
    coded = {"Filter": Name.JBIG2Decode, "Decode": Array([0, 1]), **_STENCIL}
    _show(sheet, sheet.image(jbig2(mask), mask.shape, **coded), b"0.1 0.1 0.4 rg ")


def _soft_samples(sheet: Sheet) -> None:
    ink = _all_ink(sheet)
    _masked(sheet, sheet.image(ink.tobytes(), ink.shape, **_RGB), "/SMask", _soft(sheet))


def _soft_jpeg(sheet: Sheet) -> None:
    ink = _all_ink(sheet)
    coded = {"Filter": Name.DCTDecode, **_RGB}
    _masked(sheet, sheet.image(_encoded(ink, "JPEG"), ink.shape, **coded), "/SMask", _soft(sheet))


def _soft_jpeg_mask(sheet: Sheet) -> None:
    ink, alpha = _all_ink(sheet), _mask(sheet).astype(np.uint8) * 255
    mask = sheet.image(_encoded(alpha, "JPEG"), alpha.shape, Filter=Name.DCTDecode, **_GREY)
    _masked(sheet, sheet.image(ink.tobytes(), ink.shape, **_RGB), "/SMask", mask)


def _soft_jpeg2000(sheet: Sheet) -> None:
    ink = _all_ink(sheet)
    coded = {"Filter": Name.JPXDecode, **_RGB}
    _masked(sheet, sheet.image(_encoded(ink, "JPEG2000"), ink.shape, **coded), "/SMask", _soft(sheet))


def _jpeg2000_ink(sheet: Sheet) -> None:
    """The ink itself as JPEG 2000, behind a mask that leaves more than it."""
    ink = _ink(sheet)
    wide = cv2.dilate(_mask(sheet).astype(np.uint8) * 255, np.ones((9, 9), np.uint8))
    mask = sheet.image(wide.tobytes(), wide.shape, **_GREY)
    coded = {"Filter": Name.JPXDecode, **_RGB}
    _masked(sheet, sheet.image(_encoded(ink, "JPEG2000"), ink.shape, **coded), "/SMask", mask)


def _fax_mask(sheet: Sheet) -> None:
    ink, mask = _all_ink(sheet), _mask(sheet)
    parms = Dictionary(K=-1, Columns=mask.shape[1], Rows=mask.shape[0])
    coded = {"Filter": Name.CCITTFaxDecode, "DecodeParms": parms, **_STENCIL}
    _masked(
        sheet,
        sheet.image(ink.tobytes(), ink.shape, **_RGB),
        "/Mask",
        sheet.image(fax(mask), mask.shape, **coded),
    )


def _jbig2_mask(sheet: Sheet) -> None:
    ink, mask = _all_ink(sheet), _mask(sheet)
    coded = {"Filter": Name.JBIG2Decode, "Decode": Array([0, 1]), **_STENCIL}
    _masked(
        sheet,
        sheet.image(ink.tobytes(), ink.shape, **_RGB),
        "/Mask",
        sheet.image(jbig2(mask), mask.shape, **coded),
    )


def _colour_key(sheet: Sheet) -> None:
    ink = _ink(sheet)
    _show(sheet, sheet.image(ink.tobytes(), ink.shape, Mask=Array([255] * 6), **_RGB))


def _multiplied(sheet: Sheet) -> None:
    ink = _ink(sheet)
    state = sheet.resource("/ExtGState", Dictionary(BM=Name.Multiply))
    _show(sheet, sheet.image(ink.tobytes(), ink.shape, **_RGB), state + b" gs ")


def _multiplied_jpeg(sheet: Sheet) -> None:
    ink = _ink(sheet)
    state = sheet.resource("/ExtGState", Dictionary(BM=Name.Darken))
    coded = {"Filter": Name.DCTDecode, **_RGB}
    _show(sheet, sheet.image(_encoded(ink, "JPEG", quality=90), ink.shape, **coded), state + b" gs ")


def _palette(sheet: Sheet) -> None:
    mask = _mask(sheet)
    space = Array([Name.Indexed, Name.DeviceRGB, 1, pikepdf.String(bytes((255, 255, 255, *_COLOUR)))])
    keys = {"ColorSpace": space, "BitsPerComponent": 1, "Mask": Array([0, 0])}
    _show(sheet, sheet.image(np.packbits(mask, axis=1).tobytes(), mask.shape, **keys))


def _runs(sheet: Sheet) -> None:
    """The stencil, its bytes written as runs."""
    mask = _mask(sheet)
    data = np.packbits(~mask, axis=1).tobytes()
    coded = b"".join(
        bytes((len(part) - 1,)) + part for part in (data[i : i + 128] for i in range(0, len(data), 128))
    )
    keys = {"Filter": Name.RunLengthDecode, **_STENCIL}
    _show(sheet, sheet.image(coded + b"\x80", mask.shape, **keys), b"0.1 0.1 0.4 rg ")


def _strips(sheet: Sheet) -> None:
    """The page once more, in strips that are JPEGs, with the ink on it."""
    width, height = sheet.size
    ink = _ink(sheet)
    state = sheet.resource("/ExtGState", Dictionary(BM=Name.Multiply))
    sheet.draw(state + b" gs ")
    edges = np.linspace(0, len(ink), 7).astype(int)
    for n, (top, end) in enumerate(itertools.pairwise(edges)):
        strip = np.ascontiguousarray(ink[top:end])
        image = sheet.image(_encoded(strip, "JPEG", quality=90), strip.shape, Filter=Name.DCTDecode, **_RGB)
        name = f"/Strip{n}"
        sheet.page.Resources.XObject[name] = image
        sheet.organs.append((sheet.page.Resources.XObject, name))
        down, low = height * (end - top) / len(ink), height * (1 - end / len(ink))
        sheet.draw(b"q %.3f 0 0 %.3f 0 %.3f cm %s Do Q" % (width, down, low, name.encode()))


# ------------------------------------------------------------------------------------------------- layers


def _layered(sheet: Sheet, *, on: bool, base: str = "ON") -> pikepdf.Object:
    layer = sheet.pdf.make_indirect(Dictionary(Type=Name.OCG, Name="ink"))
    state = Dictionary(BaseState=Name(f"/{base}"))
    if on != (base == "ON"):
        state["/ON" if on else "/OFF"] = Array([layer])
    sheet.pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=state)
    return layer


def _on_layer(*, on: bool, base: str = "ON") -> Carrier:
    def carry(sheet: Sheet) -> None:
        name = sheet.resource("/Properties", _layered(sheet, on=on, base=base))
        sheet.draw(b"/OC " + name + b" BDC q " + path(sheet.strokes) + b" Q EMC")

    return carry


def _image_on_layer(*, on: bool) -> Carrier:
    def carry(sheet: Sheet) -> None:
        ink = _all_ink(sheet)
        image = sheet.image(ink.tobytes(), ink.shape, OC=_layered(sheet, on=on), **_RGB)
        _masked(sheet, image, "/SMask", _soft(sheet))

    return carry


def _on_membership(*, on: bool) -> Carrier:
    def carry(sheet: Sheet) -> None:
        layer = _layered(sheet, on=on)
        member = sheet.pdf.make_indirect(Dictionary(Type=Name.OCMD, OCGs=Array([layer]), P=Name.AllOn))
        name = sheet.resource("/Properties", member)
        sheet.draw(b"/OC " + name + b" BDC q " + path(sheet.strokes) + b" Q EMC")

    return carry


CARRIERS: Mapping[str, Carrier] = {
    "content": _content,
    "packed-content": _packed_content,
    "form": _form,
    "deep-form": _deep_form,
    "moved-form": _moved_form,
    "borrowing-form": _borrowing_form,
    "group": _group,
    "soft-state": _soft_state,
    "tiling": _tiling,
    "shading": _shading,
    "shaded-pattern": _shaded_pattern,
    "separation": _separation,
    "glyph": _glyph,
    "typed": _typed,
    "inline": _inline,
    "stencil": _stencil,
    "fax-stencil": _fax_stencil,
    "jbig2-stencil": _jbig2_stencil,
    "soft-samples": _soft_samples,
    "soft-jpeg": _soft_jpeg,
    "soft-jpeg-mask": _soft_jpeg_mask,
    "soft-jpeg2000": _soft_jpeg2000,
    "jpeg2000-ink": _jpeg2000_ink,
    "fax-mask": _fax_mask,
    "jbig2-mask": _jbig2_mask,
    "colour-key": _colour_key,
    "multiplied": _multiplied,
    "multiplied-jpeg": _multiplied_jpeg,
    "palette": _palette,
    "runs": _runs,
    "strips": _strips,
    "layer": _on_layer(on=True),
    "layer-of-few": _on_layer(on=True, base="OFF"),
    "image-on-layer": _image_on_layer(on=True),
    "membership": _on_membership(on=True),
}
"""Ways to carry ink that every viewer shows, by name."""

HIDDEN: Mapping[str, Carrier] = {
    "layer-off": _on_layer(on=False),
    "layer-of-none": _on_layer(on=False, base="OFF"),
    "image-on-layer-off": _image_on_layer(on=False),
    "membership-off": _on_membership(on=False),
}
"""The same, on layers that are off, so that no viewer shows it."""
