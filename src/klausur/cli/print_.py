"""``klausur print``."""

from pathlib import Path
from typing import Annotated

import typer

from klausur.actions.print_booklets import print_booklets
from klausur.base.diagnostics import errors
from klausur.cli import options, terminal


def command(
    folder: options.Folder = None,
    *,
    exam: options.Exam = None,
    candidates: Annotated[
        Path | None,
        typer.Option(
            "--candidates", metavar="FILE", help="The list of candidates. (default: candidates.csv)"
        ),
    ] = None,
    spare: Annotated[int, typer.Option("--spare", min=0, metavar="N", help="Unnamed booklets to add.")] = 0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look and count, but write nothing.")] = False,
    json: options.Json = False,
) -> None:
    """Typeset the papers and one booklet per candidate into the folder print/.

    Example: klausur print endterm --candidates registered.csv --spare 10
    """
    place = options.folder(folder, exam)
    with terminal.working("Typesetting", "booklets") as progress:
        printed = print_booklets(
            place,
            who=options.user(),
            list_of_candidates=candidates,
            spare=spare,
            dry_run=dry_run,
            progress=progress,
        )
    wrong = errors(printed.diagnostics)
    if json:
        terminal.to_json(
            {
                "printed": bool(printed.files),
                "exam_number": printed.exam_number,
                "candidates": printed.candidates,
                "spare": printed.spare,
                "booklets": printed.booklets,
                "pages": printed.pages,
                "invalidated": printed.invalidated,
                "files": printed.files,
                "diagnostics": [d.as_json() for d in printed.diagnostics],
            }
        )
    else:
        terminal.show(printed.diagnostics)
        if wrong:
            terminal.say(f"Nothing was printed: {terminal.count(len(wrong), 'error')}")
        else:
            terminal.say(
                f"{'Would print' if dry_run else 'Printed'} {terminal.count(printed.booklets, 'booklet')} "
                f"of {printed.pages} pages: {printed.candidates} candidates, {printed.spare} spare"
            )
        if printed.invalidated:
            terminal.say(
                f"The {printed.invalidated} booklets printed before are no longer valid: "
                "destroy them, the scanner refuses them.",
                style="bold yellow",
            )
        for path in printed.files:
            terminal.say(str(path))
    if wrong:
        raise typer.Exit(1)
