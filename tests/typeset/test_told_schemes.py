"""How a question counts is told: the exam's scheme on the cover, what differs beside its title and there."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pypdfium2 as pdfium
import pytest

from klausur.exam.model import Exam, Question, QuestionKind, Scheme, SchemeKind
from klausur.typeset.papers import Form, compile_paper

from .seen import text_of

LONG = "max(0, min(1, (rt - wt) / max(1, r))) * credits"


@pytest.fixture
def said(exam: Exam, of_questions: Callable[..., Exam]) -> Callable[..., tuple[str, str]]:
    """The cover and the rest of an exam whose questions count by these schemes."""
    plain = next(iter(exam.questions))

    def compiled(
        *schemes: Scheme | None, kind: QuestionKind = QuestionKind.CHOICE, **changes: object
    ) -> tuple[str, str]:
        asked = [asked_by(plain, n, scheme, kind) for n, scheme in enumerate(schemes, start=1)]
        with pdfium.PdfDocument(compile_paper(of_questions(*asked, **changes), Form.EXAM).pdf) as document:
            cover, *others = map(text_of, document)
        return cover, " ".join(others)

    return compiled


def asked_by(plain: Question, number: int, scheme: Scheme | None, kind: QuestionKind) -> Question:
    choices = tuple(replace(c, weight=Fraction(c.id == "a")) for c in plain.choices)
    weighed = scheme is not None and scheme.kind is SchemeKind.WEIGHTS
    return replace(
        plain, id=f"q{number}", number=f"1.{number}", kind=kind, scheme=scheme, title="",
        choices=choices if weighed else plain.choices,
    )  # fmt: skip


def test_the_usual_scheme_is_told_on_the_cover_alone(said: Callable[..., tuple[str, str]]) -> None:
    cover, rest = said(None, Scheme(SchemeKind.ALL_OR_NOTHING))
    assert "only if exactly its right choices are chosen" in cover
    assert "Where a question says" not in cover
    assert "all or nothing" not in rest


def test_a_scheme_that_no_question_counts_by_is_not_told(said: Callable[..., tuple[str, str]]) -> None:
    cover, rest = said(Scheme(SchemeKind.PER_CHOICE))
    assert "only if exactly its right choices" not in cover
    assert "Any number of the choices" in cover
    assert "Where a question says credits per choice: Each choice that is rightly chosen" in cover
    assert "credits per choice · " in rest


def test_what_differs_says_how_it_counts(said: Callable[..., tuple[str, str]]) -> None:
    minus = Scheme(SchemeKind.RIGHT_MINUS_WRONG, Fraction(-1, 2))
    cover, rest = said(
        minus, Scheme(SchemeKind.PARTIAL), Scheme(SchemeKind.FORMULA, formula=LONG), language="de"
    )
    for label in ("richtige minus falsche, mindestens −0,5", "Anteile für richtige, Abzug für falsche"):
        assert f"Steht bei einer Frage {label}: Jede richtige" in cover
        assert f"{label} · " in rest
    assert (
        "Frage 1.3: Eine Frage gibt max(0, min(1, (rt − wt) / max(1, r))) × credits Punkte; rt und ru"
        in cover
    )
    assert "nach der Formel auf dem Deckblatt · " in rest


def test_one_answer_with_credits_of_its_own_says_both(said: Callable[..., tuple[str, str]]) -> None:
    weights = Scheme(SchemeKind.WEIGHTS, Fraction(-1))
    cover, rest = said(None, weights, kind=QuestionKind.SINGLE)
    assert "Where a question says one answer, exactly one choice is right" in cover
    assert "a question gives no less than −1" in cover
    assert "one answer · each choice with credits of its own, at least −1 · " in rest
    assert "Any number" not in cover
