"""Recording what became of images: each once, in the order of the scan, duplicates found on the way.

An image whose page is there already is compared with the one that counts: the same content is a duplicate and
nothing more; other content makes the page open until a person says which image holds.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from klausur.actions import keep
from klausur.paper.code import PageCode
from klausur.paper.layout import Layout
from klausur.read.again import alike
from klausur.read.model import PageResult, Results
from klausur.read.pool import EndedError, guarded
from klausur.scan.model import PageImage, Reason, Unplaced
from klausur.state.answers import differing
from klausur.state.facts import Spot, StoredImage
from klausur.store import derive, pages
from klausur.store.derive import Frame, Touched
from klausur.store.folder import Records, writing
from klausur.store.readings import of_image

Held = dict[tuple[str, int], PageImage]
"""The images on their way through the pool, by file and index: what waits for a person is shown from here."""

TWICE = "it shows something else than"
SAME = "it shows the same as"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where results are recorded: an open folder, what was printed, and its Layout.

    ``workers`` compare pages that are there twice; None compares in this process.
    """

    records: Records
    frame: Frame
    layout: Layout
    workers: Executor | None


def record(
    desk: Desk, batch: Sequence[Results], held: Held, again: Mapping[tuple[str, int], int] | None = None
) -> Counter[str]:
    """Write the results of some images in one transaction and count them.

    The transaction holds the write lock from its beginning: a second scan at the same time can neither
    record the same image nor place another image on the same page in between.

    Args:
        desk: where they are recorded.
        batch: all results of each image; those of one image are never torn apart.
        held: the images; what is recorded is taken out.
        again: where images are read once more, the records that the new ones replace.

    Returns:
        How many were "placed", how many are unplaced by `Reason`, "readings" and "flagged" on those placed.
    """
    tally: Counter[str] = Counter()
    touched = Touched(later=True)
    with writing():
        for results in batch:
            at = results[0].file, results[0].index
            image = held.pop(at)
            replaced = None if again is None else again[at]
            if pages.recorded(*at) if replaced is None else pages.replaced(replaced):
                continue
            if replaced is not None:
                touched |= derive.about(frozenset({replaced}))
            for result in results:
                touched |= _record(desk, result, image, replaced, tally)
        derive.refresh(desk.frame, touched)
    return tally


def _record(
    desk: Desk, result: PageResult, image: PageImage, replaced: int | None, tally: Counter[str]
) -> Touched:
    final = _unless_there(desk, result, image)
    pages.append(final, again=replaced)
    touched = derive.pages_touched(_spots(final))
    if final.unplaced is not None:
        keep.show_unplaced(desk.records, image)
        tally[final.unplaced.reason] += 1
        return touched
    tally["placed"] += 1
    tally["readings"] += len(final.readings)
    tally["flagged"] += sum(reading.flagged for reading in final.readings)
    return touched


def _spots(result: PageResult) -> frozenset[Spot]:
    """The page that a result counts as, or that it contests."""
    if result.code is not None:
        return frozenset({Spot.of(result.code)})
    why = result.unplaced
    if why is not None and why.reason is Reason.TWICE and why.code is not None:
        return frozenset({Spot.of(why.code)})
    return frozenset()


def _unless_there(desk: Desk, result: PageResult, image: PageImage) -> PageResult:
    """The result, or Unplaced(DUPLICATE or TWICE) if another image counts as this page already."""
    if result.unplaced is not None or result.code is None:
        return result
    spot = Spot.of(result.code)
    other = pages.occupant(spot)
    if other is None:
        return result
    shows_same = _alike(desk, result, result.code, image, other)
    said = f"{spot} is there already, and {SAME if shows_same else TWICE} image {other.id}, {other.called}"
    why = Unplaced(Reason.DUPLICATE if shows_same else Reason.TWICE, said, result.code)
    return replace(
        result, code=None, quality=None, readings=() if shows_same else result.readings, unplaced=why
    )


def _alike(desk: Desk, result: PageResult, code: PageCode, image: PageImage, other: StoredImage) -> bool:
    """Whether an image shows what the one shows that counts as its page: in what was read, and to the eye."""
    if differing(of_image(other.id), result.readings):
        return False
    first = keep.image(desk.records, other)
    if first is None:
        return False
    try:
        return guarded(desk.workers, alike, first, other.part, image, result.part, desk.layout, code)
    except EndedError:
        return False
