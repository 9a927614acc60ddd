"""``klausur judge answer``."""

import re
import uuid
from fractions import Fraction
from typing import Annotated

import typer

from klausur import actions
from klausur.base.credits import Credits, parse_credits
from klausur.base.errors import UsageError
from klausur.cli import acting, options, terminal
from klausur.cli.judge import HOW
from klausur.cli.settle.answer import say
from klausur.state.judgements import Round

_ITEM = re.compile(r"(?P<item>[0-9]+(?:\.[0-9]+)*)(?:x(?P<count>[0-9]{1,3}))?", re.ASCII)


def command(  # noqa: PLR0913 - one parameter per option
    booklet: Annotated[int, typer.Argument(metavar="BOOKLET", help="The booklet's number.")],
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="The question's id or number.")],
    *,
    items: Annotated[
        str,
        typer.Option(
            "--items", metavar="ITEMS", help="The items of its rubric that apply: 1,3 or 2.1,4x2; or none."
        ),
    ] = "none",
    credits_: Annotated[
        str | None,
        typer.Option("--credits", metavar="N", help="What it earns, where the question has no rubric."),
    ] = None,
    adjust: Annotated[
        str | None,
        typer.Option("--adjust", metavar="N", help="Credits on top of the items: 0.5, or -1; with --reason."),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why credits are adjusted.")] = "",
    comment: Annotated[
        str, typer.Option("--comment", metavar="TEXT", help="For the candidate; formulas in dollars.")
    ] = "",
    final: Annotated[
        bool, typer.Option("--final", help="As an examiner's last word, whatever others have given.")
    ] = False,
    dry_run: options.DryRun = False,
    why: options.Why = "",
    who: options.Who = None,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Say what an answer earns; what is crossed in its credit boxes matters no more.

    Example: klausur judge answer 12 4.1 --items 1,3 --comment "the sign of $x$"

    Example, nothing is right: klausur judge answer 12 4.1 --items none
    """
    if credits_ is not None and adjust is not None:
        raise UsageError("--credits and --adjust are for different questions", HOW)
    given = credits_ if credits_ is not None else adjust
    made = actions.judge.judge(
        options.folder(None, exam),
        booklet,
        question,
        actions.judge.Ticked(
            _items(items), Fraction(0) if given is None else _credits(given), reason, comment
        ),
        acting.author(who, why),
        act=str(uuid.uuid4()),
        handed=Round.FINAL if final else None,
        dry_run=dry_run,
    )
    if json:
        terminal.to_json(made)
        return
    names = ", ".join(item.id if item.count == 1 else f"{item.id}x{item.count}" for item in made.judged.items)
    what = terminal.credits_said(made.judged.credits) + (f", items {names}" if names else "")
    say(f"booklet {made.booklet}, {made.question}: {what}", dry_run=dry_run)


def _items(text: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in (p for p in re.split(r"[\s,;]+", text.strip()) if p and p.lower() != "none"):
        said = _ITEM.fullmatch(part)
        if said is None or said["item"] in found:
            raise UsageError(f"{part!r} is no item of a rubric, or is there twice", HOW)
        found[said["item"]] = int(said["count"] or 1)
    return found


def _credits(text: str) -> Credits:
    try:
        return parse_credits(text)
    except ValueError as error:
        raise UsageError(str(error), HOW) from None
