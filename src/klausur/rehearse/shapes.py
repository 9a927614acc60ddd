"""Crosses and filled boxes as strokes: the two marks that a reader must tell apart by itself.

Marks that only a person can read live in `klausur.rehearse.unclear_marks`.
"""

import numpy as np

from klausur.base.geometry import Box
from klausur.rehearse.hands import CrossStyle, FillStyle, Hand
from klausur.rehearse.raster import filled_share
from klausur.rehearse.strokes import STEP, Points, Stroke, pull, resample, smooth

CLEARLY_FILLED = 0.8
"""Share of the box's inside under ink from which anybody calls it filled."""

_FRAME = 0.25
"""Width in mm of the printed frame: what lies within it is the box's inside."""


_TRIES = 8

_LAYERS = (1.3, 3.0)
"""How often a pen goes over the same place where it fills an area."""


def pick(favourites: tuple[CrossStyle, ...] | tuple[FillStyle, ...], rng: np.random.Generator) -> int:
    """Which of a hand's styles this mark has: mostly the favourite, sometimes any."""
    return 0 if rng.random() < 0.75 else int(rng.integers(len(favourites)))


def aim(box: Box, hand: Hand, rng: np.random.Generator) -> tuple[float, float]:
    """Where this hand's mark is centred: near its habit, and always well inside the box."""
    spread = np.asarray(hand.offset) + rng.normal(0.0, hand.wander, 2)
    x, y = np.clip(spread, -0.2 * box.w, 0.2 * box.w)
    return box.centre[0] + float(x), box.centre[1] + float(y)


def cross(box: Box, hand: Hand, rng: np.random.Generator) -> tuple[CrossStyle, list[Stroke]]:
    """A cross that nobody doubts: two strokes (or one in a loop) that meet inside the box."""
    style = hand.crosses[pick(hand.crosses, rng)]
    size = hand.size * rng.uniform(0.88, 1.12)
    if style is CrossStyle.OVER_EDGE:
        size = rng.uniform(1.2, 1.6)
    elif style is CrossStyle.SMALL:
        size = min(size, max(0.55, 0.35 + 0.8 * hand.width) * rng.uniform(1.0, 1.2))
    return style, cross_at(aim(box, hand, rng), min(size, 1.65) * box.w / 2, style, hand, rng)


def cross_at(
    centre: tuple[float, float], half: float, style: CrossStyle, hand: Hand, rng: np.random.Generator
) -> list[Stroke]:
    """The strokes of a cross round ``centre`` whose arms reach about ``half`` mm to each side."""
    for _ in range(_TRIES):
        down, up = _arms(centre, half, hand, rng)
        paths = [_shaped(down, style, half, rng), _shaped(up, style, half, rng)]
        if _clearly_crossing(*paths):
            break
    else:
        paths = [down, up]
    if style is CrossStyle.LOOP:
        return [pull(_looped(down, up, half, rng), hand, rng)]
    if rng.random() < 0.3:
        paths.reverse()
    strokes = [pull(path, hand, rng) for path in paths]
    if style is CrossStyle.RETRACED:
        strokes += [pull(path + rng.normal(0.0, 0.12, 2), hand, rng) for path in paths]
    elif style is CrossStyle.JOINED:
        bow = (paths[0][-1] + paths[1][0]) / 2 + rng.normal(0.0, 0.1 * half, 2)
        joint = smooth(np.array([paths[0][-1], bow, paths[1][0]]))
        strokes.insert(1, pull(joint, hand, rng, light=rng.uniform(0.15, 0.45)))
    return strokes


def fill(box: Box, hand: Hand, rng: np.random.Generator) -> tuple[str, list[Stroke]]:
    """A box filled out until `CLEARLY_FILLED`, as a cross is taken back; mostly a cross lies below."""
    style = hand.fills[pick(hand.fills, rng)]
    strokes: list[Stroke] = []
    note = str(style)
    if rng.random() < 0.85:
        below, strokes = cross(box, hand, rng)
        note = f"{style} over {below}"
    return note, [*strokes, *_until_filled(strokes, style, box, hand, rng)]


