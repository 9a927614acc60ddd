from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.base.geometry import Box
from klausur.paper.answers import Answer, Chosen, Doubt, Given, Worth, WrittenBlanks
from klausur.paper.fields import SETTLED_AS, Field, FieldKind
from klausur.read.model import Mark, Reading
from klausur.read.resolve import resolve

BOX = Box(0.0, 0.0, 4.0, 4.0)
LETTERS = "abcde"


CHOICES = [Field(f"q/choice/{c}", FieldKind.CHOICE_BOX, BOX, "q", choice=c) for c in LETTERS]
CREDITS = [
    Field(f"q/credit/{n}", FieldKind.CREDIT_BOX, BOX, "q", credits=Fraction(n, 2))
    for n in range(len(LETTERS))
]
AREA = Field("q/answer", FieldKind.ANSWER_AREA, BOX, "q")


def seen(fields: list[Field], marks: list[Mark], flagged: frozenset[int] = frozenset()) -> dict[str, Reading]:
    return {
        field.id: Reading(field.id, field.kind, "q", mark, 0.99, n in flagged, "marks", "1")
        for n, (field, mark) in enumerate(zip(fields, marks, strict=True))
    }


def test_written_credits_count_if_the_question_can_give_them() -> None:
    box = Field("q/credits", FieldKind.CREDIT_NUMBER, BOX, "q", credits=Fraction(2), step=Fraction(1, 2))

    def resolved(value: str, *, flagged: bool = False, said: str | None = None) -> Answer:
        kind, version = FieldKind.CREDIT_NUMBER, "2"
        seen = Reading(box.id, kind, "q", value, 0.9, flagged=flagged, reader="credits", version=version)
        return resolve("q", [box], {box.id: seen}, {} if said is None else {box.id: said})

    assert resolved("1.5").given == Worth(Fraction(3, 2))
    assert resolved("none").doubts == (Doubt.NO_CREDIT,)
    for unclear in (resolved("1.5", flagged=True), resolved("2.5"), resolved("1.25"), resolved("?")):
        assert unclear.doubts == (Doubt.DIGITS_UNCLEAR,)
    assert resolved("?", flagged=True, said="2").given == Worth(Fraction(2))
    with pytest.raises(ValueError, match=r"q/credits cannot be settled as 2\.5"):
        resolved("1.5", said="2.5")


def test_crossed_choices_are_chosen_and_filled_ones_taken_back() -> None:
    marks = [Mark.CROSSED, Mark.EMPTY, Mark.FILLED, Mark.CROSSED, Mark.EMPTY]
    assert resolve("q", CHOICES, seen(CHOICES, marks), {}) == Answer("q", Chosen(frozenset("ad")))


def test_nothing_chosen_is_an_answer() -> None:
    answer = resolve("q", CHOICES, seen(CHOICES, [Mark.EMPTY] * 5), {})
    assert answer == Answer("q", Chosen(frozenset()))
    assert not answer.open


def test_an_unclear_mark_keeps_the_answer_open_until_settled() -> None:
    marks = [Mark.CROSSED, Mark.OTHER, Mark.EMPTY, Mark.CROSSED, Mark.EMPTY]
    readings = seen(CHOICES, marks, flagged=frozenset({1, 3}))
    open_answer = resolve("q", CHOICES, readings, {})
    assert open_answer.doubts == (Doubt.MARK_UNCLEAR,)
    assert open_answer.fields == ("q/choice/b", "q/choice/d")
    settled = {"q/choice/b": Mark.CROSSED, "q/choice/d": Mark.EMPTY}
    assert resolve("q", CHOICES, readings, settled) == Answer("q", Chosen(frozenset("ab")))


def test_a_box_never_seen_is_a_missing_page_unless_settled() -> None:
    readings = seen(CHOICES, [Mark.EMPTY] * 5)
    del readings["q/choice/c"]
    assert resolve("q", CHOICES, readings, {}).doubts == (Doubt.PAGE_MISSING,)
    assert resolve("q", CHOICES, readings, {"q/choice/c": Mark.CROSSED}).given == Chosen(frozenset("c"))


def test_exactly_one_crossed_credit_box_is_that_credit() -> None:
    marks = [Mark.FILLED, Mark.EMPTY, Mark.EMPTY, Mark.CROSSED, Mark.EMPTY]
    assert resolve("q", [AREA, *CREDITS], seen(CREDITS, marks), {}) == Answer("q", Worth(Fraction(3, 2)))


