"""``klausur judge park``."""

import uuid
from typing import Annotated

import typer

from klausur import actions
from klausur.cli import acting, options, terminal


def command(
    booklet: Annotated[int, typer.Argument(metavar="BOOKLET", help="The booklet's number.")],
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="The question's id or number.")],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What the examiner shall decide.")],
    *,
    who: options.Who = None,
    exam: options.Exam = None,
) -> None:
    """Put an answer aside with a question to the examiner; nobody is given it until they reply.

    Example: klausur judge park 12 4.1 "Is this route accepted?"
    """
    actions.judging_queue.park(
        options.folder(None, exam), booklet, question, text, acting.author(who), act=str(uuid.uuid4())
    )
    terminal.say(f"booklet {booklet}, {question}: put aside")
