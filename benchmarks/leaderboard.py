"""Readers of marks on the same work: the set that `klausur rehearse --marks-benchmark` writes.

    klausur rehearse --marks-benchmark MARKS
    python benchmarks/leaderboard.py MARKS [--card CARD] [--amc AMC-detect] [--said NAME=said.csv] [--json]

First rows are Klausur's shipped reader, other readers of its kind by ``--card``, and the two plain methods of
`plain_marks`, which are fitted to such a set of another seed. ``--amc`` names the program by which Auto
Multiple Choice measures boxes; it gets them found and upright, and says by its defaults which are ticked. It
knows no boxes that are taken back, unless it is told from which darkness on a box counts as that: a second
row has it told so, by the same set that the plain methods are fitted to. Any other program has a table
``said.csv`` with the columns ``way`` (a folder of the set), ``file`` (as in its ``marks.csv``), ``read``
(empty, crossed, filled or other) and ``flagged`` (True or False); what it leaves out counts as flagged.

    silent      misread and not flagged, of the crossed, filled and empty
    flagged     share of the crossed and filled that go to a person
    empty       share of the empty that do
    odd         odd marks, which all should go to a person, that do not

A reader is the better the fewer are silent; of those with as few, the fewer are flagged.
"""

import argparse
import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from klausur.learn.crops import CLASSES
from klausur.read import mark_files
from klausur.read.mark_files import MarkFile
from klausur.read.marks import SHIPPED
from klausur.rehearse import mark_set
from klausur.scan.model import Pixels
from klausur.scan.tones import ScanKind
from lab.amc import Detect, reading_of
from marks import Network
from plain_marks import CROSSED, EMPTY, FILLED, OTHER, InkRatio, LinearOnGradients, Plain, Said, between

FIT_SEED, FLAGS = 1901, 0.01
"""The plain methods are fitted to a sheet of each way under this seed, and flag 1 % of plain marks there."""


@dataclass(frozen=True, slots=True)
class Row:
    """How a reader did in one way of scanning, or in all of them."""

    reader: str
    version: str
    way: str
    marks: int
    silent: int
    flagged: float
    empty: float
    odd: int


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What a reader says to marks: classes, and whether a person is asked, (n,) each."""

    values: np.ndarray
    flagged: np.ndarray


def read(folder: Path) -> dict[str, tuple[tuple[MarkFile, ...], Pixels]]:
    """The rows and windows of each way."""
    return {way: mark_files.read(folder / way) for way in mark_set.WAYS}


class Amc:
    """Auto Multiple Choice: ticked or not by how dark a box is; filled from a bound on, if that is told."""

    def __init__(self, program: Path, filled: float = np.inf) -> None:
        self._detect, self._filled = Detect(program), filled

    @classmethod
    def fitted(cls, program: Path, windows: Pixels, labels: np.ndarray) -> "Amc":
        """With the bound between crossed and filled that gets fewest wrong."""
        dark = Detect(program).darkness(windows)
        return cls(program, between(dark[labels == CROSSED], dark[labels == FILLED]))

    def read(self, windows: Pixels, _: ScanKind) -> Said:
        """What it says to windows (n, 80, 80, 3)."""
        shares = self._detect.darkness(windows)
        said = [reading_of(share) for share in shares.tolist()]
        values = np.array([CROSSED if one.ticked else EMPTY for one in said])
        values[shares > self._filled] = FILLED
        return Said(values, np.array([one.flagged for one in said]), np.ones(len(said)))


def fitted(amc: Path | None) -> dict[str, Plain]:
    """The plain methods, on marks of another seed."""
    with TemporaryDirectory() as place:
        mark_set.make(Path(place) / "marks", "fit", seed=FIT_SEED, sheets=1)
        parts = read(Path(place) / "marks").values()
    windows = np.concatenate([seen for _, seen in parts])
    labels = np.array([CLASSES.index(row.state) for rows, _ in parts for row in rows])
    return {
        "ink ratio": InkRatio(windows, labels, FLAGS),
        "gradients": LinearOnGradients(windows, labels, FLAGS),
        **({} if amc is None else {"AMC": Amc(amc), "AMC, told": Amc.fitted(amc, windows, labels)}),
    }


def by_reader(reader: Plain, rows: Sequence[MarkFile], windows: Pixels) -> Verdicts:
    """What one of our readers says."""
    said = reader.read(windows, rows[0].scan)
    return Verdicts(said.values, said.flagged)


def by_table(path: Path, way: str, rows: Sequence[MarkFile]) -> Verdicts:
    """What another program's table says."""
    with path.open(encoding="utf-8", newline="") as file:
        said = {row["file"]: row for row in csv.DictReader(file) if row["way"] == way}
    missing = {"read": "other", "flagged": "True"}
    each = [said.get(row.file, missing) for row in rows]
    return Verdicts(
        np.array([[str(mark) for mark in CLASSES].index(row["read"]) for row in each]),
        np.array([row["flagged"] == "True" for row in each]),
    )


