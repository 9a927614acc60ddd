"""``klausur settle question``."""

import re
from fractions import Fraction
from typing import Annotated

import typer

from klausur import actions
from klausur.base.credits import parse_credits
from klausur.base.errors import UsageError
from klausur.cli import acting, options
from klausur.cli.settle import HOW, answer
from klausur.paper.answers import Chosen, Worth, Written, WrittenBlanks
from klausur.paper.fields import NO_NUMBER, FieldKind


def command(  # noqa: PLR0913 - one parameter per option
    booklet: Annotated[int, typer.Argument(metavar="BOOKLET", help="The booklet's number.")],
    question: Annotated[
        str,
        typer.Argument(
            metavar="QUESTION", help="A question's id or number; with --undo and --value also a box's id."
        ),
    ],
    *,
    chosen: Annotated[
        str | None, typer.Option("--chosen", metavar="LETTERS", help="The choices chosen: a,c or none.")
    ] = None,
    credits_: Annotated[
        str | None, typer.Option("--credits", metavar="N", help="The credits given: 1.5, say.")
    ] = None,
    value: Annotated[
        str | None,
        typer.Option(
            "--value",
            metavar="N",
            help="The number written: -1.5, say, or none; of several blanks all: '-1.5; none'.",
        ),
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

    Example, its number: klausur settle question 12 2.1 --value 9.81

    Example, the numbers in its blanks: klausur settle question 12 2.2 --value "9.81; none"

    Example, take it back: klausur settle question 12 4.1 --undo
    """
    answer.refuse_unless_one(chosen, credits_, value, undo)
    place, author = options.folder(None, exam), acting.author(who, why)
    made = actions.settle.settle(
        place, booklet, question, _decision(chosen, credits_, value), author, dry_run=dry_run
    )
    answer.boxes(made, dry_run=dry_run, json=json)


def _decision(chosen: str | None, credits_: str | None, value: str | None) -> "actions.settle.Decision":
    if chosen is not None:
        letters = re.split(r"[\s,]+", chosen.strip().lower())
        return Chosen(frozenset(letters) - {"", "none"})
    if value is not None:
        numbers = tuple(map(_number, value.split(";")))
        return Written(*numbers) if len(numbers) == 1 else WrittenBlanks(numbers)
    if credits_ is None:
        return actions.settle.TakenBack()
    try:
        return Worth(parse_credits(credits_))
    except ValueError as error:
        raise UsageError(str(error), HOW) from None


def _number(text: str) -> Fraction | None:
    """A number as somebody has read it, with a decimal point or comma; or that there is none."""
    text = text.strip()
    if text.lower() == NO_NUMBER:
        return None
    plain = text.replace("−", "-").replace(",", ".").removeprefix("+")
    if not FieldKind.NUMBER_ROW.sayable(plain):
        raise UsageError(f"{text!r} is no number of digits in boxes", HOW)
    return Fraction(plain)
