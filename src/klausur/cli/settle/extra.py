"""``klausur settle extra``."""

from typing import Annotated

import typer

from klausur import actions
from klausur.cli import acting, options
from klausur.cli.settle import answer


def command(  # noqa: PLR0913 - one parameter per option
    extra: Annotated[int, typer.Argument(metavar="N", help="The extra sheet's number.")],
    *,
    booklet: Annotated[
        int | None, typer.Option("--booklet", metavar="M", help="It belongs to this booklet.")
    ] = None,
    nobody: Annotated[bool, typer.Option("--nobody", help="It is nobody's.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="What its digits say counts again.")] = False,
    dry_run: options.DryRun = False,
    why: options.Why = "",
    who: options.Who = None,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Say which booklet an extra sheet belongs to.

    Example: klausur settle extra 4 --booklet 12
    """
    answer.refuse_unless_one(booklet, nobody, undo)
    made = actions.settle_tie.settle_extra(
        options.folder(None, exam),
        extra,
        answer.bond(nobody=nobody, undo=undo),
        acting.author(who, why),
        booklet=booklet,
        dry_run=dry_run,
    )
    answer.tied(made, f"booklet {made.booklet}", dry_run=dry_run, json=json)