def judged(reader: str, version: str, way: str, said: Verdicts, rows: Sequence[MarkFile]) -> Row:
    """What was said, held against the truth."""
    labels = np.array([CLASSES.index(row.state) for row in rows])
    odd, marked = labels == OTHER, (labels == CROSSED) | (labels == FILLED)
    flagged = said.flagged | (said.values == OTHER)
    silent = (said.values != labels) & ~flagged
    return Row(
        reader,
        version,
        way,
        len(rows),
        int((silent & ~odd).sum()),
        round(float(flagged[marked].mean()), 5),
        round(float(flagged[labels == EMPTY].mean()), 5),
        int((silent & odd).sum()),
    )


def table(
    folder: Path, cards: Mapping[str, Path], tables: Mapping[str, Path], amc: Path | None
) -> Iterator[Row]:
    """All readers in all ways, and on all marks together; the best first."""
    marks = read(folder)
    readers: dict[str, Plain] = {name: Network(card) for name, card in cards.items()} | fitted(amc)
    found: list[list[Row]] = []
    for name in (*readers, *tables):
        version = getattr(readers.get(name), "version", "")
        every: list[tuple[Verdicts, tuple[MarkFile, ...]]] = []
        mine = []
        for way, (rows, windows) in marks.items():
            own = name in readers
            said = by_reader(readers[name], rows, windows) if own else by_table(tables[name], way, rows)
            mine.append(judged(name, version, way, said, rows))
            every.append((said, rows))
        whole = Verdicts(
            np.concatenate([said.values for said, _ in every]),
            np.concatenate([said.flagged for said, _ in every]),
        )
        of_all = [row for _, rows in every for row in rows]
        found.append([judged(name, version, "all", whole, of_all), *mine])
    for rows_of in sorted(found, key=lambda rows: (rows[0].silent, rows[0].flagged)):
        yield from rows_of


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("marks", type=Path, help="what 'klausur rehearse --marks-benchmark' wrote")
    parser.add_argument("--card", type=Path, action="append", default=[], help="other readers of this kind")
    parser.add_argument("--amc", type=Path, help="AMC-detect (Debian: /usr/libexec/AMC/exec/AMC-detect)")
    parser.add_argument("--said", action="append", default=[], metavar="NAME=FILE", help="another program")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    tables = {name: Path(file) for name, _, file in (said.partition("=") for said in given.said)}
    rows = list(
        table(given.marks, {"shipped": SHIPPED, **{c.stem: c for c in given.card}}, tables, given.amc)
    )
    if given.json:
        print(json.dumps([asdict(row) for row in rows]))
        return
    print("  ".join(asdict(rows[0])))
    for row in rows:
        print("  ".join(str(value) for value in asdict(row).values()))


if __name__ == "__main__":
    main()
