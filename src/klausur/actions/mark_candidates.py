"""Mark candidates: say of one or of many at once whether they take the exam, and why not; and take it back.

Nothing of theirs is deleted: their booklets and all that was read stay.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from klausur.actions import up_to_date
from klausur.actions.candidates import known
from klausur.actions.change_candidate import refresh, refuse_no_reason, refuse_unseen
from klausur.actions.roles import Verb, allow
from klausur.base.errors import NotFoundError, RefusedError, UsageError
from klausur.state.facts import Author, Enrolled, Standing
from klausur.store import audit, candidates, decisions
from klausur.store.folder import opened, writing

PRESENCE = frozenset({Standing.REGISTERED, Standing.ABSENT, Standing.ILL})
"""What those say of somebody who saw only who was in the room."""

_EVENT = "mark-candidate"


@dataclass(frozen=True, slots=True)
class MarkedCandidates:
    """Who was marked, as the list has them now, and the number of the event that says so."""

    people: tuple[Enrolled, ...]
    event: int


def mark(
    folder: Path,
    registration: str,
    standing: Standing,
    author: Author,
    *,
    seen: str = "",
    dry_run: bool = False,
) -> Enrolled:
    """Say whether somebody takes the exam, as `mark_many` does."""
    allow(author.actor, _marking(standing))
    done = mark_many(folder, {registration: seen}, standing, author, dry_run=dry_run)
    return done.people[0]


def mark_many(
    folder: Path,
    who: Mapping[str, str],
    standing: Standing,
    author: Author,
    *,
    dry_run: bool = False,
) -> MarkedCandidates:
    """Say whether people take the exam, and why not: of all of them, or of none if it cannot be said of one.

    Args:
        folder: the exam folder.
        who: their registration numbers, each with the `stamp` of what the list said of them when the author
            looked; that is empty if it does not matter.
        standing: whether they take it.
        author: who says so, and why.
        dry_run: say what would be recorded, and record nothing.

    Returns:
        Those of whom this was not recorded already.

    Raises:
        NotFoundError: nothing was printed yet, or nobody has one of these registration numbers.
        MeanwhileError: the list says something else of one of them since the author looked.
        UsageError: nobody is named, there is no reason, or it is recorded like that of all of them already.
    """
    allow(author.actor, _marking(standing))
    refuse_no_reason(author)
    if not who:
        raise UsageError("nobody is named", "name somebody by their registration number")
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        with writing(keep=not dry_run):
            before = [known(registration) for registration in who]
            for person, seen in zip(before, who.values(), strict=True):
                refuse_unseen(person, seen)
            allow(author.actor, _marking(standing, *(person.standing for person in before)))
            now = [replace(person, standing=standing, why=author.why) for person in before]
            changed = [(was, to) for was, to in zip(before, now, strict=True) if was != to]
            if not changed:
                raise UsageError(f"{', '.join(who)}: {standing} already, for this reason")
            candidates.say([to for _, to in changed], author)
            refresh(frame)
            event = audit.append(_EVENT, author.actor, _detail(changed, standing, author))
    return MarkedCandidates(tuple(to for _, to in changed), event.number)


def unmark(folder: Path, event: int, author: Author) -> tuple[Enrolled, ...]:
    """Take back what an event said of candidates: what the list said of them before, it says again.

    Args:
        folder: the exam folder.
        event: its number.
        author: who takes it back.

    Raises:
        NotFoundError: there is no such event.
        RefusedError: it marked nobody, or the list says something else of one of them since.
    """
    allow(author.actor, Verb.MARK_PRESENCE)
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        found = decisions.event(event)
        if found is None:
            raise NotFoundError(f"there is no event {event}", "see 'klausur log'")
        with writing():
            turns = decisions.mark_turns(event) if found.verb == _EVENT else ()
            if not turns:
                raise RefusedError(f"event {event} marked nobody", "see 'klausur log'")
            there = candidates.with_ids({turn.candidate for turn in turns})
            changed = []
            for turn in turns:
                was = there[turn.candidate]
                if not turn.counts:
                    raise RefusedError(
                        f"the list says something else of {was.candidate.name} since",
                        "look at what it says now, and decide again",
                    )
                changed.append((was, replace(was, standing=turn.standing, why=turn.why)))
            allow(author.actor, _marking(*(one.standing for pair in changed for one in pair)))
            candidates.say([to for _, to in changed], author)
            refresh(frame)
            audit.append(_EVENT, author.actor, {**_detail(changed, None, author), "takes_back": event})
    return tuple(to for _, to in changed)


def _detail(
    changed: list[tuple[Enrolled, Enrolled]], standing: Standing | None, author: Author
) -> dict[str, object]:
    """What an event says of who was marked: of one plainly, of several by what each was before."""
    to = {} if standing is None else {"standing": standing.value}
    if len(changed) == 1:
        ((was, now),) = changed
        one = {"candidate": was.candidate.registration, "standing": now.standing.value}
        return {**one, "before": was.standing.value, "why": author.why}
    people = {was.candidate.registration: was.standing.value for was, _ in changed}
    return {"candidates": people, **to, "why": author.why}


def _marking(*standings: Standing) -> Verb:
    """Whether marking tells of presence only, given what somebody's standing shall be and what it was."""
    return Verb.MARK_PRESENCE if PRESENCE.issuperset(standings) else Verb.MARK_CANDIDATE
