"""Questions that count only for whom it is better: the best of all choices, and nobody is harmed."""

from dataclasses import replace
from fractions import Fraction
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.exam.plain_exam import PLAIN

from klausur.base.diagnostics import Place
from klausur.exam.content import Content
from klausur.exam.model import (
    BonusFor,
    Exam,
    GradeKey,
    Grading,
    Problem,
    Question,
    QuestionKind,
    RoundAt,
    Rounding,
    RoundKind,
    Strike,
)
from klausur.paper.answers import Answer, Doubt, Open, Worth
from klausur.score.better import counting
from klausur.score.model import BookletScore
from klausur.score.total import total

PLACE = Place("problems/1.md", 1)
TEXT = Content("x", "x", "x", PLACE)


def question(id_: str, credits: int, *, bonus: bool = False) -> Question:
    return Question(id_, f"1.{id_}", QuestionKind.TEXT, "", TEXT, Fraction(credits), PLACE, bonus=bonus)


def exam(*strikes: tuple[str, Strike], percent: bool = True, rounding: Rounding | None = None) -> Exam:
    """Questions of 6, 2 and 4 credits, and a bonus of 2."""
    asked = (question("1", 6), question("2", 2), question("3", 4), question("4", 2, bonus=True))
    return replace(
        PLAIN,
        problems=(Problem("one", 1, "O", None, asked, PLACE),),
        grades=GradeKey((("pass", Fraction(6)),), "fail", percent=percent),
        grading=Grading(rounding, strikes),
    )


def earned(of: Exam, *credits: str) -> BookletScore:
    return total(of, [Answer(q.id, Worth(Fraction(c))) for q, c in zip(of.questions, credits, strict=True)])


@pytest.mark.parametrize(
    ("credits", "total_", "worth"),
    [
        # 3 of 6 are 50 %; with 2 of 2 it is 5 of 8, 62.5 %; with 1 of 4, too, 6 of 12, 50 %
        (("3", "2", "1", "0"), "5", 8),
        # 0 of 2 and 0 of 4: both are dropped, 3 of 6
        (("3", "0", "0", "0"), "3", 6),
        # the whole exam
        (("6", "2", "4", "0"), "12", 12),
        # 8 of 6 with the bonus are more than all, and all of the others less than that: 14 of 12
        (("6", "2", "4", "2"), "8", 6),
        # 3 of 6 are 50 %; with 3 of 4 it is 6 of 10, 60 %; with 1 of 2, too, 7 of 12, 58.3 %
        (("3", "1", "3", "0"), "6", 10),
    ],
)
def test_each_booklet_gets_what_is_better(credits: tuple[str, ...], total_: str, worth: int) -> None:
    found = earned(exam(("2", Strike.BETTER), ("3", Strike.BETTER)), *credits)
    assert found.total == Fraction(total_)
    assert found.worth == worth
    gone = {s.question for s in found.scores if s.struck is Strike.DROPPED}
    assert sum(c for q, c in (("2", 2), ("3", 4)) if q not in gone) + 6 == worth
    assert found.problems[0].credits == found.total


def test_a_struck_bonus_raises_what_the_others_must_reach_once() -> None:
    # 1.5 of 6 with a bonus of 2 are 58 %; with 2.5 of 4 it is 6 of 10, 60 %
    found = earned(exam(*((id_, Strike.BETTER) for id_ in "234")), "1.5", "0", "2.5", "2")
    assert (found.total, found.worth) == (Fraction(6), Fraction(10))


def test_by_a_key_in_credits_more_credits_are_better() -> None:
    found = earned(exam(("3", Strike.BETTER), percent=False), "6", "2", "1", "0")
    assert found.total == 9
    assert found.worth == 12


@pytest.mark.parametrize("bonus_for", list(BonusFor))
@pytest.mark.parametrize(("bonus", "counts"), [("1/2", True), ("2", True), ("0", False)])
def test_a_struck_bonus_counts_if_it_brings_anything(
    bonus_for: BonusFor, bonus: str, *, counts: bool
) -> None:
    struck = exam(("4", Strike.BETTER))
    found = earned(
        replace(struck, grading=replace(struck.grading, bonus_for=bonus_for)), "3", "1", "1", bonus
    )
    assert found.total == 5 + Fraction(bonus)
    assert found.scores[3].struck is (Strike.BETTER if counts else Strike.DROPPED)


@pytest.mark.parametrize(
    ("bonus_for", "worth"),
    [
        # 4 of 8 are 50 %; with 2.25 of 4 it is 6.25 of 12, 52.1 %
        (BonusFor.PASSED, 12),
        # with 2 of bonus 6 of 8 are 75 %, and 8.25 of 12 are 68.8 %
        (BonusFor.ALL, 8),
    ],
)
@pytest.mark.parametrize(
    ("struck", "bonus", "homework"), [("3", "2", 0), ("34", "2", 0), ("3", "0", 2)], ids=str
)
def test_where_a_bonus_is_for_those_who_pass_the_result_without_it_is_made_best(
    bonus_for: BonusFor, worth: int, struck: str, bonus: str, homework: int
) -> None:
    of = exam(*((id_, Strike.BETTER) for id_ in struck))
    of = replace(of, grading=replace(of.grading, bonus_for=bonus_for))
    given_ = zip(of.questions, ("3", "1", "2.25", bonus), strict=True)
    found = total(of, [Answer(q.id, Worth(Fraction(c))) for q, c in given_], homework=Fraction(homework))
    assert found.worth == worth
    assert found.total == (Fraction("8.25") if worth == 12 else 6)


