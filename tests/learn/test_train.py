"""A small training, from the command line to the reader that loads its files."""

import csv
import hashlib
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from tests.learn.own_traces import WRITERS, written

from klausur.learn import __main__ as command
from klausur.learn.crops import CLASSES, Split, by_hand
from klausur.learn.data import drawn
from klausur.learn.diagnose import Ailment
from klausur.learn.fit import fit
from klausur.learn.networks.marks import SHARE
from klausur.learn.traces import Part
from klausur.read.card import Card
from klausur.read.card import read as read_card
from klausur.read.marks import SHIPPED, MarkReader
from klausur.read.model import Mark
from klausur.read.pool import processes
from klausur.read.preprocess import inputs
from klausur.scan.tones import ScanKind

pytestmark = pytest.mark.early

SMALL = ("marks", "--seed", "3", "--samples", "648", "--epochs", "6", "--jobs", "1")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The card of a small training with traces; its run's folder lies beside."""
    out = tmp_path_factory.mktemp("models")
    traces = written(out / "traces.jsonl.gz")
    command.main(
        [
            *(*SMALL, "--out", str(out), "--traces", str(traces)),
            *("--run", str(out / "run"), "--windows", str(out / "windows")),
        ]
    )
    return out / "marks-2-larger.json"


@pytest.fixture(scope="module")
def drawn_only(tmp_path_factory: pytest.TempPathFactory) -> Card:
    """The card of problem 4's network after a training without traces."""
    out = tmp_path_factory.mktemp("drawn")
    of_network = ["--network", "problem-4", "--samples", "96", "--epochs", "1"]
    command.main(["marks", "--out", str(out), "--jobs", "1", *of_network])
    return read_card(out / "marks-2-problem-4.json")[0]


def test_the_small_reader_reads_better_than_chance(made: Path) -> None:
    reader = MarkReader(made)
    right = total = 0
    for number in range(30):
        crops = by_hand(99, Split.TEST, number)
        for verdict, label in zip(reader.read(crops.windows), crops.labels, strict=True):
            right += verdict.value is CLASSES[label]
            total += 1
    assert right / total > 0.5, "chance is a quarter"


def test_the_card_tells_what_was_done(made: Path) -> None:
    card, model = read_card(made)
    assert card.sha256 == hashlib.sha256(model).hexdigest()
    assert card.classes == tuple(Mark)
    assert (card.data["seed"], card.data["training_windows"], card.data["epochs"]) == (3, 648, 6)
    assert sum(int(card.data[f"training_{mark}"]) for mark in Mark) == 648
    assert card.data["network"] == "larger"
    assert 0 < card.flag_below < 1
    assert card.figures["test_windows"] > 0


def test_a_card_names_its_traces_and_how_many_people_stand_behind_the_bound(made: Path) -> None:
    card = read_card(made)[0]
    assert "zenodo.1195803" in str(card.data["source"])
    assert "CC BY 4.0" in str(card.data["source"])
    assert sum(int(card.data[f"{part.name.lower()}_writers"]) for part in Part) == WRITERS
    for kind in card.kinds:
        figures = {name: card.figures[f"{kind}_{name}"] for name in ("windows", "plain", "odd", "people")}
        assert figures["people"] > int(card.data["threshold_writers"]), "drawn hands besides"
        assert figures["plain"] + figures["odd"] == figures["windows"]
        assert card.figures[f"{kind}_bound_per_million"] > 0
        assert card.figures[f"{kind}_plain_worth"] <= figures["plain"]


def test_each_kind_of_scan_has_bounds_of_its_own(made: Path) -> None:
    card = read_card(made)[0]
    assert set(card.kinds) == set(ScanKind)
    assert card.flag_below == max(bounds.flag_below for bounds in card.kinds.values())
    assert len({bounds.temperature for bounds in card.kinds.values()}) > 1
    assert card.ink_test is not None
    assert card.ink_test.dots == min(bounds.dots for bounds in card.kinds.values())


def test_without_traces_the_card_says_that_all_hands_were_drawn(drawn_only: Card) -> None:
    assert drawn_only.data["real_handwriting"] == "none"
    assert "UNIPEN" not in str(drawn_only.data["source"])
    assert drawn_only.version == "2-problem-4"


