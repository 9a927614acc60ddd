"""Which page an image probably is, by those beside it in the file."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from klausur.paper.code import PageCode
from klausur.scan.model import Reason, Unplaced
from klausur.state.answers import pages_found
from klausur.state.facts import Spot, StoredImage
from klausur.state.proposals import Ground, Proposer, beside

FILE = "cd" * 32


def among(known: Sequence[StoredImage], booklets: int) -> Proposer:
    """What proposals rest on among these images, in booklets of four pages."""
    found = pages_found(known)
    return Proposer(
        {(image.file, image.index): image.spot for image in known},
        {n: frozenset({1, 2, 3, 4}) - found[n] for n in range(1, booklets + 1) if n in found},
    )


def images(*shown: "tuple[int, int] | int") -> list[StoredImage]:
    """Images of a file: (booklet, page), or the page that an image without a code resembles."""
    return [
        StoredImage(
            n,
            FILE,
            "scan.pdf",
            n,
            Spot(*what) if isinstance(what, tuple) else None,
            None if isinstance(what, tuple) else Unplaced(Reason.NO_CODE, resembles=what or None),
            None,
        )
        for n, what in enumerate(shown)
    ]


@pytest.mark.parametrize(
    ("shown", "proposed"),
    [
        # two-sided, one after the other: the other side of the sheet says it
        ([(1, 1), (1, 2), (1, 3), 4, (2, 1), (2, 2)], (Spot(1, 4), Ground.SHEET)),
        ([(1, 1), (1, 2), 3, (1, 4), (2, 1)], (Spot(1, 3), Ground.SHEET)),
        # both neighbours lack their other side: a front lies before its back
        ([(1, 1), (1, 2), (1, 3), 4, (2, 3), (2, 1), (2, 2)], (Spot(1, 4), Ground.SHEET)),
        ([(1, 1), (1, 2), (1, 4), 3, (2, 4), (2, 1), (2, 2)], (Spot(2, 3), Ground.SHEET)),
        # fed backwards
        ([(2, 4), (2, 3), (2, 2), 1, (1, 4), (1, 3)], (Spot(2, 1), Ground.SHEET)),
        # fronts only: the pages before and after
        ([(1, 1), 3, (2, 1), (2, 3)], (Spot(1, 3), Ground.ONE)),
        ([(3, 1), (1, 1), 3, (1, 2), (2, 1)], (Spot(1, 3), Ground.BOTH)),
        # the neighbours have that page; only one booklet lacks it
        ([(1, 1), (1, 3), 3, (2, 3), (2, 1), (3, 1)], (Spot(3, 3), Ground.ONLY)),
        # it resembles nothing, but lies between two pages of a booklet that lacks it
        ([(1, 1), (1, 2), 0, (1, 4)], (Spot(1, 3), Ground.SHEET)),
        ([(2, 4), 0, (2, 2), (2, 1)], (Spot(2, 3), Ground.SHEET)),
        # nothing tells
        ([(1, 1), (2, 1), 3, (3, 1)], None),
        ([(1, 1), (1, 3), 0, (2, 1)], None),
    ],
)
def test_a_covered_code_is_told_by_its_neighbours(
    shown: list[tuple[int, int] | int], proposed: tuple[Spot, Ground] | None
) -> None:
    known = images(*shown)
    proposer = among(known, 3)
    (waits,) = (i for i in known if i.waiting)
    found = proposer.propose(waits)
    assert (None if found is None else (found.spot, found.ground)) == proposed


def test_nothing_is_proposed_for_an_image_that_counts() -> None:
    known = images((1, 1), (1, 2))
    assert among(known, 1).propose(known[0]) is None


@pytest.mark.parametrize(("between", "proposed"), [(5, Spot(1, 2)), (6, None)])
def test_three_sheets_away_the_order_of_a_stack_says_nothing(between: int, proposed: Spot | None) -> None:
    known = images((3, 1), (2, 1), (1, 1), *[2] * (between + 1), *[0] * 9)
    found = among(known, 3).propose(known[3 + between])
    assert (None if found is None else found.spot) == proposed


def test_only_what_has_no_code_is_told_by_the_images_beside_it() -> None:
    counts, waits = images((1, 1), *[2] * 9)[0::9]
    says = replace(waits, index=90, unplaced=Unplaced(Reason.TWICE, code=PageCode(1, 7, 2)))
    assert beside([counts, waits, says]) == {(FILE, index) for index in range(3, 16)}
