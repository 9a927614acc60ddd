"""A newer list of candidates held against the one that the records have: who came, who went, what changed.

People are known by their registration numbers, upper and lower case alike. A number that is new, and a person
who is gone and has the same name, may be one whose number was corrected: that is said, and left to people.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from klausur.roster.model import Candidate
from klausur.state.facts import Enrolled, Standing

FIELDS = ("registration", "name", "room", "seat", "extra_minutes", "note", "mail")
"""What a list says of a Candidate."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a newer list says of somebody otherwise; ``to`` is how they shall stand on the list."""

    enrolled: Enrolled
    to: Candidate

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of what differs."""
        was = self.enrolled.candidate
        return tuple(name for name in FIELDS if getattr(was, name) != getattr(self.to, name))


@dataclass(frozen=True, slots=True)
class Namesakes:
    """Somebody whose number is new, and those gone who have the same name, or had this number once."""

    came: Candidate
    perhaps: tuple[Enrolled, ...]


@dataclass(frozen=True, slots=True)
class Update:
    """What a newer list changes, everybody in one of these groups at most.

    Attributes:
        came: they are not in the records.
        changed: they are, and something differs.
        gone: they take the exam by the records, and the newer list does not have them.
        sat: the same, but their booklet was found, or named by a person.
        withdrawn: they are withdrawn by the records, and the newer list has them.
        namesakes: whose number may have been corrected; they and who they may be are in no other group.
    """

    came: tuple[Candidate, ...] = ()
    changed: tuple[Change, ...] = ()
    gone: tuple[Enrolled, ...] = ()
    sat: tuple[Enrolled, ...] = ()
    withdrawn: tuple[Enrolled, ...] = ()
    namesakes: tuple[Namesakes, ...] = ()


def plan(
    old: Sequence[Enrolled],
    new: Sequence[Candidate],
    *,
    says: AbstractSet[str] = frozenset(FIELDS),
    sat: AbstractSet[str] = frozenset(),
) -> Update:
    """What a newer list changes.

    Args:
        old: the list as the records have it.
        new: the newer one; no two have one registration number, upper and lower case alike.
        says: the fields that the newer list tells. What it does not tell stays as it is.
        sat: registration numbers, as in ``old``, of candidates whose booklet was found or named.
    """
    known = {_plain(e.candidate.registration): e for e in old}
    listed = {_plain(c.registration): c for c in new}
    missing = [e for key, e in known.items() if key not in listed]
    strangers = [c for key, c in listed.items() if key not in known]
    namesakes = tuple(
        Namesakes(c, found) for c in strangers if (found := tuple(e for e in missing if _alike(e, c)))
    )
    unclear = {n.came.registration for n in namesakes}
    perhaps = {e.id for n in namesakes for e in n.perhaps}
    gone = [e for e in missing if e.standing is Standing.REGISTERED and e.id not in perhaps]
    both = [(known[key], c) for key, c in listed.items() if key in known]
    changes = (Change(e, _told(e.candidate, c, says)) for e, c in both)
    return Update(
        came=tuple(c for c in strangers if c.registration not in unclear),
        changed=tuple(change for change in changes if change.fields),
        gone=tuple(e for e in gone if e.candidate.registration not in sat),
        sat=tuple(e for e in gone if e.candidate.registration in sat),
        withdrawn=tuple(e for e, _ in both if e.standing is Standing.WITHDRAWN),
        namesakes=namesakes,
    )


def said(update: Update, why: str, *, withdraw_missing: bool) -> tuple[Enrolled, ...]:
    """What the list shall say of those who are in the records already.

    Args:
        update: as `plan` has it.
        why: the reason.
        withdraw_missing: mark who is gone as withdrawn.
    """
    leaving = (
        replace(e, standing=Standing.WITHDRAWN, why=why) for e in (update.gone if withdraw_missing else ())
    )
    return (*(corrected(change.enrolled, change.to, why) for change in update.changed), *leaving)


def corrected(enrolled: Enrolled, to: Candidate, why: str) -> Enrolled:
    """Somebody with another number, name, room and so on; the reason of a standing that has one stays."""
    plain = enrolled.standing is Standing.REGISTERED
    return replace(enrolled, candidate=to, why=(why or enrolled.why) if plain else enrolled.why)


def clash(people: Iterable[Enrolled], registration: str, *, besides: int | None = None) -> Enrolled | None:
    """Who has a registration number, upper and lower case alike, other than the candidate ``besides``."""
    key = _plain(registration)
    return next((e for e in people if e.id != besides and _plain(e.candidate.registration) == key), None)


def beside(people: Iterable[Enrolled], person: Candidate) -> tuple[Candidate, ...]:
    """Who else is to sit at a candidate's seat, by the list; nobody where it says none."""
    if not person.seat:
        return ()
    at = _plain(person.room), _plain(person.seat)
    return tuple(
        e.candidate
        for e in people
        if e.standing is Standing.REGISTERED
        and (_plain(e.candidate.room), _plain(e.candidate.seat)) == at
        and _plain(e.candidate.registration) != _plain(person.registration)
    )


def _told(was: Candidate, now: Candidate, says: AbstractSet[str]) -> Candidate:
    return replace(was, **{name: getattr(now, name) for name in FIELDS if name in says})


def _alike(enrolled: Enrolled, came: Candidate) -> bool:
    """Whether they have the same name, or the one had the other's number."""
    number = _plain(came.registration)
    return _plain(enrolled.candidate.name) == _plain(came.name) or number in map(_plain, enrolled.former)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
