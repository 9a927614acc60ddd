"""One evidence file: its claims are judged one by one in a process of its own.

A claim that ends its process or takes too long costs itself only: the process is started anew for the next.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from klausur.base.diagnostics import Diagnostic, Place
from klausur.base.maths import PLAIN, Notation
from klausur.evidence import Kind, Part
from klausur.exam.evidence import acceptance, details, kept_results, statements, typed_maths
from klausur.exam.evidence.copies import copies
from klausur.exam.evidence.coverage import Unchecked
from klausur.exam.evidence.details import Detail
from klausur.exam.evidence.given import Given, Giver, MissingError
from klausur.exam.evidence.kept_results import Lock, Result
from klausur.exam.evidence.model import Claim, Outcome, Standing
from klausur.exam.evidence.process import MEMORY, Process, ProgramEndedError, Told
from klausur.exam.evidence.program_mutants import RULES
from klausur.exam.evidence.statements import Statement, WrittenQuestion
from klausur.exam.placeholders import filled, placeholders

SECONDS = 20.0
"""Of processor time: what a claim may take that is no experiment."""

GRACE = 1.5
"""An experiment may take this many times the processor time that its author gave it: machines differ."""


Seed = Sequence[int]
"""What parameters are drawn from, as `klausur.exam.variants.entropy` says it; empty without parameters."""


_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Limits:
    """What evidence may take, and how much of it is run."""

    seconds: float = SECONDS
    memory: int = MEMORY
    jobs: int | None = None
    experiments: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """What one evidence file gave: claims, findings, results to be locked, and what is beyond programs."""

    claims: tuple[Claim, ...]
    diagnostics: tuple[Diagnostic, ...]
    locked: Mapping[str, Result]
    unchecked: tuple[Unchecked, ...] = ()


def judge_file(
    folder: Path,
    file: str,
    paper: "InVariant",
    lock: Lock,
    cache: Path | None,
    limits: Limits,
    left_out: Collection[str] = (),
) -> Judged:
    """Judge the claims of one file.

    Args:
        folder: the exam's folder.
        file: the evidence file, relative to it.
        paper: the exam's questions as they are written; ``drawn`` is empty if its problem has no parameters.
        lock: what experiments gave, and what was accepted.
        cache: a folder for what was proved, or None.
        limits: on time and memory.
        left_out: questions whose claims are not looked at: they stand in the bank, and are not asked.
    """
    path = folder / file
    try:
        source = path.read_text("utf-8")
        with Process(path, limits.memory) as process:
            work = Work(process, folder, file, source, limits)
            told = [tie for tie in process.ties() if tie.question not in left_out]
            ties = work.ties = work.filled(told, paper.drawn)
            known = kept_results.read(work.cached(cache)).results if cache is not None else {}
            unchecked = process.unchecked
            done = [(tie, work.judged(tie, paper, known, lock.results)) for tie in ties]
    except (ProgramEndedError, OSError, UnicodeDecodeError) as error:
        hint = "run the file with Python to see what is wrong with it"
        message = f"the evidence cannot be loaded: {error}"
        return Judged((), (Diagnostic("evidence-failed", message, Place(file), hint),), {})
    results = [(tie, one.result) for tie, one in done if one.result is not None]
    if cache is not None:
        proved = {t.name: r for t, r in results if _light(t) and r.outcome is Outcome.PROVED}
        kept_results.write(work.cached(cache), Lock(proved))
    locked = {t.name: r for t, r in results if not _light(t)}
    claims = [_standing(one.claim, tie, work, paper, lock) for tie, one in done]
    templates = paper.templates if paper.templates is not None else paper.written
    return Judged(tuple(claims), tuple(copies(file, source, claims, templates)), locked, unchecked)


@dataclass(frozen=True, slots=True)
class InVariant:
    """Questions as written in one variant, what its parameters are drawn from, and how maths is written.

    ``templates`` are the questions as their author wrote them, where that is something else.
    """

    written: Mapping[str, WrittenQuestion]
    drawn: Seed = ()
    notation: Notation = PLAIN
    templates: Mapping[str, WrittenQuestion] | None = None

    @property
    def sources(self) -> frozenset[str]:
        """The files in which the key stands."""
        return frozenset(asked.place.file for asked in self.written.values())


@dataclass(frozen=True, slots=True)
class One:
    """A claim judged, and what is to be kept of it."""

    claim: Claim
    result: Result | None = None


@dataclass(slots=True)
class Work:
    """One file's claims on their way."""

    process: Process
    folder: Path
    file: str
    source: str
    limits: Limits
    ties: Sequence[Told] = ()

    def stands(self, tie: Told, paper: InVariant) -> str:
        """The digest of what a tie's statement says, and stands under."""
        asked = _template(tie, paper)
        return acceptance.digest_now(asked, tie.part, tie.written or tie.words, self._beside(tie))

    def changed_at(self, tie: Told, paper: InVariant, before: str) -> int | None:
        """The line on which a tie's statement says something else than it did; None where it does not."""
        return self._of(tie, paper, partial(acceptance.changed_at, before=before), None)

    def says(self, tie: Told, paper: InVariant) -> str:
        """What a tie's statement says, empty if it is not there."""
        return self._of(tie, paper, lambda *stands: acceptance.digest(*stands)[1], "")

    def _of(
        self,
        tie: Told,
        paper: InVariant,
        ask: Callable[[WrittenQuestion, Part, str, list[str]], _T],
        lacking: _T,
    ) -> _T:
        """What is asked of a tie's statement; ``lacking`` where it is not there."""
        asked = _template(tie, paper)
        try:
            if asked is None:
                return lacking
            return ask(asked, tie.part, tie.written or tie.words, self._beside(tie))
        except LookupError:
            return lacking

    def _beside(self, tie: Told) -> list[str]:
        """The words of all ties to the same part of a question."""
        here = [other for other in self.ties if (other.question, other.part) == (tie.question, tie.part)]
        return [other.written or other.words for other in here]

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
        return tuple(_filled(tie, [next(texts) for _ in placeholders(tie.words)]) for tie in ties)

    def judged(
        self, tie: Told, paper: InVariant, known: Mapping[str, Result], lock: Mapping[str, Result]
    ) -> One:
        """A tie's claim, from what is kept or by running its function."""
        try:
            found = self._without_running(tie, paper, known, lock)
            return found if isinstance(found, One) else self._run(tie, paper, found)
        except MissingError as error:
            return One(self._broken(tie, paper, str(error), error.place))
        except ProgramEndedError as error:
            return One(self._broken(tie, paper, str(error)))

    def _without_running(
        self, tie: Told, paper: InVariant, known: Mapping[str, Result], lock: Mapping[str, Result]
    ) -> One | Statement:
        """The claim if it need not or cannot be run, else the statement to be judged."""
        try:
            asked, statement = find(tie, paper)
        except LookupError as error:
            return One(self._lost(tie, paper, str(error)))
        if not _light(tie):
            return statement if self.limits.experiments else self._from_lock(tie, paper, statement, lock)
        result = known.get(tie.name)
        if (
            result is not None
            and result.outcome is Outcome.PROVED
            and result.digest == self._digest(tie, asked, paper)
            and kept_results.changed(self.folder, result.reads) is None
            and self.giver(paper).changed(result.given) is None
        ):
            return One(self._kept(tie, paper, statement, result), result)
        return statement

    def _from_lock(
        self, tie: Told, paper: InVariant, statement: Statement, lock: Mapping[str, Result]
    ) -> One:
        """An experiment that is not run: what it gave is held against what the key says now."""
        result = lock.get(tie.name)
        why = self._stale(tie, paper, result)
        if result is None or why:
            claim = self._claim(tie, paper, statement, Outcome.UNPROVEN)
            return One(replace(claim, detail=details.said(why), details=why))
        giver = self.giver(paper)
        answer = self.process.judge(tie, statement, self.limits.seconds, (), result.value, answering=giver)
        found = replace(
            result, outcome=Outcome(answer["outcome"]), computed=answer["computed"], typed=answer["typed"]
        )
        return One(self._kept(tie, paper, statement, found))

    def _stale(self, tie: Told, paper: InVariant, result: Result | None) -> tuple[Detail, ...]:
        """Why an experiment has to be run again; nothing if it has not."""
        if result is None or not result.value:
            return (Detail("never-run"),)
        if result.digest != self._digest(tie, paper.written[tie.question], paper):
            return (Detail("program-changed"),)
        changed = kept_results.changed(self.folder, result.reads)
        if changed is not None:
            return (Detail("file-changed", (changed,)),)
        other = self.giver(paper).changed(result.given)
        return () if other is None else (Detail("given-changed", (other.words,)),)

    def _run(self, tie: Told, paper: InVariant, statement: Statement) -> One:
        heavy = not _light(tie)
        seconds = tie.options["seconds"] * GRACE if heavy else self.limits.seconds
        giver = self.giver(paper)
        answer = self.process.judge(tie, statement, seconds, paper.drawn, answering=giver)
        if giver.missing is not None:
            raise giver.missing
        spoilt = sorted(name for name in answer["reads"] if name in paper.sources)
        if spoilt:
            why = f"it reads the key itself, {spoilt[0]}: a program that knows what is typed shows nothing"
            answer |= {"outcome": Outcome.FAILED, "detail": why, "details": []}
        elif own := giver.own(tie.question, tie.part, tie.words):
            why = f"it is given {own.words!r}, which it is held against: that shows nothing"
            answer |= {"outcome": Outcome.FAILED, "detail": why, "details": []}
        result = Result(
            digest=self._digest(tie, paper.written[tie.question], paper),
            outcome=Outcome(answer["outcome"]),
            computed=answer["computed"],
            typed=answer["typed"],
            detail=answer["detail"],
            details=details.read(answer["details"]),
            seconds=answer["seconds"],
            versions=kept_results.versions("torch") if heavy else "",
            value=answer["value"],
            reads=answer["reads"],
            stands=self.stands(tie, paper) if heavy else "",
            controlled=answer["controlled"],
            given=tuple(giver.taken),
        )
        claim = replace(self._kept(tie, paper, statement, result), kept=False)
        return One(claim, result if result.outcome is not Outcome.FAILED else None)

    def planted_in(self, tie: Told, paper: InVariant, given: Iterable[Given]) -> str:
        """The digest of question and program that mistakes of a claim are planted in, in any variant."""
        templates = paper.templates if paper.templates is not None else paper.written
        names = dict.fromkeys((tie.question, *(one.question for one in given)))
        said = [templates[name].source for name in names if name in templates]
        program = kept_results.program(self.source, tie.function)
        return kept_results.digest(RULES, program, tie.written or tie.words, *said)[:32]

    def giver(self, paper: InVariant, instead: Mapping[Given, str] = MappingProxyType({})) -> Giver:
        """What answers a claim that asks for what the key says, or for something ``instead``."""
        return Giver(paper.written, Path(self.file).with_suffix(".md").as_posix(), paper.notation, instead)

    def _digest(self, tie: Told, asked: WrittenQuestion, paper: InVariant) -> str:
        how = [repr(paper.notation.macros)] if paper.notation.macros else []
        if tie.kind is Kind.EXPERIMENT:
            options = repr(sorted(tie.options.items()))
            return kept_results.digest(kept_results.program(self.source, tie.function), options)
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
            name=tie.name,
            words=tie.written or tie.words,
        )

    def _kept(self, tie: Told, paper: InVariant, statement: Statement, result: Result) -> Claim:
        return replace(
            self._claim(tie, paper, statement, result.outcome),
            computed=result.computed,
            typed=result.typed,
            detail=result.detail,
            details=result.details,
            seconds=result.seconds,
            kept=True,
            controlled=result.controlled,
            given=result.given,
        )

    def _broken(self, tie: Told, paper: InVariant, why: str, place: Place | None = None) -> Claim:
        """A claim whose program does not come to its end, or asks for what the exam does not say."""
        claim = replace(self._claim(tie, paper, find(tie, paper)[1], Outcome.FAILED), detail=why)
        return claim if place is None else replace(claim, place=place)

    def _lost(self, tie: Told, paper: InVariant, why: str) -> Claim:
        """A claim whose statement is not in the exam: it was changed, or the evidence is of another."""
        asked = paper.written.get(tie.question)
        place = Place(self.file, tie.line) if asked is None else asked.place
        near = None if asked is None else statements.nearest(asked, tie.part, tie.words)
        if asked is not None and near is not None:
            place, why = Place(asked.place.file, near[0]), f"{why}; this line is most like it: {near[1]!r}"
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
            name=tie.name,
            words=tie.written or tie.words,
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


