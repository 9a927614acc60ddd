"""How many results lie where, for pictures: bars of equal width, each beginning at a whole multiple of it."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

_WIDTHS = tuple(Fraction(n, d) for n, d in ((1, 4), (1, 2), (1, 1), (2, 1), (5, 1), (10, 1), (20, 1)))
_STEPS = (1, 2, 5, 10, 20, 50, 100)

_TICKS = 12
"""Numbers below the axis at most."""


@dataclass(frozen=True, slots=True)
class Histogram:
    """The axis from ``start`` on, and how many results lie in each part that is ``width`` wide."""

    start: Fraction
    width: Fraction
    bars: tuple[int, ...]

    @property
    def end(self) -> Fraction:
        """Where the axis ends."""
        return self.start + self.width * len(self.bars)

    def place(self, value: Fraction) -> float:
        """Where on the axis a result lies: 0 at its start, 1 at its end."""
        return float((value - self.start) / (self.end - self.start))

    def ticks(self) -> tuple[int, ...]:
        """The numbers that stand below the axis."""
        step = next((s for s in _STEPS if (self.end - self.start) / s <= _TICKS), _STEPS[-1])
        return tuple(range(math.ceil(self.start / step) * step, math.floor(self.end) + 1, step))


def histogram(values: Sequence[Fraction], most: Fraction, bars: int) -> Histogram:
    """Count results in the narrowest parts of which there are not too many.

    Args:
        values: the results.
        most: the axis reaches from 0 to there at least.
        bars: so many parts at most, where the widest are wide enough.

    Returns:
        the last part holds what lies at its end, too.
    """
    low, high = min([Fraction(0), *values]), max([most, *values])
    width = next((w for w in _WIDTHS if (high - low) / w <= bars), _WIDTHS[-1])
    first = math.floor(low / width)
    many = max(math.ceil(high / width) - first, 1)
    counted = Counter(min(math.floor(value / width) - first, many - 1) for value in values)
    return Histogram(first * width, width, tuple(counted[n] for n in range(many)))
