"""A survey of many variants: how many are fit to be printed, how often what is wrong, and where first.

Pandoc and Typst are too slow for thousands of variants, and not needed: a problem's structure is the same in
all of them. Texts are filled in, and statements, choices and crosses are found in the filled text.
"""

import hashlib
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Lock

from klausur.base.decimals import has_comma
from klausur.base.diagnostics import Diagnostic
from klausur.base.maths import PLAIN, Notation
from klausur.evidence import Kind, Part
from klausur.exam import check_choices
from klausur.exam.every_question import is_drawn
from klausur.exam.evidence.file import InVariant, Limits, Work, find, takes
from klausur.exam.evidence.model import Claim
from klausur.exam.evidence.process import MEMORY, Process, ProgramEndedError, Told
from klausur.exam.evidence.run import findings
from klausur.exam.evidence.statements import asked_in
from klausur.exam.model import Exam, Problem, QuestionKind, Shuffled
from klausur.exam.source import bank, parameters
from klausur.exam.source.folder import notation
from klausur.exam.source.parameters import Template
from klausur.exam.variants import entropy
from klausur.exam.written_crosses import CROSS, with_crosses

_SPACING = re.compile(r"\\[,;:! ]|~|\s+")
_TEX = re.compile(r"\$[^$]*\$")
_ENDS = 3
"""A function that ended its process or took too long so often is not run in further variants."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A finding: as it is in the first ``variant`` that has it, and in how many of how many it was found."""

    diagnostic: Diagnostic
    variant: int
    count: int
    of: int


@dataclass(frozen=True, slots=True)
class Survey:
    """What many variants are like.

    Attributes:
        seed: what all are drawn from, with their numbers.
        variants: how many were looked at.
        clean: how many have no error.
        different: how many different texts they have; order is not looked at.
        claims: how many statements were held against evidence.
        rates: what was found, in the order of files and lines.
    """

    seed: int
    variants: int
    clean: int
    different: int
    claims: int
    rates: tuple[Rate, ...]


