"""What a benchmark measured is put on a card: on it, on the page and in what people are told."""

import json
import shutil
from pathlib import Path

import pytest

from klausur.base.errors import UsageError
from klausur.learn import judged, page
from klausur.read import belief, card_paths
from klausur.read import card as cards

ROW = {
    "reader": "shipped", "marks": 1000, "empty": 200, "silent": 1, "silent_empty": 2, "flagged": 0.015,
    "flagged_empty": 0.0, "odd": 50, "odd_silent": 4, "error": 0.01, "people": 9, "bound_per_million": 3000.5,
}  # fmt: skip
ROWS = [ROW | {"scan": "office"}, ROW | {"scan": "two-level", "flagged": 0.035}]


@pytest.fixture
def card(tmp_path: Path) -> Path:
    for suffix in (".json", ".onnx"):
        shutil.copy(card_paths.MARKS.with_suffix(suffix), tmp_path)
    return tmp_path / card_paths.MARKS.name


def measured(card: Path, rows: object) -> Path:
    path = card.with_name("measured.json")
    path.write_text(json.dumps(rows))
    return path


def test_the_figures_of_one_reader_are_put_in_place_of_older_ones(card: Path) -> None:
    judged.put(card, measured(card, [ROW | {"scan": "phone"}]), "shipped")
    judged.put(card, measured(card, [*ROWS, ROW | {"scan": "phone", "reader": "other"}]), "shipped")
    figures = cards.read(card)[0].figures
    assert figures["judged_office_silent"] == 1
    assert figures["judged_two-level_flagged"] == 0.035
    assert not any(name.startswith("judged_phone") for name in figures)


def test_what_is_no_measurement_of_this_reader_is_told(card: Path) -> None:
    with pytest.raises(UsageError, match="nothing of 'mine'"):
        judged.put(card, measured(card, ROWS), "mine")
    with pytest.raises(UsageError, match="cannot be read"):
        judged.put(card, card.with_name("nowhere"), "shipped")


def test_the_page_tells_them_by_scan(card: Path) -> None:
    judged.put(card, measured(card, ROWS), "shipped")
    told = page.tables(cards.read(card)[0])
    assert "| people who only judge | office | two-level |" in told
    assert "| flagged | 1.50 % | 3.50 % |" in told
    assert "| plain marks | 1,000 | 1,000 |" in told
    assert "judged_" not in told


def test_people_are_told_of_all_scans_together(card: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judged.put(card, measured(card, ROWS), "shipped")
    monkeypatch.setattr(card_paths, "MARKS", card)
    found = belief.belief.__wrapped__()
    assert found is not None
    assert (found.boxes, found.wrong, found.odd) == (2500, 14, 8)
    assert (found.flagged, found.drawn) == (2.5, False)
