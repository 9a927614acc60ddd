"""``klausur scan``."""

from pathlib import Path
from typing import Annotated

import typer

from klausur.actions.scan import scan
from klausur.cli import options, terminal


def command(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILES...", help="Scanned PDF, JPEG, PNG or TIFF files, or folders."),
    ],
    *,
    exam: options.Exam = None,
    jobs: options.Jobs = None,
    json: options.Json = False,
) -> None:
    """Read scanned pages into the exam's records. Files that are known change nothing.

    Example: klausur scan --exam endterm scans/*.pdf
    """
    with terminal.working("Reading", "pages") as progress:
        done = scan(options.folder(None, exam), files, who=options.user(), jobs=jobs, progress=progress)
    if json:
        terminal.to_json(
            {
                "files": done.files,
                "known": done.known,
                "pages": done.pages,
                "placed": done.placed,
                "unplaced": {reason.value: count for reason, count in done.unplaced},
                "readings": done.readings,
                "flagged": done.flagged,
                "diagnostics": [d.as_json() for d in done.diagnostics],
            }
        )
    else:
        terminal.show(done.diagnostics)
        if done.known:
            terminal.say(f"{terminal.count(len(done.known), 'file')} known already")
        terminal.say(
            f"{terminal.count(done.pages, 'page')} from {terminal.count(len(done.files), 'file')}: "
            f"{done.placed} placed, "
            f"{done.pages - done.placed} unplaced; {done.readings} readings, {done.flagged} flagged"
        )
        for reason, count in done.unplaced:
            terminal.say(f"  {count} unplaced: {reason}")
        if done.unplaced or done.flagged:
            terminal.say("Next: klausur settle --list shows what a person must look at.")
    if done.diagnostics:
        raise typer.Exit(1)
