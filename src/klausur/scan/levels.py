"""How many pixels have which grey level, and what share of them is darker than what.

Out of counts, which takes a twentieth of the time that NumPy's quantiles take.
"""

import cv2
import numpy as np
import numpy.typing as npt

from klausur.scan.model import Pixels

COUNT = 256

Counts = npt.NDArray[np.int64]
"""How many pixels have each level: (256,)."""


def counted(pixels: Pixels) -> Counts:
    """How many of grey pixels, (height, width), have each level."""
    if not pixels.size:
        return np.zeros(COUNT, np.int64)
    counts = cv2.calcHist([pixels], [0], None, [COUNT], [0, COUNT])
    return np.asarray(counts.ravel(), np.int64)


def quantile(counts: Counts, share: float) -> float:
    """The level below which a share of the pixels lies, as NumPy's quantile gives it; some were counted."""
    upto = np.cumsum(counts)
    at = share * (int(upto[-1]) - 1)
    low, high = np.searchsorted(upto, (int(at), int(np.ceil(at))), side="right").tolist()
    return float(low + (high - low) * (at - int(at)))
