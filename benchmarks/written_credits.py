"""Credits that correctors write as a number into a box: real and made-up digits, on scanned pages.

    python benchmarks/written_credits.py [--numbers 1020] [--seed 53] [--level default] [--json]

A question is worth 1 to 25 credits in steps of 1, 1/2 or 1/4, and any is written, with a comma, a point
or, one in 25, a small ½. Three in five are put together out of MNIST's digits, as near to each other as
people set them; the others are the rehearsal's made-up forms. Pens and scans are the rehearsal's judging
ones. With ``--part validation`` and seeds of 1000 and more bounds are chosen.

    right     read as it is
    flagged   left to a person
    wrong     other credits: nothing stands between this and a score
    unread    on a page that was not found
"""

import argparse
import json
from collections import Counter
from fractions import Fraction
from functools import partial

import cv2
import numpy as np
import numpy.typing as npt

from klausur.base.credits import Credits, show_credits
from klausur.base.geometry import Box
from klausur.learn.digits import mnist
from klausur.learn.digits.mnist import Part, Pictures
from klausur.paper.fields import CREDIT_H, CREDIT_W, Field, FieldKind
from klausur.paper.layout import BookletLayout, Layout, PageLayout
from klausur.read import written_credits as reader
from klausur.read.pool import processes
from klausur.rehearse import pen, written_credits
from klausur.rehearse.hands import CORRECTOR_INKS, Hand, Population, hand, stream
from klausur.rehearse.level import Level
from klausur.rehearse.pictured import GREY, TALL, write
from klausur.rehearse.scanner import WEAR, plan, scan
from klausur.rehearse.strokes import pull
from klausur.rehearse.written_credits import Spelling, spelt
from klausur.scan.model import PageImage, Pixels, Placed, SourceForm
from klausur.scan.place import place
from registration import EXAM, KEY, SCALE, SIZE, page, printed

BOXES = tuple(
    Box(16.0 + 63.0 * column, 24.0 + 15.0 * line, CREDIT_W, CREDIT_H)
    for line in range(17)
    for column in range(3)
)
WORTHS, STEPS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25), (1, 2, 2, 2, 4)
REAL, HALVES, COMMAS = 0.6, 0.04, 0.6
"""Shares: of numbers by MNIST's digits, of those with a ½, and of the others those with a comma."""


def read(seed: int, level: Level, pictures: Pictures, number: int) -> list[tuple[str, str]]:
    """A worker's task: by whose digits a page's credits are written, and what became of each."""
    rng = stream(Population.JUDGE, seed, 0x77, number)
    sheet = printed(number)
    sheet[round(20 * SCALE) : round(283 * SCALE)] = 255  # the rows of cells that are printed there
    told: list[tuple[str, Credits, Field]] = []
    for box in BOXES:
        corners = [(round(x * SCALE), round(y * SCALE)) for x, y in ((box.x, box.y), (box.right, box.bottom))]
        cv2.rectangle(sheet, corners[0], corners[1], 0, 3)
        most, step = Fraction(int(rng.choice(WORTHS))), Fraction(1, int(rng.choice(STEPS)))
        field = Field("q/credits", FieldKind.CREDIT_NUMBER, box, "q", credits=most, step=step)
        worth = field.worths[int(rng.integers(len(field.worths)))]
        comma = Spelling.COMMA if rng.random() < COMMAS else Spelling.POINT
        text = spelt(worth, Spelling.HALF if rng.random() < HALVES else comma)
        person = hand(rng, Population.JUDGE, CORRECTOR_INKS)
        of = "real" if "½" not in text and rng.random() < REAL else "made-up"
        if of == "real":
            _write(sheet, box, text, pictures, person, rng)
        else:
            drawn = written_credits.strokes(text, box, person, rng)
            pen.ink(sheet, drawn, SCALE, (0.0, 0.0), person, rng)
        told.append((of, worth, field))
    image = scan(sheet, plan(WEAR[level], rng, upside_down=False))
    seen = place(PageImage("benchmark", number, SourceForm.IMAGE, image), _layout(number), KEY)[0]
    if not isinstance(seen, Placed):
        return [(of, "unread") for of, _, _ in told]
    readings = reader.read(seen, [field for _, _, field in told])
    return [
        (of, "flagged" if r.flagged else "right" if r.value == show_credits(worth) else "wrong")
        for (of, worth, _), r in zip(told, readings, strict=True)
    ]


