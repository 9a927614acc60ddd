"""A proposal of what a team would say of its own paper: questions, credits, squares, spaces in a PDF.

Headings like "Problem 3", parts like "(a)", credits like "(4 points)", "[4]" or "/4" begin questions; squares
make choices of one, the largest white room below it is its answer. It is a proposal: people confirm it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from klausur.base.geometry import PAPERS, Box, Size
from klausur.convert.own_credit_boxes import CreditBoxes, without
from klausur.convert.own_pdf import SeenPage, TextLine, around

_PROBLEM = re.compile(
    r"^(?P<word>problem|question|exercise|task|part|aufgabe|frage|teil|q(?=\s?\d{1,2}[.:)]))\s*"
    r"(?P<number>\d{1,2})\b[.:)]?\s*(?P<rest>.*)$",
    re.IGNORECASE,
)
_PART = re.compile(r"^(?:\(?(?P<letter>[a-h])\)|(?P<number>\d{1,2}\.\d{1,2})\.?)\s+(?P<rest>\S.*)$")
_NUMBERED = re.compile(r"^(?P<number>\d{1,2})[.)]\s+(?P<rest>\S.*)$")
"""What begins a question where no heading does."""

_CREDITS = (
    re.compile(
        r"[(\[]?\s*(?P<n>\d{1,3}(?:[.,]\d{1,2})?)\s*"
        r"(?:points?|pts?\b\.?|marks?|credits?|punkte?n?|pkt\b\.?|p\b\.?)\s*[)\]]?",
        re.IGNORECASE,
    ),
    re.compile(r"(?:^|[\s_…])/\s*(?P<n>\d{1,3}(?:[.,]\d{1,2})?)\s*[)\]]?\s*$"),
    re.compile(r"[\[(](?P<n>\d{1,3}(?:[.,]\d{1,2})?)[\])]\s*$"),
)

_TABLE = re.compile(r"(?:\d{1,2}\s+)+(?:\d{1,2}|sum|total|summe|gesamt|Σ|∑)\.?", re.IGNORECASE)
"""What stands behind "Problem 1" in a table of all problems."""

_TITLE = 60
"""Letters of a line that become a title."""

_LEAST = 12.0
"""mm: lower than this is no space for an answer."""

_APART = 1.5
"""mm between print and the space below it."""

_EDGE = 15.0
"""mm at the foot of a page that are no space for an answer."""

_HEAD = 20.0
"""mm at the head of the page behind, likewise."""

_FEWEST = 2
"""Squares that make a question one of choices."""


@dataclass(frozen=True, slots=True)
class ProposedSpace:
    """A rectangle of a page, in mm."""

    page: int
    box: Box


@dataclass(slots=True)
class ProposedQuestion:
    """A question as it was found: where it begins, and what belongs to it."""

    title: str
    problem: str
    credits: str
    page: int
    y: float
    squares: list[ProposedSpace] = field(default_factory=list)
    answer: ProposedSpace | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was found, and what people must look at."""

    questions: tuple[ProposedQuestion, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Heading:
    """Where something begins; a problem if it is no part of one."""

    page: int
    line: TextLine
    title: str
    rest: str
    part: bool


def propose(pages: Sequence[SeenPage]) -> Proposal:
    """What the pages of a PDF seem to ask."""
    remarks = []
    bare = [without(page) for page in pages]
    pages = [page for page, _ in bare]
    if not any(page.lines for page in pages):
        remarks.append("the PDF has no text, as a scan has none: no heading could be found")
    questions = list(_questions(list(_headings(pages)))) or list(_numbered(pages))
    for page, boxes in bare:
        _give(questions, page, boxes)
    for at, question in enumerate(questions):
        if len(question.squares) < _FEWEST:
            question.squares.clear()
            after = questions[at + 1] if at + 1 < len(questions) else None
            question.answer = _space(pages, question, after)
            if question.answer is None:
                remarks.append(f"{question.title}: no white room for an answer was found; write answer = …")
        if not question.credits:
            remarks.append(f"{question.title}: no credits were found; 1 stands there")
    if not questions:
        remarks.append("no question was found; write them yourself")
    return Proposal(tuple(questions), tuple(remarks))


def _give(questions: Sequence[ProposedQuestion], page: SeenPage, boxes: Sequence[CreditBoxes]) -> None:
    """Give questions the squares of a page, and the credits that its boxes for credits tell."""
    for square in page.squares:
        asked = _asked_at(questions, page.number, square.centre[1])
        if asked is not None:
            asked.squares.append(ProposedSpace(page.number, square))
    for each in boxes:
        asked = _asked_at(questions, page.number, each.first.centre[1])
        if asked is not None and not asked.credits:
            asked.credits = f"{each.most:g}"


def _headings(pages: Sequence[SeenPage]) -> Iterator[_Heading]:
    for page in pages:
        for line in page.lines:
            text = line.text.strip()
            if (found := _PROBLEM.match(text)) and not _TABLE.fullmatch(found["rest"]):
                title = f"{found['word'].capitalize()} {found['number']}"
                yield _Heading(page.number, line, title, found["rest"], part=False)
            elif found := _PART.match(text):
                yield _Heading(
                    page.number, line, found["letter"] or found["number"], found["rest"], part=True
                )


def _questions(headings: Sequence[_Heading]) -> Iterator[ProposedQuestion]:
    """Problems without parts are questions, and so are the parts of the others."""
    problem = ""
    for at, here in enumerate(headings):
        follows = at + 1 < len(headings) and headings[at + 1].part
        credits = _credits(here.rest)
        if not here.part:
            problem = _bare(f"{here.title} {here.rest}")[:_TITLE].rstrip()
            if not follows:
                yield ProposedQuestion(problem, problem, credits, here.page, here.line.box.y)
        elif problem:
            number = problem.split()[1] if len(problem.split()) > 1 else ""
            whole, _, part = here.title.partition(".")
            if part and (whole != number or part == "0"):
                continue  # a number with a decimal point
            title = here.title if "." in here.title else f"{number}{here.title}"
            yield ProposedQuestion(title, problem, credits, here.page, here.line.box.y)


def _numbered(pages: Sequence[SeenPage]) -> Iterator[ProposedQuestion]:
    """Questions of a paper without headings: lines that begin with the next number."""
    number = 1
    for page in pages:
        for line in page.lines:
            found = _NUMBERED.match(line.text)
            if found and int(found["number"]) == number:
                words = _bare(f"{number} {found['rest']}")[:_TITLE].rstrip()
                yield ProposedQuestion(words, "", _credits(found["rest"]), page.number, line.box.y)
                number += 1


def _credits(text: str) -> str:
    for form in _CREDITS:
        if found := form.search(text):
            return found["n"].replace(",", ".")
    return ""


def _bare(title: str) -> str:
    """A title without its credits."""
    for form in _CREDITS:
        title = form.sub(" ", title)
    return " ".join(title.split()).strip(" :.–-_") or title


def _asked_at(questions: Sequence[ProposedQuestion], page: int, y: float) -> ProposedQuestion | None:
    """The question that something stands in: the last one that begins above it."""
    above = [q for q in questions if (q.page, q.y) <= (page, y + 1)]
    return above[-1] if above else None


def _space(
    pages: Sequence[SeenPage], question: ProposedQuestion, after: ProposedQuestion | None
) -> ProposedSpace | None:
    """The highest white band between a question's heading and the next one, on its page or the one behind."""
    best: ProposedSpace | None = None
    last = (
        question.page if after is None or after.page == question.page else min(question.page + 1, after.page)
    )
    for page in pages[question.page - 1 : last]:
        start = question.y if page.number == question.page else _HEAD
        end = after.y if after is not None and after.page == page.number else page.size.h - _EDGE
        for top, bottom in _white(page, start, end):
            high = bottom - top - 2 * _APART
            if high >= _LEAST and (best is None or high > best.box.h):
                left, right = _sides(page)
                best = ProposedSpace(page.number, Box(left, top + _APART, right - left, high))
    return best


def _white(page: SeenPage, start: float, end: float) -> Iterator[tuple[float, float]]:
    """The bands between two heights in which nothing is printed."""
    scale = len(page.ink) / page.size.h
    last = start
    band = page.ink[round(start * scale) : round(end * scale)]
    for row in np.flatnonzero(band.any(axis=1)).tolist():
        y = start + row / scale
        if y - last > _LEAST:
            yield last, y
        last = y
    yield last, end


def _sides(page: SeenPage) -> tuple[float, float]:
    """The left and right edge of a page's text."""
    boxes = [line.box for line in page.lines]
    if not boxes:
        return 25.0, page.size.w - 25.0
    whole = around(boxes)
    return whole.x, max(whole.right, page.size.w - whole.x)


def to_toml(proposal: Proposal, title: str, size: Size) -> str:
    """The proposal as a file that people correct; the sheet is the one that is nearest to the PDF's pages."""
    paper = min(PAPERS, key=lambda name: abs(PAPERS[name].h - size.h) + abs(PAPERS[name].w - size.w))
    lines = [
        "# Proposed by 'klausur adopt --propose'. Look at each question, mark what is right, then:",
        "# klausur adopt PDF --with THIS FILE --out FOLDER",
        *(f"# LOOK: {remark}" for remark in proposal.remarks),
        f"title = {_quoted(title)}",
        f"paper = {_quoted(paper)}",
        "fit = true  # pages may be moved and scaled, if they have no room for marks and boxes",
    ]
    for question in proposal.questions:
        lines += [
            "",
            "[[questions]]",
            f"title = {_quoted(question.title)}",
            *([f"problem = {_quoted(question.problem)}"] if question.problem else []),
            f"credits = {question.credits or '1  # LOOK'}",
        ]
        if question.squares:
            lines += ["squares = [", *(f"    {_region(square)}," for square in question.squares), "]"]
            lines.append('right = []  # LOOK: letters of the right ones, as ["A", "C"]')
        elif question.answer is not None:
            lines.append(f"answer = [{_region(question.answer)}]")
        else:
            lines.append("answer = []  # LOOK: { page = 1, x = 20, y = 100, w = 170, h = 40 }")
    return "\n".join(lines) + "\n"


def _region(space: ProposedSpace) -> str:
    box = space.box
    return f"{{ page = {space.page}, x = {box.x:.1f}, y = {box.y:.1f}, w = {box.w:.1f}, h = {box.h:.1f} }}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
