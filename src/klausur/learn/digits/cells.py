"""Training cells: a printed row's frame, a digit of a real hand in it, a scan of it, cut out by the reader.

Digits come out of MNIST, or are pen traces, which any pen may have written.

Beside the digits there are empty cells with what gets into them, and cells that nobody can read, from which
the network learns not to be sure. Augmentation, anew in each epoch, lives in `klausur.learn.digits.fit`.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from klausur.base.geometry import Box
from klausur.learn import printed, traces
from klausur.learn.crops import REACH
from klausur.learn.digits import signs
from klausur.learn.digits.labels import EMPTY, ILLEGIBLE, SIGNS
from klausur.learn.digits.mnist import Part, Pictures
from klausur.learn.digits.written import continental
from klausur.learn.freehand import free_cross, free_fill, oddity
from klausur.learn.printed import FINE
from klausur.learn.scans import off, placed
from klausur.learn.traced import laid
from klausur.learn.traces import Trace
from klausur.paper.fields import DIGIT_H, DIGIT_W
from klausur.read.cells import cell_inputs
from klausur.rehearse import pen
from klausur.rehearse.hands import Hand, Population, hand, stream
from klausur.rehearse.handwriting import scrawl
from klausur.rehearse.pictured import write
from klausur.rehearse.strokes import pull
from klausur.scan.model import Pixels

CELL = Box(-DIGIT_W / 2, -DIGIT_H / 2, DIGIT_W, DIGIT_H)

_EMPTIES = 0.1
"""How many empty cells there are for each digit."""

_ILLEGIBLE = 0.05
"""How many illegible ones."""

_SIGNED = 0.04
"""How many with a minus, a comma or a point, which belong into no cell."""

CONTINENTAL = 0.3
"""Share of the digits 0, 1 and 7 that are written as many outside the USA do."""

PER_TASK = 256
"""Pictures that a worker writes at a time."""

POPULATIONS = {
    Part.TRAIN: Population.TRAIN,
    Part.VALIDATION: Population.TRAIN,
    Part.TEST: Population.JUDGE,
}
"""Whose pens write the pictures: those that judge are written with pens that training has not, either."""

_PATHS = {part: 0xD161 + n for n, part in enumerate(Part)}

PICTURED = 1_000_000
"""Cells that nobody known wrote are numbered from here on, as if by a person each."""

_TRACED = 0xD171
"""The first word of streams of traced cells, before the part of their writers."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Windows of cells, (n, 40, 40), 255 is black ink; and labels (n,), as `klausur.learn.digits.labels` has.

    ``people`` are numbers of who wrote them, (n,): each picture of MNIST counts as by a person of its own.
    """

    ink: Pixels
    labels: npt.NDArray[np.int64]
    people: npt.NDArray[np.int64]

    def where(self, chosen: npt.NDArray[Any]) -> "Cells":
        """Some of them."""
        return Cells(self.ink[chosen], self.labels[chosen], self.people[chosen])


def draw(
    pictures: Pictures,
    part: Part,
    seed: int,
    copies: int,
    executor: Executor,
    progress: Callable[[int, int], None] | None = None,
) -> Cells:
    """Every picture in ``copies`` cells, with empty and illegible ones among them.

    Args:
        pictures: what is written.
        part: which part of MNIST they are.
        seed: of all chance.
        copies: how often each picture is written, every time otherwise.
        executor: where cells are drawn; none depends on the number of workers.
        progress: called with (cells drawn, cells in all).
    """
    plan = np.tile(np.arange(len(pictures.labels)), copies)
    starts = range(0, len(plan), PER_TASK)
    tasks = (_chosen(pictures, plan[start : start + PER_TASK]) for start in starts)
    return _together(executor.map(partial(_some, part, seed), range(len(starts)), tasks), len(plan), progress)


def draw_traced(
    file: Path,
    writers: traces.Part,
    pictures: Pictures,
    seed: int,
    copies: int,
    executor: Executor,
    progress: Callable[[int, int], None] | None = None,
) -> Cells:
    """Every digit of some writers of pen traces in ``copies`` cells; their neighbours are of these pictures.

    Other arguments as `draw` has them.

    Raises:
        UsageError: the file is no file of traces.
    """
    count = copies * len(_asked(file, writers))
    starts = range(0, count, PER_TASK)
    tasks = [tuple(range(start, min(start + PER_TASK, count))) for start in starts]
    some = pictures if len(pictures.labels) <= PER_TASK else _chosen(pictures, np.arange(PER_TASK))
    return _together(executor.map(partial(_some_traced, file, writers, some, seed), tasks), count, progress)


@cache
def known(file: Path, writers: traces.Part) -> tuple[Trace, ...]:
    """The digits of some writers of pen traces, read once a process.

    Raises:
        UsageError: the file is no file of traces.
    """
    return tuple(t for t in labelled(file, writers) if not t.bare)


@cache
def labelled(file: Path, writers: traces.Part) -> tuple[Trace, ...]:
    """All that is labelled as a digit, also dashes and bare strokes that were cut out of one.

    Raises:
        UsageError: the file is no file of traces.
    """
    return tuple(t for t in traces.characters(file, writers) if t.label.isascii() and t.label.isdigit())


def _asked(file: Path, writers: traces.Part) -> tuple[Trace, ...]:
    """What is drawn of some writers: of those who judge all, so that nothing hard is left out."""
    return labelled(file, writers) if writers is traces.Part.TEST else known(file, writers)


@cache
def people_of(file: Path, writers: traces.Part) -> dict[str, int]:
    """A number for each of these writers, another one than any writer of another part has."""
    names = sorted({t.writer for t in labelled(file, writers)})
    return {name: PICTURED // 100 * int(writers) + n for n, name in enumerate(names)}


def joined(parts: Iterable[Cells]) -> Cells:
    """Several sets of cells as one."""
    every = list(parts)
    return Cells(
        np.concatenate([p.ink for p in every]),
        np.concatenate([p.labels for p in every]),
        np.concatenate([p.people for p in every]),
    )


def kept(folder: Path | None, name: str, make: Callable[[], Cells]) -> Cells:
    """Cells out of a folder where they are kept; else made, and kept there for the next training."""
    if folder is None:
        return make()
    place = folder / f"{name}.npz"
    if not place.exists():
        made, half = make(), folder / f"{name}.half.npz"
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(half, ink=made.ink, labels=made.labels, people=made.people)
        half.replace(place)
    with np.load(place) as arrays:
        return Cells(arrays["ink"], arrays["labels"], arrays["people"])


def some(cells: Cells, count: int) -> Cells:
    """So many of them, evenly out of all."""
    chosen = np.linspace(0, len(cells.labels) - 1, min(count, len(cells.labels))).astype(np.int64)
    return cells.where(chosen)


def _together(parts: Iterable[Cells], count: int, progress: Callable[[int, int], None] | None) -> Cells:
    found: list[Cells] = []
    for cells in parts:
        found.append(cells)
        if progress is not None:
            progress(min(PER_TASK * len(found), count), count)
    return joined(found)


def _chosen(pictures: Pictures, which: npt.NDArray[np.int64]) -> Pictures:
    return Pictures(pictures.pixels[which], pictures.labels[which])


def _some(part: Part, seed: int, number: int, pictures: Pictures) -> Cells:
    """A worker's task: the cells of some pictures, and the empty and illegible ones that go with them."""
    rng = stream(POPULATIONS[part], seed, _PATHS[part], number)
    labels = list(pictures.labels)
    count = len(labels)
    labels += [EMPTY] * rng.binomial(count, _EMPTIES) + [ILLEGIBLE] * rng.binomial(count, _ILLEGIBLE)
    labels += rng.choice([*SIGNS.values()], rng.binomial(count, _SIGNED)).tolist()
    windows = [one(label, n, pictures, POPULATIONS[part], rng) for n, label in enumerate(labels)]
    people = PICTURED + number * 2 * PER_TASK + np.arange(len(labels))
    return Cells(np.stack(windows), np.array(labels, np.int64), people)


