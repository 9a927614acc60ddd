"""What a person is asked, and what slips through, where nothing but the reader decides about credits.

    python benchmarks/answers.py [--boxes 400] [--seed 77] [--json]

*Digits*: cells of numbers that are answers, written with MNIST's pictures by judging pens, at the bound of
`klausur.read.number_row`. The validation part chose it; the test part is only measured.

*Boxes*: filled ones under the marking rules ``any`` and ``fill``, plain and taken back over the edge, by
the rehearsal's judging pens, at the bounds of `klausur.read.spill`.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import cv2
import numpy as np

from klausur.base.geometry import Box
from klausur.learn.digits import mnist
from klausur.learn.digits.cells import draw
from klausur.learn.digits.labels import EMPTY, ILLEGIBLE
from klausur.learn.digits.mnist import Part
from klausur.read import digits, marks, spill
from klausur.read.model import Mark
from klausur.read.number_row import bound
from klausur.read.pool import processes
from klausur.rehearse import pen
from klausur.rehearse.hands import Population, hand, stream
from klausur.rehearse.ruled_marks import RuledStyle, strokes
from klausur.scan.model import Pixels

BATCH = 500


@dataclass(frozen=True, slots=True)
class DigitCells:
    """Cells with a digit: how many, how many are misread without a flag, and how many flagged."""

    part: str
    digits: int
    misread: int
    flagged: int
    illegible: int
    illegible_believed: int


@dataclass(frozen=True, slots=True)
class FilledBoxes:
    """Boxes drawn in one style: how many, and how many are believed to be filled, and nothing else."""

    style: str
    boxes: int
    believed: int


def cells(part: Part, seed: int) -> DigitCells:
    """Every picture of a part in a cell."""
    with processes(None) as workers:
        drawn = draw(mnist.read(mnist.fetch(), part), part, seed, 1, workers)
    fed = (drawn.ink[:, None] / np.float32(255)).astype(np.float32)
    reader = digits.shipped()
    chances = np.concatenate([reader.opinion(fed[i : i + BATCH]) for i in range(0, len(fed), BATCH)])
    best, sure = chances.argmax(axis=1), chances.max(axis=1) >= bound(reader)
    digit, illegible = drawn.labels < EMPTY, drawn.labels == ILLEGIBLE
    return DigitCells(
        str(part),
        int(digit.sum()),
        int((digit & sure & (best != drawn.labels)).sum()),
        int((digit & ~sure).sum()),
        int(illegible.sum()),
        int((illegible & sure).sum()),
    )


def windows(style: RuledStyle, count: int, seed: int) -> Pixels:
    """Boxes that many hands have marked in a style, (count, 80, 80, 1)."""
    box, made = Box(2.0, 2.0, 4.0, 4.0), []
    for n in range(count):
        page = np.full((80, 80), 245, np.uint8)
        cv2.rectangle(page, (20, 20), (59, 59), 0, 3)
        page[23:57, 23:57] = 245
        rng = stream(Population.JUDGE, seed, n, list(RuledStyle).index(style))
        who = hand(rng, Population.JUDGE)
        pen.ink(page, strokes(style, box, who, rng), 10.0, (0.0, 0.0), who, rng)
        made.append(cv2.GaussianBlur(page, (0, 0), 0.8))
    return np.stack(made)[..., None].astype(np.uint8)


def boxes(count: int, seed: int) -> Iterator[FilledBoxes]:
    """Filled boxes, plain and taken back."""
    for style in (RuledStyle.FILLED, RuledStyle.CROSSED_OUT, RuledStyle.STRUCK):
        cut = windows(style, count, seed)
        filled = [seen.value is Mark.FILLED and not seen.flagged for seen in marks.shipped().read(cut)]
        yield FilledBoxes(str(style), count, int((np.array(filled) & ~spill.over_edge(cut)).sum()))


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--boxes", type=int, default=400)
    parser.add_argument("--seed", type=int, default=77)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = [asdict(cells(part, asked.seed)) for part in (Part.VALIDATION, Part.TEST)]
    found += [asdict(one) for one in boxes(asked.boxes, asked.seed)]
    if asked.json:
        print(json.dumps(found))
        return
    for one in found:
        print(", ".join(f"{name} {value}" for name, value in one.items()))


if __name__ == "__main__":
    main()
