"""A few claims of one problem: which planted mistakes do they notice?

Each mistake in the key is held against what the programs gave for the key as it is: none runs twice unless it
is given something else. A fault planted in a program is run, in a process forked for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from klausur.base.diagnostics import Place
from klausur.evidence import Kind, Part
from klausur.exam.evidence import statements
from klausur.exam.evidence.budget import Budget, Turn
from klausur.exam.evidence.file import InVariant, Limits, Work, find
from klausur.exam.evidence.given import Given, MissingError
from klausur.exam.evidence.kept_results import Result
from klausur.exam.evidence.key_mutants import KeyMutant, others
from klausur.exam.evidence.model import Claim, Outcome, Rate
from klausur.exam.evidence.noticed import Faulty, LeftOut, Moved, Noticed
from klausur.exam.evidence.process import Process, ProgramEndedError, Told
from klausur.exam.evidence.program_mutants import ProgramMutant
from klausur.exam.evidence.program_mutants import planted as faults_of
from klausur.exam.evidence.statements import Statement, WrittenQuestion

_TIMES, _LEAST = 10, 2.0
"""A program with a fault may take so many times the seconds that it takes without, and at least so many."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A mistake in a problem's key, and the problem's questions with it."""

    mutant: KeyMutant
    written: Mapping[str, WrittenQuestion]


@dataclass(frozen=True, slots=True)
class Few:
    """Claims of one problem by the numbers of their ties, and all mistakes that are planted in its key."""

    folder: Path
    problem: str
    file: str
    paper: InVariant
    names: tuple[int, ...]
    changed: Sequence[Changed]
    limits: Limits


@dataclass(frozen=True, slots=True)
class Hit:
    """A mistake was noticed: how, by which function, and at which line of the key that is told."""

    noticed: Noticed
    function: str
    line: int


@dataclass(slots=True)
class Seen:
    """What a few claims noticed; of mistakes in the key by their numbers among all of the problem's.

    ``held`` are those that change what a program is held against, or given; ``tried`` is how many were tried.
    """

    hits: dict[int, list[Hit]] = field(default_factory=dict)
    held: set[int] = field(default_factory=set)
    moved: list[Moved] = field(default_factory=list)
    faulty: list[Faulty] = field(default_factory=list)
    rates: dict[str, Rate] = field(default_factory=dict)
    tried: int = 0
    left_out: LeftOut = field(default_factory=LeftOut)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A claim that is proved by the key as it is."""

    tie: Told
    claim: Claim
    statement: Statement


def look(few: Few, lock: Mapping[str, Result], most: int, budget: Budget) -> Seen:
    """Plant all mistakes of a problem's key, and faults in the programs of a few of its claims.

    Args:
        few: which claims.
        lock: what experiments gave.
        most: faults for each function at most.
        budget: how long it may take.
    """
    turn, seen = budget.begin(), Seen()
    path = few.folder / few.file
    with Process(path, few.limits.memory) as process:
        light = replace(few.limits, experiments=False)
        work = Work(process, few.folder, few.file, path.read_text("utf-8"), light)
        try:
            ties = work.ties = work.filled(process.ties(), few.paper.drawn)
        except ProgramEndedError:
            seen.tried = len(few.changed)  # `run` says what is wrong with the file
            return seen
        shown = [
            _Shown(tie, claim, find(tie, few.paper)[1])
            for tie in ties
            if tie.number in few.names
            for claim in [work.judged(tie, few.paper, {}, lock).claim]
            if claim.outcome is Outcome.PROVED
        ]
        _plant_mistakes(few, work, shown, lock, turn, seen)
        _give_others(few, work, shown, turn, seen)
        _plant_faults(few, work, shown, most, turn, seen)
    for one in shown:
        seen.rates[one.tie.name] = _rate(few, work, one, seen)
    return seen


def _plant_mistakes(
    few: Few, work: Work, shown: Sequence[_Shown], lock: Mapping[str, Result], turn: Turn, seen: Seen
) -> None:
    spans = {one.tie.number: list(_held(few.paper, one)) for one in shown}
    for at, changed in enumerate(few.changed):
        if turn.over:
            return
        seen.tried += 1
        mutant, paper = changed.mutant, replace(few.paper, written=changed.written, templates=None)
        for one in shown:
            if mutant.question not in {one.tie.question, *(g.question for g in one.claim.given)}:
                continue
            if any(mutant.meets(*span) for span in spans[one.tie.number]):
                seen.held.add(at)
            hit = _noticed(work, one, few.paper, paper, lock)
            if hit is not None:
                seen.hits.setdefault(at, []).append(hit)


def _noticed(
    work: Work, one: _Shown, whole: InVariant, changed: InVariant, lock: Mapping[str, Result]
) -> Hit | None:
    """How a claim notices a mistake, if it does."""
    tie = one.tie
    try:
        statement = find(tie, changed)[1]
        given = work.giver(changed).changed(one.claim.given)
    except MissingError as error:
        return Hit(Noticed.WORDS, tie.function, 0 if error.place is None else error.place.line)
    except LookupError:
        near = statements.nearest(changed.written[tie.question], tie.part, tie.words)
        return Hit(Noticed.WORDS, tie.function, 0 if near is None else near[0])
    was = one.statement
    if (was.typed, was.right, given) != (statement.typed, statement.right, None):
        kept = lock[tie.name].value if tie.kind is Kind.EXPERIMENT and tie.name in lock else ""
        if kept and given is not None:
            return Hit(Noticed.WORDS, tie.function, statement.line)
        if _contradicts(work, tie, statement, changed, kept):
            return Hit(Noticed.CONTRADICTED, tie.function, statement.line)
    plain, whole = replace(tie, written=""), replace(whole, templates=None)
    if work.stands(plain, whole) != work.stands(plain, changed):
        line = work.changed_at(plain, changed, work.says(plain, whole))
        return Hit(Noticed.ACCEPTANCE, tie.function, statement.line if line is None else line)
    return None


def _contradicts(work: Work, tie: Told, statement: Statement, changed: InVariant, kept: str) -> bool:
    """Whether what a program gave is something else than a statement says, or cannot be compared any more."""
    seconds, drawn, giver = work.limits.seconds, changed.drawn, work.giver(changed)
    try:
        answer = work.process.judge(tie, statement, seconds, drawn, kept, answering=giver, again=True)
    except ProgramEndedError:
        return False
    return Outcome(answer["outcome"]) in {Outcome.CONTRADICTED, Outcome.FAILED}


def _held(paper: InVariant, one: _Shown) -> Iterator[tuple[str, Part, int, tuple[int, int]]]:
    """Where stands what a claim's program is held against, or given; a choice is held against as a whole."""
    tie = one.tie
    asked = [(tie.question, tie.part, tie.words), *((g.question, g.part, g.words) for g in one.claim.given)]
    for question, part, words in asked:
        typed = statements.typed_at(paper.written[question], part, words)
        if typed is not None:
            piece = statements.locate(paper.written[question], part, words)[0]
            yield question, part, piece.line, typed


