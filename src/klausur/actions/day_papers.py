"""All files of a print run, typeset into one folder: the exam's papers, booklets, the papers for the day."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from klausur.actions.check import LOOKED_AT, Checked
from klausur.actions.piles import ATTENDANCE, BOOKLETS, EXTRAS, STICKERS
from klausur.actions.progress import Progress
from klausur.actions.wanted import Wanted
from klausur.exam.evidence import Proof
from klausur.exam.model import Exam
from klausur.paper import layout as layouts
from klausur.paper.labels import LabelSheet
from klausur.paper.layout import Layout, with_sheets
from klausur.paper.run import PrintRun
from klausur.typeset import attendance, evidence, extra, proof, stickers
from klausur.typeset.booklets import compile_booklets
from klausur.typeset.papers import Form, compile_paper
from klausur.typeset.proof import Proven
from klausur.typeset.sides import Sheets
from klausur.typeset.split import join, split

LAYOUT = "layout.json"
PROOF = "proof.pdf"
SOLUTIONS = "solutions.pdf"

_UNFIT = re.compile(r"[^\w.,()+-]+")
"""What a room's name may hold and a file's name may not, on some system or in some shell."""

_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Job:
    """A print run with all that typesetting it takes: label sheet, page codes' key, proof, more variants."""

    run: PrintRun
    wanted: Wanted
    labels: LabelSheet | None
    key: bytes
    proof: Proof
    others: tuple[Exam, ...] = ()


def typeset(checked: Checked, job: Job, into: Path, progress: Progress) -> Layout:
    """Write all files of a print run into a folder, ``layout.json`` among them.

    Args:
        checked: an exam without errors, and its papers.
        job: what is typeset.
        into: an empty folder.
        progress: told the booklets typeset.
    """
    exam = checked.exam
    if exam is None:
        raise ValueError("an exam that cannot be built cannot be typeset")
    layout = compile_booklets(exam, job.run, job.key, into / BOOKLETS, others=job.others, progress=progress)
    pages = len(layout.booklets[0].pages)
    _papers(exam, checked, job, pages, into)
    shown = [
        Proven(into / BOOKLETS, at * pages + n, layout.size, proof.outlines(layout.pages[index].fields))
        for at in _first_of_each_variant(layout)
        for n, index in enumerate(layout.booklets[at].pages)
    ]
    for file, sheets in _sheets(exam, job, into):
        first = _first_of_each_kind(sheets)
        shown += [
            Proven(file, at, layout.size, proof.outlines(sheets.pages[index].fields)) for at, index in first
        ]
        layout = with_sheets(layout, sheets.pages, sheets.sheets)
    if job.labels is not None:
        _stickers(exam, job, job.labels, into / STICKERS)
        shown.append(Proven(into / STICKERS, 0, job.labels.size, proof.label_outlines(job.labels)))
    if job.wanted.by_room:
        split(into / BOOKLETS, _by_room(job.run, pages, into))
    if job.wanted.proof:
        proof.write_proof(shown, into / PROOF, language=exam.language)
    layouts.write(layout, into / LAYOUT)
    return layout


def _papers(exam: Exam, checked: Checked, job: Job, pages: int, into: Path) -> None:
    """The papers without booklets, all with as many pages as these.

    Those of further variants have the variant's number in their names; where each booklet has its own, only
    solutions are made, all in one file in the order of the booklets.
    """
    for paper in checked.papers:
        padded = paper if len(paper.pages) == pages else compile_paper(exam, paper.form, pages=pages)
        (into / f"{paper.form}.pdf").write_bytes(padded.pdf)
    if job.run.variants.count is None:
        solutions = (compile_paper(e, Form.SOLUTION, pages=pages).pdf for e in (exam, *job.others))
        join(solutions, into / SOLUTIONS)
    else:
        for other in job.others:
            for form in Form:
                made = compile_paper(other, form, pages=pages)
                (into / f"{form}-{other.variant}.pdf").write_bytes(made.pdf)
    evidence.append(exam, job.proof, into / f"{Form.SOLUTION}.pdf")


def _first_of_each_variant(layout: Layout) -> tuple[int, ...]:
    """The first booklet (from 0) of each variant, of the first ones."""
    found: dict[int, int] = {}
    for at, booklet in enumerate(layout.booklets):
        found.setdefault(booklet.variant, at)
    return tuple(found.values())[:LOOKED_AT]


def _sheets(exam: Exam, job: Job, into: Path) -> Iterator[tuple[Path, Sheets]]:
    """The papers with page codes of their own, each kind in its file."""
    if job.run.candidates:
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


def _by_room(run: PrintRun, pages: int, into: Path) -> dict[Path, range]:
    """Which pages of all booklets are for which room; unnamed ones are counted out as the stickers are."""
    parts: dict[Path, range] = {}
    names: set[str] = {"spare"}
    at = 0
    for room in attendance.room_lists(run):
        end = at + len(room.rows) * pages
        parts[into / f"booklets-{_file_name(room.room or 'no room', names)}.pdf"] = range(at, end)
        at = end
    whole = len(run.booklets) * pages
    return parts if at == whole else {**parts, into / "booklets-spare.pdf": range(at, whole)}


def _file_name(room: str, taken: set[str]) -> str:
    """The room as part of a file's name, with a number where two rooms would share one; it is then taken."""
    plain = _UNFIT.sub("-", room).strip("-.")[:_LONGEST] or "room"
    name, number = plain, 2
    while name.casefold() in taken:
        name, number = f"{plain}-{number}", number + 1
    taken.add(name.casefold())
    return name
