"""Short answers on rehearsed pages: numbers of MNIST's digits, with minus and comma, in scanned spaces.

What is written is drawn like this: to each question there is one right number and four likely mistakes. Of
its candidates 45 in 100 write the right one, 30 one of the mistakes (the first as often as the other three
together), 25 something of their own. Each has a pen, a size and digits by whoever wrote them in MNIST.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial

import numpy as np

from klausur.base.geometry import Box
from klausur.learn.digits.mnist import Pictures
from klausur.paper.code import PageCode
from klausur.paper.fields import Field, FieldKind
from klausur.paper.layout import BookletLayout, Layout, PageLayout
from klausur.read.characters import DPI, SIDE, characters
from klausur.read.cuts import Cut, cuts
from klausur.read.upright import Area
from klausur.rehearse import pen
from klausur.rehearse.hands import Population, hand, stream
from klausur.rehearse.level import Level
from klausur.rehearse.pictured import write
from klausur.rehearse.scanner import WEAR, plan, scan
from klausur.rehearse.strokes import pull
from klausur.scan.model import PageImage, Pixels, SourceForm
from registration import EXAM, SCALE, SIZE, page, printed

SPACES = tuple(
    Box(12.0 + 63.0 * column, 24.0 + 17.0 * line, 60.0, 15.0) for line in range(15) for column in range(3)
)
_LEVELS = (Level.LIGHT, Level.DEFAULT, Level.HARD)

Seen = np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]


@dataclass(frozen=True, slots=True)
class Question:
    """What candidates write, and the characters that were seen of each, (n, 28, 28); none if that is lost."""

    texts: tuple[str, ...]
    seen: tuple[Seen, ...]


def numbers(count: int, rng: np.random.Generator) -> list[str]:
    """What the candidates of one question write."""
    common = [_number(rng) for _ in range(5)]
    shares = [0.45, 0.15, 0.05, 0.05, 0.05]
    own = [_number(rng) for _ in range(count)]
    which = rng.choice(6, count, p=[*shares, 1 - sum(shares)])
    return [own[n] if k == len(common) else common[k] for n, k in enumerate(which.tolist())]


def _number(rng: np.random.Generator) -> str:
    digits = "".join(map(str, rng.integers(0, 10, int(rng.integers(1, 5))).tolist()))
    if len(digits) > 1 and rng.random() < 0.3:
        at = int(rng.integers(1, len(digits)))
        digits = f"{digits[:at]},{digits[at:]}"
    return f"-{digits}" if rng.random() < 0.2 else digits


def questions(
    count: int, candidates: int, seed: int, pictures: Pictures, executor: Executor
) -> Iterator[Question]:
    """So many questions, each with so many candidates; digits out of these pictures."""
    rng = stream(Population.JUDGE, seed, 0x5A)
    asked = [numbers(candidates, rng) for _ in range(count)]
    every = [text for texts in asked for text in texts]
    per = len(SPACES)
    sheets = [every[start : start + per] for start in range(0, len(every), per)]
    found = [
        one
        for seen in executor.map(partial(_sheet, seed, pictures), range(len(sheets)), sheets)
        for one in seen
    ]
    for n, texts in enumerate(asked):
        yield Question(tuple(texts), tuple(found[n * candidates : (n + 1) * candidates]))


def _sheet(seed: int, pictures: Pictures, number: int, texts: Sequence[str]) -> list[Seen]:
    """A worker's task: the characters of a page's spaces, as they are seen after a scanner."""
    rng = stream(Population.JUDGE, seed, 0x5B, number)
    sheet = printed(number + 1)
    sheet[round(20 * SCALE) : round(283 * SCALE)] = 255  # the rows of cells that are printed there
    for text, box in zip(texts, SPACES, strict=False):
        _frame(sheet, box)
        _written(sheet, text, box, pictures, rng)
    image = PageImage(
        "benchmark",
        number,
        SourceForm.IMAGE,
        scan(sheet, plan(WEAR[_LEVELS[number % len(_LEVELS)]], rng, upside_down=False)),
    )
    wanted = [Cut(box, DPI, made=_packed) for box in SPACES[: len(texts)]]
    found = cuts(image, _layout(number + 1), PageCode(EXAM, number + 1, 1), 0, wanted)
    if isinstance(found, str):
        return [np.zeros((0, SIDE, SIDE), np.uint8)] * len(texts)
    return [np.frombuffer(each, np.uint8).reshape(-1, SIDE, SIDE) for each in found]


def _packed(pixels: Pixels) -> bytes:
    return np.asarray(np.round(characters(Area(pixels, DPI / 25.4)) * 255), np.uint8).tobytes()


def _layout(number: int) -> Layout:
    corners = [f for f in page().fields if f.kind in {FieldKind.PAGE_CODE, FieldKind.FIDUCIAL}]
    spaces = [Field(f"space/{n}", FieldKind.ANSWER_AREA, box, "q") for n, box in enumerate(SPACES)]
    pages = (PageLayout(1, (*corners, *spaces)),)
    return Layout(EXAM, "benchmark", "", "a4", SIZE, pages, (BookletLayout(number, (0,)),))


def _frame(sheet: Pixels, box: Box) -> None:
    left, top, right, bottom = (round(n * SCALE) for n in (box.x, box.y, box.right, box.bottom))
    for part in (
        sheet[top : top + 3, left:right],
        sheet[bottom - 3 : bottom, left:right],
        sheet[top:bottom, left : left + 3],
        sheet[top:bottom, right - 3 : right],
    ):
        part[:] = 80


def _written(sheet: Pixels, text: str, box: Box, pictures: Pictures, rng: np.random.Generator) -> None:
    """Write a number: beginning somewhere on the left, on a line of one's own, as large as one writes."""
    person = hand(rng, Population.JUDGE)
    size = float(np.clip(rng.normal(5.0, 0.8), 3.4, 7.0))
    x = box.x + 4.0 + float(rng.uniform(0, 12.0))
    y = box.centre[1] + float(rng.uniform(-1.5, 1.5))
    slope = float(rng.normal(0.0, 0.03))
    for sign in text:
        base = y + slope * (x - box.x)
        if sign.isdigit():
            own = size * float(np.clip(rng.normal(1.0, 0.07), 0.8, 1.2))
            chosen = int(rng.choice(np.flatnonzero(pictures.labels == int(sign))))
            middle = (x + own * 0.4, base + float(rng.normal(0.0, 0.03)) * size)
            write(sheet, pictures.pixels[chosen], middle, own, SCALE, person, rng)
            x += own * float(rng.uniform(0.85, 1.05))
            continue
        if sign == "-":
            ends = [[x, base], [x + size * float(rng.uniform(0.4, 0.7)), base + float(rng.normal(0.0, 0.2))]]
            x += size * 0.95
        else:
            low = base + 0.45 * size
            ends = [
                [x + 0.4, low],
                [x + float(rng.uniform(-0.4, 0.1)), low + size * float(rng.uniform(0.15, 0.3))],
            ]
            x += size * 0.35
        pen.ink(sheet, [pull(np.array(ends), person, rng)], SCALE, (0.0, 0.0), person, rng)
