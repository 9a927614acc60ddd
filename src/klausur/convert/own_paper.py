"""Adopting a finished exam: out of its PDF and what a team says of it, an exam folder on its own paper."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from klausur.base.credits import show_credits
from klausur.base.errors import KlausurError
from klausur.base.geometry import PAPERS, Box, Size
from klausur.convert import own_pdf
from klausur.convert.own_draft import DraftQuestion, OwnDraft
from klausur.convert.own_fit import ROW_HEIGHT, Margin, lies
from klausur.convert.own_pdf import SeenPage
from klausur.convert.text import plain
from klausur.exam.own_paper import NAME, PDF, OwnCover, OwnPage, OwnPaper, OwnQuestion, Region
from klausur.exam.source.attributes import slug

_LONGEST = 40
_WORDS = 70
"""Characters of what a choice says that are taken out of the PDF."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """The files of the folder by their path, what was done with pages and boxes, and what lacks room.

    With anything ``lacking`` the exam cannot be printed as it is.
    """

    files: dict[str, bytes]
    done: tuple[str, ...]
    lacking: tuple[str, ...]


def adopt(draft: OwnDraft, pdf: bytes, day: date) -> Adopted:
    """Make an exam folder.

    Args:
        draft: what the team says.
        pdf: the PDF, made `own_pdf.plain`.
        day: of the exam, until the team writes the real one.

    Raises:
        KlausurError: a question names a page that is not there, or credits that no boxes can tell.
    """
    pages = tuple(own_pdf.pages(pdf))
    _refuse_lost_pages(draft, pages)
    size = PAPERS[draft.paper]
    making = _Making(draft, pages, size)
    placed, done, lacking = making.pages_placed()
    margins = {page.number: Margin(page, placed[page.number], size) for page in pages}
    named = _named(draft.questions)
    squares = {id_: making.squares(question, margins) for id_, question in named}
    own: list[OwnQuestion] = []
    for id_, question in named:
        place, told = making.placed(id_, question, squares[id_], margins)
        own.append(place)
        lacking += told
    for id_, question in named:
        if question.squares and squares[id_] is None:
            done.append(f"{question.title}: its boxes stand in the margin, each square becomes a letter")
    paper = OwnPaper(
        tuple(making.covered(placed[page.number], page) for page in pages),
        tuple(own),
        None
        if draft.cover is None
        else OwnCover(draft.cover.registration, draft.cover.sticker, draft.cover.name),
    )
    files = {
        "exam.toml": _exam_toml(draft, day),
        **dict(_problems(draft, named, making)),
        NAME: written(paper),
        PDF: pdf,
    }
    return Adopted(files, tuple(done), tuple(lacking))


def _refuse_lost_pages(draft: OwnDraft, pages: Sequence[SeenPage]) -> None:
    for question in draft.questions:
        for region in (*question.answer, *question.squares):
            if not 1 <= region.page <= len(pages):
                raise KlausurError(
                    f"question {question.title!r} names page {region.page}, the PDF has {len(pages)}",
                    "pages are counted from 1 on, as a viewer counts them",
                )


def _named(questions: Sequence[DraftQuestion]) -> list[tuple[str, DraftQuestion]]:
    """The questions with their ids, each once."""
    taken: set[str] = set()
    found = []
    for question in questions:
        stem = slug(question.id or question.title)[:_LONGEST].strip("-")
        stem = stem if stem[:1].isalpha() and stem not in {"cover", "page"} else f"q-{stem}".strip("-")
        name, at = stem, 1
        while name in taken:
            at += 1
            name = f"{stem}-{at}"
        taken.add(name)
        found.append((name, question))
    return found


@dataclass(frozen=True, slots=True)
class _Making:
    """What all steps know."""

    draft: OwnDraft
    pages: Sequence[SeenPage]
    size: Size

    def page(self, number: int) -> SeenPage:
        return self.pages[number - 1]

    def pages_placed(self) -> tuple[dict[int, OwnPage], list[str], list[str]]:
        """How the pages lie, what was done with them, and what they lack."""
        boxed = {region.page for q in self.draft.questions for region in (*q.answer, *q.squares)}
        placed: dict[int, OwnPage] = {}
        done: list[str] = []
        lacking: list[str] = []
        for page in self.pages:
            answers = [r.box for q in self.draft.questions for r in q.answer if r.page == page.number]
            found, told = lies(page, self.size, answers, boxed=page.number in boxed, fit=self.draft.fit)
            placed[page.number] = found
            if told:
                (done if self.draft.fit else lacking).append(told)
        return placed, done, lacking

    def squares(self, question: DraftQuestion, margins: dict[int, Margin]) -> float | None:
        """How far left of its squares a question's boxes stand; None if they cannot stand there."""
        if not question.squares:
            return 0.0
        by_page: dict[int, list[Box]] = {}
        for region in question.squares:
            by_page.setdefault(region.page, []).append(region.box)
        lefts = [margins[number].over(boxes) for number, boxes in by_page.items()]
        known = [left for left in lefts if left is not None]
        return max(known) if len(known) == len(lefts) else None

    def placed(
        self, id_: str, question: DraftQuestion, left: float | None, margins: dict[int, Margin]
    ) -> tuple[OwnQuestion, list[str]]:
        """A question's place, and what it lacks."""
        answers, squares = question.answer, question.squares
        if squares:
            if left is not None:
                return OwnQuestion(id_, (), squares, left), []
            first = squares[0]
            margin = margins[first.page]
            column = margin.column(margin.placed.on_sheet(first.box), len(squares), self.size.h)
            if column is None:
                return OwnQuestion(id_, (), squares), [
                    _no_room(question, f"{len(squares)} boxes", first.page)
                ]
            return OwnQuestion(id_, (), squares, 0.0, column), []
        count = int(question.worth / question.apart) + 1
        margin = margins[answers[0].page]
        sheet = margin.placed.on_sheet(answers[0].box)
        column = margin.column(sheet, count, self.next_below(answers[0], margin))
        if column is None and (column := margin.row(sheet, count)) is not None:
            answers = (_lowered(answers[0], ROW_HEIGHT / margin.placed.scale), *answers[1:])
        column = column or margin.column(sheet, count, self.size.h)
        lacking = [] if column is not None else [_no_room(question, f"{count} credit boxes", answers[0].page)]
        return OwnQuestion(id_, answers, credits=column), lacking

    def next_below(self, region: Region, margin: Margin) -> float:
        """The height on the sheet at which the next question's boxes or space begin, below a region's top."""
        others = (
            other.box
            for question in self.draft.questions
            for other in (*question.answer, *question.squares)
            if other.page == region.page and other.y > region.y
        )
        return min((margin.placed.on_sheet(box).y for box in others), default=self.size.h)

    def covered(self, placed: OwnPage, page: SeenPage) -> OwnPage:
        """A page with what covers its print on the blackened paper."""
        free = [
            region.box
            for question in self.draft.questions
            for region in (*question.answer, *question.squares)
            if region.page == page.number
        ]
        rectangles = tuple((box.x, box.y, box.w, box.h) for box in own_pdf.covering(page, free))
        return msgspec.structs.replace(placed, covered=rectangles)

    def words(self, question: DraftQuestion, at: int) -> str:
        """What a choice says: as the team has it, or the words to the right of its square."""
        if question.choices:
            return question.choices[at]
        square = question.squares[at]
        _x, y = square.box.centre
        ends = min(
            (
                other.x
                for other in question.squares
                if other.page == square.page
                and other.x > square.x + square.w
                and abs(other.box.centre[1] - y) < 3
            ),
            default=1e9,
        )
        row = [
            line
            for line in self.page(square.page).lines
            if line.box.y - 1 <= y <= line.box.bottom + 1 and line.box.right > square.x + square.w
        ]
        if len(row) != 1 or ends < 1e9:  # a line of several choices would say all of them
            return ""
        return row[0].text[:_WORDS].strip()


