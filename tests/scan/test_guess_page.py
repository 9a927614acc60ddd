"""What an image without a legible code resembles, and what is left of its code."""

from dataclasses import replace

import pytest
from tests.scan import boxed
from tests.scan.conftest import CODE_BOX, Look, Printer

from klausur.base.geometry import Box
from klausur.paper.layout import BookletLayout, PageLayout
from klausur.scan.model import PageImage, Placed, Reason, Unplaced
from klausur.scan.place import place, place_as

WHOLE = CODE_BOX.grown(1.5)
RIGHT_HALF = Box(22.0, 3.0, 6.5, 13.0)


def refused(
    printer: Printer, page: int, look: Look, *, like: int | None = None
) -> tuple[Unplaced, PageImage]:
    image, _ = printer.page_image(boxed.printed(printer, 5, page, like=like), look)
    (outcome,) = place(image, boxed.LAYOUT, printer.key)
    assert isinstance(outcome, Unplaced), outcome
    assert outcome.reason is Reason.NO_CODE
    return outcome, image


@pytest.mark.parametrize("page", [1, 2, 3])
def test_a_covered_code_leaves_the_page_that_it_resembles(printer: Printer, page: int) -> None:
    outcome, image = refused(printer, page, Look(dpi=150, cover=(WHOLE,), turn=1.0))
    assert outcome.resembles == page
    assert outcome.code is None
    assert isinstance(place_as(image, boxed.LAYOUT, boxed.code(5, page)), Placed)


def test_variants_whose_boxes_lie_alike_resemble_the_same_page(printer: Printer) -> None:
    """As pages do on which only choices have changed places: their boxes have other ids."""
    two = boxed.LAYOUT.pages[1]
    other = PageLayout(2, tuple(replace(field, id=f"other/{field.id}") for field in two.fields))
    pages = (*boxed.LAYOUT.pages, other)
    last = BookletLayout(99, (0, len(pages) - 1), variant=2)
    layout = replace(boxed.LAYOUT, pages=pages, booklets=(*boxed.LAYOUT.booklets, last))
    image, _ = printer.page_image(boxed.printed(printer, 5, 2), Look(dpi=150, cover=(WHOLE,)))
    (outcome,) = place(image, layout, printer.key)
    assert isinstance(outcome, Unplaced)
    assert outcome.resembles == 2


def test_pages_that_are_alike_are_not_told_apart(printer: Printer) -> None:
    outcome, _ = refused(printer, 4, Look(dpi=150, cover=(WHOLE,)))
    assert outcome.resembles is None


@pytest.mark.parametrize("page", [2, 5])
def test_half_a_code_says_which_it_was(printer: Printer, page: int) -> None:
    outcome, _ = refused(printer, page, Look(dpi=200, cover=(RIGHT_HALF,)))
    assert outcome.code == boxed.code(5, page)
    assert outcome.resembles == page


def test_boxes_of_no_page_resemble_nothing(printer: Printer) -> None:
    image, _ = printer.page_image(printer.printed(), Look(dpi=150, cover=(WHOLE,)))
    (outcome,) = place(image, boxed.LAYOUT, printer.key)
    assert isinstance(outcome, Unplaced)
    assert (outcome.reason, outcome.code, outcome.resembles) == (Reason.NO_CODE, None, None)


@pytest.mark.parametrize("turn", [4.0, 184.0])
def test_a_page_askew_whose_code_is_cut_off_is_proposed(printer: Printer, turn: float) -> None:
    outcome, image = refused(printer, 2, Look(dpi=200, turn=turn))
    assert outcome.resembles == 2
    assert outcome.code == boxed.code(5, 2)
    assert "askew" in outcome.detail
    assert isinstance(place_as(image, boxed.LAYOUT, boxed.code(5, 2)), Placed)
