"""What shall be printed, as it was asked for, and who then sits where. Nothing is written here."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from klausur.base.diagnostics import Diagnostic, errors
from klausur.base.errors import UsageError
from klausur.exam.model import ONE, Variants
from klausur.paper import labels
from klausur.paper.labels import LabelSheet
from klausur.paper.run import PrintRun, plan
from klausur.roster import candidates, rooms, seats
from klausur.roster.candidates import Roster
from klausur.roster.columns import Named
from klausur.roster.model import Candidate, SeatRule
from klausur.roster.rooms import Rooms

ROSTER = "candidates.csv"
WORKBOOK = "candidates.xlsx"
ROOMS = rooms.NAME
LABELS = "labels.toml"

PASSABLE = ("claim-contradicted", "evidence-failed")
"""Findings that an exam can be printed in spite of: what they mean for the key, people may judge better."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be printed, and from what.

    Attributes:
        list_of_candidates: CSV or XLSX; if None, the folder's ``candidates.csv`` or ``candidates.xlsx``, if
            there is one.
        spare: unnamed booklets to add.
        extras: extra sheets.
        stickers: the label sheet for stickers; booklets are then unnamed. None: names stand on the booklets.
        labels: TOML with more label sheets; the folder's ``labels.toml`` if None and there is one.
        skip: labels of the first sheet that are used up.
        rooms: TOML with rooms; the folder's ``rooms.toml`` if None and there is one.
        seats: who sits where; None: as rooms.toml says, else as the list says, else spread.
        seat_seed: what seats are drawn from; None: as rooms.toml says, else 0.
        by_room: booklets of each room in a file of their own, stickers of each room on fresh sheets.
        proof: also write the Fields drawn over the pages.
        despite: codes of findings about the key that do not stop printing, of those in ``PASSABLE``.
        why: the reason to print despite them, for the records.
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
    proof: bool = False
    despite: tuple[str, ...] = ()
    why: str = ""

    def run(self, exam_number: int, people: tuple[Candidate, ...], variants: Variants = ONE) -> PrintRun:
        """The print run for these candidates, of an exam with these variants.

        Raises:
            UsageError: there is nothing to print, or more than page codes can number.
        """
        if self.stickers is not None and not people:
            raise UsageError("there are no candidates to make stickers for", "name a list with --candidates")
        return plan(
            exam_number,
            people,
            self.spare,
            stickers=self.stickers is not None,
            extras=self.extras,
            variants=variants,
        )


def passed(wanted: Wanted, found: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
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
    if wanted.why.strip() and not wanted.despite:
        raise UsageError("--why without --despite", f"name what is passed: --despite {PASSABLE[0]}")
    return tuple(d for d in found if d.code in wanted.despite)


@dataclass(frozen=True, slots=True)
class Found:
    """What the files say: the candidates in room and seat order, and the label sheet, if one is wanted."""

    people: tuple[Candidate, ...]
    sheet: LabelSheet | None
    diagnostics: tuple[Diagnostic, ...]


def find(folder: Path, wanted: Wanted, columns: Named = MappingProxyType({})) -> Found:
    """Read the list of candidates, rooms and label sheets; every finding of all of them.

    Args:
        folder: the exam folder.
        wanted: what is asked for.
        columns: headings of the list of candidates that the exam names.

    Raises:
        UsageError: a rule for seats without rooms, a label sheet that nobody knows, labels that are skipped
            where none are printed.
    """
    if wanted.stickers is None and (wanted.skip or wanted.labels is not None):
        raise UsageError(
            "labels are described or skipped, but no stickers are wanted", "add --stickers SHEET"
        )
    path = _there(folder, wanted.list_of_candidates, ROSTER) or _there(folder, None, WORKBOOK)
    roster = Roster(()) if path is None else candidates.read(path, columns)
    place = _there(folder, wanted.rooms, ROOMS)
    plan_of_rooms = Rooms() if place is None else rooms.read(place)
    found = [*roster.diagnostics, *plan_of_rooms.diagnostics]
    people = roster.candidates
    if not errors(found):
        rule = _rule(wanted, plan_of_rooms, people)
        seed = next((s for s in (wanted.seat_seed, plan_of_rooms.seed) if s is not None), 0)
        seated = seats.assign(people, plan_of_rooms, rule, seed, file=ROSTER if path is None else str(path))
        people = seated.candidates
        found += seated.diagnostics
    sheet = None
    if wanted.stickers is not None:
        described = _there(folder, wanted.labels, LABELS)
        known = labels.Labels({}, ()) if described is None else labels.read(described)
        found += known.diagnostics
        sheet = None if known.diagnostics else labels.find(wanted.stickers, known.sheets)
    return Found(people, sheet, tuple(found))


def _there(folder: Path, given: Path | None, usual: str) -> Path | None:
    """The file that was named, else the usual one if it is there."""
    if given is not None:
        return given
    return folder / usual if (folder / usual).exists() else None


def _rule(wanted: Wanted, rooms_: Rooms, people: tuple[Candidate, ...]) -> SeatRule:
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
