"""``klausur judge assign``."""

import re
from dataclasses import replace
from datetime import date
from typing import Annotated

import typer

from klausur import actions
from klausur.base.errors import UsageError
from klausur.cli import acting, options, terminal
from klausur.state.arrangements import Assigned, Part, Stretch
from klausur.state.judgements import Round

_PART = re.compile(r"([0-9]{1,3})/([0-9]{1,3})", re.ASCII)
_STRETCH = re.compile(r"([0-9]{1,6})-([0-9]{1,6})", re.ASCII)


def command(  # noqa: PLR0913 - one parameter per option
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="The question's id or number.")],
    to: Annotated[str, typer.Argument(metavar="NAME", help="Who judges it, as their judgements name them.")],
    *,
    share: Annotated[
        str,
        typer.Option("--share", metavar="SHARE", help="A part, 1/3, or a stretch of its answers, 1-50; all."),
    ] = "all",
    round_: Annotated[
        Round, typer.Option("--round", metavar="ROUND", help="As which judgement: first, second or third.")
    ] = Round.FIRST,
    due: Annotated[
        str | None, typer.Option("--due", metavar="DAY", help="Until the end of this day: 2026-03-01.")
    ] = None,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="A word to them.")] = "",
    why: options.Why = "",
    who: options.Who = None,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Assign a question, or a share of it, to a corrector: it comes to them first, and to nobody else.

    Example: klausur judge assign 4.1 "Konrad Korrektor" --share 1/3 --due 2026-03-01

    Example, a second correction: klausur judge assign 4.1 "Kim Korrektor" --round second
    """
    made = actions.arrange_judging.assign(
        options.folder(None, exam),
        question,
        replace(_share(share), to=to, round=round_, due=_day(due), note=note),
        acting.author(who, why),
    )
    if json:
        terminal.to_json(made)
        return
    terminal.say(f"assignment {made.id}: {made.question}, {share} to {made.assigned.to}")


def _share(text: str) -> Assigned:
    part, stretch = _PART.fullmatch(text.strip()), _STRETCH.fullmatch(text.strip())
    if part is not None:
        return Assigned("", Part(int(part[1]), int(part[2])))
    if stretch is not None:
        return Assigned("", stretch=Stretch(int(stretch[1]), int(stretch[2])))
    if text.strip() != "all":
        raise UsageError(f"{text!r} is no share of a question", "write all, 1/3 or 1-50")
    return Assigned("")


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is no day", "write it as 2026-03-01") from None
