import hashlib
import importlib
import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from klausur.base.errors import ToolError
from klausur.read import card as cards
from klausur.read import card_paths
from klausur.read.card import Bounds
from klausur.read.marks import SHIPPED, MarkReader
from klausur.read.model import Mark
from klausur.scan.tones import ScanKind


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for suffix in (".json", ".onnx"):
        shutil.copy(SHIPPED.with_suffix(suffix), tmp_path)
    return tmp_path / SHIPPED.name


def test_a_card_is_read_as_it_was_written(copy: Path) -> None:
    card, _ = cards.read(copy)
    assert set(card.classes) == set(Mark)
    cards.write(replace(card, flag_below=0.75), copy)
    assert cards.read(copy)[0] == replace(card, flag_below=0.75)


def test_another_model_is_refused(copy: Path) -> None:
    model = copy.with_suffix(".onnx")
    model.write_bytes(model.read_bytes()[:-1] + b"x")
    with pytest.raises(ToolError, match="is not the model"):
        MarkReader(copy)


@pytest.mark.parametrize("suffix", [".json", ".onnx"])
def test_a_missing_file_is_told(copy: Path, suffix: str) -> None:
    copy.with_suffix(suffix).unlink()
    with pytest.raises(ToolError, match="cannot be used") as told:
        MarkReader(copy)
    assert "klausur.learn" in told.value.remedy


@pytest.mark.parametrize(
    ("variable", "of"), [("KLAUSUR_MARK_READER", "MARKS"), ("KLAUSUR_DIGIT_READER", "DIGITS")]
)
def test_an_institution_s_own_reader_is_named_by_the_environment(
    copy: Path, monkeypatch: pytest.MonkeyPatch, variable: str, of: str
) -> None:
    shipped = getattr(card_paths, of)
    try:
        monkeypatch.setenv(variable, str(copy))
        assert copy == getattr(importlib.reload(card_paths), of)
        monkeypatch.setenv(variable, "")
        assert shipped == getattr(importlib.reload(card_paths), of)
    finally:
        monkeypatch.delenv(variable)
        importlib.reload(card_paths)


@pytest.mark.parametrize("text", ["", "{}", '{"schema": 1}', "\x00\x01"])
def test_a_damaged_card_is_told(copy: Path, text: str) -> None:
    copy.write_text(text)
    with pytest.raises(ToolError, match="cannot be used"):
        MarkReader(copy)


def test_a_card_of_another_version_of_the_form_is_refused(copy: Path) -> None:
    cards.write(replace(cards.read(copy)[0], schema="klausur-reader/9"), copy)
    with pytest.raises(ToolError, match="klausur-reader/9"):
        MarkReader(copy)


def test_a_model_that_wants_other_windows_is_refused(copy: Path) -> None:
    card = cards.read(copy)[0]
    cards.write(replace(card, input=replace(card.input, window=6.0)), copy)
    with pytest.raises(ToolError, match="windows that this Klausur does not make"):
        MarkReader(copy)


def test_a_model_of_other_classes_is_refused(copy: Path) -> None:
    card = cards.read(copy)[0]
    cards.write(replace(card, classes=card.classes[:3]), copy)
    with pytest.raises(ToolError, match="tells other marks apart"):
        MarkReader(copy)


def test_a_file_that_is_no_model_is_told(copy: Path) -> None:
    card = cards.read(copy)[0]
    copy.with_suffix(".onnx").write_bytes(b"no model")
    cards.write(replace(card, sha256=hashlib.sha256(b"no model").hexdigest()), copy)
    with pytest.raises(ToolError, match="cannot be loaded"):
        MarkReader(copy)


def with_kinds(copy: Path, **bounds: Bounds) -> MarkReader:
    """The shipped reader with other bounds for kinds of scan, and the frequencies that all of its have."""
    card = cards.read(copy)[0]
    kinds = {name.replace("_", "-"): each for name, each in bounds.items()}
    cards.write(replace(card, kinds=kinds, frequencies=card.frequencies or (1.0,) * len(Mark)), copy)
    return MarkReader(copy)


def crossed() -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    """The window of a box with a plain cross, (1, 80, 80, 1)."""
    window = np.full((80, 80), 240, np.uint8)
    cv2.rectangle(window, (21, 21), (58, 58), (20,), 2)
    cv2.line(window, (24, 24), (55, 55), (30,), 4)
    cv2.line(window, (24, 55), (55, 24), (30,), 4)
    return window[None, :, :, None]


def test_each_kind_of_scan_has_its_own_threshold(copy: Path) -> None:
    card = cards.read(copy)[0]
    easy = Bounds(card.temperature, 0.5, 1, 30, 0.5)
    reader = with_kinds(copy, grey=easy, two_level=replace(easy, flag_below=1.1))
    assert [reader.read(crossed(), kind)[0].flagged for kind in (ScanKind.GREY, ScanKind.TWO_LEVEL)] == [
        False,
        True,
    ]
    assert reader.read(crossed(), ScanKind.COLOUR) == reader.read(crossed()), "bounds for all scans"


def test_a_higher_temperature_makes_less_sure_and_changes_no_plain_mark(copy: Path) -> None:
    card = cards.read(copy)[0]
    same, warmer = (Bounds(card.temperature * by, 0.0, 1, 30, 0.5) for by in (1.0, 3.0))
    reader = with_kinds(copy, grey=same, colour=warmer)
    (cool,), (warm,), (plain,) = (
        reader.read(crossed(), kind) for kind in (ScanKind.GREY, ScanKind.COLOUR, None)
    )
    assert cool.confidence == plain.confidence
    assert warm.confidence < cool.confidence
    assert warm.value is cool.value is Mark.CROSSED


def test_the_temperature_of_a_kind_is_as_if_it_were_in_the_model(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By hand: softmax of the logits over the temperature, times the frequencies."""
    frequencies = np.array([1.9, 1.0, 1.9, 0.1])
    logits = np.array([[-1.0, 4.0, 0.5, 2.0]])

    def chances(temperature: float) -> np.ndarray:
        raised = np.exp(logits / temperature) * frequencies
        return np.asarray(raised / raised.sum())

    card = cards.read(copy)[0]
    bounds = Bounds(2.5, 0.0, 1, 30, 0.5)
    cards.write(
        replace(card, temperature=0.8, frequencies=tuple(frequencies.tolist()), kinds={"grey": bounds}), copy
    )
    reader = MarkReader(copy)
    monkeypatch.setattr(reader, "probabilities", lambda _: chances(0.8).astype(np.float32))
    (seen,) = reader.read(crossed(), ScanKind.GREY)
    assert seen.confidence == pytest.approx(chances(2.5).max(), abs=1e-6)


def test_temperatures_without_frequencies_are_refused(copy: Path) -> None:
    card = cards.read(copy)[0]
    cards.write(replace(card, frequencies=(), kinds={"grey": Bounds(9.0, 0.5, 1, 30, 0.5)}), copy)
    with pytest.raises(ToolError, match="without the classes' frequencies"):
        MarkReader(copy)
