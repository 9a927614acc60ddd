"""What becomes of mistakes that are planted in a key."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from klausur.base.diagnostics import Place
from klausur.exam.evidence.key_mutants import Fault, KeyMutant
from klausur.exam.evidence.model import Claim
from klausur.exam.evidence.program_mutants import ProgramMutant


class Noticed(StrEnum):
    """What became of a planted mistake."""

    CONTRADICTED = "contradicted"
    """A program computes something else."""
    WORDS = "words"
    """The words that a program is tied to are others, or gone."""
    UNNOTICED = "unnoticed"


@dataclass(frozen=True, slots=True)
class Planted:
    """A planted mistake, what became of it, by which functions, and whether that is told at its line."""

    mutant: KeyMutant
    noticed: Noticed
    functions: tuple[str, ...] = ()
    at_its_line: bool = False


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


def fault_counts(found: Sequence[Planted]) -> Mapping[Fault, Mapping[Noticed, int]]:
    """How many mistakes of each kind became what."""
    every = Counter((one.mutant.fault, one.noticed) for one in found)
    kinds = [fault for fault in Fault if any(one.mutant.fault is fault for one in found)]
    return {fault: {what: every[fault, what] for what in Noticed} for fault in kinds}
