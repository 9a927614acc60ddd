"""What lies on a page beside its marks: strays near boxes that stay empty, and writing in answer spaces.

Nothing here changes a truth: a stray keeps off marked boxes, and enters an empty one so little that anybody
still calls it empty. Dirt that comes from the scanner lives in `klausur.rehearse.scanner`.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

import numpy as np

from klausur.base.geometry import Box
from klausur.rehearse.hands import Hand
from klausur.rehearse.handwriting import scrawl
from klausur.rehearse.pen import ink, lay, layer
from klausur.rehearse.raster import Cover, extent
from klausur.rehearse.strokes import Stroke, pull, smooth
from klausur.scan.model import Pixels

INTO_BOX = 0.35
"""How far in mm a stray may reach over an empty box's outer edge: about the width of the frame."""

KEEP_OFF = 1.8
"""Distance in mm of strays from other boxes: nearer, a person might take one for a second marking."""

_DOT = 0.45
"""Most mm across where a pen rested: a larger dot in a box could be meant."""

_TRIES = 12

VOCABULARY = 14
"""Words that one answer is made of. They repeat: drawing each anew took 1.2 ms a word and said no more."""


class StrayKind(StrEnum):
    """What a pen leaves by accident."""

    TOUCH = "touch"
    """A stroke that ends at the frame of the empty box."""
    DOT = "dot"
    """The pen rested in or beside the box."""
    PASSING = "passing"
    """A stroke that passes by."""
    UNDERLINE = "underline"
    """A line under the text beside the box."""


def stray(
    canvas: Pixels,
    box: Box,
    scale: float,
    origin: tuple[float, float],
    hand: Hand,
    rng: np.random.Generator,
    *,
    avoid: Sequence[Box] = (),
) -> str:
    """Leave a stray at an empty box; its truth stays `empty`.

    Args:
        canvas: grey or RGB, changed in place.
        box: the empty box in mm.
        scale: px per mm.
        origin: mm of the canvas' top left corner.
        hand: whose pen slips.
        rng: all chance comes from here.
        avoid: other boxes; the stray keeps `KEEP_OFF` from them.

    Returns:
        The kind of stray for the truth's note; empty if there was no room for one.
    """
    for _ in range(_TRIES):
        kind = list(StrayKind)[int(rng.integers(len(StrayKind)))]
        strokes = _stray(kind, box, hand, rng)
        reach = extent(strokes)
        if not any(reach.overlaps(other.grown(KEEP_OFF)) for other in avoid):
            ink(canvas, strokes, scale, origin, hand, rng)
            return f"stray {kind}"
    return ""


def write(  # noqa: PLR0913 - a pen must know place, scale and person, as in `klausur.rehearse.pen.draw`
    canvas: Pixels,
    area: Box,
    scale: float,
    origin: tuple[float, float],
    hand: Hand,
    rng: np.random.Generator,
    *,
    share: float = 1.0,
    vocabulary: int = VOCABULARY,
) -> None:
    """Scrawl an answer into an answer space, line by line from the top, nothing outside of it.

    Args:
        canvas: grey or RGB, changed in place.
        area: the answer space in mm.
        scale: px per mm.
        origin: mm of the canvas' top left corner.
        hand: who writes.
        rng: all chance comes from here.
        share: how much of the space is used, 0 … 1.
        vocabulary: how many different words there are.
    """
    height = float(np.clip(1.9 * hand.size + rng.normal(0.0, 0.15), 1.4, 2.8))
    words = [_word(height, scale, hand, rng) for _ in range(vocabulary)]
    gap, line = height * rng.uniform(0.7, 1.3), height * rng.uniform(2.9, 3.6)
    room = area.grown(-1.0)
    last = room.y + max(line, share * room.h)
    y = room.y + 2.2 * height
    while y < last and y + 0.9 * height < room.bottom:
        x, end = room.x + rng.uniform(1.0, 3.0), room.x + room.w * rng.uniform(0.6, 0.97)
        rise = rng.normal(0.0, 0.006)
        while True:
            taken, left, above = words[int(rng.integers(len(words)))]
            if x + taken.shape[1] / scale > end:
                break
            at = (x + left - origin[0], y + rise * (x - room.x) + above - origin[1])
            lay(canvas, taken, (round(at[0] * scale), round(at[1] * scale)), hand.colour)
            x += taken.shape[1] / scale + gap
        y += line


def _word(height: float, scale: float, hand: Hand, rng: np.random.Generator) -> tuple[Cover, float, float]:
    """A scrawled word as a patch, and the mm from its place on the base line to the patch's corner."""
    width = rng.uniform(4.0, 17.0) * height / 1.9
    strokes = scrawl((0.0, 0.0), width, height, hand, rng)
    if rng.random() < 0.05:  # struck out
        middle = np.array(((0.0, -height / 2), (width, -height / 2)))
        strokes.append(pull(middle + rng.normal(0.0, 0.3, (2, 2)), hand, rng))
    reach = extent(strokes).grown(1.0 / scale)
    shape = (math.ceil(reach.h * scale), math.ceil(reach.w * scale))
    layers = [layer(stroke, shape, scale, (reach.x, reach.y), hand, rng) for stroke in strokes]
    return np.max(layers, axis=0), reach.x, reach.y


def _stray(kind: StrayKind, box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    x, y = box.centre
    side = float(rng.choice([-1.0, 1.0]))
    if kind is StrayKind.DOT:
        # Beside the box or in it: a pen that rested is no mark.
        at = np.array((x, y)) + rng.uniform(-0.9, 0.9, 2) * box.w
        rest = pull(np.array([at, at + rng.normal(0.0, 0.06, 2)]), hand, rng, step=0.05, shake=0.0)
        return [replace(rest, width=np.minimum(rest.width, rng.uniform(0.2, _DOT)))]
    if kind is StrayKind.TOUCH:
        over = rng.uniform(-0.3, INTO_BOX) - hand.width / 2
        end = np.array((x + side * (box.w / 2 - over), y + rng.uniform(-0.4, 0.4) * box.h))
        start = end + np.array((side * rng.uniform(1.2, 5.0), rng.normal(0.0, 1.2)))
        bend = (start + end) / 2 + rng.normal(0.0, 0.25, 2)
        return [pull(smooth(np.array([start, bend, end])), hand, rng, light=rng.uniform(0.3, 1.0), shake=0.5)]
    if kind is StrayKind.UNDERLINE:
        start = np.array((box.right + rng.uniform(1.0, 2.5), box.bottom + rng.uniform(-0.4, 0.6)))
        end = start + np.array((rng.uniform(8.0, 30.0), rng.normal(0.0, 0.5)))
        return [pull(np.array([start, end]), hand, rng)]
    away = box.w / 2 + rng.uniform(0.5, 2.0) + hand.width / 2
    middle = np.array((x + side * away, y + rng.normal(0.0, 1.0)))
    along = np.array((rng.normal(0.0, 0.12), 1.0)) * rng.uniform(1.0, 3.5)
    return [pull(np.array([middle - along, middle + along]), hand, rng, light=rng.uniform(0.3, 1.0))]
