"""``klausur day``."""

from pathlib import Path
from typing import Annotated

import typer

from klausur import actions
from klausur.base.diagnostics import errors
from klausur.cli import acting, options, terminal
from klausur.cli.shown import Shown


def command(  # noqa: PLR0913 - one parameter per option
    folder: options.Folder = None,
    *,
    exam: options.Exam = None,
    rooms: Annotated[
        Path | None, typer.Option("--rooms", metavar="FILE", help="The rooms. (default: rooms.toml)")
    ] = None,
    numbers: Annotated[
        bool, typer.Option("--numbers", help="Door lists with registration numbers instead of names.")
    ] = False,
    name_signs: Annotated[
        bool, typer.Option("--name-signs", help="Also name-signs.pdf, a sign for each desk.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Where to write. (default: day/)")
    ] = None,
    shown: options.Progress = Shown.AUTO,
    json: options.Json = False,
) -> None:
    """Make door lists, seat plans and a checklist for the day, from the records as they are now.

    They are written over each time: make them last thing, when latecomers and moved seats are on the list.

    Example: klausur day endterm --name-signs
    """
    with terminal.working("Typesetting", "papers", shown=shown):
        made = actions.day.make_day_papers(
            options.folder(folder, exam),
            actor=acting.examiner(),
            rooms=rooms,
            numbers=numbers,
            name_signs=name_signs,
            out=out,
        )
    if json:
        terminal.to_json(
            {
                "files": made.files,
                "people": made.people,
                "unseated": made.unseated,
                "alike": [{"room": room, "pairs": pairs} for room, pairs in made.alike],
                "diagnostics": [d.as_json() for d in made.diagnostics],
            }
        )
    else:
        terminal.show(made.diagnostics)
        if made.unseated:
            some = ", ".join(made.unseated[:10]) + " …" * (len(made.unseated) > 10)
            terminal.say(f"On no seat plan, for rooms.toml does not have their seats: {some}")
        for room, pairs in made.alike:
            terminal.say(
                f"{room}: {terminal.count(pairs, 'pair')} of neighbours have one variant, as their seats "
                "are uneven or were changed; the seat plan shows them"
            )
        for path in made.files:
            terminal.say(str(path))
    if errors(made.diagnostics):
        raise typer.Exit(1)
