"""Pages of exams in colour, filled in by made-up hands: what a cleaned view is to look like."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from klausur.base.errors import UsageError
from klausur.base.geometry import Size
from klausur.exam.source import parse
from klausur.paper.fields import MARKED, SPACES, FieldKind
from klausur.paper.layout import PageLayout
from klausur.paper.run import plan
from klausur.read.model import Mark
from klausur.read.restore import DPI
from klausur.rehearse import pen
from klausur.rehearse.hands import CORRECTOR_INKS, Population, hand
from klausur.rehearse.prints import origin, render
from klausur.rehearse.stray import write
from klausur.scan.model import Pixels
from klausur.typeset.booklets import compile_booklets

FINE = 2
"""How many times as fine as `klausur.read.restore.DPI` pages are drawn and spoilt."""

PER_MM = FINE * DPI / 25.4

_MARKED, _WRITTEN, _WORDS = 0.4, 0.8, 60
"""Shares of boxes that are crossed or filled and of spaces that are written in; words that a hand knows."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A page of an exam as it was printed."""

    pdf: Path
    index: int
    layout: PageLayout
    size: Size


def printed(files: Mapping[str, bytes], folder: Path) -> tuple[Printed, ...]:
    """The pages of one booklet of an exam.

    Args:
        files: its source.
        folder: where it is typeset.

    Raises:
        UsageError: it cannot be built.
    """
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    exam = parse(folder).exam
    if exam is None:
        raise UsageError(f"the exam in {folder} cannot be built", "look at it with 'klausur check'")
    pdf = folder / "booklet.pdf"
    layout = compile_booklets(exam, plan(1, (), 1), bytes(32), pdf)
    return tuple(
        Printed(pdf, index, layout.pages[at], layout.size)
        for index, at in enumerate(layout.booklets[0].pages)
    )


def filled(page: Printed, population: Population, rng: np.random.Generator) -> Pixels:
    """A page with crosses, writing and a corrector's marks, RGB, `FINE` times as fine as it is shown."""
    sheet = render(page.pdf, page.index, round(FINE * DPI), colour=True)
    scale = sheet.shape[1] / page.size.w
    candidate, corrector = hand(rng, population), hand(rng, population, CORRECTOR_INKS)
    for field in page.layout.fields:
        corner = origin(sheet, page.size, field.box)
        if field.kind in MARKED and rng.random() < _MARKED:
            who = corrector if field.kind is FieldKind.CREDIT_BOX else candidate
            mark = Mark.CROSSED if rng.random() < 0.8 else Mark.FILLED
            pen.draw(sheet, field.box, scale, corner, mark, who, rng)
        elif field.kind in SPACES and rng.random() < _WRITTEN:
            share = rng.uniform(0.2, 1.0)
            write(sheet, field.box, scale, corner, candidate, rng, share=share, vocabulary=_WORDS)
    return sheet


def shown(sheet: Pixels) -> Pixels:
    """A page or scan, drawn `FINE` times as fine, as it is shown."""
    size = (sheet.shape[1] // FINE, sheet.shape[0] // FINE)
    return np.asarray(cv2.resize(sheet, size, interpolation=cv2.INTER_AREA), np.uint8)


def several(
    pages: tuple[Printed, ...], count: int, population: Population, rng: np.random.Generator
) -> Iterator[Pixels]:
    """So many filled pages: one after the other, and then again by other hands."""
    for number in range(count):
        yield filled(pages[number % len(pages)], population, rng)
