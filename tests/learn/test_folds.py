"""Networks in folds of people: who lies where, what is counted, and that a run goes on where it stopped."""

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import torch
from torch import nn

from klausur.base.errors import RefusedError, UsageError
from klausur.learn import __main__ as command
from klausur.learn import folds
from klausur.learn.crops import CLASSES
from klausur.learn.digits.cells import Cells
from klausur.learn.folds import Lessons, Told
from klausur.learn.loop import Epoch
from klausur.read.preprocess import Inputs

from .own_traces import written

PEOPLE = np.repeat(np.arange(30), np.arange(30) % 5 + 1)


@pytest.mark.parametrize("count", [2, 3, 5, 30])
def test_all_of_a_person_lies_in_one_fold_and_folds_are_about_equal(count: int) -> None:
    among = folds.parted(PEOPLE, count, seed=1)
    assert all(len(set(among[who == PEOPLE].tolist())) == 1 for who in range(30))
    sizes = np.bincount(among, minlength=count)
    assert sizes.min() > 0
    assert sizes.max() - sizes.min() <= 5
    assert (among == folds.parted(PEOPLE, count, seed=1)).all()
    assert count == 30 or (among != folds.parted(PEOPLE, count, seed=2)).any()


@pytest.mark.parametrize("count", [-1, 0, 1, 31])
def test_folds_that_cannot_be_made_are_refused(count: int) -> None:
    with pytest.raises(UsageError, match="30 people"):
        folds.parted(PEOPLE, count, seed=1)


class Guessing(nn.Module):
    """Knows what it was given; nothing is computed."""

    def __init__(self, known: npt.NDArray[np.int64]) -> None:
        super().__init__()
        self.known = known


def lessons(learnt: list[set[int]]) -> Lessons[Cells]:
    """Two classes and one label beside, 90 windows; a network says 0 always. It notes whom it learnt from."""
    labels = np.arange(len(PEOPLE)) % 3
    cells = Cells(np.zeros((len(PEOPLE), 1, 1), np.uint8), labels, PEOPLE)

    def network(some: Cells, checkpoint: Path, told: Told) -> nn.Module:
        checkpoint.write_bytes(b"half")
        told(Epoch(1, 0.5, 0.5, 0.5, 0.5))
        learnt.append(set(some.people.tolist()))
        return Guessing(some.labels)

    def logits(_: nn.Module, some: Cells) -> Inputs:
        return np.tile(np.array([2.0, 0.0], np.float32), (len(some.labels), 1))

    return Lessons(cells, network, logits, ("a", "b"), ("neither",), {"reader": "guess"})


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_fold_is_judged_by_what_was_learnt_of_others_and_told_whole(tmp_path: Path) -> None:
    learnt: list[set[int]] = []
    path = folds.measured(lessons(learnt), 3, 7, tmp_path, lambda _: None)
    held = [set(range(30)) - some for some in learnt]
    assert set().union(*held) == set(range(30))
    assert sum(map(len, held)) == 30, "nobody is held out twice"
    *each, mean, spread = rows(path)
    assert [(row["fold"], int(row["people"])) for row in each] == [
        (str(n), len(some)) for n, some in enumerate(held, 1)
    ]
    assert (mean["fold"], spread["fold"]) == ("mean", "spread")
    labels = np.arange(len(PEOPLE)) % 3
    assert sum(int(row["a"]) for row in each) == (labels == 0).sum()
    right = [int(row["a"]) / (int(row["a"]) + int(row["b"])) for row in each]
    assert [float(row["right"]) for row in each] == pytest.approx(right, abs=1e-5)
    assert float(mean["right"]) == pytest.approx(np.mean(right), abs=1e-5)
    assert float(spread["right"]) == pytest.approx(np.std(right, ddof=1), abs=1e-5)
    confusion = rows(tmp_path / "confusion.csv")
    assert [(row["is"], row["read as a"], row["read as b"]) for row in confusion] == [
        (name, str((labels == n).sum()), "0") for n, name in enumerate(("a", "b", "neither"))
    ]
    assert all((tmp_path / f"fold-{n}" / "curves.png").exists() for n in (1, 2, 3))
    assert not list(tmp_path.glob("fold-*/checkpoint.pt"))


def test_a_run_goes_on_with_the_fold_that_was_not_done(tmp_path: Path) -> None:
    whole = folds.measured(lessons([]), 3, 7, tmp_path / "run", lambda _: None).read_bytes()
    shutil.rmtree(tmp_path / "run" / "fold-2")
    learnt: list[set[int]] = []
    again = folds.measured(lessons(learnt), 3, 7, tmp_path / "run", lambda _: None)
    assert len(learnt) == 1
    assert again.read_bytes() == whole


def test_a_run_of_another_kind_is_not_gone_on_with(tmp_path: Path) -> None:
    folds.measured(lessons([]), 3, 7, tmp_path, lambda _: None)
    others = replace(lessons([]), configuration={"reader": "other"})
    for which, count, seed in ((others, 3, 7), (lessons([]), 4, 7), (lessons([]), 3, 8)):
        with pytest.raises(RefusedError, match="another kind"):
            folds.measured(which, count, seed, tmp_path, lambda _: None)


@pytest.fixture
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.mark.long
@pytest.mark.usefixtures("one_thread")
def test_the_mark_network_in_folds_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    traces = written(tmp_path / "traces.jsonl.gz")
    words = ["marks", "--folds", "2", "--network", "problem-4", "--samples", "192", "--epochs", "1"]
    words += ["--jobs", "1", "--traces", str(traces), "--run", str(tmp_path / "run")]
    command.main(words)
    path = tmp_path / "run" / "folds.csv"
    assert capsys.readouterr().out.strip() == str(path)
    first, second, *_ = rows(path)
    assert int(first["windows"]) + int(second["windows"]) == 192
    assert all(int(row[str(mark)]) > 0 for row in (first, second) for mark in CLASSES)
    assert sum(int(n) for row in rows(path.with_name("confusion.csv")) for n in list(row.values())[1:]) == 192
    with pytest.raises(UsageError, match="knows those who would judge"):
        command.main([*words, "--start", str(traces)])
