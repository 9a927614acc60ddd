"""Settle a page: a person says which page an image is, that it is to be ignored, or takes that back."""

from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from klausur.actions import kept_scans, up_to_date
from klausur.actions.roles import Verb, allow
from klausur.base.errors import NotFoundError, RefusedError, ToolError, UsageError
from klausur.paper.code import PageCode, Sheet
from klausur.paper.layout import Layout
from klausur.read.model import Reading
from klausur.read.named_page import read_as
from klausur.read.pool import ReaderEndedError, guarded, processes
from klausur.scan.model import PageImage, Reason, Unplaced
from klausur.state.facts import Author, Spot, StoredImage, Verdict
from klausur.store import audit, derive, looks, pages, printings
from klausur.store.derive import Touched
from klausur.store.folder import Records, key, opened, writing
from klausur.store.frame import Frame
from klausur.store.pages import Decided

_REMEDY = "scan the sheet again; or settle its questions one by one from the picture, and ignore the image"

TURNS = (0, 90, 180, 270)
"""Degrees by which an image may have to be turned clockwise to be upright."""


@dataclass(frozen=True, slots=True)
class PageSettled:
    """An image as it stands after the decision, and what was read on it because of the decision.

    ``aside`` is the image that counted as this page before and was set aside for it, if there was one.
    ``event`` is the number of the event that says so, by which `klausur.actions.take_back` takes it back.
    """

    image: StoredImage
    readings: tuple[Reading, ...]
    aside: StoredImage | None = None
    event: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody saw of an image who decides about it: what people had said, and which image counted.

    ``counting`` is the number of the image that counted as the page which is proposed for this one.
    """

    verdict: Verdict | None
    person: Spot | None = None
    counting: int | None = None

    @classmethod
    def of(cls, image: StoredImage, counting: StoredImage | None = None) -> "Seen":
        """What is to be seen of an image now."""
        return cls(image.verdict, image.person, None if counting is None else counting.id)


class DecidedSinceError(RefusedError):
    """Somebody else has decided about ``image`` since who decides now looked at it."""

    def __init__(self, image: StoredImage) -> None:
        super().__init__(
            f"somebody has decided about image {image.id} meanwhile", "look at it again, and choose"
        )
        self.image = image


def settle_page(  # noqa: PLR0913 - what is decided, and how, each by its name
    folder: Path,
    number: int,
    verdict: Verdict,
    author: Author,
    *,
    spot: Spot | None = None,
    turned: int | None = None,
    seen: Seen | None = None,
    workers: Executor | None = None,
    dry_run: bool = False,
) -> PageSettled:
    """Record a person's decision about a scanned image.

    Args:
        folder: the exam folder.
        number: the image's number, as ``status`` and ``settle list`` show it.
        verdict: placed (at ``spot``), ignored, or the machine's own verdict again.
        author: who decides, and why.
        spot: the page that the image is, for `Verdict.PLACED` only.
        turned: degrees by which the image must be turned clockwise to be upright, if who decides says so: one
            of `TURNS`. It tells how a page lies of which neither fiducials nor a code are left.
        seen: what who decides has seen of it; whatever it was if None.
        workers: processes that read the image, if they are at hand: to start one takes a second.
        dry_run: say what would be recorded, and record nothing.

    Raises:
        UsageError: an image cannot be turned so, or nothing is placed.
        NotFoundError: there is no such image or page, or nothing to take back.
        RefusedError: another image counts as that page, the page cannot be found in the image, or the image
            was read again since.
        DecidedSinceError: somebody else has decided otherwise than was ``seen``.
    """
    allow(author.actor, Verb.SETTLE_PAGE)
    if turned is not None and (spot is None or turned not in TURNS):
        raise UsageError(
            f"an image cannot be turned by {turned} degrees", "it is turned by 0, 90, 180 or 270"
        )
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        image = current(number)
        _refuse_if_decided(image, seen)
        if verdict is Verdict.UNDONE and image.verdict in {None, Verdict.UNDONE}:
            raise NotFoundError(f"nothing is settled about image {number}")
        readings: tuple[Reading, ...] = ()
        if verdict is Verdict.PLACED and spot is not None:
            readings = _read(records, _layout(frame, spot), replace(image, turned=turned), spot, workers)
        frame.prepare()
        with writing(keep=not dry_run):
            # Looked up again: while the image was read, somebody else may have decided about it or its page.
            image, other = _rivals(number, image.machine if verdict is Verdict.UNDONE else spot)
            _refuse_if_decided(image, seen)
            if other is not None:
                raise _taken(other)
            after, event = _settle(Decided(image, verdict, spot, readings, turned), author)
            derive.refresh(frame, touched(image, after))
        if after.waiting and not dry_run:
            kept_scans.show_again(records, after)
    return PageSettled(after, readings, event=event)


def accept(
    folder: Path,
    number: int,
    author: Author,
    *,
    seen: Seen | None = None,
    workers: Executor | None = None,
    dry_run: bool = False,
) -> PageSettled:
    """Record that an image is the page that is proposed for it.

    Where another image counts as that page, as with a page that is there twice with different content, that
    other image is set aside in the same step: the person has seen both, and this one holds.

    Raises:
        NotFoundError: there is no such image, or no page is proposed for it.
        RefusedError: the page cannot be found in the image, or the image was read again since.
        DecidedSinceError: somebody else has decided otherwise than was ``seen``.
    """
    allow(author.actor, Verb.SETTLE_PAGE)
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        image = current(number)
        _refuse_if_decided(image, seen)
        undecided = replace(image, verdict=None, person=None, turned=None)
        proposed = looks.proposer([undecided]).propose(undecided)
        if proposed is None:
            raise NotFoundError(
                f"no page is proposed for image {number}",
                f"name it: klausur settle page {number} --is BOOKLET:PAGE",
            )
        readings = _read(records, _layout(frame, proposed.spot), undecided, proposed.spot, workers)
        frame.prepare()
        with writing(keep=not dry_run):
            image, other = _rivals(number, proposed.spot)
            _refuse_if_decided(image, seen)
            if seen is not None and seen.counting != (None if other is None else other.id):
                raise DecidedSinceError(image if other is None else other)
            placed = Decided(image, Verdict.PLACED, proposed.spot, readings)
            after, event = _settle(placed, author, aside=other)
            derive.refresh(frame, touched(image, after))
    return PageSettled(after, readings, other, event)


def place_read(
    number: int, spot: Spot, readings: tuple[Reading, ...], author: Author
) -> tuple[StoredImage, Touched]:
    """Record that an image, which was read as this page, is it; for a transaction of `writing` that goes on.

    Returns:
        The image as it stands then, and what is to be derived anew.

    Raises:
        NotFoundError: there is no such image.
        RefusedError: another image counts as that page, or the image was read again since.
    """
    image, other = _rivals(number, spot)
    if other is not None:
        raise _taken(other)
    after, _ = _settle(Decided(image, Verdict.PLACED, spot, readings, image.turned), author)
    return after, touched(image, after)


def read_again(records: Records, frame: Frame, image: StoredImage, spot: Spot) -> tuple[Reading, ...]:
    """Read an image as the page that a person says it is, before anything is locked; turned as was said.

    Raises:
        NotFoundError: no such page was printed.
        RefusedError: the page cannot be found in the image.
    """
    return _read(records, _layout(frame, spot), image, spot)


def current(number: int) -> StoredImage:
    """An image by its number.

    Raises:
        NotFoundError: there is none.
        RefusedError: it was read again since, and has another number.
    """
    return _known(number, pages.current(number))


def _rivals(number: int, spot: Spot | None) -> tuple[StoredImage, StoredImage | None]:
    """An image, and another one that counts as this page, in one question to the records."""
    if spot is None:
        return current(number), None
    image, other = pages.rivals(number, spot)
    return _known(number, image), other


def _known(number: int, image: StoredImage | None) -> StoredImage:
    if image is not None:
        return image
    if pages.replaced(number):
        raise RefusedError(
            f"image {number} was read again since, and has another number now", "see 'klausur settle list'"
        )
    raise NotFoundError(f"there is no image {number}", "the images that wait are in 'klausur settle list'")


def _refuse_if_decided(image: StoredImage, seen: Seen | None) -> None:
    if seen is not None and (image.verdict, image.person) != (seen.verdict, seen.person):
        raise DecidedSinceError(image)


def _settle(what: Decided, author: Author, aside: StoredImage | None = None) -> tuple[StoredImage, int]:
    """Record a decision, and with it that another image is set aside; the image, and the event of both."""
    before = () if aside is None else (Decided(aside, Verdict.IGNORED),)
    *_, settled = pages.settle((*before, what), author)
    spot = what.spot
    event = audit.append(
        "settle-page",
        author.actor,
        {
            "image": what.image.id,
            "verdict": what.verdict.value,
            "page": None if spot is None else [spot.sheet.value, spot.booklet, spot.page],
            "why": author.why,
            **({} if what.turned is None else {"turned": what.turned}),
            **({} if aside is None else {"aside": aside.id}),
        },
    )
    return settled, event.number


def touched(before: StoredImage, after: StoredImage) -> Touched:
    """What is touched where an image comes to count as another page: both, and one that it contests."""
    why = before.unplaced
    contests = why.code if why is not None and why.reason is Reason.TWICE else None
    spots = (before.spot, after.spot, None if contests is None else Spot.of(contests))
    return derive.pages_touched({spot for spot in spots if spot is not None})


def _taken(other: StoredImage) -> RefusedError:
    return RefusedError(
        f"{other.spot} is there already: image {other.id}, {other.called}",
        f"if this image is the better one, first say: klausur settle page {other.id} --ignore",
    )


def _layout(frame: Frame, spot: Spot) -> Layout:
    """As much of the layout as a page needs: it goes to another process."""
    if spot.sheet is Sheet.BOOKLET:
        return frame.papers_of({spot.booklet})
    return printings.part_of_layout(sheets={spot.sheet})


def _read(
    records: Records, layout: Layout, image: StoredImage, spot: Spot, workers: Executor | None = None
) -> tuple[Reading, ...]:
    """Read an image as the page that a person says it is."""
    code = PageCode(layout.exam_number, spot.booklet, spot.page, spot.sheet)
    if layout.at(code) is None:
        raise NotFoundError(f"no {spot} was printed", "see 'klausur status'")
    found = _again(records, image)
    try:
        with nullcontext(workers) if workers is not None else processes(1) as worker:
            seen = guarded(worker, read_as, found, layout, code, image.part, key(records), image.turned)
    except ReaderEndedError as error:
        raise RefusedError(f"image {image.id} cannot be read: {error}", _REMEDY) from error
    if isinstance(seen, Unplaced):
        raise RefusedError(f"the boxes of {spot} cannot be found in image {image.id}: {seen.reason}", _REMEDY)
    return seen


def _again(records: Records, image: StoredImage) -> PageImage:
    """The image out of the kept copy of its file."""
    found = kept_scans.image(records, image)
    if found is None:
        path = kept_scans.kept(records, image.file)
        raise ToolError(
            f"the kept copy of {image.name} is lost or damaged: {path}", f"put {image.name} back there"
        )
    return found
