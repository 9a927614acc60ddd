import pickle
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.exam.plain_exam import PLAIN

from klausur.base.diagnostics import Place
from klausur.exam.content import Content
from klausur.exam.model import (
    Choice,
    Exam,
    Grading,
    Problem,
    Question,
    QuestionKind,
    RoundAt,
    Rounding,
    RoundKind,
    Scheme,
    SchemeKind,
    Strike,
)
from klausur.exam.number import DigitBoxes, ExpectedNumber, NumberBlank
from klausur.paper.answers import Answer, Chosen, Doubt, Given, Open, Waived, Worth, Written, WrittenBlanks
from klausur.score import total as scoring
from klausur.score.model import BookletScore, Mismatch, Score
from klausur.score.total import reachable, worth

PLACE = Place("problems/1.md", 1)
TEXT = Content("x", "x", "x", PLACE)
CHOICES = (Choice("a", TEXT, right=True), Choice("b", TEXT, right=False), Choice("c", TEXT, right=True))


def question(
    id_: str, number: str, kind: QuestionKind, credits: int, scheme: Scheme | None = None
) -> Question:
    choices = CHOICES if kind is QuestionKind.CHOICE else ()
    return Question(id_, number, kind, "", TEXT, Fraction(credits), PLACE, choices, scheme=scheme)


def exam() -> Exam:
    """Two problems: two multiple-choice questions, one with a scheme of its own; then a text, a short one."""
    own = Scheme(SchemeKind.PER_CHOICE)
    first = Problem(
        "mc",
        1,
        "Choices",
        None,
        (
            question("first", "1.1", QuestionKind.CHOICE, 2),
            question("second", "1.2", QuestionKind.CHOICE, 3, own),
        ),
        PLACE,
    )
    second = Problem(
        "text",
        2,
        "Texts",
        None,
        (question("why", "2.1", QuestionKind.TEXT, 4), question("how", "2.2", QuestionKind.SHORT, 1)),
        PLACE,
    )
    return replace(PLAIN, problems=(first, second))


EXAM = exam()
FULL: dict[str, Given] = {
    "first": Chosen(frozenset("ac")),
    "second": Chosen(frozenset("a")),
    "why": Worth(Fraction(5, 2)),
    "how": Worth(Fraction(0)),
}


def total(of: Exam, given_: Mapping[str, Given]) -> BookletScore:
    return scoring.total(of, (Answer(question_, what) for question_, what in given_.items()))


def test_a_decided_booklet_has_its_credits_by_question_problem_and_in_total() -> None:
    found = total(EXAM, FULL)
    # 1.1 all right: 2; 1.2 per choice, one of three wrong: 3 · 2/3 = 2; then 2.5 and 0
    assert [s.credits for s in found.scores] == [2, 2, Fraction(5, 2), 0]
    assert [s.question for s in found.scores] == ["first", "second", "why", "how"]
    assert [(p.problem, p.credits) for p in found.problems] == [("mc", 4), ("text", Fraction(5, 2))]
    assert found.total == Fraction(13, 2)
    assert found.open == ()


def test_one_open_question_leaves_the_total_open_and_keeps_the_partial_sum_beside() -> None:
    unclear = Open((Doubt.MARK_UNCLEAR,))
    found = total(EXAM, {**FULL, "second": unclear})
    assert found.total is None
    assert [(s.question, s.credits, s.doubts) for s in found.open] == [("second", None, ("mark-unclear",))]
    assert [(p.credits, p.partial, p.open) for p in found.problems] == [
        (None, 2, True),
        (Fraction(5, 2), Fraction(5, 2), False),
    ]
    assert found.partial == Fraction(9, 2)


def test_a_question_that_nobody_answered_for_is_open_and_not_nought() -> None:
    found = total(EXAM, {})
    assert [s.doubts for s in found.scores] == [(Mismatch.NOT_GIVEN,)] * 4
    assert found.total is None
    assert found.partial == 0


def test_no_cross_is_an_answer() -> None:
    assert total(EXAM, {**FULL, "first": Chosen(frozenset())}).scores[0].credits == 0


def test_a_question_whose_page_is_waived_earns_nothing_whatever_an_empty_row_would() -> None:
    found = total(EXAM, {**FULL, "second": Waived(1), "why": Waived(2)})
    assert [s.credits for s in found.scores] == [2, 0, 0, 0]
    assert (found.total, found.open) == (Fraction(2), ())


def test_what_is_known_of_what_answers_earn_gives_the_same() -> None:
    answers = [Answer(question_, what) for question_, what in FULL.items()]
    known: dict[tuple[str, Given | None], Score] = {}
    assert [scoring.total(EXAM, answers, known) for _ in range(2)] == [total(EXAM, FULL)] * 2
    assert {question_: score.credits for (question_, _), score in known.items()} == {
        score.question: score.credits for score in total(EXAM, FULL).scores
    }