def blot(box: Box, hand: Hand, rng: np.random.Generator) -> tuple[str, list[Stroke]]:
    """A box that is filled out to choose it, with nothing below."""
    style = hand.fills[pick(hand.fills, rng)]
    return f"{style}", _until_filled([], style, box, hand, rng)


def _until_filled(
    below: list[Stroke], style: FillStyle, box: Box, hand: Hand, rng: np.random.Generator
) -> list[Stroke]:
    """The strokes that, with those below, fill a box until `CLEARLY_FILLED`."""
    strokes: list[Stroke] = []
    for attempt in range(6):
        strokes += _pass(style if attempt < 2 else FillStyle.ZIGZAG, box, hand, rng)
        if filled_share([*below, *strokes], box.grown(-_FRAME)) >= CLEARLY_FILLED:
            return strokes
    return [*strokes, *_block(box, hand, rng)]


def zigzag(box: Box, pitch: float, hand: Hand, rng: np.random.Generator) -> Stroke:
    """A zigzag over the box, to and fro at any angle, whose turns lie ``pitch`` mm apart."""
    angle = rng.normal(0.8, 0.35) * rng.choice([-1.0, 1.0])
    along = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-along[1], along[0]])
    centre, half = np.asarray(box.centre), np.array([box.w, box.h]) / 2
    reach = float(np.abs(across) @ half)
    corners: list[Points] = []
    for side, t in enumerate(np.arange(-reach, reach + pitch, pitch)):
        ends = _chord(centre + t * across, along, centre, half)
        if ends is not None:
            corners.append(ends[side % 2] + rng.normal(0.0, 0.12, 2))
            corners.append(ends[side % 2] + rng.normal(0.0, 0.12, 2) + pitch * 0.4 * across)
    if len(corners) < 2:
        corners = [centre - along, centre + along]
    return pull(np.array(corners), hand, rng, step=0.3, shake=0.5, layers=rng.uniform(*_LAYERS))


def _arms(
    centre: tuple[float, float], half: float, hand: Hand, rng: np.random.Generator
) -> tuple[Points, Points]:
    """The two strokes of a cross as straight lines, each (2, 2): the falling one and the rising one."""
    middle = np.asarray(centre)
    arms = []
    for way in (1.0, -1.0):  # falling: from top left; rising: from top right
        angle = way * (np.pi / 4 + rng.normal(0.0, 0.09)) - hand.slant * 0.6
        towards = np.array([np.cos(angle), np.sin(angle)]) * way
        reach = half * np.sqrt(2.0) * (1.0 - rng.uniform(0.0, 0.15 + 0.2 * hand.haste, 2))
        aside = np.array([-towards[1], towards[0]]) * float(np.clip(rng.normal(0.0, 0.1), -0.25, 0.25)) * half
        start, end = middle + aside - reach[0] * towards, middle + aside + reach[1] * towards
        arms.append(np.array([start, end]))
    return arms[0], arms[1]


def _shaped(arm: Points, style: CrossStyle, half: float, rng: np.random.Generator) -> Points:
    """A straight arm bent as the style wants it."""
    start, end = arm
    normal = np.array([-(end - start)[1], (end - start)[0]]) / 2.8  # about `half` long
    straight = rng.normal(0.0, 0.05)
    if style is CrossStyle.CURVED:
        bow = rng.uniform(0.18, 0.4) * rng.choice([-1.0, 1.0])
        return smooth(np.array([start, (start + end) / 2 + bow * normal, end]))
    if style is CrossStyle.SWUNG:
        bow = rng.uniform(0.15, 0.3) * rng.choice([-1.0, 1.0])
        third = (end - start) / 3
        return smooth(np.array([start, start + third + bow * normal, end - third - bow * normal, end]))
    if style is CrossStyle.HOOKED:
        side = rng.choice([-1.0, 1.0])
        hook = start + side * normal * rng.uniform(0.2, 0.4)
        tail = end - side * normal * rng.uniform(0.15, 0.4) * float(rng.random() < 0.7)
        return smooth(np.array([hook, start, (start + end) / 2, end, tail]), 2)
    return smooth(np.array([start, (start + end) / 2 + straight * half * normal, end]), 2)


