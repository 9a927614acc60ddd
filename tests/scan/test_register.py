"""Pages that moved under their marks, curled, or are not what their code says."""

import cv2
import numpy as np
import pytest
from tests.scan import boxed
from tests.scan.conftest import FINE, SIZE, Look, Printer, as_jpeg

from klausur.base.geometry import Box
from klausur.rehearse import photo
from klausur.rehearse.photo import Framed
from klausur.scan import drift, transform
from klausur.scan.model import Matrix, PageImage, Pixels, Placed, Reason, Unplaced
from klausur.scan.place import place
from klausur.scan.register import Registered

DPI = 200.0
CENTRES = np.array([box.centre for box in boxed.boxes(1)])


def scanned(
    printer: Printer, sheet: Pixels, *, at: float, by: tuple[float, float]
) -> tuple[PageImage, Matrix]:
    pixels, truth = printer.scanned(sheet, Look(dpi=DPI))
    return as_jpeg(boxed.pulled(pixels, DPI, at, by)), truth


def placed(printer: Printer, image: PageImage) -> Placed:
    (outcome,) = place(image, boxed.LAYOUT, printer.key)
    assert isinstance(outcome, Placed), outcome
    return outcome


def off(page: Placed, truth: Matrix, shifts: np.ndarray) -> np.ndarray:
    """How far from its place each box is put, in mm."""
    away = drift.to_image(page.to_pixels, page.drift, CENTRES) - transform.apply(truth, CENTRES + shifts)
    return np.asarray(np.linalg.norm(away, axis=1)) / (DPI / 25.4)


def test_a_page_that_lies_as_it_should_has_no_drift(printer: Printer) -> None:
    image, truth = scanned(printer, boxed.printed(printer, 1, 1), at=150, by=(0, 0))
    page = placed(printer, image)
    assert page.drift is None
    assert page.quality.local < 0.03
    assert off(page, truth, np.zeros((12, 2))).max() < 0.03


@pytest.mark.parametrize("by", [(0.0, 1.0), (-0.8, 0.0)])
def test_boxes_below_a_jerk_of_the_feeder_are_followed(printer: Printer, by: tuple[float, float]) -> None:
    # The paper comes back before its end, so that no fiducial knows of it.
    pixels, truth = printer.scanned(boxed.printed(printer, 1, 1), Look(dpi=DPI))
    jerked = boxed.pulled(boxed.pulled(pixels, DPI, 112, by), DPI, 240, (-by[0], -by[1]))
    page = placed(printer, as_jpeg(jerked))
    assert page.drift is not None
    part = 1 / (1 + np.exp(-(CENTRES[:, 1] - 112) / 2.0))
    assert off(page, truth, part[:, None] * by).max() < 0.2
    assert page.quality.local < 0.15


def test_a_scribbled_box_follows_its_neighbours(printer: Printer) -> None:
    sheet = boxed.printed(printer, 1, 1)
    for n in (1, 9):
        blot = boxed.boxes(1)[n].grown(0.7)
        low, high = ([round(side * FINE) for side in point] for point in (blot.corners[0], blot.corners[2]))
        cv2.rectangle(sheet, low, high, (30,), -1)
    pixels, truth = printer.scanned(sheet, Look(dpi=DPI))
    jerked = boxed.pulled(boxed.pulled(pixels, DPI, 112, (0.0, 1.0)), DPI, 240, (0.0, -1.0))
    page = placed(printer, as_jpeg(jerked))
    part = 1 / (1 + np.exp(-(CENTRES[:, 1] - 112) / 2.0))
    assert off(page, truth, part[:, None] * (0.0, 1.0)).max() < 0.2


