"""A page without fiducials and code, of which a person says which it is: by its frames, whichever way up."""

from dataclasses import replace

import numpy as np
import pytest
from tests.scan import boxed
from tests.scan.conftest import Look, Printer, as_jpeg
from tests.scan.test_place import CODE, FIDUCIALS

from klausur.paper.fields import FieldKind
from klausur.paper.layout import Layout
from klausur.read.made_for import why_not
from klausur.scan import transform
from klausur.scan.model import Matrix, PageImage, Placed, Reason, Unplaced
from klausur.scan.place import place, place_as

CENTRES = np.array([box.centre for box in boxed.boxes(1)])


def bare(printer: Printer, page: int, quarters: int = 0, askew: float = 0) -> tuple[PageImage, Matrix]:
    """A page of which white paper hides fiducials and code, turned clockwise; and where it truly lies."""
    how = Look(dpi=200, cover=(CODE.grown(1), *FIDUCIALS), turn=askew, room=2)
    pixels, truth = printer.scanned(boxed.printed(printer, 1, page), how)
    for _ in range(quarters):
        truth = np.array(((0, -1, pixels.shape[0] - 1), (1, 0, 0), (0, 0, 1.0))) @ truth
        pixels = np.ascontiguousarray(np.rot90(pixels, -1))
    return as_jpeg(pixels), truth


@pytest.mark.parametrize(("quarters", "askew"), [(0, 0), (1, 0), (2, 0), (3, 0), (0, 1.6), (2, -2.2)])
def test_a_page_is_found_by_its_frames_whichever_way_up_it_was_scanned(
    printer: Printer, quarters: int, askew: float
) -> None:
    image, truth = bare(printer, 1, quarters, askew)
    (alone,) = place(image, boxed.LAYOUT, printer.key)
    assert isinstance(alone, Unplaced), "by itself it is placed nowhere"
    page = place_as(image, boxed.LAYOUT, boxed.code(1, 1))
    assert isinstance(page, Placed), page
    away = transform.apply(page.to_pixels, CENTRES) - transform.apply(truth, CENTRES)
    assert np.linalg.norm(away, axis=1).max() / (200 / 25.4) < 0.1
    assert page.quality.fiducials == 0
    assert "printed frames alone" in why_not(page.quality), "so a person decides all that is read on it"


def test_a_page_is_not_found_by_frames_that_it_does_not_have(printer: Printer) -> None:
    image, _ = bare(printer, 1)
    first = boxed.LAYOUT.pages[0]
    fields = tuple(
        replace(f, box=replace(f.box, y=f.box.y + 3.1 * n)) if f.kind is FieldKind.CHOICE_BOX else f
        for n, f in enumerate(first.fields)
    )
    other = replace(boxed.LAYOUT, pages=(replace(first, fields=fields), *boxed.LAYOUT.pages[1:]))
    outcome = place_as(image, other, boxed.code(1, 1))
    assert isinstance(outcome, Unplaced)
    assert outcome.reason is Reason.FIDUCIALS


def test_a_page_with_few_frames_stays_with_a_person(printer: Printer) -> None:
    image, _ = bare(printer, 4)
    outcome = place_as(image, boxed.LAYOUT, boxed.code(1, 4))
    assert isinstance(outcome, Unplaced)


FEW = 5
"""Boxes that are left of a page: too few to tell which way up it is."""


def with_few(layout: Layout) -> Layout:
    """The layout, whose first page has few boxes."""
    first = layout.pages[0]
    boxes = [f for f in first.fields if f.kind is FieldKind.CHOICE_BOX][:FEW]
    others = [f for f in first.fields if f.kind is not FieldKind.CHOICE_BOX]
    return replace(layout, pages=(replace(first, fields=(*boxes, *others)), *layout.pages[1:]))


@pytest.mark.parametrize("quarters", [1, 2])
def test_a_page_with_few_frames_is_found_where_a_person_says_which_way_up_it_is(
    printer: Printer, quarters: int
) -> None:
    image, truth = bare(printer, 1, quarters, 0.7)
    few, code = with_few(boxed.LAYOUT), boxed.code(1, 1)
    assert isinstance(place_as(image, few, code), Unplaced)
    page = place_as(image, few, code, turned=-90 * quarters % 360)
    assert isinstance(page, Placed), page
    seen = CENTRES[:FEW]
    away = transform.apply(page.to_pixels, seen) - transform.apply(truth, seen)
    assert np.linalg.norm(away, axis=1).max() / (200 / 25.4) < 0.1
    assert "printed frames alone" in why_not(page.quality)


def test_a_page_is_not_found_the_other_way_up_than_it_is(printer: Printer) -> None:
    image, _ = bare(printer, 1)
    assert isinstance(place_as(image, boxed.LAYOUT, boxed.code(1, 1), turned=180), Unplaced)
