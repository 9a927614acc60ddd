"""``klausur settle list``."""

from pathlib import Path
from typing import Annotated

import typer

from klausur import actions
from klausur.cli import options, terminal, waiting
from klausur.cli.shown import Shown


def command(
    folder: options.Folder = None,
    *,
    exam: options.Exam = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write one HTML page with a picture of all that waits."),
    ] = None,
    jobs: options.Jobs = None,
    shown: options.Progress = Shown.AUTO,
    wide: options.Wide = False,
    json: options.Json = False,
) -> None:
    """Show what waits for a person: questions, images, booklets and extra sheets.

    Example: klausur settle list endterm --html waits.html
    """
    place = options.folder(folder, exam)
    if html is None:
        waiting.show(place, wide=wide, json=json)
        return
    with terminal.working("Cutting pictures", "cards", shown=shown) as progress:
        made = actions.contact_sheet.write(place, html, jobs=jobs, progress=progress)
    if json:
        terminal.to_json(made)
        return
    terminal.say(str(made.file))
    lacking = f"; {made.without_picture} of them without a picture" if made.without_picture else ""
    terminal.say(f"{terminal.count(made.cards, 'thing waits', 'things wait')} for a person{lacking}")
