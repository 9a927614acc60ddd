"""``klausur grades``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from klausur import actions
from klausur.base.errors import UsageError
from klausur.cli import acting, options, terminal
from klausur.report.grade_list.request import ExportRequest, FillRequest, ListForm, Wanted

if TYPE_CHECKING:
    from klausur.report.results import ResultRow

_SIGNS = {"comma": True, "point": False}


def command(  # noqa: PLR0913 - one parameter per option
    folder: options.Folder = None,
    *,
    fill: Annotated[
        Path | None,
        typer.Option("--fill", metavar="FILE", help="The list that the office handed out, as CSV or XLSX."),
    ] = None,
    export: Annotated[
        str | None,
        typer.Option(
            "--export", metavar="FORM", help="A new list instead: for moodle, canvas, campusonline or his."
        ),
    ] = None,
    exam: options.Exam = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            metavar="HEADING[=WHAT]",
            help="Write this column, with grade, hundredths (130 for 1.3), credits or percent; may be given "
            "several times. (default: the one that is known)",
        ),
    ] = None,
    by_name: Annotated[
        bool, typer.Option("--by-name", help="Find candidates by their names, not by registration numbers.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Write over other grades that stand in the list already.")
    ] = False,
    decimal: Annotated[
        str | None,
        typer.Option(
            "--decimal", metavar="SIGN", help="The decimal sign: comma or point. (default: as in the list)"
        ),
    ] = None,
    edition: Annotated[
        int | None, typer.Option("--edition", metavar="N", help="Only the booklets of this edition.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="The new file. (default: NAME-filled beside the list)"
        ),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Write over the new file if it is there already.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be filled in, but write nothing.")
    ] = False,
    json: options.Json = False,
) -> None:
    """Write the results into the list that the examination office handed out, or into a new one.

    Of a list that was handed out only the cells of grades change. Who has no row and which rows got nothing
    is told. The list that is filled, or made, is a new file.

    Example: klausur grades endterm --fill list.csv --dry-run

    Example, grades and credits: klausur grades endterm --fill list.xlsx --column Note --column Punkte=credits

    Example, a new list for Moodle's gradebook: klausur grades endterm --export moodle
    """
    if decimal is not None and decimal not in _SIGNS:
        raise UsageError(
            f"--decimal {decimal} is no decimal sign", "write --decimal comma or --decimal point"
        )
    if (fill is None) == (export is None):
        raise UsageError(
            "say which list is meant", "name one with --fill FILE, or have one made with --export FORM"
        )
    columns, comma = tuple(map(_column, column or ())), None if decimal is None else _SIGNS[decimal]
    place = options.folder(folder, exam)
    if export is not None:
        if by_name or replace or dry_run:
            raise UsageError(
                "a new list has nothing to be found or replaced in",
                "leave out --by-name, --replace and --dry-run",
            )
        request = ExportRequest(_form(export), columns, comma, edition, output, overwrite)
        _say_new(actions.export_grades.export_grades(place, request, actor=acting.examiner()), json=json)
        return
    asked = FillRequest(
        fill or Path(),
        columns=columns,
        by_name=by_name,
        replace=replace,
        comma=comma,
        edition=edition,
        output=output,
        overwrite=overwrite,
    )
    found = actions.fill_grades.fill_grades(place, asked, actor=acting.examiner(), dry_run=dry_run)
    if json:
        terminal.to_json(_plain(found))
    else:
        _say(found)


def _form(text: str) -> ListForm:
    if text not in set(ListForm):
        raise UsageError(f"there is no list of the form {text!r}", f"write one of {', '.join(ListForm)}")
    return ListForm(text)


def _say_new(done: "actions.export_grades.ExportedGrades", *, json: bool) -> None:
    made = done.made
    if json:
        terminal.to_json(
            {
                "output": done.output,
                "people": made.people,
                "lacking": [_lacking(row) for row in made.lacking],
                "source_changed": done.source_changed,
            }
        )
        return
    if made.lacking:
        terminal.table(
            ("registration", "name", "status"),
            ((row.registration, row.name, str(row.status)) for row in made.lacking),
            title="Not on the list: who has no result",
            titled=True,
        )
    terminal.say(f"{terminal.count(made.people, 'candidate')} in {done.output}")
    _say_of_source(changed=done.source_changed)


def _say_of_source(*, changed: bool) -> None:
    if changed:
        terminal.say(
            "The exam's source on disk is no longer what counts; see what differs: klausur key",
            style="bold yellow",
        )


def _column(text: str) -> tuple[str, Wanted | None]:
    heading, _, what = text.rpartition("=")
    if heading and what in set(Wanted):
        return heading, Wanted(what)
    if heading and "=" in text and what.isalpha():
        raise UsageError(
            f"--column {text}: {what!r} is nothing that results hold", f"write one of {', '.join(Wanted)}"
        )
    return text, None


def _say(found: "actions.fill_grades.FilledGrades") -> None:
    filled = found.filled
    columns = ", ".join(f"{t.heading!r} with {t.wants}" for t in filled.targets)
    terminal.say(f"{_list(found)}: column {columns}")
    if filled.cells:
        terminal.table(
            ("line", "registration", "name", "column", "was", "is"),
            ((str(c.line), c.registration, c.name, c.heading, c.old, c.new) for c in filled.cells),
            title="Filled in" if found.written else "Would be filled in",
            titled=True,
        )
    if filled.unfilled:
        terminal.table(
            ("line", "registration", "name", "why"),
            ((str(r.line), r.registration, r.name, r.says) for r in filled.unfilled),
            title="Rows that get nothing",
            titled=True,
        )
    if filled.lacking:
        terminal.table(
            ("registration", "name", "grade", "status"),
            ((r.registration, r.name, r.grade, str(r.status)) for r in filled.lacking),
            title="Candidates without a row",
            titled=True,
        )
    for note in filled.notes:
        terminal.say(note, style="bold yellow")
    rows = terminal.count(len({cell.line for cell in filled.cells}), "row")
    lacking = terminal.count(len(filled.lacking), "candidate")
    terminal.say(
        f"{rows} filled in, {filled.already} were so already, {len(filled.unfilled)} got nothing, "
        f"{lacking} without a row"
    )
    _say_of_source(changed=found.source_changed)
    terminal.say(str(found.output) if found.written else "Dry run: nothing was written")


def _list(found: "actions.fill_grades.FilledGrades") -> str:
    sheet = f", sheet {found.filled.sheet}" if found.filled.sheet else ""
    return f"List of kind {found.filled.kind}{sheet}"


def _plain(found: "actions.fill_grades.FilledGrades") -> dict[str, object]:
    filled = found.filled
    return {
        "kind": filled.kind,
        "sheet": filled.sheet,
        "columns": [{"heading": t.heading, "wants": t.wants} for t in filled.targets],
        "cells": filled.cells,
        "already": filled.already,
        "unfilled": filled.unfilled,
        "lacking": [_lacking(row) for row in filled.lacking],
        "notes": filled.notes,
        "output": found.output,
        "written": found.written,
        "source_changed": found.source_changed,
    }


def _lacking(row: "ResultRow") -> dict[str, object]:
    return {"registration": row.registration, "name": row.name, "grade": row.grade, "status": row.status}
