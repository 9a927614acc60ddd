"""From a trained network to a reader's bounds: temperature, the confidence that calls a person, the ink test.

Temperature and flag bound come from validation hands, the ink test from training hands; what each costs is
measured on hands that neither saw.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from klausur.learn.crops import CLASSES, SHARES, Crops
from klausur.read.ink import InkTest, inked
from klausur.read.model import Mark

Floats = npt.NDArray[np.float32]

ALLOWED = 0.015
"""Share of crossed and filled boxes, read rightly, that the flag bound may send to people, on validation
hands. Half of their marks are drawn by rule, to be harder than most: on development rehearsals the bound
flags less than a third of this share, and the project allows 1 % of marked boxes.
"""

OTHER_SHARE = 0.03
"""Share of `other` among the marks on paper that the probabilities suppose: a cautious guess, several times
what rehearsals have. In training it is a third.
"""

_INK_TEST = InkTest(inside=1.45, ring=2.45, reach=3.5, darkness=0.1, pixels=0, confidence=0.0)
"""What the ink test looks at. Half a millimetre is left for the frame and for the error of its place. With a
bound of 0.1, pencil is told from paper by a wide margin; with 0.2, the faintest strokes are lost.
"""

_FAINTEST = 2e-4
"""Share of the training marks that the ink test's bound is not made for: odd strokes along the frame, which
leave next to nothing where it looks. Half of the bound still passes them on to the network.
"""

_EMPTY, _OTHER = CLASSES.index(Mark.EMPTY), CLASSES.index(Mark.OTHER)


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
    """

    windows: int
    accuracy: float
    silent_misreads: int
    silent_of_other: int
    flagged_plain: float
    flagged_empty: float


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


def expected(logits: Floats, temperature: float) -> Floats:
    """Probabilities (n, 4) on paper, for logits (n, 4) of a network trained on `SHARES`."""
    return softmax(np.asarray(logits / temperature + np.log(frequencies()), np.float32))


def softmax(logits: Floats) -> Floats:
    """Probabilities of logits (n, 4)."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)


def flag_below(probabilities: Floats, labels: npt.NDArray[np.int64]) -> float:
    """The confidence under which a person decides.

    It lies as high as `ALLOWED` permits: a flag costs seconds, a silent misread a grade.
    """
    value, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    plain = (labels != _EMPTY) & (labels != _OTHER) & (value == labels)
    return round(float(np.quantile(confidence[plain], ALLOWED)), 4)


def outcome(probabilities: Floats, labels: npt.NDArray[np.int64], bound: float) -> MarkFigures:
    """How readings with a flag bound compare with the labels."""
    value = probabilities.argmax(axis=1)
    flagged = (value == _OTHER) | (probabilities.max(axis=1) < bound)
    silent = (value != labels) & ~flagged
    plain = (labels != _EMPTY) & (labels != _OTHER)
    return MarkFigures(
        windows=len(labels),
        accuracy=round(float(np.mean(value == labels)), 5),
        silent_misreads=int(silent.sum()),
        silent_of_other=int((silent & (labels == _OTHER)).sum()),
        flagged_plain=round(float(flagged[plain].mean()), 5),
        flagged_empty=round(float(flagged[labels == _EMPTY].mean()), 5),
    )


def ink_test(train: Crops) -> InkTest:
    """The ink test whose bound is half of the ink that all but `_FAINTEST` of the training marks leave."""
    ink = inked(train.windows, _INK_TEST)
    least = float(np.quantile(ink[train.labels != _EMPTY], _FAINTEST))
    return replace(_INK_TEST, pixels=int(least) // 2)


def ink_outcome(test: InkTest, crops: Crops) -> tuple[int, float]:
    """How many marks an ink test loses, and the share of empty boxes for which it answers."""
    passed = inked(crops.windows, test) <= test.pixels
    empty = crops.labels == _EMPTY
    return int((passed & ~empty).sum()), round(float(passed[empty].mean()), 4)


def _loss(logits: Floats, labels: npt.NDArray[np.int64]) -> float:
    probability = softmax(logits)[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(probability, 1e-12)).mean())
