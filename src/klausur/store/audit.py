"""The audit trail: what was done to the records, by whom and when."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from klausur import __version__
from klausur.state.facts import Actor, Event
from klausur.store import models


def append(verb: str, by: Actor | str, detail: Mapping[str, object]) -> None:
    """Record that ``by`` did ``verb``; ``detail`` holds plain JSON values.

    The Actor's role stands in the detail. A mere name is for what nobody asked for: an upgrade, say.
    """
    who = by if isinstance(by, str) else by.name
    role = {} if isinstance(by, str) else {"role": by.role.value}
    models.AuditEvent(
        verb=verb, who=who, when=datetime.now(UTC), detail={**detail, **role}, software=__version__
    ).save()


def events() -> tuple[Event, ...]:
    """All events, oldest first."""
    return tuple(
        Event(row.verb, row.who, row.when, json.dumps(row.detail, sort_keys=True), row.software)
        for row in models.AuditEvent.objects.order_by("pk")
    )
