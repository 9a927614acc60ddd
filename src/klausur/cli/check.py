"""``klausur check``."""

import typer

from klausur.actions.check import check
from klausur.base.credits import show_credits
from klausur.cli import options, terminal


def command(folder: options.Folder = None, *, exam: options.Exam = None, json: options.Json = False) -> None:
    """Check an exam's source and whether its papers can be typeset; show every finding at once.

    Example: klausur check endterm
    """
    place = options.folder(folder, exam)
    with terminal.working("Checking", "papers") as progress:
        checked = check(place, progress=progress)
    pages = len(checked.papers[0].pages) if checked.papers else 0
    if json:
        found = checked.exam
        terminal.to_json(
            {
                "ok": not checked.errors,
                "diagnostics": [d.as_json() for d in checked.diagnostics],
                "exam": None
                if found is None
                else {
                    "title": found.title,
                    "problems": len(found.problems),
                    "questions": len(list(found.questions)),
                    "credits": found.credits,
                    "pages": pages,
                    "digest": found.digest,
                },
            }
        )
    else:
        terminal.show(checked.diagnostics)
        warnings = len(checked.diagnostics) - len(checked.errors)
        if checked.exam is not None:
            questions = len(list(checked.exam.questions))
            terminal.say(
                f"{checked.exam.title}: {terminal.count(len(checked.exam.problems), 'problem')}, "
                f"{terminal.count(questions, 'question')}, {show_credits(checked.exam.credits)} credits, "
                f"{terminal.count(pages, 'page')}"
            )
        terminal.say(f"{terminal.count(len(checked.errors), 'error')}, {terminal.count(warnings, 'warning')}")
    if checked.errors:
        raise typer.Exit(1)
