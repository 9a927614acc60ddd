import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from klausur.base.errors import ToolError
from klausur.read import card as cards
from klausur.read.marks import SHIPPED, MarkReader
from klausur.read.model import Mark


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
