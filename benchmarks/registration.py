"""How registration numbers written by hand find their candidates: MNIST's test digits on scanned pages.

    python benchmarks/registration.py [--numbers 5000] [--seed 32] [--json]

Each number has eight digits. Every digit is a picture out of MNIST's test part, which no reader has learnt
from and nothing was chosen by; pens and scans are the rehearsal's judging ones. Pages of 48 rows go
through the whole reader, and the rows of each exam through the matcher, against rosters of 100, 1,000 and
10,000. Nine in ten of a roster's candidates write (half of the largest one's); one number in a hundred is
not on the roster. Two sorts of numbers: *spread* over all there are, and *close*, out of 100,000 in a row, as
a university gives them, so that many differ in one digit.

    matched     given to the candidate who wrote it, without a flag
    flagged     left to a person; ``strangers`` are those among them who are on no roster
    wrong       given to somebody else without a flag: must be 0

``--part validation`` writes with pictures out of MNIST's training part that calibrate the reader. With them,
and with seeds of 1000 and more, the margin was chosen: ``--margins`` shows what others would give.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from functools import partial

import cv2
import numpy as np

from klausur.base.geometry import PAPERS, Box
from klausur.learn.digits import mnist
from klausur.learn.digits.cells import place
from klausur.learn.digits.mnist import Part, Pictures
from klausur.paper import code as codec
from klausur.paper.code import PageCode
from klausur.paper.code_symbol import symbol
from klausur.paper.fields import DIGIT_H, DIGIT_W, FIDUCIAL, FIDUCIAL_CORNERS, Field, FieldKind
from klausur.paper.layout import BookletLayout, Layout, PageLayout
from klausur.read.cells import split
from klausur.read.page import process
from klausur.read.pool import processes
from klausur.rehearse.hands import Population, hand, stream
from klausur.rehearse.level import Level
from klausur.rehearse.pictured import write
from klausur.rehearse.scanner import WEAR, plan, scan
from klausur.roster.match import MARGIN, Scores, match
from klausur.scan.model import PageImage, Pixels, SourceForm

DIGITS = 8
ROSTERS = (100, 1_000, 10_000)
WRITING = 0.9
"""Share of a roster's candidates who write."""

STRANGERS = 0.01
CLOSE = 100_000
"""How many numbers in a row the close ones come from."""

KEY = bytes(range(32))
EXAM = 0xBE4C_0002
SIZE = PAPERS["a4"]
SCALE = 300 / 25.4

