"""How digits of real people are read: written into cells, scanned, cut out; beside a linear classifier.

    python benchmarks/digits.py traces.jsonl.gz [--part validation|test] [--seed 61] [--card CARD] [--json]
    python benchmarks/digits.py traces.jsonl.gz --robust [--way two-level] [--networks] [--json]

*mnist* are MNIST's pictures, *traces* all that is labelled as a digit by writers of pen traces whom no reader
has learnt from or was bounded on; both are written by the rehearsal's judging pens (``--part test``) and
scanned as training cells are. With ``--part validation`` they are MNIST's held back pictures and the writers
of the threshold: develop with these.

    right             most probable class, of digits: the bar is 99.6 % of mnist, 98.5 % of traces
    flagged, misread  at the bound of registration numbers: share left to a person; misread ones that are not
    asked, wrong      the same at the bound of numbers that are answers
    error             expected calibration error

``--robust`` writes sheets of digits and spoils them in one way at a time, at five strengths, all or the ones
whose name begins as ``--way`` says. Four digits are a number, and two numbers by one pen are all that is
written on a page. By the confidence in each cell alone, at the bound of answers:

    silent, flagged   digits misread, or taken for empty, and not flagged; share of cells that are flagged
    unsought, sought  such digits in numbers without a flag; share of numbers with one

    lost, asked       the same two as pages are read: with what the scan tells (`klausur.read.eaten`)

Beside the shipped reader stand those named by ``--card``, and, but for ``--networks``, Fisher's linear
discriminant on gradients, fitted to training cells and bounded so that it flags as many of the validation
part's digits as the shipped reader does.
"""

import argparse
import json
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from klausur.base.geometry import Box
from klausur.learn import traces
from klausur.learn.digits import cells, mnist
from klausur.learn.digits.calibrate import calibration_error, in_cells
from klausur.learn.digits.cells import Cells
from klausur.learn.digits.labels import EMPTY
from klausur.learn.digits.mnist import Part, Pictures
from klausur.paper.code import PageCode
from klausur.paper.fields import FieldKind
from klausur.read import card_paths
from klausur.read.cells import CELL_WINDOW, ink, split
from klausur.read.crop import windows
from klausur.read.digits import DigitReader
from klausur.read.number_row import bound
from klausur.read.pool import processes
from klausur.read.preprocess import Inputs
from klausur.rehearse.hands import Population, hand, stream
from klausur.rehearse.pictured import write
from klausur.scan import tones
from klausur.scan.model import Pixels, Placed, Quality
from klausur.scan.tones import ScanKind
from marks_robust import strengths
from plain_marks import Discriminant, gradients
from registration import DIGITS, SCALE, page, printed

BARS = {"mnist": 0.996, "traces": 0.985}
"""Shares that shall be right, of the test part."""

FITTED, FIT_SEED = 6_000, 1061
"""How many of MNIST's training pictures the linear classifier is fitted to, beside as many traces."""

BATCH = 500
PLACE = 0.08
"""Standard deviation in mm, in each direction, of the error of a cell's place, with ``--robust``."""

NUMBER = 4
"""Digits of a number, with ``--robust``: half of a row."""

_CELL = 5
"""Pixels along the cells of gradients: eight by eight in a window."""

WRITERS = {Part.VALIDATION: traces.Part.THRESHOLD, Part.TEST: traces.Part.TEST}


class Reads(Protocol):
    """A way to read digits: its bounds, and what it says to windows, (n, 1, 40, 40)."""

    version: str
    flag_below: float
    answers_below: float

    def said(self, fed: Inputs) -> Inputs:
        """Probabilities, (n, classes), digits first."""
        ...

    def doubted(self, cut: Pixels, seen: Inputs, kind: ScanKind, /) -> npt.NDArray[np.bool_]:
        """Which cells, (n,), are not believed because of the scan, whatever was said to them."""
        ...


class Network:
    """A `DigitReader` as the linear classifier is."""

    def __init__(self, card: Path) -> None:
        """Load the reader of a card."""
        self._reader = DigitReader(card)
        self.version = self._reader.card.version
        self.flag_below = self._reader.card.flag_below
        self.answers_below = bound(self._reader)

    def said(self, fed: Inputs) -> Inputs:
        """Probabilities, (n, 11 or 14)."""
        parts = [self._reader.opinion(fed[at : at + BATCH]) for at in range(0, len(fed), BATCH)]
        return np.concatenate(parts)

    def doubted(self, cut: Pixels, seen: Inputs, kind: ScanKind, /) -> npt.NDArray[np.bool_]:
        """By the bounds on its card."""
        return self._reader.doubted(cut, seen, kind)


