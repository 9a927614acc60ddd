"""Pen traces of real people: the file that holds them, whose they are, and which of them are plain crosses.

A trace is a character as a pen moved on a tablet, without width or pressure. ``docs/reference/readers.md``
says how the file is made from UNIPEN's public collection. How a trace becomes a mark on paper lives in
`klausur.learn.traced`.
"""

import gzip
import hashlib
import zlib
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np

from klausur.base.errors import UsageError
from klausur.rehearse.strokes import Points, resample

CROSSES = frozenset("Xx")
SLASHES = frozenset("/-|")
TICKS = frozenset("V")
STARS = frozenset("*")
WRITING = frozenset("012356789")
"""Digits but the 4, which can be written as a cross is."""

_REMEDY = "docs/reference/readers.md says how the file is made: one character a line, as JSON, packed by gzip"


class Part(IntEnum):
    """What a writer's traces are for. The first word of random streams, so that parts never share one."""

    TRAIN = 10
    CALIBRATION = 11
    """For early stopping, the temperature and the ink test."""
    THRESHOLD = 12
    """For the confidence under which a person decides."""
    TEST = 13


_PARTS = (Part.TRAIN,) * 6 + (Part.CALIBRATION, Part.THRESHOLD) + (Part.TEST,) * 2


@dataclass(frozen=True)
class Trace:
    """A character of one writer, named by site and number.

    ``strokes`` are (n, 2) each, n ≥ 2, y downwards, their middle at (0, 0), the longer side of all 1.
    """

    writer: str
    label: str
    strokes: tuple[Points, ...]

    @cached_property
    def bare(self) -> bool:
        """Whether this is a straight stroke that cannot be the digit it is labelled as: no upright 1.

        The collection has some, cut out of a 4 or a 7, and dashes.
        """
        points = np.concatenate(self.strokes)
        _, spread, ways = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)
        straight = spread[1] < _STRAIGHT * spread[0]
        return bool(straight and (self.label != "1" or abs(ways[0, 1]) < _UPRIGHT))

    @cached_property
    def meeting(self) -> Points | None:
        """Where two strokes cross each other plainly, (2,); None if this is no plain cross.

        Strokes have to be two and to meet steeply, well away from their ends: labels alone cannot be trusted.
        """
        if len(self.strokes) != _TWO:
            return None
        one, other = self.strokes
        if min(_length(one), _length(other)) < _SHORT:
            return None
        apart = np.hypot(*(one[:, None] - other[None]).transpose(2, 0, 1))
        inner = (slice(round(_ENDS * len(path)), round((1 - _ENDS) * len(path))) for path in (one, other))
        rows, columns = inner
        part = apart[rows, columns]
        if not part.size or part.min() > _TOUCH:
            return None
        row, column = np.unravel_index(int(part.argmin()), part.shape)
        at = int(row) + rows.start, int(column) + columns.start
        ways = [_way(path, k) for path, k in zip((one, other), at, strict=True)]
        if abs(float(ways[0] @ ways[1])) > np.cos(np.deg2rad(_STEEP)):
            return None
        return np.asarray((one[at[0]] + other[at[1]]) / 2)


_STRAIGHT, _UPRIGHT = 0.06, 0.64
"""Spread across a straight stroke over that along it, at most; sine of a 1's least angle with the line."""

_STEP = 0.02
"""Distance between a trace's points, as a share of its longer side."""

_TABLET = 2.0
"""Standard deviation, in points, by which traces are smoothed: tablets of the 1990s saw coarse steps, which
no pen leaves on paper."""

_TWO = 2
_SHORT, _STEEP, _TOUCH, _ENDS, _NEAR = 0.45, 28.0, 0.03, 0.13, 8
"""Of a plain cross: a stroke's least length, degrees between the strokes and the most distance where they
meet, share of a stroke at each end where they may not, points on either side that tell its direction."""


def _length(path: Points) -> float:
    return float(np.hypot(*np.diff(path, axis=0).T).sum())


def _way(path: Points, at: int) -> Points:
    """The direction of a path at one of its points."""
    chord = path[min(at + _NEAR, len(path) - 1)] - path[max(at - _NEAR, 0)]
    return np.asarray(chord / max(float(np.hypot(*chord)), 1e-9))


