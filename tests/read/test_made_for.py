"""Pages that the readers were not made for go to a person, with the reason."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from klausur.base.geometry import Box
from klausur.paper.fields import Field, FieldKind
from klausur.paper.layout import PageLayout
from klausur.read import fields
from klausur.read.card import Covers
from klausur.read.made_for import read, why_not
from klausur.scan.model import Placed, Quality

KEY = bytes(32)
GOOD = Quality(0.01, 300.0, 190.0, 0.85, 4, 0.02)
BOXES = [Box(10.0, 10.0 + 9 * n, 4.0, 4.0) for n in range(3)]
PAGE = PageLayout(
    1,
    tuple(
        Field(f"q/choice/{choice}", FieldKind.CHOICE_BOX, box, "q", choice=choice)
        for choice, box in zip("abc", BOXES, strict=True)
    ),
)

POOR = {
    "dpi": replace(GOOD, dpi=100.0),
    "contrast": replace(GOOD, contrast=70.0),
    "sharpness": replace(GOOD, sharpness=0.4),
    "boxes lie": replace(GOOD, local=0.3),
}


def test_a_good_page_is_believed() -> None:
    assert not why_not(GOOD)
    assert not why_not(replace(GOOD, residual=0.9)), "curled, but its boxes were found"


@pytest.mark.parametrize("word", POOR)
def test_each_measure_is_a_reason(word: str) -> None:
    assert word in why_not(POOR[word])
    assert ";" not in why_not(POOR[word])


def test_all_that_is_wrong_is_said() -> None:
    why = why_not(Quality(0.2, 80.0, 60.0, 0.2, 2))
    assert why.count(";") == 3
    assert "80 dpi" in why


def test_where_no_box_was_measured_the_fiducials_tell() -> None:
    assert why_not(replace(GOOD, residual=0.2, local=0.0))


def test_bounds_are_those_of_the_card() -> None:
    assert why_not(GOOD, Covers(dpi=400.0))
    assert not why_not(POOR["dpi"], Covers(dpi=90.0))


@pytest.mark.parametrize("quality", [GOOD, *POOR.values()])
def test_readings_of_other_pages_are_flagged_and_kept(
    placed: Callable[..., Placed], quality: Quality
) -> None:
    page = replace(placed(BOXES), quality=quality)
    seen = read(page, PAGE, exam=1, key=KEY)
    plain = fields.read(page, PAGE, exam=1, key=KEY)
    assert [(r.field, r.value, r.confidence) for r in seen] == [
        (r.field, r.value, r.confidence) for r in plain
    ]
    assert [r.flagged for r in seen] == [quality is not GOOD or r.flagged for r in plain]
