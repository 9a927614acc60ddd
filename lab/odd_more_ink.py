"""Ink by rarer means of PDF: blend modes, masks of other kinds, layers by rules, odd colours, many strips.

Beside `lab.odd_drawings` and `lab.odd_images`. Not every renderer knows all of them: where two differ, a
person is asked, and that is right, too.
"""

import io
import itertools
import zlib
from collections.abc import Mapping

import numpy as np
import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageCms

from lab.odd_sheet import COLOUR, RGB, STENCIL, Carrier, Sheet, encoded, ink_of, mask_of, path, show

_DARK = b"0.1 0.1 0.4 rg "


def _all_over(sheet: Sheet) -> bytes:
    return b"0 0 %.2f %.2f re f" % sheet.size


def _blended(mode: str, colour: bytes = b"0.08 0.08 0.43 RG") -> Carrier:
    def carry(sheet: Sheet) -> None:
        state = sheet.resource("/ExtGState", Dictionary(BM=Name(f"/{mode}")))
        strokes = path(sheet.strokes).replace(path([])[:17], colour, 1)
        sheet.draw(b"q " + state + b" gs " + strokes + b" Q")

    return carry


def _through(kind: str, *, turned: bool = False) -> Carrier:
    """Ink all over, seen through a mask by alpha or by lightness, the latter turned round by a function."""

    def carry(sheet: Sheet) -> None:
        white = path(sheet.strokes).replace(path([])[:17], b"1 1 1 RG", 1)
        content = path(sheet.strokes) if kind == "Alpha" else white
        if turned:
            content = (
                b"1 g " + _all_over(sheet) + b" " + path(sheet.strokes).replace(b"0.08 0.08 0.43", b"0 0 0")
            )
        group = Dictionary(S=Name.Transparency, CS=Name.DeviceGray)
        mask = Dictionary(Type=Name.Mask, S=Name(f"/{kind}"), G=sheet.form(content, Group=group))
        if turned:
            mask.TR = Dictionary(FunctionType=2, Domain=[0, 1], C0=[1], C1=[0], N=1)
        state = sheet.resource("/ExtGState", sheet.pdf.make_indirect(Dictionary(SMask=mask)))
        sheet.draw(b"q " + state + b" gs " + _DARK + _all_over(sheet) + b" Q")

    return carry


def _bare_tiling(sheet: Sheet) -> None:
    """A pattern without colours of its own."""
    width, height = sheet.size
    lines = path(sheet.strokes).partition(b"RG")[2]
    keys = {"PatternType": 1, "PaintType": 2, "TilingType": 1, "XStep": width, "YStep": height}
    tile = sheet.stream(lines, BBox=Array([0, 0, width, height]), Resources=Dictionary(), **keys)
    name = sheet.resource("/Pattern", tile)
    sheet.page.Resources.ColorSpace = Dictionary(Bare=Array([Name.Pattern, Name.DeviceRGB]))
    sheet.draw(b"q /Bare cs 0.1 0.1 0.4 " + name + b" scn " + _all_over(sheet) + b" Q")


def _bare_glyph(sheet: Sheet) -> None:
    """A glyph without colours of its own, of a font in thousandths."""
    width, height = sheet.size
    box = b"%.2f 0 0 0 %.2f %.2f d1 " % (width, width, height)
    glyph = sheet.stream(box + path(sheet.strokes).partition(b"RG")[2])
    font = Dictionary(Type=Name.Font, Subtype=Name.Type3, FirstChar=1, LastChar=1, Widths=[width])
    font.FontBBox, font.FontMatrix = Array([0, 0, width, height]), Array([0.001, 0, 0, 0.001, 0, 0])
    font.CharProcs, font.Resources = Dictionary(x=glyph), Dictionary()
    font.Encoding = Dictionary(Type=Name.Encoding, Differences=Array([1, Name.x]))
    name = sheet.resource("/Font", sheet.pdf.make_indirect(font))
    sheet.draw(b"q 0.1 0.1 0.4 rg 0.1 0.1 0.4 RG BT " + name + b" 1000 Tf <01> Tj ET Q")


