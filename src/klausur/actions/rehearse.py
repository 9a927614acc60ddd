"""Rehearse: fill and scan the printed booklets in software, so that everything after can be tried out."""

from pathlib import Path

from klausur.actions import current
from klausur.actions.parallel import executor
from klausur.actions.piles import ATTENDANCE, BOOKLETS, EXTRAS
from klausur.actions.print_booklets import FOLDER
from klausur.actions.progress import Progress, quiet
from klausur.base.errors import NotFoundError, RefusedError
from klausur.rehearse.run import Rehearsal
from klausur.rehearse.run import rehearse as perform
from klausur.rehearse.scanner import Level
from klausur.rehearse.table import Papers
from klausur.store import runs
from klausur.store.folder import key, opened

REHEARSAL = "rehearsal"
TRUTH = "truth-marks.csv"
"""The file that says: this folder is a rehearsal, and may be made anew."""


def rehearse(
    folder: Path,
    *,
    out: Path | None = None,
    seed: int = 1,
    level: Level = Level.DEFAULT,
    jobs: int | None = None,
    progress: Progress = quiet,
) -> Rehearsal:
    """Make scanned files out of the current print run, with the truth about them beside.

    Args:
        folder: the exam folder.
        out: where to write; ``rehearsal/`` in the exam folder if None.
        seed: the same seed gives the same files.
        level: how badly the pages are treated.
        jobs: processes that draw; 1 draws in this process, None takes one per processor.
        progress: told the booklets made.

    Raises:
        NotFoundError: nothing was printed, or the printed file has gone.
        RefusedError: ``out`` holds something that is no rehearsal.
        KlausurError: the exam's source has errors.
    """
    target = folder / REHEARSAL if out is None else out
    with opened(folder) as records:
        stored = current.run()
        layout, tag_key = runs.layout(stored), key(records)
    exam = current.exams(folder, stored).first
    booklets = folder / FOLDER / BOOKLETS
    if not booklets.is_file():
        raise NotFoundError(f"{booklets} is not there", "run 'klausur print' again")
    if target.is_dir() and any(target.iterdir()) and not (target / TRUTH).is_file():
        raise RefusedError(f"{target} is not empty, and no earlier rehearsal", "name a new folder with --out")
    target.mkdir(parents=True, exist_ok=True)
    with executor(jobs, len(layout.booklets)) as workers:
        return perform(
            booklets,
            layout,
            exam,
            target,
            seed,
            level=level,
            papers=Papers(stored.run, tag_key, _printed(folder, ATTENDANCE), _printed(folder, EXTRAS)),
            executor=workers,
            progress=progress,
        )


def _printed(folder: Path, name: str) -> Path | None:
    """A file of the print run, if it was printed."""
    path = folder / FOLDER / name
    return path if path.is_file() else None
