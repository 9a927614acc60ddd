"""Recording what became of images: each once, in the order of the scan, duplicates found on the way.

An image whose page is there already is compared with the one that counts: the same content is a duplicate and
nothing more; other content makes the page open until a person says which image holds.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from klausur.actions import kept_scans
from klausur.paper.code import PageCode
from klausur.paper.layout import Layout
from klausur.read.model import PageResult, Reading, Results
from klausur.read.named_page import alike
from klausur.read.pool import ReaderEndedError, guarded
from klausur.scan.model import PageImage, Reason, Unplaced
from klausur.state.answers import differing
from klausur.state.facts import Actor, Spot, StoredImage
from klausur.store import audit, derive, pages
from klausur.store.derive import Touched
from klausur.store.folder import Records, writing
from klausur.store.frame import Frame
from klausur.store.readings import of_image

Held = dict[tuple[str, int], PageImage]
"""The images on their way through the pool, by file and index: what waits for a person is shown from here."""

TWICE = "it shows something else than"
SAME = "it shows the same as"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where results are recorded: an open folder, what was printed, and its Layout.

    ``actor`` scans. ``workers`` compare pages that are there twice; None compares in this process.
    """

    records: Records
    frame: Frame
    layout: Layout
    actor: Actor
    workers: Executor | None


_Place = tuple[str, int, int]
"""A page on an image: file, index and part."""


@dataclass(frozen=True, slots=True)
class _Meeting:
    """A page that another image counts as already, and what was read on that one."""

    result: PageResult
    code: PageCode
    other: StoredImage
    before: tuple[Reading, ...]

    @property
    def pair(self) -> tuple[_Place, _Place]:
        """What is compared: two pages on images, whose bytes never change."""
        here, there = self.result, self.other
        return (here.file, here.index, here.part), (there.file, there.index, there.part)


class _UncomparedError(Exception):
    """Pages met others that they are to be compared with; nothing is written."""

    def __init__(self, meetings: Sequence[_Meeting]) -> None:
        super().__init__()
        self.meetings = meetings


def record(
    desk: Desk, batch: Sequence[Results], held: Held, again: Mapping[tuple[str, int], int] | None = None
) -> Counter[str]:
    """Write the results of some images in one transaction and count them.

    The transaction holds the write lock from its beginning: a second scan at the same time can neither
    record the same image nor place another image on the same page in between. Comparing pages takes longer
    than the lock may be held: where a page meets another one, all is taken back, the two are compared, and
    it begins again; which image counts is looked up anew, so that a comparison never speaks of another one.

    Args:
        desk: where they are recorded.
        batch: all results of each image; those of one image are never torn apart.
        held: the images; what is recorded is taken out.
        again: where images are read once more, the records that the new ones replace.

    Returns:
        How many were "placed", how many are unplaced by `Reason`, "readings" and "flagged" on those placed.
    """
    for results in batch:
        if any(result.unplaced is not None for result in results):
            kept_scans.show_unplaced(desk.records, held[results[0].file, results[0].index])
    same: dict[tuple[_Place, _Place], bool] = {}
    while True:
        try:
            tally = _recorded(desk, batch, same, again)
        except _UncomparedError as error:
            for meeting in error.meetings:
                image = held[meeting.result.file, meeting.result.index]
                same[meeting.pair] = _alike(desk, meeting, image)
                kept_scans.show_unplaced(desk.records, image)  # before its row says that it waits
        else:
            break
    for results in batch:
        del held[results[0].file, results[0].index]
    return tally


