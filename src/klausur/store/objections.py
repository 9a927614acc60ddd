"""Objections of candidates, and the answers to them."""

from datetime import UTC, datetime
from typing import Any

from klausur import __version__
from klausur.base.credits import Credits
from klausur.base.geometry import Box
from klausur.paper.code import Sheet
from klausur.state.facts import Author, Spot
from klausur.state.objections import (
    About,
    Marked,
    Outcome,
    Said,
    StoredObjection,
    StoredReply,
    Told,
)
from klausur.store import models, state_json

_COLUMNS = (
    *("pk", "candidate_id", "booklet", "kind", "question", "text", "sheet", "number", "page", "mark", "told"),
    *("act", "who", "when", "reply__outcome", "reply__text", "reply__credits", "reply__judgement_id"),
    *("reply__who", "reply__when"),
)


def all_() -> tuple[StoredObjection, ...]:
    """All objections, the oldest first."""
    return _stored(models.Objection.objects.all())


def of_candidate(candidate: int) -> tuple[StoredObjection, ...]:
    """Those of a candidate, the oldest first."""
    return _stored(models.Objection.objects.filter(candidate=candidate))


def one(number: int) -> StoredObjection | None:
    """An objection by its number."""
    return next(iter(_stored(models.Objection.objects.filter(pk=number))), None)


def by_act(act: str) -> StoredObjection | None:
    """The objection that an act of objecting has made."""
    return next(iter(_stored(models.Objection.objects.filter(act=act))), None)


def waiting() -> int:
    """How many nobody has answered."""
    return int(models.Objection.objects.filter(reply__isnull=True).count())


def append(
    candidate: int, booklet: int | None, said: Said, told: Told, act: str, author: Author
) -> StoredObjection:
    """Record an objection. For a transaction of `writing`."""
    mark = said.mark
    row = models.Objection(
        candidate_id=candidate,
        booklet=booklet,
        kind=said.about.value,
        question=said.question,
        text=said.text,
        sheet="" if mark is None else mark.spot.sheet.value,
        number=None if mark is None else mark.spot.booklet,
        page=None if mark is None else mark.spot.page,
        mark="" if mark is None else state_json.text(mark.box),
        told=state_json.text(told),
        act=act,
        who=author.who,
        when=datetime.now(UTC),
        software=__version__,
    )
    row.save()
    return StoredObjection(
        *(row.pk, candidate, booklet, said.about, said.question, said.text, mark, told),
        *(act, row.who, row.when),
    )


def reply(
    objection: int,
    outcome: Outcome,
    text: str,
    credits: Credits | None,
    judgement: int | None,
    author: Author,
) -> None:
    """Record the answer to an objection. For a transaction of `writing`."""
    models.ObjectionReply(
        objection_id=objection,
        outcome=outcome.value,
        text=text,
        credits=state_json.credits_text(credits),
        judgement_id=judgement,
        who=author.who,
        when=datetime.now(UTC),
        software=__version__,
    ).save()


def _stored(rows: models.Append) -> tuple[StoredObjection, ...]:
    return tuple(map(_objection, rows.order_by("pk").values_list(*_COLUMNS)))


def _objection(row: tuple[Any, ...]) -> StoredObjection:
    pk, candidate, booklet, kind, question, text, sheet, number, page, mark, told, act, who, when, *said = row
    outcome, words, credits, judgement, by, then = said
    return StoredObjection(
        pk,
        candidate,
        booklet,
        About(kind),
        question,
        text,
        Marked(Spot(number, page, Sheet(sheet)), state_json.value(mark, Box)) if mark else None,
        state_json.value(told, Told),
        act,
        who,
        when,
        None
        if outcome is None
        else StoredReply(Outcome(outcome), words, state_json.credits_of(credits), judgement, by, then),
    )
