"""What a check found as plain values, for ``klausur check --json`` and for who asked in the browser."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from klausur.exam.evidence import coverage, noticed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from klausur.actions.check import Checked
    from klausur.exam.evidence import Claim, Proof
    from klausur.exam.evidence.coverage import Stated
    from klausur.exam.evidence.noticed import Faulty, Mutated, Planted


def exam(checked: "Checked") -> dict[str, Any] | None:
    """What was checked, in figures; None if it could not be read."""
    if checked.exam is None:
        return None
    return {
        "title": checked.exam.title,
        "problems": len(checked.exam.problems),
        "questions": len(list(checked.exam.questions)),
        "credits": checked.exam.credits,
        "pages": pages(checked),
        "variants": checked.exam.variants.count,
        "digest": checked.exam.digest,
    }


def pages(checked: "Checked") -> int:
    """The pages of the exam paper."""
    return len(checked.papers[0].pages) if checked.papers else 0


def proof(found: "Proof") -> dict[str, Any]:
    """What became of all claims, and of how many of them."""
    return {
        **found.counts,
        "claims": [_claim(c) for c in found.claims],
        "bound": round(coverage.share(found.stated), 4),
        "reached": {sort: dict(counts) for sort, counts in coverage.table(found.stated).items()},
        "statements": [_stated(one) for one in found.stated],
    }


def _stated(one: "Stated") -> dict[str, Any]:
    return {
        "question": one.question,
        "sort": one.sort,
        "place": str(one.place),
        "text": one.text,
        "reach": one.reach,
        "functions": list(one.functions),
        "why": one.why,
    }


def mutated(found: "Mutated") -> dict[str, Any]:
    """What became of all that was planted in key and programs."""
    return {
        "planted": _planted(found.planted),
        "moved": [
            {
                "claim": one.claim.name,
                "given": asdict(one.given),
                "instead": list(one.instead),
                "moved": one.moved,
            }
            for one in found.moved
        ],
        "faulty": [_faulty(one) for one in found.faulty],
        "unnoticed_faults": {
            "typed": asdict(noticed.unnoticed_faults(found.faulty, typed=True)),
            "words": asdict(noticed.unnoticed_faults(found.faulty, typed=False)),
        },
        "left_out": asdict(found.left_out),
    }


def _planted(found: "Sequence[Planted]") -> dict[str, Any]:
    return {
        "counts": {fault: dict(counts) for fault, counts in noticed.fault_counts(found).items()},
        "values_contradicted": asdict(noticed.values_contradicted(found)),
        "held_contradicted": asdict(noticed.values_contradicted(found, held=True)),
        "mistakes": [
            {
                "question": one.mutant.question,
                "part": one.mutant.part,
                "fault": one.mutant.fault,
                "place": str(one.mutant.place),
                "before": one.mutant.before,
                "after": one.mutant.after,
                "noticed": one.noticed,
                "functions": list(one.functions),
                "at_its_line": one.at_its_line,
                "held": one.held,
            }
            for one in found
        ],
    }


def _faulty(one: "Faulty") -> dict[str, Any]:
    return {
        "claim": one.claim.name,
        "typed": one.typed,
        "function": one.mutant.function,
        "place": str(one.place),
        "before": one.mutant.before,
        "after": one.mutant.after,
        "survived": one.survived,
    }


def _claim(claim: "Claim") -> dict[str, Any]:
    return {
        "question": claim.question,
        "part": claim.part,
        "statement": claim.statement,
        "place": str(claim.place),
        "outcome": claim.outcome,
        "kind": claim.kind,
        "function": claim.function,
        "evidence": None if claim.evidence is None else str(claim.evidence),
        "computed": claim.computed,
        "typed": claim.typed,
        "detail": claim.detail,
        "details": [asdict(one) for one in claim.details],
        "seconds": claim.seconds,
        "kept": claim.kept,
        "standing": claim.standing,
        "accepted_by": claim.accepted_by,
        "before": claim.before,
        "given": [asdict(one) for one in claim.given],
        "rate": None if claim.rate is None else asdict(claim.rate),
    }
