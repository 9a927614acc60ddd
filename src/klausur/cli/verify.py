"""``klausur verify``."""

from typing import Annotated

import typer

from klausur import actions
from klausur.cli import acting, options, terminal
from klausur.cli.log import Noted, noted, records
from klausur.cli.shown import Shown


def command(
    folder: options.Folder = None,
    *,
    exam: options.Exam = None,
    head: Noted = None,
    mend: Annotated[
        bool, typer.Option("--mend", help="Make again from the records whatever differs from them.")
    ] = False,
    scans: Annotated[
        bool, typer.Option("--scans", help="Read the kept copies of all scanned files, too.")
    ] = False,
    shown: options.Progress = Shown.AUTO,
    json: options.Json = False,
) -> None:
    """Compute everything anew from the records, and see that these are as they were written.

    Example: klausur verify endterm --scans
    """
    with terminal.working("Verifying", "files", shown=shown) as progress:
        found = actions.verify.verify(
            options.folder(folder, exam),
            actor=acting.examiner(),
            noted=noted(head),
            mend=mend,
            scans=scans,
            progress=progress,
        )
    if json:
        terminal.to_json(
            {
                "state": found.state,
                "trail": found.trail,
                "scans": found.scans,
                "mended": found.mended,
                "head": found.head,
            }
        )
    else:
        for each in (*found.state, *found.trail, *found.scans):
            terminal.say(each, style="bold red")
        if found.mended:
            terminal.say("State was made again from the records.")
        elif found.state:
            terminal.say("What State says is made again from the records by: klausur verify --mend")
        if found.trail:
            terminal.say("The records were changed behind Klausur's back: compare them with a backup")
        if found.scans:
            terminal.say("Scanned files were changed or lost: put them back from a backup")
        if not found.state and not found.trail and not found.scans:
            terminal.say("All is as it was written, and as it follows from that.")
        terminal.say(records(found.head))
    if not found.holds:
        raise typer.Exit(1)
