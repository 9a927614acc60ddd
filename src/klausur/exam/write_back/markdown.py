"""Edits of a problem file: a box, an attribute of a heading, what rubric lines give, a whole block."""

import re
from collections.abc import Iterator

from klausur.base.credits import Credits, show_credits
from klausur.exam.rubric import Rubric, RubricGroup, RubricItem
from klausur.exam.write_back.lines import Lines, UnplacedError

_BOX = re.compile(r"(\s*[-*+]\s+)\[[ xX~]\](.*)")
_WORTH = re.compile(r"(\s*[-*+]\s+\[)[+\-−]?[\d.,/]+((?:\s+each)?(?:\s+from\s+[+]?[\d.,/]+)?\].*)")
_CAP = re.compile(r"(\s*[-*+]\s+\[(?:(?:all|either)\s+)?max\s+)[+]?[\d.,/]+(\].*)")
_HEADING = re.compile(r" {0,3}#{1,6}\s")
_CODE = re.compile(r" {0,3}(`{3,}|~{3,})")
_FENCE = re.compile(r" {0,3}:{3,}\s*(.*?)\s*:*\s*")


def heading(lines: Lines, question: str) -> int:
    """The line of a question's heading, by its id.

    Raises:
        UnplacedError: there is none, or several lines look like it.
    """
    named = re.compile(rf"{_HEADING.pattern}.*\{{\s*#{re.escape(question)}(?=[\s}}]).*\}}\s*")
    found = [number for number, words in _outside_code(lines) if named.fullmatch(words)]
    if len(found) != 1:
        raise UnplacedError("its heading is not plain to find")
    return found[0]


def set_box(lines: Lines, number: int, *, right: bool) -> None:
    """Cross the box of a choice, or empty it.

    Raises:
        UnplacedError: no box begins this line.
    """
    match = _BOX.fullmatch(lines.at(number))
    if match is None:
        raise UnplacedError(f"line {number} does not begin with the box of a choice")
    lines.put(number, f"{match[1]}[{'x' if right else ' '}]{match[2]}")


def set_weight(lines: Lines, number: int, weight: str) -> None:
    """Write into the box of a choice what a cross there gives.

    Raises:
        UnplacedError: no such box begins this line.
    """
    match = _WORTH.fullmatch(lines.at(number))
    if match is None:
        raise UnplacedError(f"line {number} does not begin with what a choice gives")
    lines.put(number, f"{match[1]}{weight}{match[2]}")


def set_cell(lines: Lines, number: int, column: int, of: int, *, right: bool) -> None:
    """Cross the box in a column (from 1) of a row of a table that has so many, or empty it.

    Raises:
        UnplacedError: the line does not end in that many boxes.
    """
    text = lines.at(number)
    found = list(re.finditer(r"\[[ xX~]\](?=\s*(?:\||$))", text))
    if len(found) < of:
        raise UnplacedError(f"line {number} does not have {of} boxes")
    at = found[len(found) - of + column - 1]
    lines.put(number, f"{text[: at.start()]}[{'x' if right else ' '}]{text[at.end() :]}")


def attribute(lines: Lines, number: int, key: str) -> str | None:
    """An attribute of a heading as it is written, with its name; None if it is not there."""
    match = re.search(rf'\s{key}=(?:"[^"]*"|[^\s"}}]+)', lines.at(number))
    return match and match[0].strip()


def set_attribute(lines: Lines, number: int, key: str, value: str | None) -> None:
    """Give an attribute of a heading another value, or take it away.

    Raises:
        UnplacedError: the heading has no attributes, or this one several times.
    """
    head, brace, inside = lines.at(number).rpartition("{")
    inside, closed, rest = inside.partition("}")
    there = re.findall(rf'\s+{key}=(?:"[^"]*"|[^\s"]+)', inside)
    if not brace or not closed or rest.strip() or "#" not in inside or len(there) > 1:
        raise UnplacedError(f"line {number} does not have its attributes at its end")
    if value is not None and re.search(r'[\s"={}]', value):
        if '"' in value or "{" in value or "}" in value:
            raise UnplacedError(f"{key} holds signs that stand in no attribute")
        value = f'"{value}"'
    new = "" if value is None else f" {key}={value}"
    inside = inside.replace(there[0], new) if there else f"{inside.rstrip()}{new}"
    lines.put(number, f"{head}{{{inside}}}{rest}")


