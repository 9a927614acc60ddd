"""``klausur readings``."""

from typing import Annotated

import typer

from klausur.actions.readings import readings
from klausur.cli import options, terminal


def command(
    folder: options.Folder = None,
    *,
    exam: options.Exam = None,
    booklet: Annotated[
        int | None, typer.Option("--booklet", min=1, metavar="N", help="Only those of this booklet.")
    ] = None,
    flagged: Annotated[bool, typer.Option("--flagged", help="Only those left to people.")] = False,
    json: options.Json = False,
) -> None:
    """List what the machine saw in every box, and what people settled beside it.

    Example: klausur readings endterm --json
    """
    rows = readings(options.folder(folder, exam), booklet=booklet)
    if flagged:
        rows = tuple(row for row in rows if row.reading.flagged)
    if json:
        terminal.to_json(
            [
                {
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
                }
                for row in rows
            ]
        )
        return
    terminal.table(
        ("booklet", "page", "field", "value", "confidence", "flagged", "settled"),
        (
            (
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
