"""Judgements, answers that were put aside, and who looks at which answer now."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import msgspec
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery

from klausur import __version__
from klausur.state.arrangements import Done, OpenAnswer
from klausur.state.facts import Author
from klausur.state.figures import Given
from klausur.state.judgements import (
    COMPARISONS,
    MEMBER,
    WITH_RUBRIC,
    Judged,
    Round,
    StoredJudgement,
    StoredParking,
    group_of,
)
from klausur.store import models, state_json
from klausur.store.compiled import Compiled, prepared
from klausur.store.compiled_inserts import CompiledInsert
from klausur.store.connections import connection
from klausur.store.rows import ALL

_ABOUT = (
    *("pk", "booklet", "question", "value", "images", "act", "who", "when", "taken_back"),
    Subquery(models.NewLook.objects.filter(judgement=OuterRef("pk")).order_by("-pk").values("wanted")[:1]),
    "round",
)
_COMPARISONS = [each.value for each in COMPARISONS]


def about(
    booklets: AbstractSet[int] | None = ALL, question: str | None = None
) -> tuple[StoredJudgement, ...]:
    """All judgements about these booklets, or about one question of them, the oldest first."""
    if booklets is ALL:
        rows = models.Judgement.objects.order_by("pk")
        return _stored(rows if question is None else rows.filter(question=question))
    found = _about_booklets(*booklets) if question is None else _about_question(question, *booklets)
    return tuple(map(_judgement, found))


def by_booklet(
    booklets: AbstractSet[int] | None, question: str | None = None
) -> dict[int, list[StoredJudgement]]:
    """All judgements about these booklets, or about one question of them, by booklet."""
    found: dict[int, list[StoredJudgement]] = {}
    for each in about(booklets, question):
        found.setdefault(each.booklet, []).append(each)
    return found


def _about() -> QuerySet[models.Judgement, tuple[Any, ...]]:
    return models.Judgement.objects.order_by("pk").values_list(*_ABOUT)


_about_booklets = Compiled(lambda *booklets: _about().filter(booklet__in=booklets))
_about_question = Compiled(
    lambda question, *booklets: _about().filter(question=question, booklet__in=booklets)
)
_by_act = Compiled(lambda act: _about().filter(act=act))


def ahead(booklet: int, question: str, act: str) -> None:
    """Ask ahead what is looked up before an answer is judged: `by_act`, `about` and `waiting_parkings`."""
    _by_act.ahead(act)
    _about_question.ahead(question, booklet)
    _waiting_of.ahead(question)


def ahead_of_queue(question: str) -> None:
    """The same before the next answer is handed out: `waiting_parkings`, `awaiting`, `held`, `there`."""
    for each in (_waiting_of, _awaiting, _holds, _there):
        each.ahead(question)


def ahead_of_look(booklet: int, question: str) -> None:
    """The same before an answer is looked at: `about`, `parkings` and `extra_sheets`."""
    _about_question.ahead(question, booklet)
    _parkings_of.ahead(question, booklet)
    _extra_sheets.ahead(booklet)


def by_act(act: str) -> StoredJudgement | None:
    """The judgement that an act of judging has made."""
    return next(map(_judgement, _by_act(act)), None)


def of_group(judgement: StoredJudgement) -> tuple[StoredJudgement, ...]:
    """Those that were made in one act with a judgement, itself among them, the oldest first."""
    name = group_of(judgement.act)
    return by_group(name, judgement.question, judgement.who) if name else (judgement,)


def by_group(name: str, question: str, who: str) -> tuple[StoredJudgement, ...]:
    """The judgements of a corrector on a question whose acts share this name, the oldest first."""
    rows = models.Judgement.objects.filter(question=question, who=who, act__startswith=f"{name}{MEMBER}")
    return _stored(rows.order_by("pk"))


def one(number: int) -> StoredJudgement | None:
    """A judgement by its number."""
    return next(iter(_stored(models.Judgement.objects.filter(pk=number))), None)


def last_by(who: str, question: str) -> StoredJudgement | None:
    """The newest judgement of a corrector on a question that was not taken back, nor made with a rubric."""
    rows = models.Judgement.objects.filter(who=who, question=question, taken_back__isnull=True)
    rows = rows.exclude(act__startswith=WITH_RUBRIC)
    return next(iter(_stored(rows.order_by("-pk")[:1])), None)


def append(
    booklet: int,
    question: str,
    judged: Judged,
    images: Iterable[int],
    act: str,
    author: Author,
    round_: Round = Round.FIRST,
) -> StoredJudgement:
    """Record a judgement. For a transaction of `writing`."""
    row = models.Judgement(
        booklet=booklet,
        question=question,
        round=round_.value,
        credits=state_json.credits_text(judged.credits),
        value=state_json.text(judged),
        images=msgspec.json.encode(sorted(images)).decode(),
        act=act,
        who=author.who,
        when=datetime.now(UTC),
        software=__version__,
    )
    row.save()
    return StoredJudgement(
        row.pk, booklet, question, judged, frozenset(images), act, row.who, row.when, round=round_
    )


def take_back(judgement: int, author: Author) -> None:
    """Record that a judgement no longer counts. For a transaction of `writing`."""
    models.JudgementTakenBack(
        judgement_id=judgement,
        who=author.who,
        when=datetime.now(UTC),
        why=author.why,
        software=__version__,
    ).save()


def park(booklet: int, question: str, text: str, act: str, author: Author) -> None:
    """Put an answer aside, if this was not recorded before. For a transaction of `writing`."""
    models.Parking(
        booklet=booklet,
        question=question,
        text=text,
        act=act,
        who=author.who,
        when=datetime.now(UTC),
        software=__version__,
    ).save()


def parked_by(act: str) -> bool:
    """Whether an act of putting aside was recorded."""
    return bool(models.Parking.objects.filter(act=act).exists())


def reply(parking: int, text: str, author: Author) -> None:
    """Say something to an answer that was put aside. For a transaction of `writing`."""
    models.ParkingReply(
        parking_id=parking, text=text, who=author.who, when=datetime.now(UTC), software=__version__
    ).save()


def parkings(question: str | None = None, *, booklet: int | None = None) -> tuple[StoredParking, ...]:
    """All answers that were put aside, also those that came back, the oldest first."""
    if question is None or booklet is None:
        rows = models.Parking.objects.order_by("pk")
        rows = rows if question is None else rows.filter(question=question)
        return _parkings(rows if booklet is None else rows.filter(booklet=booklet))
    return tuple(map(_parking, _parkings_of(question, booklet)))


def parking(number: int) -> StoredParking | None:
    """One of them by its number."""
    return next(iter(_parkings(models.Parking.objects.filter(pk=number))), None)


def waiting_parkings(question: str | None = None) -> tuple[StoredParking, ...]:
    """Those to which nobody has replied, nor judged the answer since."""
    if question is not None:
        return tuple(map(_parking, _waiting_of(question)))
    return _parkings(models.Parking.objects.filter(reply__isnull=True).order_by("pk"))


_PARKED = ("pk", "booklet", "question", "text", "who", "when", "reply__text", "reply__who")
_parkings_of = Compiled(
    lambda question, booklet: (
        models.Parking.objects.filter(question=question, booklet=booklet).order_by("pk").values_list(*_PARKED)
    )
)
_waiting_of = Compiled(
    lambda question: (
        models.Parking.objects.filter(question=question, reply__isnull=True)
        .order_by("pk")
        .values_list(*_PARKED)
    )
)


def open_answers(question: str) -> tuple[int, ...]:
    """The booklets in which a question's answer is there and nobody has said what it earns."""
    return tuple(booklet for (booklet,) in _open_answers(question))


