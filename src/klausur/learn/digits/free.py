"""Training windows out of free rows: numbers written without cells, digits as near as people set them.

A window's middle is that of a character, which is its label, or of a gap, which is `EMPTY`; what stands
beside it reaches in. What is written into cells lives in `klausur.learn.digits.cells`.
"""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from klausur.base.geometry import Box
from klausur.learn import printed, traces
from klausur.learn.crops import REACH
from klausur.learn.digits import cells, signs
from klausur.learn.digits.cells import Cells
from klausur.learn.digits.labels import EMPTY, ILLEGIBLE, SIGNS
from klausur.learn.digits.mnist import Part, Pictures
from klausur.learn.digits.written import continental
from klausur.learn.printed import FINE
from klausur.learn.scans import off, placed
from klausur.learn.traced import laid
from klausur.read.cells import cell_inputs
from klausur.rehearse import pen
from klausur.rehearse.hands import Hand, Population, hand, stream
from klausur.rehearse.pictured import write
from klausur.scan.model import Pixels

CENTRED = 0.6
"""mm: a character's middle that lies no farther off is the window's own."""

ASIDE = 1.5
"""mm: where every character's middle lies farther off, the window is of a gap."""

_FREE = 0xD181
"""The first word of these windows' streams."""

_GAPS, _SIGNED, _SPOILT = 0.25, 0.25, 0.03
"""Shares of windows with a gap, with a sign, and with something that nobody can read in their middle."""


@dataclass(frozen=True, slots=True)
class _Written:
    """What a worker writes with: pictures of digits, and digits as traces, if there are any."""

    pictures: Pictures
    file: Path | None
    writers: traces.Part


def draw(  # noqa: PLR0913, PLR0917 - whose digits, which chance, how many, where
    pictures: Pictures,
    file: Path | None,
    writers: traces.Part,
    part: Part,
    seed: int,
    count: int,
    executor: Executor,
    progress: Callable[[int, int], None] | None = None,
) -> Cells:
    """So many windows out of free rows.

    Args:
        pictures: digits that are written.
        file: pen traces, of which half of the digits are then; None for none.
        writers: whose.
        part: what the windows are for: they never share chance or pens with another part's.
        seed: of all chance.
        count: how many windows.
        executor: where they are drawn.
        progress: called with (windows drawn, windows in all).
    """
    starts = range(0, count, cells.PER_TASK)
    few = np.linspace(
        0, len(pictures.labels) - 1, min(4 * cells.PER_TASK * len(starts), len(pictures.labels))
    )
    order = np.random.default_rng((seed, _FREE)).permutation(few.astype(np.int64))
    shares = np.array_split(order, len(starts))
    tasks = (_Written(Pictures(pictures.pixels[s], pictures.labels[s]), file, writers) for s in shares)
    sizes = [min(cells.PER_TASK, count - start) for start in starts]
    found = []
    for some in executor.map(partial(_some, part, seed), range(len(starts)), tasks, sizes):
        found.append(some)
        if progress is not None:
            progress(sum(len(each.labels) for each in found), count)
    return cells.joined(found)


def _some(part: Part, seed: int, number: int, what: _Written, count: int) -> Cells:
    population = cells.POPULATIONS[part]
    rng = stream(population, seed, _FREE, list(Part).index(part), number)
    drawn = [_one(what, population, rng) for _ in range(count)]
    people = cells.PICTURED + (1 + number) * 10_000_000 + np.arange(count)
    for n, (_, _, writer) in enumerate(drawn):
        if writer is not None:
            people[n] = writer
    return Cells(np.stack([ink for ink, _, _ in drawn]), np.array([k for _, k, _ in drawn], np.int64), people)


