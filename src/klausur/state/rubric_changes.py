"""What another rubric does to answers that are judged: who gets more or less, and what wants a new look.

A judgement keeps what it gave. Here its ticks are counted once more under the other rubric, as
`klausur.score.rubric` counts them; whether that is recorded, people decide.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from klausur.base.credits import Credits
from klausur.exam.rubric import Rubric, RubricGroup
from klausur.exam.rubric_lines import LineChange, changes
from klausur.score.rubric import cut, earned
from klausur.state.judgements import GivenItem, Judged, StoredJudgement


class NewLook(StrEnum):
    """Why somebody must look again at an answer that is judged: what no arithmetic can decide."""

    GONE = "gone"
    """An item that it gave is there no more."""
    NEW = "new"
    """There is an item of which its corrector did not know."""
    CAP = "cap"
    """What a group gives is cut now, and was not."""
    ONCE = "once"
    """An item was given several times, and counts once now."""
    OUTSIDE = "outside"
    """With its adjustment it would earn less than nothing, or more than the question is worth."""


@dataclass(frozen=True, slots=True)
class RubricEffect:
    """What another rubric does to one answer.

    Attributes:
        judgement: the one that counts.
        judged: what its ticks are by the other rubric; None where they cannot be counted.
        touched: the items that it gave and that say or give something else, or are gone, by their ids.
        looks: why somebody must look at it.
    """

    judgement: StoredJudgement
    judged: Judged | None
    touched: tuple[str, ...]
    looks: tuple[NewLook, ...]

    @property
    def old(self) -> Credits:
        """What it earns."""
        return self.judgement.judged.credits

    @property
    def new(self) -> Credits | None:
        """What it would earn."""
        return None if self.judged is None else self.judged.credits

    @property
    def moves(self) -> bool:
        """Whether it would earn something else."""
        return self.judged is not None and self.judged.credits != self.old

    @property
    def concerned(self) -> bool:
        """Whether it is another judgement under the other rubric, or wants a look."""
        return bool(self.touched or self.looks or self.moves)


def effect(
    judgement: StoredJudgement,
    known: Rubric,
    new: Rubric,
    credits: Credits,
) -> RubricEffect:
    """What a rubric does to an answer that is judged.

    Args:
        judgement: the one that counts.
        known: the rubric by which it was made.
        new: the other one.
        credits: what the question is worth.
    """
    judged = judgement.judged
    items = {item.id: item for item in new.root.items}
    ticks = {item.id: item.count for item in judged.items}
    looks: dict[NewLook, None] = {}
    if ticks.keys() - items.keys():
        looks[NewLook.GONE] = None
    if items.keys() - {item.id for item in known.root.items}:
        looks[NewLook.NEW] = None
    if any(count > 1 and name in items and not items[name].each for name, count in ticks.items()):
        looks[NewLook.ONCE] = None
    left = {name: n if items[name].each else min(n, 1) for name, n in ticks.items() if name in items}
    if cut(new, left) - cut(known, ticks):
        looks[NewLook.CAP] = None
    worth = earned(new, left, credits) + judged.adjustment
    given = tuple(
        GivenItem(name, item.content.text, item.credits, left[name], item.full)
        for name, item in items.items()
        if name in left
    )
    made = None
    if 0 <= worth <= credits:
        made = Judged(worth, given, judged.adjustment, judged.reason, judged.comment)
    else:
        looks[NewLook.OUTSIDE] = None
    return RubricEffect(judgement, made, _touched(judged, given), tuple(looks))


def _touched(judged: Judged, given: tuple[GivenItem, ...]) -> tuple[str, ...]:
    now = {item.id: item for item in given}
    return tuple(item.id for item in judged.items if now.get(item.id) != item)


def changed_for(ticks: AbstractSet[str], old: Rubric | None, new: Rubric | None) -> tuple[LineChange, ...]:
    """Of the changes between two rubrics those that who ticked these items must know of.

    These are changes of what they ticked, items that are new to them, and groups that give something else.
    """
    found = changes(old, new)
    return tuple(
        change
        for change in found
        if (change.id in ticks and (change.reworded or change.revalued or change.new is None))
        or (change.old is None and change.new is not None and not change.new.group)
        or (
            change.old is not None
            and change.old.group
            and change.new is not None
            and (change.old.cap, change.old.either) != (change.new.cap, change.new.either)
            and bool(ticks & _below(new, change.id))
        )
    )


def _below(rubric: Rubric | None, group: str) -> AbstractSet[str]:
    """The items of a group."""
    if rubric is None:
        return frozenset()
    todo = [rubric.root]
    while todo:
        here = todo.pop()
        if here.id == group:
            return {item.id for item in here.items}
        todo += [m for m in here.members if isinstance(m, RubricGroup)]
    return frozenset()
