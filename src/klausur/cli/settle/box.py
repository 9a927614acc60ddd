"""``klausur settle box``."""

from typing import Annotated

import typer

from klausur import actions
from klausur.base.errors import UsageError
from klausur.cli import acting, options
from klausur.cli.settle import answer
from klausur.paper.fields import FieldKind


def command(  # noqa: PLR0913 - one parameter per option
    booklet: Annotated[int, typer.Argument(metavar="BOOKLET", help="The booklet's number.")],
    box: Annotated[str, typer.Argument(metavar="BOX", help="The id of the box: 4.1/choice/b.")],
    mark: Annotated[str, typer.Argument(metavar="MARK", help="What it holds: empty, crossed or filled.")],
    *,
    dry_run: options.DryRun = False,
    why: options.Why = "",
    who: options.Who = None,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Say what one box of a booklet holds.

    Example: klausur settle box 12 last-layer/choice/b crossed --why "circled"
    """
    if not any(kind.sayable(mark) for kind in FieldKind):
        words = dict.fromkeys(word for kind in FieldKind for word in kind.row.settled_as)
        raise UsageError(f"{mark!r} is no mark", f"say one of {', '.join(words)}, or a number")
    place, author = options.folder(None, exam), acting.author(who, why)
    made = actions.settle.settle(place, booklet, box, actions.settle.Marked(mark), author, dry_run=dry_run)
    answer.boxes(made, dry_run=dry_run, json=json)
