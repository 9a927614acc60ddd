"""How surely signature fields are told signed from unsigned: drawn lists, scanned, read.

    python benchmarks/signature.py [--pages 40] [--seed 41] [--json]

Each page is a list of 22 fields, 55 × 11 mm as on printed lists, rules between them. Half are signed:
scrawled names of all sizes, initials, flourishes that run into the fields above and below. One in twelve has
a dash, as the list asks for where nobody came: it must not pass for a signature. The rest is empty but for
what neighbours, dust and hairs leave. Hands and scans are the rehearsal's judging ones. The reader's bounds
were chosen with seeds 1000 to 1003.

    signed      fields that are; ``signed_flagged`` of them go to a person, ``signed_lost`` pass for unsigned
    unsigned    fields that are not; ``unsigned_flagged`` go to a person, ``unsigned_found`` pass for signed
    dash        fields with a dash; ``dash_flagged`` go to a person, ``dash_signed`` pass for signed
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum

import cv2
import numpy as np

from klausur.base.geometry import PAPERS, Box
from klausur.paper.code import PageCode
from klausur.paper.fields import Field, FieldKind
from klausur.read import signature
from klausur.read.model import Signed
from klausur.read.upright import upright
from klausur.rehearse import pen
from klausur.rehearse.hands import Hand, Ink, Population, hand, stream
from klausur.rehearse.handwriting import scrawl
from klausur.rehearse.level import Level
from klausur.rehearse.scanner import WEAR, matrix, plan, scan
from klausur.rehearse.strokes import Stroke, pull, smooth
from klausur.scan.model import Pixels, Placed, Quality

SIZE = PAPERS["a4"]
SCALE = 300 / 25.4
FIELDS = tuple(Box(140.0, 30.0 + 11.0 * n, 55.0, 11.0) for n in range(22))
DASHES = 1 / 12
ASTRAY = 0.15
"""Standard deviation in mm of the error of a page's place."""


