"""The attendance list and the protocol page of each room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from klausur.base.geometry import PAPERS
from klausur.exam.model import Exam
from klausur.paper.code import PageCode, Sheet
from klausur.paper.run import PrintRun
from klausur.roster.model import Candidate
from klausur.typeset import wording
from klausur.typeset.loose_sheets import Sheets, SheetSide, compile_sides, drawn
from klausur.typeset.page_frame import MARGIN

ROW = 11.0
"""Height of a candidate's row in mm: room to sign in, and for the code."""

CODE = 7.6
"""Side in mm of the code in a row; 0.38 mm a module."""

_HEAD, _TITLE = 13.0, 8.0
"""What stands above the rows of each page, in mm: the room, and the columns' names."""

_RULE = 8.0
"""Kept free in mm below the rows for the rule on how to sign."""

_LONGER = 8
"""Candidates with more time that are named on a protocol; the attendance list names all."""


@dataclass(frozen=True, slots=True)
class AttendanceRow:
    """A row of an attendance list: the candidate, and the code of their booklet's cover or their sticker."""

    candidate: Candidate
    code: PageCode


@dataclass(frozen=True, slots=True)
class RoomList:
    """The attendance list of one room; ``number`` is its own, in the print run's order of rooms."""

    number: int
    room: str
    rows: tuple[AttendanceRow, ...]


def room_lists(run: PrintRun) -> tuple[RoomList, ...]:
    """The candidates of a print run by room, rooms and candidates in the order of the run.

    Who stands on an earlier printing's list signs there.
    """
    rows: dict[str, list[AttendanceRow]] = {}
    named = [(b.candidate, PageCode(run.exam_number, b.number, 1)) for b in run.booklets]
    stuck = [(s.candidate, PageCode(run.exam_number, s.number, 1, Sheet.STICKER)) for s in run.stickers]
    for candidate, code in (*named, *stuck):
        if candidate is not None and candidate.registration not in run.listed:
            rows.setdefault(candidate.room, []).append(AttendanceRow(candidate, code))
    return tuple(
        RoomList(n, room, tuple(of)) for n, (room, of) in enumerate(rows.items(), start=run.first_list)
    )


def compile_lists(exam: Exam, run: PrintRun, key: bytes, out: Path) -> Sheets:
    """Write one PDF with the attendance list and the protocol of every room, for a run with candidates.

    Raises:
        ToolError: Typst refuses it.
    """
    sides = [side for room in room_lists(run) for side in _sides(exam, run, room, key)]
    measures = {"height": ROW, "code": CODE, "head": _HEAD, "title": _TITLE}
    return compile_sides(exam, sides, key, ("attendance", "protocol"), out, more={"row": measures})


def rows_on_page(exam: Exam) -> int:
    """How many candidates one page of a list has."""
    body = PAPERS[exam.paper].h - MARGIN["top"] - MARGIN["bottom"]
    return int((body - _HEAD - _TITLE - _RULE) // ROW)


def sides_of(exam: Exam, room: RoomList) -> int:
    """How many sides are printed for a room: the pages of its list, and the protocol."""
    return -(-len(room.rows) // rows_on_page(exam)) + 1


def _sides(exam: Exam, run: PrintRun, room: RoomList, key: bytes) -> list[SheetSide]:
    most = rows_on_page(exam)
    parts = [room.rows[at : at + most] for at in range(0, len(room.rows), most)]
    about = {"room": room.room, "candidates": len(room.rows), "stickers": bool(run.stickers)}
    lists = [
        SheetSide(
            PageCode(run.exam_number, room.number, number, Sheet.ATTENDANCE),
            len(parts),
            "attendance",
            {**about, "rows": [_row(row, key) for row in part]},
        )
        for number, part in enumerate(parts, start=1)
    ]
    code = PageCode(run.exam_number, room.number, 1, Sheet.PROTOCOL)
    return [*lists, SheetSide(code, 1, "protocol", {**about, **_protocol(exam, room.rows)})]


def _row(row: AttendanceRow, key: bytes) -> dict[str, Any]:
    person = row.candidate
    return {
        "seat": person.seat,
        "name": person.name,
        "registration": person.registration,
        "minutes": person.extra_minutes,
        "note": person.note,
        "paper": row.code.booklet,
        "symbol": drawn(row.code, key),
    }


def _protocol(exam: Exam, rows: Sequence[AttendanceRow]) -> Mapping[str, Any]:
    end = datetime.combine(exam.date, exam.start) + timedelta(minutes=exam.minutes)
    longer = [row.candidate for row in rows if row.candidate.extra_minutes]
    return {
        "longer": [
            {
                "seat": person.seat,
                "name": person.name,
                "minutes": person.extra_minutes,
                "until": wording.clock(end + timedelta(minutes=person.extra_minutes), exam.locale),
            }
            for person in longer[:_LONGER]
        ],
        "longer-left": max(0, len(longer) - _LONGER),
    }
