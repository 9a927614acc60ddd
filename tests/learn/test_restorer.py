"""A small training of the restorer, what it learns from, and how pictures are held against one another."""

import csv
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from klausur.exam.scaffold import StarterKind
from klausur.learn import __main__ as command
from klausur.learn.networks.restorer import Restorer as Network
from klausur.learn.restore import fit, likeness, pages
from klausur.learn.restore.train import starter_pages
from klausur.learn.restore.worn import worn
from klausur.read.card import read as read_card
from klausur.read.restore import SHIPPED, TILE, Restorer
from klausur.rehearse.hands import Population
from klausur.rehearse.prints import let_go
from klausur.scan.model import Pixels


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("models")
    said = f"--out {out} --run {out / 'run'} --seed 3 --pages 6 --each 20 --epochs 3 --jobs 1"
    command.main(["restorer", *said.split()])
    return out / "restorer-1.json"


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Pixels:
    found = starter_pages(((StarterKind.MC, "de"),), tmp_path_factory.mktemp("exam"))
    drawn = pages.filled(found[1], Population.JUDGE, np.random.default_rng(8))
    let_go()
    return drawn


def test_the_small_restorer_makes_a_page_more_like_what_it_was(made: Path, sheet: Pixels) -> None:
    clean, seen = pages.shown(sheet), worn(sheet, np.random.default_rng(2))
    cleaned = Restorer(made).cleaned(seen)
    assert cleaned.shape == clean.shape
    assert likeness.psnr(cleaned, clean) > likeness.psnr(np.repeat(seen[..., None], 3, axis=2), clean) + 1


def test_card_and_folder_tell_what_was_done(made: Path) -> None:
    card, model = read_card(made)
    assert (card.reader, card.version, card.input.side) == ("restorer", "1", TILE)
    assert (card.data["training_pages"], card.data["training_tiles"], card.data["epochs"]) == (6, 120, 3)
    assert card.figures["validation_psnr_cleaned"] > 0
    assert b"site-packages" not in model
    rows = list(csv.DictReader((made.parent / "run" / "epochs.csv").open()))
    assert len(rows) == 3
    assert (made.parent / "run" / "curves.png").stat().st_size > 1000


def test_a_page_comes_out_of_its_tiles_without_seams(made: Path, sheet: Pixels) -> None:
    restorer = Restorer(made)
    seen = pages.shown(sheet)[:, :, 0]
    whole = restorer.cleaned(seen)
    moved = restorer.cleaned(seen[64:, 64:])  # other tiles, in the same phase of eight pixels
    inner = (slice(40, -40), slice(40, -40))
    apart = np.abs(whole[64:, 64:][inner].astype(int) - moved[inner].astype(int))
    assert apart.max() <= 1
    small = restorer.cleaned(seen[:50, :30])
    assert small.shape == (50, 30, 3)


def test_what_is_spoilt_lies_where_it_was(sheet: Pixels) -> None:
    clean = cv2.cvtColor(pages.shown(sheet), cv2.COLOR_RGB2GRAY).astype(np.float32)
    for seed in range(4):
        seen = worn(sheet, np.random.default_rng(seed)).astype(np.float32)
        (x, y), _ = cv2.phaseCorrelate(clean, seen)
        assert abs(x) < 0.6
        assert abs(y) < 0.6


def test_tiles_are_mostly_of_something_and_go_in_pairs(sheet: Pixels) -> None:
    found = fit.tiles([sheet], 40, np.random.default_rng(1), lambda _: None)
    assert found.spoilt.shape == (40, fit.SIDE, fit.SIDE)
    assert found.clean.shape == (40, fit.SIDE, fit.SIDE, 3)
    assert (found.clean.reshape(40, -1).std(axis=1) > 10).mean() > 0.5


def test_the_network_is_fully_convolutional() -> None:
    network = Network().eval()
    for sides in ((64, 64), (48, 120)):
        assert network(torch.rand(2, 1, *sides)).shape == (2, 3, *sides)


def test_likeness_is_by_its_formulas() -> None:
    flat = np.full((40, 40), 100, np.uint8)
    assert likeness.psnr(flat, flat) == 99.0
    assert likeness.psnr(flat, flat + 10) == pytest.approx(20 * np.log10(25.5))
    assert likeness.ssim(flat, flat) == pytest.approx(1.0)
    # Two even pictures differ in their light alone: (2 · 100 · 110 + c) / (100² + 110² + c).
    small = (0.01 * 255) ** 2
    said = likeness.ssim(flat, np.full((40, 40), 110, np.uint8))
    assert said == pytest.approx((2 * 100 * 110 + small) / (100**2 + 110**2 + small), abs=1e-4)
    noise = np.random.default_rng(0).integers(0, 255, (40, 40)).astype(np.uint8)
    assert likeness.ssim(flat, noise) < 0.1


def test_the_page_says_what_the_card_says() -> None:
    card, _ = read_card(SHIPPED)
    page = (Path(__file__).parents[2] / "docs" / "reference" / "readers.md").read_text(encoding="utf-8")
    for name, value in (card.data | card.figures).items():
        said = f"{value:,}" if isinstance(value, int) else str(value)
        assert f"| `{name}` | {said} |" in page
