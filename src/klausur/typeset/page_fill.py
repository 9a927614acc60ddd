"""Pages that are less than half full, though the exam goes on: what follows did not fit."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from klausur.base.diagnostics import Diagnostic
from klausur.base.geometry import PAPERS
from klausur.exam.model import Exam, Problem, Question
from klausur.typeset.off_page import Drawn, in_corner
from klausur.typeset.page_frame import MARGIN

LEAST = 0.5
"""The share of a page's height that something must stand on."""

Facts = Sequence[Mapping[str, Any]]


def check(exam: Exam, facts: Facts, drawn: Sequence[Sequence[Drawn]]) -> Iterator[Diagnostic]:
    """Name each such page between the first and the last on which something is asked.

    Where the author begins a new page, the one before may be as empty as it is.
    """
    size = PAPERS[exam.paper]
    body = size.h - MARGIN["top"] - MARGIN["bottom"]
    asked = [fact for fact in facts if fact["what"] == "spot" and ("question" in fact or "problem" in fact)]
    pages = [spot["page"] for spot in asked]
    for number in range(min(pages, default=0), max(pages, default=0)):
        low = max((box.bottom for box, _ in drawn[number - 1] if not in_corner(box, size)), default=0.0)
        full = max(0.0, low - MARGIN["top"]) / body
        follows = _first(exam, [spot for spot in asked if spot["page"] == number + 1])
        if full >= LEAST or follows is None or follows.on_new_page:
            continue
        if isinstance(follows, Question):
            message = f"page {number} is only {full:.0%} full: question {follows.number} did not fit on it"
        else:
            message = f"page {number} is only {full:.0%} full: problem {follows.number} did not fit on it"
        yield Diagnostic("page-half-empty", message, follows.place, _HINT)


_HINT = "ask in another order, give that question less space=…, or the one before it space=rest"


def _first(exam: Exam, spots: Facts) -> Question | Problem | None:
    """What begins a page."""
    questions = {question.id: question for question in exam.questions}
    problems = {str(problem.number): problem for problem in exam.problems}
    for spot in sorted(spots, key=lambda spot: float(spot["y"])):
        if "question" in spot:
            return questions[spot["question"]]
        if "problem" in spot:
            return problems[str(spot["problem"])]
    return None
