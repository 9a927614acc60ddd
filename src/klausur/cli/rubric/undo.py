"""``klausur rubric undo``."""

from typing import Annotated

import typer

from klausur import actions
from klausur.cli import acting, options, terminal


def command(
    change: Annotated[
        int, typer.Argument(metavar="CHANGE", help="Its number, as 'klausur rubric show' shows it.")
    ],
    *,
    why: options.Why = "",
    who: options.Who = None,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Take the newest change of a rubric back, with the judgements that came with it.

    Example: klausur rubric undo 7 --why "meant the other question"
    """
    made = actions.change_rubric.undo_rubric(options.folder(None, exam), change, acting.author(who, why))
    if json:
        terminal.to_json({"undone": change, "recorded": made.id, "question": made.question})
        return
    terminal.say(f"{made.question}: change {change} of the rubric is taken back")
