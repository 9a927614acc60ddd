"""The order of variants: nothing is lost, what is fixed stays, and the same seed gives the same order."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from tests.exam.plain_exam import PLAIN

from klausur.base.diagnostics import Place
from klausur.exam.content import Content
from klausur.exam.model import (
    Choice,
    Exam,
    Problem,
    Question,
    QuestionKind,
    Shuffled,
    Variants,
)
from klausur.exam.variants import Exams, as_printed

HERE = Place("x.md", 1)
TEXT = Content("x", "x", "x", HERE)
ALL = tuple(Shuffled)


def choices(fixed: list[bool]) -> tuple[Choice, ...]:
    return tuple(Choice("abcdefgh"[n], TEXT, n == 0, f) for n, f in enumerate(fixed))


fixed_or_not = st.lists(st.booleans(), min_size=1, max_size=5)


@st.composite
def questions(draw: st.DrawFn, problem: int) -> tuple[Question, ...]:
    built = []
    for n, fixed in enumerate(draw(fixed_or_not), start=1):
        built.append(
            Question(
                id=f"q-{problem}-{n}",
                number=f"{problem}.{n}",
                kind=QuestionKind.CHOICE,
                title="",
                content=TEXT,
                credits=Fraction(1),
                place=HERE,
                choices=choices(draw(fixed_or_not)),
                before=TEXT if draw(st.booleans()) else None,
                fixed=fixed,
                shuffle=draw(st.booleans()),
            )
        )
    return tuple(built)


@st.composite
def exams(draw: st.DrawFn) -> Exam:
    problems = tuple(
        Problem(
            id=f"p-{n}",
            number=n,
            title="",
            content=None,
            questions=draw(questions(n)),
            place=HERE,
            fixed=fixed,
            shuffle=draw(st.booleans()),
        )
        for n, fixed in enumerate(draw(fixed_or_not), start=1)
    )
    return exam(
        problems, draw(st.integers(0, 1000)), draw(st.sampled_from([ALL, ALL[:1], ALL[1:2], ALL[2:]]))
    )


def exam(problems: tuple[Problem, ...], seed: int = 0, shuffle: tuple[Shuffled, ...] = ALL) -> Exam:
    return replace(PLAIN, problems=problems, variants=Variants(3, seed, shuffle), variant=2)


def bare(question: Question) -> Question:
    """The question without what order changes."""
    return replace(question, number="", before=None, choices=())


@given(exams())
def test_nothing_is_lost_and_numbers_follow_the_order(made: Exam) -> None:
    printed = as_printed(made)
    assert Counter(p.id for p in printed.problems) == Counter(p.id for p in made.problems)
    before = {q.id: q for q in made.questions}
    assert Counter(q.id for q in printed.questions) == Counter(before.keys())
    for question in printed.questions:
        assert bare(question) == bare(before[question.id])
        assert set(question.choices) == set(before[question.id].choices)
        assert len(question.choices) == len(before[question.id].choices)
    numbers = [(p.number, [q.number for q in p.questions]) for p in printed.problems]
    assert numbers == [
        (n, [f"{n}.{at}" for at in range(1, len(p.questions) + 1)])
        for n, p in enumerate(printed.problems, start=1)
    ]
    homes = {q.id: p.id for p in made.problems for q in p.questions}
    assert all(homes[q.id] == p.id for p in printed.problems for q in p.questions)


@given(exams())
def test_what_is_fixed_or_not_shuffled_stays(made: Exam) -> None:
    printed, what = as_printed(made), made.variants.shuffle
    old = {p.id: p for p in made.problems}
    for at, problem in enumerate(made.problems):
        if problem.fixed or Shuffled.PROBLEMS not in what:
            assert printed.problems[at].id == problem.id
    for problem in printed.problems:
        before = old[problem.id].questions
        for at, question in enumerate(before):
            if question.fixed or not problem.shuffle or Shuffled.QUESTIONS not in what:
                assert problem.questions[at].id == question.id
        questions_ = {q.id: q for q in before}
        for question in problem.questions:
            own = questions_[question.id]
            for at, choice in enumerate(own.choices):
                if choice.fixed or not own.shuffle or Shuffled.CHOICES not in what:
                    assert question.choices[at] == choice


@given(exams())
def test_questions_stay_behind_the_text_that_they_need(made: Exam) -> None:
    """Each question has as many texts ahead of it as in the source."""
    ahead = {}
    for problem in made.problems:
        texts = 0
        for at, question in enumerate(problem.questions):
            texts += question.before is not None and at > 0
            ahead[question.id] = texts
    for problem in as_printed(made).problems:
        texts = 0
        for at, question in enumerate(problem.questions):
            texts += question.before is not None and at > 0
            assert texts == ahead[question.id]
    old = {p.id: p.questions[0].before for p in made.problems}
    assert all(p.questions[0].before == old[p.id] for p in as_printed(made).problems)


@given(exams())
def test_the_same_seed_and_variant_give_the_same_order(made: Exam) -> None:
    assert as_printed(made) == as_printed(made)
    assert as_printed(replace(made, variants=Variants())) == replace(made, variants=Variants())


def many_choices(count: int) -> Exam:
    letters = "abcdefghijklmnopqrstuvwxyz"[:count]
    question = Question(
        id="q",
        number="1.1",
        kind=QuestionKind.CHOICE,
        title="",
        content=TEXT,
        credits=Fraction(1),
        place=HERE,
        choices=tuple(Choice(letter, TEXT, letter == "a") for letter in letters),
    )
    return exam((Problem("p", 1, "", None, (question,), HERE),))


def order(made: Exam, variant: int) -> str:
    (question,) = as_printed(replace(made, variant=variant)).questions
    return "".join(choice.id for choice in question.choices)


def test_every_order_is_as_likely() -> None:
    counts = Counter(order(many_choices(3), variant) for variant in range(1, 3001))
    assert len(counts) == 6
    # chi-squared with 5 degrees of freedom: above 20.5 in one of a thousand cases
    assert sum((n - 500) ** 2 / 500 for n in counts.values()) < 20.5


def test_a_choice_that_is_added_moves_no_other() -> None:
    for variant in range(1, 20):
        assert order(many_choices(6), variant).replace("f", "") == order(many_choices(5), variant)


def test_orders_of_printed_exams_never_change() -> None:
    """Booklets are graded months after they were printed, by whatever version of Klausur is there then."""
    assert [order(many_choices(6), variant) for variant in range(1, 5)] == FROZEN


FROZEN = ["faedbc", "ebacdf", "dbaecf", "afedcb"]


def test_booklets_get_the_variants_in_turn() -> None:
    assert [Variants(3).of(n) for n in range(1, 8)] == [1, 2, 3, 1, 2, 3, 1]
    assert [Variants(None).of(n) for n in range(1, 4)] == [1, 2, 3]
    assert [Variants().of(n) for n in range(1, 4)] == [1, 1, 1]
    assert (Variants().many, Variants(2).many, Variants(None).many) == (False, True, True)


def test_a_booklet_s_numbers_are_those_of_its_paper() -> None:
    made = many_choices(2)
    known = Exams(made.variants, tuple(replace(made, variant=n) for n in (1, 2, 3)))
    assert [known.of(booklet).variant for booklet in (1, 2, 3, 4)] == [1, 2, 3, 1]
    assert known.numbers(4) == {"q": "1.1"}
