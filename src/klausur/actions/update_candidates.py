"""Bring the list of candidates in the records in line with a newer file of the student administration."""

from dataclasses import dataclass
from pathlib import Path

from klausur.actions import up_to_date
from klausur.actions.candidates import theirs
from klausur.actions.print_request import ROOMS
from klausur.actions.roles import Verb, allow
from klausur.base.diagnostics import Diagnostic, errors
from klausur.base.errors import MeanwhileError
from klausur.base.stamps import stamp
from klausur.exam import source
from klausur.roster import candidates as files
from klausur.roster import rooms, seats
from klausur.roster.candidates import ListTerms, Roster
from klausur.roster.model import SeatRule
from klausur.roster.rooms import Rooms
from klausur.state.enrolment import Update, plan, said
from klausur.state.facts import Author
from klausur.store import audit, candidates, derive, looks
from klausur.store.derive import Touched
from klausur.store.folder import opened, writing
from klausur.typeset import missing_glyphs


@dataclass(frozen=True, slots=True)
class Updated:
    """What a newer list changes, or has changed, and the findings in it; with errors nothing is looked at."""

    update: Update
    diagnostics: tuple[Diagnostic, ...] = ()
    seats_kept: bool = False
    """Rooms and seats were given by rooms.toml, so that those of the list do not count."""
    roster: Roster | None = None
    """The list as it was read."""

    @property
    def open(self) -> int:
        """How many things a person must decide."""
        return len(errors(self.diagnostics)) + len(self.update.namesakes)


def update_candidates(
    folder: Path,
    path: Path,
    author: Author,
    *,
    withdraw_missing: bool = False,
    seen: str = "",
    dry_run: bool = False,
) -> Updated:
    """Take over a newer list: who came is added, what changed is corrected.

    Args:
        folder: the exam folder.
        path: the list, CSV or XLSX.
        author: who takes it over, and why; without a reason, the list is named as one.
        withdraw_missing: also mark who is gone from it as withdrawn, unless their booklet was found or named.
        seen: the `stamp` of the update that the author was shown; empty if it does not matter.
        dry_run: say what would be recorded, and record nothing.

    Raises:
        NotFoundError: nothing was printed yet.
        MeanwhileError: something else would change than the author was shown.
    """
    allow(author.actor, Verb.UPDATE_CANDIDATES)
    by = Author(author.actor, author.why.strip() or f"by the list {path.name}")
    with opened(folder) as records:
        frame = up_to_date.look(records)
        roster = files.read(path, ListTerms(*source.list_terms(folder)))
        kept, about_seats = _seats(folder, roster)
        letters = missing_glyphs.in_names(roster.candidates, roster.file, folder)
        diagnostics = (*roster.diagnostics, *about_seats, *letters)
        if errors(diagnostics):
            return Updated(Update(), diagnostics, roster=roster)
        says = roster.says - {"room", "seat"} if kept else roster.says
        with writing(keep=not dry_run):
            # Whatever the newer list was held against before, it is held against what the records say now.
            sat = frozenset(theirs(looks.look()))
            update = plan(candidates.enrolled(), roster.candidates, says=says, sat=sat)
            if seen and seen != stamp(update):
                raise MeanwhileError(
                    "somebody else has changed the list of candidates meanwhile",
                    "look at what would change now",
                )
            now = said(update, by.why, withdraw_missing=withdraw_missing)
            if update.came or now:
                candidates.add(update.came, by)
                candidates.say(now, by)
                derive.refresh(frame.anew(), Touched(candidates=True, owners=True))
                detail = _detail(update, path, by, withdraw=withdraw_missing)
                audit.append("update-candidates", by.actor, detail)
    return Updated(update, diagnostics, kept, roster)


def _seats(folder: Path, roster: Roster) -> tuple[bool, tuple[Diagnostic, ...]]:
    """Whether rooms.toml has given the seats, by a rule other than ``file``; if not, what is wrong."""
    place = folder / ROOMS
    found = rooms.read(place) if place.exists() else Rooms()
    default = SeatRule.FILE if any(c.seat for c in roster.candidates) else SeatRule.SPREAD
    if bool(found.rooms) and (found.rule or default) is not SeatRule.FILE:
        return True, ()
    if errors(found.diagnostics) or "seat" not in roster.says:
        return False, found.diagnostics
    people = (*roster.candidates, *roster.refused)
    return False, seats.assign(people, found, SeatRule.FILE, 0, file=roster.file).diagnostics


def _detail(update: Update, path: Path, author: Author, *, withdraw: bool) -> dict[str, object]:
    return {
        "file": path.name,
        "came": [c.registration for c in update.came],
        "changed": {c.enrolled.candidate.registration: list(c.fields) for c in update.changed},
        "withdrawn": [e.candidate.registration for e in update.gone] if withdraw else [],
        "why": author.why,
    }
