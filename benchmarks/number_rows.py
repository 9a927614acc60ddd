"""Numbers that are answers, as they are read: real digits, with minus and comma, on scanned pages.

    python benchmarks/number_rows.py [--numbers 5000] [--seed 47] [--part validation|test] [--json]

A row has a box for the minus, three cells, a gap for the comma and two cells; in it stands a number of one to
three digits, every third with decimals, every third with a minus. Digits are pictures out of MNIST's test
part, which no reader has learnt from, pens and scans the rehearsal's judging ones.

    right     read as it is, without a flag
    flagged   left to a person: a cell or the minus is not sure, or the number could be another
    wrong     another number without a flag: nothing stands between this and an answer's credits
    unread    on a page that was not found
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from klausur.base.geometry import Box
from klausur.learn.digits import mnist
from klausur.learn.digits.cells import place
from klausur.learn.digits.mnist import Part, Pictures
from klausur.paper.fields import DIGIT_H, DIGIT_W, NO_NUMBER, Field, FieldKind
from klausur.paper.layout import BookletLayout, Layout, PageLayout
from klausur.paper.number_row import DECIMAL_W, SIGN_W, digit_cells, sign_box
from klausur.read.model import Mark
from klausur.read.page import process
from klausur.read.pool import processes
from klausur.rehearse import pen
from klausur.rehearse.hands import Population, hand, stream
from klausur.rehearse.level import Level
from klausur.rehearse.pictured import write
from klausur.rehearse.scanner import WEAR, plan, scan
from klausur.scan.model import PageImage, Pixels, SourceForm
from registration import EXAM, KEY, SCALE, SIZE, frame, page, printed

WHOLE, DECIMALS = 3, 2
_WIDE = SIGN_W + (WHOLE + DECIMALS) * DIGIT_W + DECIMAL_W
ROWS = tuple(
    Field(
        f"number/{line}/{column}",
        FieldKind.NUMBER_ROW,
        Box(13.0 + 63.0 * column, 24.0 + 16.0 * line, _WIDE, DIGIT_H),
        "q",
        cells=WHOLE + DECIMALS,
        decimals=DECIMALS,
        sign=True,
    )
    for line in range(16)
    for column in range(3)
)


def drawn(count: int, rng: np.random.Generator) -> list[str]:
    """What is written."""
    found = []
    for _ in range(count):
        digits = int(rng.integers(1, WHOLE + 1))
        text = str(int(rng.integers(10 ** (digits - 1) if digits > 1 else 0, 10**digits)))
        if rng.random() < 1 / 3:
            text += f".{int(rng.integers(1, 100)):02}"
        found.append(f"-{text}" if rng.random() < 1 / 3 and text.strip("0.") else text)
    return found


def read(seed: int, pictures: Pictures, number: int, texts: Sequence[str]) -> list[str]:
    """A worker's task: what became of a page's numbers."""
    rng = stream(Population.JUDGE, seed, 0x4E, number)
    sheet = printed(number)
    sheet[round(20 * SCALE) : round(283 * SCALE)] = 255  # the rows of cells that are printed there
    for text, row in zip(texts, ROWS, strict=False):
        _write(sheet, row, text, pictures, rng)
    image = scan(sheet, plan(WEAR[Level.DEFAULT], rng, upside_down=False))
    (seen,) = process(PageImage("benchmark", number, SourceForm.IMAGE, image), _layout(number), KEY)
    readings = {reading.field: reading for reading in seen.readings}
    told = []
    for text, row in zip(texts, ROWS, strict=False):
        reading = readings.get(row.id)
        if reading is None:
            told.append("unread")
        elif reading.flagged:
            told.append("flagged")
        else:
            same = reading.value != NO_NUMBER and float(reading.value) == float(text)
            told.append("right" if same else "wrong")
    return told


def _write(sheet: Pixels, row: Field, text: str, pictures: Pictures, rng: np.random.Generator) -> None:
    person, cells, box = hand(rng, Population.JUDGE), digit_cells(row), sign_box(row)
    for cell in cells:
        frame(sheet, cell)
    if box is None:
        raise ValueError(f"{row.id} has no box for a minus")
    frame(sheet, box)
    whole, _, rest = text.removeprefix("-").partition(".")
    for digit, cell in zip(f"{whole:>{WHOLE}}{rest}", cells, strict=False):
        if digit.isdigit():
            chosen = int(rng.choice(np.flatnonzero(pictures.labels == int(digit))))
            size, centre = place(cell, rng)
            write(sheet, pictures.pixels[chosen], centre, size, SCALE, person, rng)
    if text.startswith("-"):
        pen.draw(sheet, box, SCALE, (0.0, 0.0), Mark.CROSSED, person, rng)


def _layout(number: int) -> Layout:
    corners = [f for f in page().fields if f.kind in {FieldKind.PAGE_CODE, FieldKind.FIDUCIAL}]
    pages = (PageLayout(1, (*corners, *ROWS)),)
    return Layout(EXAM, "benchmark", "", "a4", SIZE, pages, (BookletLayout(number, (0,)),))


def outcomes(count: int, seed: int, pictures: Pictures, jobs: int | None) -> Iterator[str]:
    """What became of so many numbers."""
    texts = drawn(count, stream(Population.JUDGE, seed, 0x4D))
    sheets = [texts[start : start + len(ROWS)] for start in range(0, count, len(ROWS))]
    with processes(jobs) as executor:
        for told in executor.map(partial(read, seed, pictures), range(1, len(sheets) + 1), sheets):
            yield from told


def main() -> None:
    """Measure, and print."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--numbers", type=int, default=5_000)
    options.add_argument("--seed", type=int, default=47)
    options.add_argument("--part", type=Part, choices=[Part.VALIDATION, Part.TEST], default=Part.TEST)
    options.add_argument("--jobs", type=int)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    pictures = mnist.read(mnist.fetch(), given.part)
    counts = Counter(outcomes(given.numbers, given.seed, pictures, given.jobs))
    told = {"part": str(given.part), "numbers": given.numbers, **counts}
    print(json.dumps(told) if given.json else "  ".join(f"{name} {n}" for name, n in told.items()))


if __name__ == "__main__":
    main()
