"""The audit trail as people ask for it: who did what to the records and when, and whether it holds."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from klausur.state.facts import Event
from klausur.state.head import Head
from klausur.store import audit, trail
from klausur.store import verify as stored
from klausur.store.folder import opened


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are wanted; what is not named does not matter."""

    verbs: tuple[str, ...] = ()
    who: str = ""
    since: datetime | None = None
    booklet: int | None = None


@dataclass(frozen=True, slots=True)
class Log:
    """The events that were asked for, oldest first, and the newest of all; None if nothing was ever done.

    ``wrong`` says in words what does not hold; None if nobody asked.
    """

    events: tuple[Event, ...]
    head: Head | None
    wrong: tuple[str, ...] | None = None


def log(
    folder: Path, wanted: EventFilter | None = None, *, verify: bool = False, noted: Head | None = None
) -> Log:
    """Look at the audit trail.

    Args:
        folder: the exam folder.
        wanted: which events; all if None.
        verify: also see that no event and no row was changed, taken out or put in.
        noted: an event that somebody noted down, which must be there; implies ``verify``.

    Raises:
        NotFoundError: the folder has no records.
    """
    wanted = EventFilter() if wanted is None else wanted
    with opened(folder):
        events = audit.some(wanted.verbs, wanted.who, wanted.since)
        if wanted.booklet is not None:
            about = trail.about_booklet(wanted.booklet)
            events = tuple(event for event in events if event.number in about)
        wrong = tuple(stored.verify(noted)) if verify or noted is not None else None
        return Log(events, audit.head(), wrong)
