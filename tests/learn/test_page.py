"""docs/reference/readers.md says what the cards of the shipped readers of marks and digits say."""

from dataclasses import replace
from pathlib import Path

import pytest

from klausur.learn import page
from klausur.read import card as cards
from klausur.read import card_paths
from klausur.read.card import Bounds
from klausur.read.marks import SHIPPED
from klausur.scan.tones import ScanKind

DOCS = Path(__file__).parents[2] / "docs" / "reference" / "readers.md"


@pytest.mark.parametrize("path", [SHIPPED, card_paths.DIGITS], ids=lambda path: path.stem)
def test_the_page_says_what_the_card_says(path: Path) -> None:
    card, _ = cards.read(path)
    assert page.tables(card) in DOCS.read_text(encoding="utf-8"), (
        f"put what `python -m klausur.learn page {path}` prints into the page"
    )


def test_every_figure_of_a_card_is_told() -> None:
    card, _ = cards.read(SHIPPED)
    kinds = {str(kind): Bounds(1.0 + n, 0.5 + n / 10, n, 20 + n, 0.5) for n, kind in enumerate(ScanKind)}
    figures = {f"{kind}_{name}": 0.0125 + n for n, kind in enumerate(ScanKind) for name in ("error", "share")}
    flagged = {f"{kind}_flagged_plain": 0.0125 for kind in ScanKind}
    told = page.tables(replace(card, kinds=kinds, figures={**figures, **flagged, "of_all": 1234.5}))
    assert "| `of_all` | 1234.5 |" in told
    assert "| `error` | 0.0125 | 1.0125 | 2.0125 |" in told
    assert "| `temperature` | 1.0 | 2.0 | 3.0 |" in told
    assert "| `traces` | 20 | 21 | 22 |" in told
    assert "| flagged of crossed and filled | 1.25 % | 1.25 % | 1.25 % |" in told
