"""The program ``klausur``, and the one place where errors become messages and exit codes."""

import sys
from typing import Annotated

import typer

import klausur
from klausur.base.errors import KlausurError, ToolError
from klausur.cli import terminal
from klausur.cli.commands import LOOK, Commands

app = typer.Typer(name="klausur", cls=Commands, no_args_is_help=True, **LOOK)


def _version(wanted: bool) -> None:  # noqa: FBT001 - the signature of an option's callback
    if wanted:
        terminal.say(f"klausur {klausur.__version__}")
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
