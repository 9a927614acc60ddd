"""An exam taken away to another system and brought back: what is not as it was, in words.

What a format cannot carry, it names on the way out or in; only what nobody names is a loss.
"""

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from klausur.actions.import_exam import import_exam
from klausur.convert import exports
from klausur.exam import source
from klausur.exam.content import Content
from klausur.exam.model import Exam, Question

FILES = {
    "moodle": "moodle.xml", "gift": "questions.gift", "qti": "qti.zip", "canvas": "canvas.zip",
    "latex": "exam.tex", "amc": "exam.tex", "docx": "exam.docx",
}  # fmt: skip
"""The file of each form that is imported."""

WHOLE = ("moodle", "qti")
"""The forms that carry a whole exam."""

_DAY = date(2026, 1, 5)


def differences(exam: Exam, form: str) -> tuple[str, ...]:
    """How an exam differs after it was taken away to a form, and brought back."""
    made = exports.of(form).write(exam)
    with tempfile.TemporaryDirectory() as name:
        away, here = Path(name) / "away", Path(name) / "here"
        for file, data in made.files.items():
            (away / file).parent.mkdir(parents=True, exist_ok=True)
            (away / file).write_bytes(data)
        done = import_exam([away / FILES[form]], here, today=_DAY)
        again = source.parse(here).exam
    if again is None:
        return ("it cannot be read again",)
    said: dict[str, list[str]] = {}
    for label, what in made.said:
        said.setdefault(label, []).append(what)
    return (*done.lost, *_unlike(exam, again, said))


def _unlike(exam: Exam, again: Exam, said: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """What nobody named: of a question of which something is named, how it is scored may differ."""
    asked = [q for q in exam.questions if not any("left out" in what for what in said.get(_label(q), ()))]
    back = list(again.questions)
    if len(asked) != len(back):
        yield f"{len(asked)} questions, {len(back)} after it"
    for one, other in zip(asked, back, strict=False):
        named = _label(one) in said
        for what, before, after in zip(_PARTS, _parts(one), _parts(other), strict=True):
            if before != after and not (named and what in _SCORED):
                yield f"{one.place}: {what} was {before!r}, is {after!r}"


def _label(question: Question) -> str:
    return f"{question.number} {question.title}".strip()


_PARTS = ("kind", "credits", "text", "words of choices", "choices", "solution", "number", "bonus")
_SCORED = frozenset({"kind", "choices", "number", "bonus"})


def _parts(question: Question) -> tuple[object, ...]:
    return (
        str(question.kind),
        question.credits,
        _words(question.content),
        [_words(choice.content) for choice in question.choices],
        [(choice.right, choice.weight) for choice in question.choices],
        _words(question.solution),
        [(one.value, one.within, one.credits) for one in question.expected],
        question.bonus,
    )


def _words(content: Content | None) -> str:
    """What a text says; how its lists are labelled is up to the target."""
    return "" if content is None else re.sub(r"\(?\b[a-z0-9][.)] ", "- ", " ".join(content.text.split()))
