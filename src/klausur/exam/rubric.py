"""A question's rubric as a tree: what a corrector may tick, and the best that ticking can give.

What a corrector ticked, and what that earns, lives in `klausur.score.rubric`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from klausur.base.credits import Credits, show_credits
from klausur.exam.content import Content


@dataclass(frozen=True, slots=True)
class RubricItem:
    """One line of a rubric.

    ``credits`` may be positive, zero (a statement that earns nothing) or negative. With ``each`` the
    item counts as often as it occurs (minus a half for each missing keyword). With ``full`` it is a
    deduction: an answer that has this mistake, and is right otherwise, earns ``full`` and ``credits``,
    which are negative then; nothing else that its group gives counts beside it.
    """

    id: str
    credits: Credits
    content: Content
    each: bool = False
    full: Credits | None = None

    @property
    def gives(self) -> str:
        """What it gives, as the brackets of a source have it: ``+1``, ``-0.5 each``, ``-1 from 2``."""
        return gives(self.credits, self.full, each=self.each)


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


def gives(credits: Credits, full: Credits | None, *, each: bool) -> str:
    """What an item gives, as the brackets of a source have it."""
    whole = "" if full is None else f" from {show_credits(full)}"
    return f"{'+' * (credits > 0)}{show_credits(credits)}{' each' * each}{whole}"


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


@dataclass(frozen=True, slots=True)
class SenselessDeduction:
    """A deduction that means nothing where it stands: what is wrong, and how to mend it."""

    item: RubricItem
    message: str
    hint: str


def senseless_deductions(group: RubricGroup) -> Iterator[SenselessDeduction]:
    """The deductions below a group that make no sense, in the order of the source, one reason for each.

    A deduction takes something off, and no more than there is; those of a group are from the same credits,
    which the group can give; and an answer that has a mistake is no way of its own beside others.
    """
    first: RubricItem | None = None
    for member in group.members:
        if isinstance(member, RubricGroup):
            yield from senseless_deductions(member)
        elif member.full is not None:
            found = _senseless(member, member.full, group, first or member)
            if found is not None:
                yield SenselessDeduction(member, *found)
            first = first or member


def _senseless(
    item: RubricItem, full: Credits, group: RubricGroup, first: RubricItem
) -> tuple[str, str] | None:
    gives, most = item.gives, show_credits(best(group))
    message = hint = ""
    if item.credits >= 0:
        message = f"[{gives}] takes nothing off"
        hint = "write what the mistake costs, such as [-1 from 2]"
    elif -item.credits > full:
        message = f"[{gives}] takes off more than there is"
        hint = "write [0], or take off less"
    elif group.either:
        message = f"[{gives}] stands among ways of which the best counts"
        hint = "put it below its way, with [all] in front"
    elif full != first.full:
        message = f"[{gives}] and [{first.gives}] stand in one group"
        hint = "let both be from the same credits"
    elif full > best(group):
        message = f"[{gives}] is from more than the {most} that its group gives"
        hint = f"write from {most}, or items beside it that give more"
    return (message, hint) if message else None
