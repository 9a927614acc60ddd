"""``[x]`` and ``[~]``: what is right, and what is right as well."""

from collections.abc import Callable
from fractions import Fraction
from itertools import chain, combinations
from pathlib import Path

import pytest

from klausur.exam import accepted
from klausur.exam.model import Question, Scheme, SchemeKind
from klausur.exam.source import parse
from klausur.score.scheme import score

CHOICES = "- [x] one\n- [~] two\n- [ ] three\n- [~] four\n"


@pytest.fixture
def asked(make: Callable[..., Path]) -> Callable[[str], Question]:
    def made(attributes: str) -> Question:
        text = f"# Numbers\n\n## Which {{#which credits=2 {attributes}}}\n\nWhich?\n\n{CHOICES}"
        parsed = parse(make({"problems/1-light.md": text}))
        assert [str(d) for d in parsed.diagnostics] == []
        assert parsed.exam is not None
        (question,) = parsed.exam.questions
        return question

    return made


def test_of_one_right_choice_each_other_may_stand_in_its_place(asked: Callable[[str], Question]) -> None:
    question = asked("kind=single")
    assert question.keys == (frozenset("a"), frozenset("b"), frozenset("d"))
    assert question.right_as_well == frozenset("bd")
    earned = {letters: score(question, frozenset(letters), Scheme()) for letters in ("a", "b", "c", "d")}
    assert earned == {"a": 2, "b": 2, "c": 0, "d": 2}


def test_elsewhere_each_may_be_crossed_or_not(asked: Callable[[str], Question]) -> None:
    question = asked("")
    every = chain.from_iterable(combinations("abcd", size) for size in range(5))
    full = {"".join(some) for some in every if score(question, frozenset(some), Scheme()) == 2}
    assert full == {"a", "ab", "ad", "abd"}


@pytest.mark.parametrize(
    "scheme", ["", "scheme=right-minus-wrong floor=-2", 'formula="(rt - wt / w) * credits"']
)
def test_no_cross_and_two_crosses_are_no_answer(asked: Callable[[str], Question], scheme: str) -> None:
    question = asked(f"kind=single {scheme}")
    used = question.counted_by(Scheme(SchemeKind.PER_CHOICE))
    assert used.kind is not SchemeKind.PER_CHOICE
    for letters in ("", "ab", "ac", "abcd"):
        assert score(question, frozenset(letters), used) == Fraction(0)
    assert score(question, frozenset("a"), used) == 2


def test_sets_are_in_the_order_of_letters() -> None:
    assert accepted.sets(("c",), ("a", "d"), single=False) == (("a", "c"), ("c", "d"), ("a", "c", "d"))
    assert accepted.sets(("c",), (), single=False) == ()
