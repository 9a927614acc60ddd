"""Where an exam stands, counted by the database: a few queries, however large it is."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q

from klausur.state.facts import Standing
from klausur.store import models


@dataclass(frozen=True, slots=True)
class QuestionCount:
    """One question over all booklets of which anything is known: how many, decided, and open for a person."""

    question: str
    booklets: int
    decided: int
    open: int


@dataclass(frozen=True, slots=True)
class PersonCount:
    """How many boxes of a question somebody settled."""

    who: str
    question: str
    boxes: int


@dataclass(frozen=True, slots=True)
class Pace:
    """How many boxes were settled since a moment, the first of them and the last."""

    boxes: int
    first: datetime | None
    last: datetime | None


def title() -> str:
    """What was printed, by its short name."""
    return str(models.Edition.objects.order_by("-number").values_list("exam", flat=True)[:1].get())


def registered() -> tuple[str, ...]:
    """Who is on the list and may take the exam, by registration number."""
    rows = models.CandidateState.objects.filter(standing=Standing.REGISTERED.value)
    return tuple(rows.values_list("registration", flat=True))


def questions() -> tuple[QuestionCount, ...]:
    """The questions in the order of the exam."""
    rows = (
        models.AnswerState.objects.values("question")
        .annotate(
            place=Min("at"),
            booklets=Count("pk"),
            decided=Count("pk", filter=~Q(credits="")),
            waiting=Count("pk", filter=Q(open=True)),
        )
        .order_by("place")
    )
    return tuple(QuestionCount(r["question"], r["booklets"], r["decided"], r["waiting"]) for r in rows)


def people() -> tuple[PersonCount, ...]:
    """Who settled how many boxes of which question; what was taken back counts as well: it was work."""
    rows = (
        models.Settlement.objects.filter(reading__isnull=False)
        .values("who", "reading__question")
        .annotate(boxes=Count("pk"))
        .order_by("who", "reading__question")
    )
    return tuple(PersonCount(r["who"], r["reading__question"] or "", r["boxes"]) for r in rows)


def pace(since: datetime) -> Pace:
    """How fast boxes were settled since then."""
    found = models.Settlement.objects.filter(when__gte=since).aggregate(
        boxes=Count("pk"), first=Min("when"), last=Max("when")
    )
    return Pace(found["boxes"], found["first"], found["last"])
