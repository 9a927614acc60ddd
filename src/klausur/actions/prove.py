"""Prove: run the evidence beside an exam's problems, and say what becomes of each claim of its key."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from klausur.actions.progress import Progress, quiet
from klausur.base.diagnostics import Diagnostic
from klausur.exam import trust
from klausur.exam.evidence import Proof
from klausur.exam.evidence.file import Limits
from klausur.exam.evidence.run import run as evidence_run
from klausur.exam.model import Exam
from klausur.exam.survey import Survey, survey
from klausur.store.folder import NAME

CACHE = "evidence"


def prove(
    exam: Exam,
    *,
    experiments: bool = False,
    keep: bool = True,
    others: Sequence[int] = (),
    jobs: int | None = None,
    progress: Progress = quiet,
) -> Proof:
    """Judge all claims of an exam's key. What was proved is kept in its records folder.

    Args:
        exam: whose key is held against its evidence.
        others: further variants, whose light evidence is run too; its findings join those of this one.
        experiments: run these too, and write ``evidence.lock`` beside the exam; otherwise its results count.
        keep: what was proved is kept, to be quicker the next time.
        jobs: evidence files that run at a time; one for each processor if None.
        progress: told the evidence files done.
    """
    limits = Limits(jobs=jobs, experiments=experiments)
    proof = evidence_run(exam, cache=_cache(exam.folder) if keep else None, limits=limits, progress=progress)
    seen = survey(exam, others, limits=limits) if others and trust.is_trusted(exam.folder) else None
    more = () if seen is None else _in_others(seen)
    return replace(proof, diagnostics=(*proof.diagnostics, *more))


def _in_others(seen: Survey) -> Iterator[Diagnostic]:
    """What the evidence says of other variants."""
    for rate in seen.rates:
        found = rate.diagnostic
        if found.code in {"claim-contradicted", "evidence-failed"}:
            more = f" and {rate.count - 1} more" if rate.count > 1 else ""
            yield replace(found, message=f"in variant {rate.variant}{more}: {found.message}")


def _cache(folder: Path) -> Path | None:
    """The folder for what was proved, kept out of version control; None where nothing can be written."""
    place = folder / NAME / CACHE
    try:
        place.mkdir(parents=True, exist_ok=True)
        (place / ".gitignore").write_text("*\n", "utf-8")
    except OSError:
        return None
    return place
