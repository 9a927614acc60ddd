"""From a trained network to a reader's bounds: temperature, ink test, the confidence that calls a person.

Each is found for every kind of scan by itself. Temperature and ink test come from people who are not learnt
from, the threshold from people of whom neither is, by an error budget; what all of it costs is measured.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from klausur.learn import budget
from klausur.learn.budget import Evidence
from klausur.learn.crops import CLASSES, SHARES, Crops
from klausur.read.ink import InkTest, inked, traces
from klausur.read.marks import MarkReader
from klausur.read.model import Mark
from klausur.read.preprocess import inputs
from klausur.scan.model import Pixels
from klausur.scan.tones import ScanKind

Floats = npt.NDArray[np.float32]

BUDGET, ODD_BUDGET = 12_500.0, 90_000.0
"""Silent misreads per million marks, at most and with a confidence of 95 %, that `flag_below` aims at: of
plain marks and empty boxes, and of odd marks, which nobody could call one or the other with certainty.

It is what so few people can prove, on windows that are harder than most, and not what is expected: a lower
one would flag for want of people.
"""

OUTLINES = {ScanKind.GREY: 0.5, ScanKind.COLOUR: 0.4, ScanKind.TWO_LEVEL: 0.5}
"""How dark a box's outline must be. Where light bleaches pages, marks were lost at up to 0.47; a phone's lens
softens lines and takes nothing away. On sheets by the calibration's writers the palest outlines have 0.70 on
an office scanner's images and 0.46 on a phone's.
"""

OTHER_SHARE = 0.03
"""Share of `other` among the marks on paper that the probabilities suppose: a cautious guess, several times
what rehearsals have. In training it is a third.
"""

_INK_TEST = InkTest(inside=1.45, ring=2.45, reach=3.5, darkness=0.1, pixels=0, confidence=0.0)
"""What the ink test looks at. Half a millimetre is left for the frame and for the error of its place. With a
bound of 0.1, pencil is told from paper by a wide margin; with 0.2, the faintest strokes are lost.
"""

_FAINTEST = 2e-3
"""Share of the marks that the ink test's bound is not made for: odd strokes along the frame, and what black
and white leaves of thin pens. Half of the bound still passes them on to the network.
"""

_BOUNDS = (0, 1, 2, 3, 5, 8, 12, 16, 20, 25, 30)
"""Bounds on dark pixels that are tried for `InkTest.dots` and `InkTest.traces`."""

_EMPTY, _OTHER = CLASSES.index(Mark.EMPTY), CLASSES.index(Mark.OTHER)
_BATCH = 256
_BINS = 15
"""Bins of the calibration error, as many as in Guo et al. 2017."""


@dataclass(frozen=True, slots=True)
class Readings:
    """What a reader says to windows: classes, confidences, and what it flags whatever they are; (n,) each."""

    values: npt.NDArray[np.int64]
    confidence: npt.NDArray[np.float64]
    flagged: npt.NDArray[np.bool_]

    def unsure(self, least: float) -> npt.NDArray[np.bool_]:
        """Which are flagged with a threshold."""
        return np.asarray(self.flagged | (self.confidence < least))

    def where(self, chosen: npt.NDArray[np.bool_]) -> "Readings":
        """Some of them."""
        return Readings(self.values[chosen], self.confidence[chosen], self.flagged[chosen])


@dataclass(frozen=True, slots=True)
class MarkFigures:
    """How a reader did on some windows, with the classes shared out as in training.

    Attributes:
        windows: how many there were.
        accuracy: share whose most probable class is right.
        silent_misreads: windows read wrongly without a flag.
        silent_of_other: those among them whose truth is `other`.
        flagged_plain: share of crossed and filled windows that are flagged.
        flagged_empty: share of empty windows that are flagged.
        calibration_error: how far confidence and share right are apart, weighed as on paper.
    """

    windows: int
    accuracy: float
    silent_misreads: int
    silent_of_other: int
    flagged_plain: float
    flagged_empty: float
    calibration_error: float


def temperature(logits: Floats, labels: npt.NDArray[np.int64]) -> float:
    """The temperature with the least negative log-likelihood (Guo et al. 2017), to two digits."""
    candidates = np.round(np.geomspace(0.3, 5.0, 200), 2)
    return float(min(candidates, key=lambda t: _loss(logits / t, labels)))


def frequencies() -> tuple[float, ...]:
    """How much more frequent than in training each class is on paper, in the order of `CLASSES`."""
    plain = (1 - OTHER_SHARE) / (len(CLASSES) - 1)
    return tuple(
        (OTHER_SHARE if mark is Mark.OTHER else plain) / share
        for mark, share in zip(CLASSES, SHARES, strict=True)
    )


def softmax(logits: Floats) -> Floats:
    """Probabilities of logits (n, 4)."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)


