"""Waive pages: a booklet counts without a page that was not found, because an examiner says so, and why.

What was asked there earns nothing, and waits no more. Nothing is taken away: a page that turns up later
counts as any page does, and the word can be taken back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from klausur.actions import up_to_date
from klausur.actions.roles import Verb, allow
from klausur.base.errors import NotFoundError, RefusedError, UsageError
from klausur.paper.answers import Waived
from klausur.state.facts import Author, Spot
from klausur.store import audit, derive, looks, pages, printings, waivers
from klausur.store.derive import Touched
from klausur.store.folder import opened, writing


@dataclass(frozen=True, slots=True)
class WaivedPage:
    """A booklet's page, and the numbers of the questions that earn nothing because it is waived."""

    booklet: int
    page: int
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PagesWaived:
    """The pages in the order of booklets, and the number of the event by which they can be wanted again."""

    pages: tuple[WaivedPage, ...]
    event: int


def waive_pages(
    folder: Path,
    wanted: Sequence[tuple[int, int]],
    author: Author,
    *,
    undo: bool = False,
    dry_run: bool = False,
) -> PagesWaived:
    """Have booklets count without pages that were not found; all of them or, where one cannot be, none.

    Args:
        folder: the exam folder.
        wanted: the pages, each by its booklet and its number in it.
        author: who decides, and why: without a reason nothing is waived.
        undo: take it back: the pages are missed again.
        dry_run: say what would be recorded, and record nothing.

    Raises:
        NotFoundError: there is no such page, or nothing to take back.
        RefusedError: a page is there, or an image waits that says to be it.
        UsageError: no page is named, or no reason.
    """
    allow(author.actor, Verb.WAIVE_PAGE)
    named = sorted(set(wanted))
    if not named:
        raise UsageError("no page is named", "name booklet and page, as in 12:3")
    if not undo and not author.why.strip():
        raise UsageError(
            "no reason is given why the booklet counts without the page",
            'say it with --why, such as --why "the feeder tore it"',
        )
    booklets = frozenset(number for number, _ in named)
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        _refuse_unknown(named)
        frame.prepare()
        with writing(keep=not dry_run):
            if undo:
                _refuse_not_waived(named)
            else:
                _refuse_there({Spot(*each) for each in named})
            event = record(() if undo else named, named if undo else (), author)
            derive.refresh(frame, Touched(booklets=booklets))
            lost = {} if undo else _questions(booklets)
    return PagesWaived(tuple(WaivedPage(*at, tuple(lost.get(at, ()))) for at in named), event)


def record(
    waived: Sequence[tuple[int, int]], missed: Sequence[tuple[int, int]], author: Author, **more: object
) -> int:
    """Record that booklets count without pages, or that these are missed again; the number of the event.

    For a transaction of `writing` that goes on to refresh State.
    """
    waivers.append(waived, author, waived=True)
    waivers.append(missed, author, waived=False)
    detail = {"waived": [list(at) for at in waived], "missed": [list(at) for at in missed]}
    return audit.append(Verb.WAIVE_PAGE, author.actor, {**detail, "why": author.why, **more}).number


def _refuse_unknown(named: Sequence[tuple[int, int]]) -> None:
    layout = printings.part_of_layout(frozenset(number for number, _ in named))
    printed = {booklet.number: len(booklet.pages) for booklet in layout.booklets}
    for number, page in named:
        if number not in printed:
            raise NotFoundError(f"there is no booklet {number}", "see 'klausur status'")
        if not 1 <= page <= printed[number]:
            raise NotFoundError(f"booklet {number} has no page {page}", f"it has {printed[number]}")


def _refuse_there(spots: set[Spot]) -> None:
    for spot, image in sorted(pages.at(spots).items()):
        raise RefusedError(
            f"{spot} is there: image {image.id}, {image.called}",
            f"if that image is no such page, first say: klausur settle page {image.id} --ignore",
        )
    for spot, image in sorted(pages.saying(spots).items()):
        raise RefusedError(
            f"image {image.id}, {image.called}, says to be {spot}, and waits",
            f"place it, or set it aside, first: klausur settle page {image.id} --accept, or --ignore",
        )


def _refuse_not_waived(named: Sequence[tuple[int, int]]) -> None:
    waived = waivers.waived(frozenset(number for number, _ in named))
    for number, page in named:
        if page not in waived.get(number, ()):
            raise NotFoundError(f"nobody has said that booklet {number} counts without page {page}")


def _questions(booklets: frozenset[int]) -> dict[tuple[int, int], list[str]]:
    """The numbers of the questions that earn nothing, by the page that is waived."""
    found: dict[tuple[int, int], list[str]] = {}
    for number in booklets:
        for answered in looks.answers(booklet=number):
            if isinstance(answered.answer.given, Waived):
                found.setdefault((number, answered.answer.given.page), []).append(answered.shown)
    return found
