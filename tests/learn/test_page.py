"""docs/reference/readers.md says what the shipped mark reader's card says."""

from dataclasses import replace
from pathlib import Path

from klausur.learn import page
from klausur.learn.scans import Kind
from klausur.read import card as cards
from klausur.read.marks import SHIPPED

DOCS = Path(__file__).parents[2] / "docs" / "reference" / "readers.md"


def test_the_page_says_what_the_card_says() -> None:
    card, _ = cards.read(SHIPPED)
    assert page.tables(card) in DOCS.read_text(encoding="utf-8"), (
        "put what `python -m klausur.learn page` prints into the page"
    )


def test_every_figure_of_a_card_is_told() -> None:
    card, _ = cards.read(SHIPPED)
    names = ("windows", "accuracy", "silent_misreads", "silent_of_other", "flagged_plain", "flagged_empty")
    of_kinds = {
        f"threshold_{kind}_{name}": 0.0125 + number
        for number, (kind, name) in enumerate((k, n) for k in Kind for n in (*names, "calibration_error"))
    }
    told = page.tables(replace(card, figures={**of_kinds, "bound_per_million": 1234.5}))
    assert "| `bound_per_million` | 1234.5 |" in told
    for kind in Kind:
        (row,) = (line for line in told.splitlines() if line.startswith(f"| {kind} |"))
        assert row.count("|") == 8
        assert str(of_kinds[f"threshold_{kind}_windows"]) in row
        assert f"{100 * of_kinds[f'threshold_{kind}_flagged_plain']:.2f} %" in row
