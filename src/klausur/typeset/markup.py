"""An Exam as the template takes it: its texts as numbered pieces of Typst markup, all else as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from klausur.base.credits import Credits, show_credits
from klausur.base.geometry import PAPERS
from klausur.exam.content import Content
from klausur.exam.model import Exam, Problem, Question, QuestionKind, Scheme
from klausur.exam.rubric import Rubric, RubricGroup, RubricItem
from klausur.typeset import engine
from klausur.typeset.sheet import measures

STYLE = ("words", "sheet")
PAPER = (*STYLE, "veil", "boxes", "solution", "question", "cover")
UNSET = r'text(fill: red, weight: "bold")[\[?\]]'
"""Stands for a piece that Typst refused, so that the rest of the exam can still be checked."""


@dataclass(slots=True)
class Pieces:
    """The Contents of an exam, numbered in the order in which the template's data name them."""

    contents: list[Content] = field(default_factory=list)

    def add(self, content: Content | None) -> int | None:
        """The number of a Content; None stays None."""
        if content is None:
            return None
        self.contents.append(content)
        return len(self.contents) - 1

    def source(self, bad: Mapping[int, object]) -> str:
        """The whole paper's Typst source, with the bad pieces replaced."""
        items = [UNSET if n in bad else f"[\n{c.typst}\n]" for n, c in enumerate(self.contents)]
        listed = "".join(f"{item},\n" for item in items)
        return f"#let pieces = (\n{listed})\n{engine.template(*PAPER)}\n{engine.template('exam')}"


def alone(content: Content) -> str:
    """A source that typesets one Content and nothing else; its text begins on line ``ALONE_LINE``."""
    return f"#let it = [\n{content.typst}\n]\n{engine.template(*STYLE)}\n#show: style\n#it"


ALONE_LINE = 2


def data(exam: Exam, form: str, pieces: Pieces, *, booklets: bool) -> dict[str, Any]:
    """Everything about the exam that is no rich text, and the numbers of its pieces."""
    return {
        **head(exam),
        "form": form,
        "booklets": booklets,
        "credits": show_credits(exam.credits),
        "extra-pages": exam.extra_pages,
        "instructions": [pieces.add(content) for content in exam.instructions],
        "schemes": _schemes(exam),
        "problems": [_problem(problem, pieces) for problem in exam.problems],
    }


def head(exam: Exam) -> dict[str, Any]:
    """What every sheet of an exam needs: its measures, its language, and what exam it is and when."""
    size = PAPERS[exam.paper]
    start = datetime.combine(exam.date, exam.start)
    end = start + timedelta(minutes=exam.minutes)
    return {
        **measures(),
        "language": exam.language,
        "w": size.w,
        "h": size.h,
        "title": exam.title,
        "kicker": " · ".join(part for part in (exam.module, exam.kind) if part),
        "subtitle": " · ".join(part for part in (exam.module, exam.kind, f"{exam.date:%Y-%m-%d}") if part),
        "examiner": exam.examiner,
        "date": {
            "year": exam.date.year,
            "month": exam.date.month,
            "day": exam.date.day,
            "weekday": exam.date.weekday(),
        },
        "time": f"{start:%H:%M} – {end:%H:%M}",
        "minutes": exam.minutes,
    }


def _schemes(exam: Exam) -> list[dict[str, str]]:
    """The exam's scheme, if any of its questions has choices."""
    if all(q.kind is not QuestionKind.CHOICE for q in exam.questions):
        return []
    return [_scheme(exam.scheme)]


def _scheme(scheme: Scheme) -> dict[str, str]:
    return {"kind": str(scheme.kind), "floor": show_credits(scheme.floor)}


def _problem(problem: Problem, pieces: Pieces) -> dict[str, Any]:
    return {
        "number": str(problem.number),
        "title": problem.title,
        "credits": show_credits(problem.credits),
        "piece": pieces.add(problem.content),
        "questions": [_question(question, pieces) for question in problem.questions],
    }


def _question(question: Question, pieces: Pieces) -> dict[str, Any]:
    return {
        "id": question.id,
        "number": question.number,
        "kind": str(question.kind),
        "title": question.title,
        "credits": show_credits(question.credits),
        "before": pieces.add(question.before),
        "piece": pieces.add(question.content),
        "values": [show_credits(value) for value in question.credit_values],
        "scheme": None if question.scheme is None else str(question.scheme.kind),
        "choices": [
            {"id": choice.id, "piece": pieces.add(choice.content), "right": choice.right}
            for choice in question.choices
        ],
        "space": None
        if question.space is None
        else {"height": question.space.height, "ruling": str(question.space.ruling)},
        "solution": pieces.add(question.solution),
        "rubric": None if question.rubric is None else _rubric(question.rubric, pieces),
    }


def _rubric(rubric: Rubric, pieces: Pieces) -> dict[str, Any]:
    root = rubric.root
    plain = root.cap is None and not root.either and root.content is None
    return {
        "members": [_member(m, pieces) for m in (root.members if plain else (root,))],
        "notes": [pieces.add(note) for note in rubric.notes],
    }


def _member(member: RubricItem | RubricGroup, pieces: Pieces) -> dict[str, Any]:
    if isinstance(member, RubricGroup):
        return {
            "piece": pieces.add(member.content),
            "cap": None if member.cap is None else show_credits(member.cap),
            "either": member.either,
            "members": [_member(m, pieces) for m in member.members],
        }
    return {"piece": pieces.add(member.content), "credits": _signed(member.credits), "each": member.each}


def _signed(credits_: Credits) -> str:
    if credits_ == Fraction(0):
        return "0"
    return ("+" if credits_ > 0 else "−") + show_credits(abs(credits_))
