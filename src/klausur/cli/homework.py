"""``klausur homework``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from klausur import actions
from klausur.base.credits import Credits, mixed_credits, parse_credits
from klausur.base.errors import UsageError
from klausur.cli import acting, options, terminal
from klausur.cli.key import effects_json, say_effects

if TYPE_CHECKING:
    from klausur.actions.bring_homework import BroughtHomework


def command(  # noqa: PLR0913 - one parameter per option
    folder: options.Folder = None,
    *,
    exam: options.Exam = None,
    bring: Annotated[
        Path | None,
        typer.Option("--bring", metavar="FILE", help="Bring in the credits of this list, CSV or XLSX."),
    ] = None,
    column: Annotated[
        str | None, typer.Option("--column", metavar="HEADING", help="The heading of the credits in it.")
    ] = None,
    most: Annotated[
        str | None, typer.Option("--most", metavar="CREDITS", help="More than that counts as that.")
    ] = None,
    dry_run: options.DryRun = False,
    why: options.Why = "",
    who: options.Who = None,
    json: options.Json = False,
) -> None:
    """Show the credits that candidates bring along from homework, and bring in those of a list.

    They count as a bonus.

    Example: klausur homework endterm

    Example: klausur homework endterm --bring sheets.csv --column Points --most 4 --why "weekly sheets"
    """
    place = options.folder(folder, exam)
    if bring is None:
        if column is not None or most is not None:
            raise UsageError("--column and --most belong to a list", "name it with --bring FILE")
        found = actions.bring_homework.homework(place)
    elif column is None:
        raise UsageError("nobody knows which column holds the credits", "name its heading with --column")
    else:
        found = actions.bring_homework.bring_homework(
            place, bring, column, acting.author(who, why), most=_most(most), dry_run=dry_run
        )
    if json:
        terminal.to_json(_plain(found))
    else:
        _say(found, brought=bring is not None)


def _most(text: str | None) -> Credits | None:
    try:
        return None if text is None else parse_credits(text)
    except ValueError as error:
        raise UsageError(f"--most: {error}", "write it as in --most 4") from None


def _say(found: "BroughtHomework", *, brought: bool) -> None:
    if found.credits:
        terminal.table(
            ("registration", "name", "credits"),
            ((c.registration, c.name, _arrow(c.old, c.new)) for c in found.credits),
            title="Credits from homework",
            titled=True,
        )
    have = sum(bool(c.new) for c in found.credits)
    terminal.say(f"{terminal.count(have, 'candidate')} with credits from homework")
    if not brought:
        return
    for line, text in found.strangers:
        terminal.say(f"Line {line} is nobody's in the records: {text}", style="bold yellow")
    if found.capped:
        terminal.say(f"{terminal.count(found.capped, 'candidate')} had more than the most")
    say_effects(found.effects)
    if found.recorded:
        terminal.say("Recorded: these credits count from now on. See klausur grade.")
    else:
        terminal.say("Dry run: nothing was recorded")


def _arrow(old: Credits, new: Credits) -> str:
    return mixed_credits(new) if old == new else f"{mixed_credits(old)} → {mixed_credits(new)}"


def _plain(found: "BroughtHomework") -> dict[str, object]:
    return {
        "credits": [
            {"registration": c.registration, "name": c.name, "old": c.old, "new": c.new}
            for c in found.credits
        ],
        "strangers": [{"line": line, "says": text} for line, text in found.strangers],
        "capped": found.capped,
        "effects": effects_json(found.effects),
        "recorded": found.recorded,
    }
