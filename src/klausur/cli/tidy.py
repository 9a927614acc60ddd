"""``klausur tidy``."""

from pathlib import Path
from typing import Annotated

import typer

from klausur import actions
from klausur.cli import acting, options, terminal
from klausur.cli.shown import Shown


def command(
    folder: options.Folder = None,
    *,
    exam: options.Exam = None,
    link: Annotated[
        Path | None,
        typer.Option(
            "--link",
            metavar="DIR",
            help="Let the scanned files in this folder share their place on disk with the records' copies.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be saved, but change nothing.")
    ] = False,
    shown: options.Progress = Shown.AUTO,
    json: options.Json = False,
) -> None:
    """Take less room on disk: pictures that can be made again go, files that are there twice are joined.

    Example: klausur tidy endterm --link endterm/scans --dry-run
    """
    with terminal.working("Looking at files", "files", shown=shown) as progress:
        done = actions.tidy.tidy(
            options.folder(folder, exam),
            actor=acting.examiner(),
            link=link,
            dry_run=dry_run,
            progress=progress,
        )
    if json:
        terminal.to_json(done)
        return
    would = "" if done.done else "Would take away "
    pictures = terminal.count(len(done.pictures), "picture") + " of images that no longer wait"
    terminal.say(f"{would or 'Took away '}{pictures}")
    if link is not None:
        linked = terminal.count(len(done.linked), "file")
        terminal.say(f"{'Joined' if done.done else 'Would join'} {linked} with the copies in the records")
    terminal.say(f"{done.saved:,} bytes saved" if done.done else f"{done.saved:,} bytes would be saved")
    terminal.say(f"The scans themselves take {done.kept:,} bytes: every file is kept as it came")
