"""Groups of answers that are handed out together: the blank ones, and those with the same credits crossed."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from klausur.paper.fields import SPACES
from klausur.state.alike import BLANK, together
from klausur.store import alike
from klausur.store.derive import Frame

MOST = 48
"""Answers of a group: four sheets of twelve, and no more than one transaction records in a moment."""


@dataclass(frozen=True, slots=True)
class HandedOut:
    """The booklets whose answers are to be judged, and what these have in common, if anything."""

    booklets: tuple[int, ...]
    alike: str = ""


def group(frame: Frame, question: str, free: Sequence[int], alone: AbstractSet[int]) -> HandedOut:
    """What is judged next of these: a group of two at least, or the first answer alone. For an open exam.

    Args:
        frame: of the exam.
        question: the question's id.
        free: booklets whose answers may be handed out, in their order; at least one.
        alone: those that somebody has taken out of a group.
    """
    said = alike.said(question)
    found = together(free, said, alone, MOST)
    common = said.get(free[0], "")
    if common == BLANK and len(found) > 1:
        elsewhere = written_elsewhere(frame, frozenset(found))
        found = [number for number in found if number not in elsewhere]
        if free[0] in elsewhere:
            found = []
    return HandedOut(tuple(found), common) if len(found) > 1 else HandedOut((free[0],))


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
