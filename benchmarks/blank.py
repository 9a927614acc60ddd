"""How surely blank answer spaces are told from those in which somebody has written: drawn, scanned, read.

    python benchmarks/blank.py [--pages 40] [--seed 51] [--level default] [--json]

Each page has spaces of 75 and 170 mm, plain, lined and with a grid, printed as papers have them. In half of
them somebody wrote, and as little as somebody may: a letter or two, a short word, a dash, by pens and pencils
of the rehearsal's judging hands. The others are empty but for dust and hairs. The reader's bounds were chosen
with the seeds 1000 to 1003.

    blank     spaces in which nobody wrote; ``blank_found`` of them pass for written, and are judged alone
    written   those in which somebody did; ``written_lost`` of them pass for blank
"""

import argparse
import json
import sys
from collections.abc import Iterator
from enum import StrEnum

import cv2
import numpy as np

from klausur.base.geometry import PAPERS, Box
from klausur.paper.code import PageCode
from klausur.paper.fields import Field, FieldKind, Inked
from klausur.read import space
from klausur.read.upright import upright
from klausur.rehearse import pen
from klausur.rehearse.hands import Hand, Ink, Population, hand, stream
from klausur.rehearse.handwriting import scrawl
from klausur.rehearse.level import Level
from klausur.rehearse.scanner import WEAR, matrix, plan, scan
from klausur.rehearse.strokes import Stroke, pull
from klausur.scan.model import Pixels, Placed, Quality

SIZE = PAPERS["a4"]
SCALE = 300 / 25.4
ASTRAY = 0.15
"""Standard deviation in mm of the error of a page's place."""

RULED = 199.0
"""The grey of printed rulings, and ``LINE`` in mm, and how far they are apart."""
LINE, LINED, GRID = 0.106, 8.0, 5.0


class Ruling(StrEnum):
    """What is printed in a space."""

    PLAIN = "plain"
    LINED = "lined"
    GRID = "grid"


SPACES = tuple(
    (Box(20.0, 15.0 + 44.0 * n + 22.0 * half, wide, 18.0), ruling)
    for n in range(6)
    for half, wide, ruling in ((0, 170.0, tuple(Ruling)[n % 3]), (1, 75.0, tuple(Ruling)[(n + 1) % 3]))
)


def printed() -> Pixels:
    """A page with all spaces, drawn four times as fine and made smaller, so that thin lines are as pale."""
    fine = 4
    sheet = np.full((round(SIZE.h * SCALE) * fine, round(SIZE.w * SCALE) * fine), 255, np.uint8)

    def at(x: float, y: float) -> tuple[int, int]:
        return round(x * SCALE * fine), round(y * SCALE * fine)

    def line(start: tuple[float, float], end: tuple[float, float], grey: float, wide: float) -> None:
        cv2.line(sheet, at(*start), at(*end), grey, max(1, round(wide * SCALE * fine)))

    for box, ruling in SPACES:
        if ruling is Ruling.LINED:
            for y in np.arange(box.y + LINED, box.bottom - 1, LINED):
                line((box.x + 3, y), (box.right - 3, y), RULED, LINE)
        elif ruling is Ruling.GRID:
            for y in np.arange(box.y + GRID, box.bottom - 0.5, GRID):
                line((box.x, y), (box.right, y), RULED, LINE)
            for x in np.arange(box.x + GRID, box.right - 0.5, GRID):
                line((x, box.y), (x, box.bottom), RULED, LINE)
        cv2.rectangle(sheet, at(box.x, box.y), at(box.right, box.bottom), 0.0, round(0.14 * SCALE * fine))
    size = (round(SIZE.w * SCALE), round(SIZE.h * SCALE))
    return np.asarray(cv2.resize(sheet, size, interpolation=cv2.INTER_AREA), np.uint8)


def little(box: Box, person: Hand, rng: np.random.Generator) -> list[Stroke]:
    """As little as somebody writes: a dash, a letter or two, a short word."""
    x, y = box.x + rng.uniform(2.0, box.w - 22.0), box.y + rng.uniform(0.4, 0.8) * box.h
    if rng.random() < 0.2:
        return [pull(np.array([(x, y), (x + rng.uniform(4.0, 12.0), y + rng.normal(0.0, 0.3))]), person, rng)]
    strokes: list[Stroke] = []
    while not strokes:
        strokes = scrawl((x, y), rng.uniform(2.5, 14.0), rng.uniform(1.8, 3.2), person, rng)
    return strokes


