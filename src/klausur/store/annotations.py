"""What was drawn on answers, and taken back."""

from datetime import UTC, datetime
from typing import Any

from klausur import __version__
from klausur.base.ink import Drawing
from klausur.paper.code import Sheet
from klausur.state.annotations import StoredAnnotation
from klausur.state.facts import Author, Spot
from klausur.store import models, state_json
from klausur.store.compiled import Compiled

_ABOUT = ("pk", "booklet", "question", "sheet", "number", "page", "value", "act", "who", "when", "taken_back")


def about(booklet: int) -> tuple[StoredAnnotation, ...]:
    """What stands on the answers of a booklet, the oldest first."""
    rows = models.Annotation.objects.filter(booklet=booklet, taken_back__isnull=True)
    return tuple(map(_annotation, rows.order_by("pk").values_list(*_ABOUT)))


def on_answer(booklet: int, question: str) -> tuple[StoredAnnotation, ...]:
    """What stands on one answer, the oldest first."""
    return tuple(map(_annotation, _on_answer(booklet, question)))


def ahead(booklet: int, question: str) -> None:
    """Ask ahead for what `on_answer` asks."""
    _on_answer.ahead(booklet, question)


def count(booklet: int, question: str) -> int:
    """How much stands on an answer."""
    rows = models.Annotation.objects.filter(booklet=booklet, question=question, taken_back__isnull=True)
    return int(rows.count())


def by_act(act: str) -> StoredAnnotation | None:
    """What an act of drawing has made, also if it was taken back."""
    return next(map(_annotation, _by_act(act)), None)


_on_answer = Compiled(
    lambda booklet, question: (
        models.Annotation.objects.filter(booklet=booklet, question=question, taken_back__isnull=True)
        .order_by("pk")
        .values_list(*_ABOUT)
    )
)
_by_act = Compiled(lambda act: models.Annotation.objects.filter(act=act).values_list(*_ABOUT))


def append(
    booklet: int, question: str, spot: Spot, drawing: Drawing, act: str, author: Author
) -> StoredAnnotation:
    """Record what was drawn. For a transaction of `writing`."""
    row = models.Annotation(
        booklet=booklet,
        question=question,
        sheet=spot.sheet.value,
        number=spot.booklet,
        page=spot.page,
        value=state_json.text(drawing),
        act=act,
        who=author.who,
        when=datetime.now(UTC),
        software=__version__,
    )
    row.save()
    return StoredAnnotation(
        row.pk, booklet, question, spot, drawing, act, row.who, row.when, taken_back=False
    )


def take_back(annotation: int, author: Author) -> None:
    """Record that something drawn counts no more. For a transaction of `writing`."""
    models.AnnotationTakenBack(
        annotation_id=annotation, who=author.who, when=datetime.now(UTC), software=__version__
    ).save()


def _annotation(row: tuple[Any, ...]) -> StoredAnnotation:
    pk, booklet, question, sheet, number, page, value, act, who, when, taken_back = row
    drawing = state_json.value(value, Drawing)
    spot = Spot(number, page, Sheet(sheet))
    return StoredAnnotation(pk, booklet, question, spot, drawing, act, who, when, taken_back is not None)
