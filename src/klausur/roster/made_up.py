"""Candidates that are plainly made up, for the demo, rehearsals and tests, and how a list is written."""

import csv
import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

from klausur.roster.model import Candidate

_NAMES = (
    "Example",
    "Müller-Beispiel",
    "Exemple-Çédille",
    "Esempio",
    "Größe-Muster",
    "Příklad",
    "Örnek",
    "Przykładowa-Łąka",
    "Eksempel-Ångström",
    "O'Example",
    "Freifrau von und zu Langenbeispiel-Mustermannshausen auf Hohenprobe und Niederversuch",
    "Ejemplo Ñandú",
    "Li",
)
"""The word for "example" in several languages, with the letters that break careless typesetting."""

_ROOMS = ("Hall", "Hörsaal")
_SEATS = 40
_NUMBERS = 10**7


def made_up(count: int, seed: int, *, in_room: int = _SEATS) -> tuple[Candidate, ...]:
    """``count`` candidates with unique 8-digit registration numbers and seats, the same for the same seed.

    The numbers begin with a zero, as many universities' do, so that nobody may take them for integers.
    A room takes ``in_room`` of them, at most 40; then comes the next.

    Raises:
        ValueError: ``count`` is negative or larger than there are numbers, or a room is too small or large.
    """
    if not 0 <= count <= _NUMBERS or not 1 <= in_room <= _SEATS:
        raise ValueError(f"{count} candidates, {in_room} in a room, cannot be made up")
    drawn = int.from_bytes(hashlib.sha256(str(seed).encode()).digest())
    # a step without a factor in common with 10^7 visits every number once
    start, step = drawn % _NUMBERS, 10 * (drawn // _NUMBERS % (_NUMBERS // 10)) + 7
    width = max(3, len(str(count)))
    return tuple(
        Candidate(
            registration=f"{(start + n * step) % _NUMBERS:08d}",
            name=f"Candidate {n:0{width}d} {_NAMES[(n - 1) % len(_NAMES)]}",
            room=_room((n - 1) // in_room),
            seat=_seat((n - 1) % in_room),
        )
        for n in range(1, count + 1)
    )


def _room(number: int) -> str:
    return f"{_ROOMS[number % len(_ROOMS)]} {number + 1}"


def _seat(number: int) -> str:
    row, place = divmod(number, 8)
    return f"{'ABCDE'[row]}{place + 1}"


def write(candidates: Iterable[Candidate], path: Path) -> None:
    """Write a list that `klausur.roster.candidates.read` reads back: UTF-8, commas, English headings.

    The columns for extra minutes and remarks are there if anybody has them.
    """
    people = tuple(candidates)
    heads: list[tuple[str, Callable[[Candidate], str]]] = [
        ("Registration number", lambda c: c.registration),
        ("Name", lambda c: c.name),
        ("Room", lambda c: c.room),
        ("Seat", lambda c: c.seat),
    ]
    if any(c.extra_minutes for c in people):
        heads.append(("Extra minutes", lambda c: str(c.extra_minutes or "")))
    if any(c.note for c in people):
        heads.append(("Remark", lambda c: c.note))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heading for heading, _ in heads)
        writer.writerows([cell(person) for _, cell in heads] for person in people)
