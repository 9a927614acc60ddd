"""A grade list from nothing, in the form that a platform or an office takes; where none was handed out.

Only who has a result stands on it: a platform that is given an empty cell may take a grade away. What the
columns are called is what `klausur.report.grade_list.headings` knows lists by.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

import xlsxwriter

from klausur.base.errors import UsageError
from klausur.report.grade_list.request import ListForm, Wanted
from klausur.report.grade_list.written import decimal, written
from klausur.report.results import ResultRow, Results
from klausur.roster.columns import same
from klausur.roster.known_headings import END, POINTS_POSSIBLE, START
from klausur.roster.name_order import family_first


@dataclass(frozen=True, slots=True)
class NewList:
    """A list: its bytes, how its file's name ends, who stands on it, and candidates who do not."""

    data: bytes
    suffix: str
    people: int
    lacking: tuple[ResultRow, ...]


@dataclass(frozen=True, slots=True)
class _Columns:
    """The headings of a form; ``grade`` is that of the result, which is ``wants``."""

    before: tuple[str, ...]
    grade: str
    wants: Wanted
    comma: bool
    after: tuple[str, ...] = ()


def new_list(
    form: ListForm,
    results: Results,
    title: str,
    columns: Sequence[tuple[str, Wanted | None]] = (),
    *,
    comma: bool | None = None,
) -> NewList:
    """A list of all who have a result.

    Args:
        form: whose form it has.
        results: the table.
        title: of the exam, as which a platform is to know the grades.
        columns: the heading of the column of results with what it shall hold, if that is not the usual.
        comma: numbers have a decimal comma; None: as is usual for the form.

    Raises:
        UsageError: a column is named that the form does not have, or without what it shall hold.
        KlausurError: as for `klausur.report.grade_list.written.written`.
    """
    known = _asked(_FORMS[form], title, columns)
    rows = [row for row in results.rows if row.registration and row.total is not None]
    lacking = tuple(row for row in results.rows if row.registration and row.total is None)
    sign = known.comma if comma is None else comma
    table = [(row, _result(row, known.wants, results, comma=sign)) for row in rows]
    heads = (*known.before, known.grade, *known.after)
    match form:
        case ListForm.MOODLE:
            lines = [heads, *((row.registration, *_parts(row)[::-1], text) for row, text in table)]
            return NewList(_csv(lines, ","), ".csv", len(rows), lacking)
        case ListForm.CANVAS:
            most = _most(results, known.wants)
            points = [(f"    {POINTS_POSSIBLE}", "", "", "", "", most)] if most else []
            people = (
                (", ".join(filter(None, _parts(row))), "", row.registration, "", "", t) for row, t in table
            )
            return NewList(_csv([heads, *points, *people], ","), ".csv", len(rows), lacking)
        case ListForm.CAMPUS_ONLINE:
            lines = [heads, *((row.registration, *_parts(row), text, "") for row, text in table)]
            return NewList(_csv(lines, ";", quoted=True), ".csv", len(rows), lacking)
        case ListForm.HIS:
            body = [(row.registration, *_parts(row), text) for row, text in table]
            return NewList(_workbook([(START,), heads, *body, (END,)]), ".xlsx", len(rows), lacking)


_FORMS = {
    ListForm.MOODLE: _Columns(("ID number", "First name", "Last name"), "", Wanted.CREDITS, comma=False),
    ListForm.CANVAS: _Columns(
        ("Student", "ID", "SIS User ID", "SIS Login ID", "Section"), "", Wanted.CREDITS, comma=False
    ),
    ListForm.CAMPUS_ONLINE: _Columns(
        ("REGISTRATION_NUMBER", "FAMILY_NAME_OF_STUDENT", "FIRST_NAME_OF_STUDENT"),
        "GRADE",
        Wanted.GRADE,
        comma=True,
        after=("REMARK",),
    ),
    ListForm.HIS: _Columns(("mtknr", "nachname", "vorname"), "bewertung", Wanted.GRADE, comma=True),
}
"""The forms; platforms know grades by the exam's title."""


def _asked(form: _Columns, title: str, columns: Sequence[tuple[str, Wanted | None]]) -> _Columns:
    known = replace(form, grade=form.grade or title)
    for heading, wants in columns:
        if not same(heading, known.grade) or wants is None:
            raise UsageError(
                f"{heading!r} is no column of this list that can be told what to hold",
                f"write --column '{known.grade}=grade', or =hundredths, =credits, =percent",
            )
        known = replace(known, wants=wants)
    return known


def _result(row: ResultRow, wants: Wanted, results: Results, *, comma: bool) -> str:
    if row.total is None:
        raise ValueError("who has no result stands on no list")
    return written(wants, row.grade, row.total, results.of, comma=comma)


def _most(results: Results, wants: Wanted) -> str:
    """What can be reached at most, as Canvas asks for it."""
    return {Wanted.CREDITS: decimal(results.of), Wanted.PERCENT: "100"}.get(wants, "")


def _parts(row: ResultRow) -> tuple[str, str]:
    """Family name and given names."""
    if row.of.candidate is None:
        return row.name, ""
    family, _, given = family_first(row.of.candidate).partition(", ")
    return family, given


def _csv(lines: Sequence[Sequence[str]], delimiter: str, *, quoted: bool = False) -> bytes:
    out = io.StringIO(newline="")
    form = "unix" if quoted else "excel"  # the former puts quotes round everything
    csv.writer(out, form, delimiter=delimiter, lineterminator="\r\n").writerows(lines)
    return out.getvalue().encode()


def _workbook(lines: Sequence[Sequence[str]]) -> bytes:
    """A workbook of texts alone: numbers would lose the zeros before them."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet()
        for at, cells in enumerate(lines):
            for column, cell in enumerate(cells):
                sheet.write_string(at, column, cell, text)
    return out.getvalue()
