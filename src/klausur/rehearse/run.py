"""A rehearsal from printed booklets to scanned files, with the truth beside them.

The order of work and nothing else: who marks what is decided in `klausur.rehearse.candidates`, one page's
images are made in `klausur.rehearse.page`, the CSV files are those of `klausur.rehearse.truth`.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from pathlib import Path

from klausur.base.errors import UsageError
from klausur.exam.model import Exam
from klausur.paper.fields import FieldKind
from klausur.paper.layout import BookletLayout, Layout
from klausur.rehearse.binder import bind
from klausur.rehearse.candidates import POPULATION, Behaviour, Deed, Script, act
from klausur.rehearse.dirt import Dirt, befall, punched
from klausur.rehearse.hands import stream
from klausur.rehearse.page import PageDone, PageTask, count, process
from klausur.rehearse.pile import Side, pile
from klausur.rehearse.scanner import WEAR, Level, Wear, plan, shows
from klausur.rehearse.truth import MarkTruth, PageTruth, marks_csv, pages_csv

MARKS, PAGES = "truth-marks.csv", "truth-pages.csv"
"""The names of the truth's files."""

BOOKLETS_A_FILE = 10
"""Booklets that are scanned in one go into one file."""

_IN_FLIGHT = 16
"""Pages handed to the executor at once: enough for any office machine, and only their JPEGs in memory."""

_PILE, _PAGE = 3, 4
"""Names of random streams below a booklet's own; `klausur.rehearse.candidates` has 1 and 2."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The scanned files in order, and the two files of the truth."""

    files: tuple[Path, ...]
    marks: Path
    pages: Path


@dataclass(frozen=True, slots=True)
class _Booklet:
    """One booklet's plan: what people do with it, and its tasks by page number."""

    script: Script
    sides: tuple[Side, ...]
    tasks: dict[int, PageTask]


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
    starts = _starts(booklets, layout)
    out.mkdir(parents=True, exist_ok=True)
    # An earlier truth goes first: killed half-way, the folder must not hold the truth about other files.
    _replace(out / MARKS, marks_csv(()))
    _replace(out / PAGES, pages_csv(()))
    plans = (
        _plan(booklets, starts[b.number], layout, b, act(exam, layout, b.number, seed, behaviour), wear, seed)
        for b in layout.booklets
    )
    files: list[Path] = []
    marks: list[MarkTruth] = []
    pages: list[PageTruth] = []
    images: list[bytes] = []
    total = len(layout.booklets)
    for number, (booklet, done) in enumerate(_worked(plans, executor), start=1):
        name = f"scan-{(number - 1) // BOOKLETS_A_FILE + 1:03d}.pdf"
        marks += _marks(booklet, done)
        for side in booklet.sides:
            pages.append(_page(booklet, side, name, len(images)))
            if not side.lost:
                images.append(done[side.page].images[side.copy])
        if number % BOOKLETS_A_FILE == 0 or number == total:
            files.append(out / name)
            _replace(out / name, bind(images, wear.dpi))
            images = []
        if progress:
            progress(number, total)
    for stale in set(out.glob("scan-[0-9][0-9][0-9].pdf")) - set(files):
        stale.unlink()
    _replace(out / MARKS, marks_csv(marks))
    _replace(out / PAGES, pages_csv(pages))
    return Rehearsal(tuple(files), out / MARKS, out / PAGES)


def _starts(booklets: Path, layout: Layout) -> dict[int, int]:
    """For each booklet the place of its first page in the PDF."""
    starts, at = {}, 0
    for booklet in layout.booklets:
        starts[booklet.number] = at
        at += len(booklet.pages)
    found = count(booklets)
    if found != at:
        raise UsageError(
            f"{booklets} has {found} pages, the layout has {at}",
            "give the PDF and the layout of one print run",
        )
    return starts


def _plan(
    pdf: Path, start: int, layout: Layout, booklet: BookletLayout, script: Script, wear: Wear, seed: int
) -> _Booklet:
    rng = stream(POPULATION, seed, booklet.number, _PILE)
    sides = pile(len(booklet.pages), wear, rng)
    stapled = bool(rng.random() < wear.staple)
    holes = punched(layout.size, rng) if rng.random() < wear.holes else ()
    tasks, deeds = {}, []
    for number, index in enumerate(booklet.pages, start=1):
        below = (booklet.number, _PAGE, number)
        rng = stream(POPULATION, seed, *below)
        dirt = befall(wear, layout.size, rng, stapled=stapled, holes=holes, back=number % 2 == 0)
        here = [_under(deed, dirt) for deed in script.deeds if deed.page == number]
        deeds += here
        fields = layout.pages[index].fields
        own = [side for side in sides if side.page == number and not side.lost]
        own.sort(key=lambda side: side.copy)
        tasks[number] = PageTask(
            pdf=pdf,
            index=start + number - 1,
            size=layout.size,
            dpi=wear.dpi,
            colour=wear.colour,
            stream=(seed, *below),
            candidate=script.candidate,
            corrector=script.corrector,
            deeds=tuple(here),
            essays=tuple(essay for essay in script.essays if essay.page == number),
            code=next((f.box for f in fields if f.kind is FieldKind.PAGE_CODE), None),
            fiducials=tuple(f.box for f in fields if f.kind is FieldKind.FIDUCIAL),
            dirt=dirt,
            scans=tuple(plan(wear, rng, upside_down=side.upside_down) for side in own),
        )
    return _Booklet(replace(script, deeds=tuple(deeds)), sides, tasks)


def _under(deed: Deed, dirt: Dirt) -> Deed:
    """A box that was punched away cannot be read by anybody but a person."""
    return replace(deed, gone=any(hole.overlaps(deed.field.box.grown(0.5)) for hole in dirt.holes))


def _worked(
    plans: Iterator[_Booklet], executor: Executor | None
) -> Iterator[tuple[_Booklet, dict[int, PageDone]]]:
    """Each booklet with its pages done, in order, with few pages under way."""
    if executor is None:
        for booklet in plans:
            yield booklet, {number: process(task) for number, task in booklet.tasks.items()}
        return
    waiting: deque[tuple[_Booklet, dict[int, Future[PageDone]]]] = deque()
    for booklet in plans:
        waiting.append((booklet, {n: executor.submit(process, task) for n, task in booklet.tasks.items()}))
        while sum(not f.done() for _, futures in waiting for f in futures.values()) > _IN_FLIGHT:
            yield _done(*waiting.popleft())
    while waiting:
        yield _done(*waiting.popleft())


def _done(booklet: _Booklet, futures: dict[int, Future[PageDone]]) -> tuple[_Booklet, dict[int, PageDone]]:
    return booklet, {number: future.result() for number, future in futures.items()}


def _marks(booklet: _Booklet, done: dict[int, PageDone]) -> Iterable[MarkTruth]:
    notes = {field: note for page in done.values() for field, note in page.notes}
    for deed in booklet.script.deeds:
        field = deed.field
        note = f"{notes[field.id]} punched".strip() if deed.gone else notes[field.id]
        yield MarkTruth(booklet.script.booklet, deed.page, field.id, field.question or "", deed.truth, note)


def _page(booklet: _Booklet, side: Side, name: str, index: int) -> PageTruth:
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


def _replace(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    part.replace(path)
