"""Windows in which each pixel is known: paper, print, pen or red pen; under highlighter, and photographed.

Print and marks are those that the mark reader learns from; a corrector's red pen may have been there as well.
Highlighter goes over them before the scan. What is known of a pixel is what was drawn there: its place is
right but for what a reader does not know of a page's place (a third of a pixel).
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from klausur.learn import data, printed
from klausur.learn.crops import REACH, box_on_paper, somebody
from klausur.learn.freehand import beside
from klausur.learn.printed import FINE
from klausur.learn.scans import Kind, degraded, off
from klausur.learn.traced import Sheet, sheet
from klausur.learn.traces import Part
from klausur.paper.code import PageCode
from klausur.read.crop import window
from klausur.read.model import Mark
from klausur.read.segment import CLASSES
from klausur.rehearse import pen
from klausur.rehearse.hands import Hand, Ink, Population, hand, stream
from klausur.rehearse.stray import stray
from klausur.scan.model import Pixels, Placed, Quality

MARKS = (Mark.EMPTY, Mark.CROSSED, Mark.FILLED, Mark.OTHER)
"""What one writer puts into boxes; each is scanned `SCANS` times, in another way."""

SCANS = 2
EACH = SCANS * len(MARKS)

KINDS = {Kind.PHOTO: 0.55, Kind.GREY: 0.3, Kind.LOW: 0.1, Kind.COPY: 0.05}
"""How often each kind of scan: photographs and colours are what the segmenter is for."""

_HIGHLIGHTED, _TINTED, _RED, _BY_HIGHLIGHTER = 0.6, 0.15, 0.25, 0.06
"""Shares of windows under a highlighter's stroke, on coloured paper, with a corrector's red beside the mark,
and in which the mark was made with a highlighter: that is a pen then."""

_STRAY = 0.4
_STREAM = 0x5E6
"""Second word of the random streams of these windows."""

_CORNER = (-REACH, -REACH)
_PRINT, _INK = 100, 26
"""Grey levels that print is darker than white, and that a pen makes paper darker, at least."""

_SOFT = 0.6
"""Blur in pixels of what was drawn, so that a pencil's grain is a line."""

_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Segmented:
    """Windows, (n, 80, 80, 3), and what their pixels are, (n, 80, 80): indices into `CLASSES`.

    ``marks`` (n,) are indices into `MARKS`, ``people`` (n,) number the writers.
    """

    windows: Pixels
    classes: Pixels
    marks: npt.NDArray[np.int64]
    people: npt.NDArray[np.int64]


@dataclass(slots=True)
class _Drawn:
    """A drawing, RGB, and how much darker print, pens and red pens made each of its pixels."""

    paper: Pixels
    truth: Pixels

    def draws(self, kind: str, put: Callable[[Pixels], object]) -> None:
        """Let something draw; what gets darker is of that class."""
        before = self.paper.copy()
        put(self.paper)
        darker = cv2.subtract(before, self.paper).max(axis=2)
        layer = self.truth[..., CLASSES.index(kind) - 1]
        np.maximum(layer, darker, out=layer)


