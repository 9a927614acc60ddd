"""``klausur export``."""

from pathlib import Path
from typing import Annotated

import typer

from klausur import actions
from klausur.cli import options, terminal

To = Annotated[
    str,
    typer.Option("--to", metavar="FORMAT", help="moodle, gift, qti, canvas, latex, amc, html or docx."),
]
Out = Annotated[Path, typer.Option("--out", "-o", metavar="OUT", help="The new folder for what is written.")]


def command(
    folder: options.Folder = None,
    *,
    to: To,
    out: Out,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Write the exam in the form of another system; what that cannot carry is named, never bent.

    Example: klausur export endterm --to moodle -o moodle

    Example, as a file of Word: klausur export endterm --to docx -o word
    """
    done = actions.export_exam.export_exam(options.folder(folder, exam), to, out)
    if json:
        terminal.to_json(
            {
                "files": done.files,
                "questions": done.questions,
                "of": done.of,
                "said": [{"question": question, "what": what} for question, what in done.said],
            }
        )
        return
    for path in done.files:
        terminal.say(str(path))
    terminal.say(f"{terminal.count(done.of, 'question')}, of which {done.questions} are there.")
    if done.said:
        terminal.say("\nNot as it was:")
        for question, what in done.said:
            terminal.say(f"  {question}: {what}")
