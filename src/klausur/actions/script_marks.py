"""What stands on a page of an annotated script beside what people drew: what was read, and what it earned."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fractions import Fraction

from klausur.base.credits import show_credits
from klausur.base.geometry import Box, Size
from klausur.exam.model import Exam, Question, Strike
from klausur.paper.answers import Chosen, Worth, Written, WrittenBlanks
from klausur.paper.fields import Field, FieldKind
from klausur.paper.layout import Layout
from klausur.report.annotated_script import Beside, Tone
from klausur.state.booklets import Answered
from klausur.state.publication import Part

ALL = frozenset(Part)

_ROUND = {Tone.CHOSEN: 0.9, Tone.RIGHT: 1.7}
"""mm between a box and the line round it."""

_EDGE = 3.0
"""mm from the right edge of a page to the credits beside its questions."""

_APART = 9.0
"""mm from the credits of one question to those of the next."""

_TOTAL = (15.0, 15.6)
"""mm from the right edge and from the top of a cover to the total: below the head, above the text."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A line round a box of a page, or a note at a point of it, in mm of the page."""

    points: tuple[tuple[float, float], ...]
    says: Tone | Beside
    text: str = ""
    under: str = ""


@dataclass(frozen=True, slots=True)
class Earned:
    """What is known of a booklet.

    Attributes:
        exam: what its paper asks, by the key that counts.
        layout: of its papers.
        answers: its answers, by question.
        judged: the questions whose credits a corrector has given on the screen.
        total: what all of it earned, as people write it.
    """

    exam: Exam
    layout: Layout
    answers: Mapping[str, Answered]
    judged: AbstractSet[str]
    total: str


def on_page(known: Earned, booklet: int, number: int, shows: AbstractSet[Part]) -> Iterator[Marked]:
    """What stands on a page of a booklet.

    Args:
        known: what is known of the booklet.
        booklet: its number.
        number: of the page, from 1.
        shows: what may be seen of it.
    """
    page = known.layout.page(booklet, number)
    if page is None:
        return
    size = known.layout.size
    if number == 1 and Part.TOTAL in shows:
        yield Marked(((size.w - _TOTAL[0], _TOTAL[1]),), Beside.TOTAL, known.total)
    if Part.QUESTIONS not in shows:
        return
    questions = {question.id: question for question in known.exam.questions}
    for field in page.fields:
        answered = known.answers.get(field.question or "")
        if answered is not None and field.question in questions:
            yield from _read(field, answered, questions[field.question], known.judged, shows)
    yield from _credits(known, booklet, number, size)


def _read(
    field: Field, answered: Answered, question: Question, judged: AbstractSet[str], shows: AbstractSet[Part]
) -> Iterator[Marked]:
    given = answered.answer.given
    match field.kind, given:
        case FieldKind.CHOICE_BOX, Chosen(letters) if field.choice in letters:
            yield _round(field.box, Tone.CHOSEN)
        case FieldKind.CREDIT_BOX, Worth(credits) if field.credits == credits and question.id not in judged:
            yield _round(field.box, Tone.CHOSEN)
        case FieldKind.CREDIT_NUMBER, Worth(credits) if question.id not in judged:
            yield from _number(field, credits)
        case FieldKind.NUMBER_ROW, Written(number):
            yield from _number(field, number)
        case FieldKind.NUMBER_BLANK, WrittenBlanks(numbers) if field.blank is not None:
            yield from _number(field, numbers[field.blank - 1])
        case _:
            pass
    if field.kind is FieldKind.CHOICE_BOX and Part.SOLUTION in shows and field.choice in question.keys[0]:
        yield _round(field.box, Tone.RIGHT)


def _round(box: Box, tone: Tone) -> Marked:
    return Marked(box.grown(_ROUND[tone]).corners, tone)


def _number(field: Field, number: Fraction | None) -> Iterator[Marked]:
    if number is not None:
        yield Marked(((field.box.x, field.box.y - 0.8),), Beside.READ, show_credits(number))


def _credits(known: Earned, booklet: int, number: int, size: Size) -> Iterator[Marked]:
    """What the questions earned that begin on a page, at its right edge, clear of one another."""
    begins: dict[str, tuple[int, float]] = {}
    for page, field in known.layout.fields(booklet):
        if field.question is not None:
            at = page, field.box.y
            begins[field.question] = min(at, begins.get(field.question, at))
    free = 0.0
    here = sorted((y, question) for question, (page, y) in begins.items() if page == number)
    worth = {question.id: question.credits for question in known.exam.questions}
    for y, question in here:
        answered = known.answers.get(question)
        if answered is None or question not in worth:
            continue
        y = max(y, free)  # noqa: PLW2901 - moved clear of the one above
        free = y + _APART
        gone = known.exam.grading.strike(question) is Strike.DROPPED
        shown = "–" if gone else "?" if answered.credits is None else show_credits(answered.credits)
        yield Marked(((size.w - _EDGE, y),), Beside.CREDITS, shown, f"/ {show_credits(worth[question])}")
