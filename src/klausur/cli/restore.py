"""``klausur restore``."""

from pathlib import Path
from typing import Annotated

import typer

from klausur import actions
from klausur.base.errors import UsageError
from klausur.cli import acting, options, terminal
from klausur.cli.log import records
from klausur.cli.shown import Shown


def command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The archive.")],
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="A new folder for the exam.")
    ] = None,
    verify_only: Annotated[
        bool, typer.Option("--verify-only", help="Only see that the archive is whole; write nothing.")
    ] = False,
    shown: options.Progress = Shown.AUTO,
    json: options.Json = False,
) -> None:
    """Bring an archived exam back into a new folder, once every byte of it was verified.

    Example: klausur restore /backup/endterm.zip -o endterm
    """
    if (output is None) != verify_only:
        raise UsageError("say where to, or that nothing is written", "-o DIR, or --verify-only")
    with terminal.working("Verifying", "bytes", shown=shown) as progress:
        done = actions.restore.restore(file, output, actor=acting.examiner(), progress=progress)
    if json:
        terminal.to_json(done)
    else:
        for each in done.wrong:
            terminal.say(each, style="bold red")
        whole = "holds" if done.wrong else "is whole:"
        terminal.say(
            f"{file} {whole} {terminal.count(done.files, 'file')} of {done.exam}, by {done.who}, {done.made}"
        )
        terminal.say(records(done.head))
        if done.folder is not None:
            terminal.say(str(done.folder))
    if done.wrong:
        raise typer.Exit(1)
