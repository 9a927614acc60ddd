"""The audit trail: what was done to the records, by whom and when, each event sealed with the one before.

An event holds the digests of the rows that its transaction wrote, and the digest of the event before it. So
the newest digest stands for all that was ever recorded: whoever has noted it down can tell later that nothing
was changed, taken out, put in or cut off since. `klausur.store.verify` looks.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime

from klausur import __version__
from klausur.state.facts import Actor, Event
from klausur.state.head import Head
from klausur.store import canonical, jobs, models, row_seals, unsealed_rows
from klausur.store.compiled import Compiled
from klausur.store.row_seals import Seals


def append(verb: str, by: Actor | str, detail: Mapping[str, object], *, gone: Seals | None = None) -> Head:
    """Record that ``by`` did ``verb``, and seal the rows written since the last event of this transaction.

    Args:
        verb: what was done.
        by: who did it; their role stands in the detail, and the job by which it was done. A mere name is for
            what nobody asked for: an upgrade.
        detail: plain JSON values.
        gone: digests of rows that were deleted.

    Returns:
        The event.

    Raises:
        RuntimeError: no transaction of `klausur.store.folder.writing` is open.
    """
    role = {} if isinstance(by, str) else {"role": by.role.value}
    job = {"job": jobs.here()} if jobs.here() else {}
    rows = unsealed_rows.take()
    last = head()
    event = models.AuditEvent(
        number=1 if last is None else last.number + 1,
        before="" if last is None else last.digest,
        form=canonical.FORM,
        rows=row_seals.packed(rows),
        gone=row_seals.packed(gone or {}),
        verb=verb,
        who=by if isinstance(by, str) else by.name,
        when=datetime.now(UTC),
        detail=canonical.plain({**detail, **role, **job}),
        software=__version__,
    )
    event.digest = digest(event)
    event.save()
    return Head(event.number, event.digest)


def head() -> Head | None:
    """The newest event; None if there is none."""
    found = _newest()
    return Head(*found[0]) if found else None


def ahead() -> None:
    """Ask ahead for what `append` asks."""
    _newest.ahead()


_newest = Compiled(lambda: models.AuditEvent.objects.order_by("-number").values_list("number", "digest")[:1])


def written(but: Collection[str] = ()) -> Head | None:
    """The newest event that wrote or deleted rows: what is computed now follows from those up to it.

    Args:
        but: verbs whose rows change nothing of that.
    """
    rows = models.AuditEvent.objects.exclude(rows="", gone="").exclude(verb__in=but).order_by("-number")
    found = rows.values_list("number", "digest").first()
    return None if found is None else Head(*found)


def digest(event: models.AuditEvent) -> str:
    """The digest of all that an event says; of a migration's own model too."""
    return canonical.event_digest(
        (
            *(event.form, event.number, event.before, event.verb, event.who, event.when),
            *(event.detail, event.software, event.rows, event.gone),
        )
    )


def events() -> tuple[Event, ...]:
    """All events, oldest first."""
    return tuple(event_of(row) for row in _light().order_by("number"))


def some(verbs: Iterable[str] = (), who: str = "", since: datetime | None = None) -> tuple[Event, ...]:
    """The events of these verbs, by this person, from this time on; oldest first.

    Args:
        verbs: all if none is named.
        who: anybody if empty.
        since: from the beginning if None.
    """
    rows = _light().order_by("number")
    wanted = list(verbs)
    if wanted:
        rows = rows.filter(verb__in=wanted)
    if who:
        rows = rows.filter(who__iexact=who)
    if since is not None:
        rows = rows.filter(when__gte=since)
    return tuple(event_of(row) for row in rows)


def _light() -> models.Append:
    """Events without the digests of their rows, which may be megabytes."""
    return models.AuditEvent.objects.defer("rows", "gone")


def event_of(row: models.AuditEvent) -> Event:
    """An event in core types."""
    detail = json.dumps(row.detail, sort_keys=True)
    return Event(row.verb, row.who, row.when, detail, row.software, row.number, row.digest)