class Linear:
    """Fisher's linear discriminant on gradients, of digits and empty cells."""

    version = ""

    def __init__(self, train: Cells, known: Cells, beside: Reads) -> None:
        """Fit to cells; on ``known`` ones it flags as many digits as another reader does."""
        plain = train.labels <= EMPTY
        self._found = Discriminant(gradients(train.ink[plain], _CELL), train.labels[plain], EMPTY + 1)
        digits = fed(known.where(known.labels < EMPTY))
        (_, sure), (_, theirs) = in_cells(self.said(digits)), in_cells(beside.said(digits))
        self.flag_below, self.answers_below = (
            float(np.quantile(sure, (theirs < least).mean()))
            for least in (beside.flag_below, beside.answers_below)
        )

    def said(self, fed: Inputs) -> Inputs:
        """Probabilities, (n, 11)."""
        grey = np.asarray(np.round(fed[:, 0] * 255), np.uint8)
        return self._found.chances(gradients(grey, _CELL)).astype(np.float32)

    def doubted(self, _cut: Pixels, seen: Inputs, _kind: ScanKind, /) -> npt.NDArray[np.bool_]:
        """None: it has no bounds for kinds of scan."""
        return np.zeros(len(seen), np.bool_)


@dataclass(frozen=True, slots=True)
class Figures:
    """How a reader did on the digits of one set."""

    reader: str
    version: str
    of: str
    digits: int
    people: int
    right: float
    flagged: float
    misread: int
    asked: float
    wrong: int
    error: float


def fed(some: Cells) -> Inputs:
    """Windows as readers are fed, (n, 1, 40, 40)."""
    return (some.ink[:, None] / np.float32(255)).astype(np.float32)


def readers(file: Path, cards: Mapping[str, Path], workers: Executor, *, linear: bool) -> dict[str, Reads]:
    """The networks, and the linear classifier if it is asked for."""
    networks: dict[str, Reads] = {name: Network(card) for name, card in cards.items()}
    if not linear:
        return networks
    tarball = mnist.fetch()
    learnt = mnist.read(tarball, Part.TRAIN)
    some = Pictures(learnt.pixels[:FITTED], learnt.labels[:FITTED])
    train = [
        cells.draw(some, Part.TRAIN, FIT_SEED, 1, workers),
        cells.some(cells.draw_traced(file, traces.Part.TRAIN, some, FIT_SEED, 1, workers), FITTED),
    ]
    held = mnist.read(tarball, Part.VALIDATION)
    few = Pictures(held.pixels[:2_000], held.labels[:2_000])
    known = cells.draw(few, Part.VALIDATION, FIT_SEED, 1, workers)
    networks["gradients"] = Linear(cells.joined(train), known, networks["shipped"])
    return networks


def drawn(file: Path, part: Part, seed: int, workers: Executor) -> dict[str, Cells]:
    """The digits of a part in cells, by where they are from."""
    pictures = mnist.read(mnist.fetch(), part)
    found = {
        "mnist": cells.draw(pictures, part, seed, 1, workers),
        "traces": cells.draw_traced(file, WRITERS[part], pictures, seed, 1, workers),
    }
    return {name: some.where(some.labels < EMPTY) for name, some in found.items()}


def judged(name: str, reader: Reads, of: str, some: Cells) -> Figures:
    """What a reader says to digits, held against what they are."""
    value, sure = in_cells(reader.said(fed(some)))
    wrong = value != some.labels
    return Figures(
        name,
        reader.version,
        of,
        len(some.labels),
        len(np.unique(some.people)),
        round(float((~wrong).mean()), 5),
        round(float((sure < reader.flag_below).mean()), 5),
        int((wrong & (sure >= reader.flag_below)).sum()),
        round(float((sure < reader.answers_below).mean()), 5),
        int((wrong & (sure >= reader.answers_below)).sum()),
        round(calibration_error(sure, ~wrong), 5),
    )


def robust(
    by_name: Mapping[str, Reads], part: Part, sheets: int, seed: int, ways: str = ""
) -> Iterator[dict[str, str | int | float]]:
    """The table of readers, degradations and strengths; of those ways whose name begins so."""
    pictures = mnist.read(mnist.fetch(), part)
    rng = stream(Population.JUDGE, seed, 0xD1)
    clean = [_filled(pictures, number, rng) for number in range(1, sheets + 1)]
    truth = np.concatenate([labels for _, labels in clean])
    for way, strength, spoil in strengths():
        if not way.startswith(ways):
            continue
        pages = [_seen(spoil(sheet, rng)) for sheet, _ in clean]
        cut = np.concatenate([_cut(placed, rng) for placed in pages])
        for name, reader in by_name.items():
            said = reader.said(ink(cut))
            value, sure = in_cells(said)
            kind = tones.kind(pages[0], _FIDUCIALS)
            unsure = sure < reader.answers_below
            sought = unsure.reshape(-1, NUMBER).any(axis=1).repeat(NUMBER)
            asked = _asked(value, unsure | reader.doubted(cut, said, kind), kind)
            wrong = value != truth
            yield {
                "way": way,
                "strength": strength,
                "reader": name,
                "version": reader.version,
                "digits": len(truth),
                "silent": int((wrong & ~unsure).sum()),
                "flagged": round(float(unsure.mean()), 5),
                "unsought": int((wrong & ~sought).sum()),
                "sought": round(float(sought.mean()), 5),
                "lost": int((wrong & ~asked).sum()),
                "asked": round(float(asked.mean()), 5),
            }


