"""Boxes of booklets as people look at them: which are unclear, which were read as what, what was decided.

Who looks sees to it first that State is up to date (`klausur.actions.up_to_date.look`).
"""

from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from klausur.paper.answers import Doubt
from klausur.paper.code import Sheet
from klausur.paper.fields import ANSWERING, MARKED, FieldKind
from klausur.read.model import Reading
from klausur.state.facts import StoredImage, StoredSettlement, Verdict
from klausur.state.judgements import Round
from klausur.store import models, pages, state_json, translate
from klausur.store.compiled import Compiled
from klausur.store.rows import ALL, portions

_JUDGED_AGAIN = (Round.SECOND.value, Round.THIRD.value)
"""An answer that awaits these is judged, at the grading desk; no box of it is to be settled."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """What a person must decide: one box, or a whole question where ``field`` is None. Why: ``doubts``.

    ``confidence`` is what the reader is sure of at least, 0 where it has no say.
    """

    booklet: int
    question: str
    at: int
    shown: str
    page: int
    field: str | None
    doubts: tuple[Doubt, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class SeenBox:
    """A box on a page that counts: what was read in it, on which image, and what people decided last.

    A decision that was taken back has no value.
    """

    booklet: int
    page: int
    image: int
    reading: Reading
    said: StoredSettlement | None

    @property
    def holds(self) -> str | None:
        """What it holds: as people settled it, else as it was plainly read; None while it is unclear."""
        if self.said is not None and self.said.value is not None:
            return self.said.value
        return None if self.reading.flagged else str(self.reading.value)


def count_unclear() -> tuple[int, int]:
    """How many single boxes a person must settle, and how many questions as a whole."""
    rows = models.AnswerState.objects.filter(open=True)
    found = rows.aggregate(
        single=Sum("boxes"), whole=Count("booklet", filter=Q(boxes=0) & ~Q(awaits__in=_JUDGED_AGAIN))
    )
    return found["single"] or 0, found["whole"]


def unclear(*, whole: bool = False, most: int | None = None) -> tuple[Unclear, ...]:
    """What is open, the least sure first, then by booklet and place in the exam.

    Args:
        whole: questions that are settled as a whole, instead of single boxes.
        most: so many are given; all if None.
    """
    rows = models.AnswerState.objects.filter(open=True).order_by("sure", "booklet", "at")
    rows = rows.filter(boxes=0).exclude(awaits__in=_JUDGED_AGAIN) if whole else rows.filter(boxes__gt=0)
    columns = ("booklet", "question", "at", "shown", "page", "value")
    # Each has a box as sure as itself: among so many answers are so many of the least sure boxes.
    here = list(rows.values_list(*columns)[:most])
    known = {} if whole else _confidences(ALL if most is None else {booklet for booklet, *_ in here})
    found: list[Unclear] = []
    for booklet, question, at, shown, page, value in here:
        answer = state_json.answer_of(question, value)
        why = tuple(doubt for doubt in answer.doubts if doubt is not Doubt.PAGE_MISSING)
        if whole:
            found.append(Unclear(booklet, question, at, shown, page, None, why, 1.0))
        for field in () if whole else answer.fields:
            sure = known.get((booklet, field), 0.0)
            found.append(Unclear(booklet, question, at, shown, page, field, why, sure))
    return tuple(sorted(found, key=lambda u: (u.confidence, u.booklet, u.at, u.field or ""))[:most])


def _confidences(booklets: AbstractSet[int] | None = ALL) -> dict[tuple[int, str], float]:
    """How sure the reader is of what it leaves to people in these booklets, by booklet and Field."""
    rows = _counting().filter(flagged=True)
    columns = ("image__state__number", "field", "confidence")
    return {
        (booklet, field): confidence
        for part in portions(booklets)
        for booklet, field, confidence in (
            rows if part is ALL else rows.filter(image__state__number__in=part)
        ).values_list(*columns)
    }


def of_questions(wanted: Iterable[tuple[int, str, int]]) -> dict[tuple[int, str], tuple[SeenBox, ...]]:
    """The boxes that were read of these questions, by booklet and question, in the order of the page.

    Args:
        wanted: booklets, questions, and the page where each begins.
    """
    asked = tuple(wanted)
    numbers, around = {b for b, _, _ in asked}, {p + n for _, _, p in asked for n in (0, 1)}
    rows = _counting().filter(
        image__state__number__in=numbers,
        image__state__page__in=around,
        question__in={q for _, q, _ in asked},
    )
    found: dict[tuple[int, str], list[SeenBox]] = {(b, q): [] for b, q, _ in asked}
    for box in _seen(_boxes(rows.order_by("pk"))):
        here = found.get((box.booklet, box.reading.question or ""))
        if here is not None:
            here.append(box)
    return {key: tuple(boxes) for key, boxes in found.items()}


def read_as(
    kinds: Collection[FieldKind],
    value: str | None,
    *,
    question: str | None = None,
    start: int = 0,
    most: int = 100,
) -> tuple[SeenBox, ...]:
    """Boxes that were read as this, those first of which the reader was least sure.

    Args:
        kinds: of the boxes.
        value: what was read, or None for whatever it was.
        question: only those of this question.
        start: so many are left out.
        most: so many are given.
    """
    rows = _counting().filter(kind__in=[kind.value for kind in kinds])
    if value is not None:
        rows = rows.filter(value=value)
    if question is not None:
        rows = rows.filter(question=question)
    return _seen(_boxes(rows.order_by("confidence", "pk")[start : start + most]))


def of_question(booklet: int, question: str) -> tuple[SeenBox, ...]:
    """The boxes that were read of a question, in the order of the page."""
    return _seen(_of_question(booklet, question))


def ahead(booklet: int, question: str) -> None:
    """Ask ahead for what `of_question` asks first."""
    _of_question.ahead(booklet, question)


_of_question = Compiled(
    lambda booklet, question: _boxes(
        _counting().filter(image__state__number=booklet, question=question).order_by("pk")
    )
)


def one(booklet: int, field: str) -> SeenBox | None:
    """A box of a booklet, or None if it was not read."""
    return next(iter(_seen(_one(booklet, field))), None)


_one = Compiled(lambda booklet, field: _boxes(_counting().filter(image__state__number=booklet, field=field)))


def of_readings(keys: AbstractSet[int]) -> dict[int, SeenBox]:
    """The boxes of these readings, by reading; those are left out that count no more."""
    found: dict[int, SeenBox] = {}
    for part in portions(keys):
        rows = _counting().filter(pk__in=part or ()).order_by("pk")
        found.update(zip(rows.values_list("pk", flat=True), _seen(_boxes(rows)), strict=True))
    return found


def unflagged() -> dict[str, list[int]]:
    """The readings of marks that count and that are not left to people, by what was read."""
    rows = counting_readings(kind.value for kind in ANSWERING & MARKED).filter(flagged=False)
    found: dict[str, list[int]] = {}
    for value, key in rows.values_list("value", "pk").iterator(chunk_size=5000):
        found.setdefault(value, []).append(key)
    return found


def images_of(boxes: Iterable[SeenBox]) -> dict[int, StoredImage]:
    """The images on which these boxes are seen, by number."""
    return pages.by_number({box.image for box in boxes})


def questions() -> tuple[tuple[str, str], ...]:
    """The questions of the first booklet that was found, each with its number there."""
    first = models.AnswerState.objects.order_by("booklet").values("booklet")[:1]
    rows = models.AnswerState.objects.filter(booklet__in=first).order_by("at")
    return tuple(rows.values_list("question", "shown"))


def _counting() -> QuerySet[models.Reading]:
    """The readings of booklets' answers that count now."""
    return counting_readings(kind.value for kind in ANSWERING)


