"""The truth of a rehearsal: what was marked and which image shows which page, and the CSV files of it."""

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from klausur.base.errors import NotFoundError, ToolError
from klausur.paper.code import Sheet
from klausur.read.model import Mark

MARKS, PAGES, FIELDS = "truth-marks.csv", "truth-pages.csv", "truth-fields.csv"
"""The names of the files."""

FOR_PEOPLE = "for-people"
"""The note of a Field that no reader reads: its truth says whether anything is written there."""


@dataclass(frozen=True, slots=True)
class MarkTruth:
    """One box of one booklet. ``note`` says how it was drawn."""

    booklet: int
    page: int
    field: str
    question: str
    mark: Mark
    note: str


@dataclass(frozen=True, slots=True)
class PageTruth:
    """One image, or one page that was lost (``file`` empty, ``index`` -1).

    ``index`` counts from 0 in the file; ``defects`` are words joined by spaces. On a ``sheet`` that is no
    booklet, ``booklet`` is its number among its kind.
    """

    file: str
    index: int
    booklet: int
    page: int
    code_legible: bool
    defects: str
    sheet: Sheet = Sheet.BOOKLET


@dataclass(frozen=True, slots=True)
class FieldTruth:
    """What a person reads in a Field that is no box: digits, stickers joined by "+", signed or unsigned."""

    sheet: Sheet
    number: int
    page: int
    field: str
    value: str
    note: str


def marks_csv(truths: Iterable[MarkTruth], *, head: bool = True) -> bytes:
    """The bytes of ``truth-marks.csv``, or rows to add to it, without its ``head``."""
    return _csv(MarkTruth, (astuple(truth) for truth in truths), head=head)


def pages_csv(truths: Iterable[PageTruth], *, head: bool = True) -> bytes:
    """The bytes of ``truth-pages.csv``, or rows to add to it; a lost page has neither file nor index."""
    rows = (
        (
            t.file,
            t.index if t.file else "",
            t.booklet,
            t.page,
            "yes" if t.code_legible else "no",
            t.defects,
            t.sheet,
        )
        for t in truths
    )
    return _csv(PageTruth, rows, head=head)


def fields_csv(truths: Iterable[FieldTruth], *, head: bool = True) -> bytes:
    """The bytes of ``truth-fields.csv``, or rows to add to it."""
    return _csv(FieldTruth, (astuple(truth) for truth in truths), head=head)


def read_fields(path: Path) -> tuple[FieldTruth, ...]:
    """Read ``truth-fields.csv``; errors as in `read_marks`."""
    return tuple(
        FieldTruth(Sheet(r["sheet"]), int(r["number"]), int(r["page"]), r["field"], r["value"], r["note"])
        for r in _rows(path, FieldTruth)
    )


def read_marks(path: Path) -> tuple[MarkTruth, ...]:
    """Read ``truth-marks.csv``.

    Raises:
        NotFoundError: there is no such file.
        ToolError: it is no truth of a rehearsal.
    """
    return tuple(
        MarkTruth(int(r["booklet"]), int(r["page"]), r["field"], r["question"], Mark(r["mark"]), r["note"])
        for r in _rows(path, MarkTruth)
    )


def read_pages(path: Path) -> tuple[PageTruth, ...]:
    """Read ``truth-pages.csv``; errors as in `read_marks`."""
    return tuple(
        PageTruth(
            r["file"],
            int(r["index"] or -1),
            int(r["booklet"]),
            int(r["page"]),
            r["code_legible"] == "yes",
            r["defects"],
            Sheet(r["sheet"]),
        )
        for r in _rows(path, PageTruth)
    )


def _csv(
    kind: type[MarkTruth | PageTruth | FieldTruth], rows: Iterable[tuple[object, ...]], *, head: bool
) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if head:
        writer.writerow([field.name for field in fields(kind)])
    writer.writerows(rows)
    return text.getvalue().encode()


def _rows(path: Path, kind: type[MarkTruth | PageTruth | FieldTruth]) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
    except FileNotFoundError:
        raise NotFoundError(f"{path} is not there", "run 'klausur rehearse' first") from None
    wanted = [field.name for field in fields(kind)]
    if reader.fieldnames != wanted:
        raise ToolError(f"{path} is no truth of a rehearsal: its columns are not {', '.join(wanted)}")
    return rows
