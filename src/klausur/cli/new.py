"""``klausur new``."""

from pathlib import Path
from typing import Annotated

import typer

from klausur import actions
from klausur.base.errors import UsageError
from klausur.cli import options, terminal
from klausur.exam.scaffold import StarterKind

Kind = Annotated[
    StarterKind | None,
    typer.Option("--kind", help="Mixed questions, choices alone, or mathematics. (default: mixed)"),
]
Language = Annotated[
    str | None,
    typer.Option("--language", metavar="CODE", help="Of the paper: en or de. (default: en)"),
]
From = Annotated[
    Path | None,
    typer.Option(
        "--from", metavar="OLD", help="Start from this exam; its dates, list and records stay behind."
    ),
]
Resit = Annotated[
    bool, typer.Option("--resit", help="With --from: name the questions that candidates have seen.")
]


def command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The new folder.")],
    *,
    kind: Kind = None,
    language: Language = None,
    old: From = None,
    resit: Resit = False,
    json: options.Json = False,
) -> None:
    """Begin an exam: write a folder with a small exam, or with an old one, to write over.

    Example: klausur new endterm --kind math --language de

    Example, last term's exam once more: klausur new resit --from endterm --resit
    """
    if old is not None and (kind is not None or language is not None):
        raise UsageError("--from and --kind or --language contradict one another", "give one of them")
    if resit and old is None:
        raise UsageError("--resit without --from", "name the exam that was written: --from OLD")
    if old is None:
        begun = actions.new.new(folder, kind=kind or StarterKind.MIXED, language=language or "en")
    else:
        begun = actions.new.new_from(folder, old, resit=resit)
    if json:
        terminal.to_json(
            {"folder": begun.folder, "files": begun.files, "date": begun.date.isoformat(), "seen": begun.seen}
        )
        return
    for path in begun.files:
        terminal.say(str(path))
    terminal.say(f"\nIt is dated {begun.date:%A, %d %B %Y}: write your own date into exam.toml.")
    if begun.made_up is not None:
        terminal.say(f"{begun.made_up} holds made-up people to try with; your own list is candidates.csv.")
    if begun.seen:
        terminal.say(f"Candidates have seen {terminal.count(len(begun.seen), 'question')}:")
        for question in begun.seen:
            terminal.say(f"  {question}")
        terminal.say("klausur check names those that still stand in these words.")
    terminal.say(f"Next: write your questions there, and look at them with: klausur preview {folder} --watch")
