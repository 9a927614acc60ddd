"""A rehearsal from printed booklets to scanned files, with the truth beside them.

The order of work and nothing else: who marks what is decided in `klausur.rehearse.candidates`, one page's
images are made in `klausur.rehearse.page`, the CSV files are those of `klausur.rehearse.truth`.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from pathlib import Path

from klausur.exam.model import Exam
from klausur.paper.layout import Layout
from klausur.rehearse.binder import bind
from klausur.rehearse.booklet import Planned, plan_booklet, printed
from klausur.rehearse.candidates import Behaviour, act
from klausur.rehearse.page import PageDone, process
from klausur.rehearse.pile import Side
from klausur.rehearse.prints import let_go
from klausur.rehearse.scanner import WEAR, Level, Wear, shows
from klausur.rehearse.truth import MarkTruth, PageTruth, marks_csv, pages_csv

MARKS, PAGES = "truth-marks.csv", "truth-pages.csv"
"""The names of the truth's files."""

BOOKLETS_A_FILE = 10
"""Booklets that are scanned in one go into one file."""

_IN_FLIGHT = 16
"""Pages handed to the executor at once: enough for any office machine, and only their JPEGs in memory."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The scanned files in order, and the two files of the truth."""

    files: tuple[Path, ...]
    marks: Path
    pages: Path


def rehearse(  # noqa: PLR0913 - one call from command line, demo and benchmarks, fixed between the rooms
    booklets: Path,
    layout: Layout,
    exam: Exam,
    out: Path,
    seed: int,
    *,
    level: Level | Wear = Level.DEFAULT,
    behaviour: Behaviour | None = None,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Rehearsal:
    """Fill printed booklets by many hands, scan them badly, and write down the truth.

    The same arguments give the same bytes, whatever the executor; a booklet's marks and images do not
    depend on how many booklets there are. An earlier rehearsal in ``out`` is replaced.

    Args:
        booklets: the printed PDF, booklet after booklet as in the layout.
        layout: where everything lies.
        exam: what is asked; candidates know some of the right choices.
        out: folder for ``scan-001.pdf`` …, ``truth-marks.csv`` and ``truth-pages.csv``.
        seed: all chance comes from it.
        level: how badly the pages are treated.
        behaviour: how often people do what.
        executor: where pages are made; a process pool makes it fast, None works in this process.
        progress: called with (done, total) in booklets.

    Raises:
        UsageError: the PDF and the layout do not belong together.
    """
    wear = level if isinstance(level, Wear) else WEAR[level]
    try:
        paper = printed(booklets, layout)
        out.mkdir(parents=True, exist_ok=True)
        plans = (
            plan_booklet(paper, layout, act(exam, layout, b.number, seed, behaviour), wear, seed)
            for b in layout.booklets
        )
        files = _written(_worked(plans, executor), len(layout.booklets), out, wear, progress)
    finally:
        let_go()
    for stale in set(out.glob("scan-*.pdf")) - set(files):
        if re.fullmatch(r"scan-\d{3,}", stale.stem):
            stale.unlink()
    return Rehearsal(files, out / MARKS, out / PAGES)


def _written(
    worked: Iterator[tuple[Planned, dict[int, PageDone]]],
    total: int,
    out: Path,
    wear: Wear,
    progress: Callable[[int, int], None] | None,
) -> tuple[Path, ...]:
    """Write files and truth as booklets come; no more of them than go into one file is ever held."""
    # An earlier truth goes first: killed half-way, the folder must not hold the truth about other files.
    _replace(out / MARKS, marks_csv(()))
    _replace(out / PAGES, pages_csv(()))
    files: list[Path] = []
    images: list[bytes] = []
    with _part(out / MARKS).open("wb") as marks, _part(out / PAGES).open("wb") as pages:
        marks.write(marks_csv(()))
        pages.write(pages_csv(()))
        for number, (booklet, done) in enumerate(worked, start=1):
            name = f"scan-{(number - 1) // BOOKLETS_A_FILE + 1:03d}.pdf"
            marks.write(marks_csv(_marks(booklet, done), head=False))
            for side in booklet.sides:
                pages.write(pages_csv([_page(booklet, side, name, len(images))], head=False))
                if not side.lost:
                    images.append(done[side.page].images[side.copy])
            if number % BOOKLETS_A_FILE == 0 or number == total:
                files.append(out / name)
                _replace(out / name, bind(images, wear.dpi))
                images = []
            if progress:
                progress(number, total)
    for path in (out / MARKS, out / PAGES):
        _part(path).replace(path)
    return tuple(files)


def _worked(
    plans: Iterator[Planned], executor: Executor | None
) -> Iterator[tuple[Planned, dict[int, PageDone]]]:
    """Each booklet with its pages done, in order, with few pages under way."""
    if executor is None:
        for booklet in plans:
            yield booklet, {number: process(task) for number, task in booklet.tasks.items()}
        return
    waiting: deque[tuple[Planned, dict[int, Future[PageDone]]]] = deque()
    for booklet in plans:
        waiting.append((booklet, {n: executor.submit(process, task) for n, task in booklet.tasks.items()}))
        while sum(not f.done() for _, futures in waiting for f in futures.values()) > _IN_FLIGHT:
            yield _done(*waiting.popleft())
    while waiting:
        yield _done(*waiting.popleft())


def _done(booklet: Planned, futures: dict[int, Future[PageDone]]) -> tuple[Planned, dict[int, PageDone]]:
    return booklet, {number: future.result() for number, future in futures.items()}


def _marks(booklet: Planned, done: dict[int, PageDone]) -> Iterable[MarkTruth]:
    notes = {field: note for page in done.values() for field, note in page.notes}
    for deed in booklet.script.deeds:
        field = deed.field
        note = f"{notes[field.id]} punched".strip() if deed.gone else notes[field.id]
        yield MarkTruth(booklet.script.booklet, deed.page, field.id, field.question or "", deed.truth, note)


def _page(booklet: Planned, side: Side, name: str, index: int) -> PageTruth:
    task = booklet.tasks[side.page]
    legible, defects = not task.dirt.code_spoilt, [*side.defects, *task.dirt.defects]
    if not side.lost:
        how = task.scans[side.copy]
        legible &= task.code is None or shows(how, task.code, task.size)
        if not all(shows(how, fiducial, task.size) for fiducial in task.fiducials):
            defects.append("cut-off")
    return PageTruth(
        file="" if side.lost else name,
        index=-1 if side.lost else index,
        booklet=booklet.script.booklet,
        page=side.page,
        code_legible=legible,
        defects=" ".join(defects),
    )


def _part(path: Path) -> Path:
    """Where a file is written before it is whole."""
    return path.with_name(f".{path.name}.part")


def _replace(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    _part(path).write_bytes(data)
    _part(path).replace(path)
