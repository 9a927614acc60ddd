"""Which page an image probably is whose code cannot be read: a proposal for a person, never a placing.

A page that is known by its likeness to a printed page lacks only its booklet. A stack keeps its order in the
file, so the images before and after tell it: the other side of the same sheet first, then the nearest placed
image on either side; and only a booklet whose page is missing can be meant. Between two pages of a booklet,
even a page that resembles none is told. Nothing is written here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from klausur.paper.code import Sheet
from klausur.scan.result import Reason
from klausur.state.facts import Spot, StoredImage

_REACH = 6
"""Images on either side that are looked at: beyond three sheets, the order of a stack says little."""

_PAGES = frozenset({Reason.NO_CODE, Reason.BLURRED, Reason.RESOLUTION, Reason.FIDUCIALS})
"""Why a sheet of ours may have no code and no likeness; a blank one is none of ours."""


class Ground(StrEnum):
    """What a proposal rests on, the strongest first."""

    CODE = "its code"
    SHEET = "the other side of its sheet"
    BOTH = "the pages before and after it"
    ONE = "a page beside it"
    ONLY = "the only booklet without this page"


@dataclass(frozen=True, slots=True)
class Proposal:
    """The page that an image probably is, and why."""

    spot: Spot
    ground: Ground


@dataclass(frozen=True, slots=True)
class Proposer:
    """What the proposals for some images rest on.

    ``images`` says what those of their files count as, by file and place in it; ``missing`` which pages the
    booklets lack of which others are there.
    """

    images: Mapping[tuple[str, int], Spot | None]
    missing: Mapping[int, frozenset[int]]

    def propose(self, image: StoredImage) -> Proposal | None:
        """The page that an image which waits probably is; None if nothing tells."""
        why = image.unplaced
        if not image.waiting or why is None:
            return None
        if why.code is not None:
            return Proposal(Spot.of(why.code), Ground.CODE)
        page = why.resembles or (self._between(image) if why.reason in _PAGES else None)
        return None if page is None else next(self._found(image, page), None)

    def _found(self, image: StoredImage, page: int) -> Iterator[Proposal]:
        """All proposals for an image that shows this page, the best first."""
        other = _other_side(page)
        for step in (-1, 1) if page % 2 == 0 else (1, -1):
            beside = self._booklet_page(image, step)
            if beside is not None and beside.page == other and self._lacks(beside.booklet, page):
                yield Proposal(Spot(beside.booklet, page), Ground.SHEET)
        before, after = self._nearest(image, -1), self._nearest(image, 1)
        if before is not None and after is not None and before.booklet == after.booklet:
            if self._lacks(before.booklet, page):
                yield Proposal(Spot(before.booklet, page), Ground.BOTH)
        else:
            # At the border of two booklets: the one that goes on with this page.
            lacking = [s for s in (before, after) if s is not None and self._lacks(s.booklet, page)]
            lacking.sort(key=lambda spot: abs(spot.page - page))
            if lacking and (len(lacking) == 1 or abs(lacking[0].page - page) < abs(lacking[1].page - page)):
                yield Proposal(Spot(lacking[0].booklet, page), Ground.ONE)
        without = [number for number, pages in self.missing.items() if page in pages]
        if len(without) == 1:
            yield Proposal(Spot(without[0], page), Ground.ONLY)

    def _between(self, image: StoredImage) -> int | None:
        """The page between those that the images just before and after it count as, whatever it shows."""
        before, after = self._booklet_page(image, -1), self._booklet_page(image, 1)
        if before is None or after is None or before.booklet != after.booklet:
            return None
        return (before.page + after.page) // 2 if abs(before.page - after.page) == 2 else None

    def _lacks(self, booklet: int, page: int) -> bool:
        return page in self.missing.get(booklet, ())

    def _nearest(self, image: StoredImage, way: int) -> Spot | None:
        steps = (self._booklet_page(image, way * n) for n in range(1, _REACH + 1))
        return next((spot for spot in steps if spot is not None), None)

    def _booklet_page(self, image: StoredImage, step: int) -> Spot | None:
        """The booklet's page that the image so many places on counts as."""
        spot = self.images.get((image.file, image.index + step))
        return spot if spot is not None and spot.sheet is Sheet.BOOKLET else None


def beside(images: Iterable[StoredImage]) -> frozenset[tuple[str, int]]:
    """The images, by file and place in it, that proposals for these look at."""
    return frozenset(
        (image.file, image.index + step)
        for image in images
        if image.unplaced is not None and image.unplaced.code is None
        for step in range(-_REACH, _REACH + 1)
    )


def _other_side(page: int) -> int:
    """The page on the other side of the same sheet: 1 and 2, 3 and 4, and so on."""
    return page + 1 if page % 2 else page - 1
