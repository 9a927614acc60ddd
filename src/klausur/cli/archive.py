"""``klausur archive``."""

from pathlib import Path
from typing import Annotated

import typer

from klausur import actions
from klausur.cli import acting, options, terminal
from klausur.cli.log import records
from klausur.cli.shown import Shown


def command(
    folder: options.Folder = None,
    *,
    exam: options.Exam = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="The archive, such as endterm.zip.")
    ],
    shown: options.Progress = Shown.AUTO,
    json: options.Json = False,
) -> None:
    """Pack source, records, key, scans and papers into one file that can be verified and restored.

    Example: klausur archive endterm -o /backup/endterm.zip
    """
    with terminal.working("Packing", "bytes", shown=shown) as progress:
        done = actions.archive.archive(
            options.folder(folder, exam), output, actor=acting.examiner(), progress=progress
        )
    if json:
        terminal.to_json(done)
    else:
        for each in done.left_out:
            terminal.say(f"{each} is a link to a folder, and left out", style="bold yellow")
        for each in done.wrong:
            terminal.say(each, style="bold red")
        terminal.say(f"{done.file}: {terminal.count(done.files, 'file')}, {done.size:,} bytes")
        terminal.say(f"SHA-256 {done.sha256}")
        terminal.say(records(done.head))
        terminal.say("The archive holds the exam's key and personal data: keep it as you keep the exam.")
    if done.wrong:
        raise typer.Exit(1)
