"""Where the ids of Fields are written on a proof: beside them, where neither print nor another id stands."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium

from klausur.base.geometry import Box, Size

if TYPE_CHECKING:
    from klausur.typeset.proof import Outline, Proven

MM = 25.4 / 72
"""A PDF's point in mm."""

_SIZES = (4.2, 3.4)
"""Print in points; the smaller one where the larger has no room."""

_WIDE, _HIGH = 0.602, 1.17
"""Of a character of DejaVu Sans Mono, in ems."""

_GAP = 0.3
"""In mm, between an id and what it stands beside."""

_RIM = 2.0
"""In mm: nearer to the sheet's edges nothing is written."""

Boxes = npt.NDArray[np.float64]
"""(n, 4): left, top, right and bottom in mm."""


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """An id, the kind of its Field, where its top left corner lies in mm, and its size in points."""

    words: str
    kind: str
    x: float
    y: float
    size: float


def placed(sides: "Sequence[Proven]") -> list[tuple[PlacedLabel, ...]]:
    """The ids of each side, where they cover the least of what is printed, mostly nothing."""
    with ExitStack() as opened:
        files = {pdf: opened.enter_context(pdfium.PdfDocument(pdf)) for pdf in {side.pdf for side in sides}}
        return [_on_side(side, _printed(files[side.pdf][side.page])) for side in sides]


def _on_side(side: "Proven", printed: Boxes) -> tuple[PlacedLabel, ...]:
    taken = [printed, np.array([(o.x, o.y, o.x + o.w, o.y + o.h) for o in side.outlines if o.h < _TALL])]
    found = []
    for outline in side.outlines:
        if outline.id:
            every = np.concatenate([part.reshape(-1, 4) for part in taken])
            label, at = _best(outline, side.size, every)
            taken.append(at)
            found.append(label)
    return tuple(found)


_TALL = 10.0
"""In mm: in a Field so high or higher there is room for ids."""


def _best(outline: "Outline", size: Size, taken: Boxes) -> tuple[PlacedLabel, Boxes]:
    """The place, of those round a Field, that covers the least; the first of several that are as good."""
    words = _short(outline)
    best: tuple[float, PlacedLabel, Boxes] | None = None
    for points in _SIZES:
        w, h = _WIDE * points * MM * len(words), _HIGH * points * MM
        for x, y in _round(outline, w, h):
            at = np.array((x, y, x + w, y + h))
            covered = _covered(at, taken) + 100 * _beyond(at, size)
            if best is None or covered < best[0] - 1e-6:
                best = covered, PlacedLabel(words, outline.kind, x, y, points), at
    assert best is not None, "there are places round every Field"  # noqa: S101
    return best[1:]


def _short(outline: "Outline") -> str:
    """A credit box stands in a margin narrower than its id; its question's id stands at the answer space."""
    if outline.kind != "credit-box":
        return outline.id
    return "…/" + "/".join(outline.id.split("/")[-2:])


def _round(of: "Outline", w: float, h: float) -> Iterator[tuple[float, float]]:
    """Where the top left corner of an id may lie: inside a high Field, above it, below it, beside it."""
    left, right, above, below = of.x, of.x + of.w - w, of.y - h - _GAP, of.y + of.h + _GAP
    if of.h >= _TALL and of.w > w + 2 * _GAP:
        yield left + _GAP, of.y + _GAP
        yield right - _GAP, of.y + of.h - h - _GAP
        yield left + _GAP, of.y + of.h - h - _GAP
    yield from ((x, y) for y in (above, below) for x in (left, right))
    beside = left - w - _GAP, of.x + of.w + _GAP
    yield from ((x, y) for y in (of.y + (of.h - h) / 2, of.y, of.y + of.h - h) for x in beside)


def _covered(at: Boxes, taken: Boxes) -> float:
    """How much in mm² is covered of what is there."""
    low, high = np.maximum(at[:2], taken[:, :2]), np.minimum(at[2:], taken[:, 2:])
    return float(np.clip(high - low, 0, None).prod(axis=1).sum())


def _beyond(at: Boxes, size: Size) -> float:
    """How far in mm it reaches over the sheet's rim."""
    left, top, right, bottom = at.tolist()
    return float(max(0.0, _RIM - left, _RIM - top, right - size.w + _RIM, bottom - size.h + _RIM))


def _printed(page: pdfium.PdfPage) -> Boxes:
    """Where each letter of a page lies, and each line and picture that is no frame round others."""
    high = page.get_height()
    words = page.get_textpage()
    boxes = [words.get_charbox(n, loose=True) for n in range(words.count_chars())]
    boxes += [item.get_bounds() for item in page.get_objects(max_depth=4) if item.type in _DRAWN]
    found = [
        Box(left * MM, (high - top) * MM, (right - left) * MM, (top - bottom) * MM)
        for left, bottom, right, top in boxes
    ]
    small = [box for box in found if min(box.w, box.h) < _TALL]
    return np.array([(b.x, b.y, b.right, b.bottom) for b in small]).reshape(-1, 4)


_DRAWN = frozenset({pdfium.raw.FPDF_PAGEOBJ_IMAGE, pdfium.raw.FPDF_PAGEOBJ_PATH})
