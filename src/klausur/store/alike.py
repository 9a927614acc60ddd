"""What open answers have in common, and what else their booklets hold: asked where answers are handed out."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from klausur.paper.answers import Answer
from klausur.paper.fields import ANSWERING, SPACES, Inked
from klausur.read.model import Reading
from klausur.store import models, state_json, translate
from klausur.store.boxes import counting_readings
from klausur.store.compiled import Compiled


def said(question: str) -> dict[int, str]:
    """What open answers to a question have in common with others, by booklet; where they have something."""
    return dict(_said(question))


def ahead(question: str) -> None:
    """Ask ahead for what `said` asks."""
    _said.ahead(question)


_said = Compiled(
    lambda question: (
        models.AnswerState.objects.filter(question=question, open=True)
        .exclude(alike="")
        .values_list("booklet", "alike")
    )
)


@dataclass(slots=True)
class ReadAnswer:
    """An answer as State has it, what was read in it, by Field, and the images on which that was."""

    answer: Answer
    read: dict[str, Reading] = field(default_factory=dict)
    images: set[int] = field(default_factory=set)


def answers(question: str, booklets: Iterable[int]) -> dict[int, ReadAnswer]:
    """The answers to a question in these booklets, by booklet."""
    numbers = list(booklets)
    there = models.AnswerState.objects.filter(question=question, booklet__in=numbers)
    found = {
        booklet: ReadAnswer(state_json.answer_of(question, value))
        for booklet, value in there.values_list("booklet", "value")
    }
    rows = counting_readings(kind.value for kind in ANSWERING | SPACES).filter(
        image__state__number__in=numbers, question=question
    )
    for booklet, image, *columns in rows.values_list("image__state__number", "image_id", *translate.READ):
        if booklet in found:
            reading = translate.read(*columns)
            found[booklet].read[reading.field] = reading
            found[booklet].images.add(image)
    return found


def blank_spaces(booklets: Iterable[int]) -> frozenset[tuple[int, str]]:
    """The spaces of these booklets that belong to no question and were read as blank: booklet, Field."""
    rows = counting_readings([kind.value for kind in SPACES]).filter(
        image__state__number__in=list(booklets),
        question__isnull=True,
        value=Inked.BLANK.value,
        flagged=False,
    )
    found = rows.values_list("image__state__number", "field")
    return frozenset((number, field) for number, field in found if number is not None)


def with_extra_sheets(booklets: Iterable[int]) -> frozenset[int]:
    """Those of these booklets to which extra sheets belong."""
    rows = models.ExtraState.objects.filter(booklet__in=list(booklets))
    return frozenset(rows.values_list("booklet", flat=True))
