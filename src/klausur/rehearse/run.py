"""A rehearsal from printed booklets to scanned files, with the truth beside them.

The order of work and nothing else: who marks what is decided in `klausur.rehearse.candidates`, one page's
images are made in `klausur.rehearse.page`, the CSV files are those of `klausur.rehearse.truth`.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from klausur.exam.model import Exam
from klausur.paper.layout import Layout
from klausur.rehearse.binder import bind
from klausur.rehearse.booklet import Planned
from klausur.rehearse.candidates import Behaviour
from klausur.rehearse.level import Level
from klausur.rehearse.other_fields import truths
from klausur.rehearse.page import PageDone, process
from klausur.rehearse.prints import let_go
from klausur.rehearse.scan_order import ScannedSide
from klausur.rehearse.scanner import WEAR, Wear, shows
from klausur.rehearse.truth import (
    FIELDS,
    MARKS,
    PAGES,
    FieldTruth,
    MarkTruth,
    PageTruth,
    fields_csv,
    marks_csv,
    pages_csv,
)
from klausur.rehearse.work_units import RehearsedPapers, Unit, batched, planned, set_out

_IN_FLIGHT = 16
"""Pages handed to the executor at once: enough for any office machine, and only their JPEGs in memory."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The scanned files in order, and the three files of the truth."""

    files: tuple[Path, ...]
    marks: Path
    pages: Path
    fields: Path


def rehearse(  # noqa: PLR0913 - one call from command line, demo and benchmarks, fixed between the rooms
    booklets: Path,
    layout: Layout,
    exam: Exam,
    out: Path,
    seed: int,
    *,
    level: Level | Wear = Level.DEFAULT,
    behaviour: Behaviour | None = None,
    papers: RehearsedPapers | None = None,
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
        out: folder for ``scan-001.pdf`` … and the truth.
        seed: all chance comes from it.
        level: how badly the pages are treated.
        behaviour: how often people do what with choices and credits.
        papers: what else was printed, and for whom: then there is a whole day, on which some stay away,
            stick stickers, write numbers, take extra sheets and sign. Without it all booklets are filled,
            and nothing else.
        executor: where pages are made; a process pool makes it fast, None works in this process.
        progress: called with (done, total) in booklets and other sheets.

    Raises:
        UsageError: a PDF and the layout do not belong together.
    """
    wear = level if isinstance(level, Wear) else WEAR[level]
    out.mkdir(parents=True, exist_ok=True)
    try:
        with set_out(booklets, layout, exam, papers, seed) as table:
            batches = list(batched(table))
            plans = (
                planned(table, unit, wear, behaviour or Behaviour()) for batch in batches for unit in batch
            )
            files = _written(_worked(plans, executor), batches, out, wear, progress)
    finally:
        let_go()
    for stale in set(out.glob("scan-*.pdf")) - set(files):
        if re.fullmatch(r"scan-\d{3,}", stale.stem):
            stale.unlink()
    return Rehearsal(files, out / MARKS, out / PAGES, out / FIELDS)


def _written(
    worked: Iterator[tuple[Planned, dict[int, PageDone]]],
    batches: Sequence[Sequence[Unit]],
    out: Path,
    wear: Wear,
    progress: Callable[[int, int], None] | None,
) -> tuple[Path, ...]:
    """Write a file for each batch, and the truth as it comes; no more than one file's images are held."""
    # An earlier truth goes first: killed half-way, the folder must not hold the truth about other files.
    empty = {MARKS: marks_csv(()), PAGES: pages_csv(()), FIELDS: fields_csv(())}
    for name, head in empty.items():
        _replace(out / name, head)
    files: list[Path] = []
    total, number = sum(map(len, batches)), 0
    with ExitStack() as held:
        written = {name: held.enter_context(_part(out / name).open("wb")) for name in empty}
        for name, head in empty.items():
            written[name].write(head)
        for batch in batches:
            name, images = f"scan-{len(files) + 1:03d}.pdf", list[bytes]()
            for paper, done in islice(worked, len(batch)):
                written[MARKS].write(marks_csv(_marks(paper, done), head=False))
                written[FIELDS].write(fields_csv(_fields(paper), head=False))
                for side in paper.sides:
                    written[PAGES].write(pages_csv([_page(paper, side, name, len(images))], head=False))
                    if not side.lost:
                        images.append(done[side.page].images[side.copy])
                number += 1
                if progress:
                    progress(number, total)
            files.append(out / name)
            _replace(out / name, bind(images, wear.dpi))
    for name in empty:
        _part(out / name).replace(out / name)
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


def _marks(paper: Planned, done: dict[int, PageDone]) -> Iterable[MarkTruth]:
    notes = {field: note for page in done.values() for field, note in page.notes}
    for deed in paper.script.deeds:
        field = deed.field
        note = f"{notes[field.id]} punched".strip() if deed.gone else notes[field.id]
        yield MarkTruth(paper.number, deed.page, field.id, field.question or "", deed.truth, note)


def _fields(paper: Planned) -> Iterable[FieldTruth]:
    for name, (page, value, note) in truths(paper.beside).items():
        yield FieldTruth(paper.sheet, paper.number, page, name, value, note)


def _page(paper: Planned, side: ScannedSide, name: str, index: int) -> PageTruth:
    task = paper.tasks[side.page]
    legible, defects = not task.dirt.code_spoilt, [*side.defects, *task.dirt.defects]
    if not side.lost:
        how = task.scans[side.copy]
        legible &= task.code is None or shows(how, task.code, task.size)
        if not all(shows(how, fiducial, task.size) for fiducial in task.fiducials):
            defects.append("cut-off")
    return PageTruth(
        file="" if side.lost else name,
        index=-1 if side.lost else index,
        booklet=paper.number,
        page=side.page,
        code_legible=legible,
        defects=" ".join(defects),
        sheet=paper.sheet,
    )


def _part(path: Path) -> Path:
    """Where a file is written before it is whole."""
    return path.with_name(f".{path.name}.part")


def _replace(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    _part(path).write_bytes(data)
    _part(path).replace(path)