def _some_traced(
    file: Path, writers: traces.Part, pictures: Pictures, seed: int, numbers: tuple[int, ...]
) -> Cells:
    """A worker's task: the cells of some traces."""
    population = Population.JUDGE if writers is traces.Part.TEST else Population.TRAIN
    rng = stream(population, seed, _TRACED, writers, numbers[0])
    digits = _asked(file, writers)
    mine = [digits[number % len(digits)] for number in numbers]
    windows = [one(int(t.label), 0, pictures, population, rng, trace=t) for t in mine]
    people = [people_of(file, writers)[t.writer] for t in mine]
    return Cells(np.stack(windows), np.array([int(t.label) for t in mine], np.int64), np.array(people))


def one(
    label: int,
    n: int,
    pictures: Pictures,
    population: Population,
    rng: np.random.Generator,
    trace: Trace | None = None,
) -> Pixels:
    """A window, (40, 40), of a cell with a trace, with the n-th picture or, by its label, without."""
    person = hand(rng, population)
    paper = printed.canvas(REACH, FINE)
    ends = rng.random(2) < 0.2
    _frame(paper, ends, rng)
    if rng.random() < 0.1:
        printed.show_through(paper, FINE, rng)
    for side, end in zip((-1, 1), ends, strict=True):
        if not end and rng.random() < 0.7:
            _digit(paper, _any(pictures, rng), side * DIGIT_W, person, rng)
    if label == EMPTY:
        _remnants(paper, person, rng)
    elif label in SIGNS.values():
        base = (float(rng.normal(0.0, 0.6)), float(rng.uniform(1.8, 3.2)))
        signs.write(paper, label, base, float(rng.uniform(4.0, 6.5)), person, rng)
    elif label == ILLEGIBLE:
        _illegible(paper, pictures, person, rng)
    elif trace is not None:
        size, centre = place(CELL, rng)
        strokes = laid(trace.strokes, size, np.array(centre), person, rng)
        pen.ink(paper, strokes, FINE, (-REACH, -REACH), person, rng)
    else:
        picture = pictures.pixels[n]
        if rng.random() < CONTINENTAL:
            picture = continental(picture, label, rng)
        _digit(paper, picture, 0.0, person, rng)
    fed = cell_inputs(placed(paper, rng), [off(CELL, rng)])[0, 0]
    return np.asarray(np.round(fed * 255), np.uint8)


