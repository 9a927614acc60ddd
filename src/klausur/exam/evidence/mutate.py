"""Does the evidence notice a mistake in the key, or in itself? The order of work.

What is planted is always the same; only where a budget ends before all is tried, a fast machine tries more.
Claims are looked at a few at a time (`klausur.exam.evidence.mutate_claims`), side by side.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from itertools import chain

from klausur.exam.evidence import kept_results, statements
from klausur.exam.evidence.budget import Budget
from klausur.exam.evidence.file import InVariant, Limits
from klausur.exam.evidence.key_mutants import KeyMutant, planted
from klausur.exam.evidence.mutate_claims import Changed, Few, Seen, look
from klausur.exam.evidence.noticed import LeftOut, Mutated, Noticed, Planted
from klausur.exam.evidence.process import Process, ProgramEndedError, Told
from klausur.exam.evidence.run import templates_of
from klausur.exam.model import Exam, Problem
from klausur.exam.source import folder
from klausur.exam.variants import entropy
from klausur.exam.written_crosses import with_crosses

MOST = 10
"""Faults that are planted for each claim at most."""

_FEW = 12
"""Claims that are looked at together, in one process."""


def mutate(
    exam: Exam,
    *,
    most: int = MOST,
    budget: float | None = None,
    limits: Limits | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Mutated:
    """Plant mistakes in an exam's key and faults in its programs, one at a time, and see which are noticed.

    What was noticed of each claim's is written to the lock file.

    Args:
        exam: in the variant in which it is read; mistakes are planted in what that says.
        most: faults for each function at most.
        budget: seconds that it may take; what is not tried until then is left out. None: as long as it takes.
        limits: on time and memory; with ``experiments`` faults are planted in these, too.
        progress: told the claims done, and all.
    """
    asked = {problem.id: statements.asked_in(problem) for problem in exam.problems}
    mistakes = {p.id: [m for a in asked[p.id].values() for m in planted(a, p.source)] for p in exam.problems}
    found = _looked(exam, mistakes, most, budget, limits or Limits(), progress)
    seen = [one for _, one in found]
    _keep(exam, seen)
    held_against = _together(exam, mistakes, found)
    untried = LeftOut(mistakes=sum(map(len, mistakes.values())) - len(held_against))
    return Mutated(
        held_against,
        tuple(chain.from_iterable(one.moved for one in seen)),
        tuple(chain.from_iterable(one.faulty for one in seen)),
        sum((one.left_out for one in seen), untried),
    )


def held(
    exam: Exam, mistakes: Mapping[str, Sequence[KeyMutant]], *, limits: Limits | None = None
) -> tuple[Planted, ...]:
    """Hold the evidence against mistakes of one's own, by the id of their problem; nothing is written."""
    found = _looked(exam, mistakes, 0, None, limits or Limits(), None)
    return _together(exam, mistakes, found)


def _looked(
    exam: Exam,
    mistakes: Mapping[str, Sequence[KeyMutant]],
    most: int,
    budget: float | None,
    limits: Limits,
    progress: Callable[[int, int], None] | None,
) -> list[tuple[Few, Seen]]:
    """All claims, a few at a time, and what they noticed."""
    jobs = limits.jobs or os.cpu_count() or 1
    lock = kept_results.read(exam.folder / kept_results.LOCK)
    how, templates = folder.notation(exam.folder), templates_of(exam)
    few: list[Few] = []
    for problem in exam.problems:
        seed = entropy(exam.variants.seed, exam.variant, problem.id) if problem.values else ()
        paper = InVariant(statements.asked_in(problem), seed, how, templates)
        changed = [
            Changed(mutant, statements.asked_in(with_crosses(problem, mutant.source)))
            for mutant in mistakes.get(problem.id, ())
        ]
        few.extend(_few(exam, problem, paper, changed, limits))
    found: list[tuple[Few, Seen]] = []
    done, whole = 0, sum(len(one.names) for one in few)
    clock = Budget(budget, jobs, len(few))
    with ThreadPoolExecutor(jobs) as threads:
        running = {threads.submit(look, one, lock.results, most, clock): n for n, one in enumerate(few)}
        for job in as_completed(running):
            found.append((few[running[job]], job.result()))
            done += len(few[running[job]].names)
            if progress is not None:
                progress(done, whole)
    order = {id(one): n for n, one in enumerate(few)}
    return sorted(found, key=lambda one: order[id(one[0])])


def _together(
    exam: Exam, mistakes: Mapping[str, Sequence[KeyMutant]], found: Sequence[tuple[Few, Seen]]
) -> tuple[Planted, ...]:
    return tuple(
        one
        for problem in exam.problems
        for one in _planted(
            mistakes.get(problem.id, ()), [seen for few, seen in found if few.problem == problem.id]
        )
    )


def _few(
    exam: Exam, problem: Problem, paper: InVariant, changed: Sequence[Changed], limits: Limits
) -> Iterator[Few]:
    """The claims of a problem, a few at a time, those of one function together."""
    file = problem.place.file.removesuffix(".md") + ".py"
    path = exam.folder / file
    if not path.is_file():
        return
    try:
        with Process(path, limits.memory) as process:
            ties = process.ties()
    except ProgramEndedError:
        return  # `run` says so
    functions: dict[str, list[Told]] = {}
    for tie in ties:
        functions.setdefault(tie.function, []).append(tie)
    now: list[int] = []
    for mine in functions.values():
        now.extend(tie.number for tie in mine)
        if len(now) >= _FEW:
            yield Few(exam.folder, problem.id, file, paper, tuple(now), changed, limits)
            now = []
    if now:
        yield Few(exam.folder, problem.id, file, paper, tuple(now), changed, limits)


def _planted(mutants: Sequence[KeyMutant], seen: Sequence[Seen]) -> Iterator[Planted]:
    """What became of each mistake in a problem's key: a contradiction counts most, acceptance least.

    Those that were not held against all of its claims, and are contradicted by none, are left out.
    """
    for at, mutant in enumerate(mutants):
        every = [hit for one in seen for hit in one.hits.get(at, ())]
        held = any(at in one.held for one in seen)
        how = min((hit.noticed for hit in every), key=list(Noticed).index, default=Noticed.UNNOTICED)
        if how is not Noticed.CONTRADICTED and any(one.tried <= at for one in seen):
            continue  # left out for the budget: some of its claims have not looked at it
        told = [hit for hit in every if hit.noticed is how]
        names = tuple(dict.fromkeys(hit.function for hit in told))
        here = any(hit.line == mutant.place.line for hit in told)
        yield Planted(mutant, how, names, here, held)


def _keep(exam: Exam, seen: Sequence[Seen]) -> None:
    """Write what was noticed of each claim's mistakes; faults that were left out now stay as they were."""
    lock = kept_results.read(exam.folder / kept_results.LOCK)
    rates = {name: rate.completed(lock.rates.get(name)) for one in seen for name, rate in one.rates.items()}
    if rates:
        kept_results.write(exam.folder / kept_results.LOCK, replace(lock, rates=rates))
