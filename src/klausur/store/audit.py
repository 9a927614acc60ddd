"""The audit trail: what was done to the records, by whom and when."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from klausur import __version__
from klausur.state.facts import Event
from klausur.store import models


def append(verb: str, who: str, detail: Mapping[str, object]) -> None:
    """Record that ``who`` did ``verb``; ``detail`` holds plain JSON values."""
    models.AuditEvent(
        verb=verb, who=who, when=datetime.now(UTC), detail=dict(detail), software=__version__
    ).save()


def events() -> tuple[Event, ...]:
    """All events, oldest first."""
    return tuple(
        Event(row.verb, row.who, row.when, json.dumps(row.detail, sort_keys=True), row.software)
        for row in models.AuditEvent.objects.order_by("pk")
    )