def _clipping_text(sheet: Sheet) -> None:
    """Letters that cut out what is painted behind them."""
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/Helvetica-Bold"))
    name = sheet.resource("/Font", sheet.pdf.make_indirect(font))
    shown = b""
    for stroke in sheet.strokes[::2]:
        x, y = np.mean(stroke, axis=0)
        shown += b"1 0 0 1 %.2f %.2f Tm (X) Tj " % (x - 4.7, y - 5)
    sheet.draw(b"q BT " + name + b" 14 Tf 7 Tr " + shown + b"ET " + _DARK + _all_over(sheet) + b" Q")


def _same_names(sheet: Sheet) -> None:
    """Forms whose resources call other things by the same name."""
    inner = sheet.form(path(sheet.strokes))
    middle = sheet.form(b"q /Ink Do Q", Resources=Dictionary(XObject=Dictionary(Ink=inner)))
    outer = sheet.form(b"q /Ink Do Q", Resources=Dictionary(XObject=Dictionary(Ink=middle)))
    sheet.draw(b"q " + sheet.resource("/XObject", outer) + b" Do Q")


def _knockout(sheet: Sheet) -> None:
    form = sheet.form(path(sheet.strokes), Group=Dictionary(S=Name.Transparency, I=False, K=True))
    sheet.draw(b"q " + sheet.resource("/XObject", form) + b" Do Q")


def _membership(*, visible: bool, **rule: object) -> Carrier:
    """Ink on a layer whose rule names one that is on and one that is off."""

    def carry(sheet: Sheet) -> None:
        on, off = (sheet.pdf.make_indirect(Dictionary(Type=Name.OCG, Name=n)) for n in ("on", "off"))
        sheet.pdf.Root.OCProperties = Dictionary(OCGs=Array([on, off]), D=Dictionary(OFF=Array([off])))
        member = Dictionary(Type=Name.OCMD, OCGs=Array([on, off]))
        for key, value in rule.items():
            member[f"/{key}"] = value
        if not rule:  # an expression, which counts before the list
            member.VE = Array([Name.And if visible else Name.Or, on, Array([Name.Not, off])])
            if not visible:
                member.VE = Array([Name.Not, member.VE])
        name = sheet.resource("/Properties", sheet.pdf.make_indirect(member))
        sheet.draw(b"/OC " + name + b" BDC q " + path(sheet.strokes) + b" Q EMC")

    return carry


def _multiplied(sheet: Sheet, image: pikepdf.Stream) -> None:
    state = sheet.resource("/ExtGState", Dictionary(BM=Name.Multiply))
    show(sheet, image, state + b" gs ")


def _turned_samples(sheet: Sheet) -> None:
    ink = 255 - ink_of(sheet)
    _multiplied(sheet, sheet.image(ink.tobytes(), ink.shape, Decode=Array([1, 0] * 3), **RGB))


def _profile(sheet: Sheet) -> None:
    ink = ink_of(sheet)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    space = Array([Name.ICCBased, sheet.stream(profile, N=3, Alternate=Name.DeviceRGB)])
    _multiplied(sheet, sheet.image(ink.tobytes(), ink.shape, ColorSpace=space, BitsPerComponent=8))


def _indexed_profile(sheet: Sheet) -> None:
    mask = mask_of(sheet)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    base = Array([Name.ICCBased, sheet.stream(profile, N=3, Alternate=Name.DeviceRGB)])
    table = sheet.stream(bytes((255, 255, 255, *COLOUR)))
    space = Array([Name.Indexed, base, 1, table])
    data = np.packbits(mask, axis=1).tobytes()
    _multiplied(sheet, sheet.image(data, mask.shape, ColorSpace=space, BitsPerComponent=1))


