"""A scanned side of a trial sheet: placed and read as any page, and looked at for what the devices did to it.

What is measured here is judged in `klausur.actions.trial_verdicts`.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from klausur.paper.code import PageCode
from klausur.paper.fields import FieldKind
from klausur.paper.trial import EXAM, KEY, TrialSheet
from klausur.read import marks, page
from klausur.read.model import PageResult, Results
from klausur.scan import seen_bars, sheet_pose, streaks, tones
from klausur.scan.model import PageImage, Placed, Quality, Reason
from klausur.scan.place import place, place_as
from klausur.scan.seen_bars import Bar
from klausur.scan.sheet_pose import SheetPose
from klausur.scan.stated import stated
from klausur.scan.streaks import Streak

_UNKNOWN = frozenset({Reason.NO_CODE, Reason.BLURRED, Reason.RESOLUTION, Reason.FIDUCIALS})
"""Why it is not known which side an image shows, though it may show one."""


@dataclass(frozen=True, slots=True)
class TrialLook:
    """What was measured on a side, where its place is known.

    ``bars`` says of each bar near which edge it is, how many mm from it, and what became of it; ``seconds``
    how long the page took to be decoded, placed and read.
    """

    paper: str
    quality: Quality
    pose: SheetPose
    bars: tuple[tuple[str, int, Bar], ...]
    streaks: tuple[Streak, ...]
    two_level: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class SeenSide:
    """What came of a page on an image; ``look`` is None if nobody knows where on the image it lies.

    As all sides are printed alike, a side may be looked at of which the code is lost. It is not read then, as
    it would not be in an exam.
    """

    result: PageResult
    look: TrialLook | None


def see(image: PageImage, sheets: Sequence[TrialSheet]) -> tuple[SeenSide, ...]:
    """Read an image that should show a side of one of these sheets, which differ by their paper.

    Returns:
        What came of each page on the image, at least one.
    """
    marks.shipped()  # loaded once for many pages: not what reading a page takes
    sheet, results, seconds = _read(image, sheets)
    if all(result.unplaced is not None for result in results):
        return tuple(
            SeenSide(result, _looked_at_all_the_same(result, image, sheets, seconds)) for result in results
        )
    found = place(image, sheet.layout, KEY)
    return tuple(
        SeenSide(result, _look(one, image, sheet, seconds) if isinstance(one, Placed) else None)
        for result, one in zip(results, found, strict=True)
    )


def _read(image: PageImage, sheets: Sequence[TrialSheet]) -> tuple[TrialSheet, Results, float]:
    """By the first sheet that the image shows; if it can be read by none, by one that knows its code."""
    tried = []
    for sheet in sheets:
        began = time.perf_counter()
        results = page.process(image, sheet.layout, KEY)
        tried.append((sheet, results, time.perf_counter() - began))
        if any(result.code is not None for result in results):
            return tried[-1]
    return min(tried, key=lambda one: any(_is_other(result) for result in one[1]))


def _is_other(result: PageResult) -> bool:
    """Whether a page has a code of a trial, but of another sheet."""
    return result.unplaced is not None and result.unplaced.reason is Reason.NO_SUCH_PAGE


def _looked_at_all_the_same(
    result: PageResult, image: PageImage, sheets: Sequence[TrialSheet], seconds: float
) -> TrialLook | None:
    """A side whose code is lost, if its frames show where it lies."""
    if result.unplaced is None or result.unplaced.reason not in _UNKNOWN:
        return None
    for sheet in sheets:
        any_side = PageCode(EXAM, sheet.layout.booklets[0].number, 1)
        found = place_as(image, sheet.layout, any_side, result.part)
        if isinstance(found, Placed):
            return _look(found, image, sheet, seconds)
    return None


def _look(placed: Placed, image: PageImage, sheet: TrialSheet, seconds: float) -> TrialLook:
    printed, says = sheet.marks, stated(image)
    side, *_ = sheet.layout.pages
    fiducials = tuple(field.box for field in side.fields if field.kind is FieldKind.FIDUCIAL)
    ink_test = marks.shipped().card.ink_test
    if ink_test is None:
        raise LookupError("the mark reader's card has no ink test, without which it is not loaded")
    became = seen_bars.bars(placed, [box for _, _, box in printed.ticks])
    return TrialLook(
        paper=sheet.layout.paper,
        quality=placed.quality,
        pose=sheet_pose.pose(placed, sheet.layout.size, says.size),
        bars=tuple((edge, mm, bar) for (edge, mm, _), bar in zip(printed.ticks, became, strict=True)),
        streaks=streaks.streaks(
            placed,
            along=printed.across,
            down=printed.down,
            rules=printed.rules,
            darkness=ink_test.darkness,
        ),
        two_level=says.two_level or tones.two_level(placed, fiducials),
        seconds=seconds,
    )
