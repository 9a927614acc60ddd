"""Rows of a number: which cells mean one number alone, and what is read in written ones."""

import numpy as np
import pytest

from klausur.base.geometry import Box, Size
from klausur.paper.code import PageCode
from klausur.paper.fields import DIGIT_H, DIGIT_W, MARK_BOX, Field, FieldKind
from klausur.paper.number_row import DECIMAL_W, SIGN_INSET, SIGN_W, digit_cells, sign_box
from klausur.read import number_row
from klausur.rehearse import numbers
from klausur.rehearse.hands import Population, hand, stream
from klausur.scan.model import Placed, Quality

from .conftest import matrix, render

WIDE = SIGN_W + 5 * DIGIT_W + DECIMAL_W
PLACE = Box(10.0, 8.0, WIDE, DIGIT_H)
ROW = Field("q/number", FieldKind.NUMBER_ROW, PLACE, "q", cells=5, decimals=2, sign=True)


@pytest.mark.parametrize(
    ("sign", "whole", "decimals", "value"),
    [
        ("", "___", "__", "none"),
        ("", "_12", "5_", "12.5"),
        ("-", "_12", "50", "-12.5"),
        ("", "___", "05", "0.05"),
        ("", "12_", "__", "12"),
        ("-", "__0", "__", "0"),
        ("", "007", "", "7"),
        ("-", "___", "__", None),  # a minus alone
        ("", "12_", "5_", None),  # 12.5 or 120.5
        ("", "1_2", "__", None),
        ("", "_12", "_5", None),
        ("", "_1?", "5_", None),
        ("?", "_12", "5_", None),
    ],
)
def test_cells_mean_one_number_or_go_to_a_person(
    sign: str, whole: str, decimals: str, value: str | None
) -> None:
    assert number_row.plain(sign, whole, decimals) == value


def test_cells_lie_side_by_side_with_a_gap_for_the_decimal_sign() -> None:
    cells = digit_cells(ROW)
    assert [cell.w for cell in cells] == [DIGIT_W] * 5
    assert cells[0].x == ROW.box.x + SIGN_W
    assert cells[3].x - cells[2].right == DECIMAL_W
    assert cells[-1].right == ROW.box.right
    assert {(cell.y, cell.h) for cell in cells} == {(ROW.box.y, DIGIT_H)}
    assert cells[1].x == cells[0].right
    box = sign_box(ROW)
    assert box is not None
    assert cells[0].x - box.right >= 6.0
    assert box.x - ROW.box.x == SIGN_INSET
    assert box.y + box.h / 2 == pytest.approx(ROW.box.y + DIGIT_H / 2)
    assert box.w == box.h == MARK_BOX


def test_a_row_without_sign_and_decimals_is_cells_alone() -> None:
    plain = Field("q/number", FieldKind.NUMBER_ROW, Box(10.0, 8.0, 3 * DIGIT_W, DIGIT_H), "q", cells=3)
    assert sign_box(plain) is None
    assert digit_cells(plain) == tuple(Box(10.0 + n * DIGIT_W, 8.0, DIGIT_W, DIGIT_H) for n in range(3))


def page(value: str, seed: int) -> Placed:
    """A page with the row, and this number in it by one hand."""
    to_pixels = matrix(300)
    box = sign_box(ROW)
    assert box is not None
    paper = render([], to_pixels, (300, 1000))
    for frame, tone in [(cell, 120) for cell in digit_cells(ROW)] + [(box, 0)]:
        left, top, right, bottom = (
            round(n * 300 / 25.4) for n in (frame.x, frame.y, frame.right, frame.bottom)
        )
        paper[top:bottom, left:right] = np.where(paper[top:bottom, left:right] > 200, tone, 0)
        paper[top + 3 : bottom - 3, left + 3 : right - 3] = 240
    rng = stream(Population.JUDGE, seed, 1)
    size = Size(1000 * 25.4 / 300, 300 * 25.4 / 300)
    numbers.draw(paper, size, ROW, value, hand(rng, Population.JUDGE), rng)
    return Placed(PageCode(1, 1, 1), paper, to_pixels, Quality(0.0, 300.0, 200.0, 1.0, 4))


@pytest.mark.parametrize("value", ["none", "-12.5", "907", "0.05", "-346.81"])
def test_what_is_written_is_read_or_left_to_a_person(value: str) -> None:
    read = [next(number_row.read(page(value, seed), [ROW])) for seed in range(6)]
    assert {r.value for r in read if not r.flagged} == {value}
    assert sum(not r.flagged for r in read) >= 3
    assert all(FieldKind.NUMBER_ROW.sayable(r.value) for r in read if not r.flagged)


def test_a_row_is_read_likewise_beside_others() -> None:
    """All rows of a page are looked at together, however many cells and signs each of them has."""
    sheet = page("-12.5", 0)
    cells = Field(
        "q/cells", FieldKind.NUMBER_ROW, Box(PLACE.x + SIGN_W, PLACE.y, 2 * DIGIT_W, DIGIT_H), cells=2
    )
    first, (alone,) = list(number_row.read(sheet, [cells, ROW, cells])), number_row.read(sheet, [ROW])
    assert [r.field for r in first] == ["q/cells", "q/number", "q/cells"]
    assert (first[1].value, first[1].flagged) == (alone.value, alone.flagged)
    assert first[1].confidence == pytest.approx(alone.confidence, abs=1e-4)
    assert [len(r.scores) for r in first] == [2, 5, 2]
