"""``klausur rehearse``."""

from pathlib import Path
from typing import Annotated

import typer

from klausur import actions
from klausur.cli import acting, options, terminal
from klausur.rehearse.level import Level


def command(
    folder: options.Folder = None,
    *,
    exam: options.Exam = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Where to write. (default: rehearsal/ in DIR)")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="The same seed gives the same files.")] = 1,
    level: Annotated[Level, typer.Option("--level", help="How badly the pages are treated.")] = Level.DEFAULT,
    jobs: options.Jobs = None,
    json: options.Json = False,
) -> None:
    """Fill the printed booklets with made-up marks and scan them, in software, with the truth beside.

    Example: klausur rehearse endterm --seed 3 --out trial
    """
    with terminal.working("Filling and scanning", "booklets") as progress:
        done = actions.rehearse.rehearse(
            options.folder(folder, exam),
            actor=acting.examiner(),
            out=out,
            seed=seed,
            level=level,
            jobs=jobs,
            progress=progress,
        )
    if json:
        terminal.to_json(
            {"files": done.files, "marks": done.marks, "pages": done.pages, "fields": done.fields}
        )
        return
    for path in (*done.files, done.marks, done.pages, done.fields):
        terminal.say(str(path))
