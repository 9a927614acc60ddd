"""The program ``klausur``: its commands, and the one place where errors become messages and exit codes."""

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from klausur import __version__
from klausur.base.errors import KlausurError, ToolError
from klausur.cli import check, demo, grade, new, print_, readings, rehearse, scan, settle, status, terminal

app = typer.Typer(
    name="klausur",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)

COMMANDS: dict[str, Callable[..., None]] = {
    "new": new.command,
    "check": check.command,
    "print": print_.command,
    "scan": scan.command,
    "status": status.command,
    "readings": readings.command,
    "settle": settle.command,
    "grade": grade.command,
    "rehearse": rehearse.command,
    "demo": demo.command,
}
"""The commands by name, in the order of an exam's life."""

for _name, _command in COMMANDS.items():
    app.command(_name)(_command)


def _version(wanted: bool) -> None:  # noqa: FBT001 - the signature of an option's callback
    if wanted:
        terminal.say(f"klausur {__version__}")
        raise typer.Exit


@app.callback()
def common(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    """Paper exams as code: from Markdown source to read-back marks and grades.

    Example: klausur demo demo
    """


def run() -> None:
    """The entry point. Exit codes: docs/reference/commands.md."""
    try:
        app()
    except KlausurError as error:
        terminal.fail(error)
        sys.exit(error.exit_code)
    except OSError as error:
        # A full disk, a folder without rights: nothing that a traceback explains better.
        if error.filename is None and error.strerror is None:
            raise
        where = f"{error.filename}: " if error.filename is not None else ""
        terminal.fail(ToolError(f"{where}{error.strerror}", "look at the rights and the free space there"))
        sys.exit(ToolError.exit_code)
