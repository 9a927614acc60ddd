"""K folds: a network learns as often as there are folds, each time judged on people whom it has not seen.

One split tells how a network did on some people, not how far that hangs on who they were: folds tell, by the
spread. All windows of a person lie in one fold. Whatever is chosen while a network learns (the epoch) is
chosen on a further set of people, so that a fold is measured and nothing else. No reader comes of it.

What a run leaves in its folder:

configuration.json   what was asked for; who goes on with other words is refused
folds.csv            people, windows of each class, loss and share right of each fold; their mean and spread
confusion.csv        what was taken for what, all folds together: each window counts once
fold-N/              epochs.csv, curves.png and result.json of a fold; a checkpoint until it is done
"""

import csv
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Protocol, Self, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt
from torch import nn

from klausur.base.errors import RefusedError, UsageError
from klausur.learn import run_folder
from klausur.learn.calibrate import softmax
from klausur.learn.loop import Epoch
from klausur.read.preprocess import Inputs

FEWEST = 2


class Windows(Protocol):
    """Windows with a label each, (n,), and the number of who wrote it, (n,)."""

    @property
    def labels(self) -> npt.NDArray[np.int64]:
        """What they are."""
        ...

    @property
    def people(self) -> npt.NDArray[np.int64]:
        """By whom."""
        ...

    def where(self, chosen: npt.NDArray[np.bool_]) -> Self:
        """Some of them."""
        ...


W = TypeVar("W", bound=Windows)

Told = Callable[[Epoch], None]


