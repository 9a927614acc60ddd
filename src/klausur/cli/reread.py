"""``klausur reread``."""

from typing import Annotated

import typer

from klausur import actions
from klausur.cli import acting, options, terminal
from klausur.cli.shown import Shown


def command(
    images: Annotated[
        list[int] | None,
        typer.Argument(metavar="[IMAGE...]", help="Images by number. (default: all that failed)"),
    ] = None,
    *,
    exam: options.Exam = None,
    jobs: options.Jobs = None,
    shown: options.Progress = Shown.AUTO,
    json: options.Json = False,
) -> None:
    """Read images once more, beside the records of the first time.

    Example: klausur reread --exam endterm

    Example, these two: klausur reread 57 58
    """
    with terminal.working("Reading", "pages", shown=shown) as progress:
        done = actions.reread.reread(
            options.folder(None, exam), images or (), actor=acting.examiner(), jobs=jobs, progress=progress
        )
    if json:
        terminal.to_json(
            {
                "files": done.files,
                "pages": done.pages,
                "placed": done.placed,
                "unplaced": {reason.value: count for reason, count in done.unplaced},
                "readings": done.readings,
                "flagged": done.flagged,
            }
        )
        return
    terminal.say(
        f"{terminal.count(done.pages, 'page')} read again: {done.placed} placed, "
        f"{done.pages - done.placed} unplaced; {done.readings} readings, {done.flagged} flagged"
    )
    for reason, count in done.unplaced:
        terminal.say(f"  {count} unplaced: {reason}")
