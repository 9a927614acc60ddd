"""Two pages on one image."""

from functools import cache

import numpy as np
import pytest
from tests.scan import boxed
from tests.scan.conftest import CODE_BOX, Look, Printer, as_jpeg

from klausur.base.geometry import Box
from klausur.scan.model import Pixels, Placed, Reason, Unplaced
from klausur.scan.place import place, place_as

FIDUCIALS = tuple(Box(x, y, 7, 7).grown(1.5) for x, y in ((6, 6), (197, 6), (197, 284), (6, 284)))
HIDDEN = (*FIDUCIALS, CODE_BOX.grown(1.5))
_printed = cache(boxed.printed)


def side(printer: Printer, page: int, *, cover: tuple[Box, ...] = (), turn: float = 0.0) -> Pixels:
    return printer.scanned(_printed(printer, 2, page), Look(dpi=150, cover=cover, turn=turn, room=3))[0]


def pages(printer: Printer, pixels: Pixels) -> list[int | Reason]:
    """The page numbers on an image, or why there is none."""
    found = place(as_jpeg(pixels), boxed.LAYOUT, printer.key)
    return [one.code.page if isinstance(one, Placed) else one.reason for one in found]


@pytest.mark.parametrize("turned", [0, 1, 2])
def test_an_open_booklet_shows_two_pages(printer: Printer, turned: int) -> None:
    spread = np.rot90(np.hstack([side(printer, 2), side(printer, 3, turn=1.5)]), turned)
    assert pages(printer, spread) == ([2, 3] if turned == 0 else [3, 2])


def test_each_may_lie_its_own_way(printer: Printer) -> None:
    assert pages(printer, np.hstack([np.rot90(side(printer, 1), 2), side(printer, 3)])) == [1, 3]
    assert pages(printer, np.vstack([np.rot90(side(printer, 1)), np.rot90(side(printer, 3), 3)])) == [1, 3]


def test_two_fiducials_of_one_page_suffice_there_too(printer: Printer) -> None:
    assert pages(printer, np.hstack([side(printer, 1, cover=FIDUCIALS[1:3]), side(printer, 2)])) == [1, 2]


@pytest.mark.parametrize(
    ("cover", "reason"),
    [(FIDUCIALS, Reason.FIDUCIALS), (HIDDEN, Reason.NO_CODE), (HIDDEN[4:], Reason.NO_CODE)],
)
def test_a_page_beside_a_placed_one_is_not_lost(
    printer: Printer, cover: tuple[Box, ...], reason: Reason
) -> None:
    assert pages(printer, np.hstack([side(printer, 1), side(printer, 2, cover=cover)])) == [1, reason]
    assert pages(printer, np.hstack([side(printer, 2, cover=cover), side(printer, 1)])) == [reason, 1]


def test_bare_glass_is_no_page(printer: Printer) -> None:
    page = side(printer, 2)
    assert pages(printer, np.hstack([page, np.full_like(page, 235)])) == [2]


def test_a_person_names_one_of_the_pages(printer: Printer) -> None:
    image = as_jpeg(np.hstack([side(printer, 1), side(printer, 2, cover=HIDDEN[4:])]))
    for part in (0, 1):
        found = place_as(image, boxed.LAYOUT, boxed.code(2, part + 1), part)
        assert isinstance(found, Placed)
        assert (found.to_pixels @ (105, 150, 1))[0] > part * 1275
    beyond = place_as(image, boxed.LAYOUT, boxed.code(2, 2), 2)
    assert isinstance(beyond, Unplaced)
    assert beyond.reason is Reason.FIDUCIALS
