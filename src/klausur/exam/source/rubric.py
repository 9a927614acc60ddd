"""Rubrics: from the list of a ``::: rubric`` block to the tree of items.

    - [+1] an item                     - [max 2] a group that gives 2 at most
    - [0] earns nothing                    - [+1 each] as often as it occurs
    - [-0.5 each] per occurrence       - [either] only the best of these counts
    - [-1 from 2] else full credits        - [all] a group that is one of them
    - [note] for correctors only

docs/guide/exam-source.md describes the form; what ticks earn lives in `klausur.score.rubric`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from klausur.base.credits import Credits
from klausur.exam.content import Content
from klausur.exam.rubric import Rubric, RubricGroup, RubricItem
from klausur.exam.source import boxed_code, tree
from klausur.exam.source.attributes import part_of_credits
from klausur.exam.source.pandoc import Ast
from klausur.exam.source.pieces import Piece, Source, cut

_ITEM = re.compile(r"(?P<credits>[+\-−]?[\d.,/]+)(?P<each>\s+each)?(?:\s+from\s+(?P<full>[+]?[\d.,/]+))?")
_GROUP = re.compile(r"(?:all|(?P<either>either))?\s*(?:max\s+(?P<cap>[+]?[\d.,/]+))?")
_HINT = (
    "a line begins with [+1], [0], [-0.5], [-0.5 each], [-1 from 2], [max 2], [either], [either max 2], "
    "[all] or [note]"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list: what its bracket says, its text, and the lines below it."""

    piece: Piece
    note: bool = False
    credits: Credits | None = None
    each: bool = False
    full: Credits | None = None
    cap: Credits | None = None
    either: bool = False
    below: "tuple[Line, ...]" = ()

    @property
    def pieces(self) -> Iterator[Piece]:
        """The texts of this line and of those below it."""
        yield self.piece
        for line in self.below:
            yield from line.pieces


def parse(source: Source, blocks: Sequence[Ast], line: int) -> tuple[Line, ...]:
    """The lines of a rubric block; what cannot be read is reported and left out."""
    found: list[Line] = []
    for block in blocks:
        if block["t"] == "BulletList":
            found.extend(_lines(source, block))
        elif not tree.is_comment(block):
            source.report(
                "rubric-syntax",
                "a rubric is a list with - in front of each line, this is none",
                block["line"],
                f"begin lines with -; {_HINT}",
            )
    if not any(not item.note for item in found):
        source.report("rubric-syntax", "the rubric has no item", line, _HINT)
    return tuple(found)


def build(lines: Sequence[Line], contents: Mapping[Piece, Content]) -> Rubric:
    """The tree of items. An item's id is its position: ``1``, ``2``, ``2.1`` …, notes not counted."""
    notes = tuple(contents[line.piece] for line in _notes(lines))
    return Rubric(RubricGroup("all", _members(lines, contents, "")), notes)


def _notes(lines: Sequence[Line]) -> Iterator[Line]:
    for line in lines:
        if line.note:
            yield line
        yield from _notes(line.below)


def _members(
    lines: Sequence[Line], contents: Mapping[Piece, Content], prefix: str
) -> tuple[RubricItem | RubricGroup, ...]:
    members: list[RubricItem | RubricGroup] = []
    for number, line in enumerate((item for item in lines if not item.note), start=1):
        name, content = f"{prefix}{number}", contents[line.piece]
        if line.credits is not None:
            members.append(RubricItem(name, line.credits, content, line.each, line.full))
        else:
            below = _members(line.below, contents, f"{name}.")
            members.append(RubricGroup(name, below, line.cap, line.either, content))
    return tuple(members)


def _lines(source: Source, block: Ast) -> Iterator[Line]:
    for item in block["c"]:
        line = _read_line(source, item, item[0]["line"] if item else block["line"])
        if line is not None:
            yield line


def _read_line(source: Source, item: Sequence[Ast], at: int) -> Line | None:
    mark, rest = take_mark(item)
    if mark is None:
        source.report("rubric-syntax", "a line of the rubric has no [ ] in front", at, _HINT)
        return None
    text = [block for block in rest if block["t"] != "BulletList"]
    below = tuple(line for block in rest if block["t"] == "BulletList" for line in _lines(source, block))
    piece = cut(source, text, at, printed=False)
    line = _understood(Line(piece, below=below), mark, at)
    if line is None:
        return None
    if (line.note or line.credits is not None) and not tree.has_words(text):
        source.report("text-missing", f"the rubric line [{mark}] says nothing", at, "write what it is for")
    if line.note or line.credits is not None:
        if below:
            hint = "make the upper line a group, [all], [either] or [max 2], or move the lower ones out"
            source.report("rubric-syntax", "an item has lines below it, but is no group", at, hint)
    elif all(inner.note for inner in below):
        hint = "indent its items below it by four spaces"
        source.report("rubric-syntax", f"the group [{mark}] is empty", at, hint)
        return None
    return line


def _understood(line: Line, mark: str, at: int) -> Line | None:
    """The line with what its mark says, or None and a finding."""
    hint = _HINT
    try:
        if mark == "note":
            return replace(line, note=True)
        if item := _ITEM.fullmatch(mark):
            full = part_of_credits(item["full"]) if item["full"] else None
            return replace(line, credits=part_of_credits(item["credits"]), each=bool(item["each"]), full=full)
        if mark and (group := _GROUP.fullmatch(mark)):
            cap = part_of_credits(group["cap"]) if group["cap"] else None
            return replace(line, cap=cap, either=bool(group["either"]))
    except ValueError as error:
        hint = str(error)
    line.piece.source.report("rubric-syntax", f"[{mark}] is not understood", at, hint)
    return None


def take_mark(blocks: Sequence[Ast]) -> tuple[str | None, list[Ast]]:
    """The words in the brackets that a list item begins with, and the item without them.

    None instead of words if it does not begin with brackets.
    """
    if not blocks or blocks[0]["t"] not in {"Plain", "Para"}:
        return boxed_code.take_mark(blocks)
    inlines = blocks[0]["c"]
    if not inlines or not (tree.is_a(inlines[0], "Str") and inlines[0]["c"] == "["):
        return None, list(blocks)
    for at, node in enumerate(inlines):
        if tree.is_a(node, "Str") and node["c"] == "]":
            rest = inlines[at + 1 :]
            if rest and rest[0]["t"] in {"Space", "SoftBreak"}:
                rest = rest[1:]
            words = " ".join(tree.plain(inlines[1:at]).split())
            return words, [{**blocks[0], "c": rest}, *blocks[1:]]
    return None, list(blocks)
