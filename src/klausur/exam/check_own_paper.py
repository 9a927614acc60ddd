"""Whether an exam can be answered on its own paper: questions have their places there, and nothing varies."""

from collections.abc import Iterator, Sequence

from klausur.base.diagnostics import Diagnostic, Place
from klausur.exam.header import Header
from klausur.exam.model import Problem, Question, QuestionKind
from klausur.exam.own_paper import NAME, OwnPaper, OwnQuestion

CODE = "own-paper"

KINDS = frozenset({QuestionKind.CHOICE, QuestionKind.SINGLE, QuestionKind.TEXT, QuestionKind.SHORT})
"""The kinds of question that own paper can have."""


def check(head: Header, problems: Sequence[Problem]) -> Iterator[Diagnostic]:
    """What does not go with own paper; nothing of an exam that has none."""
    own = head.own_paper
    if own is None:
        return
    for what, key, wrong in (
        ("variants", "variants", head.variants.many),
        ("translations", "translations", bool(head.translations)),
        ("an answer sheet", "answers", head.on_sheet),
        ("questions for home", "home", head.home is not None),
    ):
        if wrong:
            message = f"an exam on its own paper has no {what}"
            hint = f"take {key} out of exam.toml"
            yield Diagnostic(CODE, message, head.place(key), hint)
    questions = {q.id: q for problem in problems for q in problem.questions}
    places = {place.id: place for place in own.questions}
    for name in places:
        if name not in questions:
            message = f"{NAME} places question {name}, which no problem asks"
            hint = "name it by the id in its heading, or take it out"
            yield Diagnostic(CODE, message, Place(NAME), hint)
    for question in questions.values():
        message = _wrong(question, places.get(question.id), own)
        if message:
            hint = f"say in {NAME} where it is answered"
            yield Diagnostic(CODE, message, question.place, hint)


def _wrong(question: Question, place: OwnQuestion | None, own: OwnPaper) -> str:
    """What is wrong with where a question stands, in words; nothing if all is well."""
    number, message = question.number, ""
    if question.kind not in KINDS:
        message = f"question {number} is of kind {question.kind}, which own paper cannot have"
    elif place is None:
        message = f"question {number} has no place on its own paper"
    elif question.kind.chosen and len(place.squares) != len(question.choices):
        message = f"question {number} has {len(question.choices)} choices and {len(place.squares)} squares"
    elif question.kind.corrected and place.credits is None:
        message = f"question {number} has no place for credit boxes"
    elif question.kind.corrected and not place.answers:
        message = f"question {number} has no place for its answer"
    elif own.cover is not None and any(part.page == 1 for part in (*place.answers, *place.squares)):
        message = f"question {number} is answered on the cover"
    return message
