"""What people and programs see: findings, tables, progress and JSON, alike in every command.

Standard output carries the result, standard error the progress and what ended the command. Where the
output is no terminal there are no bars and no frames: tables become lines with tabs, bars become lines.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

import msgspec
from rich.box import SIMPLE_HEAD
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, Task, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from klausur.actions.progress import Progress as Tell
from klausur.actions.progress import quiet
from klausur.base.credits import Credits, mixed_credits, show_credits
from klausur.base.diagnostics import Diagnostic, Severity
from klausur.base.errors import KlausurError
from klausur.cli.shown import Shown

_GAP = 2
"""Blank columns between two of a table."""

_SHORT = 12
"""Cells of so many letters are never broken into two lines."""

_LONG = 24
"""Words longer than that may be broken."""

_STUMP = 4
"""Of a shortened cell no fewer letters are shown, if others can be broken."""

_WHOLE: Mapping[str, int] = MappingProxyType({})
"""No column is shortened."""

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


def credits_said(credits_: Credits) -> str:
    """Credits with their noun: ``1 credit``, ``0.5 credits``."""
    return f"{mixed_credits(credits_)} credit{'' if credits_ == 1 else 's'}"


def table(  # noqa: PLR0913 - how a table may give way, an argument for each way
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    title: str = "",
    titled: bool = False,
    spare: Sequence[str] = (),
    short: Mapping[str, int] = _WHOLE,
    below: str = "",
    wide: bool | None = None,
) -> None:
    """A table; framed on a terminal, otherwise one line per row with tabs between the cells.

    On a terminal numbers stand with their decimal signs below one another, and no column is shown in which
    nothing stands.

    Args:
        headings: of the columns.
        rows: their cells.
        title: stands above it on a terminal.
        titled: it stands there everywhere, as must be where one command shows several tables.
        spare: columns that a terminal leaves out where it has no room, the first one first, and names.
        short: columns whose cells end in … where there is no room, with how many letters they have at least.
            Where there are such, each row is one line; elsewhere cells go on below, between two words.
        below: a column of what people copy, such as paths. Where it has no room it goes first, and its cells
            stand whole below the table.
        wide: show all columns, and all of them whole, though lines be longer than the terminal is wide; None
            where the command has no option for it.
    """
    console, lines = Console(), list(rows)
    if not console.is_terminal:
        _tabbed((headings, *lines), title if titled else "")
        return
    if title:
        _print(console, Text(title, style="italic"))
    filled = [
        _Column(
            heading,
            [row[n] for row in lines],
            short.get(heading),
            one_line=bool(short or wide or heading == below),
        )
        for n, heading in enumerate(headings)
        if n == 0 or wide or any(row[n] for row in lines)
    ]
    shown = filled if wide else _with_room(filled, (below, *spare), console.width)
    room = _together(column.most for column in shown) if wide else console.width
    Console(width=room).print(_framed(shown, room))
    gone = [column for column in filled if column not in shown]
    left_out = ", ".join(column.heading for column in gone if column.heading != below)
    if left_out:
        more = "" if wide is None else ". All of it: --wide"
        _print(console, Text(f"No room for: {left_out}{more}", style="dim"))
    for column in gone:
        if column.heading == below:
            _below(headings[0], [row[0] for row in lines], column.cells)


def _below(what: str, names: Iterable[str], cells: Iterable[str]) -> None:
    """What people copy, on lines that are never broken."""
    for name, cell in zip(names, cells, strict=True):
        if cell:
            say(f"{what} {name}: {cell}")


def _tabbed(rows: Iterable[Sequence[str]], title: str) -> None:
    """A table for programs: a row a line, tabs between the cells."""
    if title:
        say(title)
    for row in rows:
        sys.stdout.write("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row) + "\n")


def _with_room(columns: Sequence["_Column"], spare: Iterable[str], room: int) -> list["_Column"]:
    """The columns without as many of the spare ones, the first one first, as there is no room for."""
    shown = list(columns)
    for name in spare:
        if _together(column.least for column in shown) <= room:
            break
        shown = [column for column in shown if column.heading != name]
    return shown


def _framed(columns: Sequence["_Column"], room: int) -> Table:
    """The table as a terminal shows it."""
    made = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True, show_edge=False)
    widths = _widths(columns, room)
    set_in = [column.set_in(width) for column, width in zip(columns, widths, strict=True)]
    for (heading, *_), width in zip(set_in, widths, strict=True):
        made.add_column(heading, overflow="fold", width=width)
    for row in zip(*(cells for _, *cells in set_in), strict=True):
        made.add_row(*map(Text, row))
    return made


_NUMBER = re.compile(r"(-?(?:0|[1-9][\d,]*))((?:\.\d+|/\d+| \d+/\d+)?)")
"""A number, before its decimal sign and from there on. One with a zero in front is a name made of digits."""


class _Column:
    """A column on a terminal: its cells, and how wide it is at least and at most."""

    def __init__(self, heading: str, cells: list[str], short: int | None, *, one_line: bool) -> None:
        parts = [_NUMBER.fullmatch(cell) for cell in cells if cell]
        self.heading, self.numbers = heading, bool(parts) and all(parts)
        self.cells = _aligned(cells) if self.numbers else cells
        every = [heading, *self.cells]
        self.most = max(map(cell_len, every))
        if short is not None:
            self.least = min(self.most, max(short, cell_len(heading)))
        else:
            self.least = self.most if one_line else _longest_word(every)
        self.cut = short is not None
        self.of_people = heading == "name"

    def set_in(self, width: int) -> list[str]:
        """Its heading and cells at this width: numbers on the right, others shortened if they may be."""
        every = [self.heading, *self.cells]
        if self.numbers:
            return [cell.rjust(width) for cell in every]
        shorten = _shortened_name if self.of_people else _shortened
        return [shorten(cell, width) for cell in every] if self.cut else every


def _aligned(cells: Sequence[str]) -> list[str]:
    """Numbers with as many blanks behind them as set their decimal signs below one another, on the right."""
    behind = [found[2] if (found := _NUMBER.fullmatch(cell)) else "" for cell in cells]
    most = max(map(len, behind))
    return [cell + " " * (most - len(part)) for cell, part in zip(cells, behind, strict=True)]


def _shortened(cell: str, width: int) -> str:
    """What there is room for of a cell, up to a whole word if there is one."""
    if cell_len(cell) <= width:
        return cell
    kept = set_cell_size(cell, max(width - 1, 0))
    if not cell[len(kept) :].startswith(" ") and " " in kept.strip():
        kept = kept[: kept.rindex(" ")]
    return kept.rstrip(" ,;") + "…"


def _shortened_name(cell: str, width: int) -> str:
    """The same of a person's name: given names by their first letters, so that the family name has room."""
    from klausur.roster.name_order import ever_shorter  # noqa: PLC0415 - a command's help needs no names

    name, bracket, rest = cell.partition(" (")
    every = (f"{shorter}{bracket}{rest}" for shorter in ever_shorter(name)) if cell_len(cell) > width else ()
    return next((shorter for shorter in every if cell_len(shorter) <= width), _shortened(cell, width))


def _longest_word(cells: Iterable[str]) -> int:
    """How wide a column must be at least to be read well, where its cells may go on below."""
    words = (cell if cell_len(cell) <= _SHORT else max(cell.split() or [""], key=cell_len) for cell in cells)
    return max((min(cell_len(word), _LONG) for word in words), default=1)


def _together(widths: Iterable[int]) -> int:
    """How wide a table with such columns is."""
    each = tuple(widths)
    return sum(each) + _GAP * (len(each) - 1)


def _widths(columns: Sequence[_Column], room: int) -> list[int]:
    """How wide each column becomes: the least, and what is left of the room for those whose cells are longer.

    Where not even the least has room, the widest one is broken, of those that are shortened anyhow if it can.
    """
    widths = [column.least for column in columns]
    wanted = [column.most for column in columns]
    given = [n for n, column in enumerate(columns) if column.cut and widths[n] > _STUMP]
    while _together(widths) > room and max(widths) > 1:
        widths[max(given or range(len(widths)), key=lambda n: widths[n])] -= 1
        given = [n for n in given if widths[n] > _STUMP]
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
