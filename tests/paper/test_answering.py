"""Every way to answer leads from Fields to an answer and back; a kind whose way is missing is told."""

from dataclasses import replace
from fractions import Fraction
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.base.errors import UsageError
from klausur.base.geometry import Box
from klausur.exam.model import Marking
from klausur.paper.answering import WAYS, bind, way
from klausur.paper.answers import Chosen, Decided, Doubt, Open, Waived, Worth, Written, WrittenBlanks
from klausur.paper.fields import ANSWERING, Field, FieldKind, Mark

BOX = Box(0.0, 0.0, 4.0, 4.0)
ROWS = [kind.row for kind in FieldKind]
CHOICES = [Field(f"q/choice/{c}", FieldKind.CHOICE_BOX, BOX, "q", choice=c) for c in "abcd"]
CREDITS = [Field(f"q/credit/{n}", FieldKind.CREDIT_BOX, BOX, "q", credits=Fraction(n, 2)) for n in range(4)]
WRITTEN = [Field("q/credits", FieldKind.CREDIT_NUMBER, BOX, "q", credits=Fraction(5, 2), step=Fraction(1, 2))]
NUMBER = [Field("q/number", FieldKind.NUMBER_ROW, BOX, "q", cells=5, decimals=2, sign=True)]
BLANKS = [Field(f"q/blank/{n}", FieldKind.NUMBER_BLANK, BOX, "q", cells=5, blank=n) for n in (2, 10, 1)]
BOXES = {Chosen: CHOICES, Worth: CREDITS, Written: NUMBER, WrittenBlanks: BLANKS}
NUMBERS = st.integers(-(10**9), 10**9).map(lambda n: Fraction(n, 10**4))
ANSWERS = st.one_of(
    st.builds(Written, st.none() | NUMBERS),
    st.builds(WrittenBlanks, st.tuples(*[st.none() | NUMBERS] * 3)),
    st.builds(Chosen, st.frozensets(st.sampled_from("abcd"))),
    st.builds(Worth, st.sampled_from([field.credits for field in CREDITS])),
)


@given(ANSWERS)
def test_what_boxes_hold_for_an_answer_amounts_to_it(answer: Decided) -> None:
    boxes = BOXES[type(answer)]
    there = way(boxes[0].kind)
    assert isinstance(answer, there.gives)
    held = there.held("q", boxes, answer)
    assert list(held) == [box.id for box in sorted(boxes, key=lambda box: box.blank or 0)]
    assert all(box.kind.sayable(held[box.id]) for box in boxes)
    assert there.answer(boxes, held) == answer


@pytest.mark.parametrize(
    ("rule", "crossed", "filled"), [(Marking.CROSS, 1, 0), (Marking.ANY, 1, 1), (Marking.FILL, 0, 1)]
)
def test_what_chooses_depends_on_the_rule(rule: Marking, crossed: int, filled: int) -> None:
    boxes = [replace(box, rule=rule) for box in CHOICES]
    found = way(FieldKind.CHOICE_BOX)
    held = dict(
        zip((box.id for box in boxes), (Mark.CROSSED, Mark.FILLED, Mark.EMPTY, Mark.EMPTY), strict=True)
    )
    assert found.answer(boxes, held) == Chosen(frozenset("a" * crossed + "b" * filled))
    for letters in ("", "a", "bd"):
        chosen = Chosen(frozenset(letters))
        assert found.answer(boxes, found.held("q", boxes, chosen)) == chosen


def test_no_box_stands_for_it() -> None:
    with pytest.raises(UsageError, match=r"1\.3 has no choice e"):
        way(FieldKind.CHOICE_BOX).held("1.3", CHOICES, Chosen(frozenset("ae")))
    with pytest.raises(UsageError, match="no choice p, q, r, s, t, u, v, w, x"):
        way(FieldKind.CHOICE_BOX).held("1.3", CHOICES, Chosen(frozenset("tpqwrvsux")))
    with pytest.raises(UsageError, match=r"4\.1 has no box for 7 credits"):
        way(FieldKind.CREDIT_BOX).held("4.1", CREDITS, Worth(Fraction(7)))
    for number in (Fraction(1, 3), Fraction(10**11)):
        with pytest.raises(UsageError, match=r"2\.1 cannot be answered with"):
            way(FieldKind.NUMBER_ROW).held("2.1", NUMBER, Written(number))
    with pytest.raises(UsageError, match=r"5\.1 has 3 blanks, and 2 numbers are given"):
        way(FieldKind.NUMBER_BLANK).held("5.1", BLANKS, WrittenBlanks((None, Fraction(1))))


@given(st.sampled_from(WRITTEN[0].worths))
def test_written_credits_are_those_that_the_question_can_give(worth: Fraction) -> None:
    there = way(FieldKind.CREDIT_NUMBER)
    held = there.held("q", WRITTEN, Worth(worth))
    assert there.answer(WRITTEN, held) == Worth(worth)
    assert WRITTEN[0].sayable(held["q/credits"])
    for wrong in (worth + Fraction(5, 2) + Fraction(1, 2), worth + Fraction(1, 4)):
        with pytest.raises(UsageError, match=r"4\.1 cannot give .* credits"):
            there.held("4.1", WRITTEN, Worth(wrong))


def test_a_box_without_a_number_gives_no_credits_and_waits() -> None:
    held = {"q/credits": "none"}
    assert way(FieldKind.CREDIT_NUMBER).answer(WRITTEN, held) == Open((Doubt.NO_CREDIT,), ("q/credits",))


def test_numbers_stand_in_the_order_of_their_blanks_wherever_these_lie() -> None:
    held = {"q/blank/1": "1", "q/blank/2": "none", "q/blank/10": "-10.5"}
    answer = way(FieldKind.NUMBER_BLANK).answer(BLANKS, held)
    assert answer == WrittenBlanks((Fraction(1), None, Fraction(-21, 2)))


def test_every_type_of_answer_has_a_way() -> None:
    said_by_people = {Waived}  # that nothing on the paper says
    assert {one.gives for one in WAYS.values()} == set(get_args(Decided)) - said_by_people
    assert {kind for kind in FieldKind if kind.row.answers} == ANSWERING


def test_a_kind_without_its_way_and_a_way_without_a_kind_are_told() -> None:
    dial = replace(FieldKind.CHOICE_BOX.row, name="dial", answers="dialled")
    with pytest.raises(LookupError, match="about dialled"):
        bind([*ROWS, dial], WAYS)
    with pytest.raises(LookupError, match="about credits"):
        bind([row for row in ROWS if row.answers != "credits"], WAYS)
    many = [replace(dial, name=f"dial {n}", answers=f"way {n}") for n in range(9)]
    with pytest.raises(LookupError, match="about " + ", ".join(f"way {n}" for n in range(9))):
        bind([*ROWS, *many], WAYS)
    assert bind([*ROWS, dial], {**WAYS, "dialled": WAYS["letters"]})["dial"] is WAYS["letters"]
