"""From a trained network to a reader's bounds: temperature, ink test, the confidence that calls a person.

Temperature and ink test come from people who are not learnt from, the threshold from people of whom neither
is, by an error budget; what all of it costs is measured for each kind of scan.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from klausur.learn import budget
from klausur.learn.budget import Evidence
from klausur.learn.crops import CLASSES, SHARES, Crops
from klausur.learn.scans import Kind
from klausur.read.ink import InkTest, inked, plainly_empty, traces
from klausur.read.marks import MarkReader
from klausur.read.model import Mark

Floats = npt.NDArray[np.float32]

BUDGET = 2_000.0
"""Silent misreads per million marks, at most and with a confidence of 95 %, that `flag_below` aims at.

It is what so few people can prove, not what is expected: a lower one would flag for want of people.
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
    """What a reader says to windows: classes (n,), confidences (n,), and whether it flags whatever they are.

    ``seen`` are the dark pixels inside of each frame, and ``by_test`` tells which the ink test answered.
    """

    values: npt.NDArray[np.int64]
    confidence: npt.NDArray[np.float64]
    flagged: npt.NDArray[np.bool_]

    def unsure(self, least: float) -> npt.NDArray[np.bool_]:
        """Which are flagged with a threshold."""
        return np.asarray(self.flagged | (self.confidence < least))


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


def readings(reader: MarkReader, crops: Crops) -> Readings:
    """What a reader with `flag_below` 0 says: as pages are read, ink test, outline and all."""
    seen = [
        mark
        for start in range(0, len(crops.labels), _BATCH)
        for mark in reader.read(np.asarray(crops.windows[start : start + _BATCH]))
    ]
    return Readings(
        np.array([CLASSES.index(mark.value) for mark in seen]),
        np.array([mark.confidence for mark in seen]),
        np.array([mark.flagged for mark in seen]),
    )


def flag_below(read: Readings, crops: Crops) -> tuple[float, Evidence]:
    """The confidence under which a person decides, by the error budget, and the evidence for it."""
    return budget.threshold(
        read.values != crops.labels, read.flagged, read.confidence, crops.people, _weights(crops), BUDGET
    )


def outcome(read: Readings, crops: Crops, least: float) -> MarkFigures:
    """How readings with a threshold compare with the labels."""
    flagged, labels = read.unsure(least), crops.labels
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


def by_kind(read: Readings, crops: Crops, least: float) -> dict[Kind, MarkFigures]:
    """`outcome` for each kind of scan."""
    found = {}
    for number, kind in enumerate(Kind):
        here = crops.kinds == number
        if here.any():
            some = Readings(read.values[here], read.confidence[here], read.flagged[here])
            found[kind] = outcome(some, crops.where(here), least)
    return found


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


def ink_test(crops: Crops) -> InkTest:
    """The ink test whose bound is half of the ink that all but `_FAINTEST` of the marks leave.

    Its confidence is Laplace's rule of succession: with none lost among n, the next one is lost with a chance
    of 1 in n + 2.
    """
    ink = np.concatenate(
        [inked(np.asarray(part), _INK_TEST) for part in np.array_split(crops.windows, _parts(crops))]
    )
    marked = crops.labels != _EMPTY
    pixels = int(np.quantile(ink[marked], _FAINTEST)) // 2
    lost = int((marked & (ink <= pixels)).sum())
    return replace(_INK_TEST, pixels=pixels, confidence=round(1.0 - (lost + 1) / (len(ink) + 2), 6))


def ink_bounds(reader: MarkReader, crops: Crops) -> InkTest:
    """A reader's ink test with the largest bounds on dark pixels at which no mark passes for empty unasked.

    ``dots`` is for boxes that the ink test calls empty, ``traces`` for those that the network does.
    """
    test = reader.card.ink_test
    assert test is not None  # noqa: S101 - readers of marks have one
    read = readings(reader, crops)
    lost = {True: [0], False: [0]}
    for at in np.flatnonzero((read.values == _EMPTY) & (crops.labels != _EMPTY)).tolist():
        window = np.asarray(crops.windows[at : at + 1])
        by_test = bool(plainly_empty(window, test)[0][0])
        if by_test or read.confidence[at] > _SURELY:
            lost[by_test].append(int(traces(window, test)[0]))
    dots, more = (_largest(lost[by_test]) for by_test in (True, False))
    return replace(test, dots=dots, traces=more)


_SURELY = 0.9
"""Confidence from which a network's word might pass without a flag, before the threshold is known."""


def _largest(dark: list[int]) -> int:
    """The largest bound below the dark pixels of all lost marks that have any."""
    least = min((count for count in dark if count > 0), default=_BOUNDS[-1] + 1)
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
