"""Crosses of real people on two-level scans: how many dissolve into dots, and what a bound on dots catches.

Pen traces are drawn as crosses into printed boxes, with thin pens, and scanned in black and white. Of what
the reader takes for empty, the dark pixels inside the frame are counted; beside it stand boxes without marks.
The bound ``dots`` of `klausur.read.ink.InkTest` was chosen by this.

    python benchmarks/traces.py traces.jsonl.gz [--writers validation] [--each 12] [--seed 1000] [--json]

The file holds one character a line, as JSON: ``site``, ``writer``, ``label`` and ``strokes`` (lists of
[x, y], y downwards). It is made from UNIPEN train_r01_v07 (Guyon et al., ICPR 1994; CC BY 4.0,
doi 10.5281/zenodo.1195803): the strokes of single characters, the longer side of each 1. Writers are split by
the SHA-256 of site and number: of ten, six train, two validate, two test. A bound is chosen on the two.
"""

import argparse
import gzip
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from klausur.learn import printed
from klausur.learn.crops import REACH
from klausur.learn.printed import FINE
from klausur.learn.scans import off
from klausur.paper.code import PageCode
from klausur.read import ink
from klausur.read.crop import window
from klausur.read.ink import InkTest
from klausur.read.marks import shipped
from klausur.read.model import Mark
from klausur.read.preprocess import inputs
from klausur.rehearse import pen, scanner_tones
from klausur.rehearse.hands import Population, hand, stream
from klausur.rehearse.strokes import Points, pull
from klausur.scan.model import Pixels, Placed, Quality

SPLITS = {"train": range(6), "validation": range(6, 8), "test": range(8, 10)}
CROSSES = ("X", "x")
BOUNDS = (0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30)
THIN = (0.12, 0.3)
"""Widths of thin pens in mm: fineliners, hard pencils, ball pens that hardly write."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How the reader takes boxes: by the ink test for empty, by the network, or not for empty.

    ``by_test`` and ``by_network`` hold, for each box that passes for empty, the dark pixels inside its frame.
    """

    boxes: int
    by_test: tuple[int, ...]
    by_network: tuple[int, ...]

    def passed(self, dots: int) -> int:
        """How many pass for empty by the ink test, and nobody is asked, with this bound."""
        return sum(n <= dots for n in self.by_test)


def crosses(path: Path, split: str) -> Iterator[list[Points]]:
    """The strokes of each cross by the writers of a split, their middle at (0, 0), the longer side 1."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            one = json.loads(line)
            who = hashlib.sha256(f"{one['site']}/{one['writer']}".encode()).digest()
            if one["label"] not in CROSSES or who[0] % 10 not in SPLITS[split]:
                continue
            strokes = [np.array(stroke, np.float64) for stroke in one["strokes"] if len(stroke) > 1]
            if len(strokes) != 2:  # a loop, or one bar only: not everything is what its label says
                continue
            every = np.concatenate(strokes)
            middle = (every.min(axis=0) + every.max(axis=0)) / 2
            yield [stroke - middle for stroke in strokes]


def drawn(strokes: Sequence[Points], rng: np.random.Generator) -> Pixels:
    """The reader's window of a box with these strokes in it, seen in black and white."""
    person = hand(rng, Population.TRAIN)
    person = replace(person, width=float(rng.uniform(*THIN)))
    paper = printed.canvas(REACH, FINE)
    printed.frame(paper, FINE, rng.uniform(0.7, 1.0), rng.uniform(0.2, 0.32))
    size, at = rng.uniform(2.0, 4.0), rng.normal(0.0, 0.3, 2)
    laid = [pull(stroke * size + at, person, rng, shake=0.0) for stroke in strokes]
    if laid:
        pen.ink(paper, laid, FINE, (-REACH, -REACH), person, rng)
    per_mm = float(rng.choice([200.0, 300.0, 400.0], p=[0.3, 0.6, 0.1])) / 25.4
    side = round(2 * REACH * per_mm)
    image = np.asarray(cv2.resize(paper, (side, side), interpolation=cv2.INTER_AREA), np.uint8)
    tones = scanner_tones.bilevel if rng.random() < 0.5 else scanner_tones.bilevel_uneven
    grey = tones(image, per_mm, rng)
    to_pixels = np.array(((per_mm, 0, (side - 1) / 2), (0, per_mm, (side - 1) / 2), (0, 0, 1.0)))
    placed = Placed(PageCode(1, 1, 1), grey, to_pixels, Quality(0.0, 300.0, 200.0, 1.0, 4))
    return window(placed, off(printed.BOX, rng))


def seen(windows: Sequence[Pixels]) -> Seen:
    """How the shipped reader takes windows."""
    by_test: list[int] = []
    by_network: list[int] = []
    for one in windows:
        batch, test = one[None], shipped_test()
        inside = int(ink.traces(batch, test)[0])
        if ink.inked(batch, test)[0] <= test.pixels:
            by_test.append(inside)
            continue
        likely = shipped().probabilities(inputs(batch))[0]
        sure = likely.max() >= shipped().card.flag_below
        if shipped().card.classes[int(likely.argmax())] == Mark.EMPTY and sure:
            by_network.append(inside)
    return Seen(len(windows), tuple(by_test), tuple(by_network))


def main() -> None:
    """Draw, read, and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("traces", type=Path)
    parser.add_argument("--writers", choices=SPLITS, default="validation")
    parser.add_argument("--each", type=int, default=12, help="pictures of each cross")
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rng = stream(Population.TRAIN, options.seed, 4, 0)
    marked = seen(
        [drawn(s, rng) for s in crosses(options.traces, options.writers) for _ in range(options.each)]
    )
    blank = seen([drawn([], rng) for _ in range(marked.boxes)])
    rows = [
        {"dots": dots, "lost": marked.passed(dots), "asked": len(blank.by_test) - blank.passed(dots)}
        for dots in BOUNDS
    ]
    network = sum(n <= shipped_test().traces for n in marked.by_network)
    if options.json:
        found = {"crosses": marked.boxes, "empty": blank.boxes, "bounds": rows, "lost_by_network": network}
        print(json.dumps(found))
        return
    print(f"{marked.boxes} crosses and {blank.boxes} empty boxes, in black and white")
    print(f"{len(marked.by_test)} crosses pass the ink test for empty; {network} more pass the network")
    print("dots  crosses lost by the ink test  empty boxes asked about")
    for row in rows:
        print(f"{row['dots']:4d} {row['lost']:29d} {row['asked']:24d}")


def shipped_test() -> InkTest:
    """The ink test of the reader that comes with Klausur."""
    test = shipped().card.ink_test
    assert test is not None  # noqa: S101 - it has one
    return test


if __name__ == "__main__":
    main()
