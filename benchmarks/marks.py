"""How marks of real people are read: pen traces laid over printed boxes, scanned in three ways.

    python benchmarks/marks.py traces.jsonl.gz [--writers test] [--marks 20000] [--seed 2100] [--json]
    python benchmarks/marks.py traces.jsonl.gz --robust [--boxes 1200] [--json]

Crosses by writers whom no reader was trained or bounded on are put into the boxes of sheets by the
rehearsal's judging pens, off the middle and leaning, 0.6 to 1.7 times as large as the box. Of five boxes one
stays empty, of the marked ones one in eight is filled over its cross; one box in 25 holds a stroke, tick or
star. Each sheet is scanned by the rehearsal's office scanner (300 dpi, grey), in black and white (written and
read as CCITT Group 4), and photographed with a phone: other code than what degrades training windows. The
file and the writers' parts are described in docs/reference/readers.md. ``--writers test`` judges; develop
with another part.

    silent         plain marks that are misread and not flagged: the bar is 0
    flagged        share of plain marks that go to a person: 1 % (office), 2 % (two-level and phone)
    flagged_empty  share of empty boxes that go to a person: 0.1 %
    error          expected calibration error

``--robust`` degrades boxes in one way at a time, at five strengths. Beside the shipped reader stand the
readers named by ``--card``, such as problem 4's network, and two plain methods (`plain_marks`), which are
fitted to sheets by the calibration's writers and flag 1 % of the plain marks there.
"""

import argparse
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from klausur.learn import budget, traces
from klausur.learn.crops import CLASSES
from klausur.learn.traces import Part
from klausur.read.marks import SHIPPED, MarkReader
from klausur.scan.model import Pixels
from klausur.scan.tones import ScanKind
from marks_robust import strengths
from marks_sheets import SCANS, Seen, clean, sheets, together
from plain_marks import CROSSED, EMPTY, FILLED, OTHER, InkRatio, LinearOnGradients, Plain, Said

PLAIN_FLAGS = {"office": 0.01, "two-level": 0.02, "phone": 0.02}
"""The most plain marks that may be flagged, of each scan: the bars, and what the plain methods flag, too."""

FLAGGED_EMPTY = 0.001
FIT_SEED, FIT_MARKS = 1900, 3_000
"""What the plain methods are fitted to: sheets by the calibration's writers."""

_BINS = 15


@dataclass(frozen=True, slots=True)
class Figures:
    """How a reader did on one scan of all sheets; shares of plain (crossed and filled) and of empty boxes."""

    reader: str
    scan: str
    marks: int
    empty: int
    silent: int
    silent_empty: int
    flagged: float
    flagged_empty: float
    odd: int
    odd_silent: int
    error: float
    people: int
    bound_per_million: float


class Network:
    """A `MarkReader` as the plain methods are."""

    def __init__(self, card: Path) -> None:
        """Load the reader of a card."""
        self._reader = MarkReader(card)
        self.version = self._reader.card.version

    def read(self, windows: Pixels, kind: ScanKind) -> Said:
        """What it says to windows (n, 80, 80, 3) of a kind of scan."""
        seen = self._reader.read(windows, kind)
        return Said(
            np.array([CLASSES.index(mark.value) for mark in seen]),
            np.array([mark.flagged for mark in seen]),
            np.array([mark.confidence for mark in seen]),
        )


def readers(file: Path, cards: Mapping[str, Path], flags: float) -> dict[str, Plain]:
    """The networks, and the plain methods fitted to sheets by the calibration's writers."""
    known = traces.read(file, Part.CALIBRATION)
    fitted = [scan for sheet in sheets(known, FIT_SEED, FIT_MARKS) for scan in sheet.values()]
    seen = together(fitted)
    return {
        **{name: Network(card) for name, card in cards.items()},
        "ink ratio": InkRatio(seen.windows, seen.labels, flags),
        "gradients": LinearOnGradients(seen.windows, seen.labels, flags),
    }


