"""Scan: files of scanned pages into the records. Every image ends placed or unplaced, and none twice.

The order of work for each file: keep a copy - known? - images through the pool - record in small
transactions, in order. Killed anywhere, the next run goes on after the last recorded image and comes to
the same records: what becomes of an image depends on its bytes and the images recorded before it, only.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from klausur.actions import kept_scans, up_to_date
from klausur.actions.parallel import executor
from klausur.actions.progress import Progress, quiet
from klausur.actions.record import Desk, Held, record
from klausur.actions.roles import Verb, allow
from klausur.base.diagnostics import Diagnostic, Place
from klausur.base.errors import NotFoundError
from klausur.read import marks, pool
from klausur.scan.formats import SUFFIXES
from klausur.scan.intake import Scan, open_scan
from klausur.scan.model import PageImage, Reason
from klausur.state.facts import Actor
from klausur.store import audit, pages
from klausur.store.folder import Records, key, opened, writing

BATCH = 8
"""Images in one transaction: few enough that a kill costs a fraction of a second of work, enough that the
disk's flush (some ms) does not slow the reading down."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scan did.

    ``files`` were read (at least in part) now, ``known`` were complete before; ``placed`` and
    ``unplaced`` count the pages recorded now, ``readings`` and ``flagged`` what was read on them.
    """

    files: tuple[str, ...]
    known: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    placed: int
    unplaced: tuple[tuple[Reason, int], ...]
    readings: int
    flagged: int

    @property
    def pages(self) -> int:
        """How many pages were recorded now: one for each image, two for one that shows two."""
        return self.placed + sum(count for _, count in self.unplaced)


@dataclass(frozen=True, slots=True)
class _Task:
    """A file that is to be read from image ``start`` on, out of its kept copy ``scan``."""

    path: Path
    scan: Scan
    start: int


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be done, what was done before, and what cannot be read."""

    tasks: tuple[_Task, ...]
    known: tuple[Path, ...]
    diagnostics: tuple[Diagnostic, ...]


def scan(
    folder: Path,
    paths: Sequence[Path],
    *,
    actor: Actor,
    jobs: int | None = None,
    progress: Progress = quiet,
) -> Scanned:
    """Read scanned files into the records of an exam.

    Args:
        folder: the exam folder.
        paths: files, and folders whose scanned files are taken in the order of their names.
        actor: who scans.
        jobs: processes that read pages, None takes one per processor. 0 reads in this process, which a
            hostile page can end: for tests and profiles.
        progress: told the images recorded.

    Raises:
        NotFoundError: nothing was printed, or a folder holds no scanned file.
        ToolError: the key is lost, or the mark reader cannot be loaded.
    """
    allow(actor, Verb.SCAN)
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        layout = frame.layout
        plan = _plan(records, _files(paths))
        total = sum(task.scan.count - task.start for task in plan.tasks)
        marks.shipped()  # a reader that cannot be loaded ends the scan, rather than failing on every page
        held: Held = {}
        tally: Counter[str] = Counter()
        with executor(jobs, total, hostile=True) as workers:
            desk = Desk(records, frame, layout, actor, workers)
            images = _images(plan.tasks, actor, held)
            results = pool.results(images, layout, key(records), workers)
            progress(0, total)
            done = 0
            while batch := tuple(islice(results, BATCH)):
                tally.update(record(desk, batch, held))
                done += len(batch)
                progress(done, total)
        up_to_date.look(records)
    return Scanned(
        files=tuple(str(task.path) for task in plan.tasks),
        known=tuple(str(path) for path in plan.known),
        diagnostics=plan.diagnostics,
        placed=tally["placed"],
        unplaced=tuple((reason, tally[reason]) for reason in Reason if tally[reason]),
        readings=tally["readings"],
        flagged=tally["flagged"],
    )


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """The files that are meant; of a folder, its scanned files."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        inside = sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES and p.is_file())
        if not inside:
            raise NotFoundError(f"{path} holds no scanned file", f"scan to {', '.join(sorted(SUFFIXES))}")
        yield from inside


def _plan(records: Records, paths: Iterable[Path]) -> _Plan:
    """Keep a copy of every file that is new, look up what is recorded of it, and open the copy."""
    tasks: dict[str, _Task] = {}
    known: list[Path] = []
    diagnostics: list[Diagnostic] = []
    for path in paths:
        file = kept_scans.keep(records, path)
        if isinstance(file, Diagnostic):
            diagnostics.append(file)
            continue
        before = pages.file(file)
        if (before is not None and before.done) or file in tasks:
            known.append(path)
            continue
        found = open_scan(kept_scans.kept(records, file), file)
        if isinstance(found, Diagnostic):
            diagnostics.append(replace(found, place=Place(str(path))))
            if before is None:
                kept_scans.drop(records, file)
            continue
        start = 0 if before is None else before.recorded
        tasks[file] = _Task(path, found, start)
    return _Plan(tuple(tasks.values()), tuple(known), tuple(diagnostics))


def _images(
    tasks: Iterable[_Task],
    actor: Actor,
    held: Held,
) -> Iterator[PageImage]:
    """The images of all tasks, out of the kept copies. ``held`` gets those on their way through the pool."""
    for task in tasks:
        with task.scan as found:
            with writing():
                if pages.append_file(found.file, task.path.name, found.count):
                    event = {"file": task.path.name, "sha256": found.file, "images": found.count}
                    audit.append("scan", actor, event)
            for image in found.pages(task.start):
                held[image.file, image.index] = image
                yield image
