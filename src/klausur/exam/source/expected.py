"""The numbers that are right, out of a ``::: answer`` block: one number, or a list with credits in brackets.

9.81 ± 0.02              - [+2] 9.81 ± 0.02
                         - [+1] 9.8
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from klausur.base.credits import Credits
from klausur.exam import number, placeholders
from klausur.exam.number import ExpectedNumber
from klausur.exam.source import tree
from klausur.exam.source.attributes import credits_value
from klausur.exam.source.pandoc import Ast
from klausur.exam.source.pieces import Source
from klausur.exam.source.rubric import take_mark

_HINT = "write a number, such as 9.81 ± 0.02, or a list: - [+2] 9.81 and - [+1] 9.8"


@dataclass(frozen=True, slots=True)
class ExpectedLine:
    """One line of the block; without ``credits`` it earns all that the question is worth."""

    text: str
    credits: Credits | None
    line: int

    def read(self, worth: Credits) -> ExpectedNumber:
        """What it says.

        Raises:
            ValueError: it is no number.
        """
        return number.parse(self.text, worth if self.credits is None else self.credits)


def expected(source: Source, blocks: Sequence[Ast], line: int) -> tuple[ExpectedLine, ...]:
    """The lines of a block; what cannot be read is reported and left out."""
    found: list[ExpectedLine] = []
    for block in blocks:
        if block["t"] == "BulletList":
            found.extend(_listed(source, block))
        elif block["t"] in {"Para", "Plain"}:
            found.append(ExpectedLine(tree.plain(block["c"]), None, block["line"]))
        elif not tree.is_comment(block):
            source.report("answer-syntax", "this is no number", block["line"], _HINT)
    good = []
    for one in found:
        try:
            one.read(one.credits or Fraction(1))
            good.append(one)
        except ValueError as error:
            if not placeholders.placeholders(
                one.text
            ):  # its program was not run; that is said of the program
                source.report("answer-syntax", f"{one.text!r} cannot be used", one.line, str(error))
    if not found:
        source.report("answer-syntax", "the block names no number", line, _HINT)
    return tuple(good)


def _listed(source: Source, block: Ast) -> Iterator[ExpectedLine]:
    for item in block["c"]:
        line = item[0]["line"] if item else block["line"]
        mark, rest = take_mark(item)
        try:
            worth = None if mark is None else credits_value(mark)
        except ValueError as error:
            source.report("answer-syntax", f"[{mark}] is not understood", line, str(error))
            continue
        if mark is None or len(rest) != 1 or rest[0]["t"] not in {"Para", "Plain"}:
            source.report("answer-syntax", "a line that is no number with its credits", line, _HINT)
            continue
        yield ExpectedLine(tree.plain(rest[0]["c"]), worth, line)
