"""What most verbs begin with: the exam's source in a usable state, and the current print run."""

from collections.abc import Iterable
from pathlib import Path

from klausur.base.diagnostics import errors
from klausur.base.errors import KlausurError, NotFoundError, RefusedError
from klausur.exam import source
from klausur.exam.model import Exam
from klausur.exam.variants import Exams
from klausur.paper.asked import drawn, redrawn
from klausur.store import runs
from klausur.state.facts import StoredRun


def exams(folder: Path, run: StoredRun, booklet: int | None = None) -> Exams:
    """The variants of the exam of a folder that were printed, drawn anew.

    Args:
        folder: the exam folder.
        run: what was printed.
        booklet: only the variant of this one; of all if None.

    Raises:
        KlausurError: the source has errors.
        RefusedError: the variants are other ones now than those printed.
    """
    printed = run.run
    numbers = [printed.variants.of(b.number) for b in printed.booklets if booklet in {None, b.number}]
    parsed = source.parse_variants(folder, sorted(set(numbers or [1])))
    wrong = dict.fromkeys(d for one in parsed for d in errors(one.diagnostics))
    found = tuple(one.exam for one in parsed if one.exam is not None)
    if len(found) < len(parsed) or wrong:
        raise KlausurError(
            f"the exam's source in {folder} has {len(wrong)} {'error' if len(wrong) == 1 else 'errors'}",
            f"run 'klausur check {folder}' and mend what it shows",
        )
    _refuse_others(found, run)
    return Exams(printed.variants, found)


def _refuse_others(found: Iterable[Exam], run: StoredRun) -> None:
    """Refuse variants that are not those on paper: the key of another variant would grade wrongly."""
    exams_ = tuple(found)
    if any(exam.variants != run.run.variants for exam in exams_):
        raise RefusedError(
            "[variants] in exam.toml has changed since the booklets were printed",
            "put count, seed and shuffle back as they were: which booklet holds what follows from them",
        )
    here = {exam.variant for exam in exams_}
    other = redrawn([d for d in run.drawn if d.variant in here], drawn(*exams_))
    if other:
        said = ", ".join(dict.fromkeys(f"{d.problem} in variant {d.variant}" for d in other[:3]))
        raise RefusedError(
            f"parameters are drawn otherwise than when the booklets were printed: {said}",
            "put parameters(rng) back as it was, with the packages that it was run with; "
            "a key can be mended in the Markdown",
        )


def run() -> StoredRun:
    """The current print run of the open folder.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    found = runs.current()
    if found is None:
        raise NotFoundError("nothing was printed yet", "run 'klausur print' first")
    return found
