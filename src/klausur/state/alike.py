"""Which open answers are alike enough to be judged together, as a group.

Those are the blank ones, and those in whose credit boxes the same single cross was read, or in whose box for
credits the same number, if not surely. Of
others it is said whether they may be judged with what looks like them, which a reader of their ink tells.
Whatever is doubtful otherwise stands alone: a page that came twice, a box that nobody can read. What stands
on the additional pages of its booklet is asked where answers are handed out.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from fractions import Fraction

from klausur.base.credits import Credits
from klausur.paper.answers import Answer, Doubt
from klausur.paper.fields import ANSWERING, SPACES, Field, FieldKind, Inked, Mark, empty
from klausur.read.model import Reading

BLANK = "blank"
"""What is alike in answers in which nothing is written and no credit is given."""

WRITTEN = "written "
"""Before what stands for the group of an answer that looks as if the same was written."""

_CROSSED = "crossed "
"""Before the credits that are crossed or written on the paper."""

_JUDGED = frozenset({Doubt.NO_CREDIT, Doubt.MARK_UNCLEAR, Doubt.DIGITS_UNCLEAR})
"""The doubts that judging an answer ends, whatever its pages show."""


def alike(answer: Answer, fields: Iterable[Field], read: Mapping[str, Reading]) -> str:
    """What an open answer has in common with others that may be judged with it; empty if it stands alone.

    Args:
        answer: to a question that people judge.
        fields: all of the question's.
        read: what was read in the booklet, by Field.
    """
    seen = _seen_whole(answer, fields, read)
    boxes = [(field, reading) for field, reading in seen if field.kind in ANSWERING]
    if not all(_legible(field, reading) for field, reading in boxes):
        return ""
    crossed = [_given(field, reading) for field, reading in boxes if reading.value != empty(field.kind)]
    if len(crossed) == 1 and crossed[0] is not None:
        return f"{_CROSSED}{crossed[0]}"
    return BLANK if _plain(seen) == {Inked.BLANK} else ""


def _legible(field: Field, reading: Reading) -> bool:
    if field.kind is FieldKind.CREDIT_NUMBER:
        return field.sayable(reading.value)
    return reading.value in {Mark.EMPTY, Mark.CROSSED}


def _given(field: Field, reading: Reading) -> Credits | None:
    return Fraction(reading.value) if field.kind is FieldKind.CREDIT_NUMBER else field.credits


def written(answer: Answer, fields: Iterable[Field], read: Mapping[str, Reading]) -> bool:
    """Whether an open answer is plainly written and nothing else, so that it may be judged with its like.

    Arguments as `alike` has them.
    """
    return Inked.WRITTEN in _plain(_seen_whole(answer, fields, read))


def _seen_whole(
    answer: Answer, fields: Iterable[Field], read: Mapping[str, Reading]
) -> list[tuple[Field, Reading]]:
    """The boxes and spaces of an answer, with what was read; none if any was not, or if it is doubtful."""
    doubts = set(answer.doubts)
    if not doubts or doubts - _JUDGED:
        return []
    here = [(field, read.get(field.id)) for field in fields if field.kind in ANSWERING | SPACES]
    seen = [(field, reading) for field, reading in here if reading is not None]
    return seen if len(seen) == len(here) else []


def _plain(seen: Sequence[tuple[Field, Reading]]) -> AbstractSet[str]:
    """What was read in the spaces of an answer; nothing if anything is crossed or unclear."""
    if any(
        reading.flagged or (f.kind in ANSWERING and reading.value != empty(f.kind)) for f, reading in seen
    ):
        return frozenset()
    return {reading.value for field, reading in seen if field.kind in SPACES}


def together(free: Sequence[int], said: Mapping[int, str], alone: AbstractSet[int], most: int) -> list[int]:
    """Which booklets' answers are judged with the first of these, itself among them: it alone where it is.

    Args:
        free: the booklets whose answers may be judged now, in their order; at least one.
        said: what their answers have in common with others, by booklet.
        alone: the booklets that somebody has taken out of such a group.
        most: so many at most.
    """
    first = free[0]
    common = "" if first in alone else said.get(first, "")
    if not common:
        return [first]
    return [number for number in free if number not in alone and said.get(number) == common][:most]


def crossed(said: str) -> Credits | None:
    """The credits that are crossed in answers which have this in common; None if none are."""
    return Fraction(said.removeprefix(_CROSSED)) if said.startswith(_CROSSED) else None
