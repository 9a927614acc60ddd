"""Where paper scripts lie: in which box, at which position of it; the last word about a booklet counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

LONGEST = 200
"""Letters of a box's name."""


@dataclass(frozen=True, slots=True)
class StoredPlace:
    """Where somebody put a booklet; ``box`` is empty once it lies nowhere that is known."""

    booklet: int
    box: str
    position: int | None
    who: str
    when: datetime
    why: str = ""

    def __str__(self) -> str:
        """``Box 3, 12``."""
        return self.box if self.position is None else f"{self.box}, {self.position}"


def newest(places: Iterable[StoredPlace]) -> Mapping[int, StoredPlace]:
    """Where each booklet lies, by its number; ``places`` in the order in which they were said."""
    found = {each.booklet: each for each in places}
    return {number: each for number, each in sorted(found.items()) if each.box}


def numbers(text: str) -> tuple[int, ...]:
    """Numbers of booklets in the order in which they are given: ``1-3, 12``.

    Raises:
        ValueError: these are none, or too many.
    """
    found: list[int] = []
    for part in text.replace(",", " ").split():
        first, dash, last = part.partition("-")
        for each in (first, last) if dash else (first,):
            if not (each.isascii() and each.isdigit() and len(each) < 8):
                raise ValueError(part)
        start, end = int(first), int(last or first)
        if not 0 < start <= end or end - start >= _MOST or len(found) >= _MOST:
            raise ValueError(part)
        found += range(start, end + 1)
    if not found:
        raise ValueError(text)
    return tuple(dict.fromkeys(found))


_MOST = 10_000
