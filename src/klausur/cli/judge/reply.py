"""``klausur judge reply``."""

from typing import Annotated

import typer

from klausur import actions
from klausur.cli import acting, options, terminal


def command(
    parking: Annotated[
        int, typer.Argument(metavar="N", help="What was put aside, as 'klausur judge list' shows it.")
    ],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="How the answer shall be judged.")],
    *,
    who: options.Who = None,
    exam: options.Exam = None,
) -> None:
    """Reply to what a corrector has put aside: the answer is judged like the others again.

    Example: klausur judge reply 3 "Yes, with full credits."
    """
    made = actions.judging_queue.reply(options.folder(None, exam), parking, text, acting.author(who))
    terminal.say(f"booklet {made.booklet}, {made.question}: is judged again")
