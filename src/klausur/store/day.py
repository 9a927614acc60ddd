"""What was done in the rooms on the exam day. What it amounts to: `klausur.state.day`."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from typing import Any

from django.db.models import Max, Q

from klausur import __version__
from klausur.state.day import ActKind, DayAct, StoredAct
from klausur.state.facts import Author
from klausur.store import models
from klausur.store.rows import AT_ONCE

_DONE = ("act", "kind", "at", "room", "candidate_id", "number", "value", "minutes", "text", "device", "seen")


def acts() -> tuple[StoredAct, ...]:
    """All acts, in the order in which they came."""
    rows = models.DayAct.objects.order_by("pk").values_list("pk", "who", "when", *_DONE)
    return tuple(_stored(row) for row in rows)


def about(people: AbstractSet[int], numbers: AbstractSet[int]) -> tuple[StoredAct, ...]:
    """The acts about these candidates or about papers of these numbers, and what was said to be a mistake."""
    wanted = Q(candidate_id__in=people) | Q(number__in=numbers) | Q(kind=ActKind.STRUCK.value)
    rows = models.DayAct.objects.filter(wanted).order_by("pk").values_list("pk", "who", "when", *_DONE)
    return tuple(_stored(row) for row in rows)


def known(names: Iterable[str]) -> dict[str, int]:
    """The ids of those of these acts that are recorded, by name."""
    wanted = list(names)
    found: dict[str, int] = {}
    for start in range(0, len(wanted), AT_ONCE):
        rows = models.DayAct.objects.filter(act__in=wanted[start : start + AT_ONCE])
        found |= dict(rows.values_list("act", "pk"))
    return found


def newest() -> int:
    """The id of the act that came last; 0 if there is none."""
    return int(models.DayAct.objects.aggregate(last=Max("pk"))["last"] or 0)


def append(done: Iterable[DayAct], author: Author) -> tuple[StoredAct, ...]:
    """Record acts. For a transaction of `writing`.

    Raises:
        django.db.IntegrityError: one of their names is taken.
    """
    now = datetime.now(UTC)
    rows = [
        models.DayAct(
            act=each.act,
            kind=each.kind.value,
            at=each.at,
            room=each.room,
            candidate_id=each.candidate,
            number=each.number,
            value=each.value,
            minutes=each.minutes,
            text=each.text,
            device=each.device,
            seen=each.seen,
            who=author.who,
            when=now,
            software=__version__,
        )
        for each in done
    ]
    made = models.DayAct.objects.bulk_create(rows)
    return tuple(StoredAct(row.pk, each, row.who, row.when) for row, each in zip(made, done, strict=True))


def _stored(row: tuple[Any, ...]) -> StoredAct:
    pk, who, when, act, kind, *rest = row
    return StoredAct(pk, DayAct(act, ActKind(kind), *rest), who, when)
