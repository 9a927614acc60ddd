"""Marks in boxes out of real pen traces: whose strokes they are is real, pen, size and place are drawn.

A trace has no width, so any pen may have written it; it may be as large, lie as far off the middle and lean
as much as people's crosses do. Crosses taken back, and marks that a person must decide about, are put
together of traces and of drawn strokes, since nobody wrote them on a tablet.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from klausur.base.geometry import Box
from klausur.learn.freehand import beside, filled_over, half_filled, overcrossed_by
from klausur.learn.traces import SLASHES, STARS, TICKS, Trace, Traces
from klausur.read.model import Mark
from klausur.rehearse.hands import Hand
from klausur.rehearse.strokes import Points, Stroke, circle, pull

SIZE = 0.5, 2.0
"""Longer side of a cross, in sides of its box: of all sizes on a scale of ratios as many."""

WIDTH = 0.12, 0.9
"""Widths of pens in mm, from a hard pencil to a felt pen."""

_BLOB = 0.2
"""A pen is no wider than this share of what it writes: else a small cross is a blot."""

_LEAN = 8.0
"""Standard deviation in degrees by which a mark is turned; up to 20. A cross stays a cross."""

_ASTRAY, _INSIDE = 0.5, 1.1
"""Standard deviation in mm of where a cross meets, off the box's middle in each direction, and the most: it
must meet inside the box to be meant for it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one writer puts into boxes, and with which pen."""

    box: Box
    pen: Hand
    crosses: tuple[Trace, ...]
    odd: tuple[Trace, ...]

    def strokes(self, mark: Mark, rng: np.random.Generator) -> list[Stroke]:
        """The strokes of a mark; none for an empty box."""
        if mark is Mark.EMPTY:
            return []
        if mark is Mark.CROSSED:
            return self._cross(rng)
        if mark is Mark.FILLED:
            return filled_over(self.box, self._cross(rng), self.pen, rng)
        return self._unclear(rng)

    def _cross(self, rng: np.random.Generator, most: float = SIZE[1]) -> list[Stroke]:
        trace = self.crosses[int(rng.integers(len(self.crosses)))]
        size = self.box.w * float(np.exp(rng.uniform(np.log(SIZE[0]), np.log(most))))
        at = np.clip(rng.normal(0.0, _ASTRAY, 2), -_INSIDE, _INSIDE)
        return laid(_stretched(trace, rng), size, self.box.centre + at, self.pen, rng)

    def _unclear(self, rng: np.random.Generator) -> list[Stroke]:
        """Marks that a person must decide about: strokes that are no cross, and crosses with more."""
        kind = rng.random()
        if kind < _ALONE and self.odd:
            return self._odd(rng)
        below = self._cross(rng, most=1.4)
        match int(rng.integers(6)):
            case 0:
                more = [self._ring(rng)]
            case 1:
                more = beside(self.box, self.pen, rng)
            case 2:
                more = overcrossed_by(self.box, self.pen, rng, lightest=1.0)
            case 3:
                again = self._cross(rng, most=1.4)
                more = [*again, *overcrossed_by(self.box, self.pen, rng, lightest=1.0)]
            case 4:
                below = below if rng.random() < 0.5 else []
                more = half_filled(self.box, self.pen, rng)
            case _:
                below = filled_over(self.box, below, self.pen, rng)
                more = self._next_to(rng)
        return [*below, *more]

    def _ring(self, rng: np.random.Generator) -> Stroke:
        """A ring round the box or in it."""
        x, y = self.box.w * (rng.uniform(0.35, 0.95) + rng.uniform(0.0, 0.12, 2))
        middle = np.array(self.box.centre) + rng.normal(0.0, 0.25, 2)
        ring = circle((float(middle[0]), float(middle[1])), (float(x), float(y)), rng)
        return pull(ring, self.pen, rng)

    def _next_to(self, rng: np.random.Generator) -> list[Stroke]:
        """A fresh cross beside the box, as after a change of mind, or some writing there."""
        if rng.random() < 0.4:
            return beside(self.box, self.pen, rng)
        trace = self.crosses[int(rng.integers(len(self.crosses)))]
        size = rng.uniform(1.8, 3.2)
        way = (-1.0, 1.0)[int(rng.random() < 0.5)]
        away = self.box.w / 2 + size / 2 + rng.uniform(0.05, 0.9)
        return crossed(
            trace, size, self.box.centre + np.array((way * away, rng.normal(0.0, 0.4))), self.pen, rng
        )

    def _odd(self, rng: np.random.Generator) -> list[Stroke]:
        trace = self.odd[int(rng.integers(len(self.odd)))]
        least, most = (0.6, 1.5) if trace.label in SLASHES | TICKS | STARS else (0.5, 1.1)
        size = self.box.w * rng.uniform(least, most)
        return laid(trace.strokes, size, self.box.centre + rng.normal(0.0, 0.3, 2), self.pen, rng)


_ALONE = 0.45
"""Share of unclear marks that are one odd trace: a stroke, a tick, a star, a digit."""


_STRETCH, _SHEAR = 0.15, 0.15
"""Standard deviations of the logarithm of a cross's height to its width, beside its own, and of its shear:
so few people's crosses shall not be learnt by heart. A cross stays one."""


