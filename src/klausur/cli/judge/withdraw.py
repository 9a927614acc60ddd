"""``klausur judge withdraw``."""

from typing import Annotated

import typer

from klausur import actions
from klausur.cli import acting, options, terminal


def command(
    assignment: Annotated[
        int, typer.Argument(metavar="N", help="Its number, as 'klausur judge assignments' shows it.")
    ],
    *,
    why: options.Why = "",
    who: options.Who = None,
    exam: options.Exam = None,
) -> None:
    """Have an assignment count no more: what it had is anybody's, or assigned to others.

    Example: klausur judge withdraw 3 --why "is ill"
    """
    made = actions.arrange_judging.withdraw(options.folder(None, exam), assignment, acting.author(who, why))
    terminal.say(f"assignment {made.id}: {made.question} is no longer {made.assigned.to}'s")
