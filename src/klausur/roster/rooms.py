"""``rooms.toml``: the rooms of an exam, from the file to Rooms and findings. See docs/guide/candidates.md.

Which seats of a room are given to candidates is worked out in `klausur.roster.seat_plan`.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from klausur.base.diagnostics import Diagnostic, Place
from klausur.base.toml import Places, find
from klausur.roster.model import SeatRule
from klausur.roster.seat_plan import PATTERN, Fill, Seat, Shape, UnknownSeatError, plan

NAME = "rooms.toml"
MAX_BYTES = 1_000_000
MAX_ROWS = 200
MAX_PLACES = 200
MAX_NAME = 200

KEYS = ("rule", "seed", "room")
ROOM_KEYS = (
    "name", "rows", "seats_per_row", "free_rows", "free_seats", "blocked", "blocked_rows", "reserved", "fill",
    "seat", "aisles",
)  # fmt: skip
"""Every key that rooms.toml may hold, at its top and in a [[room]]."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Room:
    """One room.

    Attributes:
        name: as lists and covers show it.
        seats: those that are given to candidates, in the order of filling.
        left_free: those that stay empty unless the list of candidates itself names them.
        blocked: those that nobody may have.
        reserved: for candidates with more time or a note that asks for it, and for nobody else.
        aisles: places after which an aisle leads from the front to the back; for the plan alone.
    """

    name: str
    seats: tuple[Seat, ...]
    left_free: tuple[Seat, ...] = ()
    blocked: tuple[Seat, ...] = ()
    reserved: bool = False
    aisles: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Rooms:
    """The rooms in the order of the file, without those that have a finding, and the findings.

    ``rule`` and ``seed`` are what the file says about giving seats, None where it says nothing. Without any
    rooms nothing is known of seats: lists of candidates are taken as they are.
    """

    rooms: tuple[Room, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    rule: SeatRule | None = None
    seed: int | None = None
    file: str = NAME


Spots = Mapping[tuple[str, str], tuple[Room, Seat]]
"""Seats with their rooms, by the names of both, folded."""


def spots(rooms: Iterable[Room]) -> Spots:
    """All seats of all rooms."""
    return {
        (room.name.casefold(), seat.name.casefold()): (room, seat)
        for room in rooms
        for seat in (*room.seats, *room.left_free, *room.blocked)
    }


def read(path: Path) -> Rooms:
    """Read the rooms. What cannot be used gives a finding with its line, never an exception."""
    file = str(path)
    try:
        text = _text(path)
        plain = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        return _refused(file, "toml-syntax", f"no valid TOML: {error}", int(at[1]) if at else 0)
    except (OSError, UnicodeDecodeError) as error:
        what = getattr(error, "strerror", None) or "it is not in UTF-8"
        return _refused(file, "file-unreadable", f"the rooms cannot be read: {what}")
    except (ValueError, RecursionError) as error:
        return _refused(file, "toml-syntax", f"no valid TOML: {error}")
    found: list[Diagnostic] = []
    top = _Table(file, find(text), plain, "", found)
    top.refuse_unknown(KEYS)
    rule = top.word("rule", tuple(SeatRule), None)
    seed = top.whole("seed", 0, 10**9, None)
    rooms = tuple(_named_once(top, [room for room in _rooms(top) if room is not None]))
    return Rooms(rooms, tuple(found), rule, seed, file)


def _text(path: Path) -> str:
    if path.exists() and not path.is_file():  # a folder, or a pipe that would never end
        raise ValueError("it is no file")
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"it has more than {MAX_BYTES:,} bytes")
    return path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")


def _refused(file: str, code: str, message: str, line: int = 0) -> Rooms:
    hint = 'a room is written as [[room]] and below it name = "Hall 1", rows = 10, seats_per_row = 12'
    return Rooms((), (Diagnostic(code, message, Place(file, line), hint),), file=file)


def _rooms(top: "_Table") -> Iterator[Room | None]:
    listed = top.get("room")
    if not isinstance(listed, list) or not listed or not all(isinstance(r, dict) for r in listed):
        top.report("attribute-missing", "room", "there is no room", "write each one as [[room]]")
        return
    for number, plain in enumerate(listed):
        yield _room(_Table(top.file, top.places, plain, f"room.{number}.", top.found))


def _room(table: "_Table") -> Room | None:
    before = len(table.found)
    table.refuse_unknown(ROOM_KEYS)
    name = table.text("name", None)
    if name is None and not table.has("name"):
        table.report("attribute-missing", "", "the room has no name", 'add name = "Hall 1"')
    shape = Shape(
        _rows(table),
        free_rows=table.whole("free_rows", 0, MAX_ROWS, 0),
        free_seats=table.whole("free_seats", 0, MAX_PLACES, 0),
        blocked=table.texts("blocked"),
        blocked_rows=table.numbers("blocked_rows", 1, MAX_ROWS),
        fill=table.word("fill", tuple(Fill), Fill.FRONT),
        pattern=table.text("seat", PATTERN) or PATTERN,
    )
    reserved = table.yes("reserved")
    aisles = table.numbers("aisles", 1, MAX_PLACES)
    if name is None or len(table.found) > before:
        return None
    try:
        seats = plan(shape)
    except UnknownSeatError as error:
        hint = f"seats are called {error.first} to {error.last}; a run within a row is written B1..B4"
        table.report("attribute-value", "blocked", f"{name} has no seat {str(error)!r}", hint)
        return None
    except ValueError as error:
        hint = (
            f'write it with {{row}} (A, B …) or {{row_number}} and with {{place}}, as in seat = "{PATTERN}"'
        )
        table.report("attribute-value", "seat", str(error), hint)
        return None
    if not seats.given:
        hint = "give it more rows or seats, or block and free fewer of them"
        table.report("room-empty", "", f"{name} has no seat to give", hint)
        return None
    return Room(name, seats.given, seats.left_free, seats.blocked, reserved, tuple(sorted(set(aisles))))


