"""``klausur readings``."""

from pathlib import Path
from typing import Annotated

import typer

from klausur import actions
from klausur.base.errors import UsageError
from klausur.cli import acting, options, terminal
from klausur.cli.shown import Shown
from klausur.paper.fields import FieldKind

READ = tuple(kind for kind in FieldKind if kind.row.reader is not None)
"""The kinds of Field that are read."""


def command(  # noqa: PLR0913 - one parameter per option
    folder: options.Folder = None,
    *,
    exam: options.Exam = None,
    booklet: Annotated[
        int | None, typer.Option("--booklet", min=1, metavar="N", help="Only those of this booklet.")
    ] = None,
    kind: Annotated[
        list[FieldKind] | None,
        typer.Option("--kind", metavar="KIND", help=f"Only those of this kind: {', '.join(READ)}."),
    ] = None,
    flagged: Annotated[bool, typer.Option("--flagged", help="Only those left to people.")] = False,
    settled: Annotated[
        Path | None,
        typer.Option(
            "--settled",
            metavar="FOLDER",
            help="Write marks of which people said what they are.",
        ),
    ] = None,
    why: options.Why = "",
    who: options.Who = None,
    jobs: options.Jobs = None,
    shown: options.Progress = Shown.AUTO,
    json: options.Json = False,
) -> None:
    """List what the machine saw in every field, and what people settled beside it.

    Example: klausur readings endterm --json

    Example, the numbers left to people: klausur readings endterm --kind digit-row --flagged

    Example, what readers may learn from: klausur readings endterm --settled marks
    """
    if settled is not None:
        if booklet is not None or kind or flagged:
            raise UsageError("all settled marks are written", "leave out --booklet, --kind and --flagged")
        place, author = options.folder(folder, exam), acting.author(who, why)
        with terminal.working("Cutting windows", "pages", shown=shown) as progress:
            made = actions.export_settled.export_settled(place, settled, author, jobs=jobs, progress=progress)
        if json:
            terminal.to_json(made)
            return
        lacking = f"; {made.lacking} more have no scan any more" if made.lacking else ""
        marks, hands = terminal.count(made.marks, "mark"), terminal.count(made.hands, "hand")
        terminal.say(f"{made.folder}: {marks} by {hands}{lacking}")
        return
    rows = actions.readings.readings(
        options.folder(folder, exam), booklet=booklet, kinds=kind or (), flagged=flagged
    )
    if json:
        terminal.to_json(
            [
                {
                    "sheet": row.spot.sheet,
                    "booklet": row.spot.booklet,
                    "page": row.spot.page,
                    "field": row.reading.field,
                    "kind": row.reading.kind,
                    "question": row.reading.question,
                    "value": row.reading.value,
                    "confidence": round(row.reading.confidence, 6),
                    "flagged": row.reading.flagged,
                    "reader": row.reading.reader,
                    "version": row.reading.version,
                    "settled": row.settled,
                    "scores": row.reading.scores,
                }
                for row in rows
            ]
        )
        return
    terminal.table(
        ("sheet", "number", "page", "field", "value", "confidence", "flagged", "settled"),
        (
            (
                str(row.spot.sheet),
                str(row.spot.booklet),
                str(row.spot.page),
                row.reading.field,
                str(row.reading.value),
                f"{row.reading.confidence:.4f}",
                "flagged" if row.reading.flagged else "",
                str(row.settled or ""),
            )
            for row in rows
        ),
    )
