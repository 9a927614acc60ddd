"""The last pages of the sample solution: which statements of the key are backed by what."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pikepdf

from klausur.base.errors import ToolError
from klausur.exam.content import Content
from klausur.exam.evidence import Claim, Proof, coverage, details
from klausur.exam.evidence.statement_text import shown, verdict
from klausur.exam.model import Exam
from klausur.typeset import engine
from klausur.typeset.markup import STYLE, head
from klausur.typeset.shown_files import shown_files

_PLAIN = frozenset({"true", "false", ""})
"""What a function computes that is no value to be shown."""

_LONGEST = 160
"""Characters of what a function found that are shown."""


def append(exam: Exam, proof: Proof, solution: Path) -> None:
    """Add pages with the claims of a key to the PDF of its sample solution; none if nothing has evidence.

    Raises:
        ToolError: Typst refuses the pages.
    """
    if all(claim.kind is None for claim in proof.claims):
        return
    pages = compile_evidence(exam, proof)
    with (
        pikepdf.open(solution, allow_overwriting_input=True) as whole,
        pikepdf.open(io.BytesIO(pages)) as more,
    ):
        whole.pages.extend(more.pages)
        whole.save(solution, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def compile_evidence(exam: Exam, proof: Proof) -> bytes:
    """A PDF with all claims of an exam's key, by question.

    Raises:
        ToolError: Typst refuses it.
    """
    contents = shown(exam.folder, [claim.statement for claim in proof.claims])
    made = _typeset(exam, proof, contents)
    if isinstance(made, engine.TypstFault):  # one that Typst refuses: all are shown as typed
        made = _typeset(exam, proof, [None] * len(contents))
    if isinstance(made, engine.TypstFault):
        raise ToolError(f"Typst refuses the page on evidence: {made.message}", "report this exam as a bug")
    return made.pdf


def _typeset(
    exam: Exam, proof: Proof, contents: Sequence[Content | None]
) -> engine.Typeset | engine.TypstFault:
    pieces = "".join("none,\n" if c is None else f"[\n{c.typst}\n],\n" for c in contents)
    source = f"#let pieces = (\n{pieces})\n{engine.template(*STYLE, 'evidence')}"
    counts = proof.counts
    return engine.typeset(
        source,
        {
            **head(exam),
            "form": "evidence",
            "counts": counts,
            "questions": _questions(exam, proof),
            "reached": _reached(proof),
            "bound": f"{100 * coverage.share(proof.stated):.0f}",
        },
        root=exam.folder,
        files=shown_files([c for c in contents if c is not None], exam.folder),
        day=exam.date,
    )


def _reached(proof: Proof) -> list[dict[str, Any]]:
    """How many statements of each sort evidence reaches how far."""
    return [
        {"sort": str(sort), "counts": [{"reach": str(r), "of": n} for r, n in counts.items()]}
        for sort, counts in coverage.table(proof.stated).items()
    ]


def _questions(exam: Exam, proof: Proof) -> list[dict[str, Any]]:
    """The questions of an exam with their claims; claims of questions that it has not come last."""
    numbered = list(enumerate(proof.claims))
    names = {q.id: f"{q.number} {q.title}" for q in exam.questions}
    order = dict.fromkeys((*names, *(claim.question for claim in proof.claims)))
    return [
        {
            "name": names.get(name, name),
            "claims": [_claim(at, c, exam.language) for at, c in numbered if c.question == name],
        }
        for name in order
        if any(claim.question == name for claim in proof.claims)
    ]


def _claim(at: int, claim: Claim, language: str) -> dict[str, Any]:
    return {
        "piece": at,
        "statement": claim.statement,
        "typed": claim.typed,
        "verdict": verdict(claim),
        "outcome": str(claim.outcome),
        "kind": None if claim.kind is None else str(claim.kind),
        "function": claim.function,
        "place": str(claim.place if claim.evidence is None else claim.evidence).rpartition("/")[2],
        "computed": "" if claim.computed in _PLAIN else _short(claim.computed),
        "rates": _rates(claim),
        "detail": _short(details.said(claim.details, language) or claim.detail),
    }


def _rates(claim: Claim) -> list[tuple[int, int]]:
    """How many of the mistakes last planted were noticed, of how many: in the key, and in the program."""
    of = claim.rate
    return [] if of is None else [(of.contradicted, of.mistakes), (of.noticed, of.faults)]


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