def _stretched(trace: Trace, rng: np.random.Generator) -> list[Points]:
    """A cross's strokes, the place where they meet at (0, 0), somewhat higher, wider or more slanted."""
    by = float(np.exp(np.clip(rng.normal(0.0, _STRETCH), -0.35, 0.35)))
    shear = float(np.clip(rng.normal(0.0, _SHEAR), -0.35, 0.35))
    return [stroke @ np.array([[1.0, 0.0], [shear, by]]) for stroke in _met(trace)]


def sheet(traces: Traces, number: int, box: Box, person: Hand, rng: np.random.Generator) -> Sheet:
    """What the writer of the cross of this number puts into a box; every cross comes round as often.

    Args:
        traces: those of one part.
        number: which cross is written; the writer's others stand in for half of the marks.
        box: where.
        person: whose ink and pressure; the pen's width is drawn anew.
        rng: all chance comes from here.
    """
    first = traces.crosses[number % len(traces.crosses)]
    same = [trace for trace in traces.odd if trace.writer == first.writer]
    return Sheet(box, with_pen(person, rng), (first,), tuple(same or traces.odd))


def with_pen(person: Hand, rng: np.random.Generator) -> Hand:
    """A person with a pen of any width; no tremor, since a trace has its writer's own."""
    width = float(np.exp(rng.uniform(*np.log(WIDTH))))
    return replace(person, width=width, tremor=0.0)


def crossed(trace: Trace, size: float, at: Points, person: Hand, rng: np.random.Generator) -> list[Stroke]:
    """A cross whose strokes meet at a place in mm, its longer side ``size`` mm."""
    return laid(_met(trace), size, at, person, rng)


def _met(trace: Trace) -> list[Points]:
    """A cross's strokes, the place where they meet at (0, 0)."""
    meeting = trace.meeting
    assert meeting is not None  # noqa: S101 - `klausur.learn.traces.read` keeps such crosses only
    return [stroke - meeting for stroke in trace.strokes]


def laid(
    strokes: Sequence[Points], size: float, at: Points, person: Hand, rng: np.random.Generator
) -> list[Stroke]:
    """A trace's strokes, ``size`` mm long and turned a little, as a pen leaves them at a place in mm."""
    angle = np.deg2rad(np.clip(rng.normal(0.0, _LEAN), -20.0, 20.0))
    turn = size * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    pen = replace(person, width=min(person.width, max(WIDTH[0], _BLOB * size)))
    return [pull(stroke @ turn + at, pen, rng) for stroke in strokes]
