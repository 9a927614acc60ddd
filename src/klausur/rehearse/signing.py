"""Signatures: scribbles that nobody can read, and the dash that says somebody is absent."""

import numpy as np

from klausur.base.geometry import Box
from klausur.rehearse.hands import Hand
from klausur.rehearse.handwriting import scrawl
from klausur.rehearse.strokes import Stroke, pull, smooth


def signature(box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    """A signature, mostly inside of its field: a large first letter, a scrawl, now and then a flourish."""
    height = float(np.clip(rng.normal(0.24, 0.06), 0.13, 0.4)) * box.h
    width = float(rng.uniform(0.3, 0.8)) * box.w
    x = box.x + rng.uniform(0.04, 0.2) * box.w
    base = box.bottom - rng.uniform(0.24, 0.42) * box.h
    large = height * rng.uniform(1.6, 2.6)
    corners = np.array(
        ((0.1, 0.2), (0.35, 1.0), (0.6, 0.7), (0.2, 0.3), (0.7, 0.0), (1.0, 0.5))
    ) + rng.normal(0.0, 0.12, (6, 2))
    letter = smooth(corners * np.array((large, -large)) + np.array((x, base)), 3)
    end = width - large if rng.random() < 0.85 else 0.0
    strokes = [pull(letter, hand, rng)]
    if end > 3 * height:
        strokes += scrawl((x + large, base), end, height, hand, rng)
    if rng.random() < 0.4:
        y = base + rng.uniform(0.2, 0.9) * height
        line = np.array(
            ((x, y), (x + width / 2, y + rng.normal(0, 0.6)), (x + width, y - rng.uniform(0, 2.0)))
        )
        strokes.append(pull(smooth(line, 2), hand, rng))
    return strokes


def dash(box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    """The line that a supervisor draws where nobody came."""
    x, y = box.x + rng.uniform(0.1, 0.35) * box.w, box.centre[1] + rng.normal(0.0, 0.8)
    end = np.array((x + rng.uniform(10.0, 30.0), y + rng.normal(0.0, 0.5)))
    return [pull(np.array([np.array((x, y)), end]), hand, rng)]
