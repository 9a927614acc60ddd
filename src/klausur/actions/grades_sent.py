"""Grades left for a course of a learning platform: noted in the records. A site sends them."""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from klausur.actions.roles import Verb, allow
from klausur.state.facts import Author
from klausur.store import audit, jobs
from klausur.store.folder import opened, writing


@dataclass(frozen=True, slots=True)
class GradesSent:
    """To which ``course`` of which ``platform``; how many it took and how many not; taken back or given."""

    platform: str
    course: str
    sent: int
    failed: int
    back: bool = False


def note(folder: Path, what: GradesSent, author: Author) -> None:
    """Note that grades were sent, and by whom.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    allow(author.actor, Verb.SEND_GRADES)
    said = msgspec.to_builtins(what)
    with opened(folder), writing():
        jobs.effect(said)
        audit.append("send-grades", author.actor, said)
