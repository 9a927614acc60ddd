"""Credits as a number in a box: what the rehearsal's hands write is read, or a person is asked."""

from fractions import Fraction

import numpy as np

from klausur.base.geometry import Box, Size
from klausur.paper.code import PageCode
from klausur.paper.fields import CREDIT_H, CREDIT_W, NO_NUMBER, Field, FieldKind
from klausur.read import written_credits as reader
from klausur.read.model import Reading
from klausur.rehearse import written_credits
from klausur.rehearse.hands import CORRECTOR_INKS, Population, hand, stream
from klausur.rehearse.written_credits import MENDED, Spelling
from klausur.scan.model import Placed, Quality

from .conftest import matrix, render

BOX = Box(10.0, 8.0, CREDIT_W, CREDIT_H)
FIELD = Field("q/credits", FieldKind.CREDIT_NUMBER, BOX, "q", credits=Fraction(12), step=Fraction(1, 2))
SIZE = Size(1000 * 25.4 / 300, 330 * 25.4 / 300)


def read(value: str, note: str, seed: int) -> Reading:
    """The reading of a page with the box, and these credits in it by one hand."""
    to_pixels = matrix(300)
    paper = render([], to_pixels, (330, 1000))
    left, top, right, bottom = (round(n * 300 / 25.4) for n in (BOX.x, BOX.y, BOX.right, BOX.bottom))
    paper[top:bottom, left:right] = np.where(paper[top:bottom, left:right] > 200, 0, 0)
    paper[top + 3 : bottom - 3, left + 3 : right - 3] = 240
    rng = stream(Population.JUDGE, seed, 1)
    person = hand(rng, Population.JUDGE, CORRECTOR_INKS)
    written_credits.draw(paper, SIZE, FIELD, value, note, person, rng)
    placed = Placed(PageCode(1, 1, 1), paper, to_pixels, Quality(0.0, 300.0, 200.0, 1.0, 4))
    (found,) = reader.read(placed, [FIELD])
    return found


def test_credits_are_read_or_left_to_a_person() -> None:
    told = [("0", Spelling.COMMA), ("2.5", Spelling.COMMA), ("7", Spelling.POINT), ("10.5", Spelling.POINT)]
    found = [(value, read(value, note, seed)) for value, note in told for seed in range(3)]
    assert all(reading.value == value for value, reading in found if not reading.flagged)
    assert sum(not reading.flagged for _, reading in found) >= 8


def test_an_empty_box_is_no_doubt_and_what_no_answer_can_earn_is_one() -> None:
    empty = read(NO_NUMBER, "", 0)
    assert (empty.value, empty.flagged) == (NO_NUMBER, False)
    for seed in range(2):
        assert read("77", Spelling.COMMA, seed).flagged, "more than the question is worth"
        assert read("3.25", Spelling.COMMA, seed).flagged, "between its steps"
        assert read("4.5", Spelling.HALF, seed).flagged, "a sign that the reader does not know"
        assert read("5", MENDED, seed).flagged


def test_people_write_a_comma_or_a_point() -> None:
    assert reader.spellings(Fraction(25, 2)) == ("12.5", "12,5")
    assert reader.spellings(Fraction(3)) == ("3",)
