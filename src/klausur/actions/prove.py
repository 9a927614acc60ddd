"""Prove: run the evidence beside an exam's problems, and say what becomes of each claim of its key."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from klausur.actions.progress import Progress, quiet
from klausur.base.diagnostics import Diagnostic
from klausur.base.errors import UsageError
from klausur.exam import trust
from klausur.exam.evidence import Claim, Proof, run
from klausur.exam.evidence import mutate as mutants
from klausur.exam.evidence.file import Limits
from klausur.exam.evidence.noticed import Mutated
from klausur.exam.model import Exam
from klausur.exam.survey import Survey, survey
from klausur.state.facts import Actor
from klausur.store.folder import NAME

CACHE = "evidence"

ALL = "all"
"""Stands for all questions."""


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
    proof = run.run(exam, cache=_cache(exam.folder) if keep else None, limits=limits, progress=progress)
    seen = survey(exam, others, limits=limits) if others and trust.is_trusted(exam.folder) else None
    more = () if seen is None else _in_others(seen)
    return replace(proof, diagnostics=(*proof.diagnostics, *more))


def accept(exam: Exam, proof: Proof, questions: Sequence[str], actor: Actor) -> tuple[Claim, ...]:
    """Record that somebody has looked at statements beside their evidence, and that they fit.

    It is written to ``evidence.lock`` beside the exam, with who has looked. What is contradicted, or fails,
    cannot be accepted.

    Args:
        exam: whose key it is.
        proof: what its evidence says.
        questions: the ids of those whose statements are accepted, or `ALL`.
        actor: who has looked.

    Returns:
        the claims that were accepted now, and not before.

    Raises:
        UsageError: there is no such question.
    """
    known = {question.id for question in exam.questions}
    unknown = [name for name in questions if name != ALL and name not in known]
    if unknown:
        remedy = f"name one of {', '.join(sorted(known))}, or {ALL!r}"
        raise UsageError(f"there is no question {unknown[0]!r}", remedy)
    chosen = [claim for claim in proof.claims if ALL in questions or claim.question in questions]
    return run.accept(exam, chosen, actor.name, datetime.now().astimezone().date())


def mutate(
    exam: Exam,
    *,
    budget: float | None = None,
    experiments: bool = False,
    jobs: int | None = None,
    progress: Progress = quiet,
) -> Mutated:
    """Plant mistakes in an exam's key and faults in its programs, one at a time, and see which are noticed.

    How many are noticed is written to ``evidence.lock``, by claim.

    Args:
        exam: whose key it is.
        budget: seconds that it may take; what is not tried until then is left out.
        experiments: plant faults in these, too.
        jobs: processes at a time; one for each processor if None.
        progress: told the claims done.
    """
    if not trust.is_trusted(exam.folder):
        return Mutated()
    limits = Limits(jobs=jobs, experiments=experiments)
    return mutants.mutate(exam, budget=budget, limits=limits, progress=progress)


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
        place.parent.mkdir(mode=0o700, exist_ok=True)  # records come in beside it
        place.mkdir(exist_ok=True)
        (place / ".gitignore").write_text("*\n", "utf-8")
    except OSError:
        return None
    return place
