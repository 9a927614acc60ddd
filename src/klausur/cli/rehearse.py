"""``klausur rehearse``."""

from pathlib import Path
from typing import Annotated

import typer

from klausur import actions
from klausur.cli import acting, options, terminal
from klausur.cli.shown import Shown
from klausur.rehearse.level import Level

NAMED = 10
"""Misread boxes that are named."""


def command(  # noqa: PLR0913 - one parameter per option
    folder: options.Folder = None,
    *,
    exam: options.Exam = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Where to write. (default: rehearsal/ in DIR)")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="The same seed gives the same files.")] = 1,
    level: Annotated[Level, typer.Option("--level", help="How badly the pages are treated.")] = Level.DEFAULT,
    uncorrected: Annotated[
        bool, typer.Option("--uncorrected", help="Nobody crosses credits: the answers are to be judged.")
    ] = False,
    jobs: options.Jobs = None,
    shown: options.Progress = Shown.AUTO,
    json: options.Json = False,
    compare: Annotated[
        bool,
        typer.Option(
            "--compare", help="Make nothing: compare what was read of the rehearsal with its truth."
        ),
    ] = False,
    marks_benchmark: Annotated[
        Path | None,
        typer.Option(
            "--marks-benchmark",
            metavar="NEW",
            help="Without an exam: write the set of marks on which readers are measured, always the same.",
        ),
    ] = None,
) -> None:
    """Fill the printed booklets with made-up marks and scan them, in software, with the truth beside.

    Example: klausur rehearse endterm --seed 3 --out trial
    """
    if marks_benchmark is not None:
        with terminal.working("Marking and scanning", "ways", shown=shown) as progress:
            marks, ways = actions.rehearse.mark_benchmark(marks_benchmark, progress=progress)
        if json:
            terminal.to_json({"folder": str(marks_benchmark), "marks": marks})
        else:
            terminal.say(f"{marks_benchmark}: {marks:,} marks in {ways} ways")
        return
    if compare:
        found = actions.compare_rehearsal.compare_rehearsal(options.folder(folder, exam), out)
        if json:
            terminal.to_json(found)
        else:
            compared(found)
        if found.misread:
            raise typer.Exit(1)
        return
    with terminal.working("Filling and scanning", "booklets", shown=shown) as progress:
        done = actions.rehearse.rehearse(
            options.folder(folder, exam),
            actor=acting.examiner(),
            out=out,
            seed=seed,
            level=level,
            corrected=not uncorrected,
            jobs=jobs,
            progress=progress,
        )
    if json:
        terminal.to_json(
            {"files": done.files, "marks": done.marks, "pages": done.pages, "fields": done.fields}
        )
        return
    for path in (*done.files, done.marks, done.pages, done.fields):
        terminal.say(str(path))


def compared(found: "actions.compare_rehearsal.Compared") -> None:
    """How what was read compares with what was really there."""
    boxes, others = found.boxes, found.fields
    terminal.say(
        f"{boxes.boxes:,} boxes were read, {boxes.marked:,} of them marked. Against what was really there:"
    )
    misread = len(boxes.silent_misreads)
    terminal.say(f"  {misread} misread", style="bold red" if misread else "bold green")
    for wrong in boxes.silent_misreads[:NAMED]:
        terminal.say(f"    booklet {wrong.booklet}, {wrong.field}: {wrong.truth} read as {wrong.read}")
    if misread > NAMED:
        terminal.say(f"    and {misread - NAMED} more: --json names them all")
    terminal.say(
        f"  {boxes.flagged} left to a person, as the machine is not sure of them: "
        f"{boxes.flagged_marked} marked, {boxes.flagged_empty} empty"
    )
    if boxes.missing:
        terminal.say(f"  {boxes.missing:,} not read, as their pages are lost, or wait for a person")
    seen = ", ".join(terminal.count(number, str(kind)) for kind, number in others.read.items())
    if seen:
        terminal.say(
            f"{seen} read: {len(others.silent_misreads)} misread, "
            f"{sum(others.flagged.values())} left to a person"
        )
    for heard in others.silent_misreads[:NAMED]:
        at = heard.truth
        terminal.say(f"    {at.sheet} {at.number}, {at.field}: {at.value or 'nothing'} read as {heard.read}")
