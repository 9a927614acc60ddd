"""Training windows: a printed box, a mark in it, a scan of it, cut out by the reader's crop.

Marks are drawn by the rehearsal's pen or are real traces (`klausur.learn.traced`); what a scan does lives in
`klausur.learn.scans`, augmentation, anew in each epoch, in `klausur.learn.fit`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from klausur.learn import printed
from klausur.learn.freehand import free_cross, free_fill, oddity
from klausur.learn.printed import FINE
from klausur.learn.scans import Kind, degraded, off, some_kind
from klausur.learn.traced import sheet
from klausur.learn.traces import Part, Traces
from klausur.paper.fields import MARK_WINDOW
from klausur.read.crop import SIDE, window
from klausur.read.model import Mark
from klausur.rehearse import pen
from klausur.rehearse.hands import CORRECTOR_INKS, Hand, Population, hand, stream
from klausur.rehearse.stray import stray
from klausur.scan.model import Pixels
from klausur.scan.tones import ScanKind

CLASSES = tuple(Mark)
"""The network's classes, in the order of its outputs."""

DRAWN = (Mark.EMPTY, Mark.CROSSED, Mark.CROSSED, Mark.FILLED, Mark.OTHER, Mark.OTHER)
"""What one hand marks. The two that are hard to tell from each other come twice; `SHARES` says so to the
calibration.
"""

SHARES = tuple(DRAWN.count(mark) / len(DRAWN) for mark in CLASSES)
"""Share of each class among the windows, in the order of `CLASSES`."""

SCANS = 2
"""How often each mark is scanned, every time in another way: to draw it takes longer than to scan it."""

EACH = SCANS * len(DRAWN)
"""Windows of one hand, or of one cross."""

REACH = 7.5
"""Half a drawing's side in mm: a turned window needs 5.7, and strokes must not end at its edge."""

_CORNER = (-REACH, -REACH)
_BY_RULE = {Mark.CROSSED: free_cross, Mark.FILLED: free_fill, Mark.OTHER: oddity}
_FREE = 0.45
"""Share of marks that `klausur.learn.freehand` draws, not the rehearsal's list of styles."""

_STRAY = 0.4
"""Share of empty boxes with a stray stroke or dot near them: the hard ones."""


class Split(IntEnum):
    """Which hands: the first word of their stream's path, so that no hand is in two splits."""

    TRAIN = 0
    VALIDATION = 1
    TEST = 2
    THRESHOLD = 3


@dataclass(frozen=True, slots=True)
class Crops:
    """Windows (n, 80, 80, 3) with their classes (n,), indices into `CLASSES`.

    ``kinds`` (n,) are indices into `klausur.learn.scans.Kind`; ``people`` (n,) number the drawn hands or the
    writers that they are of: windows of one are no independent evidence.
    """

    windows: Pixels
    labels: npt.NDArray[np.int64]
    kinds: npt.NDArray[np.int64]
    people: npt.NDArray[np.int64]

    def where(self, chosen: npt.NDArray[np.bool_]) -> "Crops":
        """Some of them."""
        return Crops(self.windows[chosen], self.labels[chosen], self.kinds[chosen], self.people[chosen])

    def scanned(self, kind: ScanKind) -> npt.NDArray[np.bool_]:
        """Which of them a reader is told to be of a kind of scan: (n,)."""
        two_level = np.asarray(self.kinds == list(Kind).index(Kind.TWO_LEVEL))
        if kind is ScanKind.TWO_LEVEL:
            return two_level
        few = self.windows[:, ::4, ::4]
        coloured = (few[..., 0] != few[..., 2]).any(axis=(1, 2))
        return np.asarray(~two_level & (coloured if kind is ScanKind.COLOUR else ~coloured))


def joined(parts: Sequence[Crops]) -> Crops:
    """Several as one; ``people`` of different parts stay different."""
    first = np.cumsum([0, *(int(part.people.max(initial=-1)) + 1 for part in parts)])
    return Crops(
        np.concatenate([part.windows for part in parts]),
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.kinds for part in parts]),
        np.concatenate([part.people + at for part, at in zip(parts, first[:-1], strict=True)]),
    )


def by_hand(seed: int, split: Split, number: int) -> Crops:
    """The windows of one drawn hand, (`EACH`, …): each mark of `DRAWN` in several scans."""
    rng = stream(Population.TRAIN, seed, split, number)
    person = somebody(rng)
    return _windows(lambda mark: _drawn(mark, person, rng), number, rng)


