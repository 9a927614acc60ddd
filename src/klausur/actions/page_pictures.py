"""Pictures of a scanned page for people who look at it on a screen: its boxes, its questions, all of it.

What is cut out of one page is cut in one go: most of the time goes into decoding and finding it. With the
pictures of answers goes what tells which of them look alike.
"""

import hashlib
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from enum import StrEnum

from klausur.actions import kept_scans
from klausur.actions.page_parts import NEAR, ROUND, around, page_tells_a_name, tells_a_name
from klausur.base.geometry import Box, Size
from klausur.paper.code import PageCode, Sheet
from klausur.paper.fields import SPACES
from klausur.paper.layout import Layout, PageLayout
from klausur.read import alike, card_paths, cuts, restore, scan_picture
from klausur.read.characters import DPI
from klausur.read.cuts import Cut, jpeg
from klausur.read.pool import ReaderEndedError, guarded
from klausur.read.scan_picture import OnPicture
from klausur.state.facts import Spot, StoredImage
from klausur.store import printings
from klausur.store.folder import Records

FORM = 3
"""Counts how pictures are made; another number is another version of each."""

BOX_DPI, QUESTION_DPI, PAGE_DPI = 300.0, 150.0, 120.0
_LONGEST = 1600
"""Pixels of the longer side of an image that is no page."""

_INK = "ink "
"""Before the id of a space, where its ink is asked for beside its picture."""

WHOLE = "page"
"""What the picture of all of a page is named."""


class Shows(StrEnum):
    """What is cut out of a page together."""

    BOXES = "boxes"
    QUESTIONS = "questions"
    """And the spaces in which they are answered."""
    PAGE = "page"
    CLEANED = f"cleaned by {card_paths.RESTORER.stem}"
    """All of a page, as that restorer makes it look: beside what was scanned, never instead of it."""


_WHOLE = {Shows.PAGE: jpeg, Shows.CLEANED: restore.cleaned_jpeg}
"""What shows all of an image, whether it is a page or not, and how that becomes a file."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """What is seen of one image: JPEG files by the id of the Field or question, or `WHOLE`.

    ``named`` are those in which a person may stand: a cover, a signature. ``why`` says why there are none.
    ``inks`` are what `klausur.read.alike` keeps of short answers, by the id of their space.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    named: frozenset[str] = frozenset()
    why: str = ""
    inks: dict[str, bytes] = field(default_factory=dict)


def version(image: StoredImage) -> str:
    """What changes with all that decides how an image is seen, a few letters."""
    turned = () if image.turned is None else (image.turned,)
    said = (FORM, image.id, image.file, image.index, image.part, str(image.spot), image.verdict, *turned)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:12]


def spot_shown(image: StoredImage) -> Spot | None:
    """As which page an image is seen: what it counts as, else what its code says; None for no page."""
    if image.spot is not None:
        return image.spot
    code = None if image.unplaced is None else image.unplaced.code
    return image.machine if code is None else Spot.of(code)


def cut(records: Records, image: StoredImage, shows: Shows, workers: Executor | None) -> Pictures | None:
    """Pictures of an image; None if the kept copy of its file is lost or damaged.

    Args:
        records: of the folder that is open.
        image: what shall be seen.
        shows: what of it.
        workers: processes that an image may end; None works in this one.
    """
    found = kept_scans.image(records, image)
    if found is None:
        return None
    spot = spot_shown(image)
    layout = None if spot is None else _layout(spot)
    code = (
        None
        if spot is None or layout is None
        else PageCode(layout.exam_number, spot.booklet, spot.page, spot.sheet)
    )
    page = None if layout is None or code is None else layout.at(code)
    try:
        if spot is not None and layout is not None and code is not None and page is not None:
            asked = _asked(shows, page, layout)
            seen = guarded(
                workers, cuts.cuts, found, layout, code, image.part, tuple(asked.values()), jpeg, image.turned
            )
            if not isinstance(seen, str):
                made = dict(zip(asked, seen, strict=True))
                inks = {n.removeprefix(_INK): ink for n, ink in made.items() if n.startswith(_INK) and ink}
                files = {name: file for name, file in made.items() if not name.startswith(_INK)}
                return Pictures(files, _named(spot, page, files), inks=inks)
            if shows not in _WHOLE:
                return Pictures(why=seen)
        if shows not in _WHOLE:
            return Pictures(why="the image is no page")
        whole = guarded(workers, cuts.whole, found, _LONGEST, _WHOLE[shows])
    except ReaderEndedError as error:
        return Pictures(why=str(error))
    return Pictures(why=whole) if isinstance(whole, str) else Pictures({WHOLE: whole}, frozenset({WHOLE}))


def as_scanned(
    records: Records,
    image: StoredImage,
    size: Size,
    points: Sequence[tuple[float, float]],
    workers: Executor | None,
) -> OnPicture | None:
    """All of an image as it was scanned, for a PDF; None if it cannot be shown.

    Args:
        records: of the folder that is open.
        image: what shall be seen.
        size: of the exam's paper.
        points: what lies on its page, in mm.
        workers: processes that an image may end; None works in this one.
    """
    found = kept_scans.image(records, image)
    if found is None:
        return None
    spot = spot_shown(image)
    layout = None if spot is None else _layout(spot)
    try:
        if spot is None or layout is None:
            seen = guarded(workers, scan_picture.whole_picture, found, size, points)
        else:
            code = PageCode(layout.exam_number, spot.booklet, spot.page, spot.sheet)
            seen = guarded(
                workers, scan_picture.placed_picture, found, layout, code, image.part, image.turned, points
            )
    except ReaderEndedError:
        return None
    return None if isinstance(seen, str) else seen


def _layout(spot: Spot) -> Layout | None:
    """As much of the layout as one page needs: it goes to another process."""
    if spot.sheet is Sheet.BOOKLET:
        return printings.part_of_layout({spot.booklet})
    found = printings.part_of_layout(sheets={spot.sheet})
    return replace(found, sheets=tuple(s for s in found.sheets if s.number == spot.booklet))


def _asked(shows: Shows, page: PageLayout, layout: Layout) -> dict[str, Cut]:
    fields = page.fields
    match shows:
        case Shows.BOXES:
            read = (f for f in fields if f.kind.row.reader is not None and f.kind not in SPACES)
            return {f.id: Cut(f.box.grown(ROUND), BOX_DPI) for f in read}
        case Shows.QUESTIONS:
            parts = {f.question: around(f.question, fields) for f in fields if f.question is not None}
            found = {
                name: Cut(part, QUESTION_DPI, whole_lines=True)
                for name, part in parts.items()
                if part is not None
            }
            spaces = [f for f in fields if f.kind in SPACES and f.question is not None]
            inks = {f"{_INK}{f.id}": Cut(f.box, DPI, made=alike.ink) for f in spaces}
            return found | {f.id: Cut(f.box.grown(NEAR), QUESTION_DPI) for f in spaces} | inks
        case Shows.PAGE | Shows.CLEANED:
            return {WHOLE: Cut(Box(0, 0, layout.size.w, layout.size.h), PAGE_DPI, made=_WHOLE[shows])}


def _named(spot: Spot, page: PageLayout, asked: Iterable[str]) -> frozenset[str]:
    """Those of the pictures in which a person may stand."""
    telling = {f.id for f in page.fields if tells_a_name(f)}
    if spot.sheet is Sheet.EXTRA:  # what is beside the number is far from it
        return frozenset(name for name in asked if name in telling or (name == WHOLE and telling))
    return frozenset(asked) if telling or page_tells_a_name(spot) else frozenset()
