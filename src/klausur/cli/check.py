"""``klausur check``."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from klausur import actions
from klausur.base.credits import mixed_credits
from klausur.base.diagnostics import Severity
from klausur.cli import acting, added, options, proof_shown, terminal
from klausur.cli.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from klausur.base.diagnostics import Diagnostic
    from klausur.exam.evidence import Proof
    from klausur.exam.evidence.noticed import Mutated
    from klausur.exam.model import Exam
    from klausur.exam.survey import Survey

Prove = Annotated[bool, typer.Option("--prove", help="Run the evidence, and hold the key against it.")]
Variants = Annotated[
    int,
    typer.Option(
        "--variants",
        metavar="N",
        min=0,
        help="Draw N variants, however many are printed; say how many are fit, and what is wrong how often.",
    ),
]
Accessible = Annotated[
    bool,
    typer.Option("--accessible", help="Require papers that a screen reader can read (PDF/UA-1)."),
]
Experiments = Annotated[
    bool,
    typer.Option("--experiments", help="Prove, run the experiments too, and keep their results."),
]

Accept = Annotated[
    list[str] | None,
    typer.Option(
        "--accept",
        metavar="QUESTION",
        help="Prove, and record that you have looked at this question's statements beside their evidence; "
        "'all' for all questions. May be given more than once.",
    ),
]

Statements = Annotated[
    bool,
    typer.Option("--statements", help="Prove, and list every statement with how far evidence reaches it."),
]

Mutate = Annotated[
    bool,
    typer.Option(
        "--mutate",
        help="Prove, and plant mistakes in the key, in what it gives its programs, and in their code, of "
        "experiments only with --experiments: say which are noticed.",
    ),
]

Budget = Annotated[
    float | None,
    typer.Option(
        "--budget",
        metavar="SECONDS",
        min=1,
        help="Plant no more mistakes after so many seconds, and say how many were left out.",
    ),
]


def command(  # noqa: PLR0913 - one parameter per option
    folder: options.Folder = None,
    *,
    exam: options.Exam = None,
    prove_key: Prove = False,
    experiments: Experiments = False,
    variants: Variants = 0,
    trust: options.Trust = False,
    accessible: Accessible = False,
    jobs: options.Jobs = None,
    shown: options.Progress = Shown.AUTO,
    json: options.Json = False,
    accept: Accept = None,
    statements: Statements = False,
    mutate: Mutate = False,
    budget: Budget = None,
) -> None:
    """Check an exam's source and whether its papers can be typeset; show every finding at once.

    Example: klausur check endterm --prove
    """
    place = options.trusted(options.folder(folder, exam), trust=trust)
    with terminal.working("Checking", "papers", shown=shown) as progress:
        checked = actions.check.check(place, accessible=accessible, progress=progress)
    asked = any((prove_key, experiments, accept, statements, mutate))
    proof = (
        _proved(checked.exam, place, experiments, accept or (), jobs, shown, json)
        if asked and checked.exam
        else None
    )
    planted, proof = (
        _planted(checked.exam, budget, experiments, jobs, shown) if mutate and checked.exam else (None, proof)
    )
    found = (*checked.diagnostics, *(proof.diagnostics if proof is not None else ()))
    seen = None
    if checked.exam is not None and variants and not checked.errors:
        with terminal.working("Drawing", "problems", shown=shown) as progress:
            seen = actions.survey_variants.vary(checked.exam, variants, jobs=jobs, progress=progress)
    rates = () if seen is None else seen.rates
    wrong = _wrong((*found, *(rate.diagnostic for rate in rates)))
    if json:
        terminal.to_json(
            {
                "ok": not wrong,
                "diagnostics": [d.as_json() for d in found],
                "exam": actions.check_plain.exam(checked),
                "proof": None if proof is None else actions.check_plain.proof(proof),
                "mutated": None if planted is None else actions.check_plain.mutated(planted),
                "variants": None if seen is None else _survey(seen),
            }
        )
    else:
        if proof is not None:
            _show(proof)
        if seen is not None:
            _show_rates(seen)
        terminal.show((*found, *(rate.diagnostic for rate in rates)))
        if checked.exam is not None:
            terminal.say(_summary(checked))
            added.say(checked.added, checked.exam.extra_pages, on_sheet=checked.exam.on_sheet)
        if proof is not None:
            proof_shown.reach(proof, every=statements)
        if planted is not None:
            proof_shown.mutants(planted)
        if seen is not None:
            terminal.say(
                f"variants: {seen.clean} of {seen.variants} are clean, {seen.different} are different, "
                f"{seen.claims} claims judged; drawn from seed {seen.seed}"
            )
        whole = len(found) + len(rates)
        terminal.say(f"{terminal.count(wrong, 'error')}, {terminal.count(whole - wrong, 'warning')}")
    if wrong:
        raise typer.Exit(1)


def _proved(
    exam: "Exam",
    folder: "Path",
    experiments: bool,  # noqa: FBT001 - by its place
    accept: "Sequence[str]",
    jobs: int | None,
    shown: Shown,
    json: bool,  # noqa: FBT001 - by its place
) -> "Proof":
    """Run the evidence, once it is said what will run and how it is confined."""
    programs = actions.trust.would_run(folder)
    if programs and not json:
        terminal.say(f"runs {', '.join(programs)}: " + "; ".join(actions.trust.how_confined()))
    others = actions.check.printed(exam)
    with terminal.working("Proving", "files", shown=shown) as progress:
        proof = actions.prove.prove(
            exam, experiments=experiments, others=others, jobs=jobs, progress=progress
        )
    accepted = actions.prove.accept(exam, proof, accept, acting.examiner()) if accept else ()
    if not accepted:
        return proof
    if not json:
        for claim in accepted:
            terminal.say(f"{claim.place}: accepted beside {claim.function}: {claim.statement}")
    return actions.prove.prove(exam, others=others, jobs=jobs)


def _planted(
    exam: "Exam",
    budget: float | None,
    experiments: bool,  # noqa: FBT001 - by its place
    jobs: int | None,
    shown: Shown,
) -> "tuple[Mutated, Proof]":
    """Plant mistakes in a key, in what it gives, and in its programs; and the proof that tells of them."""
    with terminal.working("Planting mistakes", "claims", shown=shown) as progress:
        found = actions.prove.mutate(
            exam, budget=budget, experiments=experiments, jobs=jobs, progress=progress
        )
    return found, actions.prove.prove(exam, others=actions.check.printed(exam), jobs=jobs)


def _wrong(found: "Iterable[Diagnostic]") -> int:
    """The findings that make the command fail: errors, and evidence that was asked for and not run."""
    return sum(d.severity is Severity.ERROR or d.code == "evidence-not-run" for d in found)


def _summary(checked: "actions.check.Checked") -> str:
    assert checked.exam is not None  # noqa: S101 - seen to by the caller
    count = checked.exam.variants.count
    variants = (
        "" if count == 1 else f", {'a variant for each booklet' if count is None else f'{count} variants'}"
    )
    credits_ = checked.exam.credits
    return (
        f"{checked.exam.title}: {terminal.count(len(checked.exam.problems), 'problem')}, "
        f"{terminal.count(len(list(checked.exam.questions)), 'question')}, "
        f"{mixed_credits(credits_)} credit{'' if credits_ == 1 else 's'}, "
        f"{terminal.count(actions.check_plain.pages(checked), 'page')}{variants}"
    )


def _survey(seen: "Survey") -> dict[str, Any]:
    return {
        "seed": seen.seed,
        "drawn": seen.variants,
        "clean": seen.clean,
        "different": seen.different,
        "claims": seen.claims,
        "findings": [
            {**r.diagnostic.as_json(), "count": r.count, "of": r.of, "first": r.variant} for r in seen.rates
        ],
    }


def _show_rates(seen: "Survey") -> None:
    """How often each finding occurs, and the first variant that has it."""
    if seen.rates:
        rows = [
            (
                r.diagnostic.code,
                str(r.diagnostic.place),
                f"{r.count} of {r.of}",
                f"{r.count / r.of:.2%}",
                str(r.variant),
            )
            for r in seen.rates
        ]
        terminal.table(("finding", "place", "variants", "rate", "first in variant"), rows)


def _show(proof: "Proof") -> None:
    """The claims as a table: outcome, where the statement stands, what shows it, and how long that took."""
    rows = [
        (
            str(claim.outcome),
            claim.question,
            " ".join(claim.statement.split())[:_STATEMENT],
            str(claim.place),
            claim.function,
            claim.computed[:_VALUE],
            "kept" if claim.kept else f"{claim.seconds:.2f} s" if claim.function else "",
            proof_shown.rate(claim),
        )
        for claim in proof.claims
    ]
    terminal.table(
        ("outcome", "question", "statement", "place", "evidence", "computed", "time", "noticed"), rows
    )


_STATEMENT, _VALUE = 60, 30
"""Characters of a statement and of a value that the table shows."""