def _recorded(
    desk: Desk,
    batch: Sequence[Results],
    same: Mapping[tuple[_Place, _Place], bool],
    again: Mapping[tuple[str, int], int] | None,
) -> Counter[str]:
    desk.frame.prepare()
    tally: Counter[str] = Counter()
    touched = Touched(later=True)
    open_: list[_Meeting] = []
    with writing():
        known = pages.recorded((results[0].file, results[0].index) for results in batch)
        taken = pages.at(Spot.of(r.code) for results in batch for r in results if r.code is not None)
        new: list[tuple[PageResult, int | None]] = []
        for results in batch:
            at = results[0].file, results[0].index
            replaced = None if again is None else again[at]
            if at in known if replaced is None else pages.replaced(replaced):
                continue
            if replaced is not None:
                touched |= derive.about(frozenset({replaced}))
            for result in results:
                if result.code is not None and any(result.code == other.code for other, _ in new):
                    taken |= _written(
                        new
                    )  # two images of this batch show one page: the second meets the first
                final = _unless_there(result, taken, same, open_)
                new.append((final, replaced))
                touched |= derive.pages_touched(_spots(final))
                _count(final, tally)
        pages.append_all(new)
        if open_:
            raise _UncomparedError(open_)
        derive.refresh(desk.frame, touched)
        if tally:
            audit.append("record", desk.actor, _detail(batch, tally))
    return tally


def _written(new: list[tuple[PageResult, int | None]]) -> dict[Spot, StoredImage]:
    """Write what waits to be written; the images that count as these pages now."""
    pages.append_all(new)
    spots = [Spot.of(result.code) for result, _ in new if result.code is not None]
    new.clear()
    return pages.at(spots)


def _detail(batch: Sequence[Results], tally: Mapping[str, int]) -> dict[str, object]:
    """What the event says: the images of each file, in the order of the scan, and what became of them."""
    images: dict[str, list[int]] = {}
    for results in batch:
        images.setdefault(results[0].file, []).append(results[0].index)
    return {"images": images, "counts": {str(what): count for what, count in tally.items()}}


def _count(final: PageResult, tally: Counter[str]) -> None:
    if final.unplaced is not None:
        tally[final.unplaced.reason] += 1
        return
    tally["placed"] += 1
    tally["readings"] += len(final.readings)
    tally["flagged"] += sum(reading.flagged for reading in final.readings)


def _spots(result: PageResult) -> frozenset[Spot]:
    """The page that a result counts as, or that it contests."""
    if result.code is not None:
        return frozenset({Spot.of(result.code)})
    why = result.unplaced
    if why is not None and why.reason is Reason.TWICE and why.code is not None:
        return frozenset({Spot.of(why.code)})
    return frozenset()


def _unless_there(
    result: PageResult,
    taken: Mapping[Spot, StoredImage],
    same: Mapping[tuple[_Place, _Place], bool],
    open_: list[_Meeting],
) -> PageResult:
    """The result, or Unplaced(DUPLICATE or TWICE) if another image counts as this page already.

    A meeting that was not compared yet is added to ``open_``. It ends unplaced whatever comparing it says, so
    the pages after it meet the same images, and one round finds all meetings.
    """
    if result.unplaced is not None or result.code is None:
        return result
    spot = Spot.of(result.code)
    other = taken.get(spot)
    if other is None:
        return result
    meeting = _Meeting(result, result.code, other, of_image(other.id))
    if meeting.pair not in same:
        open_.append(meeting)
    # Looked at anew: the other image may have been read again since the two were compared.
    shows_same = same.get(meeting.pair, False) and not differing(meeting.before, result.readings)
    said = f"{spot} is there already, and {SAME if shows_same else TWICE} image {other.id}, {other.called}"
    why = Unplaced(Reason.DUPLICATE if shows_same else Reason.TWICE, said, result.code)
    return replace(
        result, code=None, quality=None, readings=() if shows_same else result.readings, unplaced=why
    )


def _alike(desk: Desk, meeting: _Meeting, image: PageImage) -> bool:
    """Whether an image shows what the one shows that counts as its page: in what was read, and to the eye."""
    if differing(meeting.before, meeting.result.readings):
        return False
    result, other = meeting.result, meeting.other
    first = kept_scans.image(desk.records, other)
    if first is None:
        return False
    try:
        shown = (first, other.part, other.turned, image, result.part)
        return guarded(desk.workers, alike, *shown, desk.layout, meeting.code)
    except ReaderEndedError:
        return False
