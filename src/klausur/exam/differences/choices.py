"""Which of a question's choices became which, by their looks: a cross means the one that was printed."""

from collections.abc import Mapping
from dataclasses import dataclass

from klausur.exam.differences.appearance import Appearance


@dataclass(frozen=True, slots=True)
class Moves:
    """The choices of a question, printed and now, by letter.

    Attributes:
        moved: printed letter and letter now, of those that stand under another letter among the same number.
        reworded: letters under which another text stands.
        added: letters now of new ones.
        removed: printed letters of those that are gone.
    """

    moved: tuple[tuple[str, str], ...]
    reworded: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]


def moves(printed: Mapping[str, Appearance], now: Mapping[str, Appearance]) -> Moves:
    """Compare a question's choices. Where some came or went, others that merely moved up are not named."""
    pairs = {letter: letter for letter, look in printed.items() if now.get(letter) == look}
    free = [letter for letter in now if letter not in pairs]
    for letter, look in printed.items():
        if letter not in pairs:
            same = next((other for other in free if now[other] == look), None)
            if same is not None:
                pairs[letter] = same
                free.remove(same)
    reworded = tuple(letter for letter in printed if letter not in pairs and letter in free)
    removed = tuple(letter for letter in printed if letter not in pairs and letter not in reworded)
    added = tuple(letter for letter in free if letter not in reworded)
    return Moves(tuple(_crossing(pairs, came_or_went=bool(added or removed))), reworded, added, removed)


def _crossing(pairs: Mapping[str, str], *, came_or_went: bool) -> list[tuple[str, str]]:
    """The pairs under another letter; if choices came or went, those alone that passed one another."""
    if not came_or_went:
        return [(old, new) for old, new in pairs.items() if old != new]
    return [
        (old, new)
        for old, new in pairs.items()
        if any((old < one) != (new < other) for one, other in pairs.items() if one != old)
    ]