def by_writer(traces: Traces, seed: int, part: Part, number: int) -> Crops:
    """The windows of one real cross and its writer, as of a drawn hand, with a pen of its own."""
    rng = stream(Population.TRAIN, seed, part, number)
    written = sheet(traces, number, printed.BOX, somebody(rng), rng)

    def put(mark: Mark) -> Pixels:
        paper = box_on_paper(rng)
        pen.ink(paper, written.strokes(mark, rng), FINE, _CORNER, written.pen, rng)
        if mark is Mark.EMPTY and rng.random() < _STRAY:
            stray(paper, printed.BOX, FINE, _CORNER, written.pen, rng)
        return paper

    return _windows(put, traces.who(number), rng)


def one(mark: Mark, person: Hand, rng: np.random.Generator, kind: Kind = Kind.GREY) -> Pixels:
    """A window with a mark that a hand draws, (80, 80, 3)."""
    return scanned(_drawn(mark, person, rng), kind, rng)


def scanned(paper: Pixels, kind: Kind, rng: np.random.Generator) -> Pixels:
    """The reader's window of a drawing that went through a kind of scan."""
    return window(degraded(paper, kind, rng), off(printed.BOX, rng))


def _windows(put: Callable[[Mark], Pixels], who: int, rng: np.random.Generator) -> Crops:
    windows, kinds = [], []
    for mark in DRAWN:
        paper = put(mark)
        for _ in range(SCANS):
            kind = some_kind(rng)
            windows.append(_legible(paper, put, mark, kind, rng))
            kinds.append(list(Kind).index(kind))
    labels = np.repeat([CLASSES.index(mark) for mark in DRAWN], SCANS)
    return Crops(np.stack(windows), labels, np.array(kinds), np.full(EACH, who))


def _legible(
    paper: Pixels, put: Callable[[Mark], Pixels], mark: Mark, kind: Kind, rng: np.random.Generator
) -> Pixels:
    """A window of a drawn mark; where black and white leaves next to nothing of it, of another one.

    What is not to be seen cannot be learnt as a cross: it would teach that empty boxes are crossed.
    """
    for _ in range(_TRIES):
        seen = scanned(paper, kind, rng)
        if mark is Mark.EMPTY or kind not in _HARD or _dark(seen) >= _LEAST:
            break
        paper = put(mark)
    return seen


def _dark(seen: Pixels) -> int:
    """Pixels of a window, but for those where its frame may lie, that are half dark at least."""
    return int(np.count_nonzero((seen.min(axis=2) < 128) & _CLEAR))


_AWAY = np.abs(np.arange(SIDE) - (SIDE - 1) / 2) * MARK_WINDOW / SIDE
_FARTHER = np.maximum(_AWAY[:, None], _AWAY[None, :])
_CLEAR = (_FARTHER <= 1.4) | ((_FARTHER >= 2.5) & (_FARTHER <= 3.8))
_HARD = (Kind.TWO_LEVEL, Kind.COPY)
_TRIES, _LEAST = 8, 8


def somebody(rng: np.random.Generator) -> Hand:
    """A training hand: three in four a candidate's, the others a corrector's."""
    corrector = rng.random() < 0.25
    return hand(rng, Population.TRAIN, CORRECTOR_INKS if corrector else None)


def box_on_paper(rng: np.random.Generator) -> Pixels:
    """Paper with a box, and what may stand near it."""
    paper = printed.canvas(REACH, FINE)
    printed.frame(paper, FINE, rng.uniform(0.7, 1.0), rng.uniform(0.2, 0.32))
    if rng.random() < 0.7:
        printed.surroundings(paper, FINE, rng)
    if rng.random() < 0.15:
        printed.show_through(paper, FINE, rng)
    return paper


def _drawn(mark: Mark, person: Hand, rng: np.random.Generator) -> Pixels:
    """Paper with a mark that a hand draws."""
    paper = box_on_paper(rng)
    if mark in _BY_RULE and rng.random() < _FREE:
        pen.ink(paper, _BY_RULE[mark](printed.BOX, person, rng), FINE, _CORNER, person, rng)
    else:
        pen.draw(paper, printed.BOX, FINE, _CORNER, mark, person, rng)
    if mark is Mark.EMPTY and rng.random() < _STRAY:
        stray(paper, printed.BOX, FINE, _CORNER, person, rng)
    return paper
