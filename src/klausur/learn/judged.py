"""What `benchmarks/marks.py --json` measured on people who only judge, put on the card of the reader it was.

A card without it tells of drawn hands and of the people on whom its thresholds were chosen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from klausur.base.errors import UsageError
from klausur.read import card as cards

START = "judged_"
"""Of the names on the card; then the scan, then what was measured."""


def put(card: Path, measured: Path, reader: str) -> None:
    """Write a reader's figures on its card, in place of older ones.

    Args:
        card: the card's path.
        measured: what the benchmark wrote.
        reader: the reader's name there.

    Raises:
        ToolError: the card cannot be read.
        UsageError: the file tells nothing of this reader.
    """
    known, _ = cards.read(card)
    try:
        rows = msgspec.json.decode(measured.read_bytes(), type=list[dict[str, str | int | float]])
    except (OSError, msgspec.DecodeError) as error:
        raise UsageError(
            f"{measured} cannot be read: {error}", "benchmarks/marks.py --json makes it"
        ) from error
    figures = _figures([row for row in rows if row.get("reader") == reader])
    if not figures:
        raise UsageError(f"{measured} tells nothing of {reader!r}", "name the reader as it is named there")
    kept = {name: value for name, value in known.figures.items() if not name.startswith(START)}
    cards.write(replace(known, figures=kept | figures), card)


def _figures(rows: Sequence[Mapping[str, str | int | float]]) -> dict[str, int | float]:
    return {
        f"{START}{row['scan']}_{name}": value
        for row in rows
        for name, value in row.items()
        if not isinstance(value, str)
    }
