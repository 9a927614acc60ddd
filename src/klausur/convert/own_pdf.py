"""A finished exam as a PDF: its pages made plain, and what is seen on them: lines of text, squares, ink.

Text comes from the PDF, squares and ink from the picture of a page, so that a drawn square, one of a font and
a scanned one are the same.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt
import pikepdf
import pypdfium2 as pdfium

from klausur.base.errors import KlausurError
from klausur.base.geometry import Box, Size
from klausur.exam.own_paper import MOST_PAGES

MM = 25.4 / 72
"""A PDF's point in mm."""

DPI = 200
INK = 150
"""Grey level below which there is ink."""

_LEAST, _MOST = 2.2, 6.5
"""mm: sides of a square that is a box to cross."""

_SQUARE = 0.15
"""Part by which its sides may differ."""

_EDGE, _HOLLOW = 0.9, 0.04
"""The share of its edge that is inked at least, and of its inside at most."""

Bits = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text and where it stands, in mm."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class SeenPage:
    """A page: its number (from 1) and size in mm, its lines from above, its squares, and its ink at `DPI`."""

    number: int
    size: Size
    lines: tuple[TextLine, ...]
    squares: tuple[Box, ...]
    ink: Bits

    def inked(self, box: Box) -> bool:
        """Whether anything is printed in a rectangle."""
        return bool(_part(self.ink, box).any())

    def without(self, boxes: Sequence[Box]) -> "SeenPage":
        """The page with some rectangles made white."""
        ink = self.ink.copy()
        for box in boxes:
            _part(ink, box)[:] = False
        return replace(self, ink=ink)

    def extent(self) -> Box | None:
        """The rectangle round all that is printed; None on a blank page."""
        rows, columns = np.flatnonzero(self.ink.any(axis=1)), np.flatnonzero(self.ink.any(axis=0))
        if not len(rows):
            return None
        scale = 25.4 / DPI
        x, y = float(columns[0]) * scale, float(rows[0]) * scale
        return Box(x, y, float(columns[-1] + 1) * scale - x, float(rows[-1] + 1) * scale - y)


def plain(data: bytes) -> bytes:
    """The same pages in a PDF of nothing but pages: upright, from their corner, with what was noted on them.

    Title, author and other data about the file, scripts and attachments do not come along.

    Raises:
        KlausurError: it is no PDF that can be read.
    """
    try:
        with pikepdf.open(io.BytesIO(data)) as given, pikepdf.new() as made:
            if not 1 <= len(given.pages) <= MOST_PAGES:
                raise KlausurError(
                    f"the PDF has {len(given.pages)} pages", f"an exam has between 1 and {MOST_PAGES}"
                )
            given.flatten_annotations("print")
            for page in given.pages:
                left, bottom, right, top = (float(n) for n in page.cropbox)
                w, h = abs(right - left), abs(top - bottom)
                if int(page.obj.get("/Rotate", 0)) % 180:
                    w, h = h, w
                new = made.add_blank_page(page_size=(w, h))
                new.add_overlay(page, pikepdf.Rectangle(0, 0, w, h))
            out = io.BytesIO()
            made.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    except pikepdf.PasswordError as error:
        raise KlausurError("the PDF is encrypted", "save it without a password first") from error
    except pikepdf.PdfError as error:
        raise KlausurError(f"this is no PDF that can be read: {error}", "export it anew") from error
    return out.getvalue()


def pages(data: bytes) -> Iterator[SeenPage]:
    """What is seen on each page of a plain PDF."""
    with pdfium.PdfDocument(data) as document:
        for at in range(len(document)):
            page = document[at]
            w, h = page.get_size()
            shown = page.render(scale=DPI / 72, grayscale=True).to_numpy()
            grey = shown.reshape(shown.shape[:2])
            lines = tuple(_lines(page.get_textpage(), h))
            yield SeenPage(at + 1, Size(w * MM, h * MM), lines, tuple(_squares(grey)), grey < INK)


def _lines(text: pdfium.PdfTextPage, height: float) -> Iterator[TextLine]:
    """Pieces of text that stand beside one another, put together."""
    found = sorted(_pieces(text, height), key=lambda one: (one[0].centre[1], one[0].x))
    row: list[tuple[Box, str]] = []
    for one in found:
        if row and one[0].centre[1] > _middle(row) + max(one[0].h, row[0][0].h) / 2:
            yield _line(row)
            row = []
        row.append(one)
    if row:
        yield _line(row)


def _pieces(text: pdfium.PdfTextPage, height: float) -> Iterator[tuple[Box, str]]:
    """What the PDF has between two line ends, with the rectangle round its letters in mm."""
    letters, boxes = "", list[Box]()
    for at in range(text.count_chars() + 1):
        letter = chr(pdfium.raw.FPDFText_GetUnicode(text, at)) if at < text.count_chars() else "\n"
        if letter in "\r\n":
            if letters.strip() and boxes:
                yield around(boxes), " ".join(letters.split())
            letters, boxes = "", []
            continue
        letters += letter if letter.isprintable() else " "
        left, bottom, right, top = text.get_charbox(at, loose=True)
        if not letter.isspace() and right > left and top > bottom:
            boxes.append(Box(left * MM, (height - top) * MM, (right - left) * MM, (top - bottom) * MM))


