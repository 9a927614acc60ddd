"""``klausur settle page``."""

import re
from typing import Annotated

import typer

from klausur import actions
from klausur.base.errors import UsageError
from klausur.cli import acting, options, terminal
from klausur.cli.settle import answer
from klausur.paper.code import Sheet
from klausur.state.facts import Spot, Verdict


def command(  # noqa: PLR0913 - one parameter per option
    image: Annotated[int, typer.Argument(metavar="IMAGE", help="The image's number.")],
    *,
    is_: Annotated[
        str | None,
        typer.Option("--is", metavar="B:P", help="It is page P of booklet B (or extra:N:P)."),
    ] = None,
    turned: Annotated[
        int | None,
        typer.Option(
            "--turned",
            metavar="DEGREES",
            help="With --is: so far the image must be turned clockwise to be upright: 0, 90, 180 or 270.",
        ),
    ] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="It is the page that 'settle list' proposes.")
    ] = False,
    ignore: Annotated[bool, typer.Option("--ignore", help="It is no page of this exam.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="What the machine found counts again.")] = False,
    dry_run: options.DryRun = False,
    why: options.Why = "",
    who: options.Who = None,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Say which page a scanned image is.

    Example: klausur settle page 57 --is 12:3

    Example, of a page that lies upside down and shows little that tells: klausur settle page 57 --is 12:3
    --turned 180

    Example, as it is proposed: klausur settle page 57 --accept
    """
    answer.refuse_unless_one(is_, accept, ignore, undo)
    if turned is not None and is_ is None:
        raise UsageError("--turned says how the page lies that --is names", "give both, or neither")
    spot = None if is_ is None else _spot(is_)
    place, author = options.folder(None, exam), acting.author(who, why)
    if accept:
        done = actions.settle_page.accept(place, image, author, dry_run=dry_run)
    else:
        verdict = Verdict.PLACED if spot else Verdict.IGNORED if ignore else Verdict.UNDONE
        done = actions.settle_page.settle_page(
            place, image, verdict, author, spot=spot, turned=turned, dry_run=dry_run
        )
    if json:
        terminal.to_json(done)
        return
    now = done.image.spot or ("ignored" if ignore else "unplaced")
    answer.say(f"image {image}: {now}", dry_run=dry_run)
    if done.aside is not None:
        answer.say(f"image {done.aside.id}, {done.aside.called}, is set aside", dry_run=dry_run)
    if done.readings:
        flagged = sum(reading.flagged for reading in done.readings)
        terminal.say(f"{terminal.count(len(done.readings), 'reading')}, {flagged} flagged")


def _spot(page: str) -> Spot:
    found = re.fullmatch(r"(?:(booklet|extra|attendance|protocol):)?(\d{1,8}):(\d{1,3})", page)
    if found is None:
        raise UsageError(
            f"{page!r} is no page",
            "write booklet and page with a colon: --is 12:3; other sheets with their kind: extra:4:1",
        )
    return Spot(int(found[2]), int(found[3]), Sheet(found[1] or Sheet.BOOKLET))