def _one(what: _Written, population: Population, rng: np.random.Generator) -> tuple[Pixels, int, int | None]:
    """A window, (40, 40), its label, and the number of who wrote what is in its middle, if that is known."""
    person, tall = hand(rng, population), float(np.clip(rng.normal(4.8, 0.8), 3.0, 7.0))
    paper = printed.canvas(REACH, FINE)
    _box(paper, rng)
    line = float(np.clip(rng.normal(0.0, 0.7), -1.6, 1.6)) + tall / 2
    chance = rng.random()
    label, writer, reach = EMPTY, None, ASIDE
    if chance > _GAPS:
        middle = float(rng.uniform(-CENTRED, CENTRED))
        label, writer, half = _character(paper, what, (middle, line), tall, person, rng)
        if chance > 1.0 - _SPOILT:
            _character(paper, what, (middle + float(rng.normal(0.0, 0.3)), line), tall, person, rng)
            label, writer = ILLEGIBLE, None
        reach = abs(middle) + half
    for side in (-1.0, 1.0):
        if rng.random() < 0.75:
            near = reach + float(rng.uniform(0.15, 2.2)) if label != EMPTY else ASIDE - 0.25 * tall
            near += 0.0 if label != EMPTY else float(rng.uniform(0.0, 1.6))
            at = side * max(near + 0.25 * tall, ASIDE)
            _character(paper, what, (at, line + float(rng.normal(0.0, 0.25))), tall, person, rng)
    fed = cell_inputs(placed(paper, rng), [off(cells.CELL, rng)])[0, 0]
    return np.asarray(np.round(fed * 255), np.uint8), label, writer


def _character(
    paper: Pixels,
    what: _Written,
    base: tuple[float, float],
    tall: float,
    person: Hand,
    rng: np.random.Generator,
) -> tuple[int, int | None, float]:
    """Write any character; its label, who wrote it, and half its width in mm."""
    if rng.random() < _SIGNED:
        label = int(rng.choice([*SIGNS.values()]))
        signs.write(paper, label, base, tall, person, rng)
        return label, None, (0.3 if label == SIGNS["-"] else 0.08) * tall
    centre = (base[0], base[1] - tall / 2)
    if what.file is not None and rng.random() < 0.5:
        known = cells.known(what.file, what.writers)
        trace = known[int(rng.integers(len(known)))]
        strokes = laid(trace.strokes, tall, np.array(centre), person, rng)
        pen.ink(paper, strokes, FINE, (-REACH, -REACH), person, rng)
        wide = float(np.ptp(np.concatenate(trace.strokes)[:, 0]))
        return int(trace.label), cells.people_of(what.file, what.writers)[trace.writer], wide * tall / 2
    n = int(rng.integers(len(what.pictures.labels)))
    picture, label = what.pictures.pixels[n], int(what.pictures.labels[n])
    if rng.random() < cells.CONTINENTAL:
        picture = continental(picture, label, rng)
    write(paper, picture, (centre[0] + REACH, centre[1] + REACH), tall, FINE, person, rng)
    columns = np.flatnonzero(picture.max(axis=0) > 60)
    return label, None, tall * float(np.ptp(columns) if len(columns) else 10) / 40


def _box(paper: Pixels, rng: np.random.Generator) -> None:
    """A frame round the row, of which a window shows an edge or two; or a line to write on; or nothing."""
    shade, thick = rng.uniform(0.25, 1.0), rng.uniform(0.08, 0.4)
    kind = rng.random()
    if kind < 0.6:
        top, bottom = -rng.uniform(4.0, 6.5), rng.uniform(4.0, 6.5)
        left = -rng.uniform(3.0, 7.0) if rng.random() < 0.25 else -REACH
        right = rng.uniform(3.0, 7.0) if rng.random() < 0.25 else REACH
        for y in (top, bottom):
            printed.bar(paper, FINE, Box(left, y, right - left, thick), shade)
        for x in (left, right):
            if abs(x) < REACH:
                printed.bar(paper, FINE, Box(x, top, thick, bottom - top), shade)
    elif kind < 0.8:
        printed.bar(paper, FINE, Box(-REACH, rng.uniform(2.8, 5.0), 2 * REACH, thick), shade)