def _no_room(question: DraftQuestion, what: str, page: int) -> str:
    way = "write a coarser step, another answer, or fit = true"
    return f"{question.title}: page {page} has no room for {what}; {way}"


def _lowered(region: Region, by: float) -> Region:
    return msgspec.structs.replace(region, y=round(region.y + by, 2), h=round(region.h - by, 2))


def _exam_toml(draft: OwnDraft, day: date) -> bytes:
    lines = [
        f"title = {_quoted(draft.title or 'Exam')}",
        *([f"module = {_quoted(draft.module)}"] if draft.module else []),
        *([f"examiner = {_quoted(draft.examiner)}"] if draft.examiner else []),
        "# Write the day and the start: the PDF does not say them so that a program knows.",
        f"date = {day.isoformat()}",
        'start = "10:00"',
        f"minutes = {draft.minutes}",
        f"language = {_quoted(draft.language)}",
        f"paper = {_quoted(draft.paper)}",
        f"extra_pages = {draft.extra_pages}",
        f"registration_digits = {draft.registration_digits}",
    ]
    return ("\n".join(lines) + "\n").encode()


def _problems(
    draft: OwnDraft, named: Sequence[tuple[str, DraftQuestion]], making: _Making
) -> Iterator[tuple[str, bytes]]:
    """The problem files: the questions with credits and key; what they ask stands on the paper."""
    groups: list[tuple[str, list[tuple[str, DraftQuestion]]]] = []
    for id_, question in named:
        if not groups or (question.problem and question.problem != groups[-1][0]):
            groups.append((question.problem or draft.title or "Questions", []))
        groups[-1][1].append((id_, question))
    for number, (title, questions) in enumerate(groups, start=1):
        lines = [f"# {_heading(title)}", ""]
        for id_, question in questions:
            lines += _question(id_, question, making)
        name = slug(title)[:30].strip("-") or "questions"
        yield f"problems/{number}-{name}.md", ("\n".join(lines).rstrip() + "\n").encode()


