"""``klausur trial`` and its two commands."""

from pathlib import Path
from typing import Annotated

import typer

from klausur import actions
from klausur.base.errors import UsageError
from klausur.cli import options, terminal
from klausur.cli.shown import Shown

_COLOURS = {"good": "green", "note": "yellow", "change": "bold red"}


def command() -> None:
    """Try printer, pens and scanner before the exam day, by a sheet that is printed, marked and scanned.

    Example: klausur trial print --out sheet.pdf

    Example, once it is marked by hand and scanned: klausur trial read scan.pdf
    """
    raise UsageError("nothing is said to be done", "call 'klausur trial print' or 'klausur trial read FILES'")


def print_(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The PDF to write.")] = Path("trial.pdf"),
    *,
    paper: Annotated[str, typer.Option("--paper", metavar="NAME", help="a4 or letter.")] = "a4",
    sides: Annotated[
        int,
        typer.Option(
            "--sides", min=1, metavar="N", help="Sides to print, to see how the scanner feeds them."
        ),
    ] = 1,
    language: Annotated[
        str, typer.Option("--language", metavar="CODE", help="Of its text: en or de.")
    ] = "en",
    json: options.Json = False,
) -> None:
    """Write a sheet to print, to mark by hand and to scan, as papers will be on the exam day.

    Example: klausur trial print --paper letter --sides 10 --out sheet.pdf
    """
    made = actions.trial.print_sheet(out, paper=paper, language=language, sides=sides)
    if json:
        terminal.to_json({"file": made, "paper": paper, "sides": sides, "language": language})
        return
    terminal.say(str(made))
    terminal.say("Print it at 100 %, mark it by hand, scan it. Next: klausur trial read FILE")


def read(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILES", help="Scanned files (PDF, images, ZIP), or folders of them."),
    ],
    *,
    jobs: options.Jobs = None,
    shown: options.Progress = Shown.AUTO,
    json: options.Json = False,
) -> None:
    """Read a scanned trial sheet, and say what to change of printer, pens and scanner before the exam.

    Example: klausur trial read scan.pdf
    """
    with terminal.working("Reading", "pages", shown=shown) as progress:
        done = actions.trial.read_scans(files, jobs=jobs, progress=progress)
    if json:
        terminal.to_json(
            {
                "good": done.good,
                "findings": done.findings,
                "sides": done.sides,
                "boxes": done.boxes,
                "pages_a_second": round(done.pages_a_second, 1),
                "diagnostics": [d.as_json() for d in done.diagnostics],
            }
        )
    else:
        _show(done)
    if not done.good:
        raise typer.Exit(1)


def _show(done: "actions.trial.TrialRead") -> None:
    terminal.show(done.diagnostics)
    for number, page in enumerate(done.sides, start=1):
        what = page.problem or f"side {page.side} of {page.of}, {page.paper}"
        terminal.say(
            f"{number}  {page.file}, page {page.image}: {what}", style="bold red" if page.problem else ""
        )
    several = len(done.sides) > 1
    for found in done.findings:
        on = f"  (on {', '.join(map(str, found.sides))})" if several and found.remedy and found.sides else ""
        terminal.say(f"{found.level:<6}  {found.about}: {found.found}{on}", style=_COLOURS[found.level])
        if found.remedy:
            terminal.say(f"        {found.remedy}", style="dim")
    for (side, row, hand, outcome, seen), places in actions.trial_boxes.to_look_at(done.boxes):
        of = f"{side}  " if several else ""
        boxes = f"{'box' if len(places) == 1 else 'boxes'} {', '.join(map(str, places))}"
        said = f"'{row}', line {hand}, {boxes}: {outcome.replace('-', ' ')}, seen as {seen}"
        terminal.say(f"        {of}{said}")
    if done.pages_a_second:
        rate = done.pages_a_second
        long = f"{1000 / rate / 60:.1f} min for 1,000 pages"
        terminal.say(f"speed: about {rate:.0f} pages a second can be read here, {long}")
    if done.good:
        terminal.say("Nothing need be changed.", style="bold green")
    elif any(found.level == "change" for found in done.findings):
        terminal.say("Change what is marked so, and try again.", style="bold red")