def test_it_is_open_until_it_is_known() -> None:
    of = exam(("3", Strike.BETTER), ("2", Strike.DROPPED))
    found = total(of, [Answer("1", Worth(Fraction(1))), Answer("3", Open((Doubt.MARK_UNCLEAR,)))])
    assert [s.question for s in found.open] == ["3", "4"]
    assert found.total is None


def test_nothing_is_dropped_while_another_question_is_open() -> None:
    of = exam(("3", Strike.BETTER))
    found = total(of, [Answer("1", Open((Doubt.MARK_UNCLEAR,))), Answer("3", Worth(Fraction(0)))])
    assert [s.struck for s in found.scores] == [None, None, Strike.BETTER, None]


def test_nothing_is_dropped_while_one_of_several_others_is_open() -> None:
    # 3 of 8 would be better than 3 of 12, if it were known that question 2 gives nothing
    of = exam(("3", Strike.BETTER))
    decided = [Answer(id_, Worth(Fraction(c))) for id_, c in (("1", 3), ("3", 0), ("4", 0))]
    found = total(of, [*decided, Answer("2", Open((Doubt.MARK_UNCLEAR,)))])
    assert found.scores[2].struck is Strike.BETTER


def test_the_credits_of_each_problem_count_once() -> None:
    # 4 of 8 are 50 %, and with 2.25 of 4 it is 52.1 %
    of = exam(("3", Strike.BETTER))
    one, two, three, four = of.problems[0].questions
    first = replace(of.problems[0], questions=(one, three))
    of = replace(of, problems=(first, replace(first, id="two", number=2, questions=(two, four))))
    found = earned(of, "3", "2.25", "1", "0")
    assert (found.total, found.worth) == (Fraction("6.25"), Fraction(12))


def test_a_total_is_rounded_before_it_is_asked_what_is_better() -> None:
    # 4 of 8 are as much as 6 of 12; rounded up to threes, 6 of 8 are more
    of = exam(("3", Strike.BETTER), rounding=Rounding(RoundKind.UP, Fraction(3), RoundAt.TOTAL))
    assert earned(of, "4", "0", "2", "0").worth == 8
    assert earned(replace(of, grading=replace(of.grading, rounding=None)), "4", "0", "2", "0").worth == 12


EARNED = st.tuples(st.integers(1, 8), st.integers(0, 8), st.booleans()).map(
    lambda drawn: (drawn[0], min(drawn[0], drawn[1]), drawn[2])
)
ROUNDINGS = st.none() | st.builds(
    Rounding,
    st.sampled_from(RoundKind),
    st.sampled_from([Fraction(1, 2), Fraction(3)]),
    st.just(RoundAt.TOTAL),
)


@given(st.integers(0, 20), st.integers(20, 30), st.lists(EARNED, max_size=5), st.booleans())
def test_no_other_choice_gives_more(
    without: int,
    worth: int,
    struck: list[tuple[int, int, bool]],
    percent: bool,  # noqa: FBT001 - drawn
) -> None:
    asked = [
        (question(str(n), most, bonus=bonus), Fraction(got)) for n, (most, got, bonus) in enumerate(struck)
    ]

    def share(taken: frozenset[str]) -> Fraction:
        got = without + sum(c for q, c in asked if q.id in taken)
        of = worth + sum(q.credits for q, _ in asked if q.id in taken and not q.bonus)
        return Fraction(got) / of if percent else Fraction(got)

    ids = [q.id for q, _ in asked]
    every = chain.from_iterable(combinations(ids, n) for n in range(len(ids) + 1))
    found = counting(Fraction(without), Fraction(worth), asked, percent=percent)
    assert share(found) == max(share(frozenset(taken)) for taken in every)


@given(
    st.tuples(*(st.integers(0, most) for most in (6, 2, 4, 2))),
    st.sets(st.sampled_from("234")),
    ROUNDINGS,
)
def test_nobody_is_harmed(got: tuple[int, ...], ids: set[str], rounding: Rounding | None) -> None:
    credits = [str(c) for c in got]

    def share(strike: Strike | None) -> Fraction:
        strikes = [(id_, strike) for id_ in sorted(ids) if strike is not None]
        found = earned(exam(*strikes, rounding=rounding), *credits)
        assert found.total is not None
        return found.total / found.worth

    assert share(Strike.BETTER) >= max(share(None), share(Strike.DROPPED))
