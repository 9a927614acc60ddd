"""``klausur judge undo``."""

from typing import Annotated

import typer

from klausur import actions
from klausur.cli import acting, options, terminal


def command(
    judgement: Annotated[
        int, typer.Argument(metavar="JUDGEMENT", help="Its number, as 'klausur judge list' shows it.")
    ],
    *,
    why: options.Why = "",
    who: options.Who = None,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Have a judgement count no longer: the one before it does, or the answer is open again.

    Example: klausur judge undo 57 --why "meant the other booklet"
    """
    made = actions.judge.overrule(options.folder(None, exam), judgement, acting.author(who, why))
    if json:
        terminal.to_json(made)
        return
    terminal.say(f"booklet {made.booklet}, {made.question}: judgement {made.id} counts no more")