_open_answers = Compiled(
    lambda question: models.AnswerState.objects.filter(question=question, open=True).values_list("booklet")
)


def awaiting(question: str) -> tuple[OpenAnswer, ...]:
    """The same, with the round in which each is to be judged and who may not."""
    return tuple(map(_open, _awaiting(question)))


def awaiting_of(booklet: int, question: str) -> OpenAnswer | None:
    """The same of one answer; None if nobody must judge it."""
    return next(map(_open, _awaiting_of(booklet, question)), None)


_awaiting = Compiled(
    lambda question: models.AnswerState.objects.filter(question=question, open=True).values_list(
        "booklet", "awaits", "judges"
    )
)
_awaiting_of = Compiled(
    lambda booklet, question: models.AnswerState.objects.filter(
        booklet=booklet, question=question, open=True
    ).values_list("booklet", "awaits", "judges")
)


def _open(row: tuple[int, str, str]) -> OpenAnswer:
    booklet, awaits, judges = row
    names = tuple(msgspec.json.decode(judges)) if judges else ()
    return OpenAnswer(booklet, Round(awaits or Round.FIRST), names)


def booklets_there(question: str) -> tuple[int, ...]:
    """The booklets in which a question's answer is there."""
    rows = models.AnswerState.objects.filter(Q(open=True) | ~Q(credits=""), question=question)
    return tuple(rows.values_list("booklet", flat=True))