def _tint(sheet: Sheet) -> None:
    tones = Dictionary(FunctionType=2, Domain=[0, 1], C0=[1, 1, 1], C1=[0, 0, 0.4], N=1)
    space = Array([Name.Separation, Name("/Blue"), Name.DeviceRGB, tones])
    ink = mask_of(sheet).astype(np.uint8) * 255
    _multiplied(sheet, sheet.image(ink.tobytes(), ink.shape, ColorSpace=space, BitsPerComponent=8))


def _two_tints(sheet: Sheet) -> None:
    program = b"{ 2 copy add 2 div 1 exch sub dup 3 1 roll pop pop dup dup }"
    tones = sheet.stream(program, FunctionType=4, Domain=Array([0, 1, 0, 1]), Range=Array([0, 1] * 3))
    space = Array([Name.DeviceN, Array([Name("/A"), Name("/B")]), Name.DeviceRGB, tones])
    ink = np.repeat(mask_of(sheet).astype(np.uint8)[..., None] * 255, 2, axis=2)
    _multiplied(sheet, sheet.image(ink.tobytes(), ink.shape, ColorSpace=space, BitsPerComponent=8))


def _deep_samples(bits: int) -> Carrier:
    def carry(sheet: Sheet) -> None:
        grey = 255 - mask_of(sheet).astype(np.uint8) * 220
        if bits == 16:
            data = (grey.astype(">u2") * 257).tobytes()
        else:
            few = np.pad(grey >> 4, ((0, 0), (0, grey.shape[1] % 2)), constant_values=15)
            data = (few[:, ::2] << 4 | few[:, 1::2]).astype(np.uint8).tobytes()
        keys = {"ColorSpace": Name.DeviceGray, "BitsPerComponent": bits}
        _multiplied(sheet, sheet.image(data, grey.shape, **keys))

    return carry


def _own_alpha(sheet: Sheet) -> None:
    """JPEG 2000 that brings its transparency along."""
    mask = mask_of(sheet)
    four = np.dstack((np.full((*mask.shape, 3), COLOUR, np.uint8), mask.astype(np.uint8) * 255))
    out = io.BytesIO()
    Image.fromarray(four).save(out, "JPEG2000")
    show(sheet, sheet.image(out.getvalue(), mask.shape, Filter=Name.JPXDecode, SMaskInData=1))


def _shaded_stencil(sheet: Sheet) -> None:
    """A stencil through which a shading is painted."""
    tones = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0.5], C1=[0.4, 0, 0], N=1)
    shading = Dictionary(ShadingType=2, ColorSpace=Name.DeviceRGB, Function=tones, Extend=[True] * 2)
    shading.Coords = Array([0, 0, *sheet.size])
    sheet.page.Resources.Pattern = Dictionary(Tones=Dictionary(PatternType=2, Shading=shading))
    mask = mask_of(sheet)
    stencil = sheet.image(np.packbits(~mask, axis=1).tobytes(), mask.shape, **STENCIL)
    show(sheet, stencil, b"/Pattern cs /Tones scn ")


def _inline(space: bytes, data: bytes, sheet: Sheet, bits: int) -> None:
    height, width = mask_of(sheet).shape
    state = sheet.resource("/ExtGState", Dictionary(BM=Name.Multiply))
    coded = zlib.compress(data).hex().encode() + b">"
    head = b"BI /W %d /H %d /BPC %d /CS %s /F [/AHx /Fl] ID " % (width, height, bits, space)
    sheet.draw(b"q " + state + b" gs %.2f 0 0 %.2f 0 0 cm " % sheet.size + head + coded + b" EI Q")


def _inline_colours(sheet: Sheet) -> None:
    _inline(b"/RGB", ink_of(sheet).tobytes(), sheet, 8)


def _inline_palette(sheet: Sheet) -> None:
    data = np.packbits(mask_of(sheet), axis=1).tobytes()
    _inline(b"[/I /RGB 1 <ffffff14146e>]", data, sheet, 1)


