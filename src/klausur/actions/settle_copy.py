"""Settle a copy: pages of a booklet that was photocopied, filled in by somebody else, come to be theirs.

Two people's pages then bear one code. Those of the second become pages of another booklet with the same
questions, of which nothing was handed in: the one printed for them, or a spare one. So both are read, graded
and kept as everybody's are, and nothing is invented that no printing has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from klausur.actions import settle_page, settle_tie, up_to_date
from klausur.actions.roles import Verb, allow
from klausur.base.errors import NotFoundError, RefusedError
from klausur.paper.code import Sheet
from klausur.read.model import Reading
from klausur.state.facts import Author, Bond, Enrolled, Spot, StoredImage, StoredTie
from klausur.store import derive, looks
from klausur.store.derive import Touched
from klausur.store.folder import Records, opened, writing
from klausur.store.frame import Frame


@dataclass(frozen=True, slots=True)
class CopySettled:
    """The booklet that a copy counts as, whose it is, and the images that are its pages now."""

    booklet: int
    tie: StoredTie
    images: tuple[StoredImage, ...]


def settle_copy(
    folder: Path,
    booklet: int,
    images: Sequence[int],
    registration: str,
    author: Author,
    *,
    dry_run: bool = False,
) -> CopySettled:
    """Record that images show pages of a copy of a booklet, and who filled it in.

    Args:
        folder: the exam folder.
        booklet: the number in the page codes.
        images: numbers of images with these codes, whether they wait or count as pages of the booklet.
        registration: of the candidate who filled them in.
        author: who decides, and why.
        dry_run: say what would be recorded, and record nothing.

    Raises:
        NotFoundError: there is no such candidate or image, or an image is no page of that booklet.
        RefusedError: no booklet with the same questions is free; two images show one page; a page cannot be
            found in its image; or a person has given the candidate another booklet.
    """
    allow(author.actor, Verb.SETTLE_BOOKLET)
    allow(author.actor, Verb.SETTLE_PAGE)
    with opened(folder) as records:
        frame = up_to_date.look(records)
        whose = settle_tie.candidate(registration)
        pages = _pages(booklet, images)
        target = _free(frame, booklet, whose, set(pages.values()))
        read = {number: _read(records, frame, number, Spot(target, page)) for number, page in pages.items()}
        frame.prepare()
        with writing(keep=not dry_run):
            touched = Touched(ties=frozenset({target}))
            settled = []
            for number, page in pages.items():
                done, more = settle_page.place_read(number, Spot(target, page), read[number], author)
                settled.append(done)
                touched |= more
            made = settle_tie.tie_booklet(target, Bond.TIED, author, whose=whose)
            derive.refresh(frame, touched)
            settle_tie.record_tie(
                author, booklet=target, candidate=registration, copy_of=booklet, images=list(pages)
            )
    return CopySettled(target, made, tuple(settled))


def _pages(booklet: int, images: Sequence[int]) -> dict[int, int]:
    """The page of the booklet that each image shows, by its number."""
    found: dict[int, int] = {}
    for number in dict.fromkeys(images):
        image = settle_page.current(number)
        code = image.unplaced.code if image.unplaced is not None else None
        spot = image.spot or (None if code is None else Spot.of(code))
        if spot is None or (spot.sheet, spot.booklet) != (Sheet.BOOKLET, booklet):
            raise NotFoundError(
                f"image {number} is no page of booklet {booklet}",
                f"say which it is by itself: klausur settle page {number} --is BOOKLET:PAGE",
            )
        if spot.page in found.values():
            raise RefusedError(
                f"two of these images show page {spot.page} of booklet {booklet}",
                "a copy has each page once: name one of them",
            )
        found[number] = spot.page
    return found


def _free(frame: Frame, booklet: int, whose: Enrolled, pages: set[int]) -> int:
    """The booklet that the copy is to count as: the candidate's, or a spare one of which nothing is known."""
    found = looks.look()
    known = {each.number: {*each.found, *each.disputed} for each in found.booklets}
    ties = {tie.booklet: tie for tie in found.ties}
    asks = _asks(frame)
    spare: list[int] = []
    for printed in frame.papers.booklets:
        number, tie = printed.number, ties.get(printed.number)
        if number == booklet or asks.get(number) != asks.get(booklet):
            continue
        theirs = whose.candidate in (printed.candidate, None if tie is None else tie.candidate)
        if theirs and not known.get(number, set()) & pages:
            return number
        claimed = tie is not None and (tie.claims or tie.nobody)
        if printed.candidate is None and not known.get(number) and not claimed:
            spare.append(number)
    if not spare:
        raise _none_free(frame, booklet)
    return spare[0]


def _none_free(frame: Frame, booklet: int) -> RefusedError:
    """How to come by a booklet that asks the same: spare ones are of all variants in turn."""
    variants = frame.exams.of(booklet).variants
    if not variants.many:
        return RefusedError(
            f"no booklet is free that asks what booklet {booklet} asks",
            "print a spare one, which need not leave the printer: klausur print --spare 1",
        )
    if variants.count is None:
        return RefusedError(
            f"no booklet is free that asks what booklet {booklet} asks",
            "each booklet has a paper of its own: have the copy's answers settled or judged by hand",
        )
    return RefusedError(
        f"no booklet is free that asks what booklet {booklet} asks",
        "print one spare booklet of each variant, which need not leave the printer: "
        f"klausur print --spare {variants.count}",
    )


def _asks(frame: Frame) -> dict[int, tuple[object, ...]]:
    """By booklet, what those have in common that ask the same in the same places."""
    edition = {number: p.edition for p in frame.papers.printings for number in p.booklets}
    pages = frame.layout.pages
    return {
        of.number: (edition.get(of.number), of.variant, tuple(pages[n] for n in of.pages))
        for of in frame.layout.booklets
    }


def _read(records: Records, frame: Frame, number: int, spot: Spot) -> tuple[Reading, ...]:
    return settle_page.read_again(records, frame, settle_page.current(number), spot)
