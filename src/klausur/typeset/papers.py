"""An Exam's papers out of one source: exam paper, blackened paper and sample solution, with equal layouts.

Of one that is answered on a sheet they show the sheet, and behind it what is asked, which no booklet has.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import Any

import pikepdf

from klausur.base.diagnostics import Diagnostic, Place
from klausur.base.errors import ToolError
from klausur.base.geometry import PAPERS, Box
from klausur.exam import own_paper
from klausur.exam.model import Exam
from klausur.paper.layout import PageLayout
from klausur.typeset import engine, faults, missing_glyphs, off_page, own_room, page_fill, reported
from klausur.typeset.for_printer import for_printer
from klausur.typeset.markup import Pieces, asked, data
from klausur.typeset.shown_files import shown_files


class Form(StrEnum):
    """Which paper of an exam."""

    EXAM = "exam"
    BLACKENED = "blackened"
    """Question text, maths and figures are covered, and gone."""
    SOLUTION = "solution"


_QUESTIONS = "questions"
"""What the template calls the question paper."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One typeset paper without a booklet. ``pages`` are its Fields; ``diagnostics`` what must be mended.

    ``barrier`` is what keeps its PDF from being PDF/UA-1, which a screen reader can read.
    """

    form: Form
    pdf: bytes
    pages: tuple[PageLayout, ...]
    diagnostics: tuple[Diagnostic, ...]
    barrier: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place that is filled per booklet: by hand, or by Klausur."""

    name: str
    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class Base:
    """What a Paper is made of, and what booklets are stamped on."""

    paper: Paper
    slots: tuple[Slot, ...]


def compile_paper(exam: Exam, form: Form, *, pages: int = 0) -> Paper:
    """Typeset one paper. Bad pieces are left out and reported, so that all of them are found at once.

    With ``pages`` it has at least so many, the last ones empty: as other variants of the exam.
    """
    return compile_base(exam, form, booklets=False, pages=pages).paper


def compile_questions(exam: Exam) -> bytes:
    """The PDF of the question paper of an exam that is answered on a sheet: no machine reads it.

    What is wrong with its pieces, `compile_paper` finds in the exam paper, which shows them too.
    """
    pieces = Pieces()
    made, _, _ = _typeset(exam, pieces, asked(exam, pieces), data(exam, _QUESTIONS), booklets=False)
    return for_printer(made.pdf, both=True)


def count_question_pages(exam: Exam) -> int:
    """How many pages the question paper has."""
    with pikepdf.open(BytesIO(compile_questions(exam))) as pdf:
        return len(pdf.pages)


def compile_base(exam: Exam, form: Form, *, booklets: bool, pages: int = 0, stickers: bool = True) -> Base:
    """Typeset one paper; with ``booklets`` the places of page codes stay free for stamping.

    With ``stickers`` the cover says what they are for; where it does not, all lies where it does otherwise.
    """
    pieces = Pieces()
    plain = data(exam, str(form), pages=pages, stickers=stickers)
    done, found, bad = _typeset(exam, pieces, asked(exam, pieces), plain, booklets=booklets)
    laid = tuple(PageLayout(n, fields) for n, fields in reported.fields(done.facts).items())
    if exam.own_paper is not None:
        found.extend(own_room.check(exam, exam.own_paper, laid, done.pdf) if form is Form.EXAM else ())
        found.extend(own_room.in_large_print(exam))
    else:
        found.extend(off_page.boxes(exam, laid))
    if exam.own_paper is None and form is Form.EXAM:
        drawn = off_page.drawn_on(done.pdf, PAPERS[exam.paper])
        found.extend(off_page.check(exam, laid, done, pieces.contents, drawn))
        found.extend(page_fill.check(exam, done.facts, drawn))
    found.extend(_overflows(exam, done.facts))
    if form is Form.EXAM and not booklets:
        found.extend(missing_glyphs.check(exam, pieces.contents, bad))
    found.extend(_declared(exam, len(laid)))
    slots = tuple(
        Slot(fact["id"], fact["page"], reported.box(fact)) for fact in done.facts if fact["what"] == "slot"
    )
    pdf = done.pdf if booklets else for_printer(done.pdf, both=True)
    return Base(Paper(form, pdf, laid, tuple(dict.fromkeys(found)), done.barrier), slots)


def _typeset(
    exam: Exam, pieces: Pieces, asks: Mapping[str, Any], plain: Mapping[str, Any], *, booklets: bool
) -> tuple[engine.Typeset, list[Diagnostic], Collection[str]]:
    """Typeset all pieces, or without the bad ones: their names, and what is wrong with each."""
    keep = f"{plain['form']}-{exam.variant}"
    files = shown_files(pieces.contents.values(), exam.folder)
    pages = "exam"
    if exam.own_paper is not None:
        files, pages = (*files, own_paper.PDF), "own-paper"

    def made(bad: Mapping[str, object]) -> engine.Typeset | engine.TypstFault:
        source = pieces.source(bad, asks, booklets=booklets, pages=pages)
        root, day = exam.folder, exam.date
        return engine.typeset(
            source,
            plain,
            root=root,
            files=files,
            ask=True,
            day=day,
            keep=keep,
            tagged=not booklets,  # whose pages are shared: tags could not be
        )

    done = made({})
    if isinstance(done, engine.Typeset):
        return done, [], ()
    bad = faults.find(pieces.contents, plain, exam.folder)
    found = [diagnostic for about in bad.values() for diagnostic in about]
    again = made(bad)
    if isinstance(again, engine.TypstFault):
        message = f"Typst refuses the paper: {again.message}"
        raise ToolError(message, "; ".join(again.hints) or "report this exam as a bug")
    return again, found, bad


def _overflows(exam: Exam, facts: Sequence[Mapping[str, Any]]) -> list[Diagnostic]:
    questions = {q.id: q for q in exam.questions}
    found = []
    for fact in facts:
        if fact["what"] != "overflow":
            continue
        question = questions[fact["question"]]
        content = question.solution
        found.append(
            Diagnostic(
                "solution-overflow",
                f"the solution of question {question.number} is cut off: it is longer than its answer space",
                question.place if content is None else content.place,
                "shorten it, or give the question more space=…",
            )
        )
    return found


def _declared(exam: Exam, pages: int) -> list[Diagnostic]:
    if exam.declared_pages is None or exam.declared_pages == pages:
        return []
    message = f"exam.toml declares {exam.declared_pages} pages, the typeset exam has {pages}"
    return [Diagnostic("total-differs", message, Place("exam.toml"), f"declare {pages} pages, or none")]