def _write(
    sheet: Pixels, box: Box, text: str, pictures: Pictures, person: Hand, rng: np.random.Generator
) -> None:
    """A number by pictures of digits, somewhere in the middle of its box."""
    tall = float(np.clip(rng.normal(5.4, 0.8), 3.6, 7.2))
    signs = [_sign(sign, tall, pictures, rng) for sign in text]
    gaps = rng.uniform(0.6, 1.8, len(text))
    free = max(0.0, box.w - 5.2 - sum(wide for wide, _ in signs) - float(gaps[1:].sum()))
    x, line = box.x + 2.6 + free * float(rng.beta(2.5, 2.5)), box.centre[1] + tall / 2 + rng.normal(0.0, 0.6)
    for at, (wide, what) in enumerate(signs):
        x += float(gaps[at]) if at else 0.0
        if what.dtype == np.uint8:
            write(
                sheet, np.asarray(what, np.uint8), (x + wide / 2, line - tall / 2), tall, SCALE, person, rng
            )
        else:
            path = what + np.array([x + wide / 2, line])
            pen.ink(sheet, [pull(path, person, rng)], SCALE, (0.0, 0.0), person, rng)
        x += wide


def _sign(
    sign: str, tall: float, pictures: Pictures, rng: np.random.Generator
) -> tuple[float, npt.NDArray[np.generic]]:
    """How wide a sign is in mm, and its picture or its path; other paths than those of training."""
    if sign.isdigit():
        picture = pictures.pixels[int(rng.choice(np.flatnonzero(pictures.labels == int(sign))))]
        return tall * float(np.ptp(np.flatnonzero(picture.max(axis=0) > GREY))) / TALL, picture
    if sign == ",":
        return 0.8, np.array([[0.1, -0.2], [0.1, 0.3], [-0.4, 0.3 + tall * rng.uniform(0.05, 0.2)]])
    return 0.5, np.array([[0.0, 0.0], [0.12, 0.05]])


def _layout(number: int) -> Layout:
    corners = tuple(f for f in page().fields if f.kind in {FieldKind.PAGE_CODE, FieldKind.FIDUCIAL})
    pages = (PageLayout(1, corners),)
    return Layout(EXAM, "benchmark", "", "a4", SIZE, pages, (BookletLayout(number, (0,)),))


def main() -> None:
    """Measure and print; exit code 1 where something was read wrongly."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--numbers", type=int, default=1020, help=f"in sheets of {len(BOXES)}")
    options.add_argument("--seed", type=int, default=53)
    options.add_argument("--part", type=Part, choices=[Part.VALIDATION, Part.TEST], default=Part.TEST)
    options.add_argument("--level", type=Level, choices=list(Level), default=Level.DEFAULT)
    options.add_argument("--jobs", type=int)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    pictures = mnist.read(mnist.fetch(), given.part)
    sheets = range(1, -(-given.numbers // len(BOXES)) + 1)
    counts: Counter[tuple[str, str]] = Counter()
    with processes(given.jobs) as executor:
        for told in executor.map(partial(read, given.seed, given.level, pictures), sheets):
            counts.update(told)
    rows = [
        {
            "digits": of,
            "level": str(given.level),
            **{what: counts[of, what] for what in ("right", "flagged", "wrong", "unread")},
        }
        for of in ("real", "made-up")
    ]
    if given.json:
        print(json.dumps(rows))
    else:
        for row in rows:
            print("  ".join(f"{name} {value}" for name, value in row.items()))
    if any(row["wrong"] for row in rows):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
