"""``klausur import``."""

from pathlib import Path
from typing import Annotated

import typer

from klausur import actions
from klausur.base.diagnostics import Severity
from klausur.base.errors import KlausurError
from klausur.cli import options, terminal
from klausur.convert.model import NAMES

Files = Annotated[list[Path], typer.Argument(metavar="FILE", help="Files of questions from another system.")]
Out = Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="The new exam folder.")]
Form = Annotated[
    str, typer.Option("--from", metavar="FORMAT", help="The files' format. (default: as they look)")
]
Title = Annotated[
    str, typer.Option("--title", metavar="TEXT", help="The exam's title. (default: the file's)")
]
Dry = Annotated[
    bool, typer.Option("--dry-run", help="Say what would become of the files, and write nothing.")
]


Bank = Annotated[
    bool,
    typer.Option("--bank", help="Add the files to the folder as banks, from which exams draw questions."),
]


def command(
    files: Files,
    *,
    out: Out,
    form: Form = "",
    title: Title = "",
    bank: Bank = False,
    dry_run: Dry = False,
    json: options.Json = False,
) -> None:
    """Bring questions from another system's files into a new exam folder, and say what became of each.

    Example: klausur import bank.xml -o endterm

    Example, a look ahead: klausur import old-exam.tex -o endterm --dry-run

    Example, a bank to draw from: klausur import bank.xml -o endterm --bank
    """
    if bank:
        done = actions.import_exam.import_banks(files, out, form=form, dry=dry_run)
    else:
        done = actions.import_exam.import_exam(files, out, form=form, title=title, dry=dry_run)
    errors = sum(d.severity is Severity.ERROR for d in done.diagnostics)
    if json:
        terminal.to_json(
            {
                "folder": done.folder,
                "files": done.files,
                "imported": [
                    {
                        "file": one.name,
                        "format": one.format,
                        "there": {name: getattr(one.counted, name) for name in NAMES},
                        "here": {name: getattr(one.made, name) for name in NAMES},
                        "changed": one.changed,
                        "refused": one.refused,
                        "remarks": one.remarks,
                    }
                    for one in done.brought
                ],
                "lost": done.lost,
                "diagnostics": [d.as_json() for d in done.diagnostics],
            }
        )
    else:
        terminal.table(
            ["file", "format", "questions there", "questions here", "changed", "refused"],
            [
                [
                    one.name,
                    one.format,
                    str(one.counted.questions),
                    str(one.made.questions),
                    str(one.changed),
                    str(one.refused),
                ]
                for one in done.brought
            ],
        )
        for remark in (r for one in done.brought for r in one.remarks):
            terminal.say(f"{remark.file}:{remark.line}: {remark.fate}: {remark.what}: {remark.done}")
        terminal.show(done.diagnostics)
        if bank and not dry_run:
            terminal.say(f"\nWhat became of everything, and what exam.toml has to say: {done.files[-1]}.")
        elif not dry_run:
            terminal.say(f"\nWhat became of everything stands in {out / 'import.md'}.")
            terminal.say(
                f"Next: write the day into {out / 'exam.toml'}, and look at it with: klausur preview {out}"
            )
    if done.lost:
        raise KlausurError(
            "\n  ".join(["something was lost on the way:", *done.lost]),
            "hold the exam against the files before you use it: this is a mistake of Klausur",
        )
    if errors:
        raise typer.Exit(1)
