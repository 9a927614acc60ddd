"""A table of results to fill lists with: out of 10 credits; who has none is still open."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from tests.exam.plain_exam import PLAIN

from klausur.base.diagnostics import Place
from klausur.exam.content import Content
from klausur.exam.model import GradeKey, Problem, Question, QuestionKind
from klausur.paper.answers import Answer, Doubt, Open, Worth
from klausur.report.results import BookletOutcome, Results, tabulate
from klausur.roster.model import Candidate
from klausur.score.total import total

PLACE = Place("problems/1.md", 1)
TEXT = Content("x", "x", "x", PLACE)
EXAM = replace(
    PLAIN,
    grades=GradeKey(
        (("1.0", Fraction(90)), ("1.3", Fraction(80)), ("4.0", Fraction(50))), "5.0", percent=True
    ),
    problems=(
        Problem(
            "one",
            1,
            "O",
            None,
            (Question("q", "1.1", QuestionKind.TEXT, "", TEXT, Fraction(10), PLACE),),
            PLACE,
        ),
    ),
)


def graded(people: Sequence[tuple[str, str, str | None]], language: str = "en") -> Results:
    """The results of candidates by registration number, name and credits."""
    exam = replace(EXAM, language=language)
    outcomes = [
        BookletOutcome(
            n,
            Candidate(registration, name),
            total(
                exam, [Answer("q", Open((Doubt.NO_CREDIT,)) if credits is None else Worth(Fraction(credits)))]
            ),
        )
        for n, (registration, name, credits) in enumerate(people, start=1)
    ]
    return tabulate(exam, outcomes)
