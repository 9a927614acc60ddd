"""Ink as content of a page: in strokes, forms, patterns, shadings and characters."""

import base64
import itertools
import zlib
from collections.abc import Mapping

import numpy as np
from pikepdf import Array, Dictionary, Name

from lab.odd_sheet import WIDTH, Carrier, Sheet, mask_of, path


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
        dx, dy = (y1 - y0) / far * WIDTH / 2, -(x1 - x0) / far * WIDTH / 2
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
    mask = mask_of(sheet)[::2, ::2]
    data = base64.a85encode(zlib.compress(np.packbits(~mask, axis=1).tobytes())) + b"~>"
    height, width = mask.shape
    head = b"BI /W %d /H %d /BPC 1 /IM true /F [/A85 /Fl] ID " % (width, height)
    sheet.draw(b"q 0.1 0.1 0.4 rg %.2f 0 0 %.2f 0 0 cm " % sheet.size + head + data + b" EI Q")


DRAWINGS: Mapping[str, Carrier] = {
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
}
"""By name."""
