"""How far the evidence of a key reaches, and what it noticed of planted mistakes, at a terminal."""

from typing import TYPE_CHECKING

from klausur.cli import terminal
from klausur.exam.evidence import coverage
from klausur.exam.evidence.coverage import Reach, Sort
from klausur.exam.evidence.noticed import Noticed, fault_counts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from klausur.exam.evidence import Proof
    from klausur.exam.evidence.coverage import Stated
    from klausur.exam.evidence.noticed import Faulty, Planted

_REACH = {
    Reach.PROVED: "proved",
    Reach.SUPPORTED: "supported",
    Reach.UNBOUND: "unbound",
    Reach.NOT_CHECKABLE: "not checkable",
}
_SORTS = {
    Sort.CHOICE: "choices",
    Sort.SENTENCE: "sentences of solutions",
    Sort.FORMULA: "formulas in them",
    Sort.NUMBER: "numbers in them",
    Sort.ITEM: "lines of rubrics",
    Sort.ANSWER: "right numbers",
}


def reach(proof: "Proof", *, every: bool) -> None:
    """How many claims have which outcome, how far they reach, and what nobody has accepted yet."""
    if every:
        for one in proof.stated:
            by = ", ".join(one.functions) or one.why
            terminal.say(f"{one.place}: {_REACH[one.reach]} {one.sort}{f' ({by})' if by else ''}: {one.text}")
    if proof.stated:
        _reached(proof.stated)
    terminal.say("claims: " + ", ".join(f"{count} {o}" for o, count in proof.counts.items()))
    if proof.new:
        terminal.say(
            f"{terminal.count(proof.new, 'statement')} beside evidence that nobody has accepted yet: look at "
            "them, then 'klausur check --accept all'; what is changed later is told then"
        )


def _show_faulty(found: "Sequence[Faulty]") -> None:
    """Faults of programs after which a claim was still shown, by claim; and how many of all."""
    by_claim: dict[tuple[str, str], list[Faulty]] = {}
    for one in found:
        by_claim.setdefault((str(one.claim.evidence), one.claim.function), []).append(one)
    for (place, function), every in by_claim.items():
        alive = [one for one in every if one.survived]
        if alive:
            lines = ", ".join(map(str, dict.fromkeys(one.mutant.line for one in alive)))
            many = f"{len(alive)} of {len(every)} faults (lines {lines})"
            terminal.say(f"{place}: {function} shows the same with {many}, such as {alive[0].mutant.after}")
    rows = []
    for typed, name in ((True, "held against what is typed"), (False, "that say yes to words")):
        here = [one for one in found if one.typed is typed]
        if here:
            alive_ = sum(one.survived for one in here)
            rows.append((name, str(len(here)), str(alive_), f"{alive_ / len(here):.0%}"))
    terminal.table(("faults planted in programs", "planted", "unnoticed", "share"), rows)


def mutants(planted: "Sequence[Planted]", faulty: "Sequence[Faulty]") -> None:
    """What became of mistakes planted in the key, and of faults planted in its programs; if any were."""
    if planted:
        _show_planted(planted)
    if faulty:
        _show_faulty(faulty)


def _show_planted(found: "Sequence[Planted]") -> None:
    """Which planted mistakes were noticed, by their kinds; the others one by one."""
    for one in found:
        if one.noticed is Noticed.UNNOTICED:
            mutant = one.mutant
            terminal.say(f"{mutant.place}: unnoticed {mutant.fault}: {mutant.before}  ->  {mutant.after}")
    rows = [(fault, *map(str, counts.values())) for fault, counts in fault_counts(found).items()]
    terminal.table(("mistakes planted in the key", "contradicted", "told by their words", "unnoticed"), rows)
    noticed = [one for one in found if one.noticed is not Noticed.UNNOTICED]
    at_line = sum(one.at_its_line for one in noticed)
    terminal.say(f"{len(noticed)} of {len(found)} are noticed, {at_line} of them at their line")


def _reached(found: "Sequence[Stated]") -> None:
    """How far the evidence reaches, by sorts of statements."""
    rows = [
        (_SORTS[sort], *(str(counts[reach]) for reach in _REACH))
        for sort, counts in coverage.table(found).items()
    ]
    terminal.table(("statements of the key", *_REACH.values()), rows)
    terminal.say(f"programs are bound to {coverage.share(found):.0%} of what a program can check")