def counting_readings(kinds: Iterable[str]) -> QuerySet[models.Reading]:
    """The readings of booklets' Fields of these kinds that count now."""
    placed = Q(image__state__decision__verdict=Verdict.PLACED.value)
    by_machine = Q(placement__isnull=True) & (Q(image__state__decision__isnull=True) | ~placed)
    by_person = placed & Q(placement=F("image__state__decision"))
    return models.Reading.objects.filter(
        by_machine | by_person,
        image__state__sheet=Sheet.BOOKLET.value,
        image__state__number__isnull=False,
        kind__in=list(kinds),
    )


def _boxes(rows: QuerySet[models.Reading]) -> QuerySet[models.Reading, tuple[Any, ...]]:
    return rows.values_list("image__state__number", "image__state__page", "image_id", *translate.READ)


def _seen(rows: Iterable[tuple[Any, ...]]) -> tuple[SeenBox, ...]:
    read: Sequence[tuple[int, int, int, Reading]] = [
        (booklet, page, image, translate.read(*columns)) for booklet, page, image, *columns in rows
    ]
    said: dict[tuple[int, str], StoredSettlement] = {}
    if len({booklet for booklet, _, _, _ in read}) == 1:
        decided: Iterable[tuple[Any, ...]] = _decided_of(read[0][0], *{r.field for _, _, _, r in read})
    else:
        decided = _decided().filter(
            number__in={booklet for booklet, _, _, _ in read},
            field__in={reading.field for _, _, _, reading in read},
        )
    for row in map(translate.Decided._make, decided):
        said[row.number, row.field] = translate.settlement(row)
    return tuple(
        SeenBox(booklet, page, image, reading, said.get((booklet, reading.field)))
        for booklet, page, image, reading in read
    )


def _decided() -> QuerySet[models.Settlement, tuple[Any, ...]]:
    rows = models.Settlement.objects.filter(sheet=Sheet.BOOKLET.value).order_by("pk")
    return rows.values_list(*translate.Decided._fields)


_decided_of = Compiled(lambda booklet, *fields: _decided().filter(number=booklet, field__in=fields))
