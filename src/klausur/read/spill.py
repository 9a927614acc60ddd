"""Whether ink reaches over the edge of a box: where filling it chooses, that is how it is taken back.

A filled box that is crossed or struck out is as black as before, and the network calls it filled. Only what
lies outside of the frame tells; so a filled box with ink there goes to a person.
"""

import numpy as np
import numpy.typing as npt

from klausur.paper.fields import MARK_WINDOW
from klausur.read.crop import SIDE
from klausur.read.ink import dark
from klausur.scan.model import Pixels

BEYOND, DARKNESS, PIXELS = 2.6, 0.25, 2
"""From so many mm off the box's middle on, 0.6 outside of its frame, more pixels than these are darker than
paper by this share. Of 400 filled boxes of the rehearsal's judging pens that nobody took back, this asks a
person about 127; of 400 crossed out with arms 0.7 to 1.6 mm over the edge it misses one, of 400 struck out
none (``benchmarks/answers.py``)."""


def over_edge(windows: Pixels) -> npt.NDArray[np.bool_]:
    """In which of the windows (n, 80, 80, 1 or 3) ink lies outside of the box: (n,)."""
    away = np.abs(np.arange(SIDE) - (SIDE - 1) / 2) * MARK_WINDOW / SIDE
    outside = np.maximum(away[:, None], away[None, :]) > BEYOND
    return np.asarray(dark(windows, DARKNESS, outside) > PIXELS, np.bool_)
