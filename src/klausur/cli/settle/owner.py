"""``klausur settle owner``."""

from typing import Annotated

import typer

from klausur import actions
from klausur.cli import acting, options
from klausur.cli.settle import answer


def command(  # noqa: PLR0913 - one parameter per option
    booklet: Annotated[int, typer.Argument(metavar="BOOKLET", help="The booklet's number.")],
    *,
    candidate: Annotated[
        str | None, typer.Option("--candidate", metavar="REG", help="It is theirs, by registration number.")
    ] = None,
    nobody: Annotated[bool, typer.Option("--nobody", help="It is nobody's.")] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="What print, sticker and digits say counts again.")
    ] = False,
    dry_run: options.DryRun = False,
    why: options.Why = "",
    who: options.Who = None,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Say whose a booklet is.

    Example: klausur settle owner 12 --candidate 03712345

    Example, a trial print: klausur settle owner 12 --nobody
    """
    answer.refuse_unless_one(candidate, nobody, undo)
    made = actions.settle_tie.settle_booklet(
        options.folder(None, exam),
        booklet,
        answer.bond(nobody=nobody, undo=undo),
        acting.author(who, why),
        registration=candidate,
        dry_run=dry_run,
    )
    whose = "" if made.candidate is None else f"{made.candidate.registration} {made.candidate.name}"
    answer.tied(made, whose, dry_run=dry_run, json=json)
