"""A question's rubric as a tree: what a corrector may tick, and the best that ticking can give.

What a corrector ticked, and what that earns, lives in `klausur.score.rubric`.
"""

from dataclasses import dataclass
from fractions import Fraction

from klausur.base.credits import Credits
from klausur.exam.content import Content


@dataclass(frozen=True, slots=True)
class RubricItem:
    """One line of a rubric.

    ``credits`` may be positive, zero (a statement that earns nothing) or negative. With ``each`` the
    item counts as often as it occurs (minus a half for each missing keyword).
    """

    id: str
    credits: Credits
    content: Content
    each: bool = False


@dataclass(frozen=True, slots=True)
class RubricGroup:
    """Items and groups that are graded together.

    ``cap`` bounds what the group can give ("one each, two at most"). With ``either`` only the best of
    its ticked members counts (one route or the other, never both). ``content`` is its heading.
    """

    id: str
    members: "tuple[RubricItem | RubricGroup, ...]"
    cap: Credits | None = None
    either: bool = False
    content: Content | None = None

    @property
    def items(self) -> tuple[RubricItem, ...]:
        """All items below this group, in the order of the source."""
        found: list[RubricItem] = []
        for member in self.members:
            found.extend(member.items if isinstance(member, RubricGroup) else (member,))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Rubric:
    """How a Question is graded: the tree of items, and notes that only correctors see."""

    root: RubricGroup
    notes: tuple[Content, ...] = ()


def best(member: RubricItem | RubricGroup) -> Credits:
    """The most credits that ticking can give, before the clamp to the question's credits.

    Negative items count nothing here: the best answer has no mistakes. A positive item with ``each``
    counts once unless its group has a cap, which it then reaches.
    """
    if isinstance(member, RubricItem):
        return max(member.credits, Fraction(0))
    each = any(isinstance(m, RubricItem) and m.each and m.credits > 0 for m in member.members)
    if each and member.cap is not None:
        return member.cap
    parts = [best(m) for m in member.members]
    total = max(parts, default=Fraction(0)) if member.either else sum(parts, Fraction(0))
    return total if member.cap is None else min(total, member.cap)