def _give_others(few: Few, work: Work, shown: Sequence[_Shown], turn: Turn, seen: Seen) -> None:
    """Give each program something else than is typed, one at a time; its result has to move."""
    for one in shown:
        for given in one.claim.given:
            if one.tie.kind is Kind.EXPERIMENT and not few.limits.experiments:
                seen.left_out += LeftOut(experiments=1)
            elif turn.over:
                seen.left_out += LeftOut(given=1)
            elif instead := others(given.typed):
                moved = any(_moves(few, work, one, {given: other}) for other in instead)
                seen.moved.append(Moved(one.claim, given, instead, moved))


def _moves(few: Few, work: Work, one: _Shown, instead: Mapping[Given, str]) -> bool:
    """Whether a claim has another result where something else is given; one that breaks has."""
    giver = work.giver(few.paper, instead)
    seconds = one.tie.options["seconds"] if one.tie.kind is Kind.EXPERIMENT else work.limits.seconds
    try:
        answer = work.process.judge(one.tie, one.statement, seconds, few.paper.drawn, answering=giver)
    except ProgramEndedError:
        return True
    return (answer["outcome"], answer["computed"]) != (one.claim.outcome, one.claim.computed)


def _plant_faults(few: Few, work: Work, shown: Sequence[_Shown], most: int, turn: Turn, seen: Seen) -> None:
    """Plant faults in the programs: the first of each function, then the second of each, and so on."""
    functions: dict[str, list[_Shown]] = {}
    for one in shown:
        functions.setdefault(one.tie.function, []).append(one)
    faults: list[tuple[bool, int, ProgramMutant, list[_Shown]]] = []
    for name, mine in functions.items():
        every = faults_of(work.source, name, most)
        heavy = sum(one.tie.kind is Kind.EXPERIMENT for one in mine)
        if heavy and not few.limits.experiments:
            seen.left_out += LeftOut(experiments=len(every) * heavy)
            mine = [one for one in mine if one.tie.kind is not Kind.EXPERIMENT]  # noqa: PLW2901 - fewer of them
        faults.extend((heavy > 0, n, mutant, mine) for n, mutant in enumerate(every) if mine)
    for _, _, mutant, mine in sorted(faults, key=lambda fault: fault[:2]):
        if turn.over:
            seen.left_out += LeftOut(faults=len(mine))
            continue
        still = _still_shown(few, work, mutant, mine)
        for one, survived in zip(mine, still or (), strict=False):
            typed = one.statement.typed is not None
            place = Place(few.file, mutant.line)
            seen.faulty.append(Faulty(mutant, place, one.claim, typed=typed, survived=survived))


def _still_shown(
    few: Few, work: Work, mutant: ProgramMutant, mine: Sequence[_Shown]
) -> Sequence[bool] | None:
    given = {one: None for shown in mine for one in shown.claim.given}
    return work.process.still_shown(
        [(one.tie, one.statement) for one in mine],
        mutant.source,
        max(_LEAST, _TIMES * sum(one.claim.seconds for one in mine)),
        few.paper.drawn,
        work.giver(few.paper).every(given),
    )


def _rate(few: Few, work: Work, one: _Shown, seen: Seen) -> Rate:
    """What was noticed of a claim's own: of mistakes in its statement, and of faults in its program."""
    tie = one.tie
    piece, start, stop = statements.locate(few.paper.written[tie.question], tie.part, tie.words)
    span = (0, len(piece.text)) if tie.part is Part.CHOICE else (start, stop)
    mistakes = [
        at
        for at, changed in enumerate(few.changed[: seen.tried])
        if changed.mutant.meets(tie.question, tie.part, piece.line, span)
    ]
    wanted = Noticed.CONTRADICTED, tie.function
    contradicted = [
        at for at in mistakes if wanted in {(hit.noticed, hit.function) for hit in seen.hits.get(at, ())}
    ]
    faults = [each for each in seen.faulty if each.claim.name == one.claim.name]
    return Rate(
        work.planted_in(tie, few.paper, one.claim.given),
        len(mistakes),
        len(contradicted),
        len(faults),
        sum(not each.survived for each in faults),
    )
