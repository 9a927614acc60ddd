"""A small training, from the command line to the reader that loads its files."""

import hashlib
from pathlib import Path

import pytest
import torch

from klausur.learn import __main__ as command
from klausur.learn.crops import CLASSES, Split, by_hand
from klausur.learn.data import draw
from klausur.learn.fit import fit
from klausur.read.card import Card
from klausur.read.card import read as read_card
from klausur.read.marks import MarkReader
from klausur.read.model import Mark
from klausur.read.pool import processes


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("models")
    command.main(
        ["marks", "--out", str(out), "--seed", "3", "--samples", "642", "--epochs", "6", "--jobs", "1"]
    )
    return out / "marks-1.json"


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
    assert (card.data["seed"], card.data["training_windows"], card.data["epochs"]) == (3, 642, 6)
    assert card.data["real_handwriting"] == "none"
    assert 0 < card.flag_below < 1
    assert set(card.figures) >= {"validation_accuracy", "test_silent_misreads", "test_ink_test_lost"}


def test_the_model_names_no_file_of_the_machine(made: Path) -> None:
    model = read_card(made)[1]
    assert b"site-packages" not in model
    assert str(Path(__file__).parents[2]).encode() not in model


def test_the_same_seed_gives_the_same_weights() -> None:
    def weights(seed: int) -> str:
        with processes(1) as executor:
            train = draw(seed, Split.TRAIN, 64, executor)
        network = fit(train, train, epochs=1, seed=seed)
        data = b"".join(value.numpy().tobytes() for value in network.state_dict().values())
        return hashlib.sha256(data).hexdigest()

    torch.set_num_threads(1)
    first = weights(4)
    assert weights(4) == first
    assert weights(5) != first


def test_data_does_not_depend_on_the_number_of_workers() -> None:
    with processes(1) as one, processes(2) as two:
        a, b = (draw(8, Split.TRAIN, 300, executor) for executor in (one, two))
    assert (a.windows == b.windows).all()
    assert (a.labels == b.labels).all()
    assert len(a.labels) == 300


def test_the_shipped_reader_is_of_this_kind() -> None:
    card: Card = read_card(Path(command.__file__).parents[1] / "read" / "models" / "marks-1.json")[0]
    assert int(card.data["training_windows"]) >= 20_000
