"""Keep the record of the exam day: what proctors do in the rooms, also what a tablet sends long afterwards.

An act is recorded once, whoever sends it however often. What it says of the list of candidates and of whose a
paper is goes into the records that exist for that, if it is the last word by time; so neither is kept twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from klausur.actions import up_to_date
from klausur.actions.mark_candidates import PRESENCE
from klausur.actions.roles import Verb, allow
from klausur.paper.code import Sheet
from klausur.state.day import (
    OF_THE_LIST,
    ActFault,
    ActKind,
    CheckIn,
    DayAct,
    StoredAct,
    fault,
    last,
    struck,
)
from klausur.state.facts import Author, Bond, Enrolled, Standing
from klausur.store import audit, candidates, day, derive, printings, ties
from klausur.store.derive import Touched
from klausur.store.folder import opened, writing
from klausur.store.frame import Frame

OLDEST = timedelta(days=2)
"""An act that is older when it comes was done by a clock that is wrong."""


@dataclass(frozen=True, slots=True)
class KeptAct:
    """What became of an act: its ``id``, or why it is ``refused``; ``again`` if it was known before."""

    act: str
    id: int | None = None
    refused: ActFault | None = None
    again: bool = False


def keep_day(
    folder: Path, acts: Sequence[DayAct], author: Author, *, now: datetime | None = None
) -> tuple[KeptAct, ...]:
    """Record what was done in rooms.

    Args:
        folder: the exam folder.
        acts: in the order in which they were done. One that is recorded already is passed over.
        author: who did them.
        now: the time, which no act is later than.

    Returns:
        What became of each. One that cannot be is refused by itself, and keeps no other from being recorded.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    allow(author.actor, Verb.KEEP_DAY)
    clock = now or datetime.now(UTC)
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        with writing():
            known = day.known(each.act for each in acts)
            new: dict[str, DayAct] = {}
            refused: dict[str, ActFault] = {}
            for each in acts:
                if each.act in known or each.act in new:
                    continue
                why = _wrong(each, clock, signs=frame.exams.first.signs_on_glass)
                if why is None:
                    # Who acts on no tablet knows of all that came before.
                    seen = each.seen if each.device else day.newest()
                    new[each.act] = replace(each, at=min(each.at, clock), text=each.text.strip(), seen=seen)
                else:
                    refused[each.act] = why
            made = day.append(new.values(), author)
            if made:
                _carry_out(frame, made, author)
                audit.append("keep-day", author.actor, {"acts": [_told(each) for each in made]})
    ids = {each.done.act: each.id for each in made}
    return tuple(
        KeptAct(each.act, known.get(each.act, ids.get(each.act)), refused.get(each.act), each.act in known)
        for each in acts
    )


def _wrong(act: DayAct, now: datetime, *, signs: bool) -> ActFault | None:
    """Why an act cannot be recorded; ``signs``: the exam asks for signatures on glass."""
    found = ActFault.NOT_ASKED if act.kind is ActKind.SIGNED and not signs else fault(act)
    if found is not None:
        return found
    number = act.number or 0
    if act.at < now - OLDEST:
        return ActFault.CLOCK
    if act.candidate is not None and not candidates.with_ids({act.candidate}):
        return ActFault.NO_CANDIDATE
    if act.kind in {ActKind.BOOKLET, ActKind.COUNTED} and not printings.has_booklet(number):
        return ActFault.NO_BOOKLET
    return ActFault.NO_EXTRA if act.kind is ActKind.EXTRA and not _has_extra(number) else None


def _has_extra(number: int) -> bool:
    return any(number in printing.extras for printing in printings.every() if printing.done is not None)


def _told(act: StoredAct) -> dict[str, object]:
    """An act in the audit trail; who it is about stands in the row that the event seals."""
    done = act.done
    return {"act": act.id, "kind": done.kind.value, **({"said": done.value} if done.value else {})}


def _carry_out(frame: Frame, made: Sequence[StoredAct], author: Author) -> None:
    """Have list and ties say what the new acts do, where theirs is the last word."""
    ids = frozenset(each.done.candidate for each in made if each.done.candidate is not None)
    numbers = _numbers(made) | _numbers(day.about(ids, frozenset()))
    every = day.about(ids, numbers)
    wrong = struck(every)
    standing = [each for each in every if each.done.act not in wrong]
    people = candidates.with_ids(ids)
    changed = [now for each in people.values() if (now := _listed(each, standing, made)) is not each]
    if changed:
        for now in changed:
            candidates.say([now], Author(author.actor, now.why))
    tied, sheets = _tie(standing, made, people, author)
    touched = Touched(ties=tied, extras=sheets, candidates=bool(changed), owners=bool(changed))
    if touched != Touched():
        derive.refresh(frame.anew() if changed else frame, touched)


