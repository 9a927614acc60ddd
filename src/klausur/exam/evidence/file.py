"""One evidence file: its claims are judged one by one in a process of its own.

A claim that ends its process or takes too long costs itself only: the process is started anew for the next.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from klausur.base.diagnostics import Diagnostic, Place
from klausur.base.maths import PLAIN, Notation
from klausur.evidence import Kind
from klausur.exam.evidence import kept_results, statements, typed_maths
from klausur.exam.evidence.kept_results import Result
from klausur.exam.evidence.model import Claim, Outcome
from klausur.exam.evidence.process import MEMORY, Process, ProgramEndedError, Told
from klausur.exam.evidence.statements import Statement, WrittenQuestion
from klausur.exam.placeholders import filled, placeholders

SECONDS = 20.0
"""Of processor time: what a claim may take that is no experiment."""

GRACE = 1.5
"""An experiment may take this many times the processor time that its author gave it: machines differ."""


Seed = Sequence[int]
"""What parameters are drawn from, as `klausur.exam.variants.entropy` says it; empty without parameters."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What evidence may take, and how much of it is run."""

    seconds: float = SECONDS
    memory: int = MEMORY
    jobs: int | None = None
    experiments: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """What one evidence file gave: its claims, findings, and the results to be locked."""

    claims: tuple[Claim, ...]
    diagnostics: tuple[Diagnostic, ...]
    locked: Mapping[str, Result]


def judge_file(
    folder: Path,
    file: str,
    paper: "InVariant",
    lock: Mapping[str, Result],
    cache: Path | None,
    limits: Limits,
) -> Judged:
    """Judge the claims of one file.

    Args:
        folder: the exam's folder.
        file: the evidence file, relative to it.
        paper: the exam's questions as they are written; ``drawn`` is empty if its problem has no parameters.
        lock: kept results of experiments.
        cache: a folder for what was proved, or None.
        limits: on time and memory.
    """
    path = folder / file
    try:
        source = path.read_text("utf-8")
        with Process(path, limits.memory) as process:
            work = Work(process, file, source, limits)
            ties = work.filled(process.ties(), paper.drawn)
            known = kept_results.read(work.cached(cache)) if cache is not None else {}
            done = [(tie, work.judged(tie, paper, known, lock)) for tie in ties]
    except (ProgramEndedError, OSError, UnicodeDecodeError) as error:
        hint = "run the file with Python to see what is wrong with it"
        message = f"the evidence cannot be loaded: {error}"
        return Judged((), (Diagnostic("evidence-failed", message, Place(file), hint),), {})
    results = [(tie, one.result) for tie, one in done if one.result is not None]
    if cache is not None:
        proved = {_name(t): r for t, r in results if _light(t) and r.outcome is Outcome.PROVED}
        kept_results.write(work.cached(cache), proved)
    locked = {_name(t): r for t, r in results if not _light(t)}
    return Judged(tuple(one.claim for _, one in done), (), locked)


@dataclass(frozen=True, slots=True)
class InVariant:
    """Questions as written in one variant, what its parameters are drawn from, and how maths is written."""

    written: Mapping[str, WrittenQuestion]
    drawn: Seed = ()
    notation: Notation = PLAIN


@dataclass(frozen=True, slots=True)
class One:
    """A claim judged, and what is to be kept of it."""

    claim: Claim
    result: Result | None = None


