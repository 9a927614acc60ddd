"""The evidence of a whole exam: which claims there are, and what becomes of each. The order of work."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

from klausur.base.diagnostics import Diagnostic, Place
from klausur.evidence import Part
from klausur.exam import trust
from klausur.exam.every_question import is_drawn
from klausur.exam.evidence import acceptance, coverage, kept_results, statements
from klausur.exam.evidence.coverage import Stated
from klausur.exam.evidence.file import InVariant, Judged, Limits, Seed, judge_file
from klausur.exam.evidence.kept_results import Lock
from klausur.exam.evidence.model import Claim, Outcome, Proof, Standing
from klausur.exam.evidence.statements import WrittenQuestion, unwrapped
from klausur.exam.model import Exam, Problem
from klausur.exam.source import bank, folder
from klausur.exam.variants import entropy


def run(
    exam: Exam,
    *,
    cache: Path | None = None,
    limits: Limits | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Proof:
    """Judge every claim of an exam.

    Args:
        exam: whose evidence lies beside its problems.
        cache: a folder for what was proved; None keeps nothing.
        limits: on time and memory; with ``experiments`` these are run too, and the lock file is written.
        progress: told the evidence files done, and all.
    """
    bounds = limits or Limits()
    written = statements.asked(exam)
    how = folder.notation(exam.folder)
    files = _files(exam)
    if files and not trust.is_trusted(exam.folder):
        message = "the evidence was not run: the programs of this folder are not trusted"
        found = Diagnostic("evidence-not-run", message, Place(files[0][0]), trust.REMEDY)
        return Proof(_in_order(exam, written, ()), (found,))
    lock = kept_results.read(exam.folder / kept_results.LOCK)
    templates = templates_of(exam)
    done: list[Judged] = []

    def paper(drawn: Seed) -> InVariant:
        return InVariant(written, drawn, how, templates)

    with ThreadPoolExecutor(bounds.jobs or os.cpu_count() or 1) as threads:
        jobs = [
            threads.submit(judge_file, exam.folder, file, paper(drawn), lock, cache, bounds, left_out)
            for file, drawn, left_out in files
        ]
        for n, job in enumerate(jobs, start=1):
            done.append(job.result())
            if progress is not None:
                progress(n, len(jobs))
    if bounds.experiments:
        _write_lock(exam.folder, lock, done)
    claims = _in_order(exam, written, [claim for filed in done for claim in filed.claims])
    reached = coverage.stated(templates, claims, [one for filed in done for one in filed.unchecked])
    broken = (d for filed in done for d in filed.diagnostics)
    return Proof(claims, (*broken, *findings(claims), *_too_few(exam, reached)), reached)


def _files(exam: Exam) -> tuple[tuple[str, Seed, frozenset[str]], ...]:
    """The evidence files of the exam's problems, relative to its folder, each with what is drawn from.

    Last come the questions that the problem does not ask, though they stand in its file: in a bank.
    """
    beside = [(Path(problem.place.file).with_suffix(".py"), problem) for problem in exam.problems]
    return tuple(
        (
            path.as_posix(),
            entropy(exam.variants.seed, exam.variant, problem.id) if problem.values else (),
            _left_out(exam.folder, problem),
        )
        for path, problem in beside
        if (exam.folder / path).is_file()
    )


def _left_out(folder: Path, problem: Problem) -> frozenset[str]:
    if not is_drawn(problem):
        return frozenset()
    there = bank.units((folder / problem.place.file).read_text("utf-8"))
    return frozenset(name for unit in there for name in unit.ids) - {q.id for q in problem.questions}


def _too_few(exam: Exam, reached: Sequence[Stated]) -> Iterator[Diagnostic]:
    """Whether programs are bound to as many of the statements as exam.toml asks for."""
    wanted = folder.evidence_wanted(exam.folder)
    share = coverage.share(reached)
    if wanted is not None and share * 100 < wanted.percent:
        message = f"programs are bound to {share:.0%} of the statements, {wanted.percent} % are asked for"
        hint = "see which are unbound: 'klausur check --prove --statements'"
        yield Diagnostic("evidence-share", message, wanted.place, hint)


def templates_of(exam: Exam) -> Mapping[str, WrittenQuestion]:
    """The questions as their author wrote them, with the names of parameters where their values stand."""
    found: dict[str, WrittenQuestion] = {}
    for problem in exam.problems:
        if problem.values:
            text = (exam.folder / problem.place.file).read_text("utf-8")
            if is_drawn(problem):
                text = bank.asking_these(text, [question.id for question in problem.questions])
            if text.count("\n") == problem.source.count("\n"):
                problem = replace(problem, source=text)  # noqa: PLW2901 - the same problem, as it is written
        found |= statements.asked_in(problem)
    return found


def accept(exam: Exam, claims: Sequence[Claim], who: str, on: date) -> tuple[Claim, ...]:
    """Record that somebody has looked at statements beside their evidence, and found them to fit.

    Args:
        exam: whose lock file it is written to.
        claims: those that are accepted, whole questions; what is contradicted or fails is left out.
        who: has looked.
        on: this day.

    Returns:
        those that were accepted now, and not before.
    """
    path, templates = exam.folder / kept_results.LOCK, templates_of(exam)
    lock = kept_results.read(path)
    accepted = dict(lock.accepted)
    done = []
    for claim in claims:
        fits = claim.function and claim.outcome not in {Outcome.CONTRADICTED, Outcome.FAILED}
        if not fits or claim.standing is Standing.ACCEPTED or claim.question not in templates:
            continue
        here = (c.words for c in claims if (c.question, c.part) == (claim.question, claim.part))
        asked, others = templates[claim.question], tuple(filter(None, here))
        digest, text = acceptance.digest(asked, claim.part, claim.words, others)
        accepted[claim.name] = kept_results.Accepted(digest, text, who, on.isoformat())
        done.append(claim)
    if done:
        kept_results.write(path, replace(lock, accepted=accepted))
    return tuple(done)


def _write_lock(folder: Path, before: Lock, done: Sequence[Judged]) -> None:
    """Keep the experiments' results. Those whose claim is gone, or failed now, are dropped."""
    results = {name: result for filed in done for name, result in filed.locked.items()}
    names = {claim.name for filed in done for claim in filed.claims}
    accepted = {name: one for name, one in before.accepted.items() if name in names}
    rates = {name: one for name, one in before.rates.items() if name in names}
    if results or before.results:
        kept_results.write(folder / kept_results.LOCK, Lock(results, accepted, rates))


