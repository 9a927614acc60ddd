"""Numbers written without cells: which of a few the windows along a box show, and how plainly."""

from fractions import Fraction

import numpy as np
import pytest

from klausur.base.geometry import Box
from klausur.read import free_row
from klausur.read.digits import CLASSES
from klausur.read.preprocess import Inputs

SPELLINGS: dict[Fraction | None, tuple[str, ...]] = {
    None: ("",),
    **{Fraction(n): (str(n),) for n in (1, 2, 11, 12, 15)},
    Fraction(25, 2): ("12.5", "12,5"),
    Fraction(3, 2): ("1.5", "1,5"),
}


def said(text: str, sure: float = 0.99) -> Inputs:
    """What a network says that is so sure of each window; a blank is a gap."""
    names = ["empty" if sign == " " else sign for sign in text]
    chances = np.full((len(names), len(CLASSES)), (1 - sure) / (len(CLASSES) - 1), np.float32)
    chances[np.arange(len(names)), [CLASSES.index(name) for name in names]] = sure
    return chances


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("            ", None),
        ("  111  222 ,,, 555   ", Fraction(25, 2)),
        (" 111222..555 ", Fraction(25, 2)),  # no gap between them
        (" 111  111 ", Fraction(11)),  # twice the same, with a gap between them
        (" 1117222 ", Fraction(12)),  # one window passes from one to the other
        ("  111 ", Fraction(1)),
    ],
)
def test_windows_show_one_of_the_numbers_that_can_be_meant(text: str, number: Fraction | None) -> None:
    found = free_row.likeliest(said(text), SPELLINGS)
    assert found.number == number
    assert found.margin > 5


def test_what_fits_no_number_loses_much_and_what_fits_two_has_no_margin() -> None:
    for text in ("  777  ", " 111 222 ,,, 777 ", "  --- ", "111 222 ", " 111 222"):
        assert free_row.likeliest(said(text), SPELLINGS).loss > 5, text
    for text in (" 111222 ", "  1111111 "):
        assert free_row.likeliest(said(text), SPELLINGS).loss < 1, text
    unsure = np.concatenate([said("  "), (said("1111") + said("2222")) / 2, said("  ")])
    assert free_row.likeliest(unsure, SPELLINGS).margin < 0.1


@pytest.mark.parametrize("wide", [7.0, 31.0, 90.0])
def test_windows_reach_from_one_end_of_a_box_of_any_width_to_the_other(wide: float) -> None:
    boxes = free_row.windows(Box(20.0, 40.0, wide, 12.0))
    middles = np.array([box.centre for box in boxes])
    ends = (20.0 + free_row.EDGE, 20.0 + wide - free_row.EDGE)
    assert (middles[0, 0], middles[-1, 0]) == pytest.approx(ends)
    assert np.diff(middles[:, 0]) == pytest.approx(free_row.STEP, abs=0.05)
    assert set(middles[:, 1].round(6)) == {46.0}
