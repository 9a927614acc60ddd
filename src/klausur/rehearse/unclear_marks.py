"""Marks that only a person can read: boxes marked again, ticks, single strokes, half-filled boxes.

Whatever a careful person would not call crossed, filled or empty at a glance belongs here.
"""

from collections.abc import Callable
from enum import StrEnum

import numpy as np

from klausur.base.geometry import Box
from klausur.rehearse.hands import CrossStyle, Hand, Population
from klausur.rehearse.handwriting import WORDS, word, word_width
from klausur.rehearse.shapes import aim, cross, cross_at, fill, zigzag
from klausur.rehearse.strokes import Points, Stroke, circle, pull, smooth


class OtherStyle(StrEnum):
    """What a person left in or round the box."""

    CIRCLED = "circled"
    """Filled, then a circle round it: chosen again."""
    BESIDE = "beside"
    """Filled, then a fresh cross beside it."""
    ARROW = "arrow"
    """Filled, then an arrow that points at it."""
    WORD = "word"
    """Filled, then a word beside it."""
    TWICE = "twice"
    """Crossed twice over, then a circle round it."""
    TICK = "tick"
    STROKE = "stroke"
    """One single stroke."""
    HALF = "half"
    """Half of the box filled."""
    SCRATCHED = "scratched"
    """A cross that is struck out, neither a cross nor filled."""
    RING = "ring"
    """A ring in or round an otherwise empty box."""
    STAR = "star"
    """Three or more strokes through one point. Judge only."""
    CROSS_WORD = "cross-word"
    """A cross with a word beside it. Judge only."""


_SHARED = (
    OtherStyle.CIRCLED,
    OtherStyle.BESIDE,
    OtherStyle.ARROW,
    OtherStyle.WORD,
    OtherStyle.TWICE,
    OtherStyle.TICK,
    OtherStyle.STROKE,
    OtherStyle.HALF,
    OtherStyle.SCRATCHED,
    OtherStyle.RING,
)
STYLES = {
    Population.TRAIN: _SHARED,
    Population.JUDGE: (*_SHARED, OtherStyle.STAR, OtherStyle.CROSS_WORD),
}


def remark(box: Box, hand: Hand, rng: np.random.Generator) -> tuple[OtherStyle, list[Stroke]]:
    """A mark whose truth is `other`, in one of the styles of the hand's population."""
    styles = STYLES[hand.population]
    style = styles[int(rng.integers(len(styles)))]
    return style, _DRAWN[style](box, hand, rng)


