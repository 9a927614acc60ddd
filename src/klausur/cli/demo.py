"""``klausur demo``."""

from pathlib import Path
from typing import Annotated

import typer

from klausur import actions
from klausur.cli import acting, grade, options, rehearse, scan, terminal
from klausur.cli.shown import Shown

_STEPS = {
    "source": ("Writing the exam", ""),
    "check": ("Checking the exam", "papers"),
    "print": ("Proving its key, typesetting", "booklets"),
    "rehearse": ("Filling by pen and scanning", "papers"),
    "scan": ("Reading what was scanned", "pages"),
    "compare": ("Comparing with the truth", ""),
    "grade": ("Grading", ""),
}
"""What each step does, and what it counts."""


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
    shown: options.Progress = Shown.AUTO,
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
        announce=lambda step: terminal.working(*_STEPS[step], shown=shown, stays=True),
    )
    if json:
        terminal.to_json(_plain(done))
        return
    grade.table(done.graded)
    _read(done)
    terminal.say("\nGrades", style="bold")
    grade.show(done.graded)
    _files(done)


def _read(done: "actions.demo.Demonstrated") -> None:
    """What the machine saw, and how that compares with what was really marked."""
    spoilt, scanned = done.compared.spoilt, done.scanned
    terminal.say("\nScanned pages", style="bold")
    scan.placed(scanned)
    meant = [
        f"scanned {terminal.count(spoilt.twice, 'page')} twice" if spoilt.twice else "",
        f"spoilt the page code on {terminal.count(spoilt.illegible, 'image')}" if spoilt.illegible else "",
        f"lost {terminal.count(spoilt.lost, 'page')}" if spoilt.lost else "",
    ]
    if any(meant):
        terminal.say(f"The demo {' and '.join(filter(None, meant))} on purpose, as happens with paper.")
    terminal.say("\nMarks", style="bold")
    rehearse.compared(done.compared)


def _files(done: "actions.demo.Demonstrated") -> None:
    """How long it took, and where to look."""
    place = done.folder
    terminal.say("\nWhere to look", style="bold")
    for path, what in (
        (place / actions.print_booklets.FOLDER, "the papers: booklets, blackened paper, sample solution"),
        (place / actions.rehearse.REHEARSAL, "the same booklets filled and scanned, with the truth beside"),
        (place / actions.grade.CSV, "the results"),
    ):
        terminal.say(f"  {path}: {what}")
    total = sum(seconds for _, seconds in done.seconds)
    steps = ", ".join(f"{step} {seconds:.0f}" for step, seconds in done.seconds if seconds >= 1)
    terminal.say(f"It took {total:.0f} s ({steps}). What waits for a person: klausur settle list {place}")


def _plain(done: "actions.demo.Demonstrated") -> object:
    return {
        "booklets": done.booklets,
        "pages": done.scanned.pages,
        "placed": done.scanned.placed,
        "unplaced": done.scanned.pages - done.scanned.placed,
        "readings": done.compared.readings,
        "silent_misreads": len(done.compared.boxes.silent_misreads),
        "flagged": done.compared.flagged,
        "flagged_marked": done.compared.boxes.flagged_marked,
        "marked": done.compared.boxes.marked,
        "final": done.graded.summary.final,
        "open": done.graded.summary.open,
        "missing": done.graded.summary.missing,
        "results": done.folder / actions.grade.CSV,
        "seconds": {step: round(seconds, 3) for step, seconds in done.seconds},
    }
