"""``klausur adopt``."""

from pathlib import Path
from typing import Annotated

import typer

from klausur import actions
from klausur.base.diagnostics import Severity
from klausur.base.errors import UsageError
from klausur.cli import acting, adopted_scans, options, terminal
from klausur.cli.adopted_scans import Work
from klausur.cli.shown import Shown


def command(  # noqa: PLR0913 - one parameter per option
    pdf: Annotated[
        Path, typer.Argument(metavar="PDF", help="The finished exam; with --scans the exam's folder.")
    ],
    *,
    propose: Annotated[
        bool, typer.Option("--propose", help="Write down what the PDF seems to ask, to be corrected.")
    ] = False,
    said: Annotated[
        Path | None,
        typer.Option(
            "--with", metavar="FILE", help="The questions, and where they stand; with --confirm the list."
        ),
    ] = None,
    fit: Annotated[
        bool, typer.Option("--fit", help="Move and scale pages that have no room for marks and boxes.")
    ] = False,
    scans: Annotated[
        Path | None,
        typer.Option("--scans", metavar="DIR", help="Scans of copies that were printed without codes."),
    ] = None,
    confirm: Annotated[
        str | None,
        typer.Option("--confirm", metavar="N-M", help="With --scans: take in these booklets of the list."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="OUT",
            help="The new folder; of a proposal or list the file, NAME.toml or .csv.",
        ),
    ] = None,
    jobs: options.Jobs = None,
    dry_run: options.DryRun = False,
    why: options.Why = "",
    who: options.Who = None,
    shown: options.Progress = Shown.AUTO,
    json: options.Json = False,
) -> None:
    """Keep a finished PDF as the paper of an exam: its pages stay, with codes and boxes in their margins.

    Example, what it asks: klausur adopt endterm.pdf --propose

    Example, an exam folder: klausur adopt endterm.pdf --with endterm.toml -o endterm

    Example, scans of copies that were printed without codes: klausur adopt endterm --scans scans

    Example, what is right of them: klausur adopt endterm --scans scans --with scans.csv --confirm 1-20
    """
    if scans is not None:
        if propose or fit:
            raise UsageError("--propose and --fit are about a PDF", "leave them out with --scans")
        listed = said or out or Path(f"{scans.resolve().stem}.csv")
        how = Work(jobs, dry_run, shown, json)
        if confirm is None:
            adopted_scans.propose(pdf, scans, listed, how)
        else:
            adopted_scans.confirm(pdf, scans, listed, confirm, acting.author(who, why), how)
        return
    if confirm is not None or dry_run:
        raise UsageError("--confirm and --dry-run are about scans", "name their folder with --scans")
    _adopt(pdf, said, out, propose=propose, fit=fit, json=json)


def _adopt(pdf: Path, said: Path | None, out: Path | None, *, propose: bool, fit: bool, json: bool) -> None:
    if propose == (said is not None):
        raise UsageError(
            "say what is wanted", "--propose writes a TOML, --with TOML --out FOLDER makes an exam of it"
        )
    if said is None:
        _propose(pdf, out or pdf.with_suffix(".toml"), json=json)
        return
    if out is None:
        raise UsageError("no folder is named", "name a new one with --out")
    done = actions.adopt.adopt(pdf, said, out, fit=fit)
    if json:
        plain = [d.as_json() for d in done.diagnostics]
        terminal.to_json({"files": done.files, "done": done.done, "diagnostics": plain})
    else:
        for line in done.done:
            terminal.say(line)
        terminal.show(done.diagnostics)
        terminal.say(
            f"\nNext: write the day into {out / 'exam.toml'}, and look at it with: klausur preview {out}"
        )
    if any(d.severity is Severity.ERROR for d in done.diagnostics):
        raise typer.Exit(1)


def _propose(pdf: Path, out: Path, *, json: bool) -> None:
    found = actions.adopt.propose(pdf, out)
    if json:
        terminal.to_json(found)
        return
    for remark in found.remarks:
        terminal.say(f"look: {remark}", style="yellow")
    questions = terminal.count(found.questions, "question")
    terminal.say(f"{out}: {questions}, {found.choices} of them with squares")
    terminal.say(f"Next: correct it, then: klausur adopt {pdf} --with {out} --out FOLDER")