def _asked(
    value: npt.NDArray[np.int64], flagged: npt.NDArray[np.bool_], kind: ScanKind
) -> npt.NDArray[np.bool_]:
    """Which cells, (n,), a person sees: of numbers with a flag, and as `eaten.doubted` asks about pages."""
    numbers = flagged.reshape(-1, NUMBER).any(axis=1)
    if kind is ScanKind.TWO_LEVEL:
        blank = (value == EMPTY).reshape(-1, NUMBER).all(axis=1)
        pen = (~numbers & ~blank).reshape(-1, DIGITS // NUMBER).any(axis=1)
        numbers |= blank & ~pen.repeat(DIGITS // NUMBER)
    return numbers.repeat(NUMBER)


_CELLS = tuple(
    cell for field in page().fields if field.kind is FieldKind.DIGIT_ROW for cell in split(field.box, DIGITS)
)


_FIDUCIALS = tuple(field.box for field in page().fields if field.kind is FieldKind.FIDUCIAL)


def _filled(pictures: Pictures, number: int, rng: np.random.Generator) -> tuple[Pixels, list[int]]:
    """A printed sheet, grey, 300 dpi, with a digit in each cell, a row by one pen; and what they are."""
    sheet, labels = printed(number), []
    for n, cell in enumerate(_CELLS):
        if n % DIGITS == 0:
            person = hand(rng, Population.JUDGE)
        chosen = int(rng.integers(len(pictures.labels)))
        size, centre = cells.place(cell, rng)
        write(sheet, pictures.pixels[chosen], centre, size, SCALE, person, rng)
        labels.append(int(pictures.labels[chosen]))
    return sheet, labels


def _seen(sheet: Pixels) -> Placed:
    to_pixels = np.array([[SCALE, 0.0, -0.5], [0.0, SCALE, -0.5], [0.0, 0.0, 1.0]])
    return Placed(PageCode(1, 1, 1), sheet, to_pixels, Quality(0.0, 300.0, 200.0, 1.0, 4))


def _cut(placed: Placed, rng: np.random.Generator) -> Pixels:
    """The windows of all cells, (n, 80, 80, 1), each cut a little beside its place."""
    off = rng.normal(0.0, PLACE, (len(_CELLS), 2)).tolist()
    places = [Box(c.x + x, c.y + y, c.w, c.h) for c, (x, y) in zip(_CELLS, off, strict=True)]
    return windows(placed, places, CELL_WINDOW)


def main() -> None:
    """Measure and print; exit code 1 where the shipped reader misses a bar."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("traces", type=Path)
    parser.add_argument("--part", type=Part, choices=[Part.VALIDATION, Part.TEST], default=Part.TEST)
    parser.add_argument("--seed", type=int, default=61)
    parser.add_argument("--card", type=Path, action="append", default=[], help="other readers to measure")
    parser.add_argument("--robust", action="store_true")
    parser.add_argument("--way", default="", help="with --robust those alone whose name begins so")
    parser.add_argument("--networks", action="store_true", help="leave the linear classifier out")
    parser.add_argument("--sheets", type=int, default=2, help="of 384 digits, with --robust")
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    cards = {"shipped": card_paths.DIGITS, **{card.stem: card for card in given.card}}
    with processes(given.jobs) as workers:
        by_name = readers(given.traces, cards, workers, linear=not given.networks)
        if given.robust:
            rows = list(robust(by_name, given.part, given.sheets, given.seed, given.way))
        else:
            sets = drawn(given.traces, given.part, given.seed, workers)
            rows = [
                asdict(judged(name, reader, of, some))
                for of, some in sets.items()
                for name, reader in by_name.items()
            ]
    if given.json:
        print(json.dumps(rows))
    else:
        print("  ".join(rows[0]))
        for row in rows:
            print("  ".join(str(value) for value in row.values()))
    if not given.robust and any(
        row["reader"] == "shipped" and float(row["right"]) < BARS[str(row["of"])] for row in rows
    ):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
