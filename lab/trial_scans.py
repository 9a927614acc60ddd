"""Trial sheets marked by made-up hands and scanned in software, with the faults that a trial is to find."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from klausur.paper.fields import FieldKind, Mark
from klausur.paper.trial import DIGITS, ROW_OF, TrialSheet, row_and_hand
from klausur.read.cells import split
from klausur.rehearse import numerals, pen, scanner_glass, scanner_tones
from klausur.rehearse.hands import Hand, Ink, Population, hand, stream
from klausur.rehearse.pose import paint
from klausur.rehearse.prints import origin, render
from klausur.rehearse.scanner_glass import Lie
from klausur.scan.model import Pixels
from lab.file_forms import Form, Picture, save

_INKS = {"pencil": (Ink.PENCIL,), "corrector": (Ink.RED, Ink.GREEN)}
_USUAL = (Ink.BLUE, Ink.BLACK)
_STRAIGHT = Lie()


@dataclass(frozen=True, slots=True)
class TrialScan:
    """How a trial sheet is printed, marked and scanned.

    Attributes:
        dpi: resolution, which the file says truly.
        lie: how the sheet lies; its scale is the printer's.
        tones: what the scanner makes of the light.
        rim: mm at each edge that the printer leaves white, by edge.
        cropped: mm at each edge that the scanner cuts off.
        streaks: dark or light lines down the whole image: mm from its left edge, mm wide, grey level.
        rows: the same from left to right: mm from its upper edge.
        turned: quarter turns of the image.
        hands: how many people marked the sheet.
        wrong: fields that are marked otherwise than their rows say, and how.
        colour: whether it is in colour.
        form: of the file.
    """

    dpi: float = 300.0
    lie: Lie = _STRAIGHT
    tones: Callable[[Pixels, float, np.random.Generator], Pixels] = scanner_tones.usual
    rim: tuple[tuple[str, float], ...] = ()
    cropped: tuple[tuple[str, float], ...] = ()
    streaks: tuple[tuple[float, float, int], ...] = ()
    rows: tuple[tuple[float, float, int], ...] = ()
    turned: int = 0
    hands: int = 2
    wrong: tuple[tuple[str, Mark], ...] = ()
    colour: bool = False
    form: Form = Form.PDF_JPEG


def scanned(pdf: Path, sheet: TrialSheet, how: TrialScan, seed: int, side: int = 0) -> Pixels:
    """The image of a side (from 0) of a printed trial sheet."""
    rng = stream(Population.JUDGE, seed, side)
    size = sheet.layout.size
    paper = render(pdf, side, round(how.dpi), colour=how.colour)
    for edge, mm in how.rim:
        _whiten(paper, edge, mm * how.dpi / 25.4)
    _mark(paper, sheet, how, seed)
    shape = scanner_glass.image_shape(size, how.lie, how.dpi)
    image = np.full((*shape, *paper.shape[2:]), 255, np.uint8)
    paint(image, paper, scanner_glass.pose(size, how.lie, how.dpi))
    image = how.tones(image, how.dpi / 25.4, rng)
    for lines, turn in ((how.streaks, False), (how.rows, True)):
        for at, wide, tone in lines:
            part = image.swapaxes(0, 1) if turn else image
            begin = round(at * how.dpi / 25.4)
            part[:, begin : begin + max(1, round(wide * how.dpi / 25.4))] = tone
    return np.ascontiguousarray(np.rot90(_crop(image, how), how.turned))


def saved(images: list[Pixels], how: TrialScan, stem: Path) -> Path:
    """The images in one file."""
    (path,) = save([Picture(image, how.dpi, 80) for image in images], how.form, stem)
    return path


def _crop(image: Pixels, how: TrialScan) -> Pixels:
    cut = {edge: round(mm * how.dpi / 25.4) for edge, mm in how.cropped}
    height, width = image.shape[:2]
    return image[
        cut.get("top", 0) : height - cut.get("bottom", 0), cut.get("left", 0) : width - cut.get("right", 0)
    ]


def _whiten(paper: Pixels, edge: str, by: float) -> None:
    """Leave a rim of a page white."""
    turned = paper.swapaxes(0, 1) if edge in {"left", "right"} else paper
    rim = turned[: round(by)] if edge in {"left", "top"} else turned[len(turned) - round(by) :]
    rim[:] = 255


def _mark(paper: Pixels, sheet: TrialSheet, how: TrialScan, seed: int) -> None:
    side, *_ = sheet.layout.pages
    boxes = [field.box for field in side.fields if field.kind is FieldKind.CHOICE_BOX]
    wrong = dict(how.wrong)
    for number, field in enumerate(side.fields):
        if field.kind not in {FieldKind.CHOICE_BOX, FieldKind.DIGIT_ROW}:
            continue
        name, person = row_and_hand(field.id)
        if person > how.hands:
            continue
        rng = stream(Population.JUDGE, seed, person, number)
        who = _hand(seed, person, name)
        corner, scale = origin(paper, sheet.layout.size, field.box), paper.shape[1] / sheet.layout.size.w
        if field.kind is FieldKind.DIGIT_ROW:
            strokes = numerals.row(DIGITS, split(field.box, len(DIGITS)), who, rng)
            pen.ink(paper, strokes, scale, corner, who, rng)
            continue
        mark = wrong.get(field.id, ROW_OF[name].meant)
        others = [box for box in boxes if box != field.box]
        pen.draw(paper, field.box, scale, corner, mark, who, rng, avoid=others)


def _hand(seed: int, person: int, row: str) -> Hand:
    kind = list(_INKS).index(row) + 1 if row in _INKS else 0
    return hand(stream(Population.JUDGE, seed, person, 1000 + kind), Population.JUDGE, _INKS.get(row, _USUAL))
