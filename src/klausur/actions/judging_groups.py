"""Groups of answers that are handed out together.

The blank ones, those with the same credits crossed, and those that look as if the same was written in them.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from klausur.paper.fields import SPACES
from klausur.state.alike import BLANK, WRITTEN, together, written
from klausur.store import alike
from klausur.store.frame import Frame

MOST = 48
"""Answers of a group: four sheets of twelve, and no more than one transaction records in a moment."""


@dataclass(frozen=True, slots=True)
class HandedOut:
    """The booklets whose answers are to be judged, and what these have in common, if anything."""

    booklets: tuple[int, ...]
    alike: str = ""


@dataclass(frozen=True, slots=True)
class Like:
    """Which group an answer belongs to by its ink, and the image on which that was seen."""

    group: int
    image: int


def group(
    frame: Frame, question: str, free: Sequence[int], alone: AbstractSet[int], like: Mapping[int, Like]
) -> HandedOut:
    """What is judged next of these: a group of two at least, or the first answer alone. For an open exam.

    Args:
        frame: of the exam.
        question: the question's id.
        free: booklets whose answers may be handed out, in their order; at least one.
        alone: those that somebody has taken out of a group.
        like: by booklet, what answers look like others.
    """
    said = alike.said(question)
    by_ink = {number: f"{WRITTEN}{each.group}" for number, each in like.items()}
    said = by_ink | said
    found = together(free, said, alone, MOST)
    common = said.get(free[0], "")
    if common.startswith(WRITTEN) and len(found) > 1:
        found = _plainly_written(frame, question, found, like)
        found = found if free[0] in found else []
    if common == BLANK and len(found) > 1:
        elsewhere = written_elsewhere(frame, frozenset(found))
        found = [number for number in found if number not in elsewhere]
        if free[0] in elsewhere:
            found = []
    return HandedOut(tuple(found), common) if len(found) > 1 else HandedOut((free[0],))


def _plainly_written(
    frame: Frame, question: str, booklets: Sequence[int], like: Mapping[int, Like]
) -> list[int]:
    """Those of these answers that are seen whole and without a doubt, on the image that told their group."""
    numbers = frozenset(booklets)
    elsewhere = written_elsewhere(frame, numbers)
    layout, read = frame.papers_of(numbers), alike.answers(question, numbers)
    found = []
    for number in booklets:
        fields = (field for _, field in layout.fields(number) if field.question == question)
        seen = read.get(number)
        if seen is None or number in elsewhere or like[number].image not in seen.images:
            continue
        if written(seen.answer, fields, seen.read):
            found.append(number)
    return found


def written_elsewhere(frame: Frame, booklets: AbstractSet[int]) -> AbstractSet[int]:
    """Those of these booklets in which an answer may go on: an extra sheet, or an additional page.

    An additional page counts unless it was found, and read as blank.
    """
    blank = alike.blank_spaces(booklets)
    layout = frame.papers_of(frozenset(booklets))
    additional = {
        index: [f.id for f in page.fields if f.question is None and f.kind in SPACES]
        for index, page in enumerate(layout.pages)
    }
    written = {
        each.number
        for each in layout.booklets
        if each.number in booklets
        for index in each.pages
        for field in additional[index]
        if (each.number, field) not in blank
    }
    return written | alike.with_extra_sheets(booklets)
