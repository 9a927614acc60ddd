"""Take back: what an event decided about images, papers and lost pages counts no more; what did before does.

Nothing is deleted: the earlier decision is recorded once more. Whatever somebody decided about the same
image or paper since stays, and is to be taken back first. Taking back can be taken back as well.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import IntegrityError

from klausur.actions import kept_scans, settle_page, up_to_date, waive_pages
from klausur.actions.roles import Verb, allow
from klausur.base.errors import NotFoundError, RefusedError
from klausur.paper.code import Sheet
from klausur.state.facts import Author, Event, StoredImage, Verdict
from klausur.store import audit, decisions, derive, pages, ties
from klausur.store.decisions import PageTurn, TieTurn, WaiverTurn
from klausur.store.derive import Touched
from klausur.store.folder import opened, writing
from klausur.store.frame import Frame
from klausur.store.pages import Decided

_VERBS = {
    decisions.PAGE: (Verb.SETTLE_PAGE,),
    decisions.EXTRA: (Verb.SETTLE_EXTRA,),
    decisions.BOOKLET: (Verb.SETTLE_BOOKLET, Verb.SETTLE_PAGE),
    decisions.WAIVE: (Verb.WAIVE_PAGE,),
}


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What stands again: the images as they count now, and the papers about which a word was taken back."""

    images: tuple[StoredImage, ...]
    papers: tuple[tuple[Sheet, int], ...]


def take_back(folder: Path, number: int, author: Author) -> TakenBack:
    """Take back what an event decided; of a copy, also that its images are pages of another booklet.

    Args:
        folder: the exam folder.
        number: the event's, as the audit trail has it.
        author: who takes it back.

    Raises:
        NotFoundError: there is no such event.
        RefusedError: it decided nothing that can be taken back, or somebody has decided since about what it
            is about, or about the page that the image would be again.
    """
    with opened(folder) as records:
        frame = up_to_date.look(records)
        event = _event(number)
        for verb in _VERBS[event.verb]:
            allow(author.actor, verb)
        frame.prepare()
        try:
            with writing():
                found = _taken_back(frame, event, author)
        except IntegrityError as error:
            raise RefusedError(
                "whose the papers are was decided otherwise since", "take that back first"
            ) from error
        for image in found.images:
            if image.waiting:
                kept_scans.show_again(records, image)
    return found


def _taken_back(frame: Frame, event: Event, author: Author) -> TakenBack:
    touched = Touched()
    settled: list[StoredImage] = []
    papers: list[tuple[Sheet, int]] = []
    for each in _together(event):
        changed = [_page(turn, author) for turn in decisions.page_turns(each)]
        for before, after in changed:
            touched |= settle_page.touched(before, after)
            settled.append(after)
        if changed:
            _record([after for _, after in changed], author, each)
        for tie in decisions.tie_turns(each):
            _paper(tie, author, event)
            papers.append((tie.sheet, tie.number))
            here = frozenset({tie.number})
            touched |= Touched(extras=here) if tie.sheet is Sheet.EXTRA else Touched(ties=here)
        touched |= _waivers(decisions.waiver_turns(each), author, each)
    derive.refresh(frame, touched)
    return TakenBack(tuple(settled), tuple(papers))


def _event(number: int) -> Event:
    event = decisions.event(number)
    if event is None:
        raise NotFoundError(f"there is no event {number}", "see 'klausur log'")
    if event.verb not in _VERBS:
        raise RefusedError(f"event {number} decided nothing that can be taken back", "see 'klausur log'")
    return event


def _together(event: Event) -> tuple[int, ...]:
    """The event, and with it those that recorded the pages of a copy just before, in one transaction."""
    detail = json.loads(event.detail)
    of_a_copy = len(detail["images"]) if "copy_of" in detail and "images" in detail else 0
    return tuple(range(event.number, event.number - of_a_copy - 1, -1))


def _page(turn: PageTurn, author: Author) -> tuple[StoredImage, StoredImage]:
    """Have what was said of an image before count again; the image before and after."""
    image = settle_page.current(turn.image)
    if not turn.counts:
        last = decisions.said({turn.image})[turn.image]
        raise RefusedError(
            f"image {turn.image} was decided about again since, by {last.who}", "take that back first"
        )
    before = turn.before
    now = Decided(image, before.verdict, before.spot, before.readings, before.turned)
    spot = image.machine if before.verdict is Verdict.UNDONE else before.spot
    other = None if spot is None else pages.rivals(image.id, spot)[1]
    if other is not None:
        raise RefusedError(
            f"image {other.id}, {other.called}, counts as {spot} now",
            "say first that it is another page, or none",
        )
    (after,) = pages.settle([now], author)
    return image, after


def _waivers(turns: Sequence[WaiverTurn], author: Author, event: int) -> Touched:
    """Have what was said of missing pages before count again; what is touched."""
    for turn in turns:
        if not turn.counts:
            raise RefusedError(
                f"somebody has decided since about page {turn.page} of booklet {turn.booklet}",
                "take that back first",
            )
    if turns:
        again = [(turn.booklet, turn.page) for turn in turns if turn.waived]
        no_more = [(turn.booklet, turn.page) for turn in turns if not turn.waived]
        waive_pages.record(again, no_more, author, takes_back=event)
    return Touched(booklets=frozenset(turn.booklet for turn in turns))


def _record(images: list[StoredImage], author: Author, event: int) -> None:
    """Record that what an event decided about images is taken back; one event, so that this can be, too."""
    first, *others = images
    spot = first.person
    page = None if spot is None else [spot.sheet.value, spot.booklet, spot.page]
    verdict = Verdict.UNDONE if first.verdict is None else first.verdict
    detail = {"image": first.id, "verdict": verdict.value, "page": page, "why": author.why}
    more: dict[str, object] = {"images": [image.id for image in others]} if others else {}
    if first.turned is not None:
        more["turned"] = first.turned
    audit.append(decisions.PAGE, author.actor, {**detail, **more, "takes_back": event})


def _paper(turn: TieTurn, author: Author, event: Event) -> None:
    """Have what was said of a paper before count again."""
    if not turn.counts:
        raise RefusedError(
            f"somebody has said since whose {turn.sheet} {turn.number} is", "take that back first"
        )
    ties.tie(turn.sheet, turn.number, turn.bond, author, candidate=turn.candidate, booklet=turn.booklet)
    detail = json.loads(event.detail)
    about = {name: detail[name] for name in ("extra", "copy_of") if name in detail}
    about["booklet"] = turn.booklet if turn.sheet is Sheet.EXTRA else turn.number
    verdict = turn.bond.value
    audit.append(
        event.verb,
        author.actor,
        {**about, "verdict": verdict, "why": author.why, "takes_back": event.number},
    )
