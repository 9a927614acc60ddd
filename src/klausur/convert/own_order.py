"""Which page of which booklet scanned images are whose page of the paper is known, by the order they lie in.

Booklets were scanned one after the other, each in the order of its pages, or the whole pile from its last
page to its first. It is a proposal: what does not go up in order, what is there twice and what is missing is
said, and people confirm it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

PERCENT = 100


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What an image was found to be.

    Attributes:
        page: of the paper, from 1; None if it is like none.
        alike: other pages that it may be as well.
        seen: the share of the page's print that it shows.
        sure: whether that is enough.
        why: why it is no page, in words.
    """

    page: int | None
    alike: tuple[int, ...] = ()
    seen: float = 1.0
    sure: bool = True
    why: str = ""


@dataclass(frozen=True, slots=True)
class InOrder:
    """The booklet, counted from 1, and the page that an image seems to be; 0 if it is none.

    ``look`` is what a person must look at before it can be so, ``why`` the reason why it is none.
    """

    booklet: int = 0
    page: int = 0
    look: str = ""
    why: str = ""


@dataclass(slots=True)
class _Booklet:
    """Images that lie together, by their places, each with its page."""

    images: list[tuple[int, int]]
    looks: dict[int, list[str]]

    @property
    def pages(self) -> set[int]:
        return {page for _, page in self.images}


def in_order(images: Sequence[LookedAt], pages: int) -> tuple[InOrder, ...]:
    """What each image seems to be.

    Args:
        images: in the order in which they were scanned.
        pages: of the paper.
    """
    known = [at for at, image in enumerate(images) if image.page is not None]
    if _falls([images[at].page or 0 for at in known]):
        known.reverse()
    booklets = list(_joined(list(_parted(images, known, pages)), pages))
    found = [InOrder(why=image.why) for image in images]
    for number, booklet in enumerate(booklets, start=1):
        missing = sorted(set(range(1, pages + 1)) - booklet.pages)
        for at, page in booklet.images:
            looks = [*booklet.looks.get(at, ()), *_of_image(images[at], page, whole=not missing)]
            found[at] = InOrder(number, page, "; ".join(looks))
        if missing:
            at = booklet.images[0][0]
            said = f"{_named(missing)} not found"
            found[at] = replace(found[at], look="; ".join(filter(None, (said, found[at].look))))
    return tuple(found)


def _falls(pages: Sequence[int]) -> bool:
    """Whether a pile lies from its last page to its first."""
    steps = [after - before for before, after in pairwise(pages)]
    return steps.count(-1) > steps.count(1)


def _parted(images: Sequence[LookedAt], order: Sequence[int], pages: int) -> Iterator[_Booklet]:
    """Booklets, as each begins with a page that is none of those to come."""
    booklet, last = _Booklet([], {}), 0
    for at in order:
        image = images[at]
        page = image.page or 0
        if last + 1 in image.alike:
            page = last + 1
        if booklet.images and (page < last or (page == last and pages == 1)):
            yield booklet
            booklet = _Booklet([], {})
        elif page == last:
            booklet.looks.setdefault(at, []).append(f"page {page} twice")
        booklet.images.append((at, page))
        last = page
    if booklet.images:
        yield booklet


def _joined(booklets: Sequence[_Booklet], pages: int) -> Iterator[_Booklet]:
    """What lies in disorder joined to what it makes whole."""
    waiting = list(booklets)
    while waiting:
        first = waiting.pop(0)
        while (
            waiting
            and len(first.pages) < pages
            and 1 not in waiting[0].pages
            and not first.pages & waiting[0].pages
        ):
            after = waiting.pop(0)
            first.looks |= after.looks
            for at, _ in after.images:
                first.looks.setdefault(at, []).append("out of order")
            first.images += after.images
        yield first


def _of_image(image: LookedAt, page: int, *, whole: bool) -> Iterator[str]:
    others = sorted({image.page or page, *image.alike} - {page})
    if others and not whole:
        yield f"looks like {_named(others)} as well"
    if not image.sure:
        yield f"only {round(PERCENT * image.seen)} % of the print is seen"


def _named(pages: Sequence[int]) -> str:
    return f"page{'s' if len(pages) > 1 else ''} {', '.join(map(str, pages))}"
