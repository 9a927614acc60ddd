"""Put a newer list of candidates into an exam's folder, as long as nothing is printed.

From the first printing on the records have the list; `klausur.actions.update_candidates` changes it there.
"""

from dataclasses import dataclass
from pathlib import Path

from klausur.actions.roles import Verb, allow
from klausur.actions.the_list import LISTS, ROSTER, the_list
from klausur.base.diagnostics import Diagnostic, errors
from klausur.base.errors import MeanwhileError, NotFoundError, RefusedError
from klausur.base.stamps import stamp
from klausur.exam import source
from klausur.roster import candidates as files
from klausur.roster.candidates import ListTerms, Roster
from klausur.roster.tables import form
from klausur.state.enrolment import Update, plan
from klausur.state.facts import Actor, Enrolled
from klausur.store import printings
from klausur.store.folder import Records, opened
from klausur.typeset import missing_glyphs

BEFORE = "candidates-before"
"""The name of the list that was there before, without its ending."""

_ENDINGS = {"ODS": ".ods", "XLSX": ".xlsx", "XLS": ".xls", "web page": ".xls"}
"""Of the forms in which a list comes; all others are CSV. Many systems call a web page ``.xls``."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What a newer list changes, the findings in it, and where it lies now; None in a dry run or with errors.

    ``roster`` is the list as it was read.
    """

    update: Update
    diagnostics: tuple[Diagnostic, ...]
    roster: Roster
    file: Path | None = None


def bring_list(folder: Path, path: Path, actor: Actor, *, seen: str = "", dry_run: bool = False) -> Brought:
    """Make a list the one in the exam's folder. The one that was there stays beside it.

    Args:
        folder: the exam folder.
        path: the list, in any of the forms that are read.
        actor: who brings it.
        seen: the `stamp` of the change that the actor was shown; empty if it does not matter.
        dry_run: say what would change, and write nothing.

    Raises:
        MeanwhileError: it would change something else than the actor was shown.
        RefusedError: something was printed, so that the records have the list.
    """
    allow(actor, Verb.UPDATE_CANDIDATES)
    _refuse_printed(folder)
    terms = ListTerms(*source.list_terms(folder))
    roster = files.read(path, terms)
    letters = missing_glyphs.in_names(roster.candidates, roster.file, folder)
    diagnostics = (*roster.diagnostics, *letters)
    update = plan(_there(folder, terms), roster.candidates, says=roster.says)
    found = Brought(update, diagnostics, roster)
    if dry_run or errors(diagnostics):
        return found
    if seen and seen != stamp(update):
        raise MeanwhileError(
            "the list in the exam's folder has changed meanwhile", "look at what would change now"
        )
    data = path.read_bytes()
    _set_aside(folder)
    place = folder / f"{Path(ROSTER).stem}{_ENDINGS.get(form(data), '.csv')}"
    part = place.with_name(f".{place.name}.part")
    part.write_bytes(data)
    part.replace(place)
    return Brought(update, diagnostics, roster, place)


def take_back(folder: Path, actor: Actor) -> Path:
    """Make the list that was there before the one that counts again; the two change places.

    Raises:
        NotFoundError: there is no earlier one.
        RefusedError: something was printed.
    """
    allow(actor, Verb.UPDATE_CANDIDATES)
    _refuse_printed(folder)
    before = earlier(folder)
    if before is None:
        raise NotFoundError("there is no earlier list of candidates", "bring one")
    held = before.with_name(f".{before.name}.part")
    before.replace(held)
    _set_aside(folder)
    place = folder / f"{Path(ROSTER).stem}{before.suffix}"
    held.replace(place)
    return place


def earlier(folder: Path) -> Path | None:
    """The list that was there before the one that counts; None if there is none."""
    return next((p for p in (folder / f"{BEFORE}{Path(n).suffix}" for n in LISTS) if p.exists()), None)


def _set_aside(folder: Path) -> None:
    """Give the list that is there the name of the one before, and clear away what had that."""
    there = [path for path in (folder / name for name in LISTS) if path.exists()]
    for name in LISTS if there else ():
        (folder / f"{BEFORE}{Path(name).suffix}").unlink(missing_ok=True)
    for path in there:  # those too that were passed over: they would count before the new one
        path.replace(folder / f"{BEFORE}{path.suffix}")


def _there(folder: Path, terms: ListTerms) -> tuple[Enrolled, ...]:
    """Who stands on the list that is there, as it says it: rooms.toml has given no seats yet."""
    path = the_list(folder)
    people = () if path is None else files.read(path, terms).candidates
    return tuple(Enrolled(n, person) for n, person in enumerate(people, start=1))


def _refuse_printed(folder: Path) -> None:
    if not Records(folder).there:
        return
    with opened(folder):
        if printings.begun():
            raise RefusedError(
                "the exam was printed, so that its records have the list of candidates",
                "bring it as a newer list, which tells who came and what changed",
            )
