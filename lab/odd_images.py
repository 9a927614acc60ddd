"""Ink as images on a page: stencils, masks, and the codings that scanners use for them."""

import itertools
from collections.abc import Mapping

import cv2
import numpy as np
import pikepdf
from pikepdf import Array, Dictionary, Name

from lab.odd_sheet import (
    COLOUR,
    GREY,
    RGB,
    STENCIL,
    Carrier,
    Sheet,
    all_ink,
    encoded,
    fax,
    ink_of,
    jbig2,
    mask_of,
    masked,
    show,
    soft_mask,
)


def _stencil(sheet: Sheet) -> None:
    mask = mask_of(sheet)
    show(sheet, sheet.image(np.packbits(~mask, axis=1).tobytes(), mask.shape, **STENCIL), b"0.1 0.1 0.4 rg ")


def _fax_stencil(sheet: Sheet) -> None:
    mask = mask_of(sheet)
    parms = Dictionary(K=-1, Columns=mask.shape[1], Rows=mask.shape[0])
    coded = {"Filter": Name.CCITTFaxDecode, "DecodeParms": parms, **STENCIL}
    show(sheet, sheet.image(fax(mask), mask.shape, **coded), b"0.1 0.1 0.4 rg ")


def _jbig2_stencil(sheet: Sheet) -> None:
    mask = mask_of(sheet)
    coded = {"Filter": Name.JBIG2Decode, "Decode": Array([0, 1]), **STENCIL}
    show(sheet, sheet.image(jbig2(mask), mask.shape, **coded), b"0.1 0.1 0.4 rg ")


def _soft_samples(sheet: Sheet) -> None:
    ink = all_ink(sheet)
    masked(sheet, sheet.image(ink.tobytes(), ink.shape, **RGB), "/SMask", soft_mask(sheet))


def _soft_jpeg(sheet: Sheet) -> None:
    ink = all_ink(sheet)
    coded = {"Filter": Name.DCTDecode, **RGB}
    masked(sheet, sheet.image(encoded(ink, "JPEG"), ink.shape, **coded), "/SMask", soft_mask(sheet))


def _soft_jpeg_mask(sheet: Sheet) -> None:
    ink, alpha = all_ink(sheet), mask_of(sheet).astype(np.uint8) * 255
    mask = sheet.image(encoded(alpha, "JPEG"), alpha.shape, Filter=Name.DCTDecode, **GREY)
    masked(sheet, sheet.image(ink.tobytes(), ink.shape, **RGB), "/SMask", mask)


def _soft_jpeg2000(sheet: Sheet) -> None:
    ink = all_ink(sheet)
    coded = {"Filter": Name.JPXDecode, **RGB}
    masked(sheet, sheet.image(encoded(ink, "JPEG2000"), ink.shape, **coded), "/SMask", soft_mask(sheet))


def _jpeg2000_ink(sheet: Sheet) -> None:
    """The ink itself as JPEG 2000, behind a mask that leaves more than it."""
    ink = ink_of(sheet)
    wide = cv2.dilate(mask_of(sheet).astype(np.uint8) * 255, np.ones((9, 9), np.uint8))
    mask = sheet.image(wide.tobytes(), wide.shape, **GREY)
    coded = {"Filter": Name.JPXDecode, **RGB}
    masked(sheet, sheet.image(encoded(ink, "JPEG2000"), ink.shape, **coded), "/SMask", mask)


def _fax_mask(sheet: Sheet) -> None:
    ink, mask = all_ink(sheet), mask_of(sheet)
    parms = Dictionary(K=-1, Columns=mask.shape[1], Rows=mask.shape[0])
    coded = {"Filter": Name.CCITTFaxDecode, "DecodeParms": parms, **STENCIL}
    masked(
        sheet,
        sheet.image(ink.tobytes(), ink.shape, **RGB),
        "/Mask",
        sheet.image(fax(mask), mask.shape, **coded),
    )


def _jbig2_mask(sheet: Sheet) -> None:
    ink, mask = all_ink(sheet), mask_of(sheet)
    coded = {"Filter": Name.JBIG2Decode, "Decode": Array([0, 1]), **STENCIL}
    masked(
        sheet,
        sheet.image(ink.tobytes(), ink.shape, **RGB),
        "/Mask",
        sheet.image(jbig2(mask), mask.shape, **coded),
    )


def _colour_key(sheet: Sheet) -> None:
    ink = ink_of(sheet)
    show(sheet, sheet.image(ink.tobytes(), ink.shape, Mask=Array([255] * 6), **RGB))


def _multiplied(sheet: Sheet) -> None:
    ink = ink_of(sheet)
    state = sheet.resource("/ExtGState", Dictionary(BM=Name.Multiply))
    show(sheet, sheet.image(ink.tobytes(), ink.shape, **RGB), state + b" gs ")


def _multiplied_jpeg(sheet: Sheet) -> None:
    ink = ink_of(sheet)
    state = sheet.resource("/ExtGState", Dictionary(BM=Name.Darken))
    coded = {"Filter": Name.DCTDecode, **RGB}
    show(sheet, sheet.image(encoded(ink, "JPEG", quality=90), ink.shape, **coded), state + b" gs ")


def _palette(sheet: Sheet) -> None:
    mask = mask_of(sheet)
    space = Array([Name.Indexed, Name.DeviceRGB, 1, pikepdf.String(bytes((255, 255, 255, *COLOUR)))])
    keys = {"ColorSpace": space, "BitsPerComponent": 1, "Mask": Array([0, 0])}
    show(sheet, sheet.image(np.packbits(mask, axis=1).tobytes(), mask.shape, **keys))


def _runs(sheet: Sheet) -> None:
    """The stencil, its bytes written as runs."""
    mask = mask_of(sheet)
    data = np.packbits(~mask, axis=1).tobytes()
    coded = b"".join(
        bytes((len(part) - 1,)) + part for part in (data[i : i + 128] for i in range(0, len(data), 128))
    )
    keys = {"Filter": Name.RunLengthDecode, **STENCIL}
    show(sheet, sheet.image(coded + b"\x80", mask.shape, **keys), b"0.1 0.1 0.4 rg ")


def _strips(sheet: Sheet) -> None:
    """The page once more, in strips that are JPEGs, with the ink on it."""
    width, height = sheet.size
    ink = ink_of(sheet)
    state = sheet.resource("/ExtGState", Dictionary(BM=Name.Multiply))
    sheet.draw(state + b" gs ")
    edges = np.linspace(0, len(ink), 7).astype(int)
    for n, (top, end) in enumerate(itertools.pairwise(edges)):
        strip = np.ascontiguousarray(ink[top:end])
        image = sheet.image(encoded(strip, "JPEG", quality=90), strip.shape, Filter=Name.DCTDecode, **RGB)
        name = f"/Strip{n}"
        sheet.page.Resources.XObject[name] = image
        sheet.organs.append((sheet.page.Resources.XObject, name))
        down, low = height * (end - top) / len(ink), height * (1 - end / len(ink))
        sheet.draw(b"q %.3f 0 0 %.3f 0 %.3f cm %s Do Q" % (width, down, low, name.encode()))


IMAGES: Mapping[str, Carrier] = {
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
}
"""By name."""