def _many_strips(sheet: Sheet) -> None:
    """The ink in three hundred strips, as drivers of printers cut pages."""
    width, height = sheet.size
    ink = ink_of(sheet)
    state = sheet.resource("/ExtGState", Dictionary(BM=Name.Multiply))
    edges = np.linspace(0, len(ink), 301).astype(int)
    drawn = []
    for n, (top, end) in enumerate(itertools.pairwise(edges)):
        strip = np.ascontiguousarray(ink[top:end])
        image = sheet.image(encoded(strip, "JPEG", quality=90), strip.shape, Filter=Name.DCTDecode, **RGB)
        sheet.page.Resources.XObject[f"/S{n}"] = image
        down, low = height * (end - top) / len(ink), height * (1 - end / len(ink))
        drawn.append(b"q %.3f 0 0 %.3f 0 %.3f cm /S%d Do Q" % (width, down, low, n))
    sheet.organs.append((sheet.page.Resources.XObject, "/S150"))
    sheet.draw(b"q " + state + b" gs " + b" ".join(drawn) + b" Q")


def _covered(sheet: Sheet) -> None:
    """Ink, and paper-white patches over it."""
    sheet.draw(b"q " + path(sheet.strokes) + b" Q")
    for stroke in sheet.strokes[::2]:
        x, y = np.mean(stroke, axis=0)
        sheet.draw(b"q 1 g %.2f %.2f 9 9 re f Q" % (x - 4.5, y - 4.5))


def _clipped(sheet: Sheet) -> None:
    """Ink outside of the part of the page that is painted on."""
    sheet.draw(b"q 0 0 10 10 re W n " + path(sheet.strokes) + b" Q")


def _unseen_text(sheet: Sheet) -> None:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/Helvetica-Bold"))
    name = sheet.resource("/Font", sheet.pdf.make_indirect(font))
    for stroke in sheet.strokes[::2]:
        sheet.draw(b"BT 3 Tr " + name + b" 14 Tf %.2f %.2f Td (X) Tj ET" % tuple(stroke[1]))


def _only_in_xfa(sheet: Sheet) -> None:
    """A form that the document describes in XML alone, for programs that build the page of it."""
    packet = sheet.stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'><template/></xdp:xdp>")
    sheet.pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=packet)
    sheet.pdf.Root.NeedsRendering = True


SURE: Mapping[str, Carrier] = {
    "blend-Darken": _blended("Darken"),
    "blend-ColorBurn": _blended("ColorBurn", b"0 0 0 RG"),
    "through-alpha": _through("Alpha"),
    "bare-tiling": _bare_tiling,
    "bare-glyph": _bare_glyph,
    "same-names": _same_names,
    "knockout": _knockout,
    "turned-samples": _turned_samples,
    "profile": _profile,
    "indexed-profile": _indexed_profile,
    "tint": _tint,
    "four-bits": _deep_samples(4),
    "sixteen-bits": _deep_samples(16),
    "inline-colours": _inline_colours,
    "inline-palette": _inline_palette,
    "many-strips": _many_strips,
}
"""Carriers of ink that every viewer shows, by name."""

UNSURE: Mapping[str, Carrier] = {
    "blend-Difference": _blended("Difference", b"1 1 1 RG"),
    "blend-Luminosity": _blended("Luminosity"),
    "through-turned-lightness": _through("Luminosity", turned=True),
    "clipping-text": _clipping_text,
    "membership-AnyOn": _membership(visible=True, P=Name.AnyOn),
    "membership-AnyOff": _membership(visible=True, P=Name.AnyOff),
    "membership-rule": _membership(visible=True),
    "two-tints": _two_tints,
    "own-alpha": _own_alpha,
    "shaded-stencil": _shaded_stencil,
    "only-in-xfa": _only_in_xfa,
}
"""Carriers of ink that some viewers do not know."""

UNSEEN: Mapping[str, Carrier] = {
    "membership-AllOn": _membership(visible=False, P=Name.AllOn),
    "membership-AllOff": _membership(visible=False, P=Name.AllOff),
    "membership-rule-off": _membership(visible=False),
    "covered": _covered,
    "clipped": _clipped,
    "unseen-text": _unseen_text,
}
"""Carriers of ink that no viewer shows; some may be asked about."""
