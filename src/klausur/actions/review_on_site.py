"""The review on site: slots are planned, opened and ended; a browser comes by a code and looks.

The code of an opening is shown once, to who watches over the table, and kept nowhere. It lets one browser
in, once; opening the slot again gives another code, and the browser that came by the older one sees nothing
any more.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from klausur.actions.candidates import known
from klausur.actions.personal_links import Guest
from klausur.actions.roles import Verb, allow
from klausur.base.errors import NotFoundError, RefusedError, UsageError
from klausur.state import review_slots as rules
from klausur.state.facts import Actor, Author, Enrolled, Role, Standing
from klausur.state.review_slots import SlotFault, SlotGrid, SlotStatus, SlotStep, SlotTime, StoredSlot
from klausur.store import audit, candidates, publication
from klausur.store import review_slots as stored
from klausur.store.folder import opened, writing

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Of codes: none that is taken for another."""

LENGTH = 8
"""Letters of a code: a million million, and ten minutes to guess one."""


@dataclass(frozen=True, slots=True)
class SeenSlot:
    """A slot, whose it is, and how far it is."""

    of: StoredSlot
    candidate: Enrolled
    status: SlotStatus
    may_open: bool


@dataclass(frozen=True, slots=True)
class OpenedSlot:
    """A slot that was opened, and the code that lets a browser in."""

    slot: StoredSlot
    code: str


@dataclass(frozen=True, slots=True)
class Sitting:
    """Who looks at a table just now, until when, and what they see."""

    slot: StoredSlot
    guest: Guest


def listed(folder: Path, *, now: datetime | None = None) -> tuple[SeenSlot, ...]:
    """All slots, by time and table.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    at = now or datetime.now(UTC)
    with opened(folder):
        slots = stored.all_()
        people = candidates.with_ids({each.candidate for each in slots})
        return tuple(
            SeenSlot(each, people[each.candidate], each.status(at), each.may_open(at)) for each in slots
        )


def of_candidate(folder: Path, who: Enrolled, *, now: datetime | None = None) -> tuple[StoredSlot, ...]:
    """A candidate's slots that are to come, or open."""
    at = now or datetime.now(UTC)
    with opened(folder):
        slots = stored.of_candidate(who.id)
    return tuple(each for each in slots if each.status(at) in {SlotStatus.PLANNED, SlotStatus.OPEN})


def plan(
    folder: Path,
    grid: SlotGrid,
    author: Author,
    *,
    registrations: Collection[str] | None = None,
    now: datetime | None = None,
) -> int:
    """Give candidates the first free times of a grid; how many got one.

    Args:
        folder: the exam folder.
        grid: the times and tables.
        author: who plans.
        registrations: whose; without, of everybody who has none to come.
        now: the time.

    Raises:
        NotFoundError: nothing was printed yet, or nobody has one of these registration numbers.
        UsageError: the times cannot be, or are too few.
        RefusedError: somebody has a time then already, at another table.
    """
    allow(author.actor, Verb.PLAN_REVIEW)
    at = now or datetime.now(UTC)
    with opened(folder), writing():
        others = stored.all_()
        people = _people(registrations, others, at)
        if not people:
            raise UsageError("nobody is without a time", "name whom you mean")
        times = rules.spread([each.id for each in people], grid, others, at)
        if len(times) < len(people):
            raise UsageError(
                f"there are {len(times)} times, and {len(people)} candidates",
                "add tables or hours, or make slots shorter",
            )
        for candidate, time in times:
            found = rules.fault(candidate, time, others, at)
            if found is not None:
                raise _refusal(found, next(each for each in people if each.id == candidate))
        stored.plan(times, author)
        who = {each.id: each.candidate.registration for each in people}
        audit.append("plan-review", author.actor, {"slots": [_plain(who[one], time) for one, time in times]})
    return len(times)


def cancel(folder: Path, slot: int, author: Author, *, now: datetime | None = None) -> None:
    """Take a slot back; a browser that looks by it sees nothing any more.

    Raises:
        NotFoundError: there is no such slot.
        RefusedError: it is over.
    """
    allow(author.actor, Verb.PLAN_REVIEW)
    at = now or datetime.now(UTC)
    with opened(folder), writing():
        found = _slot(slot)
        if found.status(at) not in {SlotStatus.PLANNED, SlotStatus.OPEN}:
            raise RefusedError("this slot is over", "nothing: nobody sees anything by it")
        stored.step(slot, SlotStep.CANCELLED, author, at)
        audit.append("cancel-review", author.actor, {"slot": slot})


def open_slot(folder: Path, slot: int, author: Author, *, now: datetime | None = None) -> OpenedSlot:
    """Open a slot for the browser into which its code is typed.

    Raises:
        NotFoundError: there is no such slot.
        RefusedError: it is not its time, or the results are not published.
    """
    allow(author.actor, Verb.KEEP_REVIEW)
    at = now or datetime.now(UTC)
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    with opened(folder), writing():
        found = _slot(slot)
        if not publication.now().published:
            raise RefusedError("the results are not published", "have the examiner publish them")
        if not found.may_open(at):
            raise RefusedError(
                "this slot cannot be opened now", "open it at its time; plan another one if that is over"
            )
        stored.step(slot, SlotStep.OPENED, author, at, key=digest(code))
        audit.append("open-review", author.actor, {"slot": slot})
        return OpenedSlot(_slot(slot), code)


