"""``klausur settle signature``."""

from typing import Annotated

import typer

from klausur import actions
from klausur.cli import acting, options, terminal
from klausur.cli.settle import answer
from klausur.paper.fields import Signed


def command(  # noqa: PLR0913 - one parameter per option
    candidate: Annotated[str, typer.Argument(metavar="REG", help="The candidate's registration number.")],
    *,
    signed: Annotated[bool, typer.Option("--signed", help="They signed the list.")] = False,
    unsigned: Annotated[bool, typer.Option("--unsigned", help="They did not sign.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="What was read counts again.")] = False,
    dry_run: options.DryRun = False,
    why: options.Why = "",
    who: options.Who = None,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Say whether a candidate signed the attendance list.

    Example: klausur settle signature 03712345 --signed
    """
    answer.refuse_unless_one(signed, unsigned, undo)
    value = None if undo else Signed.YES if signed else Signed.NO
    place, author = options.folder(None, exam), acting.author(who, why)
    made = actions.settle_tie.settle_signature(place, candidate, value, author, dry_run=dry_run)
    if json:
        terminal.to_json(made)
        return
    answer.say(f"{candidate}: {made.value or 'what was read counts again'}", dry_run=dry_run)
