"""Handwriting: a few words as strokes, and scrawl that looks like an answer and says nothing.

Nothing here knows boxes or marks; the words are used beside re-marked boxes, the scrawl in answer spaces.
"""

import numpy as np

from klausur.rehearse.hands import Hand
from klausur.rehearse.strokes import Points, Stroke, pull, smooth

_LETTERS: dict[str, tuple[float, tuple[tuple[tuple[float, float], ...], ...]]] = {
    "j": (0.5, (((0.3, 1.0), (0.3, -0.2), (0.1, -0.5), (-0.1, -0.3)), ((0.3, 1.35), (0.32, 1.4)))),
    "a": (
        0.85,
        (
            ((0.7, 0.9), (0.3, 1.0), (0.0, 0.5), (0.3, 0.0), (0.7, 0.4)),
            ((0.7, 1.0), (0.68, 0.2), (0.85, 0.0)),
        ),
    ),
    "y": (0.8, (((0.0, 1.0), (0.1, 0.3), (0.5, 0.3), (0.6, 1.0)), ((0.6, 1.0), (0.5, -0.2), (0.0, -0.5)))),
    "e": (0.75, (((0.0, 0.5), (0.6, 0.55), (0.5, 1.0), (0.1, 0.9), (0.0, 0.3), (0.3, 0.0), (0.7, 0.2)),)),
    "s": (0.65, (((0.6, 0.9), (0.2, 1.0), (0.0, 0.7), (0.5, 0.4), (0.4, 0.0), (0.0, 0.1)),)),
    "o": (0.75, (((0.3, 1.0), (0.0, 0.8), (0.05, 0.1), (0.4, 0.0), (0.65, 0.4), (0.5, 0.95), (0.25, 1.0)),)),
    "k": (0.75, (((0.0, 1.7), (0.0, 0.0)), ((0.55, 1.0), (0.05, 0.5), (0.6, 0.0)))),
    "!": (0.35, (((0.1, 1.6), (0.08, 0.5)), ((0.08, 0.1), (0.1, 0.05)))),
}
"""Advance and strokes of each letter; the x-height is 1, y counts upwards from the base line."""

WORDS = ("ja", "yes", "ok", "ja!")

_SHAPES: tuple[tuple[tuple[float, float], ...], ...] = (
    ((0.0, 0.0), (0.1, 1.0), (0.5, 1.0), (0.5, 0.0)),  # n-like arch
    ((0.0, 1.0), (0.05, 0.0), (0.5, 0.0), (0.55, 1.0), (0.6, 0.0)),  # u
    ((0.5, 0.9), (0.0, 0.9), (0.0, 0.0), (0.5, 0.0), (0.7, 0.2)),  # c
    ((0.0, 0.0), (0.3, 1.9), (0.1, 1.9), (0.15, 0.0), (0.4, 0.0)),  # l
    ((0.2, 1.0), (0.25, -0.7), (-0.1, -0.7), (0.4, 0.3)),  # j, g
    ((0.0, 0.4), (0.5, 0.7), (0.2, 1.1), (0.0, 0.4), (0.3, -0.1), (0.7, 0.2)),  # e
    ((0.0, 0.2), (0.3, 1.0), (0.5, 0.3), (0.2, 0.0), (0.6, 0.1)),  # s
    ((0.1, 1.7), (0.15, 0.1), (0.4, 0.0)),  # t
    ((0.0, 0.5), (0.2, 0.0), (0.5, 0.0), (0.5, 0.9), (0.1, 0.9), (0.0, 0.4), (0.6, 0.3)),  # o
)
"""Rough letters for scrawl, joined from one to the next."""


def word(
    text: str, base: tuple[float, float], height: float, hand: Hand, rng: np.random.Generator
) -> list[Stroke]:
    """A word out of `WORDS`: strokes from ``base`` (left end of the base line, mm), x-height in mm."""
    x, strokes = 0.0, []
    for letter in text:
        advance, parts = _LETTERS[letter]
        for part in parts:
            path = np.asarray(part) + np.array((x, 0.0)) + rng.normal(0.0, 0.04, (len(part), 2))
            strokes.append(pull(_placed(smooth(path, 2), base, height, hand.slant), hand, rng, shake=0.5))
        x += advance + 0.15
    return strokes


def word_width(text: str, height: float) -> float:
    """How wide `word` gets, in mm, but for the lean and the shake."""
    return height * sum(_LETTERS[letter][0] + 0.15 for letter in text)


def scrawl(
    base: tuple[float, float], width: float, height: float, hand: Hand, rng: np.random.Generator
) -> list[Stroke]:
    """Something like a written word, about ``width`` mm long with ``height`` mm of x-height."""
    corners: list[tuple[float, float]] = []
    extras: list[Points] = []
    x, end = 0.0, width / height
    while x < end - 0.4:
        shape = _SHAPES[int(rng.integers(len(_SHAPES)))]
        wide = rng.uniform(0.8, 1.25)
        corners += [(x + px * wide, py * rng.uniform(0.85, 1.1)) for px, py in shape]
        if rng.random() < 0.1:
            extras.append(np.array([[x + 0.2, 1.5], [x + 0.3, 1.55]]))
        x += wide * 0.85
    if len(corners) < 2:
        return []
    paths = [smooth(np.array(corners), 2), *extras]
    return [pull(_placed(path, base, height, hand.slant), hand, rng, step=0.3, shake=0.4) for path in paths]


def _placed(path: Points, base: tuple[float, float], height: float, slant: float) -> Points:
    lean = path[:, 0] + slant * path[:, 1]
    return np.stack([base[0] + height * lean, base[1] - height * path[:, 1]], axis=1)
