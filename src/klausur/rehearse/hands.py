"""Hands: the ways of people with a pen, and the two populations that they are drawn from.

Here lives what a person's marks have in common (pen, ink, pressure, habits). How a hand's mark looks on
paper lives in `klausur.rehearse.shapes` and `klausur.rehearse.pen`.

Training and judging must not share people. `stream` gives each population its own random numbers, however
the seeds are chosen, and the judge's population has styles and ranges that the training population lacks,
so that a reader is measured on hands that it has never seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeVar

import numpy as np


class Population(StrEnum):
    """Whose hands: those that a reader learns from, or those that it is measured on."""

    TRAIN = "train"
    JUDGE = "judge"


class Ink(StrEnum):
    """What a pen writes with. Candidates write black, blue or pencil; correctors red or green."""

    BLACK = "black"
    BLUE = "blue"
    PENCIL = "pencil"
    RED = "red"
    GREEN = "green"


class CrossStyle(StrEnum):
    """How a cross is made."""

    STRAIGHT = "straight"
    CURVED = "curved"
    LOOP = "loop"
    """One stroke: down, round the right side in a loop, and down again."""
    JOINED = "joined"
    """Two strokes with the pen hardly lifted in between: a thin line joins them."""
    OVER_EDGE = "over-edge"
    SMALL = "small"
    RETRACED = "retraced"
    """Each stroke is gone over twice."""
    HOOKED = "hooked"
    """Strokes that end in small hooks. Judge only."""
    SWUNG = "swung"
    """Strokes in the form of a flat S. Judge only."""


class FillStyle(StrEnum):
    """How a box is filled."""

    ZIGZAG = "zigzag"
    SPIRAL = "spiral"
    BLOCK = "block"
    HATCH = "hatch"
    """Two zigzags across each other."""
    LOOPS = "loops"
    """Coils from one side to the other. Judge only."""


_Style = TypeVar("_Style", CrossStyle, FillStyle)

CORRECTOR_INKS = (Ink.RED, Ink.GREEN)

_SHADES: dict[Ink, tuple[tuple[int, int, int], tuple[int, int, int]]] = {
    Ink.BLACK: ((10, 10, 12), (60, 60, 66)),
    Ink.BLUE: ((15, 25, 105), (70, 95, 190)),
    Ink.PENCIL: ((58, 58, 60), (105, 105, 108)),
    Ink.RED: ((165, 10, 20), (225, 60, 70)),
    Ink.GREEN: ((5, 95, 35), (60, 150, 85)),
}


class _Ranges(NamedTuple):
    """What a population's hands are drawn from: (least, most) of each measure."""

    width: tuple[float, float]
    size: tuple[float, float]
    slant: float
    tremor: float
    wander: float
    gap: tuple[float, float]
    crosses: tuple[CrossStyle, ...]
    fills: tuple[FillStyle, ...]


_SHARED_CROSSES = (
    CrossStyle.STRAIGHT,
    CrossStyle.CURVED,
    CrossStyle.LOOP,
    CrossStyle.JOINED,
    CrossStyle.OVER_EDGE,
    CrossStyle.SMALL,
    CrossStyle.RETRACED,
)
_SHARED_FILLS = (FillStyle.ZIGZAG, FillStyle.SPIRAL, FillStyle.BLOCK, FillStyle.HATCH)

_RANGES = {
    Population.TRAIN: _Ranges(
        width=(0.24, 0.8),
        size=(0.68, 1.5),
        slant=0.3,
        tremor=0.08,
        wander=0.3,
        gap=(0.15, 1.0),
        crosses=_SHARED_CROSSES,
        fills=_SHARED_FILLS,
    ),
    Population.JUDGE: _Ranges(
        width=(0.2, 0.9),
        size=(0.6, 1.6),
        slant=0.36,
        tremor=0.1,
        wander=0.36,
        gap=(0.15, 1.2),
        crosses=(*_SHARED_CROSSES, CrossStyle.HOOKED, CrossStyle.SWUNG),
        fills=(*_SHARED_FILLS, FillStyle.LOOPS),
    ),
}

_SPAWN_KEYS = {Population.TRAIN: 0x7EA1, Population.JUDGE: 0x1D6E}
"""First word of every stream's spawn key. Distinct, so that no seed gives both populations one stream."""


