"""What the ink segmenter is worth: boxes below highlighter and on photographs, read through it and without.

    python benchmarks/segment.py traces.jsonl.gz [--writers test] [--marks 4000] [--seed 2200] [--json]

Sheets of boxes with crosses of real people (`marks_sheets`), over three rows in five of which somebody drew a
highlighter, scanned in colour and in grey and photographed; and grey scans and photographs without it. Of
the empty boxes below highlighter one in ten was coloured with one and nothing else: nobody knows what that
means, so a person should be asked. The highlighter is `lab.highlighter`, scanners and phones are the
rehearsal's: other code than what the segmenter learnt from. Each is read by the shipped mark reader

    as it is     nothing is taken out of the windows
    plain        highlighter is told by its light and its place (`klausur.read.highlighter`), as is shipped
    segmenter    the windows show what the segmenter takes for print and pens
    again        as plain; what is flagged is looked at through the segmenter, and counts if that is not

``--writers threshold`` decided what is used; ``test`` judges. Columns are those of `marks`.
"""

import argparse
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from klausur.learn import traces
from klausur.learn.crops import CLASSES
from klausur.learn.traces import Part
from klausur.read import highlighter, segment
from klausur.read.marks import SHIPPED, Cleaning, MarkReader
from klausur.read.segment import Segmenter
from klausur.rehearse.sheet_scans import PER_MM, in_colour, office, phone
from klausur.rehearse.strokes import Points
from klausur.scan.model import Pixels
from klausur.scan.tones import ScanKind
from lab.highlighter import INKS, stroke
from marks import Figures, judged
from marks_sheets import BOXES, PITCH, Befalls, Scan, Seen, sheets, together
from plain_marks import EMPTY, OTHER, Plain, Said

ROWS, COLOURED = 0.6, 0.1
"""Of the rows of boxes so many have a highlighter drawn over them; of empty boxes so many are coloured."""


def highlighted(sheet: Pixels, labels: npt.NDArray[np.int64], rng: np.random.Generator) -> None:
    """Draw a highlighter along rows of boxes, and over single empty ones, which are odd then."""
    for n in np.flatnonzero(labels == EMPTY).tolist():
        if rng.random() < COLOURED:
            box, ink = BOXES[n], INKS[int(rng.integers(len(INKS)))]
            path = np.array(((box.x + 1.9, box.centre[1]), (box.right - 1.9, box.centre[1])))
            _drawn(sheet, path, rng.uniform(3.4, 4.4), ink, rng)
            labels[n] = OTHER
    right = BOXES[-1].right
    for y in sorted({box.centre[1] for box in BOXES}):
        if rng.random() < ROWS:
            x = np.linspace(rng.uniform(4.0, 6 * PITCH), rng.uniform(8 * PITCH, right + 6.0), 12)
            path = np.column_stack((x, y + rng.normal(0.0, 0.7) + np.cumsum(rng.normal(0.0, 0.12, 12))))
            _drawn(sheet, path, rng.uniform(3.5, 5.5), INKS[int(rng.integers(len(INKS)))], rng)


def _drawn(
    sheet: Pixels, path: Points, width: float, ink: tuple[int, int, int], rng: np.random.Generator
) -> None:
    """A stroke along a path in mm, on that part of the sheet that it reaches."""
    top = max(0, int((path[:, 1].min() - 2 * width) * PER_MM))
    bottom = int((path[:, 1].max() + 2 * width) * PER_MM)
    stroke(sheet[top:bottom], path * PER_MM - (0, top), width * PER_MM, ink, rng)


WAYS: Mapping[str, tuple[Scan, Befalls | None]] = {
    "highlighted, in colour": (in_colour, highlighted),
    "highlighted, grey": (office, highlighted),
    "highlighted, phone": (phone, highlighted),
    "phone": (phone, None),
    "grey": (office, None),
}


class Through:
    """The shipped mark reader, with something that takes out of windows what is no ink."""

    def __init__(self, cleaned: Cleaning) -> None:
        """Load it."""
        self._reader = MarkReader(SHIPPED, cleaned)

    def read(self, windows: Pixels, kind: ScanKind) -> Said:
        """What it says to windows (n, 80, 80, 3) of a kind of scan."""
        # A grey page has one channel, which sheets show three times.
        seen = self._reader.read(windows[..., :1] if kind is ScanKind.GREY else windows, kind)
        return Said(
            np.array([CLASSES.index(mark.value) for mark in seen]),
            np.array([mark.flagged for mark in seen]),
            np.array([mark.confidence for mark in seen]),
        )


class Again:
    """One reader, and another for what it flags: where the other one does not, its word counts."""

    def __init__(self, first: Plain, second: Plain) -> None:
        self._first, self._second = first, second

    def read(self, windows: Pixels, kind: ScanKind) -> Said:
        """What both say to windows (n, 80, 80, 3) of a kind of scan."""
        said = self._first.read(windows, kind)
        asked = np.flatnonzero(said.flagged)
        if len(asked):
            more = self._second.read(windows[asked], kind)
            sure = ~more.flagged
            for mine, other in zip(said, more, strict=True):
                mine[asked[sure]] = other[sure]
        return said


def measure(file: Path, part: Part, marks: int, seed: int, card: Path) -> Iterator[Figures]:
    """The table of ways to read and ways to scan."""
    known = traces.read(file, part)
    plain, segmented = Through(highlighter.without), Through(Segmenter(card).without_background)
    readers: dict[str, Plain] = {
        "as it is": Through(lambda windows, _: windows),
        "plain": plain,
        "segmenter": segmented,
        "again": Again(plain, segmented),
    }
    for number, (way, (scan, befalls)) in enumerate(WAYS.items()):
        said: dict[str, list[Said]] = {name: [] for name in readers}
        seen: list[Seen] = []
        for sheet in sheets(known, seed + number, marks, {way: scan}, befalls):
            one = sheet[way]
            for name, reader in readers.items():
                said[name].append(reader.read(one.windows, one.kind))
            seen.append(replace(one, windows=one.windows[:0]))
        for name, parts in said.items():
            whole = Said(*(np.concatenate(column) for column in zip(*parts, strict=True)))
            yield judged(name, way, whole, together(seen))


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("traces", type=Path)
    parser.add_argument("--writers", choices=[part.name.lower() for part in Part], default="test")
    parser.add_argument("--marks", type=int, default=4_000, help="plain marks in each way")
    parser.add_argument("--seed", type=int, default=2200)
    parser.add_argument("--card", type=Path, default=segment.SHIPPED, help="of the segmenter")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    part = Part[given.writers.upper()]
    rows = [asdict(row) for row in measure(given.traces, part, given.marks, given.seed, given.card)]
    if given.json:
        print(json.dumps(rows))
        return
    print("  ".join(rows[0]))
    for row in rows:
        print("  ".join(str(value) for value in row.values()))


if __name__ == "__main__":
    main()
