"""Rehearse: fill and scan the printed booklets in software, so that everything after can be tried out."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from klausur import __version__
from klausur.actions import up_to_date
from klausur.actions.parallel import executor
from klausur.actions.print_counts import ATTENDANCE, BOOKLETS, EXTRAS
from klausur.actions.print_folder import place_of
from klausur.actions.progress import Progress, quiet
from klausur.actions.roles import Verb, allow
from klausur.base.errors import NotFoundError, RefusedError
from klausur.paper.run import PrintRun
from klausur.rehearse import mark_set
from klausur.rehearse.candidates import Behaviour
from klausur.rehearse.level import Level
from klausur.rehearse.run import Rehearsal
from klausur.rehearse.run import rehearse as perform
from klausur.rehearse.truth import MARKS
from klausur.rehearse.work_units import RehearsedPapers
from klausur.state.facts import Actor
from klausur.state.facts import Papers as Printings
from klausur.store.folder import key, opened
from klausur.typeset.split import join

REHEARSAL = "rehearsal"
TRUTH = MARKS
"""The file that says: this folder is a rehearsal, and may be made anew."""


def rehearse(  # noqa: PLR0913 - one call from command line and demo
    folder: Path,
    *,
    actor: Actor,
    out: Path | None = None,
    seed: int = 1,
    level: Level = Level.DEFAULT,
    corrected: bool = True,
    jobs: int | None = None,
    progress: Progress = quiet,
) -> Rehearsal:
    """Make scanned files out of all printings, with the truth about them beside. The source is not looked at.

    Args:
        folder: the exam folder.
        actor: who rehearses.
        out: where to write; ``rehearsal/`` in the exam folder if None.
        seed: the same seed gives the same files.
        level: how badly the pages are treated.
        corrected: whether correctors cross credits on the paper; else answers are left to be judged.
        jobs: processes that draw; 1 draws in this process, None takes one per processor.
        progress: told the booklets made.

    Raises:
        NotFoundError: nothing was printed, or a printed file has gone.
        RefusedError: ``out`` holds something that is no rehearsal.
    """
    allow(actor, Verb.REHEARSE)
    target = folder / REHEARSAL if out is None else out
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        layout, papers, exams, tag_key = frame.layout, frame.papers, frame.exams, key(records)
    if target.is_dir() and any(target.iterdir()) and not (target / TRUTH).is_file():
        raise RefusedError(f"{target} is not empty, and no earlier rehearsal", "name a new folder with --out")
    with ExitStack() as held:
        files = Path(held.enter_context(TemporaryDirectory(prefix="klausur-")))
        places = [place_of(folder, printing) for printing in papers.finished]
        booklets = _joined(places, BOOKLETS, files)
        if booklets is None:
            raise NotFoundError(f"{places[0] / BOOKLETS} is not there", "take it back from a backup")
        table = RehearsedPapers(
            _used(papers),
            tag_key,
            _joined(places, ATTENDANCE, files),
            _joined(places, EXTRAS, files),
            {b.number: exams.of(b.number) for b in papers.booklets},
        )
        target.mkdir(parents=True, exist_ok=True)
        workers = held.enter_context(executor(jobs, len(layout.booklets)))
        return perform(
            booklets,
            layout,
            exams.first,
            target,
            seed,
            level=level,
            behaviour=None if corrected else Behaviour(no_credit=1.0),
            papers=table,
            executor=workers,
            progress=progress,
        )


def _used(papers: Printings) -> PrintRun:
    """All booklets, stickers and extra sheets as one print run; who has several booklets takes the newest."""
    newest = {b.candidate.registration: b.number for b in papers.booklets if b.candidate is not None}
    stuck = {s.candidate.registration: s.number for s in papers.stickers}
    return PrintRun(
        papers.exam_number,
        tuple(b for b in papers.booklets if not b.candidate or newest[b.candidate.registration] == b.number),
        tuple(
            s
            for s in papers.stickers
            if stuck[s.candidate.registration] == s.number and s.candidate.registration not in newest
        ),
        papers.extras,
    )


def _joined(places: Sequence[Path], name: str, into: Path) -> Path | None:
    """A file of all printings in one, in their order; None if none of them has it."""
    there = [place / name for place in places if (place / name).is_file()]
    if len(there) < 2:
        return there[0] if there else None
    join((path.read_bytes() for path in there), into / name)
    return into / name


def mark_benchmark(out: Path, *, progress: Progress = quiet) -> tuple[int, int]:
    """Write the set of marks on which readers are measured; how many marks, in how many ways. No exam's.

    Args:
        out: a new folder.
        progress: told the ways that are written.

    Raises:
        RefusedError: ``out`` holds other things.
        ToolError: it cannot be written.
    """
    marks = mark_set.make(out, f"klausur {__version__}", progress=progress)
    return marks, len(mark_set.WAYS)
