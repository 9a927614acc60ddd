"""``klausur scripts``."""

from pathlib import Path
from typing import Annotated

import typer

from klausur import actions
from klausur.cli import options, terminal
from klausur.cli.shown import Shown


def command(
    folder: options.Folder = None,
    *,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="OUT", help="A new folder, or a file ending in .zip.")
    ],
    merged: Annotated[
        bool, typer.Option("--merged", help="Also all of them in one file for the archive, scripts.pdf.")
    ] = False,
    jobs: options.Jobs = None,
    progress: options.Progress = Shown.AUTO,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Write the annotated scripts of all booklets, one PDF each, with a manifest of what is in them.

    Scans stay as they are; what was read, drawn and earned lies over them.

    Example: klausur scripts endterm -o scripts --merged
    """
    place = options.folder(folder, exam)
    with terminal.working("Writing", "scripts", shown=progress) as told:
        made = actions.annotated_script.write_all(place, out, told, jobs, merged=merged)
    if json:
        terminal.to_json(made)
        return
    terminal.say(f"{made.file}: {terminal.count(made.scripts, 'script')}")
    for called in made.lacking:
        terminal.say(f"{called} cannot be shown", style="yellow")
