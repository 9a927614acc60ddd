"""Plain ways to read a mark, to stand beside networks: an ink ratio, and a linear classifier on gradients.

Both are fitted to the same windows, and flag as many of these windows' plain marks as they are told to.
"""

from typing import NamedTuple, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from klausur.learn.crops import CLASSES
from klausur.read.crop import SIDE
from klausur.read.ink import dark
from klausur.read.model import Mark
from klausur.scan.model import Pixels
from klausur.scan.tones import ScanKind

Classes = npt.NDArray[np.int64]
EMPTY, CROSSED, FILLED, OTHER = (
    CLASSES.index(m) for m in (Mark.EMPTY, Mark.CROSSED, Mark.FILLED, Mark.OTHER)
)
_AWAY = np.abs(np.arange(SIDE) - (SIDE - 1) / 2) / 10.0
_INSIDE = np.maximum(_AWAY[:, None], _AWAY[None, :]) <= 1.6
_RIDGE = 0.05


class Said(NamedTuple):
    """What a reader says to windows: classes, whether a person is asked, and how sure it is, (n,) each."""

    values: Classes
    flagged: npt.NDArray[np.bool_]
    confidence: npt.NDArray[np.float64]


class Plain(Protocol):
    """A way to read marks."""

    def read(self, windows: Pixels, kind: ScanKind) -> Said:
        """What it says to windows (n, 80, 80, 3) of a kind of scan."""
        ...


class InkRatio:
    """How much of a box's inside is a quarter darker than paper: three bands, and a person between them."""

    def __init__(self, windows: Pixels, labels: Classes, flags: float) -> None:
        """Put the bounds where fewest plain marks are misread; ``flags`` of them are too near to a bound."""
        ratio = _ratio(windows)
        self._bounds = [
            between(ratio[labels == low], ratio[labels == high])
            for low, high in ((EMPTY, CROSSED), (CROSSED, FILLED))
        ]
        plain = (labels == CROSSED) | (labels == FILLED)
        self._near = float(np.quantile(self._margin(ratio[plain]), flags))

    def read(self, windows: Pixels, _: ScanKind = ScanKind.GREY) -> Said:
        """Classes, and whether a person is asked, for windows (n, 80, 80, 3)."""
        ratio = _ratio(windows)
        values = np.array([EMPTY, CROSSED, FILLED])[np.searchsorted(self._bounds, ratio)]
        margin = self._margin(ratio)
        return Said(values, margin < self._near, 1.0 - 0.5 * np.exp(-margin))

    def _margin(self, ratio: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """How far a ratio is from the nearest bound, on a scale of odds."""
        odds = [
            np.log(np.clip(r, 1e-4, 1 - 1e-4) / (1 - np.clip(r, 1e-4, 1 - 1e-4)))
            for r in (ratio, self._bounds)
        ]
        return np.asarray(np.abs(odds[0][:, None] - odds[1][None, :]).min(axis=1), np.float64)


class Discriminant:
    """Fisher's linear discriminant, of vectors (n, d) and their classes."""

    def __init__(self, x: npt.NDArray[np.float32], labels: Classes, classes: int) -> None:
        """Fit to vectors."""
        self._mean, self._spread = x.mean(axis=0), x.std(axis=0) + 1e-6
        x = (x - self._mean) / self._spread
        means = np.stack([x[labels == k].mean(axis=0) for k in range(classes)])
        within = (x - means[labels]).T @ (x - means[labels]) / len(x)
        inverse = np.linalg.inv(within + _RIDGE * np.eye(len(within)))
        self._slope = (inverse @ means.T).astype(np.float32)
        self._shift = -0.5 * np.einsum("kd,dk->k", means, self._slope)

    def chances(self, x: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """The probabilities of the classes, (n, classes)."""
        scores = (x - self._mean) / self._spread @ self._slope + self._shift
        raised = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float64)


class LinearOnGradients:
    """Fisher's linear discriminant on histograms of oriented gradients (Dalal and Triggs 2005)."""

    def __init__(self, windows: Pixels, labels: Classes, flags: float) -> None:
        """Fit to windows; ``flags`` of the plain marks among them are below the least confidence."""
        self._found = Discriminant(_of_windows(windows), labels, len(CLASSES))
        self._least = 0.0
        said = self.read(windows)
        plain = ((labels == CROSSED) | (labels == FILLED)) & (said.values == labels)
        self._least = float(np.quantile(said.confidence[plain], flags))

    def read(self, windows: Pixels, _: ScanKind = ScanKind.GREY) -> Said:
        """Classes, and whether a person is asked, for windows (n, 80, 80, 3)."""
        chances = self._found.chances(_of_windows(windows))
        values, sure = chances.argmax(axis=1), chances.max(axis=1)
        return Said(values, (values == OTHER) | (sure < self._least), sure)


def between(low: npt.NDArray[np.float64], high: npt.NDArray[np.float64]) -> float:
    """The bound between two classes that gets fewest of both wrong."""
    tried = np.unique(np.quantile(np.concatenate([low, high]), np.linspace(0, 1, 400)))
    wrong = [np.mean(low > bound) + np.mean(high <= bound) for bound in tried]
    return float(tried[int(np.argmin(wrong))])


def _ratio(windows: Pixels) -> npt.NDArray[np.float64]:
    return dark(np.asarray(windows), 0.25, _INSIDE) / np.count_nonzero(_INSIDE)


_CELL, _WAYS = 8, 9


def _of_windows(windows: Pixels) -> npt.NDArray[np.float32]:
    """The gradients of each window's darkest channel, 10 x 10 cells, (n, 900)."""
    return gradients(windows.min(axis=3), _CELL)


def gradients(tones: Pixels, cell: int) -> npt.NDArray[np.float32]:
    """Histograms of the gradients of square windows, (n, side, side), in 9 directions, (n, 9 cells²).

    Args:
        tones: the windows.
        cell: pixels along the side of a cell.
    """
    side = tones.shape[1]
    found = np.empty((len(tones), _WAYS * (side // cell) ** 2), np.float32)
    cells = np.arange(side) // cell
    place = (cells[:, None] * (side // cell) + cells[None, :]) * _WAYS
    for n, window in enumerate(tones):
        grey = np.ascontiguousarray(window).astype(np.float32)
        across, down = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
        strength, way = np.hypot(across, down), np.arctan2(down, across) % np.pi
        at = place + np.minimum((way / np.pi * _WAYS).astype(int), _WAYS - 1)
        total = np.bincount(at.ravel(), strength.ravel(), found.shape[1])
        found[n] = np.sqrt(total / max(float(total.sum()), 1e-6))
    return found