def set_worths(lines: Lines, shift: int, old: Rubric, new: Rubric) -> None:
    """Give the lines of a rubric other credits.

    Args:
        lines: of the file.
        shift: how many lines below its place in ``old`` each stands now.
        old: the rubric as the file has it.
        new: the same with other credits and caps.

    Raises:
        UnplacedError: they differ in more.
    """
    before, after = list(_members(old.root)), list(_members(new.root))
    if not same_but_credits(old, new):
        raise UnplacedError("the rubrics differ in more than their credits")
    for was, is_ in zip(before, after, strict=True):
        if _worth(was) == _worth(is_):
            continue
        worth, content = _worth(is_), was.content
        if worth is None or _worth(was) is None or content is None:
            raise UnplacedError("the rubrics differ in more than their credits")
        number = content.place.line + shift
        form = _CAP if isinstance(was, RubricGroup) else _WORTH
        match = form.fullmatch(lines.at(number))
        shown = show_credits(worth)
        if match is None or "/" in shown:
            raise UnplacedError(f"line {number} does not begin with the credits of a rubric line")
        sign = "+" if worth > 0 and isinstance(was, RubricItem) else ""
        lines.put(number, f"{match[1]}{sign}{shown}{match[2]}")


def same_but_credits(one: Rubric, other: Rubric) -> bool:
    """Whether two rubrics have the same lines, but for what these give."""
    return _plain(one) == _plain(other)


def said(rubric: Rubric) -> object:
    """What a rubric says, wherever it stands."""
    return _plain(rubric), [_worth(member) for member in _members(rubric.root)]


def block(lines: Lines, at: int, name: str) -> tuple[int, int] | None:
    """First and last line of a question's ``::: name`` block, None if it has none.

    Args:
        lines: of the file.
        at: the line of the question's heading.
        name: ``solution`` or ``rubric``.

    Raises:
        UnplacedError: it has several, or one that is not closed.
    """
    found: list[tuple[int, int]] = []
    open_: list[tuple[int, str]] = []
    for number, words in _outside_code(lines):
        if number <= at:
            continue
        if _HEADING.match(words) and not open_:
            break
        match = _FENCE.fullmatch(words)
        if match is None:
            continue
        if match[1]:
            open_.append((number, match[1]))
        elif open_:
            first, said = open_.pop()
            if not open_ and re.fullmatch(rf"{name}|\{{\s*\.{name}\s*\}}", said):
                found.append((first, number))
    if open_ or len(found) > 1:
        raise UnplacedError(f"its ::: {name} is not plain to find")
    return found[0] if found else None


def end(lines: Lines, at: int) -> int:
    """The last line of a question that is not blank."""
    last = at
    for number, words in _outside_code(lines):
        if number > at and _HEADING.match(words):
            break
        if number > at and words.strip():
            last = number
    return last


def _outside_code(lines: Lines) -> Iterator[tuple[int, str]]:
    """The lines that are not inside a fenced code block, with their numbers."""
    fence = ""
    for number, words in enumerate(lines.texts, start=1):
        match = _CODE.match(words)
        if fence:
            if match and match[1].startswith(fence) and not words.strip().strip(fence[0]):
                fence = ""
        elif match:
            fence = match[1]
        else:
            yield number, words


def _members(group: RubricGroup) -> Iterator[RubricItem | RubricGroup]:
    for member in group.members:
        yield member
        if isinstance(member, RubricGroup):
            yield from _members(member)


def _worth(member: RubricItem | RubricGroup) -> Credits | None:
    return member.credits if isinstance(member, RubricItem) else member.cap


def _plain(rubric: Rubric) -> object:
    """A rubric without its credits and places."""
    told = [(type(m), m.id, _how(m), m.content and m.content.typst) for m in _members(rubric.root)]
    return told, [note.typst for note in rubric.notes]


def _how(member: RubricItem | RubricGroup) -> object:
    """How it counts, but for its own credits."""
    return (member.each, member.full) if isinstance(member, RubricItem) else member.either
