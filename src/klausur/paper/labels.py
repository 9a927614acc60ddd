"""Label sheets: where the labels lie on a sheet, of the makers' common ones and of others by their measures.

What is printed on a label is `klausur.typeset.stickers`'.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from klausur.base.diagnostics import Diagnostic, Place
from klausur.base.errors import UsageError
from klausur.base.geometry import PAPERS, Box, Size

LEAST = Size(22.0, 9.5)
"""The smallest label in mm that holds a code which a scan at 300 dpi can read, and a name beside it."""

_SLACK = 0.01
"""Measures in inches come out of a conversion."""

_MOST = 1000
"""No number in a description is larger: labels, rows and sheets are small."""


@dataclass(frozen=True, slots=True)
class LabelSheet:
    """Equal labels in rows and columns. Lengths in mm, from the top left corner of the sheet.

    ``pitch_x`` and ``pitch_y`` lead from a label's edge to the same edge of the next one.
    """

    name: str
    paper: str
    columns: int
    rows: int
    w: float
    h: float
    left: float
    top: float
    pitch_x: float
    pitch_y: float

    @property
    def count(self) -> int:
        """Labels on one sheet."""
        return self.columns * self.rows

    @property
    def size(self) -> Size:
        """The size of the sheet."""
        return PAPERS[self.paper]

    def box(self, position: int) -> Box:
        """Where a label lies; positions count from 0, row by row."""
        row, column = divmod(position, self.columns)
        return Box(self.left + column * self.pitch_x, self.top + row * self.pitch_y, self.w, self.h)


KNOWN: Mapping[str, LabelSheet] = {
    sheet.name: sheet
    for sheet in (
        LabelSheet("L4731", "a4", 7, 27, 25.4, 10.0, 8.6, 13.5, 27.9, 10.0),
        LabelSheet("L7651", "a4", 5, 13, 38.1, 21.2, 4.75, 10.7, 40.6, 21.2),
        LabelSheet("L7160", "a4", 3, 7, 63.5, 38.1, 7.21, 15.15, 66.04, 38.1),
        LabelSheet("L7163", "a4", 2, 7, 99.1, 38.1, 4.65, 15.15, 101.6, 38.1),
        LabelSheet("5160", "letter", 3, 10, 66.675, 25.4, 4.7625, 12.7, 69.85, 25.4),
        LabelSheet("5167", "letter", 4, 20, 44.45, 12.7, 7.62, 12.7, 52.07, 12.7),
    )
}
"""By the number on the pack. The margins follow from label, pitch and sheet, in whose middle the labels lie;
templates that others publish agree to 0.4 mm, for L7163 to 1.3 mm. A printer shifts its paper as much."""

_KEYS = {
    "paper": str,
    "columns": int,
    "rows": int,
    "w": float,
    "h": float,
    "left": float,
    "top": float,
    "pitch_x": float,
    "pitch_y": float,
}


@dataclass(frozen=True, slots=True)
class Labels:
    """What a file of label sheets says, and what is wrong with it; wrong sheets are left out."""

    sheets: Mapping[str, LabelSheet]
    diagnostics: tuple[Diagnostic, ...]


def read(path: Path) -> Labels:
    """Read label sheets from TOML: a table per sheet, named as on its pack, with its measures in mm."""
    place = Place(path.name)
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        hint = "see that the file is there and is TOML; docs/guide/exam-day.md shows an example"
        return Labels({}, (Diagnostic("labels-file", f"{path.name} cannot be read: {error}", place, hint),))
    sheets: dict[str, LabelSheet] = {}
    found: list[Diagnostic] = []
    for name, table in tables.items():
        wrong = list(_wrong(table))
        if not wrong:
            sheet = LabelSheet(name=name, **{key: kind(table[key]) for key, kind in _KEYS.items()})
            wrong = list(_impossible(sheet))
            sheets |= {} if wrong else {name: sheet}
        found += [
            Diagnostic("labels-file", f"label sheet {name}: {what}", place, hint) for what, hint in wrong
        ]
    return Labels(sheets, tuple(found))


def find(name: str, more: Mapping[str, LabelSheet]) -> LabelSheet:
    """The label sheet of this name, without regard to capitals, among those of a file and the known ones.

    Raises:
        UsageError: there is none.
    """
    by_name = {known.casefold(): sheet for known, sheet in {**KNOWN, **more}.items()}
    sheet = by_name.get(name.casefold())
    if sheet is None:
        known = ", ".join(s.name for s in by_name.values())
        raise UsageError(
            f"there is no label sheet {name!r}", f"known are {known}; describe others in labels.toml"
        )
    return sheet


def _wrong(table: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - whatever TOML holds
    """What is missing, unknown or of the wrong kind."""
    if not isinstance(table, dict):
        yield "it has no measures", f"write a table with {', '.join(_KEYS)}"
        return
    for key in table.keys() - _KEYS.keys():
        yield f"{key!r} is unknown", f"its keys are {', '.join(_KEYS)}"
    for key, kind in _KEYS.items():
        value = table.get(key)
        if key not in table:
            yield f"{key} is missing", f"give {key}{'' if kind is not float else ' in mm'}"
        elif kind is str:
            if value not in PAPERS:
                yield f"{key} is {value!r}", f"write one of {', '.join(PAPERS)}"
        elif isinstance(value, bool) or not isinstance(value, (int, float) if kind is float else int):
            yield f"{key} is {value!r}", f"write a {'number' if kind is float else 'whole number'}"
        elif not -_MOST <= value <= _MOST:  # also refuses "nan"
            yield f"{key} is {value}", f"write a number up to {_MOST}"


def _impossible(sheet: LabelSheet) -> Iterator[tuple[str, str]]:
    """What cannot be printed: labels too small, beside the sheet, or over one another."""
    if sheet.columns < 1 or sheet.rows < 1:
        yield "it has no labels", "give rows and columns from 1 up"
        return
    if sheet.w < LEAST.w or sheet.h < LEAST.h:
        hint = f"take a sheet with labels of at least {LEAST.w:g} × {LEAST.h:g} mm"
        yield f"its labels of {sheet.w:g} × {sheet.h:g} mm are too small for a code and a name", hint
        return
    last = sheet.box(sheet.count - 1)
    beyond = Box(0, 0, last.right - _SLACK, last.bottom - _SLACK)
    if not (sheet.left >= 0 and sheet.top >= 0 and beyond.inside(sheet.size)):
        yield f"its last label ends at {last.right:g}, {last.bottom:g} mm, beside the sheet", "measure again"
    apart_x = sheet.columns == 1 or sheet.pitch_x >= sheet.w - _SLACK
    apart_y = sheet.rows == 1 or sheet.pitch_y >= sheet.h - _SLACK
    if not (apart_x and apart_y):
        yield "its labels overlap", "pitch_x and pitch_y lead from one label's edge to the same of the next"
