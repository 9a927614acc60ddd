"""``klausur solution``."""

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
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Where to write. (default: print/solution/)")
    ] = None,
    shown: options.Progress = Shown.AUTO,
    json: options.Json = False,
) -> None:
    """Make the sample solutions of what was printed once more, by the key that counts now.

    The source is not looked at.

    Example: klausur solution endterm
    """
    with terminal.working("Typesetting", "solutions", shown=shown):
        files = actions.solution.solution(options.folder(folder, exam), actor=acting.examiner(), out=out)
    if json:
        terminal.to_json({"files": files})
        return
    for path in files:
        terminal.say(str(path))
