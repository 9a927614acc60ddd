"""Credits that correctors write: how they are spelt, and that they stay in their box."""

from fractions import Fraction

import numpy as np
import pytest

from klausur.base.geometry import PAPERS, Box
from klausur.paper.fields import CREDIT_H, CREDIT_W, NO_NUMBER, Field, FieldKind
from klausur.rehearse import written_credits
from klausur.rehearse.hands import Population, hand, stream
from klausur.rehearse.written_credits import MENDED, Spelling, spelt

FIELD = Field(
    "q/credits",
    FieldKind.CREDIT_NUMBER,
    Box(100.0, 40.0, CREDIT_W, CREDIT_H),
    "q",
    credits=Fraction(15),
    step=Fraction(1, 4),
)


def test_credits_are_spelt_with_a_comma_a_point_or_a_half() -> None:
    assert [spelt(Fraction(25, 2), how) for how in Spelling] == ["12,5", "12.5", "12½"]
    assert [spelt(Fraction(1, 2), how) for how in Spelling] == ["0,5", "0.5", "½"]
    assert [spelt(Fraction(9, 4), how) for how in Spelling] == ["2,25", "2.25", "2,25"]
    with pytest.raises(ValueError, match="no end in decimals"):
        spelt(Fraction(1, 3), Spelling.COMMA)


def test_correctors_give_what_the_question_can_give_and_forget_some() -> None:
    rng = stream(Population.JUDGE, 4)
    said = [written_credits.given(FIELD, 0.6, 0.1, rng) for _ in range(300)]
    assert {value for value, _ in said if value != NO_NUMBER} <= {
        str(float(w)).removesuffix(".0") for w in FIELD.worths
    }
    assert 10 < sum(value == NO_NUMBER for value, _ in said) < 60
    assert {note for _, note in said} == {"", MENDED, *Spelling}
    assert {v for v, _ in (written_credits.given(FIELD, 0.6, 1.0, rng) for _ in range(9))} == {NO_NUMBER}


def test_what_is_written_stays_in_its_box() -> None:
    size, scale = PAPERS["a4"], 4
    for n, (value, note) in enumerate([("14.75", Spelling.COMMA), ("0.5", Spelling.HALF), ("12.5", MENDED)]):
        rng = stream(Population.JUDGE, 2, n)
        sheet = np.full((round(size.h) * scale, round(size.w) * scale), 255, np.uint8)
        written_credits.draw(sheet, size, FIELD, value, note, hand(rng, Population.JUDGE), rng)
        rows, columns = np.nonzero(sheet < 200)
        assert len(rows) > 20
        assert FIELD.box.x <= columns.min() / scale
        assert columns.max() / scale <= FIELD.box.right + 1
        assert FIELD.box.y - 0.5 <= rows.min() / scale
        assert rows.max() / scale <= FIELD.box.bottom + 0.5