def drawn(
    file: Path,
    seed: int,
    part: Part,
    samples: int,
    executor: Executor,
    progress: Callable[[int, int], None],
) -> Segmented:
    """At least so many windows by the writers of a part; each cross comes round as often.

    Raises:
        UsageError: the file is no file of traces.
    """
    data.known(file, part)
    count = -(-samples // EACH)
    tasks = [range(first, min(first + _AT_ONCE, count)) for first in range(0, count, _AT_ONCE)]
    parts = []
    for found in executor.map(partial(_some, file, seed, part), tasks):
        parts.append(found)
        progress(sum(len(each.marks) for each in parts), count * EACH)
    return joined(parts)


def joined(parts: Sequence[Segmented]) -> Segmented:
    """Several as one."""
    return Segmented(
        np.concatenate([part.windows for part in parts]),
        np.concatenate([part.classes for part in parts]),
        np.concatenate([part.marks for part in parts]),
        np.concatenate([part.people for part in parts]),
    )


def _some(file: Path, seed: int, part: Part, numbers: range) -> Segmented:
    """A worker's task: the windows of some crosses."""
    return joined([by_writer(file, seed, part, number) for number in numbers])


def by_writer(file: Path, seed: int, part: Part, number: int) -> Segmented:
    """The windows of one real cross and its writer, (`EACH`, …)."""
    traces = data.known(file, part)
    rng = stream(Population.TRAIN, seed, _STREAM, part, number)
    written = sheet(traces, number, printed.BOX, somebody(rng), rng)
    windows, classes = [], []
    for mark in MARKS:
        for _ in range(SCANS):
            made = _marked(written, mark, rng)
            seen, known = scanned(made.paper, made.truth, rng)
            windows.append(seen)
            classes.append(known)
    return Segmented(
        np.stack(windows),
        np.stack(classes),
        np.repeat(np.arange(len(MARKS)), SCANS),
        np.full(EACH, traces.who(number)),
    )


def scanned(paper: Pixels, truth: Pixels, rng: np.random.Generator) -> tuple[Pixels, Pixels]:
    """A drawing's window, (80, 80, 3), after a scan, and what its pixels are, (80, 80)."""
    kind = list(KINDS)[int(rng.choice(len(KINDS), p=list(KINDS.values())))]
    at = off(printed.BOX, rng)
    seen = window(degraded(paper, kind, rng), at)
    middle = (truth.shape[0] - 1) / 2
    to_pixels = np.array(((FINE, 0.0, middle), (0.0, FINE, middle), (0.0, 0.0, 1.0)))
    soft = np.asarray(cv2.GaussianBlur(truth, (0, 0), _SOFT), np.uint8)
    cut = window(Placed(PageCode(1, 1, 1), soft, to_pixels, Quality(0.0, 300.0, 200.0, 1.0, 4)), at)
    return seen, _classes(cut)


def _classes(darker: Pixels) -> Pixels:
    """What pixels are, by how much darker each kind of ink made them, (80, 80, 3)."""
    print_, ink, red = (darker[..., n] for n in range(3))
    found = np.where(print_ >= _PRINT, CLASSES.index("print"), CLASSES.index("paper"))
    found = np.where(ink >= _INK, CLASSES.index("pen"), found)
    return np.where((red >= _INK) & (red >= ink), CLASSES.index("red"), found).astype(np.uint8)


def _marked(written: Sheet, mark: Mark, rng: np.random.Generator) -> _Drawn:
    blank = box_on_paper(rng)
    truth = np.zeros_like(blank)
    truth[..., 0] = 255 - blank.min(axis=2)
    made = _Drawn(blank, truth)
    strokes, whose = written.strokes(mark, rng), written.pen
    if strokes and rng.random() < _BY_HIGHLIGHTER:
        made.draws("pen", partial(_filled_by_highlighter, rng=rng))
    elif strokes:
        made.draws(_kind(whose), lambda paper: pen.ink(paper, strokes, FINE, _CORNER, whose, rng))
    elif rng.random() < _STRAY:
        made.draws(_kind(whose), lambda paper: stray(paper, printed.BOX, FINE, _CORNER, whose, rng))
    if rng.random() < _RED:
        corrector = hand(rng, Population.TRAIN, (Ink.RED,))
        more = beside(printed.BOX, corrector, rng)
        made.draws("red", lambda paper: pen.ink(paper, more, FINE, _CORNER, corrector, rng))
    if rng.random() < _TINTED:
        tint(made.paper, np.ones(made.paper.shape[:2], np.float32), _pastel(rng, 0.25))
    if rng.random() < _HIGHLIGHTED:
        for _ in range(1 + int(rng.random() < 0.15)):
            tint(made.paper, stroke_of_highlighter(rng), _pastel(rng, 0.75))
    return made


def _kind(whose: Hand) -> str:
    return "red" if whose.ink is Ink.RED else "pen"


def stroke_of_highlighter(rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """How much of a highlighter's ink lies on each pixel of a drawing, 0 … 1: a band, streaks and rims."""
    side = round(2 * REACH * FINE)
    angle = rng.normal(0.0, 0.1) if rng.random() < 0.8 else rng.uniform(0.0, np.pi)
    across, at = rng.uniform(2.0, 7.0), rng.normal(0.0, 2.2)
    y, x = ((np.mgrid[0:side, 0:side] - (side - 1) / 2) / FINE).astype(np.float32)
    away = np.cos(angle) * y - np.sin(angle) * x - at
    along = np.cos(angle) * x + np.sin(angle) * y
    soft = rng.uniform(0.03, 0.25)
    cover = 1.0 / (1.0 + np.exp(np.clip((np.abs(away) - across / 2) / soft, -30.0, 30.0)))
    if rng.random() < 0.25:  # it ends somewhere near the box
        end, way = rng.uniform(-4.5, 4.5), rng.choice((-1.0, 1.0))
        cover /= 1.0 + np.exp(np.clip(way * (along - end) / soft, -30.0, 30.0))
    streaks = 1.0 + rng.uniform(0.0, 0.12) * np.sin(away * rng.uniform(3.0, 12.0) + rng.uniform(0.0, 6.0))
    rim = 1.0 + rng.uniform(0.0, 0.25) * np.exp(-(((np.abs(away) - across / 2 + 0.2) / 0.25) ** 2))
    return np.asarray(np.clip(cover * streaks * rim * rng.uniform(0.7, 1.0), 0.0, 1.0), np.float32)


def tint(paper: Pixels, cover: npt.NDArray[np.float32], shade: npt.NDArray[np.float64]) -> None:
    """Lay clear ink over a drawing: each colour keeps its share ``shade``, (3,), where ``cover`` is 1."""
    kept = 1.0 - cover[..., None] * (1.0 - shade.astype(np.float32))
    paper[:] = np.round(paper * kept).astype(np.uint8)


def _pastel(rng: np.random.Generator, most: float) -> npt.NDArray[np.float64]:
    """A light colour: one of red, green and blue stays nearly whole, up to ``most`` of another is lost."""
    least, some, much = rng.uniform((0.0, 0.0, 0.3), (0.05, 0.5, 1.0)) * (1.0, most, most)
    lost = rng.permutation([least, some, much])
    return np.asarray(1.0 - lost)


def _filled_by_highlighter(paper: Pixels, rng: np.random.Generator) -> None:
    """The box, and no more than a millimetre round it, is coloured with a highlighter."""
    side = paper.shape[0]
    left, top, right, bottom = (
        round((end + way * rng.uniform(-0.6, 0.9)) * FINE + side / 2)
        for end, way in (
            (printed.BOX.x, -1.0),
            (printed.BOX.y, -1.0),
            (printed.BOX.right, 1.0),
            (printed.BOX.bottom, 1.0),
        )
    )
    cover = np.zeros((side, side), np.float32)
    cover[top:bottom, left:right] = 1.0
    tint(paper, cv2.GaussianBlur(cover, (0, 0), 1.5).astype(np.float32), _pastel(rng, 0.75))
