"""``klausur settle question``."""

import re
from typing import Annotated

import typer

from klausur import actions
from klausur.base.credits import parse_credits
from klausur.base.errors import UsageError
from klausur.cli import acting, options
from klausur.cli.settle import HOW, answer
from klausur.paper.answers import Chosen, Worth


def command(  # noqa: PLR0913 - one parameter per option
    booklet: Annotated[int, typer.Argument(metavar="BOOKLET", help="The booklet's number.")],
    question: Annotated[
        str,
        typer.Argument(metavar="QUESTION", help="A question's id or number; with --undo also a box's id."),
    ],
    *,
    chosen: Annotated[
        str | None, typer.Option("--chosen", metavar="LETTERS", help="The choices chosen: a,c or none.")
    ] = None,
    credits_: Annotated[
        str | None, typer.Option("--credits", metavar="N", help="The credits given: 1.5, say.")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="The readings count again.")] = False,
    dry_run: options.DryRun = False,
    why: options.Why = "",
    who: options.Who = None,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Say what a question of a booklet was answered with, or what it was given.

    Example, its choices: klausur settle question 12 1.3 --chosen a,c

    Example, its credits: klausur settle question 12 4.1 --credits 1.5

    Example, take it back: klausur settle question 12 4.1 --undo
    """
    answer.refuse_unless_one(chosen, credits_, undo)
    place, author = options.folder(None, exam), acting.author(who, why)
    made = actions.settle.settle(
        place, booklet, question, _decision(chosen, credits_), author, dry_run=dry_run
    )
    answer.boxes(made, dry_run=dry_run, json=json)


def _decision(chosen: str | None, credits_: str | None) -> "actions.settle.Decision":
    if chosen is not None:
        letters = re.split(r"[\s,]+", chosen.strip().lower())
        return Chosen(frozenset(letters) - {"", "none"})
    if credits_ is None:
        return actions.settle.TakenBack()
    try:
        return Worth(parse_credits(credits_))
    except ValueError as error:
        raise UsageError(str(error), HOW) from None