def _digit(paper: Pixels, picture: Pixels, x: float, person: Hand, rng: np.random.Generator) -> None:
    """Write a picture into the cell whose middle lies ``x`` mm to the right."""
    size, centre = place(Box(CELL.x + x + REACH, CELL.y + REACH, CELL.w, CELL.h), rng)
    write(paper, picture, centre, size, FINE, person, rng)


def place(cell: Box, rng: np.random.Generator) -> tuple[float, tuple[float, float]]:
    """How large people write a digit into a cell, in mm, and where its middle comes to lie."""
    size = float(np.clip(rng.normal(5.3, 0.8), 3.2, 7.8))
    across, down = np.clip(rng.normal(0.0, (0.45, 0.6)), (-1.2, -1.8), (1.2, 1.8))
    return size, (cell.centre[0] + float(across), cell.centre[1] + float(down))


def _any(pictures: Pictures, rng: np.random.Generator) -> Pixels:
    picture: Pixels = pictures.pixels[int(rng.integers(len(pictures.labels)))]
    return picture


def _frame(paper: Pixels, ends: npt.NDArray[np.bool_], rng: np.random.Generator) -> None:
    """Print the frames of the cell and of its neighbours, where the row does not end."""
    shade, thick = rng.uniform(0.25, 1.0), rng.uniform(0.08, 0.4)
    left, right = (CELL.x if ends[0] else -REACH), (CELL.right if ends[1] else REACH)
    for y in (CELL.y, CELL.bottom - thick):
        printed.bar(paper, FINE, Box(left, y, right - left, thick), shade)
    inner = shade if rng.random() < 0.7 else shade * rng.uniform(0.3, 1.0)  # fainter between the cells
    for x, end in ((CELL.x, ends[0]), (CELL.right, ends[1])):
        start = x if end and x < 0 else x - thick if end else x - thick / 2
        printed.bar(paper, FINE, Box(start, CELL.y, thick, CELL.h), shade if end else inner)


def _remnants(paper: Pixels, person: Hand, rng: np.random.Generator) -> None:
    """What gets into some empty cells: a dot where no decimal point would stand, or a slip at the edge."""
    chance = rng.random()
    if chance < 0.2:
        x, y = rng.uniform(-3.0, 3.0), rng.uniform(-4.0, 1.0)
        path = np.array([[x, y], [x + rng.normal(0, 0.25), y + rng.normal(0, 0.25)]])
        pen.ink(paper, [pull(path, person, rng)], FINE, (-REACH, -REACH), person, rng)
    elif chance < 0.35:
        side, y = rng.choice([-1.0, 1.0]), rng.uniform(-4.5, 4.5)
        x = side * rng.uniform(2.6, 4.0)
        path = np.array([[x, y], [x + side * rng.uniform(0.5, 2.0), y + rng.normal(0, 1.0)]])
        pen.ink(paper, [pull(path, person, rng)], FINE, (-REACH, -REACH), person, rng)


def _illegible(paper: Pixels, pictures: Pictures, person: Hand, rng: np.random.Generator) -> None:
    """A digit struck out or written over another, a scribble, a cross, scrawl."""
    corner, about = (-REACH, -REACH), Box(-2.2, -2.8, 4.4, 5.6)
    kind = int(rng.integers(6))
    if kind <= 2:
        _digit(paper, _any(pictures, rng), 0.0, person, rng)
    if kind == 0:
        _digit(paper, _any(pictures, rng), 0.0, person, rng)
    elif kind == 1:
        pen.ink(paper, free_cross(about, person, rng), FINE, corner, person, rng)
    elif kind in {2, 3}:
        pen.ink(paper, free_fill(about, person, rng), FINE, corner, person, rng)
    elif kind == 4:
        pen.ink(paper, oddity(about, person, rng), FINE, corner, person, rng)
    else:
        base = (rng.uniform(-3.0, -1.5), rng.uniform(0.5, 2.0))
        pen.ink(paper, scrawl(base, 6.0, rng.uniform(1.0, 2.0), person, rng), FINE, corner, person, rng)
