"""``klausur demo``."""

from pathlib import Path
from typing import Annotated

import typer

from klausur import actions
from klausur.cli import acting, grade, options, terminal

_STEPS = {
    "source": "Writing the reference exam",
    "check": "Checking",
    "print": "Typesetting booklets",
    "rehearse": "Filling and scanning booklets in software",
    "scan": "Reading pages",
    "compare": "Comparing with the truth",
    "grade": "Grading",
}

SHOWN = 10
"""Misread boxes that are named; the table of the truth has them all."""


def command(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A new or empty folder, or that of an earlier demo.")
    ],
    *,
    booklets: Annotated[
        int, typer.Option("--booklets", min=1, metavar="N", help="How many candidates.")
    ] = 30,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="The same seed gives the same demo.")] = 7,
    jobs: options.Jobs = None,
    json: options.Json = False,
) -> None:
    """Take the reference exam from its source to grades, with made-up candidates and scans.

    Example: klausur demo demo --booklets 30 --seed 7
    """
    done = actions.demo.demo(
        folder,
        actor=acting.examiner(),
        booklets=booklets,
        seed=seed,
        jobs=jobs,
        announce=lambda step: terminal.working(_STEPS[step]),
    )
    if json:
        terminal.to_json(_plain(done))
        return
    grade.show(done.graded)
    _compare(done)
    _files(done)


def _compare(done: "actions.demo.Demonstrated") -> None:
    """How the readings compare with the truth, and how long each step took."""
    found = done.comparison
    terminal.say()
    terminal.say(
        f"Pages: {done.scanned.pages} scanned, {done.scanned.placed} placed, "
        f"{done.scanned.pages - done.scanned.placed} unplaced"
        + "".join(f"; {count} {reason}" for reason, count in done.scanned.unplaced)
    )
    terminal.say(
        f"Readings: {done.readings}, of which {found.marked} boxes are marked in truth; "
        f"{done.flagged} flagged for a person ({found.flagged_marked} marked, {found.flagged_empty} empty)"
    )
    terminal.say(
        f"Misread without a flag: {len(found.silent_misreads)}",
        style="bold red" if found.silent_misreads else "bold green",
    )
    for wrong in found.silent_misreads[:SHOWN]:
        terminal.say(f"  booklet {wrong.booklet}, {wrong.field}: {wrong.truth} read as {wrong.read}")
    total = sum(seconds for _, seconds in done.seconds)
    steps = ", ".join(f"{step} {seconds:.1f}" for step, seconds in done.seconds)
    terminal.say(f"Seconds: {total:.1f} ({steps})")


def _files(done: "actions.demo.Demonstrated") -> None:
    """Where to look."""
    place = done.folder
    terminal.say()
    for path, what in (
        (
            place / actions.print_booklets.FOLDER,
            "the exam paper, the blackened paper, the sample solution, all booklets",
        ),
        (place / actions.rehearse.REHEARSAL, "the scanned files, and the truth about them"),
        (place / actions.grade.CSV, "the results"),
    ):
        terminal.say(f"{path}: {what}")
    terminal.say(f"Next: klausur settle list --exam {place}")


def _plain(done: "actions.demo.Demonstrated") -> object:
    return {
        "booklets": done.booklets,
        "pages": done.scanned.pages,
        "placed": done.scanned.placed,
        "unplaced": done.scanned.pages - done.scanned.placed,
        "readings": done.readings,
        "silent_misreads": len(done.comparison.silent_misreads),
        "flagged": done.flagged,
        "flagged_marked": done.comparison.flagged_marked,
        "marked": done.comparison.marked,
        "final": done.graded.summary.final,
        "open": done.graded.summary.open,
        "missing": done.graded.summary.missing,
        "results": done.folder / actions.grade.CSV,
        "seconds": {step: round(seconds, 3) for step, seconds in done.seconds},
    }
