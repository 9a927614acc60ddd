"""The rubric that lines make which people have typed, with what was printed where they say nothing else."""

from collections.abc import Sequence

from klausur.base.diagnostics import Place
from klausur.base.errors import UsageError
from klausur.exam.content import Content
from klausur.exam.rubric import Rubric, RubricGroup, RubricItem, senseless_deductions
from klausur.exam.rubric_lines import RubricLine, checked, contents_of
from klausur.exam.typed_text import content_of


def rubric_of(lines: Sequence[RubricLine], printed: Rubric | None, place: Place) -> Rubric:
    """The rubric that lines say.

    Args:
        lines: they, each with an id.
        printed: what has the words of those lines that say none.
        place: where lines stand that nobody has printed.

    Raises:
        UsageError: they make no rubric, or one with a deduction that makes no sense.
    """
    checked(lines)
    known = contents_of(printed)

    def words(line: RubricLine) -> Content | None:
        if line.text:
            return content_of(line.text, place)
        if line.id not in known and not line.group:
            raise UsageError(f"item {line.id} says nothing", "write what it is for")
        return known.get(line.id)

    def members(some: Sequence[RubricLine], depth: int) -> tuple[RubricItem | RubricGroup, ...]:
        found: list[RubricItem | RubricGroup] = []
        at = 0
        while at < len(some):
            line = some[at]
            end = at + 1
            while end < len(some) and some[end].depth > depth:
                end += 1
            content = words(line)
            if line.credits is None:
                below = members(some[at + 1 : end], depth + 1)
                found.append(RubricGroup(line.id, below, line.cap, line.either, content))
            elif content is not None:
                found.append(RubricItem(line.id, line.credits, content, line.each, line.full))
            at = end
        return tuple(found)

    notes = () if printed is None else printed.notes
    root = RubricGroup("all", members(lines, 0), None)
    for wrong in senseless_deductions(root):
        raise UsageError(f"item {wrong.item.id}: {wrong.message}", wrong.hint)
    return Rubric(root, notes)
