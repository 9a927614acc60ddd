"""``klausur grade``."""

from typing import Annotated

import typer

from klausur import actions
from klausur.cli import acting, options, reasons, terminal
from klausur.cli.log import records
from klausur.report.columns import Form
from klausur.report.text import header, lines

_BAR = 24
_FEW = 20
"""Of so many grades those are shown, too, that nobody gets."""


def command(
    folder: options.Folder = None,
    *,
    exam: options.Exam = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Only show how many get which grade; write nothing.")
    ] = False,
    others: Annotated[
        list[str] | None,
        typer.Option(
            "--try",
            metavar="KEY",
            help="Show the grades by another key too, such as 'pass=45 best=90', 'pass-share=80', "
            "'best-share=10', 'glide=22' or 'shift=-2'; may be given several times, implies --preview.",
        ),
    ] = None,
    edition: Annotated[
        int | None,
        typer.Option(
            "--edition", metavar="N", help="Only the booklets of this edition, in files of their own."
        ),
    ] = None,
    wide: options.Wide = False,
    json: options.Json = False,
) -> None:
    """Compute credits and grades into results.csv, results.xlsx and results.json.

    What is still open is marked so, and has no grade.

    Example: klausur grade endterm --preview --try 'pass=45 best=90'
    """
    if preview or others:
        _preview(actions.preview_grades.preview_grades(options.folder(folder, exam), others or ()), json=json)
        return
    graded = actions.grade.grade(options.folder(folder, exam), actor=acting.examiner(), edition=edition)
    if json:
        terminal.json_text(actions.grade.to_json(graded))
    else:
        table(graded, wide=wide)
        show(graded)
        if graded.summary.open:
            terminal.say("Next: klausur settle list shows what waits for a person.")
        if graded.source_changed:
            terminal.say(
                "The exam's source on disk is no longer what counts. The grades follow the key in the "
                "records; see what differs: klausur key; let it count: klausur key --take-over --why TEXT",
                style="bold yellow",
            )
        if graded.extras_open:
            sheets = terminal.count(graded.extras_open, "extra sheet")
            terminal.say(f"{sheets} without a booklet: see klausur settle list", style="bold yellow")
        if graded.homework_of_nobody:
            numbers = ", ".join(graded.homework_of_nobody)
            terminal.say(
                f"Credits from homework of nobody on the list of candidates: {numbers}. If their numbers "
                "were corrected, bring the list in again: klausur homework --bring",
                style="bold yellow",
            )
        terminal.say(records(graded.head))
        for path in graded.files:
            terminal.say(str(path))


def table(graded: "actions.grade.Graded", *, wide: bool | None = None) -> None:
    """The results table."""
    results = graded.results
    problems = [f"P{number}" for number in results.problems]
    terminal.table(
        header(results, Form.TERMINAL),
        lines(results, Form.TERMINAL),
        title=graded.exam,
        spare=(*reversed(problems), "status", "registration"),
        short={"name": 24, "open": 16, "standing": 12},
        wide=wide,
    )


def show(graded: "actions.grade.Graded") -> None:
    """How many have a grade, which, and what the others wait for."""
    results, summary = graded.results, graded.summary
    booklets = terminal.count(summary.final + summary.open, "booklet")
    mean = (
        ""
        if summary.mean is None
        else f", {float(summary.mean):.2f} of {terminal.credits_said(summary.of)} on average"
    )
    terminal.say(f"{summary.final} of {booklets} graded{mean}")
    reached = ", ".join(f"{name}: {count}" for name, count in summary.grades if count)
    if reached:
        terminal.say(f"  grades: {reached}")
    if summary.open:
        nobodys = sum(row.status == "open" and not row.registration for row in results.rows)
        terminal.say(
            f"{summary.open} open: no grade before a person has decided "
            f"{graded.waiting} of {graded.asked:,} questions"
            + (f", and whose {terminal.count(nobodys, 'booklet is', 'booklets are')}" if nobodys else "")
        )
        reasons.open_(graded.doubts)
    if summary.missing:
        terminal.say(f"{terminal.count(summary.missing, 'candidate')} without a booklet that was found")
    if summary.ungraded:
        terminal.say(
            f"{summary.ungraded} ungraded: withdrawn, absent, ill or excluded by the list of candidates"
        )
    for number, strike in results.struck:
        terminal.say(f"Question {number} is struck: {strike}")


def _preview(preview: "actions.preview_grades.GradePreview", *, json: bool) -> None:
    if json:
        terminal.json_text(actions.preview_grades.to_json(preview))
        return
    for tried in preview.tried:
        _histogram(tried, preview.final)
    if preview.unfinished:
        terminal.say(f"{terminal.count(preview.unfinished, 'booklet')} still open, without a grade")


def _histogram(tried: "actions.preview_grades.Tried", final: int) -> None:
    """A table of one key: a grade a line, with its threshold, how many get it, and a bar."""
    unit = "%" if tried.key.percent else "credits"
    most = max((many for _, many in tried.counts), default=0)
    shown = [(grade, many) for grade, many in tried.counts if many or len(tried.counts) <= _FEW]
    thresholds = dict(tried.key.thresholds)
    terminal.table(
        ["grade", f"from ({unit})", "booklets", ""],
        (
            [
                grade,
                f"{float(thresholds[grade]):.4g}" if grade in thresholds else "",
                str(many),
                "█" * (many * _BAR // most if most else 0) or ("▏" if many else ""),
            ]
            for grade, many in shown
        ),
        title=tried.name,
        titled=True,
    )
    terminal.say(f"{tried.passed} of {final} pass")
