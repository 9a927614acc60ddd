"""Where an exam stands, counted by the database: a few queries, however large it is."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q

from klausur.state.facts import Standing
from klausur.store import models, pages


@dataclass(frozen=True, slots=True)
class QuestionCount:
    """One question over all booklets of which anything is known: how many, decided, and open for a person."""

    question: str
    booklets: int
    decided: int
    open: int


@dataclass(frozen=True, slots=True)
class PersonCount:
    """How many boxes of a question somebody settled and answers to it they judged, together."""

    who: str
    question: str
    decisions: int


@dataclass(frozen=True, slots=True)
class Pace:
    """How many boxes were settled and answers judged since a moment, the first of them and the last."""

    decisions: int
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
    """Who decided how much of which question; what was taken back counts as well: it was work."""
    settled = (
        models.Settlement.objects.filter(reading__isnull=False)
        .values("who", "reading__question")
        .annotate(of=Count("pk"))
    )
    judged = models.Judgement.objects.values("who", "question").annotate(of=Count("pk"))
    found: Counter[tuple[str, str]] = Counter()
    for who, question, of in settled.values_list("who", "reading__question", "of"):
        found[who, question or ""] += of
    for who, question, of in judged.values_list("who", "question", "of"):
        found[who, question] += of
    return tuple(PersonCount(who, question, of) for (who, question), of in sorted(found.items()))


def pace(since: datetime) -> Pace:
    """How fast people decided since then."""
    found = [
        rows.filter(when__gte=since).aggregate(of=Count("pk"), first=Min("when"), last=Max("when"))
        for rows in (models.Settlement.objects, models.Judgement.objects)
    ]
    there = [each for each in found if each["of"]]
    return Pace(
        sum(each["of"] for each in there),
        min((each["first"] for each in there), default=None),
        max((each["last"] for each in there), default=None),
    )


def counts() -> dict[str, int]:
    """How much was read, waits and was decided, for who watches over many exams."""
    return {
        "pages": models.PageImage.objects.count(),
        "pages_waiting": pages.count_to_look_at(),
        "answers_open": models.AnswerState.objects.filter(open=True).count(),
        "judgements": models.Judgement.objects.count(),
        "settlements": models.Settlement.objects.count(),
    }