def test_two_readers_are_put_together_without_training(made: Path, tmp_path: Path) -> None:
    small = tmp_path / "small"
    of_network = ["--network", "problem-4", "--samples", "96", "--epochs", "1"]
    command.main(["marks", "--out", str(small), "--jobs", "1", *of_network])
    of = [str(made), str(small / "marks-2-problem-4.json")]
    together = ["--network", "together", "--samples", "96", "--of", *of]
    command.main(["marks", "--out", str(tmp_path), "--jobs", "1", *together])
    card = read_card(tmp_path / "marks-2.json")[0]
    assert card.data["together"] == "marks-2-larger and marks-2-problem-4"
    fed = inputs(by_hand(98, Split.TEST, 0).windows)
    chances = [MarkReader(Path(path)).probabilities(fed) for path in of]
    told = [np.log(each / np.array(card.frequencies)) for each in chances]
    both = np.exp((SHARE * told[0] + (1 - SHARE) * told[1]) / card.temperature) * card.frequencies
    expected = both / both.sum(axis=1, keepdims=True)
    assert np.abs(MarkReader(tmp_path / "marks-2.json").probabilities(fed) - expected).max() < 1e-3


def test_a_run_leaves_what_people_need_to_judge_it(made: Path) -> None:
    run = made.parent / "run"
    with (run / "epochs.csv").open(encoding="utf-8", newline="") as file:
        epochs = list(csv.DictReader(file))
    assert [row["number"] for row in epochs] == [str(n + 1) for n in range(len(epochs))]
    assert float(epochs[-1]["loss"]) < float(epochs[0]["loss"])
    with (run / "confusion.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    windows = sum(int(row[f"read as {mark}"]) for row in rows for mark in Mark)
    figures = read_card(made)[0].figures
    assert windows == sum(figures[f"{kind}_windows"] for kind in ScanKind)
    verdict = (run / "diagnosis.txt").read_text(encoding="utf-8").partition(":")[0]
    assert verdict in set(Ailment)
    assert (run / "marks-2-larger.onnx").read_bytes() == made.with_suffix(".onnx").read_bytes()
    for picture in ("curves.png", "reliability.png", "mistakes.png"):
        with Image.open(run / picture) as image:
            assert min(image.size) > 200


def test_a_run_that_is_over_says_the_same_again(made: Path, tmp_path: Path) -> None:
    """Its checkpoint and its windows are there, so nothing is drawn or learnt anew."""
    beside = made.parent
    command.main(
        [
            *(*SMALL, "--out", str(tmp_path), "--traces", str(beside / "traces.jsonl.gz")),
            *("--run", str(beside / "run"), "--windows", str(beside / "windows")),
        ]
    )
    assert (tmp_path / "marks-2-larger.json").read_bytes() == made.read_bytes()


def test_the_model_names_no_file_of_the_machine(made: Path) -> None:
    model = read_card(made)[1]
    assert b"site-packages" not in model
    assert str(Path(__file__).parents[2]).encode() not in model


def test_the_same_seed_gives_the_same_weights() -> None:
    def weights(seed: int) -> str:
        with processes(1) as executor:
            train = drawn(seed, Split.TRAIN, 64, executor)
        network = fit(train, train, epochs=1, seed=seed)
        data = b"".join(value.numpy().tobytes() for value in network.state_dict().values())
        return hashlib.sha256(data).hexdigest()

    torch.set_num_threads(1)
    first = weights(4)
    assert weights(4) == first
    assert weights(5) != first


def test_data_does_not_depend_on_the_number_of_workers() -> None:
    with processes(1) as one, processes(2) as two:
        a, b = (drawn(8, Split.TRAIN, 300, executor) for executor in (one, two))
    assert (a.windows == b.windows).all()
    assert (a.labels == b.labels).all()
    assert len(a.labels) == 300


def test_the_shipped_reader_is_of_this_kind() -> None:
    card: Card = read_card(SHIPPED)[0]
    assert int(card.data["training_windows"]) >= 20_000
