"""What shall be printed, as it was asked for, and who then sits where. Nothing is written here."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from klausur.actions.the_list import ROSTER, the_list
from klausur.base.diagnostics import Diagnostic, Place, errors
from klausur.base.errors import UsageError
from klausur.paper import labels
from klausur.paper.labels import LabelSheet
from klausur.roster import candidates, rooms, seats
from klausur.roster.candidates import ANY_LIST, ListTerms, Roster
from klausur.roster.model import Candidate, SeatRule
from klausur.roster.rooms import Rooms
from klausur.state.facts import Enrolled
from klausur.typeset import missing_glyphs

ROOMS = rooms.NAME
LABELS = "labels.toml"

PASSABLE = ("claim-contradicted", "evidence-failed", "printed-unproven", "paper-unapproved")
"""Findings that an exam can be printed in spite of: what they mean, people may judge better."""


@dataclass(frozen=True, slots=True)
class PrintRequest:
    """What is to be printed, and from what.

    Attributes:
        list_of_candidates: if None, the first of `the_list.LISTS` that the folder has, if there is one.
        spare: unnamed booklets to add.
        extras: extra sheets.
        stickers: the label sheet for stickers; booklets are then unnamed. None: names stand on the booklets.
        labels: TOML with more label sheets; the folder's ``labels.toml`` if None and there is one.
        skip: labels of the first sheet that are used up.
        rooms: TOML with rooms; the folder's ``rooms.toml`` if None and there is one.
        seats: who sits where; None: as rooms.toml says, else as the list says, else spread.
        seat_seed: what seats are drawn from; None: as rooms.toml says, else 0.
        by_variant: booklets of each variant in a file of their own; with ``by_room``, for each room.
        by_room: booklets of each room in a file of their own, stickers of each room on fresh sheets.
        proof: also write the Fields drawn over the pages.
        blackened: booklets in which what is asked is covered, to be handed out ahead of the question paper.
        despite: codes of findings about the key that do not stop printing, of those in ``PASSABLE``.
        again: booklets that were lost: their candidates get another one, under a new number.
        new_edition: the exam has changed since it was printed, and is printed as it is now.
        for_all: booklets of the new edition also for those who have one of an earlier one.
        as_printed: add to what was printed without looking at the source.
        why: the reason for a new edition, or to print despite findings; for the records.
        seen: the stamp of the plan that whoever prints was shown; empty if it does not matter.
    """

    list_of_candidates: Path | None = None
    spare: int = 0
    extras: int = 0
    stickers: str | None = None
    labels: Path | None = None
    skip: int = 0
    rooms: Path | None = None
    seats: SeatRule | None = None
    seat_seed: int | None = None
    by_room: bool = False
    by_variant: bool = False
    proof: bool = False
    blackened: bool = False
    despite: tuple[str, ...] = ()
    again: tuple[int, ...] = ()
    new_edition: bool = False
    for_all: bool = False
    as_printed: bool = False
    why: str = ""
    seen: str = ""


def passed(wanted: PrintRequest, found: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings that do not stop this printing, because somebody said so.

    Raises:
        UsageError: a code that cannot be passed, a code without a reason, or a reason without a code.
    """
    unfit = [code for code in wanted.despite if code not in PASSABLE]
    if unfit:
        raise UsageError(
            f"no exam can be printed despite {unfit[0]}",
            f"mend it; only {' and '.join(PASSABLE)} can be passed",
        )
    if wanted.despite and not wanted.why.strip():
        raise UsageError("--despite without a reason", "say why it is printed all the same: --why TEXT")
    if wanted.new_edition and not wanted.why.strip():
        raise UsageError("--new-edition without a reason", "say why there is one: --why TEXT")
    if wanted.why.strip() and not wanted.despite and not wanted.new_edition:
        raise UsageError(
            "--why without --despite or --new-edition", f"name what is passed: --despite {PASSABLE[0]}"
        )
    if wanted.for_all and not wanted.new_edition:
        raise UsageError("--for-all without --new-edition", "a lost booklet is printed with --again N")
    if wanted.as_printed and wanted.new_edition:
        raise UsageError("--as-printed and --new-edition contradict one another", "give one of them")
    return tuple(d for d in found if d.code in wanted.despite)


_NO_LIST = Roster(())
_NO_ROOMS = Rooms()


@dataclass(frozen=True, slots=True)
class FilesRead:
    """What the files say.

    Attributes:
        people: the candidates in room and seat order; if some were known before, those who are new.
        listed: all rows of the list as it stands there.
        file: the list, None if there is none.
        sheet: the label sheet, if one is wanted.
        diagnostics: every finding of all files.
        roster: the list as it was read.
        rooms: as rooms.toml has them; none if there are findings.
    """

    people: tuple[Candidate, ...]
    listed: tuple[Candidate, ...]
    file: Path | None
    sheet: LabelSheet | None
    diagnostics: tuple[Diagnostic, ...]
    roster: Roster = _NO_LIST
    rooms: Rooms = _NO_ROOMS


