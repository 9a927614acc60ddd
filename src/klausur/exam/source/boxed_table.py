"""A table of boxes: statements in its first column, and a box to cross in every other cell of each row.

|                  | true | false |
| ---------------- | ---- | ----- |
| The sun is hot.  | [x]  | [ ]   |
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from klausur.exam.source import tree
from klausur.exam.source.attributes import FIXED
from klausur.exam.source.pandoc import Ast
from klausur.exam.source.pieces import Piece, Source, cut
from klausur.exam.source.rubric import take_mark

AS_WELL = "~"
"""Stands in the box of a choice that is right as well."""

RIGHT = frozenset({"x", "X"})
BOXES = RIGHT | {"", AS_WELL}
"""What may stand in the box of a choice."""

MOST_ROWS, MOST_COLUMNS = 26, 9
"""A row has a letter; more columns leave no room for what the rows say."""


@dataclass(frozen=True, slots=True)
class BoxedRow:
    """One row as it is written: what it says, and what stands in its boxes."""

    piece: Piece
    boxes: tuple[str, ...]
    fixed: bool


@dataclass(frozen=True, slots=True)
class BoxedTable:
    """A table as it is written: what stands over its columns of boxes, and its rows."""

    heads: tuple[Piece, ...]
    rows: tuple[BoxedRow, ...]

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """All its texts."""
        return (*self.heads, *(row.piece for row in self.rows))


def is_boxed(block: Ast) -> bool:
    """Whether a block is a table in which a cell holds a box and nothing else, behind another cell."""
    return block["t"] == "Table" and any(_mark(cell) in BOXES for row in _body(block) for cell in row[1:])


def read(source: Source, block: Ast) -> BoxedTable:
    """The table; what cannot be read is reported."""
    head = _cells_of(block["c"][3][1])
    heads, rows = tuple(head[0][1:]) if head else (), []
    if not heads or not all(tree.has_words(cell) for cell in heads):
        hint = "write what each column stands for into the first line: | | true | false |"
        source.report("table-heads", "a column of boxes has nothing over it", block["line"], hint)
    for cells in _body(block):
        line = _line(cells, block["line"])
        if not cells or not tree.has_words(cells[0]):
            hint = "write what is to be judged into its first cell"
            source.report("text-missing", "a row of boxes says nothing", line, hint)
            continue
        marks = tuple(_mark(cell) for cell in cells[1:])
        if not all(mark in BOXES for mark in marks):
            hint = "write [x] where it is right and [ ] where it is wrong, and nothing else, into every cell"
            source.report("markup-unexpected", "a cell without its box", line, hint)
        fixed = any(n["t"] == "Span" and FIXED in n["c"][0][1] for n in tree.walk(cells[0]))
        boxes = tuple(mark if mark in BOXES and mark is not None else "" for mark in marks)
        rows.append(BoxedRow(cut(source, cells[0], line), boxes, fixed))
    if len(rows) > MOST_ROWS or len(heads) > MOST_COLUMNS:
        hint = f"at most {MOST_ROWS} rows and {MOST_COLUMNS} columns of boxes: make two questions of it"
        message = f"a table of {len(rows)} rows and {len(heads)} columns of boxes"
        source.report("attribute-value", message, block["line"], hint)
    return BoxedTable(tuple(cut(source, cell, block["line"]) for cell in heads), tuple(rows[:MOST_ROWS]))


def _body(table: Ast) -> list[list[list[Ast]]]:
    """The blocks of each cell of each row below the head."""
    return [cells for part in table["c"][4] for cells in _cells_of(part[3])]


def _cells_of(rows: Sequence[Sequence[Any]]) -> list[list[list[Ast]]]:
    return [[cell[4] for cell in row[1]] for row in rows]


def _mark(cell: Sequence[Ast]) -> str | None:
    """What stands in the box of a cell that holds a box alone."""
    mark, rest = take_mark(cell)
    return None if tree.has_words(rest) else mark


def _line(cells: Sequence[Sequence[Ast]], line: int) -> int:
    return next(
        (node["line"] for cell in cells for node in tree.walk(list(cell)) if node["t"] == "Str"), line
    )
