"""Does the evidence notice a mistake in the key, or in itself?

Each mistake that is planted in the key is held against what the programs gave for the key as it is: none runs
twice. So one that reads the key itself would not be judged rightly here; none may. A fault planted in a
program is run, in a process forked for it.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from klausur.base.diagnostics import Place
from klausur.evidence import Kind
from klausur.exam.evidence import kept_results, statements
from klausur.exam.evidence.file import InVariant, Limits, Work, find
from klausur.exam.evidence.given import Giver, MissingError
from klausur.exam.evidence.kept_results import Result
from klausur.exam.evidence.key_mutants import KeyMutant, planted
from klausur.exam.evidence.model import Claim, Outcome
from klausur.exam.evidence.noticed import Faulty, Noticed, Planted
from klausur.exam.evidence.process import Process, ProgramEndedError, Told
from klausur.exam.evidence.program_mutants import planted as program_mutants_of
from klausur.exam.evidence.statements import Statement
from klausur.exam.model import Exam, Problem
from klausur.exam.source import folder
from klausur.exam.written_crosses import with_crosses

_TIMES, _LEAST = 10, 2.0
"""A program with a fault may take so many times the seconds that it takes without, and at least so many."""


def key_mutants(
    exam: Exam, *, limits: Limits | None = None, progress: Callable[[int, int], None] | None = None
) -> tuple[Planted, ...]:
    """Plant mistakes in an exam's key one by one, and see which its evidence notices.

    Args:
        exam: in the variant in which it is read.
        limits: on time and memory.
        progress: told the problems done, and all.
    """
    bounds, found = limits or Limits(), list[Planted]()
    lock = kept_results.read(exam.folder / kept_results.LOCK).results
    how = folder.notation(exam.folder)
    for done, problem in enumerate(exam.problems, start=1):
        if not problem.values:
            found.extend(_of_problem(exam, problem, lock, InVariant({}, (), how), bounds))
        if progress is not None:
            progress(done, len(exam.problems))
    return tuple(found)


def program_mutants(
    exam: Exam,
    *,
    most: int = 10,
    limits: Limits | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Faulty, ...]:
    """Plant faults in the programs of claims, one at a time, and see after which the claim is still shown.

    Experiments are left out, since each would have to be run again; so is what has parameters.

    Args:
        exam: in the variant in which it is read.
        most: faults for each claim at most.
        limits: on time and memory.
        progress: told the problems done, and all.
    """
    bounds, found, done = limits or Limits(), list[Faulty](), 0
    how = folder.notation(exam.folder)
    problems = [problem for problem in exam.problems if not problem.values]
    with ThreadPoolExecutor(bounds.jobs or os.cpu_count() or 1) as threads:
        jobs = [
            threads.submit(_faulty_of, exam, one, InVariant({}, (), how), bounds, most) for one in problems
        ]
        for done, job in enumerate(jobs, start=1):
            found.extend(job.result())
            if progress is not None:
                progress(done, len(problems))
    return tuple(found)


def _faulty_of(
    exam: Exam, problem: Problem, paper: InVariant, limits: Limits, most: int
) -> tuple[Faulty, ...]:
    file = problem.place.file.removesuffix(".md") + ".py"
    path = exam.folder / file
    if not path.is_file():
        return ()
    source, whole = path.read_text("utf-8"), replace(paper, written=statements.asked_in(problem))
    found: list[Faulty] = []
    with Process(path, limits.memory) as process:
        work = Work(process, exam.folder, file, source, limits)
        ties = work.ties = process.ties()
        for tie in ties:
            if tie.kind is Kind.EXPERIMENT:
                continue
            claim = work.judged(tie, whole, {}, {}).claim
            if claim.outcome is not Outcome.PROVED:
                continue
            statement = find(tie, whole)[1]
            mutants = program_mutants_of(source, tie.function, most)
            seconds = max(_LEAST, _TIMES * claim.seconds)
            texts = [mutant.source for mutant in mutants]
            given = work.giver(whole).every(claim.given)
            shown = process.still_shown(tie, statement, texts, seconds, given)
            for mutant, still in zip(mutants, shown, strict=True):
                if still is not None:
                    typed = statement.typed is not None
                    found.append(Faulty(mutant, Place(file, mutant.line), claim, typed=typed, survived=still))
    return tuple(found)


def _of_problem(
    exam: Exam, problem: Problem, lock: Mapping[str, Result], paper: InVariant, limits: Limits
) -> Iterator[Planted]:
    file = problem.place.file.removesuffix(".md") + ".py"
    path = exam.folder / file
    asked = statements.asked_in(problem)
    mutants = [mutant for one in asked.values() for mutant in planted(one, problem.source)]
    if not path.is_file():
        yield from (Planted(mutant, Noticed.UNNOTICED) for mutant in mutants)
        return
    with Process(path, limits.memory) as process:
        work = Work(process, exam.folder, file, path.read_text("utf-8"), limits)
        ties = work.ties = process.ties()
        whole = replace(paper, written=asked)
        before = {tie.number: work.judged(tie, whole, {}, lock).claim for tie in ties}
        for mutant in mutants:
            changed = replace(paper, written=statements.asked_in(with_crosses(problem, mutant.source)))
            here = [tie for tie in ties if before[tie.number].outcome is Outcome.PROVED]
            yield _judged(mutant, work, here, (whole, changed), before, lock)


def _judged(
    mutant: KeyMutant,
    work: Work,
    ties: Iterable[Told],
    papers: tuple[InVariant, InVariant],
    before: Mapping[int, Claim],
    lock: Mapping[str, Result],
) -> Planted:
    """What becomes of one mistake: a contradiction counts most, then words that are others."""
    whole, changed = papers
    against: list[tuple[str, int]] = []
    words: list[tuple[str, int]] = []
    for tie in ties:
        try:
            _asked, statement = find(tie, changed)
        except LookupError:
            near = statements.nearest(changed.written[tie.question], tie.part, tie.words)
            words.append((tie.function, 0 if near is None else near[0]))
            continue
        was = find(tie, whole)[1]
        giver = work.giver(changed)
        try:
            given = giver.changed(before[tie.number].given)
        except MissingError as error:
            words.append((tie.function, 0 if error.place is None else error.place.line))
            continue
        same = (was.typed, was.right, given) == (statement.typed, statement.right, None)
        if not same and _contradicts(work, tie, statement, giver, lock):
            against.append((tie.function, statement.line))
        elif work.stands(tie, whole) != work.stands(tie, changed):
            words.append((tie.function, statement.line))
    told, noticed = (against, Noticed.CONTRADICTED) if against else (words, Noticed.WORDS)
    if not told:
        return Planted(mutant, Noticed.UNNOTICED)
    names = tuple(dict.fromkeys(function for function, _ in told))
    return Planted(mutant, noticed, names, any(line == mutant.place.line for _, line in told))


def _contradicts(
    work: Work, tie: Told, statement: Statement, giver: Giver, lock: Mapping[str, Result]
) -> bool:
    """Whether what a program gave is something else than a statement says, or cannot be compared any more."""
    kept = lock[tie.name].value if tie.kind is Kind.EXPERIMENT and tie.name in lock else ""
    try:
        answer = work.process.judge(
            tie, statement, work.limits.seconds, (), kept, answering=giver, again=True
        )
    except ProgramEndedError:
        return False
    return Outcome(answer["outcome"]) in {Outcome.CONTRADICTED, Outcome.FAILED}
