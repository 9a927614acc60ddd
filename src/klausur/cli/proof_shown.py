"""How far the evidence of a key reaches, and what it noticed of planted mistakes, at a terminal."""

from typing import TYPE_CHECKING

from klausur.cli import terminal
from klausur.exam.evidence import coverage
from klausur.exam.evidence.coverage import Reach, Sort
from klausur.exam.evidence.noticed import (
    BEFORE_ACCEPTANCE,
    Noticed,
    fault_counts,
    unnoticed_faults,
    values_contradicted,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from klausur.exam.evidence import Claim, Proof
    from klausur.exam.evidence.coverage import Stated
    from klausur.exam.evidence.noticed import Faulty, LeftOut, Moved, Mutated, Planted

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


def rate(claim: "Claim") -> str:
    """What was last noticed of mistakes planted in a claim's statement, and of faults in its program."""
    of = claim.rate
    if of is None:
        return ""
    parts = ((of.contradicted, of.mistakes, "mistakes"), (of.noticed, of.faults, "faults"))
    return ", ".join(f"{count}/{every} {name}" for count, every, name in parts if every)


def mutants(found: "Mutated") -> None:
    """What became of mistakes planted in the key, in what it gives, and in its programs."""
    _show_planted(found.planted)
    _show_moved(found.moved)
    _show_faulty(found.faulty)
    _show_left_out(found.left_out)


def _show_planted(found: "Sequence[Planted]") -> None:
    """Which planted mistakes were noticed, by their kinds; the others one by one."""
    for one in found:
        if one.noticed not in BEFORE_ACCEPTANCE:
            mutant = one.mutant
            how = "unnoticed" if one.noticed is Noticed.UNNOTICED else "told only once it is accepted:"
            terminal.say(f"{mutant.place}: {how} {mutant.fault}: {mutant.before}  ->  {mutant.after}")
    rows = [(fault, *map(str, counts.values())) for fault, counts in fault_counts(found).items()]
    heads = ("contradicted", "told by their words", "told once accepted", "unnoticed")
    terminal.table(("mistakes planted in the key", *heads), rows)
    told = [one for one in found if one.noticed in BEFORE_ACCEPTANCE]
    accepted = sum(one.noticed is Noticed.ACCEPTANCE for one in found)
    at_line = sum(one.at_its_line for one in told)
    terminal.say(
        f"{len(told)} of {len(found)} are noticed before anything is accepted, {at_line} of them at their "
        f"line; {accepted} more once all is accepted"
    )
    every, held = values_contradicted(found), values_contradicted(found, held=True)
    terminal.say(
        f"{every.count} of {every.of} in numbers and formulas are contradicted ({every.share:.0%}), "
        f"{held.count} of {held.of} where a program is held against them ({held.share:.0%})"
    )


def _show_moved(found: "Sequence[Moved]") -> None:
    """Whose result stayed the same when something else was given."""
    for one in found:
        if not one.moved:
            instead = " or ".join(one.instead)
            terminal.say(
                f"{one.claim.evidence}: {one.claim.function} shows the same with {instead} in place of "
                f"{one.given.typed}: {one.given.words}"
            )
    if found:
        moved = sum(one.moved for one in found)
        terminal.say(f"{moved} of {len(found)} results move where something else is given")


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
        share = unnoticed_faults(found, typed=typed)
        if share.of:
            rows.append((name, str(share.of), str(share.count), f"{share.share:.0%}"))
    terminal.table(("faults planted in programs", "planted", "unnoticed", "share"), rows)


def _show_left_out(left: "LeftOut") -> None:
    """What was not tried, if anything."""
    if left.experiments:
        many = terminal.count(left.experiments, "fault")
        terminal.say(f"{many} in experiments left out: plant these, too, with '--experiments'")
    parts = (
        (left.mistakes, "mistake in the key", "mistakes in the key"),
        (left.given, "given value", ""),
        (left.faults, "fault in programs", "faults in programs"),
    )
    out = [terminal.count(number, one, many) for number, one, many in parts if number]
    if out:
        terminal.say(f"left out, since the budget was used up: {', '.join(out)}")


def _reached(found: "Sequence[Stated]") -> None:
    """How far the evidence reaches, by sorts of statements."""
    rows = [
        (_SORTS[sort], *(str(counts[reach]) for reach in _REACH))
        for sort, counts in coverage.table(found).items()
    ]
    terminal.table(("statements of the key", *_REACH.values()), rows)
    terminal.say(f"programs are bound to {coverage.share(found):.0%} of what a program can check")
