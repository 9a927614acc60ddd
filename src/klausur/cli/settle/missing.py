"""``klausur settle missing``."""

from typing import Annotated

import typer

from klausur import actions
from klausur.base.errors import UsageError
from klausur.cli import acting, options, terminal
from klausur.cli.settle import answer


def command(
    pages: Annotated[
        list[str], typer.Argument(metavar="B:P", help="Page P of booklet B; several are decided together.")
    ],
    *,
    undo: Annotated[bool, typer.Option("--undo", help="The pages are missed again.")] = False,
    dry_run: options.DryRun = False,
    why: options.Why = "",
    who: options.Who = None,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Have booklets count without pages that were not found, or no more.

    What was asked there earns nothing. A page that is found later counts all the same.

    Example: klausur settle missing 12:3 12:4 --why "the feeder tore the sheet"

    Example, take it back: klausur settle missing 12:3 --undo
    """
    wanted = [_page(text) for text in pages]
    place, author = options.folder(None, exam), acting.author(who, why)
    done = actions.waive_pages.waive_pages(place, wanted, author, undo=undo, dry_run=dry_run)
    if json:
        terminal.to_json(done)
        return
    for each in done.pages:
        if undo:
            answer.say(f"booklet {each.booklet}, page {each.page}: missed again", dry_run=dry_run)
            continue
        nothing = f"; {', '.join(each.questions)} earn nothing" if each.questions else ""
        answer.say(f"booklet {each.booklet} counts without page {each.page}{nothing}", dry_run=dry_run)


def _page(text: str) -> tuple[int, int]:
    booklet, colon, page = text.partition(":")
    if not (colon and all(n.isascii() and n.isdigit() and len(n) <= 8 for n in (booklet, page))):
        raise UsageError(f"{text!r} is no page of a booklet", "write booklet and page with a colon: 12:3")
    return int(booklet), int(page)
