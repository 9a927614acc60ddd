"""Words that were meant as structure and became plain text: they would be printed with their signs.

Markdown never refuses anything: a grid table, a list without an empty line above it or a heading without a
blank is a paragraph to it. So are forms of other dialects. Each is a row here, with the way to write it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from klausur.exam.source.pandoc import Ast
from klausur.exam.source.printed_lines import Line, Where, lines_of


@dataclass(frozen=True, slots=True)
class LookAlike:
    """What some words look like, and how it is written. ``least``: in so many lines of a block."""

    pattern: re.Pattern[str]
    message: str
    hint: str
    least: int = 1


def _row(pattern: str, message: str, hint: str, least: int = 1) -> LookAlike:
    return LookAlike(re.compile(pattern), message, hint, least)


_LITERAL = "; if it is meant so: [so]{.literal}"
ROWS = (
    _row(
        r"^\+[-–—=+:]{3,}\+?\s*$",
        "a grid table, which is printed as it is typed",
        "write a table as | a | b | with |---|---| below its head; ::: beside and lists do the rest",
    ),
    _row(
        r"^\s*\|.*\|\s*$",
        "rows of a table without the line below its head",
        "write |---|---| below the first row, and an empty line above it",
        least=2,
    ),
    _row(
        r"^(?:[•·‣▪◦●○∙]|\(?(?:\d{1,2}|[A-Za-z])[.)])\s+\S",
        "a list that runs together with the text above it",
        "leave an empty line above the list, and begin its lines with -, 1. or a)",
        least=2,
    ),
    _row(
        r"^[•‣▪◦●∙]\s+\S",
        "a line that begins with a bullet",
        "begin the lines of a list with -",
    ),
    _row(r"^#{2,6}[^\s#]", "a heading without a blank behind #", "write ## Its title"),
    _row(
        r"\{(?:[#.][A-Za-z][^{}]*|[A-Za-z]+=[^{}]*)\}",
        "attributes in braces that belong to nothing",
        "they stand directly behind a heading's words, a figure or [words]" + _LITERAL,
    ),
    _row(
        r"^:{2,}\s*\{?\.?[A-Za-z]",
        "a block that does not begin",
        "write ::: name, with three colons and nothing else",
    ),
    _row(
        r"^\s*:{3,}\s*$",
        "the end of a block that did not begin",
        "write ::: name above it, at the left margin",
    ),
    _row(
        r"```|~~~",
        "a fence of code inside a line",
        "let the fence begin a line of its own, and close it with the same signs",
    ),
    _row(
        r"(?<![\w*])\*\*(?![\s*])|(?<![\s*])\*\*(?![\w*])|^\*\*\s",
        "** that nothing closes, or with a blank inside",
        "write **words** without blanks at their ends" + _LITERAL,
    ),
    _row(
        r"!\[|\]\(|\]\[[^\]\s]",
        "brackets of a figure or link that lead nowhere",
        "write ![words](figures/name.svg) or [words](https://…)",
    ),
    _row(
        r"\[\^[^\]]*\]|\^\[",
        "a footnote",
        "write it into the text: answers are written where a footnote would stand",
    ),
    _row(r"^(?:={3,}|\*{3,}|~{3,})\s*$", "a line of signs", "a rule is --- between empty lines"),
    _row(r"==[^\s=][^=]*==", "== for highlighted words", "write **words**" + _LITERAL),
)
_BEHIND_A_BOX = _row(
    r"^(?:>|#{1,6}|[-*+]|\d+[.)])\s+\S",
    "a quote, heading or list in the line of its box",
    "begin it in a line of its own, indented below the box",
)
_BOXES = re.compile(r"(?<![\w\])])(?:\[\s?\]|\(\s{0,3}\)|\[_+\])(?![\w\[(])|[☐▢❏❑🗆]")


@dataclass(frozen=True, slots=True)
class Finding:
    """What looks like structure, where."""

    words: str
    message: str
    hint: str
    line: int


def find(blocks: Sequence[Ast], *, in_choice: bool = False) -> Iterator[Finding]:
    """What was meant as structure; at most one finding for each row of the table and block."""
    for lines in _blocks(blocks):
        for row in (*ROWS, _BEHIND_A_BOX) if in_choice else ROWS:
            found = [(line, match) for line in lines if (match := row.pattern.search(line.text))]
            if len(found) >= row.least:
                line, match = found[0]
                yield Finding(match[0].strip(), row.message, row.hint, line.number)
                break


def boxes(blocks: Sequence[Ast]) -> Iterator[tuple[str, int]]:
    """Boxes that look as if they were to be ticked; at most one a block."""
    for lines in _blocks(blocks):
        for line in lines:
            if match := _BOXES.search(line.text):
                yield match[0], line.number
                break


def _blocks(blocks: Sequence[Ast]) -> Iterator[list[Line]]:
    """The lines of each paragraph; code and captions are no structure."""
    lines = [x for x in lines_of(list(blocks)) if x.where not in {Where.CODE, Where.CAPTION}]
    count = 0

    def number(line: Line) -> int:
        nonlocal count
        count += line.part == 0
        return count

    for _, group in groupby(lines, key=number):
        yield list(group)
