"""``klausur readings``."""

from typing import Annotated

import typer

from klausur import actions
from klausur.cli import options, terminal
from klausur.paper.fields import FieldKind

READ = tuple(kind for kind in FieldKind if kind.row.reader is not None)
"""The kinds of Field that are read."""


def command(
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
    json: options.Json = False,
) -> None:
    """List what the machine saw in every field, and what people settled beside it.

    Example: klausur readings endterm --json

    Example, the numbers left to people: klausur readings endterm --kind digit-row --flagged
    """
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
