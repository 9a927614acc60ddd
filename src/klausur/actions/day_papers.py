"""All files of a print run, typeset into one folder: the exam's papers, booklets, the papers for the day."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

from klausur.actions import home_papers
from klausur.actions.check import LOOKED_AT
from klausur.actions.print_counts import ATTENDANCE, BOOKLETS, EXTRAS, STICKERS, question_files, which
from klausur.actions.print_request import PrintRequest
from klausur.actions.progress import Progress
from klausur.base.geometry import PAPERS
from klausur.exam.evidence import Proof
from klausur.exam.model import Exam
from klausur.exam.setting import USUAL, Setting, drawn, setting_of
from klausur.paper import layout as layouts
from klausur.paper.labels import LabelSheet
from klausur.paper.layout import Layout, with_sheets
from klausur.paper.run import Booklet, PrintRun
from klausur.roster.model import Candidate
from klausur.typeset import attendance, evidence, extra, proof, stickers
from klausur.typeset.booklets import compile_booklets
from klausur.typeset.loose_sheets import Sheets
from klausur.typeset.papers import Form, Paper, compile_paper, compile_questions
from klausur.typeset.proof import Proven
from klausur.typeset.split import join, split

LAYOUT = "layout.json"
PROOF = "proof.pdf"
SOLUTIONS = "solutions.pdf"

_UNFIT = re.compile(r"[^\w.,()+-]+")
"""What a room's name may hold and a file's name may not, on some system or in some shell."""

_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Job:
    """A print run with all that typesetting it takes.

    Attributes:
        run: what is printed.
        wanted: as it was asked for.
        labels: the sheet that stickers are printed on.
        key: signs the page codes.
        exams: the variants of the run as they are printed, the lowest first.
        solved: the same by the key that counts, for sample solutions.
        proof: what the evidence says of the key; None if it was not run.
        papers: those of the first variant, if they were typeset before.
        pages: a booklet has at least as many, by its setting.
        a3: registration numbers of candidates whose booklet the printer shall enlarge.
    """

    run: PrintRun
    wanted: PrintRequest
    labels: LabelSheet | None
    key: bytes
    exams: tuple[Exam, ...]
    solved: tuple[Exam, ...]
    proof: Proof | None = None
    papers: tuple[Paper, ...] = ()
    pages: Mapping[Setting, int] = field(default_factory=dict)
    a3: frozenset[str] = frozenset()

    @property
    def exam(self) -> Exam:
        """For what all variants share."""
        return self.exams[0]


def typeset(job: Job, into: Path, progress: Progress) -> Layout:
    """Write all files of a print run into a folder, ``layout.json`` among them.

    Args:
        job: what is typeset.
        into: an empty folder.
        progress: told the booklets typeset.
    """
    exam = job.exam
    layout = _booklets(job, into, progress)
    shown = []
    if layout.booklets:
        _papers(job, _usual_pages(job, layout), into)
        starts = list(accumulate((len(b.pages) for b in layout.booklets), initial=0))
        shown = [
            Proven(into / BOOKLETS, starts[at] + n, layout.size, proof.outlines(layout.pages[index].fields))
            for at in _first_of_each_variant(layout)
            for n, index in enumerate(layout.booklets[at].pages)
        ]
        if job.wanted.by_room or job.wanted.by_variant or _apart(job):
            split(into / BOOKLETS, _piles(job, starts, into))
        if exam.home is not None and job.wanted.blackened:
            home_papers.write(into / BOOKLETS, job.run, layout, job.exams, into / home_papers.FILE)
    for file, sheets in _sheets(exam, job, into):
        first = _first_of_each_kind(sheets)
        shown += [
            Proven(file, at, layout.size, proof.outlines(sheets.pages[index].fields)) for at, index in first
        ]
        layout = with_sheets(layout, sheets.pages, sheets.sheets)
    if job.run.stickers and job.labels is not None:
        _stickers(exam, job, job.labels, into / STICKERS)
        shown.append(Proven(into / STICKERS, 0, job.labels.size, proof.label_outlines(job.labels)))
    if job.wanted.proof:
        proof.write_proof(shown, into / PROOF, language=exam.language)
    layouts.write(layout, into / LAYOUT)
    return layout


def _booklets(job: Job, into: Path, progress: Progress) -> Layout:
    """Typeset the booklets; a printing of extra sheets alone has none."""
    exam, run = job.exam, job.run
    if run.booklets:
        return compile_booklets(
            exam,
            run,
            job.key,
            into / BOOKLETS,
            others=job.exams[1:],
            form=Form.BLACKENED if job.wanted.blackened else Form.EXAM,
            pages=job.pages,
            progress=progress,
        )
    return Layout(run.exam_number, exam.slug, exam.digest, exam.paper, PAPERS[exam.paper], (), ())


def _papers(job: Job, pages: int, into: Path) -> None:
    """The papers without booklets, all with as many pages as these.

    Those of further variants have the variant's number in their names; where each booklet has its own, only
    solutions are made, all in one file in the order of the booklets.
    """
    known = {paper.form: paper for paper in job.papers if len(paper.pages) == pages}
    for form in Form:
        exam = job.solved[0] if form is Form.SOLUTION else job.exam
        paper = known.get(form) or compile_paper(exam, form, pages=pages)
        (into / f"{form}.pdf").write_bytes(paper.pdf)
    if job.run.variants.count is None:
        write_solutions(job.solved, None, pages, into)
    else:
        for n, other in enumerate(job.exams[1:], start=1):
            if other.setting.large:
                continue
            for form in Form:
                made = compile_paper(job.solved[n] if form is Form.SOLUTION else other, form, pages=pages)
                (into / f"{form}{which(other)}.pdf").write_bytes(made.pdf)
    if job.exam.on_sheet:
        for file, asked in zip(question_files(job.exams), job.exams, strict=True):
            (into / file).write_bytes(compile_questions(asked))
    if job.proof is not None:
        evidence.append(job.exam, job.proof, into / f"{Form.SOLUTION}.pdf")


def write_solutions(exams: Sequence[Exam], count: int | None, pages: int, into: Path) -> None:
    """Sample solutions of variants as they are printed, into a folder.

    Args:
        exams: the lowest first.
        count: how many variants the exam has; None if each booklet has its own, which are in one file then.
        pages: each solution has at least as many.
        into: an existing folder.
    """
    exams = [exam for exam in exams if not exam.setting.large]  # they ask the same
    made = (compile_paper(exam, Form.SOLUTION, pages=pages).pdf for exam in exams)
    if count is None:
        join(made, into / SOLUTIONS)
        return
    for at, (exam, pdf) in enumerate(zip(exams, made, strict=True)):
        name = f"{Form.SOLUTION}{which(exam)}.pdf" if at else f"{Form.SOLUTION}.pdf"
        (into / name).write_bytes(pdf)


def _usual_pages(job: Job, layout: Layout) -> int:
    """How many pages a booklet has that is set as usual; 0 if this printing has none, and no earlier one."""
    usual = [len(b.pages) for b in layout.booklets if setting_of(b.variant) == USUAL]
    return max(usual, default=job.pages.get(USUAL, 0))


def _first_of_each_variant(layout: Layout) -> tuple[int, ...]:
    """The first booklet (from 0) of each variant, of the first ones."""
    found: dict[int, int] = {}
    for at, booklet in enumerate(layout.booklets):
        found.setdefault(booklet.variant, at)
    return tuple(found.values())[:LOOKED_AT]


def _sheets(exam: Exam, job: Job, into: Path) -> Iterator[tuple[Path, Sheets]]:
    """The papers with page codes of their own, each kind in its file."""
    if attendance.room_lists(job.run):
        yield into / ATTENDANCE, attendance.compile_lists(exam, job.run, job.key, into / ATTENDANCE)
    if job.run.extras:
        yield into / EXTRAS, extra.compile_extras(exam, job.run, job.key, into / EXTRAS)


def _first_of_each_kind(sheets: Sheets) -> list[tuple[int, int]]:
    """Of the first sheet of each kind, the sides in the file (from 0), each with its index into the pages."""
    found: dict[str, list[tuple[int, int]]] = {}
    at = 0
    for sheet in sheets.sheets:
        if sheet.sheet not in found:
            found[sheet.sheet] = [(at + n, index) for n, index in enumerate(sheet.pages)]
        at += len(sheet.pages)
    return [side for sides in found.values() for side in sides]


def _stickers(exam: Exam, job: Job, labels: LabelSheet, out: Path) -> None:
    stickers.compile_stickers(
        exam, job.run, job.key, labels, out, skip=job.wanted.skip, room_breaks=job.wanted.by_room
    )


def _apart(job: Job) -> bool:
    """Whether some booklets go another way through the printer: they have other pages, or are enlarged."""
    return bool(job.a3) or any(setting_of(job.run.variants.of(b.number)).large for b in job.run.booklets)


def _size(job: Job, booklet: Booklet, person: Candidate | None) -> str:
    """What a pile of booklets that go another way through the printer is called."""
    if setting_of(job.run.variants.of(booklet.number)).large:
        return "-large-print"
    return "-enlarge-to-a3" if person is not None and person.registration in job.a3 else ""


def _piles(job: Job, starts: Sequence[int], into: Path) -> dict[Path, list[int]]:
    """Which pages of all booklets belong to which pile; unnamed ones are counted out as the stickers are.

    A pile is for a room, or is of one variant, or both; ``starts`` are each booklet's first page and the end.
    """
    names: set[str] = {"spare"}
    rooms: dict[str | None, str] = {}
    parts: dict[Path, list[int]] = {}
    for at, (booklet, person) in enumerate(zip(job.run.booklets, job.run.seats, strict=True)):
        size = _size(job, booklet, person)
        if not (size or job.wanted.by_room or job.wanted.by_variant):
            size = "-usual"
        name = f"booklets{size}"
        if job.wanted.by_room:
            room = None if person is None else person.room
            if room not in rooms:
                rooms[room] = "spare" if room is None else _file_name(room or "no room", names)
            name += f"-{rooms[room]}"
        if job.wanted.by_variant:
            name += f"-variant-{drawn(job.run.variants.of(booklet.number))}"
        parts.setdefault(into / f"{name}.pdf", []).extend(range(starts[at], starts[at + 1]))
    return parts


def _file_name(room: str, taken: set[str]) -> str:
    """The room as part of a file's name, with a number where two rooms would share one; it is then taken."""
    plain = _UNFIT.sub("-", room).strip("-.")[:_LONGEST] or "room"
    name, number = plain, 2
    while name.casefold() in taken:
        name, number = f"{plain}-{number}", number + 1
    taken.add(name.casefold())
    return name