def survey(
    exam: Exam,
    numbers: Sequence[int],
    *,
    limits: Limits | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Survey:
    """Draw variants of an exam, look for what makes them unfit, and judge the light evidence of each.

    Experiments are not run. Only problems with parameters are looked at: the others are the same in all.

    Args:
        exam: one of its variants, read without errors.
        numbers: of the variants to be drawn.
        limits: on time and memory, as for `klausur.exam.evidence.run`.
        progress: told the problems drawn so far, and all, over all variants.
    """
    bounds = limits or Limits()
    drawn = [problem for problem in exam.problems if problem.values]
    jobs = bounds.jobs or os.cpu_count() or 1
    how = notation(exam.folder)
    count = _Count(len(drawn) * len(numbers), progress)
    with ThreadPoolExecutor(jobs) as threads:
        work = [
            threads.submit(_Look(exam, problem, bounds, count, how).all, some)
            for problem in drawn
            for some in _shares(numbers, -(-jobs // max(1, len(drawn))))
        ]
        parts = [job.result() for job in work]
    return _together(exam, numbers, parts)


def _shares(numbers: Sequence[int], count: int) -> list[Sequence[int]]:
    """The numbers in so many runs of equal length."""
    size = max(1, -(-len(numbers) // count))
    return [numbers[at : at + size] for at in range(0, len(numbers), size)]


class _Count:
    """Tells the progress of several threads."""

    def __init__(self, whole: int, tell: Callable[[int, int], None] | None) -> None:
        self._whole, self._tell, self._done, self._lock = whole, tell, 0, Lock()

    def one(self) -> None:
        """One more is done."""
        with self._lock:
            self._done += 1
            if self._tell is not None:
                self._tell(self._done, self._whole)


_Key = tuple[str, str, int, int]
"""What makes findings in different variants the same: code, file, line, and the number of the tie or -1."""


@dataclass(slots=True)
class _Part:
    """What was seen of one problem in some variants."""

    problem: str
    found: dict[_Key, tuple[Diagnostic, int]] = field(default_factory=dict)
    counts: Counter[_Key] = field(default_factory=Counter)
    bad: set[int] = field(default_factory=set)
    texts: dict[int, bytes] = field(default_factory=dict)
    rights: dict[str, set[tuple[str, ...]]] = field(default_factory=dict)
    words: dict[str, set[tuple[str, ...]]] = field(default_factory=dict)
    claims: int = 0

    def add(self, number: int, diagnostics: Sequence[tuple[int, Diagnostic]]) -> None:
        """Count the findings of a variant, each with the number of its tie, or -1."""
        once = {(d.code, d.place.file, d.place.line, tie): d for tie, d in diagnostics}
        self.counts.update(once.keys())
        for key, diagnostic in once.items():
            self.found.setdefault(key, (diagnostic, number))
        if diagnostics:
            self.bad.add(number)


@dataclass(slots=True)
class _Look:
    """One problem, looked at in one variant after the other."""

    exam: Exam
    problem: Problem
    limits: Limits
    count: _Count
    notation: Notation = PLAIN
    known: dict[tuple[object, ...], Claim] = field(default_factory=dict)
    ended: Counter[int] = field(default_factory=Counter)

    def all(self, numbers: Sequence[int]) -> _Part:
        """All variants of these numbers."""
        folder, part = self.exam.folder, _Part(self.problem.id)
        written = _template(self.exam, self.problem)
        program = folder / (written.program or "")
        with Process(program, MEMORY) as process:
            work = Work(process, folder, written.program or "", program.read_text("utf-8"), self.limits)
            try:
                ties = [tie for tie in process.ties() if tie.kind is not Kind.EXPERIMENT]
            except ProgramEndedError:
                ties = []  # whoever draws the texts is told
            drawn = parameters.variants(folder, written, self.exam.variants.seed, numbers)
            for number, variant in zip(numbers, drawn, strict=True):
                found = [(-1, d) for d in variant.diagnostics]
                if not found:
                    found = list(
                        self._found(part, number, with_crosses(self.problem, variant.text), work, ties)
                    )
                part.add(number, found)
                part.texts[number] = hashlib.sha256(variant.text.encode()).digest()
                self.count.one()
        return part

    def _found(
        self, part: _Part, number: int, problem: Problem, work: Work, ties: Sequence[Told]
    ) -> Iterator[tuple[int, Diagnostic]]:
        seed = entropy(self.exam.variants.seed, number, problem.id)
        paper = InVariant(asked_in(problem), seed, self.notation)
        for question in problem.questions:
            if question.choices and question.kind is not QuestionKind.TABLE:
                choices = sorted(question.choices, key=lambda choice: choice.id)
                words = [_plain(w.text) for w in paper.written[question.id].parts[Part.CHOICE]]
                part.rights.setdefault(question.id, set()).add(tuple(c.id for c in choices if c.right))
                part.words.setdefault(question.id, set()).add(tuple(words))
                texts = [(c.id, w, c.content.place) for c, w in zip(choices, words, strict=True)]
                equal = [(-1, d) for d in check_choices.equal_choices(question.id, texts)]
                yield from equal
                if equal:
                    return  # evidence could not tell which of the two it is about
        for claim, tie in self._claims(paper, work, ties):
            part.claims += 1
            yield from ((tie, d) for d in findings([claim]))

    def _claims(self, paper: InVariant, work: Work, ties: Sequence[Told]) -> Iterator[tuple[Claim, int]]:
        """What becomes of each claim; one that depends on nothing drawn is judged once for each statement."""
        for tie in work.filled(ties, paper.drawn):
            key = self._key(tie, paper)
            claim = self.known.get(key)
            if claim is None or not work.giver(paper).same(claim.given):
                claim = work.judged(tie, paper, {}, {}).claim
                if not work.process.running:
                    self.ended[tie.number] += 1
                if not takes(tie) or self.ended[tie.number] >= _ENDS:
                    self.known[self._key(tie, paper)] = claim
            yield claim, tie.number

    def _key(self, tie: Told, paper: InVariant) -> tuple[object, ...]:
        if self.ended[tie.number] >= _ENDS:
            return (tie.number,)
        try:
            _, statement = find(tie, paper)
        except LookupError as error:
            return tie.number, str(error)
        return tie.number, statement.typed, statement.right


def _template(exam: Exam, problem: Problem) -> Template:
    folder, name, comma = exam.folder, problem.place.file, has_comma(exam.locale)
    text = (folder / name).read_text("utf-8")
    if is_drawn(problem):
        text = bank.asking_these(text, [question.id for question in problem.questions])
    return replace(parameters.template(folder, name, text, comma=comma), problem=problem.id)


def _plain(choice: str) -> str:
    """What a choice says, without its cross, and without regard to blanks that are not seen in print."""
    words = " ".join(CROSS.sub("", choice, count=1).split())
    return _TEX.sub(lambda maths: _SPACING.sub("", maths[0]), words)


def _together(exam: Exam, numbers: Sequence[int], parts: Sequence[_Part]) -> Survey:
    bad = {number for part in parts for number in part.bad}
    texts: dict[int, list[bytes]] = {number: [] for number in numbers}
    for part in parts:
        for number, text in part.texts.items():
            texts[number].append(text)
    first: dict[_Key, tuple[Diagnostic, int]] = {}
    counts: Counter[_Key] = Counter()
    for part in parts:
        counts.update(part.counts)
        for key, (diagnostic, number) in part.found.items():
            if key not in first or number < first[key][1]:
                first[key] = diagnostic, number
    rates = [Rate(d, number, counts[key], len(numbers)) for key, (d, number) in first.items()]
    rates += [Rate(d, numbers[0], len(numbers), len(numbers)) for d in _same_place(exam, numbers, parts)]
    return Survey(
        seed=exam.variants.seed,
        variants=len(numbers),
        clean=len(numbers) - len(bad),
        different=len({tuple(found) for found in texts.values()}),
        claims=sum(part.claims for part in parts),
        rates=tuple(sorted(rates, key=lambda r: (r.diagnostic.place.file, r.diagnostic.place.line))),
    )


def _same_place(exam: Exam, numbers: Sequence[int], parts: Sequence[_Part]) -> Iterator[Diagnostic]:
    """Questions whose choices differ from variant to variant, but not which of them is the right one."""
    shuffled = Shuffled.CHOICES in exam.variants.shuffle
    for question in exam.questions:
        rights = {letters for part in parts for letters in part.rights.get(question.id, ())}
        words = {texts for part in parts for texts in part.words.get(question.id, ())}
        stays = len(rights) == 1 and len(next(iter(rights))) == 1
        free = shuffled and question.shuffle and not any(c.fixed and c.right for c in question.choices)
        if stays and len(words) > 1 and len(question.choices) > 1 and not free:
            letter = next(iter(rights))[0]
            many = f"all of {len(numbers)} variants"
            message = f"choice {letter} of question {question.id} is the right one in {many}"
            hint = 'shuffle the choices: shuffle = ["choices"] in [variants] of exam.toml'
            yield Diagnostic("right-place", message, question.place, hint)
