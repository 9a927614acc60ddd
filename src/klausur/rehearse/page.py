"""One printed page of a rehearsal from the PDF to its scanned images: rendered, written on, soiled, scanned.

`process` runs in any process: all it needs is in its `PageTask`.
"""

from dataclasses import dataclass
from pathlib import Path

from klausur.base.geometry import Box, Size
from klausur.read.model import Mark
from klausur.rehearse.candidates import POPULATION, Deed, Essay
from klausur.rehearse.dirt import Dirt, soil
from klausur.rehearse.hands import Hand, stream
from klausur.rehearse.other_fields import Beside, put
from klausur.rehearse.pen import draw, ink
from klausur.rehearse.prints import origin, render, stamped
from klausur.rehearse.ruled_marks import strokes
from klausur.rehearse.scanner import ScanPlan, scan
from klausur.rehearse.stray import VOCABULARY, stray, write
from klausur.scan.model import Pixels


@dataclass(frozen=True, slots=True)
class PageTask:
    """All that is needed to make the images of one page.

    ``index`` is the page's place in the PDF from 0, ``like`` that of the first page that differs from it by
    its stamp alone; ``stream`` names its random numbers; ``scans`` has one
    entry for each image wanted: none for a lost page, two for one that is scanned twice.
    """

    pdf: Path
    index: int
    like: int
    size: Size
    dpi: int
    colour: bool
    stream: tuple[int, ...]
    candidate: Hand
    corrector: Hand
    deeds: tuple[Deed, ...]
    essays: tuple[Essay, ...]
    code: Box | None
    fiducials: tuple[Box, ...]
    dirt: Dirt
    scans: tuple[ScanPlan, ...]
    vocabulary: int = VOCABULARY
    beside: tuple[Beside, ...] = ()


@dataclass(frozen=True, slots=True)
class PageDone:
    """The JPEGs of one page, and for each of its boxes how it was drawn, as (field id, note)."""

    images: tuple[bytes, ...]
    notes: tuple[tuple[str, str], ...]


def process(task: PageTask) -> PageDone:
    """Make the images of one page."""
    sheet, notes = filled(task)
    return PageDone(tuple(scan(sheet, how) for how in task.scans), notes)


def filled(task: PageTask) -> tuple[Pixels, tuple[tuple[str, str], ...]]:
    """The page as it goes to the scanner, and for each of its boxes how it was drawn, as (field id, note)."""
    if task.colour or task.code is None:
        sheet = render(task.pdf, task.index, task.dpi, colour=task.colour)
    else:
        sheet = stamped(task.pdf, task.index, task.like, task.dpi, task.code, task.size)
    seed, *path = task.stream
    rng = stream(POPULATION, seed, *path)
    scale = sheet.shape[1] / task.size.w
    for essay in task.essays:
        write(
            sheet,
            essay.field.box,
            scale,
            origin(sheet, task.size, essay.field.box),
            task.candidate,
            rng,
            share=essay.share,
            vocabulary=task.vocabulary,
        )
    notes = _mark(sheet, task, scale)
    put(sheet, task.size, task.beside, stream(POPULATION, seed, *path, len(task.deeds)))
    soil(sheet, task.dirt, task.size, task.code, rng)
    return sheet, notes


def _mark(sheet: Pixels, task: PageTask, scale: float) -> tuple[tuple[str, str], ...]:
    """All marks and strays of a page. Each box has its own random numbers: none depends on another."""
    boxes = [deed.field.box for deed in task.deeds]
    notes = []
    seed, *path = task.stream
    for number, deed in enumerate(task.deeds):
        rng = stream(POPULATION, seed, *path, number)
        who = task.corrector if deed.corrected else task.candidate
        box = deed.field.box
        note = ""
        others = [other for other in boxes if other != box]
        corner = origin(sheet, task.size, box)
        if deed.style is not None:
            ink(sheet, strokes(deed.style, box, who, rng), scale, corner, who, rng)
            note = deed.style
        elif deed.mark is not Mark.EMPTY:
            note = draw(sheet, box, scale, corner, deed.mark, who, rng, avoid=others)
        elif deed.stray:
            note = stray(sheet, box, scale, corner, who, rng, avoid=others)
        notes.append((deed.field.id, note))
    return tuple(notes)
