"""``klausur adopt``."""

from pathlib import Path
from typing import Annotated

import typer

from klausur import actions
from klausur.base.diagnostics import Severity
from klausur.base.errors import UsageError
from klausur.cli import options, terminal


def command(
    pdf: Annotated[Path, typer.Argument(metavar="PDF", help="The finished exam.")],
    *,
    propose: Annotated[
        bool, typer.Option("--propose", help="Write down what the PDF seems to ask, to be corrected.")
    ] = False,
    said: Annotated[
        Path | None, typer.Option("--with", metavar="TOML", help="The questions, and where they stand.")
    ] = None,
    fit: Annotated[
        bool, typer.Option("--fit", help="Move and scale pages that have no room for marks and boxes.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="OUT", help="The new folder; of a proposal the file, NAME.toml."),
    ] = None,
    json: options.Json = False,
) -> None:
    """Keep a finished PDF as the paper of an exam: its pages stay, with codes and boxes in their margins.

    Example, what it asks: klausur adopt endterm.pdf --propose

    Example, an exam folder: klausur adopt endterm.pdf --with endterm.toml -o endterm
    """
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
