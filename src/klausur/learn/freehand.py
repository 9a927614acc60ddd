"""Marks drawn by rule for training, beyond the rehearsal's own lists of styles.

The rehearsal's pen knows some ways to make a cross and some marks that only a person should read. A network
that learns just these takes a new way for the nearest one it knows. So part of the training marks is drawn
by rules that leave more open: a cross is any two strokes that go through the box and meet in it; odd is a
plain mark with more handwriting close to it, and anything else that is drawn into a box.
"""

from collections.abc import Sequence

import numpy as np

from klausur.base.geometry import Box
from klausur.learn.printed import FRAME
from klausur.rehearse.hands import Hand
from klausur.rehearse.handwriting import WORDS, scrawl, word
from klausur.rehearse.raster import extent, filled_share
from klausur.rehearse.shapes import CLEARLY_FILLED, cross, fill, zigzag
from klausur.rehearse.strokes import STEP, Points, Stroke, pull, smooth

_AROUND = 1.8
"""How far in mm beyond the box handwriting is surely seen: the window's 2 mm less the error of its place."""

_ENOUGH = 0.5
"""Length in mm of handwriting that must be seen beside a plain mark for a label of `other` to be fair."""

_FLICK = 0.3
"""Share of a cross's ends at which the pen lands or leaves with a flick."""


