"""The training data as arrays: marks drawn in parallel, in an order that depends on the seed alone."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import fields
from functools import cache, partial
from pathlib import Path

import numpy as np

from klausur.learn import traces
from klausur.learn.crops import EACH, Crops, Split, by_hand, by_writer
from klausur.learn.traces import Part, Traces

_AT_ONCE = 32
"""Hands or crosses of one task."""

Show = Callable[[int, int], None]


def drawn(seed: int, split: Split, samples: int, executor: Executor, progress: Show | None = None) -> Crops:
    """The windows of one split of drawn hands.

    Args:
        seed: of the whole data set.
        split: whose hands.
        samples: at least so many windows.
        executor: where windows are drawn; each hand's depend on its own number only.
        progress: called with (windows drawn, windows in all).
    """
    return _made(partial(by_hand, seed, split), samples, executor, progress)


def traced(
    file: Path, seed: int, part: Part, samples: int, executor: Executor, progress: Show | None = None
) -> Crops:
    """The windows of one part of a file's traces; every cross comes round as often. Arguments as in `drawn`.

    Raises:
        UsageError: the file is no file of traces.
    """
    known(file, part)
    return _made(partial(_of_cross, file, seed, part), samples, executor, progress)


@cache
def known(file: Path, part: Part) -> Traces:
    """A part's traces, read once a process: sending them along with each task would take longer than drawing.

    Raises:
        UsageError: the file is no file of traces.
    """
    return traces.read(file, part)


def kept(folder: Path | None, name: str, make: Callable[[], Crops]) -> Crops:
    """Windows out of a folder where they are kept; else made, and kept there for the next training.

    Networks that see the same windows share them so, and what was killed need not draw them again.
    """
    if folder is None:
        return make()
    place = folder / name
    if not place.exists():
        made, half = make(), folder / f"{name}.half"
        half.mkdir(parents=True, exist_ok=True)
        for field in fields(Crops):
            np.save(half / f"{field.name}.npy", getattr(made, field.name))
        half.replace(place)
    windows, *rest = (place / f"{field.name}.npy" for field in fields(Crops))
    return Crops(np.load(windows, mmap_mode="r"), *(np.load(path) for path in rest))


def _of_cross(file: Path, seed: int, part: Part, number: int) -> Crops:
    return by_writer(known(file, part), seed, part, number)


def _made(one: Callable[[int], Crops], samples: int, executor: Executor, progress: Show | None) -> Crops:
    count = -(-samples // EACH)
    tasks = [tuple(range(i, min(i + _AT_ONCE, count))) for i in range(0, count, _AT_ONCE)]
    parts, done = [], 0
    for part in executor.map(partial(_some, one), tasks):
        parts.append(part)
        done += len(part.labels)
        if progress is not None:
            progress(done, count * EACH)
    return _together(parts)


def _some(one: Callable[[int], Crops], numbers: tuple[int, ...]) -> Crops:
    """A worker's task: the windows of some hands or crosses."""
    return _together([one(number) for number in numbers])


def _together(parts: list[Crops]) -> Crops:
    """Parts of one data set as one: their people are numbered alike already."""
    return Crops(
        np.concatenate([part.windows for part in parts]),
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.kinds for part in parts]),
        np.concatenate([part.people for part in parts]),
    )