def _rows(table: "_Table") -> tuple[int, ...]:
    """How many seats each row has."""
    rows = table.whole("rows", 1, MAX_ROWS, None)
    per_row = table.get("seats_per_row")
    if per_row is None:
        table.report(
            "attribute-missing",
            "",
            "the room does not say how many seats a row has",
            "add seats_per_row = 12",
        )
        return ()
    if isinstance(per_row, list):
        each = table.numbers("seats_per_row", 0, MAX_PLACES)
        if rows is not None and each and len(each) != rows:
            message = f"seats_per_row lists {len(each)} rows, but rows = {rows}"
            table.report(
                "attribute-value", "seats_per_row", message, "correct one of them, or leave rows out"
            )
        return each
    width = table.whole("seats_per_row", 1, MAX_PLACES, None)
    if rows is None and not table.has("rows"):
        table.report("attribute-missing", "", "the room does not say how many rows it has", "add rows = 10")
    return () if rows is None or width is None else (width,) * rows


def _named_once(top: "_Table", rooms: Sequence[Room]) -> Iterator[Room]:
    """The first room of each name; names that differ in case or blanks only are one to people."""
    seen: set[str] = set()
    for room in rooms:
        if room.name.casefold() in seen:
            line = top.places.line(f"room.{_last(top, room.name)}.name")
            message = f"there are two rooms called {room.name}"
            hint = "give each room its own name"
            top.found.append(Diagnostic("room-duplicate", message, Place(top.file, line), hint))
        else:
            seen.add(room.name.casefold())
            yield room


def _last(top: "_Table", name: str) -> int:
    listed = [" ".join(str(r.get("name", "")).split()).casefold() for r in top.plain["room"]]
    return len(listed) - 1 - listed[::-1].index(name.casefold())


@dataclass(frozen=True, slots=True)
class _Table:
    """Values of one table, each read with a finding if it is of the wrong kind."""

    file: str
    places: Places
    plain: Mapping[str, Any]
    prefix: str
    found: list[Diagnostic]

    def report(self, code: str, key: str, message: str, hint: str) -> None:
        line = self.places.line(f"{self.prefix}{key}".rstrip("."))
        self.found.append(Diagnostic(code, message, Place(self.file, line), hint))

    def refuse_unknown(self, known: Sequence[str]) -> None:
        for key in self.plain:
            if key not in known:
                what = "a room" if self.prefix else "rooms.toml"
                hint = f"{what} takes {', '.join(known)}"
                self.report("attribute-unknown", key, f"{what} has no key {key!r}", hint)

    def has(self, key: str) -> bool:
        return key in self.plain

    def get(self, key: str) -> Any:  # noqa: ANN401 - TOML has many kinds of value
        return self.plain.get(key)

    def wrong(self, key: str, how: str) -> None:
        self.report("attribute-value", key, f"{key} cannot be used", how)

    def text(self, key: str, default: str | None) -> str | None:
        value = self.get(key)
        if value is None:
            return default
        if isinstance(value, str) and value.strip() and len(value) <= MAX_NAME and not _CONTROL.search(value):
            return " ".join(value.split())
        self.wrong(key, f"write one line of text in quotes, at most {MAX_NAME} characters")
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.get(key)
        if value is None:
            return ()
        if isinstance(value, list) and all(isinstance(v, str) and v.strip() for v in value):
            return tuple(v.strip() for v in value)
        self.wrong(key, f'write a list of seats: {key} = ["A1", "C3..C9"]')
        return ()

    def numbers(self, key: str, least: int, most: int) -> tuple[int, ...]:
        value = self.get(key)
        if value is None:
            return ()
        if (
            isinstance(value, list)
            and len(value) <= MAX_ROWS
            and all(_is_whole(v, least, most) for v in value)
        ):
            return tuple(value)
        self.wrong(key, f"write a list of at most {MAX_ROWS} whole numbers from {least} to {most}")
        return ()

    def whole(self, key: str, least: int, most: int, default: T) -> int | T:
        value = self.get(key)
        if value is None:
            return default
        if _is_whole(value, least, most):
            return int(value)
        self.wrong(key, f"it is a whole number from {least} to {most}")
        return default

    def word(self, key: str, known: Sequence[T], default: T) -> T:
        value = self.get(key)
        if value is None:
            return default
        for word in known:
            if str(word) == value:
                return word
        self.wrong(key, "it is one of " + ", ".join(f'"{k}"' for k in known))
        return default

    def yes(self, key: str) -> bool:
        value = self.get(key)
        if value is not None and not isinstance(value, bool):
            self.wrong(key, "it is true or false")
        return value is True


def _is_whole(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
