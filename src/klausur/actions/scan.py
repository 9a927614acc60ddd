"""Scan: files of scanned pages into the records. Every image ends placed or unplaced, and none twice.

The order of work for each file: keep a copy - known? - images through the pool - record in small
transactions, in order. Killed anywhere, the next run goes on after the last recorded image and comes to
the same records: what becomes of an image depends on its bytes and the images recorded before it, only.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from klausur.actions import kept_scans, scan_files, up_to_date
from klausur.actions.parallel import executor
from klausur.actions.progress import Progress, quiet
from klausur.actions.record import Desk, Held, record
from klausur.actions.roles import Verb, allow
from klausur.base import file_names
from klausur.base.diagnostics import Diagnostic, Place, Severity
from klausur.paper.code import Sheet
from klausur.read import marks, pool
from klausur.read.model import PageResult, Results
from klausur.scan.intake import Scan, open_scan
from klausur.scan.model import PageImage, Reason, Unplaced
from klausur.state.facts import Actor, Spot
from klausur.store import pages, refused_files
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


Tell = Callable[[Diagnostic], None]
"""Told of each file that is refused, as soon as it is."""


def _silent(_: Diagnostic) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A file that candidates handed in from home: only pages of their own booklets are placed out of it.

    Attributes:
        name: what the records call it.
        registrations: who handed it in; most often one.
        booklets: the numbers of their booklets.
    """

    name: str
    registrations: tuple[str, ...]
    booklets: frozenset[int]


_NOBODY: Mapping[str, HandedIn] = MappingProxyType({})


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


def scan(  # noqa: PLR0913 - who, what, and where it is read
    folder: Path,
    paths: Sequence[Path],
    *,
    actor: Actor,
    jobs: int | None = None,
    progress: Progress = quiet,
    tell: Tell = _silent,
    handed_in: Mapping[str, HandedIn] = _NOBODY,
    cluster: str = "",
) -> Scanned:
    """Read scanned files into the records of an exam.

    Args:
        folder: the exam folder.
        paths: files, and folders whose files are taken in the order of their names, to the last subfolder.
        actor: who scans.
        jobs: processes that read pages, None takes one per processor. 0 reads in this process, which a
            hostile page can end: for tests and profiles.
        progress: told the images recorded.
        tell: told of each file that is refused, as soon as it is.
        handed_in: by their SHA-256, the files among them that candidates handed in, whose copies lie there.
        cluster: the address of a cluster that reads them instead, ``dask://host:port``; empty for none.

    Raises:
        NotFoundError: nothing was printed, or a folder holds no file.
        NotKeptError: an older Klausur printed, which did not keep the exam, and the source has changed.
        ToolError: the key is lost, the mark reader cannot be loaded, or the cluster does not answer.
    """
    allow(actor, Verb.SCAN)
    with opened(folder) as records:
        frame = up_to_date.look(records, asked=True)
        layout = frame.layout
        plan = _plan(records, scan_files.files(paths), actor, tell, handed_in)
        total = sum(task.scan.count - task.start for task in plan.tasks)
        marks.shipped()  # a reader that cannot be loaded ends the scan, rather than failing on every page
        held: Held = {}
        tally: Counter[str] = Counter()
        with executor(jobs, total, hostile=True, cluster=cluster) as workers:
            desk = Desk(records, frame, layout, actor, workers)
            images = _images(plan.tasks, actor, held, handed_in)
            results = (
                _held_back(each, handed_in) for each in pool.results(images, layout, key(records), workers)
            )
            progress(0, total)
            done = 0
            while batch := tuple(islice(results, BATCH)):
                tally.update(record(desk, batch, held))
                done += len(batch)
                progress(done, total)
        up_to_date.look(records)
    return Scanned(
        files=tuple(file_names.shown(task.path) for task in plan.tasks),
        known=tuple(file_names.shown(path) for path in plan.known),
        diagnostics=plan.diagnostics,
        placed=tally["placed"],
        unplaced=tuple((reason, tally[reason]) for reason in Reason if tally[reason]),
        readings=tally["readings"],
        flagged=tally["flagged"],
    )


def _plan(
    records: Records,
    found: Iterable[Path | Diagnostic],
    actor: Actor,
    tell: Tell,
    handed_in: Mapping[str, HandedIn],
) -> _Plan:
    """Keep a copy of every file that is new, look up what is recorded of it, and open the copy."""
    tasks: dict[str, _Task] = {}
    known: list[Path] = []
    diagnostics: list[Diagnostic] = []
    before = {(one.path, one.why) for one in refused_files.all_()}
    for path in found:
        task = path if isinstance(path, Diagnostic) else _task(records, path, handed_in)
        match task:
            case Path():
                known.append(task)
            case Diagnostic():
                diagnostics.append(task)
                tell(task)
                if task.severity is Severity.ERROR:
                    _record(task, before, actor)
            case _ if task.scan.file in tasks:
                known.append(task.path)
            case _:
                tasks[task.scan.file] = task
    return _Plan(tuple(tasks.values()), tuple(known), tuple(diagnostics))


def _task(records: Records, path: Path, handed_in: Mapping[str, HandedIn]) -> _Task | Diagnostic | Path:
    """What is to be read of a file; a finding if it cannot be used, its name if it was read before."""
    file = kept_scans.keep(records, path)
    if isinstance(file, Diagnostic):
        return file
    before = pages.file(file)
    if before is not None and before.done:
        return path
    found = open_scan(kept_scans.kept(records, file), file)
    if isinstance(found, Diagnostic):
        if before is None and file not in handed_in:
            kept_scans.drop(records, file)
        return replace(found, place=Place(file_names.shown(path)))
    return _Task(path, found, 0 if before is None else before.recorded)


def _record(refused: Diagnostic, before: set[tuple[str, str]], actor: Actor) -> None:
    """Record that a file was refused, if it was not, for the same reason, ``before``."""
    path = _called(refused.place.file)
    if (path, refused.message) not in before:
        before.add((path, refused.message))
        with writing():
            refused_files.append(path, refused.message, refused.hint, actor)


def _called(path: Path | str) -> str:
    """What the records call a file: all of its path."""
    return file_names.shown(Path(path).absolute())


def _images(
    tasks: Iterable[_Task],
    actor: Actor,
    held: Held,
    handed_in: Mapping[str, HandedIn],
) -> Iterator[PageImage]:
    """The images of all tasks, out of the kept copies. ``held`` gets those on their way through the pool."""
    for task in tasks:
        with task.scan as found:
            with writing():
                own = handed_in.get(found.file)
                name = file_names.shown(task.path.name) if own is None else own.name
                if pages.append_file(found.file, name, found.count):
                    refused_files.append_read(_called(task.path), name, found.file, found.count, actor)
            for image in found.pages(task.start):
                held[image.file, image.index] = image
                yield image


def _held_back(results: Results, handed_in: Mapping[str, HandedIn]) -> Results:
    """What became of an image; out of a file that was handed in, pages of others wait for a person."""
    own = handed_in.get(results[0].file)
    return results if own is None else tuple(_unless_theirs(each, own) for each in results)


def _unless_theirs(result: PageResult, own: HandedIn) -> PageResult:
    code = result.code
    if code is None or (code.sheet is Sheet.BOOKLET and code.booklet in own.booklets):
        return result
    said = f"it is {Spot.of(code)}, and was handed in by {', '.join(own.registrations)}"
    why = Unplaced(Reason.OTHER_CANDIDATE, said, code)
    return replace(result, code=None, quality=None, readings=(), unplaced=why, uncovered="")