@dataclass(frozen=True, slots=True)
class Hand:
    """One person's way with one pen. Lengths in mm.

    Attributes:
        population: whose hands this one belongs to.
        ink: what the pen writes with; ``colour`` is its exact shade (RGB, 0-255).
        width: stroke width, 0.2 … 0.9.
        opacity: how much of the paper one stroke covers, 0 … 1.
        grain: how much of the paper's grain shows through (pencil), 0 … 1.
        skips: share of a stroke that a ball pen leaves nearly dry, 0 … 1.
        pressure: how far width and darkness vary along a stroke, 0 … 1.
        tremor: root mean square of the shake across a stroke.
        slant: lean of the writing in radians, positive to the right.
        size: size of a cross relative to the box, 0.6 … 1.6.
        offset: (x, y) from a box's centre to where this hand usually marks.
        wander: spread of single marks round that place.
        haste: how incomplete and uneven marks get, 0 … 1.
        gap: (least, most) distance from a box to what is written beside it.
        crosses: cross styles, the favourite first.
        fills: fill styles, the favourite first.
    """

    population: Population
    ink: Ink
    colour: tuple[int, int, int]
    width: float
    opacity: float
    grain: float
    skips: float
    pressure: float
    tremor: float
    slant: float
    size: float
    offset: tuple[float, float]
    wander: float
    haste: float
    gap: tuple[float, float]
    crosses: tuple[CrossStyle, ...]
    fills: tuple[FillStyle, ...]


def stream(population: Population, seed: int, *path: int) -> np.random.Generator:
    """The random numbers of one population under a seed; ``path`` names a stream within (booklet, page …).

    Streams with different ``path`` are independent, so the order of work does not matter.
    """
    key = (_SPAWN_KEYS[population], *path)
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def hand(
    rng: np.random.Generator,
    population: Population = Population.TRAIN,
    inks: Sequence[Ink] | None = None,
) -> Hand:
    """A person out of a population.

    Args:
        rng: out of `stream` of the same population.
        population: whose hands; readers learn from the default.
        inks: what the pen may write with; without them black, blue or pencil as candidates use them.
    """
    ranges = _RANGES[population]
    ink = (
        Ink(rng.choice([Ink.BLUE, Ink.BLACK, Ink.PENCIL], p=[0.5, 0.35, 0.15]))
        if inks is None
        else inks[int(rng.integers(len(inks)))]
    )
    pencil = ink is Ink.PENCIL
    width = _width(rng, ranges)
    # A thick pen makes a small cross a blob that nobody would call a cross: thick pens write larger.
    least = max(ranges.size[0], 0.5 + 0.6 * width)
    return Hand(
        population=population,
        ink=ink,
        colour=_shade(ink, rng),
        width=width,
        opacity=float(rng.uniform(0.6, 0.85) if pencil else rng.uniform(0.78, 1.0)),
        grain=float(rng.uniform(0.25, 0.6) if pencil else rng.uniform(0.0, 0.12)),
        skips=float(0.0 if pencil else max(0.0, rng.normal(-0.02, 0.05))),
        pressure=float(rng.uniform(0.05, 0.45)),
        tremor=float(ranges.tremor * rng.beta(1.3, 3.0)),
        slant=float(np.clip(rng.normal(0.05, 0.14), -ranges.slant, ranges.slant)),
        size=float(np.clip(rng.normal(1.0, 0.22), least, ranges.size[1])),
        offset=(float(rng.normal(0.0, 0.25)), float(rng.normal(0.0, 0.25))),
        wander=float(rng.uniform(0.08, ranges.wander)),
        haste=float(rng.beta(1.5, 3.0)),
        gap=ranges.gap,
        crosses=_ordered(ranges.crosses, rng),
        fills=_ordered(ranges.fills, rng),
    )


def _width(rng: np.random.Generator, ranges: _Ranges) -> float:
    # Most pens are ball pens and fine liners; felt pens and soft pencils are rarer.
    centre = rng.choice([0.34, 0.45, 0.65], p=[0.5, 0.35, 0.15])
    return float(np.clip(rng.normal(centre, 0.08), *ranges.width))


def _shade(ink: Ink, rng: np.random.Generator) -> tuple[int, int, int]:
    dark, light = _SHADES[ink]
    at = rng.random()
    red, green, blue = (round(d + at * (b - d)) for d, b in zip(dark, light, strict=True))
    return red, green, blue


def _ordered(styles: Sequence[_Style], rng: np.random.Generator) -> tuple[_Style, ...]:
    return tuple(styles[int(i)] for i in rng.permutation(len(styles)))
