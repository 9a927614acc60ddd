"""What people and programs see: findings, tables, progress and JSON, alike in every command.

Standard output carries the result, standard error the progress and what ended the command. Where the
output is no terminal there are no bars and no frames: tables become lines with tabs.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, Task, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from klausur.actions.progress import Progress as Tell
from klausur.base.credits import show_credits
from klausur.base.diagnostics import Diagnostic, Severity
from klausur.base.errors import KlausurError

_COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow"}


def say(text: str = "", *, style: str = "") -> None:
    """One line of the result, never broken."""
    _print(Console(), Text(text, style=style))


def show(diagnostics: Iterable[Diagnostic]) -> None:
    """Findings, each in two lines: place, severity, code and message; then how to mend it."""
    console = Console()
    for found in diagnostics:
        colour = _COLOURS[found.severity]
        head = Text.assemble(
            (f"{found.place}: ", "bold"), (f"{found.severity}[{found.code}]", colour), f" {found.message}"
        )
        _print(console, head)
        _print(console, Text(f"    {found.hint}", style="dim"))


def fail(error: KlausurError) -> None:
    """What ended the command, and the way out."""
    console = Console(stderr=True)
    _print(console, Text.assemble(("error: ", "bold red"), str(error)))
    if error.remedy:
        _print(console, Text(f"    {error.remedy}", style="dim"))


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: ``1 file``, ``2 files``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, title: str = "") -> None:
    """A table; with frames on a terminal, otherwise one line per row with tabs between the cells."""
    console = Console()
    if not console.is_terminal:
        for row in (headings, *rows):
            sys.stdout.write("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row) + "\n")
        return
    framed = Table(title=title or None, title_justify="left")
    for heading in headings:
        framed.add_column(heading, overflow="fold")
    for row in rows:
        framed.add_row(*(Text(cell) for cell in row))
    console.print(framed)


def to_json(value: object) -> None:
    """One object or array on standard output, in one line. Credits are text, since they are exact."""
    json_text(msgspec.json.encode(value, enc_hook=_plain))


def json_text(data: bytes) -> None:
    """JSON that is made already, on standard output, in one line."""
    sys.stdout.write(data.decode() + "\n")


@contextmanager
def working(what: str, unit: str = "") -> Iterator[Tell]:
    """A progress bar while something runs; nothing where standard error is no terminal.

    Yields:
        what is to be called with what is done and what there is to do.
    """
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        _Count(),
        TextColumn(unit),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


class _Count(MofNCompleteColumn):
    """``3/30``, and nothing for a step that does not count."""

    def render(self, task: Task) -> Text:
        """The cell."""
        return Text() if task.total is None else super().render(task)


def _print(console: Console, text: Text) -> None:
    console.print(text, soft_wrap=True)


def _plain(value: object) -> object:
    if isinstance(value, Fraction):
        return show_credits(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
