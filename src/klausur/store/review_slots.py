"""The slots of the review on site and what happened to each."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet

from klausur import __version__
from klausur.state.facts import Author
from klausur.state.review_slots import SlotStep, SlotTime, StoredSlot, StoredSlotStep
from klausur.store import models


def all_() -> tuple[StoredSlot, ...]:
    """All slots, by time and table."""
    return _slots(models.ReviewSlot.objects.all())


def of_candidate(candidate: int) -> tuple[StoredSlot, ...]:
    """Those of one candidate."""
    return _slots(models.ReviewSlot.objects.filter(candidate=candidate))


def with_id(slot: int) -> StoredSlot | None:
    """One of them."""
    return next(iter(_slots(models.ReviewSlot.objects.filter(pk=slot))), None)


def with_key(key: str) -> StoredSlot | None:
    """The one that was opened by the code of this digest."""
    return next(iter(_slots(models.ReviewSlot.objects.filter(steps__digest=key, steps__step="opened"))), None)


def plan(times: Iterable[tuple[int, SlotTime]], author: Author) -> None:
    """Record slots, each of a candidate. For a transaction of `writing`."""
    now = datetime.now(UTC)
    models.ReviewSlot.objects.bulk_create(
        [
            models.ReviewSlot(
                candidate_id=candidate,
                begin=time.begin,
                end=time.end,
                table=time.table,
                who=author.who,
                when=now,
                software=__version__,
            )
            for candidate, time in times
        ]
    )


def step(slot: int, what: SlotStep, author: Author, now: datetime, *, key: str = "") -> None:
    """Record what happens to a slot. For a transaction of `writing`."""
    models.ReviewStep(
        slot_id=slot, step=what.value, digest=key, who=author.who, when=now, software=__version__
    ).save()


def _slots(rows: QuerySet[models.ReviewSlot]) -> tuple[StoredSlot, ...]:
    columns = ("pk", "candidate_id", "begin", "end", "table", "who", "when")
    found: list[tuple[Any, ...]] = list(rows.order_by("begin", "table", "pk").values_list(*columns))
    steps: dict[int, list[StoredSlotStep]] = {}
    happened = models.ReviewStep.objects.filter(slot__in=rows.values("pk")).order_by("pk")
    for slot, pk, what, key, who, when in happened.values_list(
        "slot_id", "pk", "step", "digest", "who", "when"
    ):
        steps.setdefault(slot, []).append(StoredSlotStep(pk, SlotStep(what), key, who, when))
    return tuple(
        StoredSlot(pk, candidate, SlotTime(begin, end, table), who, when, tuple(steps.get(pk, ())))
        for pk, candidate, begin, end, table, who, when in found
    )
