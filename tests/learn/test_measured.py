"""docs/reference/readers.md says what was measured, and of the readers that are shipped."""

import json
from pathlib import Path

import pytest

from klausur.base.errors import UsageError
from klausur.learn import measured
from klausur.read import card as cards
from klausur.read import card_paths

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
FILES = sorted((REFERENCE / "measured").iterdir())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_page_says_what_was_measured(file: Path) -> None:
    assert measured.table(file) in (REFERENCE / "readers.md").read_text(encoding="utf-8"), (
        f"put what `python -m klausur.learn measured {file.name}` prints into the page"
    )


def test_the_reader_that_is_shipped_was_measured() -> None:
    for file in FILES:
        rows = json.loads(file.read_bytes())
        path = card_paths.DIGITS if file.stem.startswith("digits") else card_paths.MARKS
        version = cards.read(path)[0].version
        assert {row["version"] for row in rows if row.get("reader") == "shipped"} <= {version}, file.name


def test_every_measurement_has_its_table() -> None:
    assert {file.stem for file in FILES} == set(measured.TABLES)


def test_a_table_tells_silent_and_flagged_at_each_strength(tmp_path: Path) -> None:
    file = tmp_path / "robust.json"
    row = {"way": "blur", "reader": "shipped", "version": "7", "silent": 3, "flagged": 0.126}
    file.write_text(json.dumps([row | {"strength": strength} for strength in (0.1, 2, 3, 4, 5)]))
    lines = measured.table(file).splitlines()
    assert lines[2] == "| blur: 0.1, 2, 3, 4, 5 | version 7 |" + " 3 / 13 % |" * 5


def test_what_is_no_measurement_is_refused(tmp_path: Path) -> None:
    for name, content in (("robust.json", b"{}"), ("other.json", b"[]"), ("robust.json", b'[{"way": "x"}]')):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UsageError, match="no table"):
            measured.table(tmp_path / name)
    with pytest.raises(UsageError, match="no table"):
        measured.table(tmp_path / "restore.json")