def _question(id_: str, question: DraftQuestion, making: _Making) -> list[str]:
    where = (*question.answer, *question.squares)[0].page
    attributes = [f"#{id_}", f"credits={show_credits(question.worth)}"]
    right = {letter.upper() for letter in question.right}
    kind = question.kind or ("single" if question.squares and len(right) <= 1 else "")
    if kind in {"single", "short"}:
        attributes.append(f"kind={kind}")
    if not question.squares:
        attributes.append(f"space={max(10, round(question.answer[0].h))}mm")
        if question.apart != 1:
            attributes.append(f"step={show_credits(question.apart)}")
    lines = [
        f"## {_heading(question.title)} {{{' '.join(attributes)}}}",
        "",
        plain(f"Page {where} of the paper."),
        "",
    ]
    if question.squares:
        said = [making.words(question, at) for at in range(len(question.squares))]
        for at in range(len(question.squares)):
            letter = chr(ord("A") + at)
            words = said[at] if said[at] and said.count(said[at]) == 1 else f"Choice {letter}"
            lines.append(f"- [{'x' if letter in right else ' '}] {plain(' '.join(words.split()))}")
        lines.append("")
    return lines


def _heading(words: str) -> str:
    r"""A title in plain words: no formula, no bracket, no brace may stand in it."""
    return " ".join("".join(" " if c in "[]{}<>$`*_\\^~|" else c for c in words).split()) or "Question"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'


def written(paper: OwnPaper) -> bytes:
    """``paper.toml``, to be read and changed by people."""
    lines = [
        f"# Where the exam is answered on {PDF}. Answers and squares are told in mm on the PDF's own pages,",
        "# what Klausur adds (column, credits) in mm on the sheet; both from the upper left corner.",
    ]
    if paper.cover is not None:
        lines += ["", "[cover]", *(f"{k} = {_plain(v)}" for k, v in msgspec.to_builtins(paper.cover).items())]
    for page in paper.pages:
        plain_ = msgspec.to_builtins(page)
        rectangles = plain_.pop("covered", ())
        lines += ["", "[[pages]]", *(f"{key} = {_plain(value)}" for key, value in plain_.items())]
        if rectangles:
            lines += ["covered = [", *(f"    {_plain(box)}," for box in rectangles), "]"]
    for question in paper.questions:
        lines += ["", "[[questions]]"]
        for key, value in msgspec.to_builtins(question).items():
            if value == 0:  # boxes stand just over their squares
                continue
            if isinstance(value, list | tuple):
                lines += [f"{key} = [", *(f"    {_plain(part)}," for part in value), "]"]
            else:
                lines.append(f"{key} = {_plain(value)}")
    return ("\n".join(lines) + "\n").encode()


def _plain(value: object) -> str:
    """A value as TOML."""
    match value:
        case bool():
            return str(value).lower()
        case float():
            return f"{round(value, 3):g}" if round(value, 3) % 1 else f"{value:.1f}"
        case dict():
            return "{ " + ", ".join(f"{key} = {_plain(part)}" for key, part in value.items()) + " }"
        case list() | tuple():
            return "[" + ", ".join(map(_plain, value)) + "]"
        case str():
            return _quoted(value)
        case _:
            return str(value)
