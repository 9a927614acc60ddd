"""``klausur settle owner``."""

from pathlib import Path
from typing import Annotated

import typer

from klausur import actions
from klausur.base.errors import UsageError
from klausur.cli import acting, options, terminal
from klausur.cli.settle import answer
from klausur.state.facts import StoredTie


def command(  # noqa: PLR0913 - one parameter per option
    booklet: Annotated[int, typer.Argument(metavar="BOOKLET", help="The booklet's number.")],
    *,
    candidate: Annotated[
        str | None, typer.Option("--candidate", metavar="REG", help="It is theirs, by registration number.")
    ] = None,
    image: Annotated[
        list[int] | None,
        typer.Option(
            "--image",
            metavar="IMAGE",
            help="With --candidate: only these pages, of a copy that they filled in; several times.",
        ),
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

    Example, a photocopy that somebody else filled in: klausur settle owner 12 --candidate 03712346 --image 57
    """
    answer.refuse_unless_one(candidate, nobody, undo)
    if image:
        _copy(booklet, image, candidate, (why, who, exam), dry_run=dry_run, json=json)
        return
    made = actions.settle_tie.settle_booklet(
        options.folder(None, exam),
        booklet,
        answer.bond(nobody=nobody, undo=undo),
        acting.author(who, why),
        registration=candidate,
        dry_run=dry_run,
    )
    answer.tied(made, _name(made), dry_run=dry_run, json=json)


def _copy(
    booklet: int,
    images: list[int],
    candidate: str | None,
    said: tuple[str, str | None, Path | None],
    *,
    dry_run: bool,
    json: bool,
) -> None:
    """Pages of a copy, filled in by somebody else."""
    if candidate is None:
        raise UsageError("pages of a copy are somebody's", "name whose: --candidate REG")
    why, who, exam = said
    folder, author = options.folder(None, exam), acting.author(who, why)
    made = actions.settle_copy.settle_copy(folder, booklet, images, candidate, author, dry_run=dry_run)
    if json:
        terminal.to_json(made)
        return
    pages = ", ".join(f"image {one.id} is {one.spot}" for one in made.images)
    answer.say(f"a copy of booklet {booklet} counts as booklet {made.booklet}: {pages}", dry_run=dry_run)
    answer.tied(made.tie, _name(made.tie), dry_run=dry_run, json=False)


def _name(made: StoredTie) -> str:
    return "" if made.candidate is None else f"{made.candidate.registration} {made.candidate.name}"