def free_cross(box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    """Two strokes of any bend that cross each other inside the box, steeply enough to be meant as a cross."""
    size = float(np.clip(hand.size * rng.uniform(0.85, 1.2), 0.55 + 0.4 * hand.width, 1.6)) * box.w / 2
    middle = np.array(box.centre) + np.clip(rng.normal(0.0, 0.4, 2), -0.85, 0.85)
    bend = rng.choice([0.05, 0.12, 0.2, 0.25]) * size
    strokes = []
    for way in (1.0, -1.0):
        angle = way * (np.pi / 4 + rng.normal(0.0, 0.17)) - 0.5 * hand.slant
        along = np.array([np.cos(angle), np.sin(angle)])
        across = np.array([-along[1], along[0]])
        ends = size * np.sqrt(2.0) * rng.uniform(0.5, 1.1, 2) * (-1, 1)
        at = np.linspace(ends[0], ends[1], 5)
        # The ends wander most: people aim at the middle and swing out of it, into hooks at times.
        aside = rng.normal(0.0, bend, 5) * (1.6, 1.0, 0.4, 1.0, 1.6)
        path = middle + at[:, None] * along + aside[:, None] * across
        strokes.append(pull(smooth(_flicked(path, size, rng)), hand, rng))
    return strokes


def _flicked(path: Points, size: float, rng: np.random.Generator) -> Points:
    """A path with short flicks, in any direction, at some of its ends."""
    first, last = (path[end] + rng.normal(0.0, 0.35 * size, 2) for end in (0, -1))
    before, after = rng.random(2) < _FLICK
    return np.vstack(([first] if before else []) + [path] + ([last] if after else []))


def free_fill(box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    """A cross, mostly, and zigzags over it and over the box's edges until the box is clearly filled."""
    strokes = free_cross(box, hand, rng) if rng.random() < 0.85 else []
    w, h = np.array([box.w, box.h]) * rng.uniform(0.95, 1.4, 2)
    x, y = np.array(box.centre) - (w / 2, h / 2) + rng.normal(0.0, 0.2, 2)
    while True:
        strokes.append(zigzag(Box(x, y, w, h), hand.width * rng.uniform(0.5, 0.9), hand, rng))
        if filled_share(strokes, box.grown(-FRAME)) >= CLEARLY_FILLED:
            return strokes
        x, y, w, h = box.x, box.y, box.w, box.h


_FLECKED = 0.7, 1.15
"""Widths of the pen between the turns of a filling's lines: above 1, white flecks are left between them."""

_PLAINLY = 0.72
"""Share of a box under ink from which nobody takes it for a cross, where the ink lies all over it."""


def filled_over(box: Box, below: Sequence[Stroke], hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    """Zigzags over strokes and over all of a box until it is plainly filled, white flecks or not."""
    strokes = list(below)
    w, h = np.array([box.w, box.h]) * rng.uniform(0.95, 1.25, 2)
    x, y = np.array(box.centre) - (w / 2, h / 2) + rng.normal(0.0, 0.15, 2)
    while True:
        strokes.append(zigzag(Box(x, y, w, h), max(hand.width, 0.2) * rng.uniform(*_FLECKED), hand, rng))
        if filled_share(strokes, box.grown(-FRAME)) >= _PLAINLY:
            return strokes
        x, y, w, h = box.x, box.y, box.w, box.h


def half_filled(box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    """Zigzags over one half of a box: begun and left, or a scribble beside a stroke."""
    part = rng.uniform(0.35, 0.55)
    halves = (
        Box(box.x, box.y, box.w * part, box.h),
        Box(box.right - box.w * part, box.y, box.w * part, box.h),
        Box(box.x, box.y, box.w, box.h * part),
        Box(box.x, box.bottom - box.h * part, box.w, box.h * part),
    )
    area = halves[int(rng.integers(len(halves)))]
    return [zigzag(area, max(hand.width, 0.2) * rng.uniform(0.7, 1.6), hand, rng)]


def oddity(box: Box, hand: Hand, rng: np.random.Generator) -> Sequence[Stroke]:
    """The strokes of an odd mark in or round a box."""
    kind = rng.random()
    if kind < 0.35:
        return [*_plain(box, hand, rng), *beside(box, hand, rng)]
    if kind < 0.6:
        return _bundle(box, hand, rng)
    if kind < 0.8:
        return _overcrossed(box, hand, rng)
    if kind < 0.9:
        return _scribble(box, hand, rng)
    return _inside(box, hand, rng)


def _plain(box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    kind = rng.random()
    if kind < 0.3:
        return cross(box, hand, rng)[1]
    return free_cross(box, hand, rng) if kind < 0.6 else fill(box, hand, rng)[1]


def beside(box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
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
    gap = rng.uniform(0.1, 1.6)
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
    count = int(rng.choice([1, 3, 4, 5], p=[0.25, 0.5, 0.15, 0.1]))
    first = rng.uniform(0.0, np.pi)
    strokes = []
    for n in range(count):
        angle = first + n * np.pi / count + rng.normal(0.0, 0.12)
        along = np.array([np.cos(angle), np.sin(angle)]) * box.w * rng.uniform(0.35, 0.75)
        middle = np.array(box.centre) + rng.normal(0.0, 0.2, 2)
        strokes.append(_line(middle - along, middle + along, hand, rng))
    return strokes


def _overcrossed(box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    """A cross with one or two more strokes through it, lighter at times, as in a star."""
    crossed = free_cross(box, hand, rng) if rng.random() < 0.7 else cross(box, hand, rng)[1]
    return [*crossed, *overcrossed_by(box, hand, rng)]


def overcrossed_by(box: Box, hand: Hand, rng: np.random.Generator, *, lightest: float = 0.35) -> list[Stroke]:
    """One or two strokes near the upright or the level through a box, some of them light."""
    strokes = []
    for _ in range(int(rng.choice([1, 2], p=[0.8, 0.2]))):
        # arms lie near the diagonals; a stroke near the upright or the level is none of them
        angle = rng.choice([0.0, np.pi / 2]) + rng.uniform(-0.28, 0.28) - 0.5 * hand.slant
        along = np.array([np.cos(angle), np.sin(angle)]) * box.w * rng.uniform(0.38, 0.7)
        middle = np.array(box.centre) + rng.normal(0.0, 0.22, 2)
        ends = np.array([middle - along, middle + along * rng.uniform(0.7, 1.0)])
        light = rng.uniform(lightest, 1.0) if rng.random() < 0.3 else 1.0
        strokes.append(pull(ends, hand, rng, light=light))
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
