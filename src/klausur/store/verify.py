"""Whether the audit trail holds: every event by the one before it, every row by the event that wrote it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from klausur.state.head import SHOWN, Head
from klausur.store import audit, canonical, models, row_seals
from klausur.store.snapshot import snapshot

_AT_ONCE = 5000
"""Rows that are fetched in one portion."""


@dataclass(slots=True)
class _Trail:
    """What the events up to here say of rows: digest, form and the number of the event, by table and key."""

    rows: dict[str, dict[int, tuple[bytes, int, int]]] = field(default_factory=dict)

    def write(self, event: models.AuditEvent) -> Iterator[str]:
        """Take over what an event wrote and deleted.

        Raises:
            ValueError: it says that in no way that there is.
        """
        if event.form not in canonical.FORMS:
            raise ValueError(f"there is no form {event.form}")
        for table, keys in row_seals.unpacked(event.rows).items():
            there = self.rows.setdefault(table, {})
            for key, digest in keys.items():
                if key in there:
                    yield f"{table} {key} was written twice: by events {there[key][2]} and {event.number}"
                there[key] = digest, event.form, event.number
        for table, keys in row_seals.unpacked(event.gone).items():
            there = self.rows.setdefault(table, {})
            for key, digest in keys.items():
                was = there.pop(key, None)
                if was is None:
                    yield f"event {event.number} deleted {table} {key}, which no event wrote"
                elif was[0] != digest:
                    yield f"event {event.number} deleted another {table} {key} than event {was[2]} wrote"


def verify(head: Head | None = None) -> Iterator[str]:
    """What is wrong with the open exam's records, in words; nothing if all is as it was written.

    Args:
        head: an event that somebody noted down; with it, a trail that was cut off, or made anew, is found.
    """
    with snapshot():
        yield from _verified(head)


def tables() -> tuple[type[Any], ...]:
    """The models whose rows are sealed; each after those that it names."""
    return tuple(apps.get_model("store", table) for table in canonical.FORMS[canonical.FORM])


def _verified(head: Head | None) -> Iterator[str]:
    trail = _Trail()
    before, number = "", 0
    noted: str | None = None
    for event in models.AuditEvent.objects.order_by("number").iterator(chunk_size=100):
        number += 1
        if event.number != number:
            yield f"event {_missing(number, event.number - 1)} missing"
            number = event.number
        elif event.before != before:
            yield f"event {number} does not follow from the event before it: one of them was exchanged"
        if audit.digest(event) != event.digest:
            yield f"event {number} ({event.verb} by {event.who}) was changed"
        before = event.digest
        if head is not None and number == head.number:
            noted = event.digest
        try:
            yield from trail.write(event)
        except ValueError as error:
            yield f"event {number} is damaged: {error}"
    if head is not None and noted is None:
        yield f"the trail ends at event {number}: it was cut off, event {head.number} was there"
    elif head is not None and noted is not None and not noted.startswith(head.digest):
        yield f"event {head.number} is another one than {head}: its digest is {noted[:SHOWN]}"
    for model in tables():
        yield from _rows(model, trail.rows.get(canonical.digester(model).table, {}))


def _missing(first: int, last: int) -> str:
    return f"{first} is" if first == last else f"{first} to {last} are"


def _rows(model: type[Any], sealed: dict[int, tuple[bytes, int, int]]) -> Iterator[str]:
    table = canonical.digester(model).table
    there: set[int] = set()
    # Rows are looked at once for each way in which they are digested; most forms say the same of most tables.
    said = {
        form: canonical.FORMS[form][table] for form in {canonical.FORM, *(f for _, f, _ in sealed.values())}
    }
    now = said[canonical.FORM]
    for columns in {*said.values()}:
        of = canonical.digester(model, next(form for form in said if said[form] == columns))
        rows: QuerySet[Any, Any] = QuerySet(model).order_by("pk").values_list("pk", *of.columns)
        for values in rows.iterator(chunk_size=_AT_ONCE):
            known = sealed.get(values[0])
            if known is None:
                if columns == now:
                    yield f"{table} {values[0]} was put in: no event wrote it"
                continue
            digest, of_form, event = known
            if said[of_form] != columns:
                continue
            there.add(values[0])
            if of.values(values) != digest:
                yield f"{table} {values[0]} was changed since event {event} wrote it"
    for key, (_, _, event) in sealed.items():
        if key not in there:
            yield f"{table} {key} is missing: event {event} wrote it"
