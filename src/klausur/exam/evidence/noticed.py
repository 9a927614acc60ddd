"""What becomes of mistakes that are planted in a key and in its programs, as values."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from klausur.base.diagnostics import Place
from klausur.exam.evidence.given import Given
from klausur.exam.evidence.key_mutants import Fault, KeyMutant
from klausur.exam.evidence.model import Claim
from klausur.exam.evidence.program_mutants import ProgramMutant


class Noticed(StrEnum):
    """What became of a planted mistake."""

    CONTRADICTED = "contradicted"
    """A program computes something else."""
    WORDS = "words"
    """The words that a program is tied to, or that it is given something by, are gone."""
    ACCEPTANCE = "acceptance"
    """Only where somebody has accepted the statement before is it told that it says something else."""
    UNNOTICED = "unnoticed"


BEFORE_ACCEPTANCE = frozenset({Noticed.CONTRADICTED, Noticed.WORDS})
"""What is told of a key that nobody has accepted."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A planted mistake, what became of it, by which functions, and whether that is told at its line.

    ``held`` tells that a program is held against what it changes, or is given that.
    """

    mutant: KeyMutant
    noticed: Noticed
    functions: tuple[str, ...] = ()
    at_its_line: bool = False
    held: bool = False


@dataclass(frozen=True, slots=True)
class Faulty:
    """A fault planted in a claim's program, and whether the claim was still shown: it survived then.

    ``place`` is its line; ``typed`` says whether the claim is held against what is typed, or says yes to
    words.
    """

    mutant: ProgramMutant
    place: Place
    claim: Claim
    typed: bool
    survived: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """Something else given to a claim's program than is typed, and whether its result moved by any of it."""

    claim: Claim
    given: Given
    instead: tuple[str, ...]
    moved: bool


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How much was not tried: for the budget, or since an experiment would have to run for it."""

    mistakes: int = 0
    given: int = 0
    faults: int = 0
    experiments: int = 0

    def __add__(self, other: "LeftOut") -> "LeftOut":
        """Both together."""
        return LeftOut(
            self.mistakes + other.mistakes,
            self.given + other.given,
            self.faults + other.faults,
            self.experiments + other.experiments,
        )


@dataclass(frozen=True, slots=True)
class Mutated:
    """All that was planted in an exam's key and programs, in the order of its problems."""

    planted: tuple[Planted, ...] = ()
    moved: tuple[Moved, ...] = ()
    faulty: tuple[Faulty, ...] = ()
    left_out: LeftOut = field(default_factory=LeftOut)


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    count: int
    of: int

    @property
    def share(self) -> float:
        """As a fraction; 1 of nothing."""
        return self.count / self.of if self.of else 1.0


def fault_counts(found: Sequence[Planted]) -> Mapping[Fault, Mapping[Noticed, int]]:
    """How many mistakes of each kind became what."""
    every = Counter((one.mutant.fault, one.noticed) for one in found)
    kinds = [fault for fault in Fault if any(one.mutant.fault is fault for one in found)]
    return {fault: {what: every[fault, what] for what in Noticed} for fault in kinds}


def values_contradicted(found: Sequence[Planted], *, held: bool = False) -> Share:
    """How many of the mistakes in typed numbers and formulas are contradicted by computation.

    Args:
        found: all that was planted.
        held: count only what programs are held against, or given.
    """
    here = [one for one in found if one.mutant.value and (one.held or not held)]
    return Share(sum(one.noticed is Noticed.CONTRADICTED for one in here), len(here))


def unnoticed_faults(found: Sequence[Faulty], *, typed: bool) -> Share:
    """How many faults were not noticed, of programs that are held against what is typed, or of others."""
    here = [one for one in found if one.typed is typed]
    return Share(sum(one.survived for one in here), len(here))