def opinions(reader: MarkReader, crops: Crops) -> Floats:
    """The logits, (n, 4), that a reader's opinion of windows stands for, with one look or several."""
    parts = [
        reader.opinion(inputs(np.asarray(part))) for part in np.array_split(crops.windows, _parts(crops))
    ]
    chances = np.maximum(np.concatenate(parts), 1e-12) / np.asarray(reader.card.frequencies)
    return np.asarray(reader.card.temperature * np.log(chances), np.float32)


def readings(reader: MarkReader, crops: Crops) -> Readings:
    """What a reader with `flag_below` 0 says: as pages are read, kind of scan, ink test, outline and all."""
    n = len(crops.labels)
    found = Readings(np.zeros(n, np.int64), np.zeros(n), np.zeros(n, np.bool_))
    for kind in ScanKind:
        here = np.flatnonzero(crops.scanned(kind))
        for some in np.array_split(here, max(1, -(-len(here) // _BATCH))):
            for at, mark in zip(some, reader.read(np.asarray(crops.windows[some]), kind), strict=True):
                found.values[at] = CLASSES.index(mark.value)
                found.confidence[at], found.flagged[at] = mark.confidence, mark.flagged
    return found


@dataclass(frozen=True, slots=True)
class Threshold:
    """The confidence under which a person decides, and what is known of marks above it.

    ``plain`` is the evidence for crossed, filled and empty boxes, ``odd`` for marks that a person must read.
    """

    least: float
    plain: Evidence
    odd: Evidence


def flag_below(read: Readings, crops: Crops) -> Threshold:
    """The least confidence by both error budgets, and the evidence for it."""
    odd = crops.labels == _OTHER
    least = max(_least(read, crops, part, most) for part, most in ((~odd, BUDGET), (odd, ODD_BUDGET)))
    unsure, wrong = read.unsure(least), read.values != crops.labels
    plain, other = (
        budget.evidence(
            (wrong & ~unsure)[part], (wrong | unsure)[part], crops.people[part], _weights(crops)[part]
        )
        for part in (~odd, odd)
    )
    return Threshold(least, plain, other)


def _least(read: Readings, crops: Crops, part: npt.NDArray[np.bool_], most: float) -> float:
    wrong, weights = (read.values != crops.labels)[part], _weights(crops)[part]
    some = read.where(part)
    return budget.threshold(wrong, some.flagged, some.confidence, crops.people[part], weights, most)


def outcome(read: Readings, crops: Crops) -> MarkFigures:
    """How readings compare with the labels."""
    flagged, labels = read.flagged, crops.labels
    silent = (read.values != labels) & ~flagged
    plain = (labels != _EMPTY) & (labels != _OTHER)
    return MarkFigures(
        windows=len(labels),
        accuracy=round(float(np.mean(read.values == labels)), 5),
        silent_misreads=int(silent.sum()),
        silent_of_other=int((silent & (labels == _OTHER)).sum()),
        flagged_plain=_share(flagged[plain]),
        flagged_empty=_share(flagged[labels == _EMPTY]),
        calibration_error=round(calibration_error(read, crops), 5),
    )


def reliability(read: Readings, crops: Crops) -> tuple[npt.NDArray[np.float64], ...]:
    """For each bin of confidence its share of marks on paper, mean confidence and share right: (3, 15)."""
    weights = _weights(crops)
    edges = np.minimum((read.confidence * _BINS).astype(int), _BINS - 1)
    total = np.bincount(edges, weights, _BINS)
    safe = np.maximum(total, 1e-12)
    sure = np.bincount(edges, weights * read.confidence, _BINS) / safe
    right = np.bincount(edges, weights * (read.values == crops.labels), _BINS) / safe
    return total / total.sum(), sure, right


def calibration_error(read: Readings, crops: Crops) -> float:
    """The expected calibration error (Naeini et al. 2015) of readings, weighed as on paper."""
    share, sure, right = reliability(read, crops)
    return float(share @ np.abs(sure - right))


_STEPS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999)
"""Confidences from each of which to the next a card tells how many are right."""


def reliability_figures(read: Readings, crops: Crops) -> dict[str, int | float]:
    """Of each step of confidence: the share of marks on paper, and how many of these are right."""
    weights, step = _weights(crops), np.searchsorted(_STEPS, read.confidence, side="right") - 1
    total = np.bincount(step, weights, len(_STEPS))
    right = np.bincount(step, weights * (read.values == crops.labels), len(_STEPS))
    found: dict[str, int | float] = {}
    for least, all_, well in zip(_STEPS, total.tolist(), right.tolist(), strict=True):
        if all_:
            found[f"share_from_{least}"] = round(all_ / float(total.sum()), 5)
            found[f"right_from_{least}"] = round(well / all_, 5)
    return found


def ink_test(crops: Crops) -> InkTest:
    """The ink test whose bound is half of the ink that all but `_FAINTEST` of the marks leave.

    Its confidence is Laplace's rule of succession: with none lost among n, the next one is lost with a chance
    of 1 in n + 2.
    """
    ink = _counted(crops, lambda windows: inked(windows, _INK_TEST))
    marked = crops.labels != _EMPTY
    pixels = int(np.quantile(ink[marked], _FAINTEST)) // 2
    lost = int((marked & (ink <= pixels)).sum())
    return replace(_INK_TEST, pixels=pixels, confidence=round(1.0 - (lost + 1) / (len(ink) + 2), 6))


def ink_bounds(read: Readings, crops: Crops, test: InkTest) -> tuple[int, int]:
    """The largest bounds on dark pixels, `dots` and `traces`, at which no plain mark passes for empty.

    The first is for boxes that the ink test would call empty, the second for those that the network does.
    ``read`` is what a reader says with a bound of 0 on both, so that the network sees all dots.
    """
    marked = (crops.labels != _EMPTY) & (crops.labels != _OTHER)
    few = marked & (_counted(crops, lambda windows: inked(windows, test)) <= test.pixels)
    missed = marked & (read.values == _EMPTY) & (read.confidence > _SURELY)
    dark = _counted(crops, lambda windows: traces(windows, test))
    return _largest(dark[few]), _largest(dark[missed])


def _counted(crops: Crops, measure: Callable[[Pixels], npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """A measure of each window, (n,)."""
    parts = np.array_split(crops.windows, _parts(crops))
    return np.concatenate([measure(np.asarray(part)) for part in parts])


_SURELY = 0.95
"""Confidence from which a network's word might pass without a flag, before the threshold is known."""


def _largest(dark: npt.NDArray[np.int64]) -> int:
    """The largest bound below the dark pixels of all lost marks that have any."""
    least = int(dark[dark > 0].min(initial=_BOUNDS[-1] + 1))
    return max(bound for bound in _BOUNDS if bound < least)


def _parts(crops: Crops) -> int:
    return max(1, -(-len(crops.labels) // _BATCH))


def _weights(crops: Crops) -> npt.NDArray[np.float64]:
    return np.asarray(frequencies())[crops.labels]


def _share(flags: npt.NDArray[np.bool_]) -> float:
    return round(float(flags.mean()), 5) if flags.size else 0.0


def _loss(logits: Floats, labels: npt.NDArray[np.int64]) -> float:
    probability = softmax(logits)[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(probability, 1e-12)).mean())
