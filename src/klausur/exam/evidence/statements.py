"""Where the statements of a key stand in the Markdown: a question's parts as written, with their lines."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher

from klausur.base.diagnostics import Place
from klausur.evidence import HOLE, Part
from klausur.exam.delimiters import stretches
from klausur.exam.model import Choice, Exam, Problem, Question

SENTENCE_END = re.compile(r"(?<=[.!?:])(?<!\b[A-Za-z]\.)\s+(?=[^\W\d_]|[$*_\[`])|\n\s*\n|\n\s*(?=[-*+]\s)")
"""Between two sentences, paragraphs or points of a list; no sentence ends after one letter, as in "e.g."."""

_ALIKE = 0.5
"""The share of the words that a line must have to be told as the one that was changed."""

_MORE = 12
"""Characters by which what stands there may be longer than the words were."""

_TYPED = 80
"""The same where a formula or number stands in a hole of the words."""

_SAME = 3
"""Characters in a row that are no accident."""

_FENCE = re.compile(r"\s*:::")
_END = r"(?P<typed>[^$=]+?)(?=\s*(?:\$|\\[)\]]|[.,;:]?\s*(?:\n|$)))"
"""A hole at the end of its words reaches to the end of the maths, or of the line."""


@dataclass(frozen=True, slots=True)
class SourceStretch:
    """A stretch of Markdown: its first line's number, and its text. ``right`` is set of a choice."""

    line: int
    text: str
    right: bool | None = None


@dataclass(frozen=True, slots=True)
class WrittenQuestion:
    """A question as it is written: the parts that claims are made in, several pieces each."""

    id: str
    place: Place
    parts: Mapping[Part, Sequence[SourceStretch]]

    @property
    def source(self) -> str:
        """All of it, for digests."""
        return "\0".join(written.text for part in Part for written in self.parts[part])


@dataclass(frozen=True, slots=True)
class Statement:
    """The statement that some words name: its line, its text, and what is typed in the hole.

    ``read`` is the same as it is read to be compared; None: as it is typed.
    """

    line: int
    text: str
    typed: str | None
    right: bool | None
    read: str | None = None


def asked(exam: Exam) -> dict[str, WrittenQuestion]:
    """The questions of an exam as they are written, by id; in whatever order they and their choices stand."""
    return {name: found for problem in exam.problems for name, found in asked_in(problem).items()}


def asked_in(problem: Problem) -> dict[str, WrittenQuestion]:
    """The questions of one problem as they are written, by id."""
    lines = problem.source.split("\n")
    questions = sorted(problem.questions, key=lambda question: question.place.line)
    starts = [question.place.line for question in questions]
    ends = [*(line - 1 for line in starts[1:]), len(lines)]
    shared = _written(lines, problem.place.line, (starts or [len(lines) + 1])[0] - 1)
    found = {}
    for question, end in zip(questions, ends, strict=True):
        found[question.id] = _asked(question, lines, end, shared)
        shared = _after(lines, question.place.line, end, shared)
    return found


def find(written: WrittenQuestion, part: Part, words: str) -> Statement:
    """The statement that ``words`` name in a part of a question.

    Raises:
        LookupError: it is not there, or not only once; the message says so for people.
    """
    piece, match = _found(written, part, words)
    typed = match.groupdict().get("typed")
    if part is Part.ANSWER and typed is not None:
        typed = _number(typed)
    at = match.start("typed") if typed is not None else match.start()
    text = piece.text if part is Part.CHOICE else _whole(piece.text, match.start(), match.end())
    return Statement(piece.line + piece.text.count("\n", 0, at), unwrapped(text), typed, piece.right)


def locate(written: WrittenQuestion, part: Part, words: str) -> tuple[SourceStretch, int, int]:
    """The stretch in which some words stand, and where in it they begin and end.

    Raises:
        LookupError: as `find` does.
    """
    piece, match = _found(written, part, words)
    return piece, match.start(), match.end()


