"""A rubric as the lines that people change: the tree as a list, each line with how far in it stands.

A line keeps its id whatever becomes of its words and its place, so that an item which was reworded is the
same item; no id is given twice. Nothing here knows of judgements.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from klausur.base.credits import Credits, show_credits
from klausur.base.errors import UsageError
from klausur.exam.content import Content
from klausur.exam.rubric import Rubric, RubricGroup, RubricItem, gives

MOST_LINES = 100
DEEPEST = 3
_MOST, _FINEST = 1000, 60
"""Credits of a line at most, and the finest part of one."""


@dataclass(frozen=True, slots=True)
class RubricLine:
    """One line: an item, or the head of a group.

    Attributes:
        id: its own; empty of one that is new.
        depth: how many groups it stands in.
        credits: of an item; None makes the line a group, of the lines below it that stand further in.
        each: an item counts as often as it occurs.
        full: an item is a deduction from these credits.
        cap: of a group, the most that it gives.
        either: of a group, only the best of it counts.
        text: as it was typed; empty for what was printed under this id.
    """

    id: str
    depth: int = 0
    credits: Credits | None = None
    each: bool = False
    cap: Credits | None = None
    either: bool = False
    text: str = ""
    full: Credits | None = None

    @property
    def group(self) -> bool:
        """Whether it is the head of a group."""
        return self.credits is None


def lines_of(rubric: Rubric | None) -> tuple[RubricLine, ...]:
    """The lines of a rubric, with the words that it has; none of a question without one."""
    return () if rubric is None else tuple(_lines(rubric.root, 0))


def _lines(group: RubricGroup, depth: int) -> Iterator[RubricLine]:
    for member in group.members:
        if isinstance(member, RubricItem):
            yield RubricLine(member.id, depth, member.credits, member.each, full=member.full)
        else:
            yield RubricLine(member.id, depth, cap=member.cap, either=member.either)
            yield from _lines(member, depth + 1)


def contents_of(rubric: Rubric | None) -> Mapping[str, Content | None]:
    """The words of each line, by its id; a group may have none."""
    found: dict[str, Content | None] = {}

    def look(group: RubricGroup) -> None:
        for member in group.members:
            found[member.id] = member.content
            if isinstance(member, RubricGroup):
                look(member)

    if rubric is not None:
        look(rubric.root)
    return found


def checked(lines: Sequence[RubricLine]) -> None:
    """See that lines make a rubric.

    Raises:
        UsageError: they do not; it says which line and why.
    """
    if not any(not line.group for line in lines):
        raise UsageError("a rubric without an item gives nothing", "leave an item in it")
    if len(lines) > MOST_LINES:
        raise UsageError(f"{len(lines)} lines are too many for a rubric", f"use {MOST_LINES} at most")
    seen: set[str] = set()
    before: RubricLine | None = None
    for number, line in enumerate(lines, start=1):
        if line.id and line.id in seen:
            raise UsageError(f"line {number}: item {line.id} is there twice", "leave one of them out")
        seen.add(line.id)
        _check_place(number, line, before)
        _check_credits(number, line)
        before = line
    if before is not None and before.group:
        raise _empty(len(lines))


def _check_place(number: int, line: RubricLine, before: RubricLine | None) -> None:
    deepest = 0 if before is None else before.depth + before.group
    if not 0 <= line.depth <= min(deepest, DEEPEST):
        raise UsageError(
            f"line {number} stands further in than a group is", "put it below a group, or farther out"
        )
    if before is not None and before.group and line.depth != before.depth + 1:
        raise _empty(number - 1)


def _check_credits(number: int, line: RubricLine) -> None:
    if line.cap is not None and line.cap <= 0:
        raise UsageError(
            f"line {number}: a group that gives 0 at most gives nothing", "write more, or no cap"
        )
    for value in (line.credits, line.cap, line.full):
        if value is not None and (abs(value) > _MOST or value.denominator > _FINEST):
            raise UsageError(f"line {number}: {value} are no credits of an item", "write 2, 0.5 or -1")


def _empty(number: int) -> UsageError:
    return UsageError(f"line {number}: a group has no items", "put items below it, or remove it")


def with_ids(lines: Iterable[RubricLine], used: Iterable[str]) -> tuple[RubricLine, ...]:
    """The same; new lines get ids that no line of this question ever had."""
    next_ = 1 + max((int(part) for name in used if (part := name.partition(".")[0]).isdigit()), default=0)
    found: list[RubricLine] = []
    for line in lines:
        if line.id:
            found.append(line)
        else:
            found.append(replace(line, id=f"{next_}"))
            next_ += 1
    return tuple(found)


@dataclass(frozen=True, slots=True)
class LineChange:
    """What becomes of one line. ``old`` or ``new`` is None where it is added or removed.

    Attributes:
        id: of the line; empty of one that has none yet.
        old: the line as it was.
        new: the line as it is.
        moved: whether it stands elsewhere.
        words: the words of both, in their plain form.
        html: the words of both with formulas.
    """

    id: str
    old: RubricLine | None
    new: RubricLine | None
    moved: bool
    words: tuple[str, str]
    html: tuple[str, str]

    @property
    def reworded(self) -> bool:
        """Whether it is there before and after, and says something else."""
        return self.old is not None and self.new is not None and self.words[0] != self.words[1]

    @property
    def revalued(self) -> bool:
        """Whether it is there before and after, and gives something else."""
        return (
            self.old is not None
            and self.new is not None
            and (self.old.credits, self.old.each, self.old.full, self.old.cap, self.old.either)
            != (self.new.credits, self.new.each, self.new.full, self.new.cap, self.new.either)
        )

    @property
    def text(self) -> str:
        """One line for people: ``item 3: +1 → +2, “a word” → “two words”``."""
        old, new = self.old, self.new
        name = f"{'group' if (new or old or RubricLine('')).group else 'item'} {self.id}"
        if old is None or new is None:
            line, words = (new, self.words[1]) if new is not None else (old, self.words[0])
            said = "" if line is None else f"[{worth(line)}] {words}".rstrip()
            return f"{name} {'removed' if new is None else 'added'}: {said}"
        parts = [f"{worth(old)} → {worth(new)}"] if self.revalued else []
        parts += [f"“{self.words[0]}” → “{self.words[1]}”"] if self.reworded else []
        return f"{name}: {', '.join([*parts, *(['moved'] if self.moved else [])])}"


def worth(line: RubricLine) -> str:
    """What a line gives, as the brackets of a source have it: ``+1 each``, ``either max 2``, ``all``."""
    if line.credits is not None:
        return gives(line.credits, line.full, each=line.each)
    parts = ["either"] if line.either else []
    parts += [] if line.cap is None else [f"max {show_credits(line.cap)}"]
    return " ".join(parts) or "all"


def changes(old: Rubric | None, new: Rubric | None) -> tuple[LineChange, ...]:
    """How two rubrics differ, line by line: in the order of the newer, those that are gone last."""
    before, after = {x.id: x for x in lines_of(old)}, {x.id: x for x in lines_of(new)}
    was, is_ = contents_of(old), contents_of(new)
    moved = _moved(list(before), list(after)) | {
        name for name in before.keys() & after if _into(old, name) != _into(new, name)
    }
    found = []
    for name in [*after, *(name for name in before if name not in after)]:
        one, other = before.get(name), after.get(name)
        words = _told(was.get(name)), _told(is_.get(name))
        html = _shown(was.get(name)), _shown(is_.get(name))
        made = LineChange(name, one, other, name in moved, words, html)
        if one is None or other is None or made.moved or made.reworded or made.revalued:
            found.append(made)
    return tuple(found)


def _told(content: Content | None) -> str:
    return "" if content is None else " ".join(content.text.split())


def _shown(content: Content | None) -> str:
    return "" if content is None else content.html


def _moved(before: list[str], after: list[str]) -> set[str]:
    """Those that stand in another order among those that are there before and after."""
    here = [name for name in after if name in before]
    places = [before.index(name) for name in here]
    # What need not move is the longest run that rises.
    best: list[list[int]] = []
    for at, place in enumerate(places):
        before_it = [run for run in best if places[run[-1]] < place]
        best.append([*_longest(before_it), at])
    stays = set(_longest(best))
    return {name for at, name in enumerate(here) if at not in stays}


def _longest(runs: list[list[int]]) -> list[int]:
    return max(runs, key=len) if runs else []


def _into(rubric: Rubric | None, name: str) -> str:
    """The group that a line stands in."""
    found = ""

    def look(group: RubricGroup) -> None:
        nonlocal found
        for member in group.members:
            if member.id == name:
                found = group.id
            if isinstance(member, RubricGroup):
                look(member)

    if rubric is not None:
        look(rubric.root)
    return found


def together(
    base: Sequence[RubricLine], theirs: Sequence[RubricLine], mine: Sequence[RubricLine]
) -> tuple[tuple[RubricLine, ...], tuple[str, ...]]:
    """What two people made of one rubric as one, and the lines that both changed, where ``mine`` holds.

    Each part of a line that only one of them changed is as they have it. A line that one removed is gone,
    unless the other changed it.

    Args:
        base: what both began with.
        theirs: what one of them made of it.
        mine: what the other made of it.
    """
    was, one, other = ({line.id: line for line in some if line.id} for some in (base, theirs, mine))
    both: list[str] = []
    merged: dict[str, RubricLine] = {}
    for name in {**one, **other}:
        ours, yours, old = other.get(name), one.get(name), was.get(name)
        if ours is None or yours is None:
            left = ours or yours
            if left is None or left == old:
                continue
            if old is not None:
                both.append(name)
            merged[name] = left
            continue
        merged[name], clash = _merged(old or yours, yours, ours)
        if clash:
            both.append(name)
    first, second = (mine, theirs) if _order(mine, was) != _order(base, was) else (theirs, mine)
    found = [merged[line.id] if line.id else line for line in first if not line.id or line.id in merged]
    placed = {line.id for line in first if line.id}
    for at, line in enumerate(second):
        if (line.id and line.id not in placed and line.id in merged) or (not line.id and second is mine):
            before = next(
                (i for b in reversed(second[:at]) for i, x in enumerate(found) if b.id and x.id == b.id), -1
            )
            after = before + 1
            while after < len(found) and found[after].depth > line.depth:
                after += 1
            found.insert(after, merged.get(line.id, line))
    return tuple(_out_of_groups_that_are_gone(found)), tuple(both)


def _out_of_groups_that_are_gone(lines: Iterable[RubricLine]) -> Iterator[RubricLine]:
    before: RubricLine | None = None
    for line in lines:
        deepest = 0 if before is None else before.depth + before.group
        before = line if line.depth <= deepest else replace(line, depth=deepest)
        yield before


def _order(lines: Sequence[RubricLine], known: Mapping[str, RubricLine]) -> list[str]:
    return [line.id for line in lines if line.id in known]


def _merged(old: RubricLine, theirs: RubricLine, mine: RubricLine) -> tuple[RubricLine, bool]:
    clash = False
    made = mine
    for part in ("depth", "credits", "each", "full", "cap", "either", "text"):
        was, yours, ours = getattr(old, part), getattr(theirs, part), getattr(mine, part)
        if ours == was:
            made = replace(made, **{part: yours})
        elif yours not in (was, ours):
            clash = True
    return made, clash
