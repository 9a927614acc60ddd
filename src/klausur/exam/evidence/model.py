"""What becomes of the statements of a key: Claim, Outcome, Proof."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from klausur.base.diagnostics import Diagnostic, Place
from klausur.evidence import Kind, Part
from klausur.exam.evidence.details import Detail
from klausur.exam.evidence.given import Given

if TYPE_CHECKING:
    from klausur.exam.evidence.coverage import Stated


class Outcome(StrEnum):
    """What the evidence says of a claim."""

    PROVED = "proved"
    CONTRADICTED = "contradicted"
    UNPROVEN = "unproven"
    """There is no evidence, or it is of another statement or program."""
    FAILED = "failed"
    """The evidence itself broke."""


class Standing(StrEnum):
    """Whether somebody has looked at a statement beside its evidence."""

    NEW = "new"
    """Nobody has yet."""
    ACCEPTED = "accepted"
    CHANGED = "changed"
    """Since somebody did, the statement says something else, or something else is asked."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What was noticed of the mistakes that were last planted in a claim's statement and program.

    Attributes:
        digest: of the question and program that they were planted in.
        mistakes: planted in what the statement says.
        contradicted: of these, by the program's computing something else.
        faults: planted in the program.
        noticed: of these, since the statement was not shown any more.
    """

    digest: str
    mistakes: int = 0
    contradicted: int = 0
    faults: int = 0
    noticed: int = 0

    def completed(self, before: "Rate | None") -> "Rate":
        """With the faults that were planted before, where none were now and all else is the same."""
        if self.faults or before is None or before.digest != self.digest:
            return self
        return replace(self, faults=before.faults, noticed=before.noticed)


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of the key and what became of it.

    ``place`` is where it stands in the Markdown, ``evidence`` where its program stands. ``computed`` and
    ``typed`` are shown to people; ``detail`` says more: a counterexample, an interval, figures, a traceback;
    ``details`` the same as values, so far as it is no traceback.
    ``kept`` tells that the result was not computed now. ``standing`` says whether somebody has accepted that
    the evidence is about this statement, ``before`` what it said then, ``accepted_by`` who. ``name`` is its
    own among the exam's claims, ``words`` are those that its program names it by.
    ``controlled`` tells of a function that refutes a choice that it was seen to say yes to something else.
    ``given`` is what of the key it was given. ``rate`` is what was noticed of planted mistakes, if question
    and program are still those that they were planted in.
    """

    question: str
    part: Part
    statement: str
    place: Place
    outcome: Outcome
    kind: Kind | None = None
    function: str = ""
    evidence: Place | None = None
    computed: str = ""
    typed: str = ""
    detail: str = ""
    seconds: float = 0.0
    kept: bool = False
    standing: Standing = Standing.NEW
    before: str = ""
    accepted_by: str = ""
    name: str = ""
    words: str = ""
    controlled: bool = False
    details: tuple[Detail, ...] = ()
    given: tuple[Given, ...] = ()
    rate: Rate | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """All claims of an exam in the order of its questions, and what must be mended.

    ``stated`` is every statement of the key, with how far evidence reaches it; empty where none was run.
    """

    claims: tuple[Claim, ...]
    diagnostics: tuple[Diagnostic, ...]
    stated: tuple["Stated", ...] = ()

    def count(self, outcome: Outcome) -> int:
        """How many claims have this outcome."""
        return sum(claim.outcome is outcome for claim in self.claims)

    @property
    def new(self) -> int:
        """How many statements have evidence, and nobody has accepted that the two fit."""
        return sum(bool(claim.function) and claim.standing is Standing.NEW for claim in self.claims)

    @property
    def counts(self) -> dict[str, int]:
        """How many claims have each outcome."""
        return {str(outcome): self.count(outcome) for outcome in Outcome}
