"""``klausur judge script``."""

from pathlib import Path
from typing import Annotated

import typer

from klausur import actions
from klausur.cli import options, terminal


def command(
    booklet: Annotated[int, typer.Argument(metavar="BOOKLET", help="The booklet's number.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="PDF", help="The file; script-BOOKLET.pdf if not given.")
    ] = None,
    *,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Write a booklet's annotated script: its pages with what was drawn, and what its answers earned.

    Example: klausur judge script 12 --out script.pdf
    """
    file = Path(f"script-{booklet}.pdf") if out is None else out
    made = actions.annotated_script.write(options.folder(None, exam), booklet, file)
    if json:
        terminal.to_json(made)
        return
    terminal.say(f"{made.file}: {made.pages} pages")
    for called in made.lacking:
        terminal.say(f"{called} cannot be shown", style="yellow")