def test_an_answer_to_another_kind_of_question_is_none_and_not_nought() -> None:
    found = total(EXAM, {**FULL, "first": Worth(Fraction(1)), "why": Chosen(frozenset())})
    assert [found.scores[n].doubts for n in (0, 2)] == [(Mismatch.NOT_GIVEN,)] * 2
    assert found.total is None


def test_what_the_source_no_longer_knows_is_open() -> None:
    gone = Chosen(frozenset("ad"))
    too_much, too_little = (Worth(Fraction(n)) for n in (5, -1))
    assert total(EXAM, {**FULL, "first": gone}).scores[0].doubts == (Mismatch.CHOICE_UNKNOWN,)
    assert total(EXAM, {**FULL, "why": too_much}).scores[2].doubts == (Mismatch.CREDITS_IMPOSSIBLE,)
    assert total(EXAM, {**FULL, "why": too_little}).scores[2].doubts == (Mismatch.CREDITS_IMPOSSIBLE,)


def test_answers_to_other_exams_are_not_looked_at() -> None:
    assert total(EXAM, {**FULL, "elsewhere": Worth(Fraction(99))}) == total(EXAM, FULL)


def test_a_score_travels_between_processes() -> None:
    found = total(EXAM, FULL)
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301  bytes of this test's own


givens: st.SearchStrategy[Given] = (
    st.frozensets(st.sampled_from("abc")).map(Chosen)
    | st.integers(0, 16).map(lambda n: Worth(Fraction(n, 4)))
    | st.sampled_from([Open((Doubt.MARK_UNCLEAR,)), Open((Doubt.PAGE_MISSING,))])
)


@st.composite
def booklets(draw: st.DrawFn) -> BookletScore:
    answers = {q.id: draw(givens) for q in EXAM.questions if draw(st.booleans())}
    return total(EXAM, answers)


@given(booklets())
def test_the_sums_agree_and_a_total_stands_only_where_nothing_is_open(found: BookletScore) -> None:
    assert found.partial == sum(s.credits for s in found.scores if s.credits is not None)
    assert found.partial == sum(p.partial for p in found.problems)
    assert (found.total is None) == any(s.credits is None for s in found.scores)
    assert bool(found.open) == any(p.credits is None for p in found.problems)
    assert all(s.doubts for s in found.open)


def graded(**changes: object) -> Exam:
    return replace(exam(), grading=replace(Grading(), **changes))  # type: ignore[arg-type]  # by name, in tests


GIVEN: dict[str, Given] = {
    "first": Chosen(frozenset("ac")),
    "second": Chosen(frozenset("a")),  # 3 · 2/3
    "why": Worth(Fraction(7, 4)),
    "how": Open((Doubt.MARK_UNCLEAR,)),
}


def test_a_dropped_question_counts_for_nothing_and_is_never_open() -> None:
    there = graded(struck=(("how", Strike.DROPPED), ("first", Strike.DROPPED)))
    found = total(there, GIVEN)
    assert found.total == 2 + Fraction(7, 4)
    assert [s.credits for s in found.scores] == [None, 2, Fraction(7, 4), None]
    assert worth(there) == reachable(there) == 7
    assert worth(exam()) == 10


def test_a_struck_question_can_give_its_credits_to_all() -> None:
    there = graded(struck=(("how", Strike.FULL), ("second", Strike.FULL)))
    assert total(there, GIVEN).total == 2 + 3 + Fraction(7, 4) + 1
    assert total(there, {}).total is None
    assert worth(there) == 10


def test_a_bonus_counts_beside_what_percentages_are_of() -> None:
    first, second = exam().problems
    extra = replace(second, questions=(second.questions[0], replace(second.questions[1], bonus=True)))
    there = replace(exam(), problems=(first, extra))
    assert [*map(int, (there.credits, there.bonus, extra.credits, extra.bonus))] == [9, 1, 4, 1]
    assert worth(there) == 9
    assert reachable(there) == 10
    assert total(there, GIVEN | {"how": Worth(Fraction(1))}).total == Fraction(27, 4)


@pytest.mark.parametrize(
    ("at", "scores", "sum_"),
    [
        (RoundAt.QUESTION, ["2", "2", "2", "1"], "7"),
        (RoundAt.TOTAL, ["2", "2", "7/4", "1/2"], "13/2"),
    ],
)
def test_questions_or_the_total_are_rounded(at: RoundAt, scores: list[str], sum_: str) -> None:
    given_ = GIVEN | {"how": Worth(Fraction(1, 2))}
    found = total(
        graded(
            rounding=Rounding(RoundKind.HALF_UP, Fraction(1, 2) if at is RoundAt.TOTAL else Fraction(1), at)
        ),
        given_,
    )
    assert [s.credits for s in found.scores] == [Fraction(s) for s in scores]
    assert found.total == Fraction(sum_)