_CODE = Box(17.0, 4.5, codec.CODE_SIDE, codec.CODE_SIDE)
_ROWS = tuple(
    Box(14.0 + 62.0 * column, 22.0 + 16.0 * line, DIGITS * DIGIT_W, DIGIT_H)
    for line in range(16)
    for column in range(3)
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of the numbers of all exams with rosters of one size."""

    roster: int
    numbers: int
    matched: int
    flagged: int
    strangers: int
    wrong: int


def page() -> PageLayout:
    """A page of rows with fiducials and a page code, as printed pages have."""
    corners = {
        "tl": (6.0, 6.0),
        "tr": (SIZE.w - 6.0 - FIDUCIAL, 6.0),
        "br": (SIZE.w - 6.0 - FIDUCIAL, SIZE.h - 6.0 - FIDUCIAL),
        "bl": (6.0, SIZE.h - 6.0 - FIDUCIAL),
    }
    return PageLayout(
        1,
        (
            Field("page/1/code", FieldKind.PAGE_CODE, _CODE),
            *(
                Field(f"page/1/fiducial/{name}", FieldKind.FIDUCIAL, Box(*corners[name], FIDUCIAL, FIDUCIAL))
                for name in FIDUCIAL_CORNERS
            ),
            *(Field(f"row/{n}", FieldKind.DIGIT_ROW, box, cells=DIGITS) for n, box in enumerate(_ROWS)),
        ),
    )


def printed(number: int) -> Pixels:
    """The page as it comes out of the printer, grey, 300 dpi."""
    sheet = np.full((round(SIZE.h * SCALE), round(SIZE.w * SCALE)), 255, np.uint8)
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    for field in page().fields:
        if field.kind is FieldKind.FIDUCIAL:
            marker = cv2.aruco.generateImageMarker(dictionary, FIDUCIAL_CORNERS[field.id.rsplit("/")[-1]], 6)
            _put(sheet, field.box, np.asarray(marker) > 127)
        elif field.kind is FieldKind.PAGE_CODE:
            _put(sheet, field.box, ~symbol(codec.encode(PageCode(EXAM, number, 1), KEY)))
        else:
            for cell in split(field.box, DIGITS):
                frame(sheet, cell)
    return sheet


def written(seed: int, number: int, texts: Sequence[str], pictures: Pictures) -> bytes:
    """A page of numbers, each by a hand of its own, after a scanner: a JPEG."""
    rng = stream(Population.JUDGE, seed, number)
    sheet = printed(number)
    for text, box in zip(texts, _ROWS, strict=False):
        person = hand(rng, Population.JUDGE)
        for digit, cell in zip(text, split(box, DIGITS), strict=True):
            chosen = int(rng.choice(np.flatnonzero(pictures.labels == int(digit))))
            size, centre = place(cell, rng)
            write(sheet, pictures.pixels[chosen], centre, size, SCALE, person, rng)
    return scan(sheet, plan(WEAR[Level.DEFAULT], rng, upside_down=False))


def read(
    layout: Layout, seed: int, pictures: Pictures, number: int, texts: Sequence[str]
) -> list[Scores | None]:
    """A worker's task: the scores of a page's rows, None for those that were not read."""
    image = PageImage("benchmark", number, SourceForm.IMAGE, written(seed, number, texts, pictures))
    (result,) = process(image, layout, KEY)
    scores = {reading.field: reading.scores for reading in result.readings}
    return [scores.get(f"row/{n}") for n in range(len(texts))]


def seen(texts: Sequence[str], seed: int, pictures: Pictures, executor: Executor) -> Iterator[Scores | None]:
    """The scores of all rows, in their order."""
    per = len(_ROWS)
    sheets = [texts[start : start + per] for start in range(0, len(texts), per)]
    numbers = range(1, len(sheets) + 1)
    layout = Layout(
        EXAM, "benchmark", "", "a4", SIZE, (page(),), tuple(BookletLayout(n, (0,)) for n in numbers)
    )
    for rows in executor.map(partial(read, layout, seed, pictures), numbers, sheets):
        yield from rows


def drawn(count: int, first: int, last: int, rng: np.random.Generator) -> list[str]:
    """Different numbers out of a range."""
    return [f"{n:0{DIGITS}d}" for n in (first + rng.choice(last - first, count, replace=False)).tolist()]


def measure(
    texts: Sequence[str],
    others: Sequence[str],
    scores: Sequence[Scores | None],
    size: int,
    margin: float,
) -> Figures:
    """Match the rows of all exams whose rosters have this size.

    Args:
        texts: what the rows say.
        others: numbers of candidates who wrote nothing.
        scores: what the reader saw.
        size: of each roster.
        margin: the matcher's.
    """
    writing = min(round(WRITING * size), len(texts))
    matched = flagged = strangers = wrong = 0
    for start in range(0, len(texts), writing):
        here = range(start, min(start + writing, len(texts)))
        absent = {n for n in here if n % round(1 / STRANGERS) == 0}
        present = [texts[n] for n in here if n not in absent]
        roster = present + list(others[: size - len(present)])
        rows = [n for n in here if scores[n] is not None]
        found = match([score for n in rows if (score := scores[n]) is not None], roster, margin)
        flagged += len(here) - len(rows)
        for n, one in zip(rows, found, strict=True):
            flagged += one.flagged
            strangers += one.flagged and n in absent
            matched += not one.flagged and one.registration == texts[n]
            wrong += not one.flagged and one.registration != texts[n]
    return Figures(size, len(texts), matched, flagged, strangers, wrong)


def main() -> None:
    """Run the measurement and print its figures; exit code 1 where a number was matched wrongly."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--numbers", type=int, default=5_000)
    options.add_argument("--seed", type=int, default=32)
    options.add_argument("--part", type=Part, choices=[Part.VALIDATION, Part.TEST], default=Part.TEST)
    options.add_argument("--margins", type=float, nargs="+", default=[MARGIN])
    options.add_argument("--jobs", type=int, default=None)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    pictures = mnist.read(mnist.fetch(), given.part)
    rng = stream(Population.JUDGE, given.seed, 0)
    figures: dict[str, list[dict[str, object]]] = {}
    for sort, first, last in (("spread", 0, 10**DIGITS), ("close", 3_700_000, 3_700_000 + CLOSE)):
        numbers = drawn(given.numbers + max(ROSTERS), first, last, rng)
        texts, others = numbers[: given.numbers], numbers[given.numbers :]
        with processes(given.jobs) as executor:
            scores = list(seen(texts, given.seed + (sort == "close") * 500_000, pictures, executor))
        figures[sort] = [
            {"margin": margin, **asdict(measure(texts, others, scores, size, margin))}
            for margin in given.margins
            for size in ROSTERS
        ]
    if given.json:
        print(json.dumps({"part": given.part, "seed": given.seed, **figures}))
    else:
        for sort, rows in figures.items():
            for row in rows:
                print(f"{sort:>7}", "  ".join(f"{name} {value}" for name, value in row.items()))
    sys.exit(any(row["wrong"] for rows in figures.values() for row in rows))


def _put(sheet: Pixels, box: Box, white: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> None:
    """Print modules, (n, n), into a box."""
    left, top, right, bottom = (round(n * SCALE) for n in (box.x, box.y, box.right, box.bottom))
    tones = np.where(white, 255, 0).astype(np.uint8)
    sheet[top:bottom, left:right] = cv2.resize(
        tones, (right - left, bottom - top), interpolation=cv2.INTER_NEAREST
    )


def frame(sheet: Pixels, cell: Box) -> None:
    """Print a cell's frame, a quarter of a millimetre wide, dark grey."""
    left, top, right, bottom = (round(n * SCALE) for n in (cell.x, cell.y, cell.right, cell.bottom))
    cv2.rectangle(sheet, (left, top), (right, bottom), 80, 3)


if __name__ == "__main__":
    main()