def by_code(folder: Path, code: str) -> tuple[int, Author] | None:
    """The slot that this code has opened, and the candidate whose it is; None if it has opened none."""
    with opened(folder):
        found = stored.with_key(digest(code))
        if found is None:
            return None
        who = candidates.with_ids({found.candidate})[found.candidate]
        return found.id, Author(Actor(who.candidate.registration, Role.CANDIDATE))


def sit(folder: Path, slot: int, key: str, author: Author, *, now: datetime | None = None) -> bool:
    """Let a browser in by the code of this digest; whether it does. From then on it lets in no other one.

    Raises:
        NotFoundError: there is no such slot.
        RefusedError: it is somebody else's.
    """
    allow(author.actor, Verb.SIT_REVIEW)
    at = now or datetime.now(UTC)
    with opened(folder), writing():
        found = _own(slot, author)
        if not found.takes(key, at):
            return False
        stored.step(slot, SlotStep.TAKEN, author, at, key=key)
        audit.append("sit-review", author.actor, {"slot": slot})
        return True


def end(folder: Path, slot: int, author: Author, *, now: datetime | None = None) -> None:
    """End a slot; whoever looks sees nothing any more. One that is over stays so.

    Raises:
        NotFoundError: there is no such slot.
    """
    allow(author.actor, Verb.KEEP_REVIEW)
    with opened(folder), writing():
        _end(_slot(slot), author, now or datetime.now(UTC))


def leave(folder: Path, slot: int, author: Author, *, now: datetime | None = None) -> None:
    """End one's own slot: the candidate is done.

    Raises:
        NotFoundError: there is no such slot.
        RefusedError: it is somebody else's.
    """
    allow(author.actor, Verb.SIT_REVIEW)
    with opened(folder), writing():
        _end(_own(slot, author), author, now or datetime.now(UTC))


def sitting(folder: Path, slot: int, key: str, *, now: datetime | None = None) -> Sitting | None:
    """Who looks by the code of this digest; None once the slot is over, or was opened for another browser.

    They see what is published, and what the terms show on site alone.
    """
    with opened(folder):
        found = stored.with_id(slot)
        if found is None or not found.shows(key, now or datetime.now(UTC)):
            return None
        who = candidates.with_ids({found.candidate}).get(found.candidate)
        return None if who is None else Sitting(found, Guest(who, publication.now().at_table()))


def digest(code: str) -> str:
    """What is kept of a code, in whatever letters it was typed."""
    return sha256("".join(code.split()).replace("-", "").upper().encode()).hexdigest()


def _people(
    registrations: Collection[str] | None, others: Sequence[StoredSlot], now: datetime
) -> tuple[Enrolled, ...]:
    if registrations is not None:
        return tuple(known(each) for each in dict.fromkeys(registrations))
    have = {each.candidate for each in others if each.status(now) in {SlotStatus.PLANNED, SlotStatus.OPEN}}
    return tuple(
        each for each in candidates.enrolled() if each.standing is Standing.REGISTERED and each.id not in have
    )


def _own(slot: int, author: Author) -> StoredSlot:
    found = _slot(slot)
    own = candidates.with_ids({found.candidate})[found.candidate].candidate.registration
    if own != author.actor.name:
        raise RefusedError("this slot is somebody else's", "come at your own time")
    return found


def _end(found: StoredSlot, author: Author, now: datetime) -> None:
    if found.status(now) is SlotStatus.OPEN:
        stored.step(found.id, SlotStep.ENDED, author, now)
        audit.append("end-review", author.actor, {"slot": found.id})


def _slot(slot: int) -> StoredSlot:
    found = stored.with_id(slot)
    if found is None:
        raise NotFoundError("there is no such slot", "load the page again")
    return found


def _refusal(found: SlotFault, who: Enrolled) -> UsageError | RefusedError:
    match found:
        case SlotFault.ELSEWHERE:
            return RefusedError(
                f"{who.candidate.name} has a time then already, at another table", "cancel that one first"
            )
        case SlotFault.BACKWARDS:
            return UsageError("a slot ends before it begins", "name other times or tables")
        case SlotFault.LONG:
            return UsageError("a slot is longer than eight hours", "name other times or tables")
        case SlotFault.PAST:
            return UsageError("the time of a slot is over", "name other times or tables")
        case SlotFault.TABLE_TAKEN:
            return UsageError("somebody else is at this table then", "name other times or tables")
        case SlotFault.NO_TABLE:
            return UsageError("no table is named, or by too many letters", "name other times or tables")


def _plain(registration: str, time: SlotTime) -> dict[str, str]:
    return {
        "registration": registration,
        "begin": time.begin.isoformat(),
        "end": time.end.isoformat(),
        "table": time.table,
    }