def curled(printer: Printer, sheet: Pixels) -> tuple[PageImage, np.ndarray]:
    """A page whose middle bulges, photographed from the side; and where its boxes then lie, in px."""
    pixels, truth = printer.scanned(sheet, Look(dpi=DPI, room=20, tilt=0.15))
    height, width = pixels.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    bulge = 2.5 * DPI / 25.4
    back = y + bulge * np.sin(np.pi * y / height).astype(np.float32)
    seen = cv2.remap(pixels, x, back, cv2.INTER_LINEAR, borderValue=(120,))
    light = np.linspace(0.55, 1.0, width)[None]
    there = transform.apply(truth, CENTRES)
    for _ in range(20):  # invert y + bulge(y)
        there[:, 1] += (
            transform.apply(truth, CENTRES)[:, 1] - there[:, 1] - bulge * np.sin(np.pi * there[:, 1] / height)
        )
    return as_jpeg(np.clip(seen * light, 0, 255).astype(np.uint8)), there


def test_a_curled_page_is_followed_by_its_boxes(printer: Printer) -> None:
    image, there = curled(printer, boxed.printed(printer, 3, 1))
    page = placed(printer, image)
    assert page.code == boxed.code(3, 1)
    assert page.drift is not None
    away = drift.to_image(page.to_pixels, page.drift, CENTRES) - there
    assert np.linalg.norm(away, axis=1).max() / (DPI / 25.4) < 0.15
    flat = drift.to_image(page.to_pixels, None, CENTRES) - there
    assert np.linalg.norm(flat, axis=1).max() / (DPI / 25.4) > 1.0, "the plain transform would not do"


ALL_OVER = np.stack(np.meshgrid(np.linspace(8, 202, 8), np.linspace(8, 289, 11)), -1).reshape(-1, 2)
HARD = photo.Take(tilt=28.0, bend=0.3, dark=0.3, defocus=1.2, roll=8.0)


