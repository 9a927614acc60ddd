"""A minus, a comma or a point by a pen, as people write them beside digits: drawn, of no collection."""

import numpy as np

from klausur.learn.crops import REACH
from klausur.learn.digits.labels import COMMA, MINUS
from klausur.learn.printed import FINE
from klausur.rehearse import pen
from klausur.rehearse.hands import Hand
from klausur.rehearse.strokes import Points, pull
from klausur.scan.model import Pixels


def write(
    paper: Pixels, label: int, base: tuple[float, float], tall: float, person: Hand, rng: np.random.Generator
) -> None:
    """Write a sign.

    Args:
        paper: changed in place; (0, 0) mm is its middle.
        label: which.
        base: where in mm the middle of it stands on the line.
        tall: height in mm of the digits that it stands beside.
        person: whose pen.
        rng: all chance comes from here.
    """
    if label == MINUS:
        path = _minus(tall, rng)
    elif label == COMMA:
        path = _comma(tall, rng)
    else:
        path = rng.normal(0.0, 0.03 * tall, (2, 2)) * (1.0, 0.6)
    pen.ink(paper, [pull(path + base, person, rng)], FINE, (-REACH, -REACH), person, rng)


def _minus(tall: float, rng: np.random.Generator) -> Points:
    """A dash at half the digits' height, about half as long as they are tall, a little askew or bent."""
    half, up = tall * rng.uniform(0.18, 0.42), tall * rng.uniform(0.35, 0.6)
    tilt, bend = rng.normal(0.0, 0.07), rng.normal(0.0, 0.05)
    x = np.linspace(-1.0, 1.0, 7)
    return np.column_stack([half * x, half * (tilt * x + bend * (1.0 - x**2)) - up])


def _comma(tall: float, rng: np.random.Generator) -> Points:
    """From the line down, mostly to the left, bent as a 9's tail is, or straight."""
    long, lean = tall * rng.uniform(0.14, 0.36), rng.normal(-0.4, 0.25)
    bend, start = rng.uniform(0.0, 0.25), tall * rng.uniform(-0.12, 0.06)
    t = np.linspace(0.0, 1.0, 7)
    return np.column_stack([long * (lean * t + bend * 4 * t * (1.0 - t)), start + long * t])