def _numbers(acts: Iterable[StoredAct]) -> frozenset[int]:
    return frozenset(each.done.number for each in acts if each.done.number is not None)


def _listed(person: Enrolled, standing: Iterable[StoredAct], made: Sequence[StoredAct]) -> Enrolled:
    """What the list says of somebody after these acts; the same value if nothing else."""
    about = [each for each in standing if each.done.candidate == person.id]
    now = person
    word = last(each for each in about if each.done.kind is ActKind.CHECK_IN)
    if word is not None and word in made and person.standing in PRESENCE:
        to = OF_THE_LIST.get(CheckIn(word.done.value), Standing.REGISTERED)
        if to is not person.standing:
            now = replace(now, standing=to, why=word.done.text or f"check-in: {word.done.value}")
    seat = last(each for each in about if each.done.kind is ActKind.SEAT)
    if seat is not None and seat in made:
        there = replace(now.candidate, room=seat.done.room or now.candidate.room, seat=seat.done.value)
        if there != now.candidate:
            now = replace(now, candidate=there, why=now.why or seat.done.text or "moved in the room")
    return now


def _tie(
    standing: Sequence[StoredAct],
    made: Sequence[StoredAct],
    people: dict[int, Enrolled],
    author: Author,
) -> tuple[frozenset[int], frozenset[int]]:
    """Tie booklets and extra sheets that were handed out; the numbers of those that were."""
    touched: set[int] = set()
    for act in made:
        if act.done.kind is ActKind.BOOKLET and act.done.number is not None:
            touched |= _tie_booklet(act, standing, author)
    sheets: set[int] = set()
    for act in standing:
        done = act.done
        if done.kind is not ActKind.EXTRA or done.number is None or done.candidate not in people:
            continue
        if last(e for e in standing if (e.done.kind, e.done.number) == (done.kind, done.number)) != act:
            continue
        own = _booklet_of(people[done.candidate])
        there = next(iter(ties.ties(Sheet.EXTRA, {done.number})), None)
        if own is not None and (there is None or (there.bond, there.booklet) != (Bond.TIED, own)):
            ties.tie(Sheet.EXTRA, done.number, Bond.TIED, _because(author, act), booklet=own)
            sheets.add(done.number)
    return frozenset(touched), frozenset(sheets)


def _tie_booklet(act: StoredAct, standing: Sequence[StoredAct], author: Author) -> set[int]:
    """Say that a booklet is somebody's, unless a later word about it or about them says otherwise."""
    handed = [each for each in standing if each.done.kind is ActKind.BOOKLET]
    number, whose = act.done.number, act.done.candidate
    if number is None or whose is None:
        return set()
    if last(e for e in handed if e.done.number == number) != act:
        return set()
    if last(e for e in handed if e.done.candidate == whose) != act:
        return set()
    others = ties.given(whose) - {number}
    before = {t.number: t for t in ties.ties(Sheet.BOOKLET, others) if t.bond is Bond.TIED}
    person = candidates.with_ids({whose})[whose].candidate
    mine = [n for n, tie in before.items() if tie.candidate == person]
    because = _because(author, act)
    for other in mine:
        ties.tie(
            Sheet.BOOKLET, other, Bond.NOBODY, Author(author.actor, f"booklet {number} was given instead")
        )
    ties.tie(Sheet.BOOKLET, number, Bond.TIED, because, candidate=whose)
    return {number, *mine}


def _booklet_of(person: Enrolled) -> int | None:
    """The booklet that somebody writes in, where print or people say so."""
    tied = ties.ties(Sheet.BOOKLET, ties.given(person.id))
    said = [t.number for t in tied if t.bond is Bond.TIED and t.candidate == person.candidate]
    return said[-1] if said else next(iter(printings.printed_for(person.id)), None)


def _because(author: Author, act: StoredAct) -> Author:
    """Who ties a paper, with the act as the reason."""
    return Author(author.actor, act.done.text or f"handed out in {act.done.room or 'the room'}")