def seen(seed: int, pages: int, level: Level) -> Iterator[tuple[bool, Ruling, float, bool]]:
    """For each space: whether somebody wrote, its ruling, mm² of ink, and whether it passes for blank."""
    empty = printed()
    for number in range(pages):
        rng = stream(Population.JUDGE, seed, number)
        sheet, written = empty.copy(), rng.random(len(SPACES)) < 0.5
        for (box, _), somebody in zip(SPACES, written, strict=True):
            person = hand(rng, Population.JUDGE, [Ink.BLUE, Ink.BLACK, Ink.PENCIL])
            if somebody:
                pen.ink(sheet, little(box, person, rng), SCALE, (0.0, 0.0), person, rng)
        _dirty(sheet, rng)
        placed = _scanned(sheet, level, rng)
        for n, ((box, ruling), somebody) in enumerate(zip(SPACES, written, strict=True)):
            field = Field(f"q{n}/answer", FieldKind.ANSWER_AREA, box, f"q{n}")
            area = upright(placed, box.grown(-space.EDGE), space.SCALE)
            yield bool(somebody), ruling, space.ink(area), space.read(placed, field).value == Inked.BLANK


def _dirty(sheet: Pixels, rng: np.random.Generator) -> None:
    """Dust and a hair or two."""
    for _ in range(int(rng.integers(0, 120))):
        at = (int(rng.integers(sheet.shape[1])), int(rng.integers(sheet.shape[0])))
        cv2.circle(sheet, at, int(rng.integers(0, 3)), float(rng.uniform(30, 150)), -1)
    for _ in range(rng.poisson(1.0)):
        start = rng.uniform((0, 0), sheet.shape[::-1])
        path = np.cumsum(np.vstack([start, rng.normal(0.0, 25.0, (6, 2))]), axis=0)
        cv2.polylines(sheet, [np.round(path).astype(np.int32)], isClosed=False, color=80.0, thickness=1)


def _scanned(sheet: Pixels, level: Level, rng: np.random.Generator) -> Placed:
    how = plan(WEAR[level], rng, upside_down=bool(rng.random() < 0.1))
    image = cv2.imdecode(np.frombuffer(scan(sheet, how), np.uint8), cv2.IMREAD_GRAYSCALE)
    onto = np.vstack([matrix(how, sheet.shape[:2]), (0.0, 0.0, 1.0)])
    aside = rng.normal(0.0, ASTRAY, 2) * SCALE
    place = np.array(((SCALE, 0, aside[0] - 0.5), (0, SCALE, aside[1] - 0.5), (0, 0, 1.0)))
    return Placed(PageCode(1, 1, 1), np.asarray(image, np.uint8), onto @ place, Quality(0, 300, 200, 1, 4))


def main() -> None:
    """Run the measurement and print its figures; exit code 1 where something written passed for blank."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--pages", type=int, default=40)
    options.add_argument("--seed", type=int, default=51)
    options.add_argument("--level", type=Level, default=Level.DEFAULT)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    found = list(seen(given.seed, given.pages, given.level))
    ink = {True: [i for w, _, i, _ in found if w], False: [i for w, _, i, _ in found if not w]}
    figures: dict[str, object] = {
        "blank": len(ink[False]),
        "blank_found": sum(not w and not passes for w, _, _, passes in found),
        "written": len(ink[True]),
        "written_lost": sum(w and passes for w, _, _, passes in found),
        "least_ink_written": np.round(sorted(ink[True])[:8], 2).tolist(),
        "most_ink_blank": np.round(sorted(ink[False])[-8:], 2).tolist(),
    }
    for ruling in Ruling:
        here = [i for w, r, i, _ in found if not w and r is ruling]
        figures[f"blank_{ruling}"] = np.round(np.quantile(here, (0.5, 0.9, 0.99)), 3).tolist()
    if given.json:
        print(json.dumps(figures))
    else:
        for key, value in figures.items():
            print(f"{key:>18}  {value}")
    sys.exit(bool(figures["written_lost"]))


if __name__ == "__main__":
    main()