def _standing(claim: Claim, tie: Told, work: Work, paper: InVariant, lock: Lock) -> Claim:
    """A claim, and whether its statement is what was accepted, or what its experiment was run about."""
    ran = lock.results[tie.name].stands if claim.kept and tie.name in lock.results else ""
    rate = lock.rates.get(tie.name)
    if rate is not None and rate.digest == work.planted_in(tie, paper, claim.given):
        claim = replace(claim, rate=rate)
    found = acceptance.judged(claim, work.stands(tie, paper), lock.accepted.get(tie.name), ran)
    if found.standing is not Standing.CHANGED or not found.before or found.outcome is Outcome.CONTRADICTED:
        return found
    line = work.changed_at(tie, paper, found.before)
    return found if line is None else replace(found, place=replace(found.place, line=line))


def _template(tie: Told, paper: InVariant) -> WrittenQuestion | None:
    """The question of a tie as its author wrote it, parameters and all."""
    templates = paper.templates if paper.templates is not None else paper.written
    return templates.get(tie.question)


def _filled(tie: Told, values: Sequence[str]) -> Told:
    return replace(tie, words=filled(tie.words, values), written=tie.words)


def takes(tie: Told) -> bool:
    """Whether a claim's function takes parameters of its variant; experiments never do."""
    return bool(tie.takes) and tie.kind is not Kind.EXPERIMENT


def _light(tie: Told) -> bool:
    """Whether a claim is judged anew each time, rather than kept in the lock file."""
    return tie.kind is not Kind.EXPERIMENT
