"""Learning from use: what an institution's people said of marks, and which of two readers knows them better.

    python -m klausur.learn.from_use FOLDER NEW.json [--old OLD.json] [--hands 300] [--seed 0]

``FOLDER`` is what `klausur readings --settled` wrote. Its hands are parted once for all: those to learn from,
and one in three that is held out. A reader may take the place of the shipped one, or of ``--old``, where it
is worse on neither: the marks held out, and drawn hands by which readers are judged (the test part, by their
seed). The exit code is 1 where it is worse.
"""

import argparse
import hashlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from klausur.base.errors import NotFoundError
from klausur.learn.crops import CLASSES, Split, by_hand, joined
from klausur.read import mark_files
from klausur.read.marks import SHIPPED, MarkReader, SeenMark
from klausur.read.model import Mark
from klausur.scan.model import Pixels
from klausur.scan.tones import ScanKind

HELD_OUT = 3
"""One hand in so many is held out."""

HANDS = 300
"""Drawn hands that judge."""


class Reads(Protocol):
    """A reader of marks, as `klausur.read.marks.MarkReader` is."""

    def read(self, windows: Pixels, kind: ScanKind | None = None) -> Sequence[SeenMark]:
        """The marks in windows (n, 80, 80, 3) of a kind of scan."""
        ...


@dataclass(frozen=True, slots=True)
class KnownMarks:
    """Windows, (n, 80, 80, 3), what stands in each, and how each was scanned; ``hands`` made them."""

    windows: Pixels
    states: tuple[Mark, ...]
    kinds: tuple[ScanKind, ...]
    hands: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a reader did: ``silent`` marks are misread unasked, ``flagged`` plain ones are left to people."""

    marks: int
    silent: int
    flagged: int


@dataclass(frozen=True, slots=True)
class Compared:
    """Two readers on the same sets of marks, by their names."""

    old: Mapping[str, Outcome]
    new: Mapping[str, Outcome]

    @property
    def worse(self) -> tuple[str, ...]:
        """Where the new reader is worse, in words; nothing if it may take the old one's place."""
        return tuple(self._worse())

    def _worse(self) -> Iterator[str]:
        for name, old in self.old.items():
            new = self.new[name]
            if new.silent > old.silent:
                yield f"{name}: {new.silent} of {new.marks} misread without a flag, {old.silent} before"
            if new.flagged > old.flagged:
                yield f"{name}: {new.flagged} of {new.marks} left to people, {old.flagged} before"


def used(folder: Path) -> tuple[KnownMarks, KnownMarks]:
    """The marks of a folder of `klausur readings --settled`: those to learn from, and those held out.

    Raises:
        NotFoundError: there is no such folder, or its hands are too few to hold some out.
        ToolError: something in it is not as it was written.
    """
    rows, windows = mark_files.read(folder)
    out = np.array([_held_out(row.hand) for row in rows], bool)
    if not out.any() or out.all():
        raise NotFoundError(f"{folder} has marks by too few hands to hold some out", "export more exams")
    parts = []
    for part in (~out, out):
        mine = [row for row, here in zip(rows, part, strict=True) if here]
        states, kinds = tuple(row.state for row in mine), tuple(row.scan for row in mine)
        parts.append(KnownMarks(windows[part], states, kinds, len({row.hand for row in mine})))
    return parts[0], parts[1]


def _held_out(hand: str) -> bool:
    """Whether a hand is held out: the same for ever, however many others there are."""
    return hashlib.sha256(hand.encode()).digest()[0] % HELD_OUT == 0


def drawn(seed: int, hands: int) -> KnownMarks:
    """Marks by drawn hands that only test."""
    crops = joined([by_hand(seed, Split.TEST, number) for number in range(hands)])
    kinds = np.select([crops.scanned(kind) for kind in ScanKind], list(map(str, ScanKind)), "")
    states = tuple(CLASSES[label] for label in crops.labels)
    return KnownMarks(crops.windows, states, tuple(map(ScanKind, kinds.tolist())), hands)


def outcome(reader: Reads, marks: KnownMarks) -> Outcome:
    """How a reader does on marks that are known. An odd one is a person's: its flag costs nothing."""
    pairs: list[tuple[SeenMark, Mark]] = []
    for kind in ScanKind:
        here = [n for n, each in enumerate(marks.kinds) if each is kind]
        pairs += zip(reader.read(marks.windows[here], kind), (marks.states[n] for n in here), strict=True)
    silent = sum(not read.flagged and read.value is not state for read, state in pairs)
    return Outcome(len(pairs), silent, sum(r.flagged for r, state in pairs if state is not Mark.OTHER))


def compared(old: Reads, new: Reads, sets: Mapping[str, KnownMarks]) -> Compared:
    """Both readers on each of the sets."""
    return Compared(
        {name: outcome(old, marks) for name, marks in sets.items()},
        {name: outcome(new, marks) for name, marks in sets.items()},
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, and say where the new reader is worse."""
    parser = argparse.ArgumentParser(prog="python -m klausur.learn.from_use")
    parser.add_argument("folder", type=Path, help="what 'klausur readings --settled' wrote")
    parser.add_argument("new", type=Path, help="the card of the reader that is to be judged")
    parser.add_argument("--old", type=Path, default=SHIPPED, help="the card of the one it is to replace")
    parser.add_argument("--hands", type=int, default=HANDS, help="drawn hands beside")
    parser.add_argument("--seed", type=int, default=0, help="of the drawn hands")
    given = parser.parse_args(arguments)
    _learnt, held_out = used(given.folder)
    sets = {f"held out, {held_out.hands} hands": held_out}
    sets[f"drawn, {given.hands} hands"] = drawn(given.seed, given.hands)
    found = compared(MarkReader(given.old), MarkReader(given.new), sets)
    for name in sets:
        print(f"{name}: {found.old[name]} before, {found.new[name]} now")  # noqa: T201 - the result
    for each in found.worse:
        print(f"worse: {each}")  # noqa: T201
    return 1 if found.worse else 0


if __name__ == "__main__":
    sys.exit(main())
