"""Numbers in blanks of a text, ``[9.81 ± 0.02]{.blank digits=2 decimals=2}``: boxes, and what is right.

Several numbers that are right stand in one blank with semicolons between, each with what it gives in front:
``[[+1] 9.81; [+0.5] 10]{.blank digits=2 decimals=2}``.
"""

import re
from collections.abc import Sequence
from fractions import Fraction

from klausur.base.credits import Credits, show_credits
from klausur.exam import placeholders
from klausur.exam.number import MOST_DECIMALS, MOST_DIGITS, DigitBoxes, ExpectedNumber, NumberBlank
from klausur.exam.source import blank_spans, tree
from klausur.exam.source.attributes import Attributes, credits_value, whole, yes_or_no
from klausur.exam.source.expected import ExpectedLine
from klausur.exam.source.pandoc import Ast
from klausur.exam.source.pieces import Source

TAKES = ("digits", "decimals", "sign", "unit")
"""The attributes of a blank for a number."""

_LINE = re.compile(r"(?:\[(?P<credits>[^\]]*)\]\s*)?(?P<number>.*)", re.DOTALL)
_HINT = "write a number, such as [9.81 ± 0.02]{.blank digits=2}, or several: [[+1] 9.81; [+0.5] 10]{.blank …}"


def read(source: Source, spans: Sequence[Ast], worth: Credits) -> tuple[NumberBlank, ...]:
    """The blanks of a question's text; what cannot be read is reported.

    Args:
        source: where they stand, and where findings go.
        spans: those of them that are for numbers, in their order.
        worth: the credits of the question. Blanks that say none share what the others leave.
    """
    found = [(_boxes(source, span), _lines(source, span)) for span in spans]
    told = [_most(lines) for _, lines in found]
    silent = told.count(None)
    left = worth - sum((most for most in told if most is not None), Fraction(0))
    share = left / silent if silent else Fraction(0)
    if silent and worth:
        _check_share(source, spans[told.index(None)]["line"], share, silent)
    return tuple(NumberBlank(boxes, _expected(lines, share)) for boxes, lines in found)


def _boxes(source: Source, span: Ast) -> DigitBoxes:
    pairs = tuple((key, value) for key, value in span["c"][0][2])
    attributes = Attributes(source, span["line"], "", pairs)
    attributes.refuse_unknown(TAKES, "a blank for a number")
    if not attributes.has("digits"):
        hint = "add digits=3: so many boxes stand before the decimal sign; or write {.blank} alone for words"
        attributes.report("attribute-missing", "the blank says not how many digits it asks for", hint)
    return boxes(attributes)


def boxes(attributes: Attributes) -> DigitBoxes:
    """The boxes that attributes ask for."""
    return DigitBoxes(
        digits=attributes.value("digits", whole(1, MOST_DIGITS), 0),
        decimals=attributes.value("decimals", whole(0, MOST_DECIMALS), 0),
        sign=attributes.value("sign", yes_or_no, default=False),
        unit=attributes.value("unit", str.strip, ""),
    )


def _lines(source: Source, span: Ast) -> tuple[ExpectedLine, ...]:
    """The numbers that a blank names; those that cannot be read are reported and left out."""
    good: list[ExpectedLine] = []
    for part in tree.plain(blank_spans.words(span)).split(";"):
        match = _LINE.fullmatch(part.strip())
        assert match is not None, "the pattern takes any text"  # noqa: S101
        try:
            credits_ = None if match["credits"] is None else credits_value(match["credits"])
            line = ExpectedLine(match["number"], credits_, span["line"])
            line.read(Fraction(1))
            good.append(line)
        except ValueError as error:
            if not placeholders.placeholders(part):  # its program was not run; that is said of the program
                message = (
                    f"{part.strip()!r} cannot be used" if part.strip() else "a blank for a number has none"
                )
                source.report("answer-syntax", message, span["line"], str(error) if part.strip() else _HINT)
    return tuple(good)


def _most(lines: Sequence[ExpectedLine]) -> Credits | None:
    """What a blank says that it gives; None if a line of it says nothing."""
    told = [line.credits for line in lines if line.credits is not None]
    return max(told) if told and len(told) == len(lines) else None


def _expected(lines: Sequence[ExpectedLine], share: Credits) -> tuple[ExpectedNumber, ...]:
    return tuple(line.read(share) for line in lines)


def _check_share(source: Source, line: int, share: Credits, silent: int) -> None:
    hint = "say what each gives in front of its number: [[+0.5] 9.81]{.blank digits=2}"
    if share <= 0:
        message = "the other blanks leave nothing for a blank that does not say what it gives"
        source.report("answer-credits", message, line, hint)
        return
    try:
        credits_value(str(share))
    except ValueError as error:
        message = f"{silent} blanks share the credits, {show_credits(share)} each"
        source.report("answer-credits", message, line, f"{hint}; {error}")
