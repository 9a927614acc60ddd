"""Numbers that are written freely, without cells: real digits, minus, comma and point, on scanned pages.

    python benchmarks/free_rows.py [--numbers 600] [--seed 53] [--part validation|test] [--json]

A row is a box of 40 × 13 mm; in it stands a number as `benchmarks/number_rows.py` draws them, by digits out
of MNIST, as near to each other as people set them. Signs, pens and scans are the rehearsal's judging ones.
With ``--part validation`` and seeds of 1000 and more bounds are chosen.

    right     read as it is
    flagged   left to a person
    wrong     another number
    unread    on a page that was not found
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from functools import partial

import cv2
import numpy as np
import numpy.typing as npt

from klausur.base.geometry import Box
from klausur.learn.digits import mnist
from klausur.learn.digits.mnist import Part, Pictures
from klausur.paper.fields import FieldKind
from klausur.paper.layout import BookletLayout, Layout, PageLayout
from klausur.read import digits, free_row
from klausur.read.pool import processes
from klausur.rehearse import pen
from klausur.rehearse.hands import Population, hand, stream
from klausur.rehearse.level import Level
from klausur.rehearse.pictured import GREY, TALL, write
from klausur.rehearse.scanner import WEAR, plan, scan
from klausur.rehearse.strokes import pull
from klausur.scan.model import PageImage, Pixels, Placed, SourceForm
from klausur.scan.place import place
from number_rows import drawn
from registration import EXAM, KEY, SCALE, SIZE, page, printed

ROWS = tuple(
    Box(14.0 + 63.0 * column, 22.0 + 16.0 * line, 40.0, 13.0) for line in range(16) for column in range(3)
)


def read(seed: int, pictures: Pictures, number: int, texts: Sequence[str]) -> list[str]:
    """A worker's task: what became of a page's numbers."""
    rng = stream(Population.JUDGE, seed, 0x5E, number)
    sheet = printed(number)
    sheet[round(20 * SCALE) : round(283 * SCALE)] = 255  # the rows of cells that are printed there
    for text, row in zip(texts, ROWS, strict=False):
        corners = [(round(x * SCALE), round(y * SCALE)) for x, y in ((row.x, row.y), (row.right, row.bottom))]
        cv2.rectangle(sheet, corners[0], corners[1], 80, 3)
        _write(sheet, row, text, pictures, rng)
    image = scan(sheet, plan(WEAR[Level.DEFAULT], rng, upside_down=False))
    (seen,) = place(PageImage("benchmark", number, SourceForm.IMAGE, image), _layout(number), KEY)
    if not isinstance(seen, Placed):
        return ["unread"] * len(texts)
    reader, told = digits.shipped(), []
    for text, row in zip(texts, ROWS, strict=False):
        value = free_row.read(seen, row, reader)
        if value is None:
            told.append("flagged")
        else:
            told.append("right" if value and float(value) == float(text) else "wrong")
    return told


def _write(sheet: Pixels, row: Box, text: str, pictures: Pictures, rng: np.random.Generator) -> None:
    """A number, from the left; half of the decimal signs are commas."""
    person, tall = hand(rng, Population.JUDGE), float(np.clip(rng.normal(5.0, 0.8), 3.4, 7.0))
    x, line = row.x + rng.uniform(2.0, 5.0), row.centre[1] + tall / 2 + rng.normal(0.0, 0.6)
    for sign in text.replace(".", ",") if rng.random() < 0.5 else text:
        if sign.isdigit():
            picture = pictures.pixels[int(rng.choice(np.flatnonzero(pictures.labels == int(sign))))]
            wide = tall * float(np.ptp(np.flatnonzero(picture.max(axis=0) > GREY))) / TALL
            write(sheet, picture, (x + wide / 2, line - tall / 2), tall, SCALE, person, rng)
        else:
            wide, path = _sign(sign, tall, rng)
            path = path + np.array([x + wide / 2, line])
            pen.ink(sheet, [pull(path, person, rng)], SCALE, (0.0, 0.0), person, rng)
        x += wide + float(rng.uniform(0.6, 2.0))


def _sign(sign: str, tall: float, rng: np.random.Generator) -> tuple[float, npt.NDArray[np.float64]]:
    """How wide a sign is in mm, and its path; other paths than those of training."""
    if sign == "-":
        half = tall * rng.uniform(0.2, 0.35)
        return 2 * half, np.array([[-half, -0.45 * tall], [half, -0.45 * tall + rng.normal(0.0, 0.2)]])
    if sign == ",":
        return 0.8, np.array([[0.1, -0.2], [0.1, 0.3], [-0.4, 0.3 + tall * rng.uniform(0.05, 0.2)]])
    return 0.5, np.array([[0.0, 0.0], [0.12, 0.05]])


def _layout(number: int) -> Layout:
    corners = tuple(f for f in page().fields if f.kind in {FieldKind.PAGE_CODE, FieldKind.FIDUCIAL})
    pages = (PageLayout(1, corners),)
    return Layout(EXAM, "benchmark", "", "a4", SIZE, pages, (BookletLayout(number, (0,)),))


def main() -> None:
    """Measure, and print."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--numbers", type=int, default=600)
    options.add_argument("--seed", type=int, default=53)
    options.add_argument("--part", type=Part, choices=[Part.VALIDATION, Part.TEST], default=Part.TEST)
    options.add_argument("--jobs", type=int)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    pictures = mnist.read(mnist.fetch(), given.part)
    texts = drawn(given.numbers, stream(Population.JUDGE, given.seed, 0x5D))
    sheets = [texts[start : start + len(ROWS)] for start in range(0, len(texts), len(ROWS))]
    counts: Counter[str] = Counter()
    with processes(given.jobs) as executor:
        for told in executor.map(partial(read, given.seed, pictures), range(1, len(sheets) + 1), sheets):
            counts.update(told)
    figures = {"part": str(given.part), "numbers": given.numbers, **counts}
    print(json.dumps(figures) if given.json else "  ".join(f"{name} {n}" for name, n in figures.items()))


if __name__ == "__main__":
    main()