class _Line(msgspec.Struct):
    site: str
    writer: int | str
    label: str
    strokes: list[list[tuple[float, float]]]


@dataclass(frozen=True)
class Traces:
    """The traces of some writers, sorted by what they can be in a box."""

    crosses: tuple[Trace, ...]
    odd: tuple[Trace, ...]
    """Single strokes, ticks, stars and digits: in a box, a person must decide about them."""

    @cached_property
    def writers(self) -> tuple[str, ...]:
        """The people who wrote the crosses."""
        return tuple(sorted({trace.writer for trace in self.crosses}))

    def who(self, number: int) -> int:
        """Which of the writers wrote the cross of a number; they come round one after the other."""
        return self.writers.index(self.crosses[number % len(self.crosses)].writer)


def part_of(writer: str) -> Part:
    """What a writer's traces are for, by the SHA-256 of the name: the same whatever the file holds."""
    return _PARTS[hashlib.sha256(writer.encode()).digest()[0] % len(_PARTS)]


def read(path: Path, part: Part) -> Traces:
    """The traces of one part's writers, in the file's order.

    Raises:
        UsageError: the file is missing, is not of this form, or has no cross by such a writer.
    """
    kept = [trace for trace in _all(path) if part_of(trace.writer) is part]
    crosses = [trace for trace in kept if trace.label in CROSSES and trace.meeting is not None]
    if not crosses:
        raise UsageError(f"{path} has no plain cross by a writer of the part {part.name.lower()}", _REMEDY)
    return Traces(tuple(crosses), tuple(trace for trace in kept if _odd(trace)))


def characters(path: Path, part: Part) -> list[Trace]:
    """All characters of one part's writers, whatever they are, in the file's order.

    Raises:
        UsageError: the file is missing, or is not of this form.
    """
    return [trace for trace in _all(path) if part_of(trace.writer) is part]


def _odd(trace: Trace) -> bool:
    if trace.label in STARS:
        return len(trace.strokes) > _TWO
    return trace.label in SLASHES | TICKS | WRITING


def _all(path: Path) -> list[Trace]:
    decoder = msgspec.json.Decoder(_Line)
    found: list[Trace | None] = []
    try:
        with gzip.open(path) as lines:
            for line in lines:
                found.append(_trace(decoder.decode(line)))  # noqa: PERF401 - an error names how many are read
    except (OSError, EOFError, zlib.error) as error:
        raise UsageError(f"the traces {path} cannot be read: {error}", _REMEDY) from error
    except msgspec.DecodeError as error:
        raise UsageError(f"{path}, line {len(found) + 1}: {error}", _REMEDY) from error
    return [trace for trace in found if trace is not None]


def _trace(line: _Line) -> Trace | None:
    """A line's trace, None if it has no stroke: a point has no direction."""
    strokes = [np.array(stroke, np.float64) for stroke in line.strokes if len(stroke) > 1]
    strokes = [stroke for stroke in strokes if _moves(stroke)]
    if not strokes:
        return None
    every = np.concatenate(strokes)
    low, high = every.min(axis=0), every.max(axis=0)
    scaled = tuple(_smooth((stroke - (low + high) / 2) / float((high - low).max())) for stroke in strokes)
    return Trace(f"{line.site}/{line.writer}", line.label, scaled)


def _smooth(stroke: Points) -> Points:
    """Evenly spaced points without a tablet's steps; the ends stay."""
    path, _ = resample(stroke, _STEP)
    away = np.arange(-3 * int(_TABLET), 3 * int(_TABLET) + 1)
    kernel = np.exp(-((away / _TABLET) ** 2) / 2)
    wide = np.pad(path, ((len(away) // 2,) * 2, (0, 0)), mode="reflect", reflect_type="odd")
    soft = [np.convolve(column, kernel / kernel.sum(), mode="valid") for column in wide.T]
    return np.stack(soft, axis=1)


def _moves(stroke: Points) -> bool:
    return any(bool((a != b).any()) for a, b in pairwise(stroke))