@dataclass(frozen=True, slots=True)
class Lessons(Generic[W]):
    """What is learnt in folds, and how.

    Attributes:
        windows: all that is learnt and judged.
        learnt: a network that has learnt some of them; told after each epoch, with a file for its checkpoint.
        logits: what a network says to some, (n, classes), before the softmax.
        classes: what it tells apart, in the order of its outputs.
        beside: labels after these that no output stands for: they are told of, and not right or wrong.
        configuration: what else makes this run another than others.
    """

    windows: W
    learnt: Callable[[W, Path, Told], nn.Module]
    logits: Callable[[nn.Module, W], Inputs]
    classes: Sequence[str]
    beside: Sequence[str] = ()
    configuration: Mapping[str, str | int | float | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fold:
    """How a network did on the people of one fold.

    Attributes:
        number: which, from 1.
        people: how many.
        loss: mean cross-entropy; ``right`` the share right; both of windows that are of a class.
        confusion: how many windows of each label, in rows, were taken for each class, in columns.
    """

    number: int
    people: int
    loss: float
    right: float
    confusion: list[list[int]]


def measured(lessons: Lessons[W], folds: int, seed: int, folder: Path, tell: Callable[[str], None]) -> Path:
    """Let a network learn once for each fold, on all the others; folds that are done are not done again.

    Args:
        lessons: what is learnt.
        folds: how many.
        seed: of who lies in which.
        folder: the run's; made if there is none.
        tell: called with a line for people after each epoch and at the end.

    Returns:
        The path of the table of all folds.

    Raises:
        UsageError: there are fewer people than folds, or fewer than two folds.
        RefusedError: the folder is another run's.
    """
    among = parted(lessons.windows.people, folds, seed)
    _claimed(folder, {"folds": folds, "fold_seed": seed, **lessons.configuration})
    done = [_one(lessons, among == at, at + 1, folder / f"fold-{at + 1}", tell) for at in range(folds)]
    _confusion(folder / "confusion.csv", lessons, done)
    path = folder / "folds.csv"
    _table(path, lessons, done)
    tell(f"right: {_spread([100 * fold.right for fold in done])} % in {folds} folds of other people")
    return path


def parted(people: npt.NDArray[np.int64], folds: int, seed: int) -> npt.NDArray[np.int64]:
    """In which fold, from 0, each window lies, (n,): a person's all in one, folds about equally large.

    Args:
        people: who wrote each window, (n,).
        folds: how many there are.
        seed: of the order in which people are dealt out; who wrote more comes before who wrote less.

    Raises:
        UsageError: there are fewer people than folds, or fewer than two folds.
    """
    who, mine, counts = np.unique(people, return_inverse=True, return_counts=True)
    if not FEWEST <= folds <= len(who):
        raise UsageError(
            f"{folds} folds of {len(who)} people cannot be made", f"take 2 to {len(who)} folds, or more data"
        )
    order = np.random.default_rng(seed).permutation(len(who))
    fold, load = np.zeros(len(who), np.int64), np.zeros(folds, np.int64)
    for person in order[np.argsort(-counts[order], kind="stable")].tolist():
        fold[person] = load.argmin()
        load[fold[person]] += counts[person]
    return np.asarray(fold[mine.reshape(-1)], np.int64)


def _claimed(folder: Path, configuration: Mapping[str, str | int | float | None]) -> None:
    """Write what a run is, or refuse to mix it with another."""
    path = folder / "configuration.json"
    said = msgspec.json.format(msgspec.json.encode(configuration), indent=2) + b"\n"
    if path.exists() and path.read_bytes() != said:
        raise RefusedError(
            f"{path} tells of a run of another kind", "name another folder, or delete this one"
        )
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(said)


def _one(
    lessons: Lessons[W],
    held: npt.NDArray[np.bool_],
    number: int,
    folder: Path,
    tell: Callable[[str], None],
) -> Fold:
    """One fold: out of its folder if it is done, else learnt, judged and kept there."""
    kept, checkpoint = folder / "result.json", folder / "checkpoint.pt"
    if kept.exists():
        return msgspec.json.decode(kept.read_bytes(), type=Fold)
    epochs: list[Epoch] = []

    def told(epoch: Epoch) -> None:
        epochs.append(epoch)
        tell(f"fold {number}, {epoch}")

    folder.mkdir(parents=True, exist_ok=True)
    network = lessons.learnt(lessons.windows.where(~held), checkpoint, told)
    some = lessons.windows.where(held)
    fold = _judged(lessons, some, lessons.logits(network, some), number)
    run_folder.metrics(folder, epochs)
    half = kept.with_suffix(".half")
    half.write_bytes(msgspec.json.encode(fold))
    half.replace(kept)
    checkpoint.unlink(missing_ok=True)
    return fold


def _judged(lessons: Lessons[W], some: W, logits: Inputs, number: int) -> Fold:
    labels, count = some.labels, len(lessons.classes)
    named = labels < count
    chances, read = softmax(logits), logits.argmax(axis=1)
    confusion = np.zeros((count + len(lessons.beside), count), np.int64)
    np.add.at(confusion, (labels, read), 1)
    own = np.maximum(chances[named, labels[named]], 1e-12)
    return Fold(
        number=number,
        people=len(np.unique(some.people)),
        loss=float(-np.log(own).mean()),
        right=float((read == labels)[named].mean()),
        confusion=confusion.tolist(),
    )


def _table(path: Path, lessons: Lessons[W], done: Sequence[Fold]) -> None:
    names = [*lessons.classes, *lessons.beside]
    rows: list[list[Any]] = [["fold", "people", "windows", *names, "loss", "right"]]
    for fold in done:
        each = [sum(row) for row in fold.confusion]
        rows.append([fold.number, fold.people, sum(each), *each, round(fold.loss, 5), round(fold.right, 5)])
    columns = list(zip(*rows[1:], strict=True))[1:]
    rows.append(["mean", *(round(statistics.mean(column), 5) for column in columns)])
    rows.append(["spread", *(round(statistics.stdev(column), 5) for column in columns)])
    _written(path, rows)


def _confusion(path: Path, lessons: Lessons[W], done: Sequence[Fold]) -> None:
    total = np.sum([fold.confusion for fold in done], axis=0)
    names = [*lessons.classes, *lessons.beside]
    heads = ["is", *(f"read as {name}" for name in lessons.classes)]
    _written(path, [heads, *([name, *row] for name, row in zip(names, total.tolist(), strict=True))])


def _written(path: Path, rows: Sequence[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def _spread(values: Sequence[float]) -> str:
    return f"{statistics.mean(values):.2f} ± {statistics.stdev(values):.2f}"