class Truth(StrEnum):
    """What is in a field."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"
    DASH = "dash"


def name(box: Box, person: Hand, rng: np.random.Generator) -> list[Stroke]:
    """A signature: a scrawled name, or initials, some with a flourish."""
    short = rng.random() < 0.15
    height = float(np.clip(rng.normal(2.0, 0.6), 1.0, 3.8))
    width = float(rng.uniform(5.0, 9.0) if short else rng.uniform(14.0, 42.0))
    base = (box.x + rng.uniform(1.5, box.w - width - 2.0), box.y + rng.uniform(0.5, 0.92) * box.h)
    strokes = scrawl(base, width, height, person, rng)
    if rng.random() < 0.3:
        back = np.array(
            [[base[0] + width, base[1]], [base[0] + 0.4 * width, base[1] + rng.uniform(0.5, 3.5)]]
        )
        away = base[0] + rng.uniform(0.2, 1.2) * width, base[1] + rng.uniform(-1.0, 2.5)
        strokes.append(pull(smooth(np.vstack([back, away])), person, rng))
    return strokes


def dash(box: Box, person: Hand, rng: np.random.Generator) -> list[Stroke]:
    """A line through the field, as is drawn where somebody is absent."""
    x, y = box.x + rng.uniform(2.0, 10.0), box.centre[1] + rng.normal(0.0, 0.8)
    end = (x + rng.uniform(12.0, 38.0), y + rng.normal(0.0, 0.3))
    return [pull(np.array([(x, y), end]), person, rng)]


def listed(seed: int, number: int) -> tuple[Placed, tuple[Truth, ...]]:
    """A scanned list, and what its fields hold."""
    rng = stream(Population.JUDGE, seed, number)
    sheet = np.full((round(SIZE.h * SCALE), round(SIZE.w * SCALE)), 255, np.uint8)
    for box in FIELDS:
        left, top, right, bottom = (round(n * SCALE) for n in (box.x, box.y, box.right, box.bottom))
        cv2.rectangle(sheet, (left, top), (right, bottom), 60, 3)
    truths = tuple(
        Truth.DASH if chance < DASHES else Truth.SIGNED if chance < 0.5 + DASHES else Truth.UNSIGNED
        for chance in rng.random(len(FIELDS))
    )
    invigilator = hand(rng, Population.JUDGE, [Ink.BLUE, Ink.BLACK])
    for box, truth in zip(FIELDS, truths, strict=True):
        person = hand(rng, Population.JUDGE, [Ink.BLUE, Ink.BLACK, Ink.BLACK])
        if truth is Truth.SIGNED:
            pen.ink(sheet, name(box, person, rng), SCALE, (0.0, 0.0), person, rng)
        elif truth is Truth.DASH:
            pen.ink(sheet, dash(box, invigilator, rng), SCALE, (0.0, 0.0), invigilator, rng)
    _dirty(sheet, rng)
    return _scanned(sheet, rng), truths


def _dirty(sheet: Pixels, rng: np.random.Generator) -> None:
    """Dust and a hair or two."""
    for _ in range(int(rng.integers(0, 120))):
        at = (int(rng.integers(sheet.shape[1])), int(rng.integers(sheet.shape[0])))
        cv2.circle(sheet, at, int(rng.integers(0, 3)), float(rng.uniform(30, 150)), -1)
    for _ in range(rng.poisson(1.0)):
        start = rng.uniform((0, 0), sheet.shape[::-1])
        path = np.cumsum(np.vstack([start, rng.normal(0.0, 25.0, (6, 2))]), axis=0)
        cv2.polylines(sheet, [np.round(path).astype(np.int32)], isClosed=False, color=80.0, thickness=1)


def _scanned(sheet: Pixels, rng: np.random.Generator) -> Placed:
    how = plan(WEAR[Level.DEFAULT], rng, upside_down=bool(rng.random() < 0.1))
    image = cv2.imdecode(np.frombuffer(scan(sheet, how), np.uint8), cv2.IMREAD_GRAYSCALE)
    onto = np.vstack([matrix(how, sheet.shape[:2]), (0.0, 0.0, 1.0)])
    aside = rng.normal(0.0, ASTRAY, 2) * SCALE
    place = np.array(((SCALE, 0, aside[0] - 0.5), (0, SCALE, aside[1] - 0.5), (0, 0, 1.0)))
    return Placed(PageCode(1, 1, 1), np.asarray(image, np.uint8), onto @ place, Quality(0, 300, 200, 1, 4))


def seen(seed: int, pages: int) -> Iterator[tuple[Truth, bool, bool, signature.InkInField]]:
    """For each field: what it holds, whether it is read as signed, the flag, and what was measured."""
    for number in range(pages):
        placed, truths = listed(seed, number)
        for n, (box, truth) in enumerate(zip(FIELDS, truths, strict=True)):
            reading = signature.read(placed, Field(f"candidate/{n}/signature", FieldKind.SIGNATURE, box))
            measured = signature.measure(upright(placed, box.grown(-signature.EDGE)))
            yield truth, reading.value == Signed.YES, reading.flagged, measured


def main() -> None:
    """Run the measurement and print its figures; exit code 1 where a field was misread without a flag."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--pages", type=int, default=40)
    options.add_argument("--seed", type=int, default=41)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    count: Counter[str] = Counter()
    ink: dict[Truth, list[float]] = {truth: [] for truth in Truth}
    for truth, signed, flagged, measured in seen(given.seed, given.pages):
        ink[truth].append(measured.own)
        count[f"{truth}_flagged"] += flagged
        count[f"{truth}_lost"] += truth is Truth.SIGNED and not signed and not flagged
        count[f"{truth}_found"] += truth is Truth.UNSIGNED and signed and not flagged
        count[f"{truth}_signed"] += truth is Truth.DASH and signed and not flagged
    figures: dict[str, object] = {truth: len(areas) for truth, areas in ink.items()}
    wanted = "signed_flagged signed_lost unsigned_flagged unsigned_found dash_flagged dash_signed"
    figures |= {key: count[key] for key in wanted.split()}
    figures["least_ink_signed"] = np.round(sorted(ink[Truth.SIGNED])[:5], 2).tolist()
    figures["most_ink_unsigned"] = np.round(sorted(ink[Truth.UNSIGNED])[-5:], 2).tolist()
    if given.json:
        print(json.dumps(figures))
    else:
        for key, value in figures.items():
            print(f"{key:>18}  {value}")
    sys.exit(bool(count["signed_lost"] or count["unsigned_found"] or count["dash_signed"]))


if __name__ == "__main__":
    main()
