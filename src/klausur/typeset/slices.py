"""Many rows typeset a few at a time, and one PDF out of it: Typst's memory does not grow with them."""

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf

from klausur.typeset import engine
from klausur.typeset.engine import Typeset, TypstFault

_SLICE = 200_000
"""Characters of rows that are typeset at once: the covers of a thousand booklets, the attendance list of a
hundred candidates. Either takes Typst some 150 MB; each slice costs 0.2 s, and its fonts in the PDF again."""


def typeset(
    source: str,
    data: Mapping[str, object],
    groups: Iterable[Sequence[object]],
    *,
    root: Path,
    ask: bool = False,
    day: date | None = None,
) -> Typeset | TypstFault:
    """Typeset a source whose rows fill page after page, as `klausur.typeset.engine.typeset` does.

    Args:
        source: Typst markup that begins with a page for the first of its rows, whichever that is.
        data: what the source finds beside its rows.
        groups: the rows; those of one group share pages, and with no other group.
        root: the folder that paths beginning with a slash count from.
        ask: whether to report facts; their ``page`` counts through the whole PDF.
        day: the PDF's date.

    Raises:
        ToolError: Typst itself fails, whatever the source says.
    """
    pdfs: list[bytes] = []
    facts: list[Mapping[str, Any]] = []
    pages = 0
    for rows in _slices(groups):
        made = engine.typeset(source, data, root=root, rows=rows, ask=ask, day=day)
        if isinstance(made, TypstFault):
            return made
        facts += [{**fact, "page": fact["page"] + pages} for fact in made.facts]
        pdfs.append(made.pdf)
        with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
            pages += len(pdf.pages)
    return Typeset(pdfs[0] if len(pdfs) == 1 else _joined(pdfs), tuple(facts))


def _slices(groups: Iterable[Sequence[object]]) -> Iterator[list[object]]:
    """The rows of as many whole groups as go into a slice, of one at least; one empty slice for no rows."""
    rows: list[object] = []
    size = 0
    for group in groups:
        more = len(json.dumps(group, ensure_ascii=False))
        if rows and size + more > _SLICE:
            yield rows
            rows, size = [], 0
        rows.extend(group)
        size += more
    yield rows


def _joined(pdfs: Sequence[bytes]) -> bytes:
    """One PDF, with what the first says of itself."""
    with ExitStack() as opened:
        first, *others = [opened.enter_context(pikepdf.open(io.BytesIO(pdf))) for pdf in pdfs]
        for other in others:
            first.pages.extend(other.pages)
        out = io.BytesIO()
        first.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()
