"""What the ticks of a corrector earn under a Rubric, exact.

The Rubric itself, and the best it can give, live in `klausur.exam.rubric`.

An item gives its credits times how often it is ticked. A group gives the sum of its members or, with
``either``, the best of those that have a tick; nothing ticked gives 0. Where a deduction is ticked, such as
``[-1 from 2]``, its group gives that full 2 less all its ticked deductions, but no less than 0, instead of
what its members earn; what members cost beside comes off as well. A cap then bounds the group's sum from
above. The root's result is clamped to 0 … the question's credits, once, at the end: a negative item outweighs
a positive one wherever it stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from klausur.base.credits import Credits
from klausur.exam.rubric import Rubric, RubricGroup, RubricItem


def earned(rubric: Rubric, ticks: Mapping[str, int], credits: Credits) -> Credits:
    """The credits that these ticks earn.

    Args:
        rubric: how the question is graded.
        ticks: item id to how often it is ticked; an item left out is not ticked.
        credits: what the question is worth.

    Returns:
        Between 0 and ``credits``.

    Raises:
        ValueError: an id that the rubric does not have, a count below 0, or more than one tick on an
            item that does not count per occurrence.
    """
    items = {item.id: item for item in rubric.root.items}
    for id_, count in ticks.items():
        item = items.get(id_)
        if item is None:
            raise ValueError(f"the rubric has no item {id_!r}")
        if count < 0:
            raise ValueError(f"item {id_!r} is ticked {count} times")
        if count > 1 and not item.each:
            raise ValueError(f"item {id_!r} is ticked {count} times, but counts only once")
    value = _value(rubric.root, ticks) or Fraction(0)
    return min(max(value, Fraction(0)), credits)


def cut(rubric: Rubric, ticks: Mapping[str, int]) -> frozenset[str]:
    """The groups whose cap takes something off what these ticks give, by their ids."""
    found: set[str] = set()

    def look(group: RubricGroup) -> None:
        for member in group.members:
            if isinstance(member, RubricGroup):
                look(member)
        whole = _value(replace(group, cap=None), ticks)
        if group.cap is not None and whole is not None and whole > group.cap:
            found.add(group.id)

    look(rubric.root)
    return frozenset(found)


def _value(member: RubricItem | RubricGroup, ticks: Mapping[str, int]) -> Credits | None:
    """What a member gives, or None if nothing in it is ticked."""
    if isinstance(member, RubricItem):
        count = ticks.get(member.id, 0)
        return member.credits * count if count else None
    values = [(m, value) for m in member.members if (value := _value(m, ticks)) is not None]
    if not values:
        return None
    total = _best(values) if member.either else _sum(values)
    return total if member.cap is None else min(total, member.cap)


def _best(values: Sequence[tuple[RubricItem | RubricGroup, Credits]]) -> Credits:
    return max(value for _, value in values)


def _sum(values: Sequence[tuple[RubricItem | RubricGroup, Credits]]) -> Credits:
    """What members give together, each with what it gives itself."""
    deducted = [(m.full, v) for m, v in values if isinstance(m, RubricItem) and m.full is not None]
    beside = [v for m, v in values if isinstance(m, RubricGroup) or m.full is None]
    if not deducted:
        return sum(beside, Fraction(0))
    left = min(full for full, _ in deducted) + sum(v for _, v in deducted)
    return max(left, Fraction(0)) + sum((min(v, Fraction(0)) for v in beside), Fraction(0))
