"""Shots: images of filled pages with one defect each, and the truth about every page on them.

The order of work only: what a defect is stands in `lab.defects`, how its images are saved in
`lab.file_forms`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from klausur.base.geometry import Box, Size
from klausur.exam.model import Exam
from klausur.paper.code import PageCode
from klausur.paper.fields import MARKED, FieldKind
from klausur.paper.layout import Layout, PageLayout
from klausur.read.model import Mark
from klausur.rehearse import photo, scanner_glass
from klausur.rehearse.booklet import PrintedBooklets, plan_booklet
from klausur.rehearse.candidates import POPULATION, act
from klausur.rehearse.hands import stream
from klausur.rehearse.page import filled
from klausur.rehearse.pose import Pose, Where, paint, where
from klausur.rehearse.scanner import Wear
from klausur.rehearse.strokes import Points
from klausur.rehearse.truth import MarkTruth
from klausur.scan.model import Pixels, Reason
from lab import canvas
from lab.canvas import Paper
from lab.creases import Creases
from lab.defects import Defect, Right

_SHOT = 5
"""Name of the random streams of shots; `klausur.rehearse.run` has 3 and 4."""

_DUST = Wear(dust=15, hairs=0.2)
_DRAWN_DPI = (200, 600)
"""Least and most resolution at which a page is drawn before it is scanned; finer scans are enlarged."""

_PHOTO_DPI = 300

VANISHED = "vanished"
"""The note of a mark that the scanner turned to paper: its image shows an empty box, whatever was drawn."""

_FRAME = 0.45  # mm of a box's edge that may be its printed frame
_INK = 30  # grey levels by which drawn ink is darker than paper
_VISIBLE = 12  # grey levels by which people still see it
_LEFT = 0.3  # part of the ink that must be left

_BOXLESS = 0.25
"""How often covers and pages of empty space are drawn, to those with boxes: less can go wrong there."""


@dataclass(frozen=True, slots=True)
class PageShown:
    """One page on a shot: which it is, where it lies, what is marked on it, and which ends are right."""

    code: PageCode
    where: Where
    code_legible: bool
    right: Right
    marks: tuple[MarkTruth, ...]


@dataclass(frozen=True, slots=True)
class Shot:
    """One image and the truth about it: a page, or two from left to right."""

    defect: str
    pixels: Pixels
    dpi: float
    quality: int
    shown: tuple[PageShown, ...]


@dataclass(frozen=True, slots=True)
class Stack:
    """A print run whose pages are to be shot."""

    printed: PrintedBooklets
    layout: Layout
    exam: Exam


@dataclass(frozen=True, slots=True)
class _Side:
    """A filled page, damaged, and what is known about it."""

    paper: Paper
    code: PageCode
    layout: PageLayout
    marks: tuple[MarkTruth, ...]
    creases: Creases | None


def shoot(
    stack: Stack, defect: Defect, images: int, seed: int, first: int = 0, last: int | None = None
) -> Iterator[Shot]:
    """Shots of pages that are drawn by lot, in the order in which they come out of the scanner.

    Args:
        stack: what was printed.
        defect: what befalls each page.
        images: how many there are.
        seed: all chance comes from it, whatever the other defects; the same seed gives the same images.
        first: the first image to be made, from 0.
        last: the first that is not made any more; all to the end if None.
    """
    chosen = _chosen(stack.layout, defect, images, seed)
    if defect.backwards:
        chosen.reverse()
    for nth in range(first, min(images, images if last is None else last)):
        rng = stream(POPULATION, seed, _SHOT, *defect.name.encode(), nth)
        sides = [_side(stack, defect, code, seed, rng) for code in chosen[nth]]
        yield _photographed(defect, sides[0], rng) if defect.photo else _scanned(defect, sides, rng)


def _chosen(layout: Layout, defect: Defect, images: int, seed: int) -> list[tuple[PageCode, ...]]:
    """Which page or pages each image shows."""
    rng = stream(POPULATION, seed, _SHOT, *defect.name.encode())
    pages = [(b.number, page) for b in layout.booklets for page in range(1, len(b.pages) + 1)]
    if defect.double:  # a page and the one that faces it, or follows it
        pages = [(booklet, page) for booklet, page in pages if (booklet, page + 1) in set(pages)]
    if defect.backwards:
        lot = pages
    else:
        boxed = np.array([_has_boxes(layout, at) for at in pages])
        chance = np.where(boxed, 1.0, _BOXLESS)
        times = -(-images // len(pages))
        drawn = [
            rng.choice(len(pages), len(pages), replace=False, p=chance / chance.sum()) for _ in range(times)
        ]
        lot = [pages[int(n)] for n in np.concatenate(drawn)]
    beside = (0, 1) if defect.double else (0,)
    return [
        tuple(PageCode(layout.exam_number, booklet, page + next_) for next_ in beside)
        for booklet, page in (lot * images)[:images]
    ]


def _has_boxes(layout: Layout, at: tuple[int, int]) -> bool:
    page = layout.page(*at)
    return page is not None and any(field.kind in MARKED for field in page.fields)


def _side(stack: Stack, defect: Defect, code: PageCode, seed: int, rng: np.random.Generator) -> _Side:
    page = stack.layout.at(code)
    assert page is not None  # noqa: S101 - chosen from this layout
    dpi = _PHOTO_DPI if defect.photo else int(np.clip(defect.dpi, *_DRAWN_DPI))
    colour = defect.colour or defect.photo is not None
    front, marks = _drawn(stack, code, seed, dpi, colour=colour)
    behind = replace(code, page=code.page + 1 if code.page % 2 else code.page - 1)

    def back() -> Pixels:
        if stack.layout.at(behind) is None:
            return np.full_like(front, 255)
        return _drawn(stack, behind, seed, dpi, colour=colour)[0]

    boxes = {f.id.rsplit("/", 1)[-1]: f.box for f in page.fields if f.kind is FieldKind.FIDUCIAL}
    at = next(f.box for f in page.fields if f.kind is FieldKind.PAGE_CODE)
    sheet = canvas.paper(front, stack.layout.size, at, boxes, back)
    creases = defect.damage(sheet, rng) if defect.damage else None
    spots = {f.id: f.box for f in page.fields}
    seen = tuple(
        replace(m, mark=Mark.OTHER, note="hidden") if sheet.hides(spots[m.field]) else m for m in marks
    )
    return _Side(sheet, code, page, seen, creases)


def _drawn(
    stack: Stack, code: PageCode, seed: int, dpi: int, *, colour: bool
) -> tuple[Pixels, tuple[MarkTruth, ...]]:
    """A filled page without any scanner, and the truth about its boxes."""
    wear = replace(_DUST, dpi=dpi, colour=colour)
    script = act(stack.exam, stack.layout, code.booklet, seed)
    task = plan_booklet(stack.printed, stack.layout, script, wear, seed).tasks[code.page]
    sheet, notes = filled(task)
    how = dict(notes)
    marks = tuple(
        MarkTruth(code.booklet, code.page, d.field.id, d.field.question or "", d.truth, how[d.field.id])
        for d in task.deeds
    )
    return sheet, marks


def _photographed(defect: Defect, side: _Side, rng: np.random.Generator) -> Shot:
    assert defect.photo is not None  # noqa: S101 - the caller looked
    framed = photo.frame(side.paper.size, defect.photo, rng)
    pixels, quality = photo.take(side.paper.pixels, framed, rng, side.paper.gone)
    dpi = framed.pose.scale() * 25.4
    return Shot(defect.name, pixels, dpi, quality, (_shown(defect, side, framed.pose, pixels),))


def _scanned(defect: Defect, sides: Sequence[_Side], rng: np.random.Generator) -> Shot:
    """All sides next to one another on one glass."""
    size, dpi = sides[0].paper.size, min(defect.dpi, _DRAWN_DPI[1])
    gap = float(rng.uniform(-1.0, 6.0)) if len(sides) > 1 else 0.0
    lies = [_moved(defect.lie(size, rng), side.creases) for side in sides]
    glass_size = Size(len(sides) * (size.w + gap) - gap, size.h)
    shape = scanner_glass.image_shape(glass_size, lies[0], dpi)
    lid = int(rng.choice(scanner_glass.LIDS))
    front = sides[0].paper.pixels
    image = np.full((*shape, *front.shape[2:]), lid, np.uint8)
    poses = [scanner_glass.pose(size, lie, dpi, (n * (size.w + gap), 0.0)) for n, lie in enumerate(lies)]
    for side, pose in zip(sides, poses, strict=True):
        paint(image, side.paper.pixels, pose, side.paper.gone)
    grow = defect.dpi / dpi
    if grow != 1:
        wide = (round(image.shape[1] * grow), round(image.shape[0] * grow))
        image = cv2.resize(image, wide, interpolation=cv2.INTER_CUBIC).astype(np.uint8, copy=False)
        poses = [_grown(pose, grow) for pose in poses]
    if defect.cut:
        image, poses = _cut(image, poses, sides)
    pixels = defect.tones(image, defect.dpi / 25.4, rng)
    shown = tuple(_shown(defect, side, pose, pixels) for side, pose in zip(sides, poses, strict=True))
    if defect.negative:
        pixels = np.asarray(255 - pixels, np.uint8)
    return Shot(defect.name, pixels, defect.dpi, defect.quality, shown)


def _cut(image: Pixels, poses: list[Pose], sides: Sequence[_Side]) -> tuple[Pixels, list[Pose]]:
    """An image cut along the outermost fiducials and codes, and the poses on what is left."""
    print_ = [
        pose.to_pixels(np.array([corner for f in side.layout.fields for corner in f.box.corners]))
        for side, pose in zip(sides, poses, strict=True)
    ]
    corners = np.vstack(print_)
    low = np.clip(np.floor(corners.min(axis=0)), 0, None).astype(int)
    high = np.ceil(corners.max(axis=0)).astype(int) + 1
    return np.ascontiguousarray(image[low[1] : high[1], low[0] : high[0]]), [_shifted(p, low) for p in poses]


def _shifted(pose: Pose, by: npt.NDArray[np.int_]) -> Pose:
    """The pose on an image whose first pixel lay at ``by``."""
    bend = pose.bend
    away = np.array(((1, 0, -by[0]), (0, 1, -by[1]), (0, 0, 1.0)))
    return Pose(pose.size, away @ pose.rough, None if bend is None else lambda points: bend(points) - by)


def _moved(lie: scanner_glass.Lie, creases: Creases | None) -> scanner_glass.Lie:
    return lie if creases is None else replace(lie, moved=creases.moved)


def _grown(pose: Pose, by: float) -> Pose:
    """The pose on an image that was enlarged, with pixel centres at whole numbers before and after."""
    grow = np.array(((by, 0, by / 2 - 0.5), (0, by, by / 2 - 0.5), (0, 0, 1.0)))
    bend = pose.bend
    moved = None if bend is None else lambda points: (bend(points) + 0.5) * by - 0.5
    return Pose(pose.size, grow @ pose.rough, moved)


def _shown(defect: Defect, side: _Side, pose: Pose, pixels: Pixels) -> PageShown:
    """The truth about one page, after all that has befallen it."""
    spots = {field.id: field.box for field in side.layout.fields}
    marks = tuple(_as_seen(mark, side.paper, pose, spots[mark.field], pixels) for mark in side.marks)
    legible, right = side.paper.code_legible and _seen(pose, side.paper.code, pixels), defect.right
    if not legible and right.placed:
        right = Right(right.placed, right.reasons | {Reason.NO_CODE})
    return PageShown(side.code, where(pose), legible, right, marks)


def _as_seen(mark: MarkTruth, paper: Paper, pose: Pose, box: Box, pixels: Pixels) -> MarkTruth:
    """What is left of a mark on the image."""
    if not _seen(pose, box, pixels):
        return replace(mark, mark=Mark.OTHER, note="off the image")
    if mark.mark in {Mark.CROSSED, Mark.FILLED} and not _survives(paper, pose, box, pixels):
        return replace(mark, note=VANISHED)
    return mark


def _survives(paper: Paper, pose: Pose, box: Box, pixels: Pixels) -> bool:
    """Whether enough of the ink in a box can still be seen: some scans turn thin, pale strokes to paper."""
    inner, outer = _samples(box.grown(-_FRAME)), _samples(box.grown(box.w / 2))
    drawn = _levels(paper.pixels, inner * paper.scale - 0.5)
    ink = drawn < np.percentile(_levels(paper.pixels, outer * paper.scale - 0.5), 80) - _INK
    if not ink.any():
        return True
    light = np.percentile(_levels(pixels, pose.to_pixels(outer)), 80)
    left = _levels(pixels, pose.to_pixels(inner[ink])) < light - _VISIBLE
    return bool(left.mean() >= _LEFT)


def _samples(box: Box) -> Points:
    """(2500, 2) places all over a box, in mm."""
    t = (np.arange(50) + 0.5) / 50
    return np.stack(np.meshgrid(box.x + box.w * t, box.y + box.h * t), axis=-1).reshape(-1, 2)


def _levels(pixels: Pixels, places: Points) -> npt.NDArray[np.float64]:
    """The darkest colour's level at the pixels nearest to (n, 2) places."""
    most = np.array(pixels.shape[1::-1]) - 1
    x, y = np.clip(np.round(places), 0, most).astype(int).T
    found = pixels[y, x]
    return np.asarray(found if found.ndim == 1 else found.min(axis=1), np.float64)


def _seen(pose: Pose, box: Box, pixels: Pixels) -> bool:
    """Whether all of a box is on the image."""
    corners = pose.to_pixels(np.array(box.corners))
    return bool((corners >= 0).all() and (corners <= (pixels.shape[1] - 1, pixels.shape[0] - 1)).all())
