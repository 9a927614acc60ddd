"""What most verbs begin with: the exam's source in a usable state, and the current print run."""

from pathlib import Path

from klausur.base.diagnostics import errors
from klausur.base.errors import KlausurError, NotFoundError
from klausur.exam import source
from klausur.exam.model import Exam
from klausur.store import runs
from klausur.store.facts import StoredRun


def exam(folder: Path) -> Exam:
    """The exam of a folder.

    Raises:
        KlausurError: its source has errors.
    """
    parsed = source.parse(folder)
    wrong = errors(parsed.diagnostics)
    if parsed.exam is None or wrong:
        raise KlausurError(
            f"the exam's source in {folder} has {len(wrong)} {'error' if len(wrong) == 1 else 'errors'}",
            f"run 'klausur check {folder}' and mend what it shows",
        )
    return parsed.exam


def run() -> StoredRun:
    """The current print run of the open folder.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    found = runs.current()
    if found is None:
        raise NotFoundError("nothing was printed yet", "run 'klausur print' first")
    return found
