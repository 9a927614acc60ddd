"""The table of kinds of Field holds together, and stands for what it says."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.paper.answers import Answer, Chosen, Doubt, Given, Open, Worth, Written, WrittenBlanks
from klausur.paper.fields import (
    ANSWERING,
    MARKED,
    NUMBERS,
    SETTLED_AS,
    SPACES,
    FieldKind,
    Mark,
    Signed,
    empty,
)


def test_a_kind_is_its_name_everywhere() -> None:
    for kind in FieldKind:
        assert kind == kind.value == str(kind) == kind.row.name
        assert FieldKind(kind.row.name) is kind
        assert pickle.loads(pickle.dumps(kind)) is kind  # noqa: S301  bytes of this test's own


def test_what_may_be_settled_can_be_held_and_what_answers_can_be_settled() -> None:
    for kind in FieldKind:
        row = kind.row
        assert [kind.holds(text) for text in row.settled_as] == list(row.settled_as)
        assert bool(row.settled_as) >= (row.answers is not None), f"nobody could decide an unclear {kind}"
        assert (row.value is None) == (row.reader is None)


def test_marks_answer_questions_and_nobody_settles_a_box_as_unclear() -> None:
    assert {FieldKind.CHOICE_BOX, FieldKind.CREDIT_BOX} == MARKED
    assert MARKED | NUMBERS | {FieldKind.CREDIT_NUMBER} == ANSWERING
    assert set(SETTLED_AS) == set(Mark) - {Mark.OTHER}


def test_spaces_are_where_people_write_freely_and_answer_nothing_by_themselves() -> None:
    assert {FieldKind.ANSWER_AREA, FieldKind.BLANK} == SPACES
    assert not SPACES & ANSWERING


def test_a_person_could_say_of_each_answering_field_that_nothing_is_in_it() -> None:
    for kind in ANSWERING:
        assert kind.sayable(empty(kind))
        assert kind.holds(empty(kind)) == empty(kind) != Mark.CROSSED


def test_what_finds_a_page_stands_on_every_page_and_nothing_else_does() -> None:
    assert {k for k in FieldKind if k.row.everywhere} == {FieldKind.FIDUCIAL, FieldKind.PAGE_CODE}


def test_a_reading_holds_what_its_kind_holds() -> None:
    assert FieldKind.CHOICE_BOX.holds("crossed") is Mark.CROSSED
    assert FieldKind.SIGNATURE.holds("unsigned") is Signed.NO
    assert FieldKind.DIGIT_ROW.holds("12?") == "12?"
    with pytest.raises(ValueError, match="nothing reads a page-code"):
        FieldKind.PAGE_CODE.holds("1")
    with pytest.raises(ValueError, match="signed"):
        FieldKind.CREDIT_BOX.holds("signed")


GIVENS = st.one_of(
    st.builds(Chosen, st.frozensets(st.sampled_from("abc"))),
    st.builds(Worth, st.fractions()),
    st.builds(Written, st.none() | st.fractions()),
    st.builds(WrittenBlanks, st.lists(st.none() | st.fractions()).map(tuple)),
    st.builds(Open, st.lists(st.sampled_from(Doubt), min_size=1).map(tuple), st.tuples(st.text())),
)


@given(GIVENS)
def test_an_answer_is_open_with_a_doubt_or_decided_without(given_: Given) -> None:
    answer = Answer("q", given_)
    assert answer.open == bool(answer.doubts) == isinstance(given_, Open)
    assert answer.open or not answer.fields
    assert pickle.loads(pickle.dumps(answer)) == answer  # noqa: S301  bytes of this test's own


def test_nothing_is_open_without_a_doubt() -> None:
    with pytest.raises(ValueError, match="without a doubt"):
        Open(())
