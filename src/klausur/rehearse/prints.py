"""Printed pages as pixels: rendered out of the PDF, and what booklets have in common rendered once.

Booklets share a page's content and add a stamp with its code (`klausur.typeset.booklets`). Rendering a page
at 300 dpi takes 10 to 15 ms, its stamp alone 1.5 ms.
"""

from collections import OrderedDict
from pathlib import Path
from threading import Lock

import numpy as np
import pikepdf
import pypdfium2

from klausur.base.geometry import Box, Size
from klausur.scan.model import Pixels

_pdfium = Lock()
"""PDFium must not be entered by two threads at once."""

_open: OrderedDict[tuple[Path, int], pypdfium2.PdfDocument] = OrderedDict()
"""The documents at hand, by path and time of their last change."""

_AT_HAND = 4

_KEPT = 24
"""Backgrounds kept in each process: 9 MB each at 300 dpi in grey."""

_backgrounds: OrderedDict[tuple[Path, int, int, int], Pixels | None] = OrderedDict()
"""By document, page and resolution; None where the page turned out not to be a stamp on a shared one."""


def count(pdf: Path) -> int:
    """How many pages a PDF has."""
    with _pdfium:
        return len(_document(pdf))


def render(pdf: Path, index: int, dpi: int, *, colour: bool) -> Pixels:
    """A page of a PDF as pixels: grey, or RGB with ``colour``."""
    with _pdfium:
        return _rendered(pdf, index, dpi, colour=colour, rows=None)


def stamped(pdf: Path, index: int, like: int, dpi: int, code: Box, size: Size) -> Pixels:
    """A page in grey, with all but the strip that holds its stamp taken from the page ``like``.

    Whether that is right is seen by rendering one page of each kind in both ways; where it is not, all such
    pages are rendered whole.

    Args:
        pdf: the printed booklets.
        index: the page's place in it.
        like: the place of the first page with the same content, from `shared`.
        dpi: resolution.
        code: where the page code stands, in mm.
        size: of the sheet, in mm.
    """
    if index == like:
        return render(pdf, index, dpi, colour=False)
    with _pdfium:
        key = (pdf, pdf.stat().st_mtime_ns, like, dpi)
        rows = _strip(code, size, dpi)
        if key not in _backgrounds:
            below = _rendered(pdf, like, dpi, colour=False, rows=None)
            whole = _rendered(pdf, index, dpi, colour=False, rows=None)
            _keep(key, below if np.array_equal(_joined(below, pdf, index, dpi, rows), whole) else None)
            return whole
        known = _backgrounds[key]
        if known is None:
            return _rendered(pdf, index, dpi, colour=False, rows=None)
        return _joined(known, pdf, index, dpi, rows)


def origin(sheet: Pixels, size: Size, box: Box) -> tuple[float, float]:
    """The corner in mm from which a pen counts that draws on a box with the page's scale across.

    PDFium stretches a page to whole pixels, across and down each by itself: with one scale for both, what is
    drawn at the foot of a page would lie up to 0.07 mm off.
    """
    down, across = sheet.shape[0] / size.h, sheet.shape[1] / size.w
    return 0.0, box.centre[1] * (1.0 - down / across)


def cut(pdf: Path, index: int, dpi: int, box: Box, *, colour: bool) -> Pixels:
    """A part of a page as pixels, to the nearest pixel; grey, or RGB with ``colour``."""
    whole = render(pdf, index, dpi, colour=colour)
    per_mm = dpi / 25.4
    left, top, right, bottom = (round(n * per_mm) for n in (box.x, box.y, box.right, box.bottom))
    return whole[top:bottom, left:right].copy()


def shared(pdf: Path) -> tuple[int, ...]:
    """For each page of a PDF the first page that has the same content but for its last stream, the stamp."""
    first: dict[tuple[object, ...], int] = {}
    same = []
    with pikepdf.open(pdf) as document:
        for index, page in enumerate(document.pages):
            contents = page.obj.get("/Contents")
            streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
            parts = [stream.objgen for stream in streams[:-1] if stream is not None]
            resources = page.obj.get("/Resources")
            used = (0, 0) if resources is None else resources.objgen
            alone = not parts or used == (0, 0)
            same.append(index if alone else first.setdefault((used, *parts), index))
    return tuple(same)


def let_go() -> None:
    """Close the document and forget the backgrounds: PDFium complains of what is open when a program ends."""
    with _pdfium:
        for document in _open.values():
            document.close()
        _open.clear()
        _backgrounds.clear()


def _document(pdf: Path) -> pypdfium2.PdfDocument:
    key = (pdf, pdf.stat().st_mtime_ns)
    if key not in _open:
        _open[key] = pypdfium2.PdfDocument(pdf)
        while len(_open) > _AT_HAND:
            _open.popitem(last=False)[1].close()
    return _open[key]


def _rendered(pdf: Path, index: int, dpi: int, *, colour: bool, rows: slice | None) -> Pixels:
    """A page, or just some rows of it (from its top, or to its bottom)."""
    page = _document(pdf)[index]
    per_point = dpi / 72.0
    height = int(np.ceil(page.get_height() * per_point))
    top, bottom = (0, 0) if rows is None else (rows.start, height - rows.stop)
    crop = (0.0, bottom / per_point, 0.0, top / per_point)
    bitmap = page.render(
        scale=per_point, crop=crop, grayscale=not colour, rev_byteorder=True, prefer_bgrx=False
    )
    levels = bitmap.to_numpy()
    pixels: Pixels = (levels[:, :, 0] if levels.ndim == 3 and not colour else levels).copy()
    page.close()
    return pixels


def _strip(code: Box, size: Size, dpi: int) -> slice:
    """The rows of pixels round the page code, from the nearer end of the page on."""
    per_mm = dpi / 25.4
    if code.centre[1] < size.h / 2:
        return slice(0, round((code.bottom + 2.0) * per_mm))
    return slice(round((code.y - 2.0) * per_mm), -1)


def _joined(below: Pixels, pdf: Path, index: int, dpi: int, rows: slice) -> Pixels:
    whole = below.copy()
    end = below.shape[0] if rows.stop < 0 else rows.stop
    rows = slice(rows.start, end)
    whole[rows] = _rendered(pdf, index, dpi, colour=False, rows=rows)
    return whole


def _keep(key: tuple[Path, int, int, int], below: Pixels | None) -> None:
    _backgrounds[key] = below
    while len(_backgrounds) > _KEPT:
        _backgrounds.popitem(last=False)