def _middle(row: Sequence[tuple[Box, str]]) -> float:
    return sum(box.centre[1] for box, _ in row) / len(row)


def _line(row: Sequence[tuple[Box, str]]) -> TextLine:
    ordered = sorted(row, key=lambda one: one[0].x)
    return TextLine(" ".join(words for _, words in ordered), around([box for box, _ in ordered]))


def around(boxes: Sequence[Box]) -> Box:
    """The rectangle round some others."""
    x, y = min(box.x for box in boxes), min(box.y for box in boxes)
    return Box(x, y, max(box.right for box in boxes) - x, max(box.bottom for box in boxes) - y)


def _squares(grey: npt.NDArray[np.uint8]) -> Iterator[Box]:
    """Squares that are empty, from above and then from the left."""
    dark = np.asarray(grey < INK, np.uint8)
    contours, tree = cv2.findContours(dark, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    scale = DPI / 25.4
    found = []
    for contour, (_, _, child, parent) in zip(contours, [] if tree is None else tree[0], strict=True):
        x, y, w, h = cv2.boundingRect(contour)
        if parent >= 0 or child < 0 or not _LEAST * scale <= min(w, h) <= max(w, h) <= _MOST * scale:
            continue
        if abs(w - h) <= _SQUARE * max(w, h) and _is_frame(dark[y : y + h, x : x + w] > 0):
            found.append(Box(x / scale, y / scale, w / scale, h / scale))
    yield from sorted(found, key=lambda box: (round(box.y), box.x))


def _is_frame(part: Bits) -> bool:
    """Whether there is ink along all four edges, and none within."""
    side = min(part.shape)
    rim, inner = max(1, round(0.12 * side)), max(2, round(0.25 * side))
    edges = (part[:rim], part[-rim:], part[:, :rim].T, part[:, -rim:].T)
    return (
        all(float(edge.any(axis=0).mean()) >= _EDGE for edge in edges)
        and float(part[inner:-inner, inner:-inner].mean()) <= _HOLLOW
    )


_CELL = 2.0
"""mm: what covers print is made of cells so large, and tells no more of it than these."""

_BRIDGED = (6.0, 4.0)
"""mm to the side and downwards over which print is one: words of a line, lines of a paragraph."""


def covering(page: SeenPage, free: Sequence[Box]) -> tuple[Box, ...]:
    """Rectangles that cover all that is printed on a page, but for what is kept free."""
    ink = page.without(free).ink
    step = round(_CELL * DPI / 25.4)
    height, width = -(-ink.shape[0] // step), -(-ink.shape[1] // step)
    whole = np.zeros((height * step, width * step), np.bool_)
    whole[: ink.shape[0], : ink.shape[1]] = ink
    cells = np.asarray(whole.reshape(height, step, width, step).any(axis=(1, 3)), np.uint8)
    across, down = (round(length / _CELL) | 1 for length in _BRIDGED)
    closed = cv2.morphologyEx(cells, cv2.MORPH_CLOSE, np.ones((down, across), np.uint8))
    kept = np.ones(cells.shape, np.uint8)
    for box in free:
        top, bottom = int(box.y / _CELL), -(-int(box.bottom * 1000) // int(_CELL * 1000))
        left, right = int(box.x / _CELL), -(-int(box.right * 1000) // int(_CELL * 1000))
        kept[top:bottom, left:right] = 0
    return tuple(_blocks(np.asarray(closed * kept, np.uint8), kept))


def _blocks(cells: npt.NDArray[np.uint8], kept: npt.NDArray[np.uint8]) -> Iterator[Box]:
    """A rectangle for each thing that is printed; where that would cover what is kept free, several."""
    count, parts, measures, _ = cv2.connectedComponentsWithStats(cells, connectivity=8)
    for number in range(1, count):
        x, y, w, h = (int(n) for n in measures[number][:4])
        if kept[y : y + h, x : x + w].all():
            yield Box(x * _CELL, y * _CELL, w * _CELL, h * _CELL)
        else:
            yield from _rectangles(np.asarray(parts == number, np.bool_))


def _rectangles(cells: Bits) -> Iterator[Box]:
    """Runs of cells, equal ones of rows that follow each other as one."""
    open_: dict[tuple[int, int], int] = {}
    for row in range(len(cells) + 1):
        runs = set(_runs(cells[row])) if row < len(cells) else set()
        for run in [run for run in open_ if run not in runs]:
            first = open_.pop(run)
            (left, right), high = run, (row - first) * _CELL
            yield Box(left * _CELL, first * _CELL, (right - left) * _CELL, high)
        for run in runs:
            open_.setdefault(run, row)


def _runs(row: Bits) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], row.astype(np.int8), [0]))))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _part(ink: Bits, box: Box) -> Bits:
    scale = DPI / 25.4
    top, bottom = max(0, round(box.y * scale)), max(0, round(box.bottom * scale))
    return ink[top:bottom, max(0, round(box.x * scale)) : max(0, round(box.right * scale))]