def typed_at(written: WrittenQuestion, part: Part, words: str) -> tuple[int, int] | None:
    """Where in its stretch stands what is typed in the hole; None without a hole.

    Raises:
        LookupError: as `find` does.
    """
    _piece, match = _found(written, part, words)
    return match.span("typed") if "typed" in match.groupdict() else None


def nearest(written: WrittenQuestion, part: Part, words: str) -> tuple[int, str] | None:
    """Where words that are not there were changed: the number of a line of the part, and the line, or None.

    What is most like them may reach over several lines; it is the one on which it first differs.
    """
    wanted = " ".join(words.replace(HOLE, " ").split())
    hole = len(" ".join(words.partition(HOLE)[0].split()))
    found = [_alike(piece, wanted, hole) for piece in written.parts[part] if piece.text.strip()]
    likeness, line, text = max(found, key=lambda one: one[0], default=(0.0, 0, ""))
    return (line, text) if likeness >= _ALIKE else None


def _alike(piece: SourceStretch, wanted: str, hole: int) -> tuple[float, int, str]:
    """The share of some words that a stretch has at one place, and the line on which that first differs.

    Behind ``hole`` characters of them anything may stand.
    """
    lines = piece.text.split("\n")
    flat = ""
    line_of: list[int] = []
    for n, line in enumerate(lines):
        run = " ".join(line.split())
        flat, line_of = f"{flat}{run} ", [*line_of, *[n] * (len(run) + 1)]
    reach = len(wanted) + (_MORE if hole == len(wanted) else _TYPED)
    first, same = max(
        ((start, _blocks(wanted, flat[start : start + reach])) for start in _word_starts(flat)),
        key=lambda one: sum(block.size for block in one[1]),
    )
    reached, at = 0, max(0, same[0].b - 1) if same else 0
    for block in same:
        in_hole = reached in {hole, hole + 1}
        if block.a > reached + in_hole or (reached and block.b > at and not in_hole):
            at -= block.b == at > 0  # words are missing, not others there
            break
        reached, at = block.a + block.size, block.b + block.size
    there = line_of[min(first + at, len(line_of) - 1)]
    return sum(block.size for block in same) / max(1, len(wanted)), piece.line + there, lines[there].strip()


def _word_starts(flat: str) -> Iterator[int]:
    yield from (match.start() for match in re.finditer(r"\S+", flat))


def _blocks(wanted: str, text: str) -> list[Match]:
    """What some words have in common with a text, in their order."""
    blocks = SequenceMatcher(None, wanted, text, autojunk=False).get_matching_blocks()
    return [block for block in blocks if block.size >= _SAME]


def _found(written: WrittenQuestion, part: Part, words: str) -> tuple[SourceStretch, re.Match[str]]:
    pattern = _pattern(words)
    hits = [(piece, match) for piece in written.parts[part] for match in pattern.finditer(piece.text)]
    if part is Part.CHOICE and not hits:
        raise LookupError(f"no choice of question {written.id!r} has the words {words!r}")
    if not hits:
        raise LookupError(f"the {part} of question {written.id!r} does not say {words!r}")
    if len(hits) > 1:
        raise LookupError(f"the {part} of question {written.id!r} says {words!r} {len(hits)} times")
    return hits[0]


def unwrapped(text: str) -> str:
    """A statement on one line; with code in it on the lines that its author wrote."""
    return text.strip() if "```" in text or "~~~" in text else " ".join(text.split())


def _whole(text: str, start: int, end: int) -> str:
    """The words from start to end, with the rest of formulas that they begin or end in."""
    maths, _ = stretches(text)
    for formula in maths:
        if formula.start < end and start < formula.stop:
            start, end = min(start, formula.start), max(end, formula.stop)
    return text[start:end]


def _number(typed: str) -> str:
    """The number of a line of ``::: answer``: without how far off is right as well, with a decimal point."""
    value = re.split(r"±|\+-|\\pm", typed)[0].strip()
    return re.sub(r"(?<=\d)(?:,|\{,\})(?=\d)", ".", value)