def _circled(box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    return [*fill(box, hand, rng)[1], _ring(box, hand, rng, least=0.72)]


def _beside(box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    side, edge = _side(box, hand, rng)
    half = rng.uniform(0.9, 1.5)
    centre = (edge + side * half, box.centre[1] + rng.normal(0.0, 0.4))
    return [*fill(box, hand, rng)[1], *cross_at(centre, half, CrossStyle.STRAIGHT, hand, rng)]


def _arrow(box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    side, edge = _side(box, hand, rng)
    tip = np.array([edge, box.centre[1] + rng.normal(0.0, 0.4)])
    tail = tip + np.array((side * rng.uniform(3.0, 7.0), rng.normal(0.0, 1.0)))
    head = rng.uniform(0.8, 1.5)
    barbs = tip + np.array([(side * head, -head * 0.7), (0.0, 0.0), (side * head, head * 0.7)])
    bend = (tip + tail) / 2 + rng.normal(0.0, 0.3, 2)
    shaft = smooth(np.array([tail, bend, tip]))
    return [*fill(box, hand, rng)[1], pull(shaft, hand, rng), pull(barbs, hand, rng)]


def _worded(box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    return [*fill(box, hand, rng)[1], *_said(box, hand, rng)]


def _crossed_worded(box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    return [*cross(box, hand, rng)[1], *_said(box, hand, rng)]


def _twice(box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    twice = [*cross(box, hand, rng)[1], *cross(box, hand, rng)[1]]
    return [*twice, _ring(box, hand, rng, least=0.72)]


def tick(box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    """A tick."""
    at = np.array(aim(box, hand, rng))
    unit = box.w * rng.uniform(0.35, 0.6)
    path = np.array([[-0.75, -0.15], [-0.25, 0.75], [1.05, -1.1]]) * unit + rng.normal(0.0, 0.12, (3, 2))
    return [pull(smooth(path, int(rng.integers(1, 3))) + at, hand, rng)]


def _stroke(box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    at = np.array(aim(box, hand, rng))
    angle = rng.choice([np.pi / 4, -np.pi / 4, 0.0, np.pi / 2]) + rng.normal(0.0, 0.15)
    along = np.array([np.cos(angle), np.sin(angle)]) * box.w * rng.uniform(0.42, 0.75)
    bow = np.array([-along[1], along[0]]) * rng.normal(0.0, 0.1)
    return [pull(smooth(np.array([-along, bow, along]) + at), hand, rng)]


def _half(box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    part = rng.uniform(0.4, 0.58)
    halves = (
        Box(box.x, box.y, box.w * part, box.h),
        Box(box.right - box.w * part, box.y, box.w * part, box.h),
        Box(box.x, box.y, box.w, box.h * part),
        Box(box.x, box.bottom - box.h * part, box.w, box.h * part),
    )
    area = halves[int(rng.integers(len(halves)))].grown(-0.1)
    return [zigzag(area, hand.width * rng.uniform(0.6, 0.9), hand, rng) for _ in range(2)]


def _scratched(box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    struck = cross(box, hand, rng)[1]
    lines = int(rng.integers(2, 4))
    pitch = box.h / (lines + 0.5) * rng.uniform(0.75, 1.0)
    rows: list[Points] = []
    for line in range(lines):
        y = box.centre[1] + (line - (lines - 1) / 2) * pitch + rng.normal(0.0, 0.1)
        ends = [
            [box.x - rng.uniform(0.0, 1.0), y],
            [box.right + rng.uniform(0.0, 1.0), y + rng.normal(0.0, 0.3)],
        ]
        rows += [np.array(e) for e in (ends if line % 2 == 0 else ends[::-1])]
    if rng.random() < 0.5:
        return [*struck, pull(np.array(rows), hand, rng)]
    return [*struck, *(pull(np.array(rows[i : i + 2]), hand, rng) for i in range(0, len(rows), 2))]


def _ringed(box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    return [_ring(box, hand, rng, least=rng.choice([0.3, 0.72]))]


def _star(box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    at = np.array(aim(box, hand, rng))
    strokes = []
    for angle in np.arange(3) * np.pi / 3 + rng.uniform(0.0, np.pi):
        along = np.array([np.cos(angle), np.sin(angle)]) * box.w * rng.uniform(0.5, 0.65)
        strokes.append(pull(np.array([-along, along]) + at, hand, rng))
    return strokes


def _ring(box: Box, hand: Hand, rng: np.random.Generator, least: float) -> Stroke:
    centre = (box.centre[0] + rng.normal(0.0, 0.2), box.centre[1] + rng.normal(0.0, 0.2))
    radii = box.w * (least + rng.uniform(0.0, 0.12, 2))
    return pull(circle(centre, (float(radii[0]), float(radii[1])), rng), hand, rng)


def _said(box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    text, height = WORDS[int(rng.integers(len(WORDS)))], rng.uniform(1.4, 2.3)
    side, edge = _side(box, hand, rng)
    x = edge if side > 0 else edge - word_width(text, height)
    return word(text, (x, box.centre[1] + height / 2 + rng.normal(0.0, 0.4)), height, hand, rng)


def _side(box: Box, hand: Hand, rng: np.random.Generator) -> tuple[float, float]:
    """Left (-1) or right (1) of the box, and the x where something beside it begins; print stands right."""
    side = float(rng.choice([-1.0, 1.0], p=[0.65, 0.35]))
    gap = rng.uniform(*hand.gap) + hand.width / 2
    return side, (box.right + gap if side > 0 else box.x - gap)


_DRAWN: dict[OtherStyle, Callable[[Box, Hand, np.random.Generator], list[Stroke]]] = {
    OtherStyle.CIRCLED: _circled,
    OtherStyle.BESIDE: _beside,
    OtherStyle.ARROW: _arrow,
    OtherStyle.WORD: _worded,
    OtherStyle.TWICE: _twice,
    OtherStyle.TICK: tick,
    OtherStyle.STROKE: _stroke,
    OtherStyle.HALF: _half,
    OtherStyle.SCRATCHED: _scratched,
    OtherStyle.RING: _ringed,
    OtherStyle.STAR: _star,
    OtherStyle.CROSS_WORD: _crossed_worded,
}