def test_what_there_is_without_bonus_is_rounded_as_the_whole_is() -> None:
    """A text of 7/4 and a bonus of 1; 5/4 are brought along."""
    first, second = exam().problems
    extra = replace(second, questions=(second.questions[0], replace(second.questions[1], bonus=True)))
    rule = Rounding(RoundKind.HALF_UP, Fraction(1, 2))
    there = replace(exam(), problems=(first, extra), grading=Grading(rule))
    given_ = (Answer(q, what) for q, what in (GIVEN | {"how": Worth(Fraction(1))}).items())
    found = scoring.total(there, given_, homework=Fraction(5, 4))
    # 2 + 2 + 7/4 = 5.75 without bonus, becomes 6; with 1 and 5/4 it is 8
    assert (found.base, found.total, found.homework) == (Fraction(6), Fraction(8), Fraction(5, 4))


def test_what_is_open_is_not_rounded() -> None:
    found = total(graded(rounding=Rounding(RoundKind.UP, Fraction(1))), GIVEN)
    assert (found.total, found.partial) == (None, 4 + Fraction(7, 4))


def test_a_total_is_not_rounded_above_what_can_be_reached() -> None:
    everything: dict[str, Given] = {
        "first": Chosen(frozenset("ac")),
        "second": Chosen(frozenset("ac")),
        "why": Worth(Fraction(4)),
        "how": Worth(Fraction(1)),
    }
    assert total(graded(rounding=Rounding(RoundKind.UP, Fraction(3))), everything).total == 10


def three_of_four(struck: tuple[tuple[str, Strike], ...] = ()) -> Exam:
    asked = tuple(question(f"q{n}", f"1.{n}", QuestionKind.TEXT, 4) for n in range(1, 5))
    return replace(
        PLAIN, problems=(Problem("some", 1, "", None, asked, PLACE, best=3),), grading=Grading(struck=struck)
    )


@given(st.lists(st.integers(0, 4), min_size=4, max_size=4))
def test_where_the_best_count_the_worst_is_left_out(credits: list[int]) -> None:
    given_: dict[str, Given] = {f"q{n}": Worth(Fraction(c)) for n, c in enumerate(credits, start=1)}
    found = total(three_of_four(), given_)
    assert found.total == sum(sorted(credits)[1:])
    assert [s.credits for s in found.scores] == credits
    assert found.worth == worth(three_of_four()) == reachable(three_of_four()) == 12
    dropped = total(three_of_four((("q1", Strike.DROPPED),)), given_)
    assert (dropped.total, dropped.worth) == (Fraction(sum(credits[1:])), Fraction(12))
    two = total(three_of_four((("q1", Strike.DROPPED), ("q2", Strike.DROPPED))), given_)
    assert (two.total, two.worth) == (Fraction(sum(credits[2:])), Fraction(8))


def test_where_the_best_count_an_open_question_leaves_the_problem_open() -> None:
    given_: dict[str, Given] = {f"q{n}": Worth(Fraction(4)) for n in range(1, 4)}
    found = total(three_of_four(), {**given_, "q4": Open((Doubt.NO_CREDIT,))})
    assert found.total is None
    assert found.partial == 12


def test_a_total_is_not_rounded_above_all_that_there_is_and_homework() -> None:
    everything: dict[str, Given] = {
        "first": Chosen(frozenset("ac")),
        "second": Chosen(frozenset("ac")),
        "why": Worth(Fraction(4)),
        "how": Worth(Fraction(1)),
    }
    answers = [Answer(asked, what) for asked, what in everything.items()]
    there = graded(rounding=Rounding(RoundKind.HALF_UP, Fraction(1, 2)))
    assert scoring.total(there, answers, homework=Fraction(7, 4)).total == 10 + Fraction(7, 4)


def test_crossing_every_choice_is_an_answer() -> None:
    assert total(EXAM, {**FULL, "second": Chosen(frozenset("abc"))}).scores[1].credits == 2


@pytest.mark.parametrize(
    ("given_", "credits"),
    [
        (WrittenBlanks((Fraction("9.83"), Fraction(7))), Fraction(2)),
        (WrittenBlanks((Fraction("9.84"), Fraction(7))), Fraction(1)),
        (WrittenBlanks((Fraction(10), None)), Fraction(1, 2)),
        (WrittenBlanks((None, Fraction(-7))), Fraction(0)),
        (WrittenBlanks((Fraction(10),)), None),  # printed with another number of blanks
        (Written(Fraction(7)), None),
    ],
)
def test_each_number_in_a_text_counts_on_its_own(given_: Given, credits: Fraction | None) -> None:
    falls = (
        ExpectedNumber(Fraction("9.81"), Fraction(1), Fraction("0.02")),
        ExpectedNumber(Fraction(10), Fraction(1, 2)),
    )
    seven = (ExpectedNumber(Fraction(7), Fraction(1)),)
    asked = replace(
        question("fall", "1.1", QuestionKind.NUMBER_BLANKS, 2),
        blanks=(NumberBlank(DigitBoxes(2, 2), falls), NumberBlank(DigitBoxes(2, sign=True), seven)),
    )
    of = replace(EXAM, problems=(replace(EXAM.problems[0], questions=(asked,)),))
    (score,) = total(of, {"fall": given_}).scores
    assert score.credits == credits
    assert credits is not None or score.doubts == (Mismatch.NOT_GIVEN,)
