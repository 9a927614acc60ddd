"""A small training of the ink segmenter, and what is known of the pixels that it learns from."""

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.learn import own_traces

from klausur.learn import __main__ as command
from klausur.learn.networks.segmenter import InkSegmenter, SegmentedInk
from klausur.learn.segment import fit, thresholds, windows
from klausur.learn.traces import Part
from klausur.read.card import read as read_card
from klausur.read.segment import CLASSES, SHIPPED, Segmenter

PAPER, PRINT, PEN, RED = range(4)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def traces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return own_traces.written(tmp_path_factory.mktemp("traces") / "traces.jsonl.gz", writers=40)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, traces: Path) -> Path:
    out = tmp_path_factory.mktemp("models")
    said = f"--out {out} --run {out / 'run'} --seed 3 --samples 160 --epochs 4 --traces {traces} --jobs 1"
    command.main(["segmenter", *said.split()])
    return out / "segments-1.json"


@pytest.fixture(scope="module")
def some(traces: Path) -> windows.Segmented:
    return windows.joined([windows.by_writer(traces, 5, Part.TEST, number) for number in range(12)])


def test_the_small_segmenter_finds_pens(made: Path, some: windows.Segmented) -> None:
    cleaned = Segmenter(made).without_background(some.windows)
    assert cleaned.shape == some.windows.shape
    assert np.median(cleaned[some.classes == PEN]) < 200 < np.median(cleaned[some.classes == PAPER])


def test_card_and_folder_tell_what_was_done(made: Path) -> None:
    card, model = read_card(made)
    assert (card.reader, card.version, card.classes) == ("segments", "1", CLASSES)
    assert (card.data["training_windows"], card.data["epochs"], card.data["seed"]) == (160, 4, 3)
    assert "UNIPEN" in str(card.data["source"])
    assert card.figures["test_windows"] == 160
    assert 0 < card.figures["threshold_shared_pen"] < 1
    assert b"site-packages" not in model
    rows = list(csv.DictReader((made.parent / "run" / "epochs.csv").open()))
    assert [row["number"] for row in rows] == ["1", "2", "3", "4"]
    assert (made.parent / "run" / "curves.png").stat().st_size > 1000
    assert (made.parent / "run" / "configuration.json").exists()


def test_all_kinds_of_pixels_are_there_and_are_as_they_look(some: windows.Segmented) -> None:
    dark = some.windows.min(axis=3).astype(float)
    of = [dark[some.classes == k] for k in range(4)]
    assert all(len(each) > 300 for each in of)
    assert np.mean(of[PAPER]) > np.mean(of[PEN]) + 40
    assert np.mean(of[PAPER]) > np.mean(of[PRINT]) + 40
    empty = some.marks == 0
    middle = some.classes[:, 30:50, 30:50]
    assert (middle[empty] == PEN).mean() < 0.05 < (middle[some.marks == 2] == PEN).mean()


def test_writers_of_different_parts_are_different_people(traces: Path) -> None:
    one, other = (windows.by_writer(traces, 5, part, 0) for part in (Part.TRAIN, Part.TEST))
    assert not np.array_equal(one.windows, other.windows)
    again = windows.by_writer(traces, 5, Part.TRAIN, 0)
    assert np.array_equal(one.windows, again.windows)
    assert np.array_equal(one.classes, again.classes)


def test_the_network_takes_windows_of_any_sides_and_drops_nothing_when_it_reads() -> None:
    network = InkSegmenter().eval()
    x = torch.rand(2, 3, 48, 96)
    assert network(x).shape == (2, 4, 48, 96)
    assert torch.equal(network(x), network(x))
    assert torch.allclose(SegmentedInk(network)(x).sum(dim=1), torch.ones(2, 48, 96))
    network.train()
    torch.manual_seed(0)
    assert not torch.equal(network(x), network(x))


def test_what_is_shared_is_the_intersection_by_the_union() -> None:
    truth = np.array([[[0, 1, 1, 2]]], np.uint8)
    found = np.array([[[0, 1, 2, 2]]], np.uint8)
    assert fit.shared(found, truth)[:3].tolist() == [1.0, 0.5, 0.5]


def test_thresholds_tell_a_frame_from_a_cross_and_red_from_blue() -> None:
    window = np.full((2, 80, 80, 3), 255, np.uint8)
    window[:, 20:23, 20:60] = 0
    window[0, 38:42, 25:55] = (30, 40, 160)
    window[1, 38:42, 25:55] = (210, 30, 40)
    said = thresholds.Thresholds(dark=0.3, red=0.3).said(window)
    assert (said[:, 21, 40] == PRINT).all()
    assert said[:, 40, 40].tolist() == [PEN, RED]
    assert said[0, 70, 70] == PAPER


def test_the_page_says_what_the_card_says() -> None:
    card, _ = read_card(SHIPPED)
    page = (Path(__file__).parents[2] / "docs" / "reference" / "readers.md").read_text(encoding="utf-8")
    for name, value in (card.data | card.figures).items():
        said = f"{value:,}" if isinstance(value, int) else str(value)
        assert f"| `{name}` | {said} |" in page
