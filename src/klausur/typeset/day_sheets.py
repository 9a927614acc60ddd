"""Papers for people alone, which no machine reads: door lists, seat plans, name signs, the day's checklist.

What stands on them is a value of this module; what it says is worked out by who asks for them. Papers that
are scanned again are `klausur.typeset.loose_sheets`' business.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from klausur.base.errors import ToolError
from klausur.exam.model import Exam
from klausur.typeset import engine, slices, wording
from klausur.typeset.for_printer import for_printer
from klausur.typeset.markup import STYLE, head


@dataclass(frozen=True, slots=True)
class DoorLine:
    """Where somebody sits. ``who`` is what they are looked up by, ``letter`` what it begins with."""

    who: str
    letter: str
    room: str
    seat: str


@dataclass(frozen=True, slots=True)
class DoorList:
    """The list for one room's door; for the entrance to all of them if ``room`` is empty."""

    room: str
    lines: tuple[DoorLine, ...]


class SeatUse(StrEnum):
    """What becomes of a seat. A free one may be given to who comes late; an unused one stays empty."""

    TAKEN = "taken"
    FREE = "free"
    UNUSED = "unused"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class PlannedSeat:
    """A seat on a plan; row and place from 1, ``variant`` 0 if there is nothing to tell apart."""

    name: str
    row: int
    place: int
    use: SeatUse
    who: str = ""
    minutes: int = 0
    variant: int = 0


@dataclass(frozen=True, slots=True)
class SeatPlan:
    """The plan of a room; ``piles`` are the booklets that lie there, as variant and count."""

    room: str
    rows: int
    places: int
    aisles: tuple[int, ...]
    seats: tuple[PlannedSeat, ...]
    piles: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class NameSign:
    """A sign for a desk; ``variant`` as on a plan, ``booklet`` empty if none bears the name."""

    name: str
    registration: str
    room: str
    seat: str
    booklet: str = ""
    variant: int = 0


@dataclass(frozen=True, slots=True)
class RoomPile:
    """What goes into a room: people, and booklets by variant; ``room`` is empty for who has none."""

    room: str
    people: int
    booklets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """Somebody who has more time or a note; ``until`` is when they end."""

    where: str
    name: str
    minutes: int
    until: str
    note: str


@dataclass(frozen=True, slots=True)
class DayChecklist:
    """The day on one sheet.

    Attributes:
        variants: the numbers over the columns of ``piles``; empty if booklets are not told apart.
        piles: the rooms.
        spare: spare booklets by variant, as in a pile.
        stickers: how many there are.
        extras: extra sheets.
        taken_out: the numbers of booklets and stickers of people who no longer take part.
        needs: who has more time or a note.
        end: when the others end.
    """

    variants: tuple[int, ...]
    piles: tuple[RoomPile, ...]
    spare: tuple[int, ...]
    stickers: int
    extras: int
    taken_out: tuple[str, ...]
    needs: tuple[Need, ...]
    end: str


def compile_doors(exam: Exam, root: Path, lists: Sequence[DoorList], out: Path, made: datetime) -> None:
    """Write the door lists, at least one, each from a fresh page on.

    Args:
        exam: what they are for.
        root: the exam's folder, which may hold fonts.
        lists: in order.
        out: the PDF.
        made: as of when they are right.

    Raises:
        ToolError: Typst refuses them.
    """
    _compile(exam, root, "doors", [asdict(one) for one in lists], out, made)


def compile_plans(exam: Exam, root: Path, plans: Sequence[SeatPlan], out: Path, made: datetime) -> None:
    """Write the seat plans, at least one, each on a page of its own.

    Raises:
        ToolError: Typst refuses them.
    """
    _compile(exam, root, "seat-plan", [asdict(one) for one in plans], out, made)


def compile_signs(exam: Exam, root: Path, signs: Sequence[NameSign], out: Path, made: datetime) -> None:
    """Write the name signs, at least one, eight on a page.

    Raises:
        ToolError: Typst refuses them.
    """
    pages = [{"signs": [asdict(s) for s in signs[at : at + 8]]} for at in range(0, len(signs), 8)]
    _compile(exam, root, "name-signs", pages, out, made)


def compile_checklist(exam: Exam, root: Path, checklist: DayChecklist, out: Path, made: datetime) -> None:
    """Write the checklist for the day.

    Raises:
        ToolError: Typst refuses it.
    """
    _compile(exam, root, "checklist", [asdict(checklist)], out, made)


def _compile(
    exam: Exam, root: Path, template: str, pages: Sequence[Mapping[str, Any]], out: Path, made: datetime
) -> None:
    when = {"day": wording.short_day(made.date(), exam.locale), "time": wording.clock(made, exam.locale)}
    typeset = slices.typeset(
        engine.template(*STYLE, "fitted", "plain-sheet", template),
        {**head(exam), "form": "exam", "made": when},
        ([page] for page in pages),
        root=root,
        day=exam.date,
    )
    if isinstance(typeset, engine.TypstFault):
        raise ToolError(
            f"Typst refuses {out.name}: {typeset.message}", "see that the list of candidates holds plain text"
        )
    out.write_bytes(for_printer(typeset.pdf, both=False))