def booklets_of(questions: Iterable[str]) -> dict[str, list[int]]:
    """By question, the booklets in which its answer is there."""
    rows = models.AnswerState.objects.filter(Q(open=True) | ~Q(credits=""), question__in=list(questions))
    found: dict[str, list[int]] = {}
    for question, booklet in rows.values_list("question", "booklet"):
        found.setdefault(question, []).append(booklet)
    return found


def awaiting_of_all(questions: Iterable[str]) -> dict[str, list[OpenAnswer]]:
    """By question, the answers that somebody must judge."""
    rows = models.AnswerState.objects.filter(open=True, question__in=list(questions))
    found: dict[str, list[OpenAnswer]] = {}
    for question, *row in rows.values_list("question", "booklet", "awaits", "judges"):
        found.setdefault(question, []).append(_open((row[0], row[1], row[2])))
    return found


def given(question: str | None = None) -> tuple[Given, ...]:
    """All judgements that were not taken back, or those of one question, the oldest first: for figures."""
    rows = models.Judgement.objects.filter(taken_back__isnull=True).order_by("pk")
    rows = rows if question is None else rows.filter(question=question)
    columns = ("pk", "booklet", "question", "credits", "who", "when", "round", "act")
    return tuple(
        Given(
            *(pk, booklet, of, state_json.credits_of(credits) or Fraction(0), who, when, Round(round_)),
            act.startswith(WITH_RUBRIC),
        )
        for pk, booklet, of, credits, who, when, round_, act in rows.values_list(*columns)
    )


def judged_among(question: str, booklets: Iterable[int]) -> frozenset[int]:
    """The booklets among these in which somebody has judged a question."""
    rows = models.Judgement.objects.filter(
        question=question, booklet__in=list(booklets), taken_back__isnull=True
    ).exclude(round__in=_COMPARISONS)
    return frozenset(rows.values_list("booklet", flat=True))


def done_by(who: str, question: str) -> tuple[Done, ...]:
    """What a corrector has judged of a question, and not taken back, the oldest first."""
    rows = models.Judgement.objects.filter(who=who, question=question, taken_back__isnull=True)
    return tuple(
        Done(booklet, Round(round_))
        for booklet, round_ in rows.order_by("pk").values_list("booklet", "round")
    )


def open_among(answers: Iterable[tuple[str, int]]) -> frozenset[tuple[str, int]]:
    """Of these questions in these booklets, those of which nobody has said what they earn."""
    asked = frozenset(answers)
    rows = models.AnswerState.objects.filter(
        open=True,
        question__in={question for question, _ in asked},
        booklet__in={number for _, number in asked},
    )
    return asked & frozenset(rows.values_list("question", "booklet"))


def there(question: str) -> int:
    """In how many booklets a question's answer is there."""
    return sum(found for (found,) in _there(question))


_there = Compiled(
    lambda question: (
        models.AnswerState.objects.filter(Q(open=True) | ~Q(credits=""), question=question)
        .values("question")
        .annotate(n=Count("pk"))
        .values_list("n")
    )
)


