"""``klausur adopt --scans``: what scans without codes seem to be, and taking in what is confirmed of them."""

import re
from dataclasses import dataclass
from pathlib import Path

import typer

from klausur import actions
from klausur.base.diagnostics import errors
from klausur.base.errors import UsageError
from klausur.cli import terminal
from klausur.cli.shown import Shown
from klausur.state.facts import Author


@dataclass(frozen=True, slots=True)
class Work:
    """How it is done and told: processes, whether anything is written, progress, JSON."""

    jobs: int | None
    dry_run: bool
    shown: Shown
    json: bool


def propose(folder: Path, scans: Path, listed: Path, how: Work) -> None:
    """Write the list and the sheet of pictures, and say what must be looked at."""
    with terminal.working("Looking", "images", shown=how.shown) as progress:
        found = actions.adopt_scans.propose(
            folder, scans, listed, jobs=how.jobs, dry_run=how.dry_run, progress=progress
        )
    _proposed(found, folder, scans, json=how.json)


def confirm(folder: Path, scans: Path, listed: Path, named: str, author: Author, how: Work) -> None:
    """Take in the booklets that are named."""
    wanted = _booklets(named)
    with terminal.working("Stamping", "pages", shown=how.shown) as progress:
        taken = actions.adopt_confirmed.confirm(
            *(folder, scans, listed, wanted, author),
            jobs=how.jobs,
            dry_run=how.dry_run,
            progress=progress,
        )
    _taken(taken, dry_run=how.dry_run, json=how.json)


def _booklets(text: str) -> frozenset[int] | None:
    """The numbers that ``3,7-12`` names; None for all."""
    if text == "all":
        return None
    found: set[int] = set()
    for part in text.split(","):
        said = re.fullmatch(r"\s*([0-9]{1,6})(?:-([0-9]{1,6}))?\s*", part)
        if said is None:
            raise UsageError(f"{text!r} names no booklets", "write --confirm 3,7-12, or --confirm all")
        first, last = int(said[1]), int(said[2] or said[1])
        found.update(range(first, last + 1))
    return frozenset(found)


def _proposed(found: "actions.adopt_scans.ProposedScans", folder: Path, scans: Path, *, json: bool) -> None:
    if json:
        plain = [d.as_json() for d in found.diagnostics]
        terminal.to_json(
            {"files": found.files, "known": found.known, "images": found.placements, "diagnostics": plain}
        )
    else:
        terminal.show(found.diagnostics)
        for line in found.placements:
            if line.look or line.why:
                where = f"booklet {line.booklet}, page {line.page}: " if line.booklet else ""
                terminal.say(
                    f"look: {line.file}, image {line.image}: {where}{line.look or line.why}", style="yellow"
                )
        images = terminal.count(len(found.placements), "image")
        known = f"; {found.known} taken in before" if found.known else ""
        terminal.say(f"{images}, {terminal.count(found.booklets, 'booklet')}{known}")
        if found.files:
            listed, sheet = found.files
            terminal.say(f"{listed}\n{sheet}")
            terminal.say(
                f"Next: look at {sheet.name}, correct {listed.name}, then: "
                f"klausur adopt {folder} --scans {scans} --with {listed} --confirm N-M"
            )
    if errors(found.diagnostics):
        raise typer.Exit(1)


def _taken(taken: "actions.adopt_confirmed.TakenIn", *, dry_run: bool, json: bool) -> None:
    scanned = taken.scanned
    if json:
        plain = None if scanned is None else {"placed": scanned.placed, "flagged": scanned.flagged}
        said = {
            "booklets": taken.booklets,
            "pages": taken.pages,
            "covered": taken.covered,
            "left": taken.left,
        }
        terminal.to_json(said | {"scanned": plain})
        return
    for each in taken.covered:
        terminal.say(f"look: booklet {each.booklet}, page {each.page}: {each.what}", style="yellow")
    booklets = terminal.count(len(taken.booklets), "booklet")
    would = "would be taken in" if dry_run else "taken in"
    terminal.say(f"{booklets}, {terminal.count(taken.pages, 'page')} {would}")
    if scanned is not None:
        unplaced = scanned.pages - scanned.placed
        waits = f", {unplaced} wait for a person" if unplaced else ""
        readings = terminal.count(scanned.readings, "reading")
        terminal.say(f"{scanned.placed} placed{waits}; {readings}, {scanned.flagged} flagged")
    nobodys = sum(not registration for registration in taken.booklets.values())
    if nobodys:
        terminal.say(
            f"{terminal.count(nobodys, 'booklet')} without a registration number: "
            "say whose each is: klausur settle owner N --candidate REG"
        )
    if taken.left:
        terminal.say(f"{terminal.count(taken.left, 'image')} of the list left out: no booklet has them")
