"""What people and programs see: findings, tables, progress and JSON, alike in every command.

Standard output carries the result, standard error the progress and what ended the command. Where the
output is no terminal there are no bars and no frames: tables become lines with tabs, bars become lines.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import msgspec
from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, Task, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from klausur.actions.progress import Progress as Tell
from klausur.actions.progress import quiet
from klausur.base.credits import show_credits
from klausur.base.diagnostics import Diagnostic, Severity
from klausur.base.errors import KlausurError
from klausur.cli.shown import Shown

_GAP = 2
"""Blank columns between two of a table."""

_SHORT = 12
"""Cells of so many letters are never broken into two lines."""

_LONG = 24
"""Words longer than that may be broken."""

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


def table(
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    title: str = "",
    titled: bool = False,
    spare: Sequence[str] = (),
) -> None:
    """A table; framed on a terminal, otherwise one line per row with tabs between the cells.

    The title stands above it on a terminal; one that is ``titled`` has it everywhere, as must be where one
    command shows several tables.

    A terminal shows no column in which nothing stands. Of the ``spare`` ones, the first one first, it leaves
    out those that it has no room for, and names them.
    """
    console, lines = Console(), list(rows)
    if not console.is_terminal:
        if titled:
            say(title)
        for row in (headings, *lines):
            sys.stdout.write("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row) + "\n")
        return
    if title:
        _print(console, Text(title, style="italic"))
    columns = [(heading, *(row[n] for row in lines)) for n, heading in enumerate(headings)]
    shown = filled = [column for n, column in enumerate(columns) if n == 0 or any(column[1:])]
    for name in spare:
        if _together(map(_least, shown)) <= console.width:
            break
        shown = [column for column in shown if column[0] != name]
    framed = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True, show_edge=False)
    for (heading, *_), width in zip(shown, _widths(shown, console.width), strict=True):
        framed.add_column(heading, overflow="fold", width=width)
    for row in zip(*(column[1:] for column in shown), strict=True):
        framed.add_row(*map(Text, row))
    console.print(framed)
    left_out = ", ".join(column[0] for column in filled if column not in shown)
    if left_out:
        _print(console, Text(f"No room for: {left_out}", style="dim"))


def _least(column: Iterable[str]) -> int:
    """How wide a column must be at least to be read well."""
    words = (cell if cell_len(cell) <= _SHORT else max(cell.split() or [""], key=cell_len) for cell in column)
    return max((min(cell_len(word), _LONG) for word in words), default=1)


def _together(widths: Iterable[int]) -> int:
    """How wide a table with such columns is."""
    each = tuple(widths)
    return sum(each) + _GAP * (len(each) - 1)


def _widths(columns: Sequence[Sequence[str]], room: int) -> list[int]:
    """How wide each column becomes: the least, and what is left of the room for those whose cells are longer.

    Where not even the least has room, the widest one is broken.
    """
    widths = [_least(column) for column in columns]
    wanted = [max(map(cell_len, column)) for column in columns]
    while _together(widths) > room and max(widths) > 1:
        widths[widths.index(max(widths))] -= 1
    while _together(widths) < room and widths != wanted:
        most = max(range(len(widths)), key=lambda n: wanted[n] - widths[n])
        widths[most] += 1
    return widths


def to_json(value: object) -> None:
    """One object or array on standard output, in one line. Credits are text, since they are exact."""
    json_text(msgspec.json.encode(value, enc_hook=_plain))


def json_text(data: bytes) -> None:
    """JSON that is made already, on standard output, in one line."""
    sys.stdout.write(data.decode() + "\n")


@contextmanager
def working(what: str, unit: str = "", *, shown: Shown = Shown.AUTO, stays: bool = False) -> Iterator[Tell]:
    """Show how far something is while it runs.

    Args:
        what: is done.
        unit: what is counted.
        shown: how.
        stays: a bar is left there when the work is done, and a line says what is begun.

    Yields:
        what is to be called with what is done and what there is to do.
    """
    console = Console(stderr=True)
    if shown is Shown.NONE:
        yield quiet
    elif shown is Shown.JSON:
        yield _Steps(100, lambda done, total: _json_line(what, unit, done, total))
    elif shown is Shown.LINES or not console.is_terminal:
        if stays:
            _print(console, Text(what))
        yield _Steps(20, lambda done, total: _line(console, "" if stays else what, unit, done, total))
    else:
        with _bar(console, what, unit, stays=stays) as tell:
            yield tell


@contextmanager
def _bar(console: Console, what: str, unit: str, *, stays: bool) -> Iterator[Tell]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        _Count(),
        TextColumn(unit),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=not stays) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
        if stays:
            whole = bar.tasks[0].total or 1
            bar.update(task, completed=whole, total=whole)


def _line(console: Console, what: str, unit: str, done: int, total: int) -> None:
    _print(console, Text(f"{f'{what}:' if what else ' '} {done} of {total} {unit}".rstrip()))


def _json_line(what: str, unit: str, done: int, total: int) -> None:
    told = msgspec.json.encode({"what": what, "unit": unit, "done": done, "total": total})
    sys.stderr.write(told.decode() + "\n")
    sys.stderr.flush()


class _Steps:
    """Tells each time another of so many parts of the work is done."""

    def __init__(self, parts: int, tell: Tell) -> None:
        self.parts, self.tell, self.told = parts, tell, 0

    def __call__(self, done: int, total: int) -> None:
        """Tell how far the work is, if it is further by a part."""
        part = self.parts * done // total if total else 0
        if part > self.told:
            self.told = part
            self.tell(done, total)


class _Count(MofNCompleteColumn):
    """``3/30``, and nothing for a step that does not count, or not far."""

    def render(self, task: Task) -> Text:
        """The cell."""
        return Text() if (task.total or 1) <= 1 else super().render(task)


def _print(console: Console, text: Text) -> None:
    console.print(text, soft_wrap=True)


def _plain(value: object) -> object:
    if isinstance(value, Fraction):
        return show_credits(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