def _in_order(
    exam: Exam, written: Mapping[str, WrittenQuestion], claims: Sequence[Claim]
) -> tuple[Claim, ...]:
    """All claims by question and place; what has no evidence joins them as unproven.

    Every choice is a claim, and every solution is at least one.
    """
    ordered: list[Claim] = []
    for question in exam.questions:
        asked = written[question.id]
        own = [claim for claim in claims if claim.question == question.id]
        backed = {(claim.part, claim.place.line) for claim in own}
        for choice in asked.parts[Part.CHOICE]:
            lines = range(choice.line, choice.line + choice.text.count("\n") + 1)
            if not any((Part.CHOICE, line) in backed for line in lines):
                own.append(_unproven(asked, Part.CHOICE, choice.line, choice.text))
        if question.solution is not None and not any(claim.part is not Part.CHOICE for claim in own):
            first = asked.parts[Part.SOLUTION][:1]
            own.extend(_unproven(asked, Part.SOLUTION, piece.line, piece.text) for piece in first)
        ordered.extend(sorted(own, key=lambda claim: claim.place.line))
    known = {question.id for question in exam.questions}
    return (*ordered, *(claim for claim in claims if claim.question not in known))


def _unproven(asked: WrittenQuestion, part: Part, line: int, text: str) -> Claim:
    return Claim(asked.id, part, unwrapped(text), Place(asked.place.file, line), Outcome.UNPROVEN)


def findings(claims: Sequence[Claim]) -> Iterator[Diagnostic]:
    """What must be mended: claims that are contradicted, and evidence that fails."""
    for claim in claims:
        at = f" ({claim.evidence})" if claim.evidence is not None else ""
        more = f"; {claim.detail}" if claim.detail else ""
        if claim.outcome is Outcome.CONTRADICTED:
            message = f"the key says {claim.typed}, {claim.function}{at} computes {claim.computed}{more}"
            hint = "mend the key, or the evidence if it is that which errs"
            yield Diagnostic("claim-contradicted", message, claim.place, hint)
        elif claim.outcome is Outcome.FAILED:
            message = f"{claim.function}{at} does not tell: {claim.detail}"
            yield Diagnostic("evidence-failed", message, claim.place, "mend the key or the evidence")
        elif claim.function and claim.standing is Standing.CHANGED:
            by, before = claim.accepted_by, claim.before
            if by:
                message = (
                    f"{by} accepted this beside {claim.function}{at} when it said {before!r}, "
                    "or its question something else"
                )
            else:
                message = f"this or its question is not what it was when {claim.function}{at} was run"
            hint = f"see whether it still shows this, then 'klausur check --accept {claim.question}'"
            yield Diagnostic("claim-unproven", message, claim.place, hint)
        elif claim.function and claim.outcome is Outcome.UNPROVEN:
            message = f"{claim.function}{at} shows nothing now: {claim.detail}"
            yield Diagnostic("claim-unproven", message, claim.place, "run it: 'klausur check --experiments'")
