"""Mistakes planted in a key, one at a time, to see whether the evidence notices them.

Crosses are flipped; numbers, signs, operators, units and words that turn a meaning are changed, in choices,
solutions, rubrics and right numbers, as they stand in the Markdown. Which, is always the same.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from klausur.base.diagnostics import Place
from klausur.evidence import Part
from klausur.exam.delimiters import stretches
from klausur.exam.evidence.statements import SourceStretch, WrittenQuestion

_BOX = re.compile(r"^(\s*[-*+]\s+\[)([ xX])(\])")
_CREDITS = re.compile(r"^[ \t]*[-*+]\s+\[[^\]]*\]", re.MULTILINE)
_NUMBER = re.compile(r"(?<![\w.{\\])\d+(?:[.,]\d+)?(?!\w)")
_SIGN = re.compile(r"(?<=[=({$,&])(\s*)-(?=\s*[\d\w\\(])")
_OPERATOR = re.compile(
    r"(?<=[\w)}\]])(\s*)(\+|-|\\cdot(?![a-z])|\\times(?![a-z])|<|>|\\leq?(?![a-z])|\\geq?(?![a-z]))(?=\s*[\w\\({])"
)
_OPPOSITE = {
    "+": "-", "-": "+", r"\cdot": "+", r"\times": "+", "<": ">", ">": "<",
    r"\le": r"\ge", r"\leq": r"\geq", r"\ge": r"\le", r"\geq": r"\leq",
}  # fmt: skip
_UNIT = re.compile(r"(?<=\d)(\s*(?:\\,)?\s*)(km|cm|mm|ms|kg|kHz|Hz|kB|MB|GB)\b")
_OTHER_UNIT = {
    "km": "m", "cm": "mm", "mm": "cm", "ms": "s", "kg": "g", "kHz": "Hz", "Hz": "kHz", "kB": "MB",
    "MB": "GB", "GB": "MB",
}  # fmt: skip
_WORDS = {
    "not": "", "always": "never", "never": "always", "only": "", "more": "less", "less": "more",
    "fewer": "more", "larger": "smaller", "smaller": "larger", "grows": "shrinks", "shrinks": "grows",
    "faster": "slower", "slower": "faster", "without": "with", "all": "no", "every": "no", "no": "every",
    "is": "is not", "are": "are not", "can": "cannot", "does": "does not", "has": "lacks",
    "nicht": "", "immer": "nie", "nie": "immer", "nur": "", "mehr": "weniger", "weniger": "mehr",
    "größer": "kleiner", "kleiner": "größer", "ohne": "mit", "ist": "ist nicht", "sind": "sind nicht",
    "kann": "kann nicht", "alle": "keine", "keine": "alle",
}  # fmt: skip
_WORD = re.compile(
    rf"(?<![\w\\{{])(?:{'|'.join(sorted(_WORDS, key=len, reverse=True))})(?![\w}}])", re.IGNORECASE
)


class Fault(StrEnum):
    """What was planted."""

    CROSS = "cross"
    NUMBER = "number"
    SIGN = "sign"
    OPERATOR = "operator"
    UNIT = "unit"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class KeyMutant:
    """A key with one mistake: what was planted where, its line before and after, and the problem's text.

    ``stretch`` is the first line of the stretch of Markdown in which it stands, ``start`` and ``stop`` where
    in that it begins and ends.
    """

    question: str
    part: Part
    fault: Fault
    place: Place
    before: str
    after: str
    source: str
    stretch: int = 0
    start: int = 0
    stop: int = 0

    @property
    def value(self) -> bool:
        """Whether a number or formula is another, and not words."""
        return self.fault in {Fault.NUMBER, Fault.SIGN, Fault.OPERATOR}

    def meets(self, question: str, part: Part, stretch: int, span: tuple[int, int]) -> bool:
        """Whether it stands in a span of a stretch."""
        here = (self.question, self.part, self.stretch) == (question, part, stretch)
        return here and self.start < span[1] and span[0] < max(self.stop, self.start + 1)


def planted(asked: WrittenQuestion, source: str) -> Iterator[KeyMutant]:
    """Every mistake of a question's key that is planted.

    Args:
        asked: the question, as it is written in ``source``.
        source: the problem's Markdown.
    """
    starts = [0]
    for written in source.split("\n"):
        starts.append(starts[-1] + len(written) + 1)
    for part in (Part.CHOICE, Part.SOLUTION, Part.RUBRIC, Part.ANSWER):
        for piece in asked.parts[part]:
            at = source.find(piece.text, starts[piece.line - 1])
            if at < 0 or at >= starts[piece.line]:
                continue  # the first cell of a table's row, say, whose line holds more
            for fault, start, stop, instead in _faults(part, piece):
                whole = source[: at + start] + instead + source[at + stop :]
                line = piece.line + piece.text.count("\n", 0, start)
                was, now = (text.split("\n")[line - 1].strip() for text in (source, whole))
                if was != now:
                    place = Place(asked.place.file, line)
                    yield KeyMutant(asked.id, part, fault, place, was, now, whole, piece.line, start, stop)


def _faults(part: Part, piece: SourceStretch) -> Iterator[tuple[Fault, int, int, str]]:
    """What is planted in a stretch: from where to where, and what stands there instead."""
    text = piece.text
    if part is Part.CHOICE and (match := _BOX.match(text)):
        yield Fault.CROSS, match.start(2), match.end(2), "x" if match[2] == " " else " "
    maths, verbatim = stretches(text)
    credits = [range(*match.span()) for match in _CREDITS.finditer(text)]

    def within(match: re.Match[str], spans: "tuple[range, ...] | list[range]") -> bool:
        return any(match.start() in span for span in spans)

    rules: tuple[tuple[Fault, re.Pattern[str], Callable[[re.Match[str]], str], bool], ...] = (
        (Fault.NUMBER, _NUMBER, _other_number, False),
        (Fault.SIGN, _SIGN, lambda match: match[1], True),
        (Fault.OPERATOR, _OPERATOR, lambda match: f"{match[1]}{_OPPOSITE[match[2]]} ", True),
        (Fault.UNIT, _UNIT, lambda match: match[1] + _OTHER_UNIT[match[2]], False),
    )
    for fault, pattern, instead, in_maths in rules:
        for match in pattern.finditer(text):
            if within(match, credits) or within(match, verbatim) or (in_maths and not within(match, maths)):
                continue
            yield fault, match.start(), match.end(), instead(match)
    for match in _WORD.finditer(text):
        if not any(within(match, spans) for spans in (credits, verbatim, maths)):
            word = _WORDS[match[0].lower()]
            blank = not word and text[match.end() : match.end() + 1] == " "
            yield Fault.WORD, match.start(), match.end() + blank, word


def _other_number(match: re.Match[str]) -> str:
    """The number with another last digit."""
    text = match[0]
    return text[:-1] + str((int(text[-1]) + 1) % 10) if text != "9" else "8"


def others(typed: str) -> tuple[str, ...]:
    """What a typed number or formula might be instead: its first number another, or twice as large.

    Of a formula without numbers an operator or sign is turned round; nothing where there is none.
    """
    if match := _NUMBER.search(typed):
        twice = match[0] if "," in match[0] else str(2 * Decimal(match[0]))
        instead = dict.fromkeys((_other_number(match), twice))
        return tuple(
            typed[: match.start()] + one + typed[match.end() :] for one in instead if one != match[0]
        )
    if match := _OPERATOR.search(typed):
        return (typed[: match.start()] + f"{match[1]}{_OPPOSITE[match[2]]} " + typed[match.end() :],)
    return (f"2 {typed}",) if typed.strip() else ()
