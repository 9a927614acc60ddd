import pickle
from datetime import date, time
from fractions import Fraction
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from klausur.base.diagnostics import Place
from klausur.exam.content import Content
from klausur.exam.model import (
    Choice,
    Exam,
    GradeKey,
    Problem,
    Question,
    QuestionKind,
    Scheme,
    SchemeKind,
)
from klausur.score.model import BookletScore, Given, Mismatch
from klausur.score.total import total

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
    return Exam(
        folder=Path("exam"),
        slug="exam",
        title="T",
        module="M",
        kind="endterm",
        date=date(2030, 2, 8),
        start=time(10),
        minutes=90,
        examiner="E. Example",
        instructions=(),
        paper="a4",
        language="en",
        scheme=Scheme(),
        grades=GradeKey((("1.0", Fraction(9)),), "5.0"),
        problems=(first, second),
        extra_pages=0,
        digest="0",
    )


EXAM = exam()
FULL = {
    "first": Given("first", chosen=frozenset("ac")),
    "second": Given("second", chosen=frozenset("a")),
    "why": Given("why", credits=Fraction(5, 2)),
    "how": Given("how", credits=Fraction(0)),
}


def test_a_decided_booklet_has_its_credits_by_question_problem_and_in_total() -> None:
    found = total(EXAM, FULL)
    # 1.1 all right: 2; 1.2 per choice, one of three wrong: 3 · 2/3 = 2; then 2.5 and 0
    assert [s.credits for s in found.scores] == [2, 2, Fraction(5, 2), 0]
    assert [s.question for s in found.scores] == ["first", "second", "why", "how"]
    assert [(p.problem, p.credits) for p in found.problems] == [("mc", 4), ("text", Fraction(5, 2))]
    assert found.total == Fraction(13, 2)
    assert found.open == ()


def test_one_open_question_leaves_the_total_open_and_keeps_the_partial_sum_beside() -> None:
    unclear = Given("second", chosen=frozenset("a"), doubts=("mark-unclear",))
    found = total(EXAM, {**FULL, "second": unclear})
    assert found.total is None
    assert [(s.question, s.credits, s.doubts) for s in found.open] == [("second", None, ("mark-unclear",))]
    assert [(p.credits, p.partial, p.open) for p in found.problems] == [
        (None, 2, True),
        (Fraction(5, 2), Fraction(5, 2), False),
    ]
    assert found.partial == Fraction(9, 2)


def test_credits_under_a_doubt_are_not_used() -> None:
    found = total(
        EXAM, {**FULL, "why": Given("why", credits=Fraction(4), doubts=("several-credits-crossed",))}
    )
    assert found.scores[2].credits is None
    assert found.partial == 4


def test_a_question_that_nobody_answered_for_is_open_and_not_nought() -> None:
    found = total(EXAM, {})
    assert [s.doubts for s in found.scores] == [(Mismatch.NOT_GIVEN,)] * 4
    assert found.total is None
    assert found.partial == 0


def test_no_cross_is_an_answer_but_no_credits_are_none() -> None:
    found = total(EXAM, {**FULL, "first": Given("first"), "why": Given("why")})
    assert found.scores[0].credits == 0
    assert found.scores[2].doubts == (Mismatch.NOT_GIVEN,)


def test_what_the_source_no_longer_knows_is_open() -> None:
    gone = Given("first", chosen=frozenset("ad"))
    too_much, too_little = (Given("why", credits=Fraction(n)) for n in (5, -1))
    assert total(EXAM, {**FULL, "first": gone}).scores[0].doubts == (Mismatch.CHOICE_UNKNOWN,)
    assert total(EXAM, {**FULL, "why": too_much}).scores[2].doubts == (Mismatch.CREDITS_IMPOSSIBLE,)
    assert total(EXAM, {**FULL, "why": too_little}).scores[2].doubts == (Mismatch.CREDITS_IMPOSSIBLE,)


def test_answers_to_other_exams_are_not_looked_at() -> None:
    assert total(EXAM, {**FULL, "elsewhere": Given("elsewhere", credits=Fraction(99))}) == total(EXAM, FULL)


def test_a_score_travels_between_processes() -> None:
    found = total(EXAM, FULL)
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301  bytes of this test's own


chosen = st.frozensets(st.sampled_from("abc"))
doubts = st.sampled_from([(), (), ("mark-unclear",), ("page-missing",)])
quarters = st.none() | st.integers(0, 16).map(lambda n: Fraction(n, 4))


@st.composite
def booklets(draw: st.DrawFn) -> BookletScore:
    answers = {
        q.id: Given(q.id, draw(chosen), draw(quarters), draw(doubts))
        for q in EXAM.questions
        if draw(st.booleans())
    }
    return total(EXAM, answers)


@given(booklets())
def test_the_sums_agree_and_a_total_stands_only_where_nothing_is_open(found: BookletScore) -> None:
    assert found.partial == sum(s.credits for s in found.scores if s.credits is not None)
    assert found.partial == sum(p.partial for p in found.problems)
    assert (found.total is None) == any(s.credits is None for s in found.scores)
    assert bool(found.open) == any(p.credits is None for p in found.problems)
    assert all(s.doubts for s in found.open)