@dataclass(slots=True)
class Work:
    """One file's claims on their way."""

    process: Process
    file: str
    source: str
    limits: Limits

    def cached(self, cache: Path) -> Path:
        """The file that keeps what this file proved."""
        return cache / f"{Path(self.file).stem}.json"

    def filled(self, ties: Sequence[Told], drawn: Seed) -> tuple[Told, ...]:
        """The ties with a variant's values in their words.

        Raises:
            EndedError: the values cannot be drawn.
        """
        wanted = [(wanted.name, wanted.form) for tie in ties for wanted in placeholders(tie.words)]
        if not drawn or not wanted:
            return tuple(ties)
        (answer,) = self.process.draws(wanted, [drawn])
        if "broken" in answer:
            raise ProgramEndedError(answer["broken"])
        texts = iter([filling.get("text", "") for filling in answer["fillings"]])
        return tuple(
            replace(tie, words=filled(tie.words, [next(texts) for _ in placeholders(tie.words)]))
            for tie in ties
        )

    def judged(
        self, tie: Told, paper: InVariant, known: Mapping[str, Result], lock: Mapping[str, Result]
    ) -> One:
        """A tie's claim, from what is kept or by running its function."""
        found = self._without_running(tie, paper, known, lock)
        if isinstance(found, One):
            return found
        try:
            return self._run(tie, paper, found)
        except ProgramEndedError as error:
            return One(replace(self._claim(tie, paper, found, Outcome.FAILED), detail=str(error)))

    def _without_running(
        self, tie: Told, paper: InVariant, known: Mapping[str, Result], lock: Mapping[str, Result]
    ) -> One | Statement:
        """The claim if it need not or cannot be run, else the statement to be judged."""
        try:
            asked, statement = find(tie, paper)
        except LookupError as error:
            return One(self._lost(tie, paper, str(error)))
        heavy = not _light(tie)
        if heavy and self.limits.experiments:
            return statement
        result = (lock if heavy else known).get(_name(tie))
        if result is not None and result.digest == self._digest(tie, asked, paper):
            if heavy:
                return One(self._kept(tie, paper, statement, result))
            if result.outcome is Outcome.PROVED:
                return One(self._kept(tie, paper, statement, result), result)
        return One(self._not_run(tie, paper, statement, result)) if heavy else statement

    def _not_run(self, tie: Told, paper: InVariant, statement: Statement, result: Result | None) -> Claim:
        why = "it was never run" if result is None else "question or program have changed since it was run"
        return replace(self._claim(tie, paper, statement, Outcome.UNPROVEN), detail=why)

    def _run(self, tie: Told, paper: InVariant, statement: Statement) -> One:
        heavy = not _light(tie)
        seconds = tie.options["seconds"] * GRACE if heavy else self.limits.seconds
        answer = self.process.judge(tie, statement, seconds, paper.drawn)
        result = Result(
            digest=self._digest(tie, paper.written[tie.question], paper),
            outcome=Outcome(answer["outcome"]),
            computed=answer["computed"],
            typed=answer["typed"],
            detail=answer["detail"],
            seconds=answer["seconds"],
            versions=kept_results.versions("torch") if heavy else "",
        )
        claim = replace(self._kept(tie, paper, statement, result), kept=False)
        return One(claim, result if result.outcome is not Outcome.FAILED else None)

    def _digest(self, tie: Told, asked: WrittenQuestion, paper: InVariant) -> str:
        how = [repr(paper.notation.macros)] if paper.notation.macros else []
        if tie.kind is Kind.EXPERIMENT:
            return kept_results.digest(
                asked.source, kept_results.program(self.source, tie.function), tie.words, *how
            )
        seed = [str(part) for part in paper.drawn] if takes(tie) else []
        return kept_results.digest(asked.source, self.source, tie.words, kept_results.versions(), *seed, *how)

    def _claim(self, tie: Told, paper: InVariant, statement: Statement, outcome: Outcome) -> Claim:
        asked = paper.written[tie.question]
        return Claim(
            question=tie.question,
            part=tie.part,
            statement=statement.text,
            place=Place(asked.place.file, statement.line),
            outcome=outcome,
            kind=tie.kind,
            function=tie.function,
            evidence=Place(self.file, tie.line),
        )

    def _kept(self, tie: Told, paper: InVariant, statement: Statement, result: Result) -> Claim:
        return replace(
            self._claim(tie, paper, statement, result.outcome),
            computed=result.computed,
            typed=result.typed,
            detail=result.detail,
            seconds=result.seconds,
            kept=True,
        )

    def _lost(self, tie: Told, paper: InVariant, why: str) -> Claim:
        """A claim whose statement is not in the exam: the evidence is about something else by now."""
        asked = paper.written.get(tie.question)
        place = Place(self.file, tie.line) if asked is None else asked.place
        return Claim(
            question=tie.question,
            part=tie.part,
            statement=tie.words,
            place=place,
            outcome=Outcome.FAILED,
            kind=tie.kind,
            function=tie.function,
            evidence=Place(self.file, tie.line),
            detail=why,
        )


def find(tie: Told, paper: InVariant) -> tuple[WrittenQuestion, Statement]:
    """The question and the statement that a tie names.

    Raises:
        LookupError: the exam has no such question, or it does not say this.
    """
    asked = paper.written.get(tie.question)
    if asked is None:
        raise LookupError(f"this exam has no question {tie.question!r}")
    statement = statements.find(asked, tie.part, tie.words)
    if statement.typed is None:
        return asked, statement
    return asked, replace(statement, read=typed_maths.read(statement.typed, paper.notation))


def takes(tie: Told) -> bool:
    """Whether a claim's function takes parameters of its variant; experiments never do."""
    return bool(tie.takes) and tie.kind is not Kind.EXPERIMENT


def _light(tie: Told) -> bool:
    """Whether a claim is judged anew each time, rather than kept in the lock file."""
    return tie.kind is not Kind.EXPERIMENT


def _name(tie: Told) -> str:
    """A claim among kept results."""
    return f"{tie.question}/{tie.part}/{tie.function}: {tie.words}"
