"""What the pen writes into numbers and blanks: a right number of its own blank, or words on their line."""

from fractions import Fraction

import numpy as np

from klausur.base.diagnostics import Place
from klausur.base.geometry import PAPERS, Box
from klausur.exam.content import Content
from klausur.exam.model import Question, QuestionKind
from klausur.exam.number import DigitBoxes, ExpectedNumber, NumberBlank
from klausur.paper.fields import NO_NUMBER, Field, FieldKind
from klausur.rehearse import blanks, numbers
from klausur.rehearse.hands import Population, hand, stream

TEXT = Content("", "", "", Place("a.md"))


def blank(value: str) -> NumberBlank:
    return NumberBlank(DigitBoxes(3, 1), (ExpectedNumber(Fraction(value), Fraction(1)),))


def test_each_blank_gets_what_is_right_in_it() -> None:
    asked = Question(
        "q", "1.1", QuestionKind.NUMBER_BLANKS, "", TEXT, Fraction(2), TEXT.place,
        blanks=(blank("12.5"), blank("100")),
    )  # fmt: skip
    rng = stream(Population.JUDGE, 1)
    for at, right in ((1, "12.5"), (2, "100")):
        box = Box(30, 40, 33, 9)
        field = Field(f"q/blank/{at}", FieldKind.NUMBER_BLANK, box, "q", cells=4, decimals=1, blank=at)
        said = [numbers.answer(asked, field, 0.7, rng) for _ in range(100)]
        assert 50 < said.count(right) < 95
        assert NO_NUMBER in said


def test_words_stand_on_the_line_of_their_blank() -> None:
    field = Field("q/blank/1", FieldKind.BLANK, Box(30.0, 40.0, 30.0, 8.0), "q", blank=1)
    size, scale = PAPERS["a4"], 4
    for n in range(20):
        rng = stream(Population.JUDGE, 2, n)
        sheet = np.full((round(size.h) * scale, round(size.w) * scale), 255, np.uint8)
        blanks.draw(sheet, size, field, hand(rng, Population.JUDGE), rng)
        rows, columns = np.nonzero(sheet < 200)
        assert len(rows) > 20
        assert field.box.x - 1 <= columns.min() / scale
        assert columns.max() / scale <= field.box.right + 2
        assert field.box.y - 1 <= rows.min() / scale
        assert rows.max() / scale <= field.box.bottom + 3
    said = [blanks.answer(stream(Population.JUDGE, 3, n)) for n in range(300)]
    assert 0.02 < said.count(blanks.EMPTY) / len(said) < 0.12