def judged(name: str, scan: str, said: Said, seen: Seen) -> Figures:
    """What a reader said, held against what was drawn."""
    labels = seen.labels
    plain, empty, odd = (labels == CROSSED) | (labels == FILLED), labels == EMPTY, labels == OTHER
    wrong = said.values != labels
    silent = wrong & ~said.flagged
    known = plain | empty
    found = budget.evidence(
        silent[known], (wrong | said.flagged)[known], seen.people[known], np.ones(int(known.sum()))
    )
    return Figures(
        name,
        scan,
        int(plain.sum()),
        int(empty.sum()),
        int((silent & plain).sum()),
        int((silent & empty).sum()),
        round(float(said.flagged[plain].mean()), 5),
        round(float(said.flagged[empty].mean()), 5),
        int(odd.sum()),
        int((silent & odd).sum()),
        round(_error(said.confidence[known], ~wrong[known]), 5),
        len(np.unique(seen.people)),
        found.bound,
    )


def _error(sure: np.ndarray, right: np.ndarray) -> float:
    """Expected calibration error over marks that are no odd ones."""
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    off = np.bincount(bins, right - sure, _BINS)
    return float(np.abs(off).sum() / len(sure))


def measure(file: Path, part: Part, marks: int, seed: int, cards: Mapping[str, Path]) -> Iterator[Figures]:
    """The table of readers and scans."""
    known = traces.read(file, part)
    by_reader = readers(file, cards, PLAIN_FLAGS["office"])
    said: dict[tuple[str, str], list[Said]] = {(r, s): [] for r in by_reader for s in SCANS}
    seen: dict[str, list[Seen]] = {scan: [] for scan in SCANS}
    for sheet in sheets(known, seed, marks):
        for scan, one in sheet.items():
            for name, reader in by_reader.items():
                said[name, scan].append(reader.read(one.windows, one.kind))
            seen[scan].append(replace(one, windows=one.windows[:0]))
    for (name, scan), parts in said.items():
        whole = Said(*(np.concatenate(column) for column in zip(*parts, strict=True)))
        yield judged(name, scan, whole, together(seen[scan]))


def robust(
    file: Path, part: Part, boxes: int, seed: int, cards: Mapping[str, Path]
) -> Iterator[dict[str, object]]:
    """The table of readers, degradations and strengths: silent misreads, and what is flagged."""
    known = traces.read(file, part)
    by_reader = readers(file, cards, PLAIN_FLAGS["office"])
    for way, strength, spoil in strengths():
        seen = together(list(clean(known, seed, boxes, spoil)))
        for name, reader in by_reader.items():
            found = judged(name, way, reader.read(seen.windows, seen.kind), seen)
            yield {
                "way": way,
                "strength": strength,
                "reader": name,
                "version": getattr(reader, "version", ""),
                "boxes": found.marks + found.empty,
                "silent": found.silent + found.silent_empty,
                "flagged": found.flagged,
                "flagged_empty": found.flagged_empty,
            }


def main() -> None:
    """Measure and print; exit code 1 where the shipped reader misses a bar."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("traces", type=Path)
    parser.add_argument("--writers", choices=[part.name.lower() for part in Part], default="test")
    parser.add_argument("--marks", type=int, default=20_000, help="plain marks in each scan")
    parser.add_argument("--boxes", type=int, default=1_200, help="of each strength, with --robust")
    parser.add_argument("--seed", type=int, default=2100)
    parser.add_argument("--robust", action="store_true")
    parser.add_argument("--card", type=Path, action="append", default=[], help="other readers to measure")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    part, cards = Part[given.writers.upper()], {"shipped": SHIPPED, **{c.stem: c for c in given.card}}
    if given.robust:
        rows = list(robust(given.traces, part, given.boxes, given.seed, cards))
    else:
        rows = [asdict(found) for found in measure(given.traces, part, given.marks, given.seed, cards)]
    if given.json:
        print(json.dumps(rows))
    else:
        print("  ".join(rows[0]))
        for row in rows:
            print("  ".join(str(value) for value in row.values()))
    if not given.robust and any(_missed(row) for row in rows if row["reader"] == "shipped"):
        raise SystemExit(1)


def _missed(row: Mapping[str, object]) -> bool:
    """Whether a row of the shipped reader misses a bar."""
    silent, flagged, empty = (float(str(row[name])) for name in ("silent", "flagged", "flagged_empty"))
    return bool(silent or flagged > PLAIN_FLAGS[str(row["scan"])] or empty > FLAGGED_EMPTY)


if __name__ == "__main__":
    main()
