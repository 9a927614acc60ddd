"""Sheets full of boxes with real crosses in them, scanned in three ways: what `marks` judges readers on."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from klausur.base.geometry import Box
from klausur.learn.traced import crossed, laid
from klausur.learn.traces import SLASHES, STARS, TICKS, Traces
from klausur.paper.fields import MARK_BOX
from klausur.read.crop import window
from klausur.read.model import Mark
from klausur.rehearse import pen
from klausur.rehearse.hands import Population, hand, stream
from klausur.rehearse.shapes import fill
from klausur.rehearse.sheet_scans import PER_MM, SIZE, Locally, flat, office, phone, two_level
from klausur.scan import tones
from klausur.scan.model import Pixels
from klausur.scan.tones import ScanKind

PITCH = 13.0
"""Distance in mm of boxes: a cross of 1.7 sides keeps out of the next box's window, mostly."""

FRAME = 0.25
PLACE = 0.08
"""Standard deviation in mm, in each direction, of the error of a box's place."""

SIZES, ASIDE = (0.6, 1.7), 0.35
EMPTY, FILLED, ODD = 0.2, 0.1, 0.04
BOXES = tuple(
    Box(12.0 + PITCH * column, 12.0 + PITCH * row, MARK_BOX, MARK_BOX)
    for row in range(21)
    for column in range(15)
)

Spoil = Callable[[Pixels, np.random.Generator], Pixels]


@dataclass(frozen=True, slots=True)
class Seen:
    """The windows of one sheet in one scan, (n, 80, 80, 3), their marks, and who wrote them.

    ``kind`` is what its pixels tell of the scan, by the same measure as in use.
    """

    windows: Pixels
    labels: npt.NDArray[np.int64]
    people: npt.NDArray[np.int64]
    kind: ScanKind


Scan = Callable[[Pixels, np.random.Generator], Locally]
Befalls = Callable[[Pixels, npt.NDArray[np.int64], np.random.Generator], None]
"""What befalls a sheet (RGB) and its marks, before it is scanned: both are changed in place."""


def sheets(
    traces: Traces,
    seed: int,
    marks: int,
    scans: Mapping[str, Scan] | None = None,
    befalls: Befalls | None = None,
) -> Iterator[dict[str, Seen]]:
    """Sheets until there are so many plain marks, each in all scans; crosses come round one by one."""
    count, number = 0, 0
    while count < marks:
        rng = stream(Population.JUDGE, seed, number)
        sheet, labels, people = _filled(traces, number, rng)
        if befalls is not None:
            befalls(sheet, labels, rng)
        count += int(np.isin(labels, [_CLASSES.index(Mark.CROSSED), _CLASSES.index(Mark.FILLED)]).sum())
        number += 1
        yield {
            name: _seen(scan, labels, people, rng)
            for name, scan in ((name, make(sheet, rng)) for name, make in (scans or SCANS).items())
        }


_CLASSES = tuple(Mark)


def _filled(
    traces: Traces, number: int, rng: np.random.Generator
) -> tuple[Pixels, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """A printed sheet (RGB) with marks, their classes and writers; one person's pen a row."""
    sheet = np.full((round(SIZE.h * PER_MM), round(SIZE.w * PER_MM), 3), 255, np.uint8)
    labels, people = [], []
    odd = [trace for trace in traces.odd if trace.label in SLASHES | TICKS | STARS]
    for n, box in enumerate(BOXES):
        _print(sheet, box)
        if n % 15 == 0:
            person = hand(rng, Population.JUDGE)
        at = number * len(BOXES) + n
        trace, chance = traces.crosses[at % len(traces.crosses)], rng.random()
        aside = np.clip(rng.normal(0.0, ASIDE, 2), -0.8, 0.8)
        size = box.w * rng.uniform(*SIZES)
        mark, strokes = Mark.EMPTY, []
        if chance < ODD and odd:
            mark, other = Mark.OTHER, odd[int(rng.integers(len(odd)))]
            strokes = laid(other.strokes, size, box.centre + aside, person, rng)
        elif chance < 1.0 - EMPTY:
            mark, strokes = Mark.CROSSED, crossed(trace, size, box.centre + aside, person, rng)
            if chance < ODD + FILLED:
                mark, strokes = Mark.FILLED, [*strokes, *fill(box, person, rng)[1]]
        if strokes:
            pen.ink(sheet, strokes, PER_MM, (0.0, 0.0), person, rng)
        labels.append(_CLASSES.index(mark))
        people.append(traces.who(at))
    return sheet, np.array(labels), np.array(people)


def _print(sheet: Pixels, box: Box) -> None:
    """A box's frame, within it; drawn four times as fine."""
    fine, room = 4, 6
    left, top = (int(edge * PER_MM) - room for edge in (box.x, box.y))
    side = round(box.w * PER_MM) + 2 * room
    patch = np.full((side * fine, side * fine), 255, np.uint8)
    ends = [
        tuple(round((edge * PER_MM - start) * fine) for edge, start in ((x, left), (y, top)))
        for x, y in ((box.x + FRAME / 2, box.y + FRAME / 2), (box.right - FRAME / 2, box.bottom - FRAME / 2))
    ]
    cv2.rectangle(patch, ends[0], ends[1], 0.0, round(FRAME * PER_MM * fine))
    small = cv2.resize(patch, (side, side), interpolation=cv2.INTER_AREA)
    part = sheet[top : top + side, left : left + side]
    part[:] = np.minimum(part, small[:, :, None])


def _seen(
    scan: Locally, labels: npt.NDArray[np.int64], people: npt.NDArray[np.int64], rng: np.random.Generator
) -> Seen:
    windows = np.stack([_window(scan, box, rng) for box in BOXES])
    return Seen(windows, labels, people, tones.kind(scan(_LOOKED_AT), (_LOOKED_AT,)))


_LOOKED_AT = BOXES[len(BOXES) // 2]
"""These sheets have no fiducials: the frame of a box tells as well which tones a scan has."""


def _window(scan: Locally, box: Box, rng: np.random.Generator) -> Pixels:
    dx, dy = rng.normal(0.0, PLACE, 2)
    return window(scan(box), Box(box.x + float(dx), box.y + float(dy), box.w, box.h))


SCANS: Mapping[str, Scan] = {
    "office": office,
    "two-level": two_level,
    "phone": phone,
}


def clean(traces: Traces, seed: int, boxes: int, spoil: Spoil) -> Iterator[Seen]:
    """Sheets of so many boxes, grey, which nothing befell but one thing."""
    for number in range(-(-boxes // len(BOXES))):
        rng = stream(Population.JUDGE, seed, 1, number)
        sheet, labels, people = _filled(traces, number, rng)
        grey = np.asarray(cv2.cvtColor(sheet, cv2.COLOR_RGB2GRAY), np.uint8)
        scan = flat(spoil(grey, rng), np.eye(2, 3))
        yield _seen(scan, labels, people, rng)


def together(parts: Sequence[Seen]) -> Seen:
    """Sheets of one kind of scan as one."""
    return Seen(
        np.concatenate([part.windows for part in parts]),
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.people for part in parts]),
        parts[0].kind,
    )
