"""The set of marks for readers, from the command line: no exam is needed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Call

from klausur.rehearse import mark_set


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that were asked for; drawing takes half a minute, and is tested by itself."""
    asked: list[Path] = []

    def make(folder: Path, software: str, *, progress: Callable[[int, int], None]) -> int:
        assert software.startswith("klausur ")
        asked.append(folder)
        progress(1, 9)
        return 11_340

    monkeypatch.setattr(mark_set, "make", make)
    return asked


def test_the_set_of_marks_needs_no_exam(klausur: Call, written: list[Path], tmp_path: Path) -> None:
    said = klausur("rehearse", "--marks-benchmark", tmp_path / "marks")
    assert said.code == 0
    assert f"{tmp_path / 'marks'}: 11,340 marks in 9 ways" in said.out
    told = klausur("rehearse", "--marks-benchmark", tmp_path / "more", "--json").json
    assert told == {"folder": str(tmp_path / "more"), "marks": 11_340}
    assert written == [tmp_path / "marks", tmp_path / "more"]
