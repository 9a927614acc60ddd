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
    to: Annotated[
        str | None, typer.Option("--to", metavar="NAME", help="Assign it to them instead, with day and note.")
    ] = None,
    why: options.Why = "",
    who: options.Who = None,
    exam: options.Exam = None,
) -> None:
    """Have an assignment count no more: what it had is anybody's, or assigned to others.

    Example: klausur judge withdraw 3 --why "is ill"

    Example, somebody else does it: klausur judge withdraw 3 --to "Kim Korrektor"
    """
    place, author = options.folder(None, exam), acting.author(who, why)
    if to is not None:
        new = actions.arrange_judging.hand_over(place, assignment, to, author)
        terminal.say(f"assignment {new.id}: {new.question} to {new.assigned.to} instead")
        return
    made = actions.arrange_judging.withdraw(place, assignment, author)
    terminal.say(f"assignment {made.id}: {made.question} is no longer {made.assigned.to}'s")
