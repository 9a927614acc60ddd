"""How far the evidence reaches: every statement of a key, and whether a program is bound to it.

A claim that a program shows says nothing of the sentence beside it. So each choice, each sentence of a
solution, each formula and number in it, each line of a rubric and each right number is counted by itself.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from klausur.base.diagnostics import Place
from klausur.evidence import Part
from klausur.exam.delimiters import stretches
from klausur.exam.evidence import statements
from klausur.exam.evidence.model import Claim, Outcome
from klausur.exam.evidence.statements import SENTENCE_END, SourceStretch, WrittenQuestion, unwrapped

_RELATION = re.compile(
    r"(?<![:<>=!])[=<>](?!=)|\\(?:approx|leq?|geq?|neq?|propto|in|sim|equiv|ll|gg|to|iff|subset(?:eq)?)(?![a-zA-Z])"
)
_NUMBER = re.compile(r"(?<![\w.,])[-−]?\d+(?:[.,]\d+)*(?![\w])")
_POINT = re.compile(r"^[ \t]*[-*+]\s+\[", re.MULTILINE)
_GIVES = re.compile(r"[ \t]*[-*+]\s+\[[-+−]?\d")
_WORD = re.compile(r"[^\W\d_]{2}")


class Sort(StrEnum):
    """What a statement is."""

    CHOICE = "choice"
    SENTENCE = "sentence"
    FORMULA = "formula"
    NUMBER = "number"
    ITEM = "item"
    ANSWER = "answer"


class Reach(StrEnum):
    """How far evidence reaches a statement."""

    PROVED = "proved"
    """The typed number or formula itself was computed."""
    SUPPORTED = "supported"
    """A program says yes to its words."""
    UNBOUND = "unbound"
    NOT_CHECKABLE = "beyond"
    """Its author says that no program can tell."""


@dataclass(frozen=True, slots=True)
class Unchecked:
    """Words of which an author says that no program can tell, and why."""

    question: str
    part: Part
    words: str
    why: str


@dataclass(frozen=True, slots=True)
class Stated:
    """One statement of the key: where it stands, what it says, and how far evidence reaches it.

    ``functions`` are those that do; ``why`` is the author's reason why no program can tell.
    """

    question: str
    sort: Sort
    place: Place
    text: str
    reach: Reach
    functions: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Bound:
    """Words in a stretch that a claim or an author has something to say about."""

    start: int
    stop: int
    typed: tuple[int, int] | None
    function: str
    why: str = ""


def stated(
    asked: Mapping[str, WrittenQuestion], claims: Sequence[Claim], unchecked: Sequence[Unchecked] = ()
) -> tuple[Stated, ...]:
    """Every statement of a key, in the order of its questions and lines.

    Args:
        asked: the questions as their author wrote them.
        claims: what became of what programs are tied to; only what is proved binds.
        unchecked: what authors say no program can tell.
    """
    found: list[Stated] = []
    for question in asked.values():
        for part, split in _SPLIT.items():
            bound = list(_bounds(question, part, claims, unchecked))
            for piece in question.parts[part]:
                here = [each for line, each in bound if line == piece.line]
                found.extend(_judged(question, piece, one, here) for one in split(piece.text))
    return tuple(found)


def share(found: Sequence[Stated]) -> float:
    """The share of the statements that a program is bound to, of those that one can check."""
    checkable = [each for each in found if each.reach is not Reach.NOT_CHECKABLE]
    bound = sum(each.reach in {Reach.PROVED, Reach.SUPPORTED} for each in checkable)
    return bound / len(checkable) if checkable else 1.0


def table(found: Sequence[Stated]) -> dict[Sort, dict[Reach, int]]:
    """How many statements of each sort evidence reaches how far; only sorts that there are."""
    counts = {sort: dict.fromkeys(Reach, 0) for sort in Sort if any(each.sort is sort for each in found)}
    for each in found:
        counts[each.sort][each.reach] += 1
    return counts


def _bounds(
    question: WrittenQuestion, part: Part, claims: Sequence[Claim], unchecked: Sequence[Unchecked]
) -> Iterator[tuple[int, _Bound]]:
    """What is said about words of a part, each with the first line of its stretch."""
    for claim in claims:
        shows = claim.outcome is Outcome.PROVED and claim.words and not _never_says_yes(claim)
        if shows and (claim.question, claim.part) == (question.id, part):
            yield from _bound(question, part, claim.words, _Bound(0, 0, None, claim.function))
    for one in unchecked:
        if (one.question, one.part) == (question.id, part):
            yield from _bound(question, part, one.words, _Bound(0, 0, None, "", one.why))


def _never_says_yes(claim: Claim) -> bool:
    """Whether a choice is refuted by a function that nobody has seen say yes: that is no evidence."""
    return claim.part is Part.CHOICE and claim.computed == "false" and not claim.controlled


def _bound(question: WrittenQuestion, part: Part, words: str, of: _Bound) -> Iterator[tuple[int, _Bound]]:
    try:
        piece, start, stop = statements.locate(question, part, words)
        typed = statements.typed_at(question, part, words)
    except LookupError:
        return
    yield piece.line, replace(of, start=start, stop=stop, typed=typed)


def _judged(
    question: WrittenQuestion, piece: SourceStretch, one: tuple[Sort, int, int], bound: Sequence[_Bound]
) -> Stated:
    sort, start, stop = one
    if sort is Sort.CHOICE:
        start, stop = 0, len(piece.text)
    over = [b for b in bound if b.start < stop and start < b.stop]
    typed = [b for b in over if b.typed is not None and start <= b.typed[0] and b.typed[1] <= stop]
    spoken = [b for b in over if b.typed is None and not b.why]
    said = [b for b in over if b.why]
    reach, by = Reach.UNBOUND, over[:0]
    if typed:
        reach, by = Reach.PROVED, typed
    elif spoken:
        reach, by = Reach.SUPPORTED, spoken
    elif said:
        reach = Reach.NOT_CHECKABLE
    line = piece.line + piece.text.count("\n", 0, start)
    return Stated(
        question.id,
        sort,
        Place(question.place.file, line),
        unwrapped(piece.text[start:stop]),
        reach,
        tuple(dict.fromkeys(b.function for b in by)),
        said[0].why if reach is Reach.NOT_CHECKABLE else "",
    )


def _choices(text: str) -> Iterator[tuple[Sort, int, int]]:
    yield Sort.CHOICE, 0, len(text)


def _solution(text: str) -> Iterator[tuple[Sort, int, int]]:
    """The sentences of a solution, each with the formulas and numbers in it; code is one statement."""
    maths, code = stretches(text)
    cuts = [match.end() for match in SENTENCE_END.finditer(text)]
    cuts = [cut for cut in cuts if not any(cut - 1 in span and cut in span for span in (*maths, *code))]
    for start, stop in zip([0, *cuts], [*cuts, len(text)], strict=True):
        inside = [span for span in maths if start <= span.start < stop]
        telling = [span for span in inside if _RELATION.search(text, span.start, span.stop)]
        bare = _blanked(text, [*maths, *code])
        figures = [match.span() for match in _NUMBER.finditer(bare, start, stop)]
        alone = [span for span in inside if _NUMBER.fullmatch(text[span.start : span.stop].strip("$ "))]
        figures += [(span.start, span.stop) for span in alone]
        if _WORD.search(bare, start, stop):
            yield Sort.SENTENCE, start, stop
        yield from ((Sort.FORMULA, span.start, span.stop) for span in telling)
        yield from ((Sort.NUMBER, first, last) for first, last in sorted(figures))


def _items(text: str) -> Iterator[tuple[Sort, int, int]]:
    """The lines of a rubric that give or take credits."""
    starts = [match.start() for match in _POINT.finditer(text)]
    for start, stop in zip(starts, [*starts[1:], len(text)], strict=True):
        if _GIVES.match(text, start):
            yield Sort.ITEM, start, stop


def _answers(text: str) -> Iterator[tuple[Sort, int, int]]:
    """The lines of what is right, of a number."""
    at = 0
    for line in text.split("\n"):
        if re.search(r"\d", line):
            yield Sort.ANSWER, at, at + len(line)
        at += len(line) + 1


def _blanked(text: str, spans: Sequence[range]) -> str:
    """The text with blanks for what lies in some stretches."""
    for span in spans:
        text = text[: span.start] + " " * len(span) + text[span.stop :]
    return text


_SPLIT: Mapping[Part, Callable[[str], Iterator[tuple[Sort, int, int]]]] = {
    Part.CHOICE: _choices,
    Part.SOLUTION: _solution,
    Part.RUBRIC: _items,
    Part.ANSWER: _answers,
}