def find(
    folder: Path,
    wanted: PrintRequest,
    terms: ListTerms = ANY_LIST,
    known: Sequence[Enrolled] = (),
) -> FilesRead:
    """Read the list of candidates, rooms and label sheets; every finding of all of them.

    Args:
        folder: the exam folder.
        wanted: what is asked for.
        terms: what the exam says of the list.
        known: who is on the records' list; they keep the seats that they have there.

    Raises:
        UsageError: a rule for seats without rooms, a label sheet that nobody knows, labels that are skipped
            where none are printed.
    """
    if wanted.stickers is None and (wanted.skip or wanted.labels is not None):
        raise UsageError(
            "labels are described or skipped, but no stickers are wanted", "add --stickers SHEET"
        )
    path = wanted.list_of_candidates or the_list(folder)
    roster = _NO_LIST if path is None else candidates.read(path, terms)
    place = _there(folder, wanted.rooms, ROOMS)
    plan_of_rooms = Rooms() if place is None else rooms.read(place)
    found = [*roster.diagnostics, *plan_of_rooms.diagnostics]
    names = {number for e in known for number in (e.candidate.registration, *e.former)}
    people = tuple(person for person in roster.candidates if person.registration not in names)
    found += missing_glyphs.in_names(people, roster.file or ROSTER, folder)
    # With errors nothing is printed, but what is wrong with the seats is said all the same, in one go: rows
    # with findings want a seat too, and of rooms with findings nothing is known.
    wrong = errors(found)
    asking = (*people, *roster.refused)
    if wrong and errors(plan_of_rooms.diagnostics):
        plan_of_rooms = Rooms(file=plan_of_rooms.file)
        rule = SeatRule.FILE
    else:
        rule = _rule(wanted, plan_of_rooms, people)
    whole = plan_of_rooms
    seed = next((s for s in (wanted.seat_seed, plan_of_rooms.seed) if s is not None), 0)
    if rule is not SeatRule.FILE:
        plan_of_rooms = _free(plan_of_rooms, known)
    file = ROSTER if path is None else str(path)
    seated = seats.assign(asking, plan_of_rooms, rule, seed, file=file)
    people = people if wrong else seated.candidates
    found += seated.diagnostics
    if rule is SeatRule.FILE:
        found += _taken(asking, known, {row.registration for row in roster.candidates}, file)
    sheet = None
    if wanted.stickers is not None:
        described = _there(folder, wanted.labels, LABELS)
        sheets = labels.Labels({}, ()) if described is None else labels.read(described)
        found += sheets.diagnostics
        sheet = None if sheets.diagnostics else labels.find(wanted.stickers, sheets.sheets)
    return FilesRead(people, roster.candidates, path, sheet, tuple(found), roster, whole)


def _taken(
    people: Sequence[Candidate], known: Sequence[Enrolled], rows: Collection[str], file: str
) -> Iterator[Diagnostic]:
    """Seats of newcomers on which somebody sits already; who has another number now has not moved."""
    there = {_seat(e.candidate): e.candidate for e in known if e.candidate.seat}
    for person in people:
        other = there.get(_seat(person))
        if other is not None and (other.name != person.name or other.registration in rows):
            message = f"{other.registration} and {person.registration} both sit at {person.seat}"
            yield Diagnostic("seat-taken", message, Place(file), "give one of them another seat")


def _seat(person: Candidate) -> tuple[str, str]:
    return person.room.casefold(), person.seat.casefold()


def _free(plan_of_rooms: Rooms, known: Sequence[Enrolled]) -> Rooms:
    """The rooms with those seats alone that nobody has yet."""
    taken = {_seat(e.candidate) for e in known}
    left = (
        replace(
            room,
            seats=tuple(s for s in room.seats if (room.name.casefold(), s.name.casefold()) not in taken),
        )
        for room in plan_of_rooms.rooms
    )
    return replace(plan_of_rooms, rooms=tuple(left))


def _there(folder: Path, given: Path | None, usual: str) -> Path | None:
    """The file that was named, else the usual one if it is there."""
    if given is not None:
        return given
    return folder / usual if (folder / usual).exists() else None


def _rule(wanted: PrintRequest, rooms_: Rooms, people: tuple[Candidate, ...]) -> SeatRule:
    """The rule that was asked for; else that of rooms.toml; else the list's seats, if it has any."""
    rule = wanted.seats or rooms_.rule
    if not rooms_.rooms:
        if wanted.seats not in {None, SeatRule.FILE}:
            raise UsageError(
                f"seats cannot be given by the rule {str(wanted.seats)!r}: there are no rooms",
                f"describe the rooms in {ROOMS}; docs/guide/candidates.md shows how",
            )
        return SeatRule.FILE
    return rule or (SeatRule.FILE if any(person.seat for person in people) else SeatRule.SPREAD)
