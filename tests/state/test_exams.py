"""Which exam a booklet asks, among editions and variants."""

from dataclasses import replace
from fractions import Fraction

import pytest
from tests.exam.plain_exam import PLAIN
from tests.state.conftest import NOW

from klausur.base.diagnostics import Place
from klausur.exam.content import Content
from klausur.exam.model import Exam, Problem, Question, QuestionKind, Variants
from klausur.score.model import Score
from klausur.state.exams import PrintedExams
from klausur.state.facts import Numbers, Printing

NONE = Numbers(1, 0)
FIRST = Printing(1, 1, Numbers(1, 3), NONE, NONE, NONE, Variants(2), "Ada Example", NOW, "1", NOW)
UNDER_WAY = replace(FIRST, number=2, booklets=Numbers(4, 2), done=None)
SECOND = replace(FIRST, number=3, edition=2, booklets=Numbers(6, 2), variants=Variants())


def exam(name: str) -> Exam:
    return replace(PLAIN, title=name)


PLACE = Place("1.md")
TEXT = Content("x", "x", "x", PLACE)


def asking(*questions: str) -> Exam:
    """An exam with these questions in one problem."""
    asked = tuple(
        Question(id_, f"1.{n}", QuestionKind.TEXT, "", TEXT, Fraction(1), PLACE)
        for n, id_ in enumerate(questions, start=1)
    )
    return replace(PLAIN, problems=(Problem("1", 1, "One", None, asked, PLACE),))


EXAMS = PrintedExams(
    (FIRST, UNDER_WAY, SECOND),
    # as records may come, in no order
    {(2, 1): exam("new 1"), (1, 2): exam("old 2"), (1, 1): exam("old 1"), (2, 3): exam("new 3")},
)


def test_the_newest_edition_s_lowest_variant_stands_for_all() -> None:
    assert EXAMS.first == exam("new 1")
    assert EXAMS.editions == (exam("old 1"), exam("new 1"))


def test_a_booklet_asks_what_its_printing_did() -> None:
    assert [EXAMS.of(n) for n in (1, 2, 3, 6, 7)] == list(
        map(exam, ("old 1", "old 2", "old 1", "new 1", "new 1"))
    )


@pytest.mark.parametrize("number", [4, 5, 8, 0])
def test_what_no_printing_finished_is_no_booklet(number: int) -> None:
    with pytest.raises(LookupError, match=f"no booklet {number}"):
        EXAMS.at(number)


def test_an_exam_that_was_not_kept_is_told() -> None:
    lost = PrintedExams((FIRST,), {(1, 1): exam("old 1")})
    with pytest.raises(LookupError, match="variant 2 of edition 1"):
        lost.of(2)


def test_a_rubric_is_named_by_the_newest_change_of_it() -> None:
    named = replace(EXAMS, stamps={1: "4.0", 2: "5.0"}, changed={(1, "x"): "4.7", (2, "y"): "5.8"})
    assert [named.stamp(1, question) for question in "xyz"] == ["4.7", "4.0", "4.0"]
    assert [named.stamp(6, question) for question in "xyz"] == ["5.0", "5.8", "5.0"]
    assert EXAMS.stamp(1, "x") == "", "without texts no rubric is there"


def test_under_another_key_nothing_is_known_of_what_was_asked_before() -> None:
    one = replace(EXAMS, known={**EXAMS.known, (1, 1): asking("first", "second")})
    one.earned(1)["first", None] = Score("first", None)
    assert one.numbers(1) == {"first": "1.1", "second": "1.2"}
    assert one.earned(3) == one.earned(1) != {}, "both are variant 1"
    other = replace(one, known={**EXAMS.known, (1, 1): asking("second")})
    assert other.earned(1) == {}
    assert other.numbers(1) == {"second": "1.1"}