def test_no_crossed_credit_box_is_open() -> None:
    answer = resolve("q", [AREA, *CREDITS], seen(CREDITS, [Mark.FILLED] + [Mark.EMPTY] * 4), {})
    assert answer.doubts == (Doubt.NO_CREDIT,)
    assert answer.fields == tuple(box.id for box in CREDITS)


def test_several_crossed_credit_boxes_are_open() -> None:
    marks = [Mark.CROSSED, Mark.EMPTY, Mark.CROSSED, Mark.EMPTY, Mark.EMPTY]
    answer = resolve("q", CREDITS, seen(CREDITS, marks), {})
    assert answer.doubts == (Doubt.SEVERAL_CREDITS,)
    assert answer.fields == ("q/credit/0", "q/credit/2")
    assert resolve("q", CREDITS, seen(CREDITS, marks), {"q/credit/0": Mark.EMPTY}).given == Worth(Fraction(1))


def test_no_box_can_be_settled_as_unclear() -> None:
    with pytest.raises(ValueError, match="q/choice/a"):
        resolve("q", CHOICES, seen(CHOICES, [Mark.EMPTY] * 5), {"q/choice/a": Mark.OTHER})


def test_a_question_is_answered_by_one_kind_of_field() -> None:
    for fields in ([AREA], [*CHOICES, *CREDITS]):
        with pytest.raises(ValueError, match="question q is answered by"):
            resolve("q", fields, {}, {})


MARKS = st.lists(st.sampled_from(Mark), min_size=5, max_size=5)
FLAGGED = st.frozensets(st.integers(0, 4))
SETTLED = st.dictionaries(st.integers(0, 4), st.sampled_from(SETTLED_AS))
KINDS = st.sampled_from([(Chosen, CHOICES), (Worth, CREDITS)])


@given(KINDS, MARKS, FLAGGED, SETTLED)
def test_an_open_answer_gives_nothing_away(
    asked: tuple[type[Given], list[Field]],
    marks: list[Mark],
    flagged: frozenset[int],
    settled: dict[int, Mark],
) -> None:
    who, boxes = asked
    answer = resolve("q", boxes, seen(boxes, marks, flagged), {boxes[n].id: m for n, m in settled.items()})
    if answer.open:
        assert answer.doubts
        assert answer.fields
        assert set(answer.fields) <= {box.id for box in boxes}
    else:
        assert answer.fields == ()
        assert isinstance(answer.given, who)


@given(KINDS, MARKS, MARKS, FLAGGED, st.lists(st.sampled_from(SETTLED_AS), min_size=5, max_size=5))
def test_what_people_settled_does_not_depend_on_what_was_seen(
    asked: tuple[type[Given], list[Field]],
    marks: list[Mark],
    others: list[Mark],
    flagged: frozenset[int],
    settled: list[Mark],
) -> None:
    _, boxes = asked
    everything = {box.id: mark for box, mark in zip(boxes, settled, strict=True)}
    one = resolve("q", boxes, seen(boxes, marks, flagged), everything)
    assert one == resolve("q", boxes, seen(boxes, others), everything) == resolve("q", boxes, {}, everything)


@given(KINDS, MARKS, FLAGGED)
def test_settling_a_plain_box_as_it_was_read_changes_nothing(
    asked: tuple[type[Given], list[Field]], marks: list[Mark], flagged: frozenset[int]
) -> None:
    _, boxes = asked
    readings = seen(boxes, marks, flagged)
    plain = {f: Mark(r.value) for f, r in readings.items() if not r.flagged and r.value != Mark.OTHER}
    assert resolve("q", boxes, readings, plain) == resolve("q", boxes, readings, {})


def test_unclear_digits_of_one_blank_keep_the_question_open_for_that_one() -> None:
    blanks = [Field(f"q/blank/{n}", FieldKind.NUMBER_BLANK, BOX, "q", cells=3, blank=n) for n in (1, 2, 3)]
    readings = {
        field.id: Reading(field.id, field.kind, "q", value, 0.9, value == "12?", "numbers", "1")
        for field, value in zip(blanks, ("9.5", "12?", "none"), strict=True)
    }
    answer = resolve("q", blanks, readings, {})
    assert (answer.doubts, answer.fields) == ((Doubt.DIGITS_UNCLEAR,), ("q/blank/2",))
    settled = resolve("q", blanks, readings, {"q/blank/2": "-128"})
    assert settled.given == WrittenBlanks((Fraction(19, 2), Fraction(-128), None))
    with pytest.raises(ValueError, match="settled as many"):
        resolve("q", blanks, readings, {"q/blank/2": "many"})