def photographed(printer: Printer, chance: int, *, covered: int | None = None) -> tuple[PageImage, Framed]:
    """A photograph of a page, far tilted and strongly bent; perhaps with a covered corner."""
    fine = boxed.printed(printer, 1, 1)
    if covered is not None:
        x, y = ((0, 0), (195, 0), (195, 282), (0, 282))[covered]
        cv2.rectangle(fine, (x * FINE, y * FINE), ((x + 15) * FINE, (y + 15) * FINE), (90,), -1)
    half = cv2.resize(fine, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    rng = np.random.default_rng(chance)
    framed = photo.frame(SIZE, HARD, rng)
    pixels, _ = photo.take(np.asarray(cv2.cvtColor(half, cv2.COLOR_GRAY2RGB), np.uint8), framed, rng)
    return as_jpeg(pixels, 90), framed


def farthest(page: Placed, framed: Framed, points: np.ndarray) -> float:
    """How far from its place on a photograph any of (n, 2) points is put, in mm."""
    away = drift.to_image(page.to_pixels, page.drift, points) - framed.pose.to_pixels(points)
    return float(np.linalg.norm(away, axis=1).max() / framed.pose.scale())


@pytest.mark.parametrize("chance", [0, 1, 4])
def test_a_strongly_bent_photograph_is_placed_also_far_from_its_boxes(printer: Printer, chance: int) -> None:
    # By fiducials and boxes alone, corners of these pages are put 4 and 5 mm off, or no box is found.
    image, framed = photographed(printer, chance)
    page = placed(printer, image)
    assert farthest(page, framed, CENTRES) < 0.1
    assert farthest(page, framed, ALL_OVER) < 1.5


@pytest.mark.long
@pytest.mark.parametrize("covered", [0, 1, 2, 3])
def test_a_bent_photograph_with_a_covered_corner_is_placed_or_refused_but_not_guessed(
    printer: Printer, covered: int
) -> None:
    seen = 0
    for chance in range(3):
        image, framed = photographed(printer, chance, covered=covered)
        (page,) = place(image, boxed.LAYOUT, printer.key)
        if isinstance(page, Placed):
            seen += 1
            assert page.quality.fiducials == 3
            assert farthest(page, framed, CENTRES) < 0.1
            assert farthest(page, framed, ALL_OVER) < 3.0
        else:
            assert "three fiducials do not tell" in page.detail
    assert seen


def test_boxes_that_are_not_there_refuse_the_place(printer: Printer) -> None:
    image, _ = scanned(printer, boxed.printed(printer, 1, 1, like=3), at=150, by=(0, 0))
    (outcome,) = place(image, boxed.LAYOUT, printer.key)
    assert isinstance(outcome, Unplaced)
    assert outcome.reason is Reason.FIDUCIALS
    assert outcome.code == boxed.code(1, 1)
    assert "12 of 12" in outcome.detail


def test_a_column_is_not_taken_for_the_next_box(printer: Printer) -> None:
    # All boxes are one place further down than their page has them: each is where another one belongs.
    sheet = printer.sheet(printer.genuine(1, 1), text=False)
    for box in boxed.boxes(1):
        moved = Box(box.x, box.y + boxed.PITCH, 4.0, 4.0).grown(-0.125)
        low, high = ((round(x * FINE), round(y * FINE)) for x, y in (moved.corners[0], moved.corners[2]))
        cv2.rectangle(sheet, low, high, (0,), round(0.25 * FINE))
    image, truth = scanned(printer, sheet, at=150, by=(0, 0))
    (outcome,) = place(image, boxed.LAYOUT, printer.key)
    if isinstance(outcome, Placed):
        assert off(outcome, truth, np.zeros((12, 2))).max() < 0.1, "its fiducials say where it lies"


FIT, CURLED = (transform.Fit(np.eye(3), (0, 1, 2, 3), residual) for residual in (0.05, 0.12))
TWO, TWO_FLAT = (transform.Fit(np.eye(3), (0, 1), residual) for residual in (0.05, 0.03))
BENT = drift.through(np.array(((0.0, 0.0), (100.0, 0.0), (0.0, 100.0), (90.0, 80.0))), np.full((4, 2), 0.3))


@pytest.mark.parametrize(
    ("fit", "bent", "found", "absent", "sought", "believed"),
    [
        (CURLED, True, 0, 0, 8, False),  # none of them can be seen: nothing tells how the page is curled
        (CURLED, True, 1, 0, 8, True),
        (CURLED, True, 0, 0, 2, True),
        (FIT, True, 0, 0, 8, True),
        (FIT, True, 6, 2, 8, True),
        (FIT, True, 6, 4, 10, False),
        (FIT, False, 6, 4, 10, True),
        (TWO, True, 12, 0, 12, False),  # what lies far from the boxes is not known
        (TWO_FLAT, False, 12, 0, 12, True),
    ],
)
def test_what_frames_must_be_seen_for_a_page_to_be_believed(
    *, fit: transform.Fit, bent: bool, found: int, absent: int, sought: int, believed: bool
) -> None:
    lies = Registered(fit, BENT if bent else None, 0.01, found, absent, sought)
    assert (lies.doubt is None) == believed


def test_of_two_ways_to_lie_the_frames_choose() -> None:
    near, far = (Registered(FIT, BENT, local, 13, 0, 13) for local in (0.002, 0.079))
    more = Registered(FIT, None, 0.09, 14, 0, 14)
    assert max((far, near), key=lambda one: one.borne_out) is near
    assert max((near, more), key=lambda one: one.borne_out) is more
    two = Registered(transform.Fit(np.eye(3), (0, 2), 0.02), None, 0.0, 13, 0, 13)
    doubtful = Registered(TWO, BENT, 0.0, 20, 0, 20)
    assert max((doubtful, near), key=lambda one: one.borne_out) is near
    assert max((two, near), key=lambda one: one.borne_out) is near, "it stands on four fiducials"
    assert far.borne_out == Registered(FIT, None, 0.08, 13, 0, 13).borne_out, "no more than noise"


def test_nothing_is_borne_out_better_than_each_frame_right_where_it_is_put() -> None:
    every = Registered(FIT, None, 0.02, 13, 0, 13)
    assert every.best_possible
    others = [
        Registered(FIT, None, 0.02, 12, 0, 13),  # one is hidden
        Registered(FIT, None, 0.03, 13, 0, 13),  # not quite where they are put
        Registered(FIT, BENT, 0.02, 13, 0, 13),  # followed, so that fewer frames were asked
        Registered(transform.Fit(np.eye(3), (0, 2), 0.02), None, 0.02, 13, 0, 13),
    ]
    for other in others:
        assert not other.best_possible
        assert other.borne_out <= every.borne_out
