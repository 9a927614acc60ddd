"""``klausur new``."""

from pathlib import Path
from typing import Annotated

import typer

from klausur import actions
from klausur.cli import options, terminal


def command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The new folder.")],
    *,
    json: options.Json = False,
) -> None:
    """Begin an exam: write a folder with a small exam, to be written over.

    Example: klausur new endterm
    """
    begun = actions.new.new(folder)
    if json:
        terminal.to_json({"folder": begun.folder, "files": begun.files})
        return
    for path in begun.files:
        terminal.say(str(path))
    terminal.say(f"\nNext: write your questions there, then run: klausur check {folder}")
