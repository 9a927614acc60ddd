"""Answers as the text that State keeps: every row that is there says it so, so it never changes."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.paper.answers import Answer, Chosen, Doubt, Given, Open, Worth
from klausur.store.state_json import answer_of, answer_text


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (Chosen(frozenset("cab")), '{"chosen":["a","b","c"]}'),
        (Chosen(frozenset()), '{"chosen":[]}'),
        (Worth(Fraction(3, 2)), '{"worth":"3/2"}'),
        (Worth(Fraction(2)), '{"worth":"2"}'),
        (
            Open((Doubt.MARK_UNCLEAR,), ("q/choice/b",)),
            '{"doubts":["mark-unclear"],"fields":["q/choice/b"]}',
        ),
    ],
)
def test_the_text_of_an_answer(answer: Given, text: str) -> None:
    assert answer_text(Answer("q", answer)) == text
    assert answer_of("q", text) == Answer("q", answer)


@given(
    st.one_of(
        st.builds(Chosen, st.frozensets(st.sampled_from("abcdefgh"))),
        st.builds(Worth, st.fractions()),
        st.builds(Open, st.lists(st.sampled_from(Doubt), min_size=1).map(tuple), st.tuples(st.text())),
    )
)
def test_an_answer_survives_as_text(answer: Given) -> None:
    assert answer_of("q", answer_text(Answer("q", answer))) == Answer("q", answer)
