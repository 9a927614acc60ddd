"""The papers of an exam at home: made when booklets are printed blackened, fetched by candidates.

They lie in one file of the printing: a PDF for each booklet that has a name, and one of what is asked in each
variant. A printing whose booklets are not blackened has no such file, so nothing can be fetched of it.
"""

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from itertools import accumulate
from pathlib import Path

from klausur.actions import home_times, print_folder, up_to_date
from klausur.actions.roles import Verb, allow
from klausur.base.errors import NotFoundError, RefusedError
from klausur.exam.model import Exam
from klausur.paper.layout import Layout
from klausur.paper.run import PrintRun
from klausur.state.facts import Author, Enrolled, Printing, Standing
from klausur.state.hand_ins import HomePaper
from klausur.store import audit, hand_ins, printings
from klausur.store.folder import opened, writing
from klausur.store.frame import Frame
from klausur.typeset.papers import Form, compile_paper, compile_questions
from klausur.typeset.split import parts

FILE = "home.zip"
"""Among the files of a printing."""

_SOME_DAY = 1980, 1, 1, 0, 0, 0
"""When each part was made, so that the same papers make the same file."""


_HEADER = 30
"""Bytes that stand ahead of each part and its name, where nothing else is said of it (APPNOTE.TXT, 4.3.7)."""


@dataclass(frozen=True, slots=True)
class OwnPaper:
    """A paper of a candidate, as a PDF."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class OwnBooklet:
    """The booklet that a candidate has at home: its number, its variant and the printing that made it."""

    number: int
    variant: int
    printing: Printing


def write(booklets: Path, run: PrintRun, layout: Layout, exams: Sequence[Exam], out: Path) -> None:
    """Write what candidates fetch.

    Args:
        booklets: the PDF of all booklets, blackened, in the order of the layout.
        run: whose they are.
        layout: how many pages each has.
        exams: all variants that are printed.
        out: the file to write.
    """
    starts = list(accumulate((len(b.pages) for b in layout.booklets), initial=0))
    named = {b.number for b in run.booklets if b.candidate is not None}
    own = [(at, b) for at, b in enumerate(layout.booklets) if b.number in named]
    wanted = {b.variant for _, b in own}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
        pages = (range(starts[at], starts[at + 1]) for at, _ in own)
        for (_, booklet), pdf in zip(own, parts(booklets, pages), strict=True):
            made.writestr(zipfile.ZipInfo(_booklet(booklet.number), _SOME_DAY), pdf)
        for exam in exams:
            if exam.variant in wanted:
                asked = compile_questions(exam) if exam.on_sheet else compile_paper(exam, Form.EXAM).pdf
                made.writestr(zipfile.ZipInfo(_questions(exam.variant), _SOME_DAY), asked)


def own_booklet(frame: Frame, candidate: int) -> OwnBooklet | None:
    """The booklet that a candidate has at home, the newest one; None if none was printed for them.

    Args:
        frame: of the open folder.
        candidate: they, by their id.
    """
    numbers = printings.printed_for(candidate)
    made = [each for each in printings.every() if FILE in dict(each.files)] if numbers else ()
    for number in numbers:
        printing = next((each for each in made if number in each.booklets), None)
        if printing is not None:
            (laid,) = (b for b in frame.papers_of(frozenset({number})).booklets if b.number == number)
            return OwnBooklet(number, laid.variant, printing)
    return None


def fetch(folder: Path, candidate: Enrolled, paper: HomePaper, author: Author, *, now: datetime) -> OwnPaper:
    """A paper of a candidate's own, once it is released; that they fetch it is recorded the first time.

    Args:
        folder: the exam folder.
        candidate: whose.
        paper: which.
        author: they, or who does it for them.
        now: the time.

    Raises:
        NotFoundError: nothing was printed for them, the exam is not taken at home, or the file is gone.
        RefusedError: it is not released yet, or they do not take the exam.
    """
    allow(author.actor, Verb.FETCH_PAPER)
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        times = home_times.holding(frame)
        if candidate.standing in {Standing.WITHDRAWN, Standing.EXCLUDED}:
            raise RefusedError("you do not take this exam, by the list of candidates", "ask the examiner")
        if not times.is_released(paper, now):
            raise RefusedError("this paper is not released yet", "come back when it is")
        booklet = own_booklet(frame, candidate.id)
        if booklet is None:
            raise NotFoundError("no booklet was printed for you", "ask the examiner")
        made = read(folder, booklet, paper)
        if not hand_ins.was_fetched(candidate.id, booklet.number, paper):
            with writing():
                if not hand_ins.was_fetched(candidate.id, booklet.number, paper):
                    digest = sha256(made.data).hexdigest()
                    hand_ins.fetched(candidate.id, booklet.number, paper, digest, now)
                    audit.append(
                        "fetch-paper",
                        author.actor,
                        {"candidate": candidate.candidate.registration, "paper": paper.value},
                    )
    return made


def read(folder: Path, booklet: OwnBooklet, paper: HomePaper) -> OwnPaper:
    """A paper as it lies in the printing's folder, whoever asks.

    Raises:
        NotFoundError: it is gone.
    """
    own = paper is HomePaper.BOOKLET
    name = _booklet(booklet.number) if own else _questions(booklet.variant)
    path = print_folder.place_of(folder, booklet.printing) / FILE
    try:
        found = path.stat()
        start, size = _places(path, found.st_mtime_ns, found.st_size)[name]
        with path.open("rb") as file:
            file.seek(start)
            return OwnPaper(name, file.read(size))
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise NotFoundError("this paper is gone from the exam's folder", "ask the examiner") from error


@lru_cache(maxsize=8)
def _places(path: Path, changed: int, size: int) -> Mapping[str, tuple[int, int]]:
    """Where each part of a file lies, and its length: a thousand candidates ask at once."""
    del changed, size
    with zipfile.ZipFile(path) as whole:
        return {
            part.filename: (part.header_offset + _HEADER + len(part.filename), part.file_size)
            for part in whole.infolist()
        }


def _booklet(number: int) -> str:
    return f"booklet-{number:05}.pdf"


def _questions(variant: int) -> str:
    return f"questions-{variant}.pdf"