def extra_sheets(booklet: int) -> frozenset[int]:
    """The extra sheets that belong to a booklet."""
    return frozenset(number for (number,) in _extra_sheets(booklet))


_extra_sheets = Compiled(
    lambda booklet: models.ExtraState.objects.filter(booklet=booklet).values_list("number")
)


def counts() -> dict[str, tuple[int, int]]:
    """By question, in how many booklets its answer is there, and in how many nobody has said its worth."""
    rows = models.AnswerState.objects.values("question").annotate(
        there=Count("pk", filter=Q(open=True) | ~Q(credits="")), left=Count("pk", filter=Q(open=True))
    )
    return {
        question: (there, left) for question, there, left in rows.values_list("question", "there", "left")
    }


def by_corrector() -> dict[str, dict[str, int]]:
    """By question and corrector, of how many answers theirs is the judgement of a round."""
    standing = models.Judgement.objects.filter(taken_back__isnull=True).exclude(round__in=_COMPARISONS)
    newest = standing.values("question", "booklet", "round").annotate(newest=Max("pk")).values("newest")
    rows = models.Judgement.objects.filter(pk__in=newest).values("question", "who").annotate(of=Count("pk"))
    found: dict[str, dict[str, int]] = {}
    for question, who, number in rows.values_list("question", "who", "of"):
        found.setdefault(question, {})[who] = number
    return found


def comments(question: str) -> list[tuple[int, str, str]]:
    """Booklet, corrector and comment of each judgement on a question that stands and has a comment."""
    rows = models.Judgement.objects.filter(question=question, taken_back__isnull=True)
    said = rows.exclude(value__contains='"comment":""').order_by("pk")
    return [
        (booklet, who, msgspec.json.decode(value, type=_Commented).comment)
        for booklet, who, value in said.values_list("booklet", "who", "value")
    ]


class _Commented(msgspec.Struct):
    comment: str


def held(question: str, now: datetime) -> dict[int, str]:
    """Who looks at which booklet's answer to a question now."""
    return {booklet: who for booklet, who, until in _holds(question) if until > now}


_holds = Compiled(
    lambda question: models.Hold.objects.filter(question=question).values_list("booklet", "who", "until")
)


def hold(question: str, booklets: Iterable[int], who: str, now: datetime, lease: timedelta) -> None:
    """Have somebody look at these answers, for so long. For a transaction of `writing`."""
    for booklet in booklets:
        _hold(models.Hold(question=question, booklet=booklet, who=who, until=now + lease))


_hold = CompiledInsert(models.Hold, unique=("question", "booklet"), update=("who", "until"))


def let_go(question: str, booklets: Iterable[int], who: str) -> None:
    """They look at these answers no longer. For a transaction of `writing`."""
    table = models.Hold._meta.db_table  # noqa: SLF001 - Django's documented API
    with prepared(connection()) as cursor:
        for booklet in booklets:
            cursor.execute(
                f"DELETE FROM {table} WHERE question = %s AND booklet = %s AND who = %s",  # noqa: S608 - a name of ours
                (question, booklet, who),
            )


def _stored(rows: models.Append) -> tuple[StoredJudgement, ...]:
    return tuple(map(_judgement, rows.values_list(*_ABOUT)))


def _judgement(row: tuple[Any, ...]) -> StoredJudgement:
    pk, booklet, question, value, images, act, who, when, taken_back, again, round_ = row
    return StoredJudgement(
        pk,
        booklet,
        question,
        state_json.value(value, Judged),
        frozenset(msgspec.json.decode(images)),
        act,
        who,
        when,
        taken_back is not None,
        bool(again),
        Round(round_),
    )


def _parkings(rows: models.Append) -> tuple[StoredParking, ...]:
    return tuple(map(_parking, rows.values_list(*_PARKED)))


def _parking(row: tuple[Any, ...]) -> StoredParking:
    pk, booklet, question, text, who, when, said, by = row
    return StoredParking(pk, booklet, question, text, who, when, said, by or "")
