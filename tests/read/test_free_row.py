"""Numbers written without cells: what windows along the row amount to, and what is read in written ones."""

import numpy as np
import pytest
from tests.read.test_digits import SCALE, pictures, seen  # noqa: F401 - a fixture

from klausur.base.geometry import Box
from klausur.read import digits, free_row
from klausur.read.digits import CLASSES
from klausur.read.preprocess import Inputs
from klausur.rehearse import pen
from klausur.rehearse.hands import Population, hand, stream
from klausur.rehearse.pictured import write
from klausur.rehearse.strokes import pull
from klausur.scan.model import Pixels


def said(text: str, sure: float = 0.99) -> Inputs:
    """What a network says that is so sure of each window; a blank is a gap."""
    names = ["empty" if sign == " " else sign for sign in text]
    chances = np.full((len(names), len(CLASSES)), (1 - sure) / (len(CLASSES) - 1), np.float32)
    chances[np.arange(len(names)), [CLASSES.index(name) for name in names]] = sure
    return chances


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("      ", ""),
        ("  111  222 ,,, 555   ", "12.5"),
        (" ---  111 444 ", "-14"),
        (" 333 333 ", "33"),  # twice the same, with a gap between them
        (" 33333333333 ", None),  # as wide as two of them
        (" 1117222 ", "12"),  # one window passes from one to the other
        (" 111 7 222 ", None),  # but one alone is a doubt
        (" ...  555 ", None),
        (" 555 --- ", None),
        (" 111 ,,, 222 ,,, 333 ", None),
        ("111 222 ", None),  # who knows what stands before it
        (" 111 222", None),
    ],
)
def test_windows_amount_to_a_number_or_a_person_looks(text: str, value: str | None) -> None:
    assert free_row.number(said(text)) == value


@pytest.mark.parametrize(("sure", "value"), [(free_row.SURE - 0.05, None), (free_row.SURE + 0.05, "71")])
def test_a_doubtful_character_goes_to_a_person(sure: float, value: str | None) -> None:
    chances = np.concatenate([said(" 777 "), said("111", sure), said(" ")])
    seen = free_row.characters(chances)
    assert [(each.text, each.windows) for each in seen] == [("7", 3), ("1", 3)]
    assert seen[1].confidence == pytest.approx(sure, abs=0.01)
    assert free_row.number(chances) == value


@pytest.mark.parametrize("wide", [7.0, 31.0, 90.0])
def test_windows_reach_from_one_end_of_a_row_of_any_width_to_the_other(wide: float) -> None:
    boxes = free_row.windows(Box(20.0, 40.0, wide, 12.0))
    middles = np.array([box.centre for box in boxes])
    ends = (20.0 + free_row.EDGE, 20.0 + wide - free_row.EDGE)
    assert (middles[0, 0], middles[-1, 0]) == pytest.approx(ends)
    assert np.diff(middles[:, 0]) == pytest.approx(free_row.STEP, abs=0.05)
    assert set(middles[:, 1].round(6)) == {46.0}


def test_what_is_written_without_cells_is_read_or_left_to_a_person(pictures: Pixels) -> None:  # noqa: F811
    found = []
    for n, text in enumerate(["407", "-52", "9", "2836", "-7", "61", "350", "-94"]):
        rng = stream(Population.JUDGE, 1005, n)
        person, paper = (
            hand(rng, Population.JUDGE),
            np.full((round(26 * SCALE), round(90 * SCALE)), 255, np.uint8),
        )
        for at, sign in enumerate(text):
            x = 16.0 + 4.6 * at
            if sign == "-":
                stroke = pull(np.array([[x - 1.2, 13.2], [x + 1.2, 13.0]]), person, rng)
                pen.ink(paper, [stroke], SCALE, (0.0, 0.0), person, rng)
            else:
                write(paper, pictures[int(sign), int(rng.integers(20))], (x, 13.0), 5.0, SCALE, person, rng)
        found.append((text, free_row.read(seen(paper, rng), Box(8.0, 6.5, 60.0, 13.0), digits.shipped())))
    assert all(value in {text, None} for text, value in found)
    assert sum(value is not None for _, value in found) >= 5