def _clearly_crossing(one: Points, other: Points) -> bool:
    """Whether the strokes meet well away from their ends, so that nobody sees a roof or a wedge in them."""
    (one, _), (other, _) = resample(one, STEP), resample(other, STEP)
    apart = np.hypot(*(one[:, None, :] - other[None, :, :]).transpose(2, 0, 1))
    i, j = np.unravel_index(int(np.argmin(apart)), apart.shape)
    return all(0.26 <= k / (n - 1) <= 0.74 for k, n in ((int(i), len(one)), (int(j), len(other))))


def _looped(down: Points, up: Points, half: float, rng: np.random.Generator) -> Points:
    """One stroke: down the falling arm, round in a loop to the right, down the rising arm."""
    (start, turn), (high, low) = down, up
    out = np.array([half * rng.uniform(0.25, 0.7), 0.0])
    lower, upper = turn + 0.3 * (high - turn) + out, high + 0.3 * (turn - high) + out
    return smooth(np.array([start, (start + turn) / 2, turn, lower, upper, high, (high + low) / 2, low]))


def _pass(style: FillStyle, box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    """One go of filling over the box."""
    area = box.grown(rng.uniform(-0.15, 0.35))
    pitch = hand.width * rng.uniform(0.6, 0.9)
    if style is FillStyle.BLOCK:
        return _block(box, hand, rng)
    if style is FillStyle.HATCH:
        return [zigzag(area, pitch * 1.3, hand, rng), zigzag(area, pitch * 1.3, hand, rng)]
    if style in (FillStyle.SPIRAL, FillStyle.LOOPS):
        path = _spiral(area, pitch, rng) if style is FillStyle.SPIRAL else _coils(area, pitch, rng)
        return [pull(path, hand, rng, step=0.25, shake=0.5, layers=rng.uniform(*_LAYERS))]
    return [zigzag(area, pitch, hand, rng)]


def _block(box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    """The box painted all over, edges uneven."""
    area = box.grown(rng.uniform(-0.1, 0.25))
    corners = np.array([*area.corners, area.corners[0]]) + 0.0
    corners[:4] += rng.normal(0.0, 0.15, (4, 2))
    corners[4] = corners[0]
    edge = pull(corners, hand, rng)
    full = np.full(len(edge.points), rng.uniform(0.85, 1.0))
    return [Stroke(edge.points, edge.width, full, solid=True, layers=rng.uniform(*_LAYERS))]


def _spiral(area: Box, pitch: float, rng: np.random.Generator) -> Points:
    turns = area.w / 2 * 1.2 / pitch
    t = np.linspace(0.0, 1.0, max(20, int(turns * 14)))
    angle = rng.uniform(0.0, 2 * np.pi) + 2 * np.pi * turns * t
    # A squarish ring: people follow the frame. The power pulls the circle into the corners.
    x, y = (np.sign(f) * np.abs(f) ** 0.7 for f in (np.cos(angle), np.sin(angle)))
    radius = t[:, None] * np.array([area.w, area.h]) / 2 * 1.03
    spiral: Points = np.asarray(area.centre) + radius * np.stack([x, y], axis=1)
    return spiral


def _coils(area: Box, pitch: float, rng: np.random.Generator) -> Points:
    turns = area.w / pitch
    t = np.linspace(0.0, 1.0, max(20, int(turns * 14)))
    angle = rng.uniform(0.0, 2 * np.pi) + 2 * np.pi * turns * t
    x = area.x + area.w * t + 0.12 * area.w * np.cos(angle)
    y = area.centre[1] + area.h / 2 * np.sin(angle)
    return np.stack([x, y], axis=1)


def _chord(at: Points, along: Points, centre: Points, half: Points) -> tuple[Points, Points] | None:
    """Where the line through ``at`` in the direction ``along`` enters and leaves the rectangle."""
    with np.errstate(divide="ignore"):
        near = (-half * np.sign(along) - (at - centre)) / along
        far = (half * np.sign(along) - (at - centre)) / along
    enter, leave = float(np.max(near)), float(np.min(far))
    return None if enter >= leave else (at + enter * along, at + leave * along)
