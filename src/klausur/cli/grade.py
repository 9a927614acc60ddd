"""``klausur grade``."""

import typer

from klausur.actions.grade import Graded, grade, to_json
from klausur.base.credits import show_credits
from klausur.base.diagnostics import errors
from klausur.cli import options, terminal
from klausur.report.results import cells, header


def command(folder: options.Folder = None, *, exam: options.Exam = None, json: options.Json = False) -> None:
    """Compute credits and grades into results.csv and results.json; mark what is still open.

    Example: klausur grade endterm
    """
    graded = grade(options.folder(folder, exam), who=options.user())
    if json:
        terminal.json_text(to_json(graded))
    else:
        show(graded)
        terminal.show(graded.diagnostics)
        if graded.source_changed:
            terminal.say(
                "The exam's source has changed since printing; the grades follow the source as it is now."
            )
        for change in graded.key_changed:
            terminal.say(f"  key of {change.question} mended since printing: {', '.join(change.letters)}")
        if graded.extras_open:
            sheets = terminal.count(graded.extras_open, "extra sheet")
            terminal.say(f"{sheets} without a booklet: see klausur settle --list", style="bold yellow")
        for path in graded.files:
            terminal.say(str(path))
    if errors(graded.diagnostics):
        raise typer.Exit(1)


def show(graded: Graded) -> None:
    """The results table without its single questions, which no terminal has room for, and its summary."""
    results, summary = graded.results, graded.summary
    shown = [n for n, heading in enumerate(header(results)) if heading not in results.questions]
    terminal.table(
        [header(results)[n].replace("problem ", "P") for n in shown],
        ([cells(row)[n] for n in shown] for row in results.rows),
        title=graded.exam,
    )
    parts = [f"{summary.final} final", f"{summary.open} open", f"{summary.missing} missing"]
    if summary.mean is not None:
        parts.append(f"mean {float(summary.mean):.2f} of {show_credits(summary.of)} credits")
    terminal.say(", ".join(parts))
    reached = ", ".join(f"{name}: {count}" for name, count in summary.grades if count)
    if reached:
        terminal.say(f"Grades: {reached}")
