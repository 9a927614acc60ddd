"""The record of a room on the exam day, for people alone: what it says is worked out by who asks for it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from klausur.base.errors import ToolError
from klausur.exam.model import Exam
from klausur.typeset import engine, slices, wording
from klausur.typeset.for_printer import for_printer
from klausur.typeset.markup import STYLE, head


@dataclass(frozen=True, slots=True)
class RecordedPerson:
    """Somebody who is named."""

    seat: str
    name: str
    registration: str


@dataclass(frozen=True, slots=True)
class NamedPeople:
    """Who is named, by what is known of them."""

    absent: tuple[RecordedPerson, ...] = ()
    ill: tuple[RecordedPerson, ...] = ()
    late: tuple[RecordedPerson, ...] = ()
    left: tuple[RecordedPerson, ...] = ()


@dataclass(frozen=True, slots=True)
class GivenPaper:
    """A booklet, or an ``extra`` sheet, that somebody was given in the room."""

    seat: str
    name: str
    number: int
    extra: bool


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened, noted ``by`` somebody; ``kind`` is a name in ``record.kind`` of the words."""

    time: str
    kind: str
    who: str
    text: str
    minutes: int
    by: str


@dataclass(frozen=True, slots=True)
class DifferingBooklet:
    """A booklet that does not fit; ``differences`` as ``record.difference`` of the words names them."""

    number: int
    name: str
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignedBy:
    """Who signs, and when."""

    name: str
    day: str
    time: str


@dataclass(frozen=True, slots=True)
class GlassSignature:
    """Who signed on glass, and when; ``lines`` are points in mm from the top left corner of ``size``."""

    seat: str
    name: str
    registration: str
    time: str
    lines: tuple[tuple[tuple[float, float], ...], ...]
    size: tuple[float, float]


@dataclass(frozen=True, slots=True)
class RoomRecord:
    """A room's record.

    Attributes:
        room: its name; empty for who has none.
        registered, present, late, absent, ill: how many people are what.
        handed, counted: how many booklets were handed out and counted in.
        begun, ended: when work began and ended.
        who: who is named.
        given: papers that were handed out in the room.
        happened: in the order of time.
        differ: booklets that do not fit.
        signed: who signs; None while the room is open.
        after: how much was recorded after that.
        signatures: who signed on glass, in the order of seats.
    """

    room: str
    registered: int
    present: int
    late: int
    absent: int
    ill: int
    handed: int
    counted: int
    begun: str
    ended: str
    who: NamedPeople
    given: tuple[GivenPaper, ...]
    happened: tuple[Happened, ...]
    differ: tuple[DifferingBooklet, ...]
    signed: SignedBy | None
    after: int
    signatures: tuple[GlassSignature, ...] = ()


def compile_records(exam: Exam, root: Path, records: Sequence[RoomRecord], made: datetime) -> bytes:
    """A PDF of the records of rooms, at least one, each from a fresh page on.

    Args:
        exam: what they are of.
        root: the exam's folder, which may hold fonts.
        records: in order.
        made: as of when they are right.

    Raises:
        ToolError: Typst refuses them.
    """
    when = {"day": wording.short_day(made.date(), exam.locale), "time": wording.clock(made, exam.locale)}
    typeset = slices.typeset(
        engine.template(*STYLE, "fitted", "plain-sheet", "room-record"),
        {**head(exam), "form": "exam", "made": when},
        ([asdict(each)] for each in records),
        root=root,
        day=exam.date,
    )
    if isinstance(typeset, engine.TypstFault):
        raise ToolError(
            f"Typst refuses the record of a room: {typeset.message}",
            "see that names and notes hold plain text",
        )
    return for_printer(typeset.pdf, both=False)
