"""Arguments and options that several commands share, so that they are called and explained alike."""

import getpass
import os
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from klausur import actions
from klausur.base.errors import UsageError
from klausur.cli.shown import Shown

Folder = Annotated[
    Path | None, typer.Argument(metavar="DIR", help="The exam's folder. (default: where you are)")
]
Exam = Annotated[
    Path | None, typer.Option("--exam", metavar="DIR", help="The exam's folder. (default: where you are)")
]
Json = Annotated[bool, typer.Option("--json", help="Write JSON for other programs.")]
Wide = Annotated[bool, typer.Option("--wide", help="Show all columns whole, however wide the terminal is.")]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", min=1, metavar="N", help="Processes to work with. (default: one per processor)"),
]
Progress = Annotated[
    Shown,
    typer.Option(
        "--progress",
        help="How to show how far it is: a bar, lines, JSON lines on standard error, or not at all.",
    ),
]
Trust = Annotated[
    bool,
    typer.Option("--trust", help="Trust the folder's programs as they are now, as 'klausur trust' does."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be recorded, but record nothing.")]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, recorded beside.")]
Who = Annotated[str | None, typer.Option("--who", metavar="NAME", help="Who decides. (default: you)")]


def folder(argument: Path | None, option: Path | None) -> Path:
    """The exam's folder, named by argument, by option or not at all.

    Raises:
        UsageError: both name different folders.
    """
    if argument is not None and option is not None and argument != option:
        raise UsageError(f"two exam folders are named: {argument} and {option}", "name one of them")
    return argument or option or Path()


def trusted(place: Path, *, trust: bool) -> Path:
    """The exam's folder, whose programs are trusted first if that is wanted.

    Raises:
        KlausurError: it cannot be.
    """
    if trust:
        actions.trust.trust(place)
    return place


def moment(text: str) -> datetime:
    """A day or a moment by this machine's clock, or with an offset of its own.

    Raises:
        UsageError: it is none.
    """
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError as error:
        raise UsageError(f"{text!r} is no time", "write 2026-03-12, or 2026-03-12T14:00") from error


def user() -> str:
    """Who is recorded as having done something: the name of the user's account."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an account without a name, as in many containers
        return f"user {os.getuid()}"
