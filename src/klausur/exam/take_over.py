"""The key of a printed exam out of what counts and what the source says: a three-way comparison.

Item by item: what the source did not change since it was last looked at stays as it counts, so that a mend
made elsewhere is never reverted; what was not mended elsewhere follows the source; what both changed is a
conflict, unless they agree. What was asked never changes here: differences in the paper are refused.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from klausur.base.diagnostics import Diagnostic, Place, errors
from klausur.base.errors import UsageError
from klausur.exam import check
from klausur.exam.differences import parts
from klausur.exam.differences.by_variant import DifferencesByVariant
from klausur.exam.differences.key import AlikeItem, difference, rows, same
from klausur.exam.differences.model import Difference, DifferenceKind
from klausur.exam.differences.paper import paper_differences
from klausur.exam.differences.parts import Item
from klausur.exam.differences.question_states import Sides
from klausur.exam.differences.whole_exam import BY_LETTER, LOOKS, OTHER_LETTERS, OTHER_QUESTION, READS
from klausur.exam.frozen.model import Frozen
from klausur.exam.merged import merged
from klausur.exam.whose_word import WhoseWord

_BASE, _COUNTS, _DISK = range(3)


@dataclass(frozen=True, slots=True)
class Conflict:
    """An item that source and records both changed, differently. The three texts are in plain words."""

    item: Item
    base: str
    counts: str
    disk: str
    place: Place
    variants: tuple[int, ...]

    @property
    def text(self) -> str:
        """One line for people."""
        was, is_, other = (text or "none" for text in (self.base, self.counts, self.disk))
        return f"{self.item.what} was {was}; the records have {is_}, the source has {other}"


@dataclass(frozen=True, slots=True)
class Merge:
    """What a take-over comes to. It may be recorded if nothing is in conflict, refused or diagnosed.

    Attributes:
        exam: what would count from now on, all variants. Items in conflict or refused are as they count.
        changed: from what counts now to that; empty if the source has nothing new.
        conflicts: items for which somebody must say whose word holds.
        refusals: what is another paper on disk than was printed, and so changes what answers mean.
        beside: what is otherwise on disk than was printed and concerns no answer: how the paper would look,
            and texts of which somebody has said that they mean the same.
        diagnostics: errors that the merged exam has and the one that counts has not, such as a rubric out
            of the source beside credits out of the records.
    """

    exam: Frozen
    changed: tuple[Difference, ...]
    conflicts: tuple[Conflict, ...]
    refusals: tuple[Difference, ...]
    diagnostics: tuple[Diagnostic, ...]
    beside: tuple[Difference, ...] = ()

    @property
    def clear(self) -> bool:
        """Whether it may be recorded."""
        return not (self.conflicts or self.refusals or self.diagnostics)


def take_over(
    *,
    printed: Frozen,
    base: Frozen,
    counts: Frozen,
    disk: Frozen,
    resolve: Mapping[Item, WhoseWord] | None = None,
    same_meaning: bool = False,
) -> Merge:
    """Bring the key that counts together with the one on disk.

    Args:
        printed: as it was printed, by which papers are compared and boxes judged.
        base: the exam on disk as it was at the last take-over; as printed before the first one.
        counts: what counts now, in the variants that are merged.
        disk: the exam on disk as it is now.
        resolve: whose word holds for items in conflict.
        same_meaning: somebody says that what reads otherwise than it was printed means the same. Of what read
            so at the last take-over already it was said then.

    Raises:
        UsageError: ``resolve`` names an item that is not in conflict.
        LookupError: one of the others lacks a variant of ``counts``, or ``disk`` one of ``printed``.
    """
    resolve = resolve or {}
    paper = paper_differences(printed, disk)
    beside = _beside(paper, base, disk, same_meaning=same_meaning)
    refusals = tuple(d for d in paper if d not in beside)
    sides = Sides(base, counts, disk)
    taken: list[Item] = []
    conflicts: dict[Item, Conflict] = {}
    for item in parts.items(counts.whole):
        if _held(item, refusals):
            continue
        verdict = _verdict(item, sides)
        if verdict is _Verdict.CONFLICT:
            conflicts[item] = _conflict(item, sides)
            verdict = _Verdict.TAKE if resolve.get(item) is WhoseWord.SOURCE else verdict
        if verdict is _Verdict.TAKE:
            taken.append(item)
    idle = [item for item in resolve if item not in conflicts]
    if idle:
        hint = "resolve those in conflict alone: " + (", ".join(map(str, conflicts)) or "there are none")
        raise UsageError(f"{idle[0]} is not in conflict", hint)
    exam, clashes = merged(counts, disk, taken)
    before = {d for known in counts.exams for d in check.whole(known)} if taken else set()
    after = dict.fromkeys(d for made in exam.exams for d in check.whole(made)) if taken else {}
    return Merge(
        exam=exam,
        changed=_changes(taken, sides, _COUNTS, _DISK),
        conflicts=tuple(c for item, c in conflicts.items() if item not in resolve),
        refusals=(*refusals, *clashes),
        diagnostics=errors(d for d in after if d not in before),
        beside=beside,
    )


def _beside(
    paper: tuple[Difference, ...], base: Frozen, disk: Frozen, *, same_meaning: bool
) -> tuple[Difference, ...]:
    """The differences in the paper that leave every answer what it was."""
    since = {(d.kind, d.question, d.what) for d in paper_differences(base, disk)} if paper else set()

    def known(difference: Difference) -> bool:
        told = (difference.kind, difference.question, difference.what)
        return told not in since and set(difference.variants) <= set(base.numbers)

    return tuple(d for d in paper if d.kind in LOOKS or (d.kind in READS and (same_meaning or known(d))))


def behind(*, base: Frozen, counts: Frozen, disk: Frozen) -> tuple[Difference, ...]:
    """Items in which the source is behind the records: mended there, and as at the last take-over on disk.

    ``old`` is what the source says, ``new`` what counts, ``place`` where to write it.

    Raises:
        LookupError: ``base`` or ``disk`` lacks a variant of ``counts``.
    """
    sides = Sides(base, counts, disk)
    late = [item for item in parts.items(counts.whole) if _verdict(item, sides) is _Verdict.BEHIND]
    return _changes(late, sides, _DISK, _COUNTS)


class _Verdict(StrEnum):
    EQUAL = "equal"
    BEHIND = "behind"
    TAKE = "take"
    CONFLICT = "conflict"


def _verdict(item: Item, sides: Sides) -> _Verdict:
    """What becomes of an item, over all variants at once: half of one mend would be neither."""
    found = rows(item, sides)
    if all(same(item, sides, row, _COUNTS, _DISK, parsed=False) for row in found):
        return _Verdict.EQUAL
    if all(same(item, sides, row, _BASE, _DISK, parsed=True) for row in found):
        return _Verdict.BEHIND
    if all(same(item, sides, row, _BASE, _COUNTS, parsed=False) for row in found):
        return _Verdict.TAKE
    return _Verdict.CONFLICT


def _held(item: Item, refusals: tuple[Difference, ...]) -> bool:
    """Whether a difference in the paper says that the source's item is about something else."""
    kinds = {d.kind for d in refusals if d.question == item.question is not None}
    if kinds & OTHER_QUESTION:
        return True
    if item.kind in BY_LETTER:
        return bool(kinds & (OTHER_LETTERS | {DifferenceKind.CHOICE_REWORDED}))
    boxes = {
        DifferenceKind.CREDITS: DifferenceKind.CREDIT_BOXES,
        DifferenceKind.EXPECTED: DifferenceKind.DIGIT_BOXES,
    }
    return boxes.get(item.kind) in kinds


def _differing(item: Item, sides: Sides) -> Iterator[AlikeItem]:
    """Where source and records differ."""
    return (row for row in rows(item, sides) if not same(item, sides, row, _COUNTS, _DISK, parsed=False))


def _conflict(item: Item, sides: Sides) -> Conflict:
    found = list(_differing(item, sides))
    values = found[0].values
    counts, disk = parts.tell(item, values[_COUNTS], values[_DISK])
    base, _ = parts.tell(item, values[_BASE], values[_COUNTS])
    numbers = tuple(sorted(number for row in found for number in row.variants))
    return Conflict(item, base, counts, disk, parts.place(item, found[0].question), numbers)


def _changes(items: list[Item], sides: Sides, old: int, new: int) -> tuple[Difference, ...]:
    found = DifferencesByVariant()
    for item in items:
        for row in _differing(item, sides):
            made = difference(item, row.values[old], row.values[new], row.question)
            found.add(replace(made, place=parts.place(item, row.question)), row.variants)
    return found.all
