"""How people choose and take back where the cover asks for other marks than crosses."""

from enum import StrEnum

import numpy as np

from klausur.base.geometry import Box
from klausur.exam.model import Marking
from klausur.read.model import Mark
from klausur.rehearse import unclear_marks
from klausur.rehearse.hands import CrossStyle, Hand
from klausur.rehearse.shapes import blot, cross, cross_at
from klausur.rehearse.strokes import Stroke, pull


class RuledStyle(StrEnum):
    """A mark that is drawn by another rule than that of crosses."""

    FILLED = "filled"
    TICK = "tick"
    STRUCK = "struck"
    """A cross or a filled box, struck out."""
    CROSSED_OUT = "crossed-out"
    """A filled box, crossed out."""


_FILLS, _TICKS = 0.2, 0.3
"""Shares of those who fill the box, and up to which they tick it, where any mark chooses."""


def ruled(mark: Mark, rule: Marking, rng: np.random.Generator) -> tuple[Mark, RuledStyle | None]:
    """What becomes of a mark by the rule of crosses: its truth, and how it is drawn if not as usual.

    `Mark.CROSSED` is a choice, `Mark.FILLED` one that is taken back.
    """
    if rule is Marking.CROSS or mark in {Mark.EMPTY, Mark.OTHER}:
        return mark, None
    if mark is Mark.FILLED:
        return Mark.OTHER, RuledStyle.STRUCK if rule is Marking.ANY else RuledStyle.CROSSED_OUT
    if rule is Marking.FILL:
        return Mark.FILLED, RuledStyle.FILLED
    fate = rng.random()
    if fate < _FILLS:
        return Mark.FILLED, RuledStyle.FILLED
    return (Mark.OTHER, RuledStyle.TICK) if fate < _TICKS else (Mark.CROSSED, None)


def strokes(style: RuledStyle, box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    """The strokes of such a mark."""
    match style:
        case RuledStyle.FILLED:
            return blot(box, hand, rng)[1]
        case RuledStyle.TICK:
            return unclear_marks.tick(box, hand, rng)
        case RuledStyle.CROSSED_OUT:
            return [*blot(box, hand, rng)[1], *_over(box, hand, rng)]
        case RuledStyle.STRUCK:
            below = cross(box, hand, rng)[1] if rng.random() < 0.7 else blot(box, hand, rng)[1]
            return [*below, *(_line(box, y, hand, rng) for y in (0.3, 0.7))]


def _over(box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    """A cross whose arms reach well over the edge."""
    x, y = (middle + rng.normal(0.0, 0.2) for middle in box.centre)
    return cross_at((x, y), box.w / 2 + rng.uniform(0.7, 1.6), CrossStyle.STRAIGHT, hand, rng)


def _line(box: Box, down: float, hand: Hand, rng: np.random.Generator) -> Stroke:
    """A line through a box, well over its edge on both sides."""
    y = box.y + box.h * down
    ends = [
        [box.x - rng.uniform(0.9, 1.8), y + rng.normal(0.0, 0.3)],
        [box.right + rng.uniform(0.9, 1.8), y + rng.normal(0.0, 0.3)],
    ]
    return pull(np.array(ends), hand, rng)
