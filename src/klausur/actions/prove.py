"""Prove: run the evidence beside an exam's problems, and say what becomes of each claim of its key."""

from pathlib import Path

from klausur.actions.progress import Progress, quiet
from klausur.exam import evidence
from klausur.exam.evidence import Proof
from klausur.exam.evidence.file import Limits
from klausur.exam.model import Exam
from klausur.store.folder import NAME

CACHE = "evidence"


def prove(
    exam: Exam,
    *,
    experiments: bool = False,
    keep: bool = True,
    jobs: int | None = None,
    progress: Progress = quiet,
) -> Proof:
    """Judge all claims of an exam's key. What was proved is kept in its records folder.

    Args:
        exam: whose key is held against its evidence.
        experiments: run these too, and write ``evidence.lock`` beside the exam; otherwise its results count.
        keep: what was proved is kept, to be quicker the next time.
        jobs: evidence files that run at a time; one for each processor if None.
        progress: told the evidence files done.
    """
    return evidence.run(
        exam,
        cache=_cache(exam.folder) if keep else None,
        limits=Limits(jobs=jobs, experiments=experiments),
        progress=progress,
    )


def _cache(folder: Path) -> Path | None:
    """The folder for what was proved, kept out of version control; None where nothing can be written."""
    place = folder / NAME / CACHE
    try:
        place.mkdir(parents=True, exist_ok=True)
        (place / ".gitignore").write_text("*\n", "utf-8")
    except OSError:
        return None
    return place
