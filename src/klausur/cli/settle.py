"""``klausur settle``."""

import re
from pathlib import Path
from typing import Annotated

import typer

from klausur.actions.settle import Chosen, Decision, Marked, TakenBack, Worth, settle
from klausur.actions.settle_page import settle_page
from klausur.actions.waiting import waiting
from klausur.base.credits import parse_credits
from klausur.base.errors import UsageError
from klausur.cli import options, terminal
from klausur.read.model import Mark
from klausur.read.resolve import SETTLED_AS
from klausur.store.facts import Author, Spot, Verdict

_HOW = "see 'klausur settle --help' for examples"


def command(  # noqa: PLR0913 - the options of one command, each of its own
    booklet: Annotated[int | None, typer.Argument(metavar="BOOKLET", help="The booklet's number.")] = None,
    target: Annotated[
        str | None,
        typer.Argument(metavar="QUESTION", help="A question's id or number, or the id of one box."),
    ] = None,
    mark: Annotated[
        str | None, typer.Argument(metavar="MARK", help="What one box holds: empty, crossed or filled.")
    ] = None,
    *,
    chosen: Annotated[
        str | None, typer.Option("--chosen", metavar="LETTERS", help="The choices chosen: a,c or none.")
    ] = None,
    credits_: Annotated[
        str | None, typer.Option("--credits", metavar="N", help="The credits given: 1.5, say.")
    ] = None,
    image: Annotated[
        int | None, typer.Option("--image", metavar="N", help="An image, by its number.")
    ] = None,
    page: Annotated[
        str | None, typer.Option("--page", metavar="B:P", help="The image is page P of booklet B.")
    ] = None,
    ignore: Annotated[bool, typer.Option("--ignore", help="The image is no page of this exam.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take back what was settled there.")] = False,
    list_: Annotated[bool, typer.Option("--list", help="Show what waits for a person.")] = False,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, recorded beside.")] = "",
    who: Annotated[
        str | None, typer.Option("--who", metavar="NAME", help="Who decides. (default: you)")
    ] = None,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Decide what the machine could not: an unclear box, a question, or an image without a page.

    Example, what waits: klausur settle --list

    Example, one box: klausur settle 12 last-layer/choice/b crossed --why "circled"

    Example, a question's choices: klausur settle 12 1.3 --chosen a,c

    Example, a question's credits: klausur settle 12 4.1 --credits 1.5

    Example, an image: klausur settle --image 57 --page 12:3

    Example, take it back: klausur settle 12 4.1 --undo
    """
    place, author = options.folder(None, exam), Author(who or options.user(), why)
    given = [
        chosen is not None,
        credits_ is not None,
        page is not None,
        ignore,
        undo,
        mark is not None,
        list_,
    ]
    if sum(given) != 1:
        raise UsageError(
            "say one thing: a mark, --chosen, --credits, --page, --ignore, --undo or --list", _HOW
        )
    if list_:
        _list(place, json=json)
    elif image is not None:
        if booklet is not None or not (page or ignore or undo):
            raise UsageError("an image takes --page, --ignore or --undo", _HOW)
        _settle_image(place, image, page, author, ignore=ignore, json=json)
    elif booklet is None or target is None or page is not None or ignore:
        raise UsageError("name a booklet and a question, or an image with --image", _HOW)
    else:
        decision = TakenBack() if undo else _decision(mark, chosen, credits_)
        made = settle(place, booklet, target, decision, author)
        if json:
            terminal.to_json(made)
            return
        for row in made:
            what = "the reading counts again" if row.mark is None else str(row.mark)
            terminal.say(f"booklet {row.booklet}, {row.field}: {what}")


def _decision(mark: str | None, chosen: str | None, worth: str | None) -> Decision:
    if chosen is not None:
        letters = re.split(r"[\s,]+", chosen.strip().lower())
        return Chosen(frozenset(letters) - {"", "none"})
    if worth is not None:
        try:
            return Worth(parse_credits(worth))
        except ValueError as error:
            raise UsageError(str(error), _HOW) from None
    if mark not in SETTLED_AS:
        raise UsageError(f"{mark!r} is no mark", f"say one of {', '.join(SETTLED_AS)}")
    return Marked(Mark(mark))


def _settle_image(
    place: Path, image: int, page: str | None, author: Author, *, ignore: bool, json: bool
) -> None:
    spot = None
    if page is not None:
        if not re.fullmatch(r"\d{1,8}:\d{1,3}", page):
            raise UsageError(f"{page!r} is no page", "write booklet and page with a colon: --page 12:3")
        spot = Spot(*(int(n) for n in page.split(":")))
    verdict = Verdict.PLACED if spot else Verdict.IGNORED if ignore else Verdict.UNDONE
    done = settle_page(place, image, verdict, author, spot=spot)
    if json:
        terminal.to_json(done)
        return
    now = done.image.spot or ("ignored" if ignore else "unplaced")
    flagged = sum(reading.flagged for reading in done.readings)
    terminal.say(f"image {image}: {now}")
    if done.readings:
        terminal.say(f"{len(done.readings)} readings, {flagged} flagged")


def _list(place: Path, *, json: bool) -> None:
    found = waiting(place)
    if json:
        terminal.to_json(found)
        return
    if found.questions:
        terminal.table(
            ("booklet", "question", "id", "page", "why", "look at"),
            (
                (
                    str(q.booklet),
                    q.number,
                    q.question,
                    str(q.page),
                    ", ".join(q.doubts),
                    f"{q.file} image {q.image + 1}" if q.image is not None else "",
                )
                for q in found.questions
            ),
            title="Questions",
        )
    if found.images:
        terminal.table(
            ("image", "file", "why", "code", "look at"),
            (
                (
                    str(w.image.id),
                    f"{w.image.name} image {w.image.index + 1}",
                    str(w.image.unplaced.reason) if w.image.unplaced else "",
                    f"{w.image.unplaced.code.booklet}:{w.image.unplaced.code.page}"
                    if w.image.unplaced and w.image.unplaced.code
                    else "",
                    str(w.picture or ""),
                )
                for w in found.images
            ),
            title="Images",
        )
    questions, images = len(found.questions), len(found.images)
    terminal.say(
        f"{terminal.count(questions, 'question')} and {terminal.count(images, 'image')} wait for a person"
    )
