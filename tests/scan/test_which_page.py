"""Pages without codes are found by their print, whichever way up; what is another paper's is none."""

import cv2
import numpy as np
import pytest
from tests.convert.own_pdfs import FULL, ROOMY, pdf

from klausur.rehearse.level import Level
from klausur.rehearse.scanner import WEAR, matrix, plan, scan
from klausur.scan import drift, paper_pages, transform
from klausur.scan.model import Pixels
from klausur.scan.paper_pages import PaperPage
from klausur.scan.which_page import SURE, find

PER_MM = 300 / 25.4

OTHER = """
#set page(paper: "a4", margin: 25mm)
#align(center)[*Thermodynamics, a list of formulas*]
#for n in range(9) [
  #(n + 1). The work of an ideal gas between two states, number #n, is told by its pressure and volume.

]
"""

ALIKE = """
#set page(paper: "a4", margin: 30mm, footer: context align(center)[page #counter(page).display()])
*Problem 1* Optics, first part: explain the picture.
#pagebreak()
Continue here.
#pagebreak()
Continue here.
"""


@pytest.fixture(scope="module")
def pages() -> tuple[PaperPage, ...]:
    return paper_pages.paper(pdf(ROOMY))


def sheet(page: PaperPage) -> Pixels:
    """A page as it goes to the scanner: in grey, 300 dpi."""
    shape = round(page.size.w * PER_MM), round(page.size.h * PER_MM)
    return np.asarray(cv2.resize(page.grey, shape, interpolation=cv2.INTER_CUBIC), np.uint8)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("upside_down", [False, True])
def test_a_scanned_page_is_found_to_a_tenth_of_a_millimetre(
    pages: tuple[PaperPage, ...], seed: int, *, upside_down: bool
) -> None:
    page = pages[seed]
    how = plan(WEAR[Level.HARD], np.random.default_rng(seed), upside_down=upside_down)
    image = cv2.imdecode(np.frombuffer(scan(sheet(page), how), np.uint8), cv2.IMREAD_GRAYSCALE)
    found = find(np.asarray(image, np.uint8), pages)
    assert found.best is not None
    assert (found.best.page, found.alike) == (page.number, ())
    assert found.best.seen >= SURE
    assert abs((found.best.turned + 90) % 180 - 90) < 6
    assert (90 < found.best.turned < 270) is upside_down
    true = np.vstack((matrix(how, sheet(page).shape), (0, 0, 1))) @ np.array(
        ((PER_MM, 0, -0.5), (0, PER_MM, -0.5), (0, 0, 1))
    )
    points = np.array([(x, y) for x in (30, 105, 180) for y in (30, 100, 150, 200)], np.float64)
    lies = found.best.lies
    off = drift.to_image(lies.to_pixels, lies.drift, points) - transform.apply(true, points)
    assert np.hypot(*off.T).max() / PER_MM < 0.1


def test_a_photographed_page_is_found(pages: tuple[PaperPage, ...]) -> None:
    flat = cv2.copyMakeBorder(sheet(pages[0]), 300, 300, 300, 300, cv2.BORDER_CONSTANT, value=(70,))
    height, width = flat.shape
    corners = np.array(((0, 0), (width, 0), (width, height), (0, height)), np.float32)
    seen = np.array(((180, 90), (width - 60, 0), (width, height - 80), (0, height)), np.float32)
    view = cv2.getPerspectiveTransform(corners, seen)
    photo = cv2.rotate(cv2.warpPerspective(flat, view, (width, height)), cv2.ROTATE_90_CLOCKWISE)
    found = find(np.asarray(photo, np.uint8), pages)
    assert found.best is not None
    assert found.best.page == 1
    assert found.best.turned == pytest.approx(270, abs=8)


def test_sheets_of_other_papers_blank_ones_and_other_states_of_a_page_are_no_page(
    pages: tuple[PaperPage, ...],
) -> None:
    (other,) = paper_pages.paper(pdf(OTHER))
    assert find(sheet(other), pages).best is None
    blank = find(np.full((1000, 700), 240, np.uint8), pages)
    assert (blank.best, blank.blank) == (None, True)
    scribbles = np.full((3508, 2480), 235, np.uint8)
    rng = np.random.default_rng(1)
    for _ in range(300):
        cv2.polylines(scribbles, [rng.integers(0, 2400, (6, 1, 2)).astype(np.int32)], False, (40,), 4)  # noqa: FBT003
    assert find(scribbles, pages).best is None


def test_pages_that_nothing_tells_apart_are_said_to_be_alike() -> None:
    alike = paper_pages.paper(pdf(ALIKE.replace("page #counter", "#counter")))
    found = find(sheet(alike[0]), alike)
    assert found.best is not None
    assert (found.best.page, found.alike) == (1, ())
    same = paper_pages.paper(
        pdf(ALIKE.replace("page #counter(page).display()", "Optics, endterm, all pages"))
    )
    again = find(sheet(same[2]), same)
    assert again.best is not None
    assert {again.best.page, *again.alike} == {2, 3}


def test_a_page_with_print_in_its_corners_is_found_under_other_pages_print() -> None:
    full = paper_pages.paper(pdf(FULL))
    found = find(sheet(full[1]), full)
    assert found.best is not None
    assert (found.best.page, found.best.lies.agreeing) == (2, found.best.lies.patches)
