"""Odd marks for training beyond the rehearsal's own: what else people leave that only a person should read.

The rehearsal's pen knows a list of such marks, and a network that learns just that list takes anything new
for the nearest plain mark. These are made by two rules instead: a plain mark with more handwriting close to
it, and strokes through the box that are too many or too few to be a cross.
"""

from collections.abc import Sequence

import numpy as np

from klausur.base.geometry import Box
from klausur.rehearse.glyphs import WORDS, scrawl, word
from klausur.rehearse.hands import Hand
from klausur.rehearse.raster import extent
from klausur.rehearse.shapes import cross, fill
from klausur.rehearse.strokes import STEP, Points, Stroke, pull, smooth

_AROUND = 1.6
"""How far in mm beyond the box handwriting is surely seen: the window's 2 mm less the error of its place."""

_ENOUGH = 2.0
"""Length in mm of handwriting that must be seen beside a plain mark for a label of `other` to be fair."""


def oddity(box: Box, hand: Hand, rng: np.random.Generator) -> Sequence[Stroke]:
    """The strokes of an odd mark in or round a box."""
    kind = rng.random()
    if kind < 0.45:
        plain = cross if rng.random() < 0.6 else fill
        return [*plain(box, hand, rng)[1], *_beside(box, hand, rng)]
    if kind < 0.7:
        return _bundle(box, hand, rng)
    if kind < 0.85:
        return _scribble(box, hand, rng)
    return _inside(box, hand, rng)


def _beside(box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    """A word, some scrawl or a few strokes within a millimetre of the box, on any side."""
    while True:
        strokes = _put_beside(box, _writing(hand, rng), rng)
        if _seen(strokes, box.grown(_AROUND)) >= _ENOUGH:
            return strokes


def _writing(hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    height, what = rng.uniform(1.3, 2.4), rng.random()
    if what < 0.4:
        return word(WORDS[int(rng.integers(len(WORDS)))], (0.0, 0.0), height, hand, rng)
    if what < 0.7:
        return scrawl((0.0, 0.0), rng.uniform(2.0, 6.0), height, hand, rng)
    ends = rng.normal(0.0, 1.3, (int(rng.integers(1, 4)), 2, 2))
    return [_line(start, end + np.sign(end) * 0.7, hand, rng) for start, end in ends]


def _seen(strokes: Sequence[Stroke], area: Box) -> float:
    """The length in mm of strokes that lies within a rectangle."""
    points = np.concatenate([stroke.points for stroke in strokes])
    within = (points >= (area.x, area.y)) & (points <= (area.right, area.bottom))
    return STEP * int(np.count_nonzero(within.all(axis=1)))


def _put_beside(box: Box, strokes: list[Stroke], rng: np.random.Generator) -> list[Stroke]:
    """Move strokes so that their ink begins shortly beside the box, as far as it lies on that side."""
    ink = extent(strokes)
    gap = rng.uniform(0.1, 0.9)
    slack = rng.uniform(-0.3, 0.3, 2) * (box.w, box.h)
    by = np.array(box.centre) - ink.centre + slack
    side = int(rng.choice(4, p=[0.35, 0.35, 0.15, 0.15]))
    if side < 2:
        by[0] = box.x - gap - ink.right if side == 0 else box.right + gap - ink.x
    else:
        by[1] = box.y - gap - ink.bottom if side == 2 else box.bottom + gap - ink.y
    return [stroke.moved((float(by[0]), float(by[1]))) for stroke in strokes]


def _bundle(box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    """One stroke, or three to six, across the box in directions that are far apart."""
    count = int(rng.choice([1, 3, 4, 5, 6]))
    first = rng.uniform(0.0, np.pi)
    strokes = []
    for n in range(count):
        angle = first + n * np.pi / count + rng.normal(0.0, 0.12)
        along = np.array([np.cos(angle), np.sin(angle)]) * box.w * rng.uniform(0.35, 0.75)
        middle = np.array(box.centre) + rng.normal(0.0, 0.3, 2)
        strokes.append(_line(middle - along, middle + along, hand, rng))
    return strokes


def _scribble(box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    """One line that wanders through the box and leaves much of it white."""
    corners = np.array(box.centre) + rng.uniform(-0.55, 0.55, (int(rng.integers(4, 9)), 2)) * box.w
    return [pull(smooth(corners, 2), hand, rng)]


def _inside(box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    """A letter or two written into the box."""
    text = WORDS[int(rng.integers(len(WORDS)))][: int(rng.integers(1, 3))]
    at = (box.x + rng.uniform(0.2, 1.5), box.bottom - rng.uniform(0.5, 1.2))
    return list(word(text, at, rng.uniform(1.3, 2.4), hand, rng))


def _line(start: Points, end: Points, hand: Hand, rng: np.random.Generator) -> Stroke:
    bend = (start + end) / 2 + rng.normal(0.0, 0.15, 2)
    return pull(smooth(np.array([start, bend, end]), 2), hand, rng)