def _asked(
    question: Question, lines: Sequence[str], end: int, shared: Sequence[SourceStretch]
) -> WrittenQuestion:
    pieces: dict[Part, list[SourceStretch]] = {part: [] for part in Part}
    choices = [row[0] for row in question.rows] if question.heads else list(question.choices)
    choices.sort(key=lambda choice: choice.id)
    starts = [choice.content.place.line for choice in choices]
    stops = [*(line - 1 for line in starts[1:]), end][: len(starts)]
    for choice, first, last in zip(choices, starts, stops, strict=True):
        text = re.split(r"\n\s*(?:\n|:::)", _cut(lines, first, last))[0]
        if question.heads:
            text = _first_cell(text)
        pieces[Part.CHOICE].append(SourceStretch(first, text, _is_right(question, choice)))
    first_fence = next(
        (n for n in range(question.place.line, end + 1) if _FENCE.match(lines[n - 1])), end + 1
    )
    pieces[Part.TEXT] = [
        *shared,
        *_written(lines, question.place.line + 1, min([first_fence, *starts]) - 1),
    ]
    for part in (Part.SOLUTION, Part.RUBRIC, Part.ANSWER):
        pieces[part] = list(_fenced(lines, str(part), question.place.line, end))
    if question.blanks:  # what is right stands where it belongs
        pieces[Part.ANSWER] = pieces[Part.TEXT][len(shared) :]
    return WrittenQuestion(question.id, question.place, pieces)


def _is_right(question: Question, choice: Choice) -> bool | None:
    """Whether a choice is right or accepted; of a row with two boxes, whether the first of them is.

    None where more boxes stand in a row: that it is true is then all that can be said of what it says.
    """
    if len(question.heads) > 2:
        return None
    return choice.right or choice.id in question.right_as_well


def _first_cell(row: str) -> str:
    """What a row of a table says."""
    return re.split(r"(?<!\\)\|", row.strip().removeprefix("|"))[0].strip()


def _after(
    lines: Sequence[str], first: int, last: int, shared: Sequence[SourceStretch]
) -> Sequence[SourceStretch]:
    """The shared text that holds after a question: what was there, and what stands behind it."""
    return [*shared, *_fenced(lines, "shared", first, last)]


def _fenced(lines: Sequence[str], name: str, first: int, last: int) -> Sequence[SourceStretch]:
    """The insides of the fenced parts of this name."""
    found: list[SourceStretch] = []
    opened = 0
    for n in range(first, last + 1):
        if _FENCE.match(lines[n - 1]):
            if opened:
                found.extend(_written(lines, opened + 1, n - 1))
            mark = lines[n - 1].strip().strip(":").strip(" {}.")
            opened = n if not opened and mark == name else 0
    return found


def _written(lines: Sequence[str], first: int, last: int) -> Sequence[SourceStretch]:
    return [SourceStretch(first, _cut(lines, first, last))] if first <= last else []


def _cut(lines: Sequence[str], first: int, last: int) -> str:
    return "\n".join(lines[first - 1 : last])


def _decimals(pattern: str) -> str:
    """Any decimal sign for a point between digits: values of a variant have the paper's."""
    return re.sub(r"(?<=\d)\\\.(?=\d)", r"(?:\\.|,|\\{,\\})", pattern)


def _pattern(words: str) -> re.Pattern[str]:
    """Words as a pattern: any white space for white space, the hole as the group ``typed``."""
    before, hole, after = words.strip().partition(HOLE)
    start, rest = (_decimals(r"\s+".join(map(re.escape, part.split()))) for part in (before, after))
    if not hole:
        return re.compile(start)
    ahead = start + (r"\s*" if before else "")
    return re.compile(ahead + (_END if not rest else r"(?P<typed>[^$=]+?)\s*" + rest))
