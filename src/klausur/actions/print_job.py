"""What booklets are typeset from: the source where it is asked for the first time, else what was kept."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from klausur.actions import print_before
from klausur.actions.check import Checked, alike, in_variant
from klausur.actions.print_before import Record
from klausur.actions.print_plan import Before, Plan
from klausur.actions.print_request import PrintRequest
from klausur.actions.prove import prove
from klausur.base.diagnostics import Diagnostic, errors
from klausur.base.errors import RefusedError
from klausur.exam import source
from klausur.exam.evidence import Proof
from klausur.exam.frozen import Frozen, freeze, gather, joined, materialise
from klausur.exam.merged import solved
from klausur.exam.model import Exam
from klausur.exam.variants import as_printed
from klausur.typeset.papers import Paper


@dataclass(frozen=True, slots=True)
class PrintContent:
    """What is typeset.

    Attributes:
        asked: the variants with their files; None if they are those of the source, and its files lie there.
        solved: the same by the key that counts.
        exams: the variants that the booklets have, in the order of the source, the lowest first.
        keep: the variants that are printed for the first time, to be kept in the records.
        pages: of a booklet.
        papers: those of the first variant, as they were typeset when the exam was checked.
        proof: what the evidence says, where something is asked for the first time.
        diagnostics: findings in further variants and about the key.
    """

    exams: tuple[Exam, ...]
    pages: int
    keep: Frozen | None = None
    asked: Frozen | None = None
    solved: Frozen | None = None
    papers: tuple[Paper, ...] = ()
    proof: Proof | None = None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def exam(self) -> Exam:
        """For what all variants share."""
        return self.exams[0]

    @property
    def frozen(self) -> str:
        """What the records keep of it; empty if all of it was printed before."""
        return "" if self.keep is None else freeze(self.keep)

    @contextmanager
    def at_hand(self) -> Iterator[tuple[tuple[Exam, ...], tuple[Exam, ...]]]:
        """The exams that are printed and those that are solved, with their files, ready to be typeset."""
        if self.asked is None or self.solved is None:
            yield self.exams, self.exams
            return
        with TemporaryDirectory(prefix="klausur-") as one, TemporaryDirectory(prefix="klausur-") as other:
            asked, solved = materialise(self.asked, Path(one)), materialise(self.solved, Path(other))
            numbers = [exam.variant for exam in self.exams]
            yield tuple(map(asked.of, numbers)), tuple(map(solved.of, numbers))


def content(
    folder: Path,
    wanted: PrintRequest,
    record: Record,
    before: Before,
    plan: Plan,
    checked: Checked | None,
    *,
    keep: bool,
) -> PrintContent:
    """Find what is typeset.

    Args:
        folder: the exam folder.
        wanted: as it was asked for.
        record: what was printed so far.
        before: the same, with how the source differs.
        plan: what is printed now.
        checked: the source; None if it is left out of it.
        keep: what is proved is kept, to be quicker the next time.

    Raises:
        RefusedError: variants are wanted that were never printed, and the source is no longer the same.
    """
    numbers = sorted({plan.run.variants.of(b.number) for b in plan.run.booklets}) or [1]
    if record.printed is None or wanted.new_edition:
        if checked is None or checked.exam is None:
            raise ValueError("an exam that cannot be built cannot be typeset")
        old = {plan.run.variants.of(b.number) for b in record.papers.booklets if not wanted.new_edition}
        return _from_source(folder, checked, checked.exam, numbers, sorted(old), keep=keep)
    return _as_kept(wanted, record, before, numbers, checked, keep=keep)


def _from_source(
    folder: Path, checked: Checked, exam: Exam, numbers: Sequence[int], old: Sequence[int], *, keep: bool
) -> PrintContent:
    """The source as it is; ``old`` are variants that an older Klausur printed and did not keep."""
    wanted = sorted({*numbers, *old})
    parsed = (
        ()
        if not exam.variants.shuffle and wanted == [exam.variant]
        else source.parse_variants(folder, wanted)
    )
    there = tuple(one.exam for one in parsed if one.exam is not None) or (exam,)
    others = [one for one in parsed if one.exam is not None and one.exam.variant != exam.variant]
    found = [d for one in others for d in in_variant(one.exam, errors(one.diagnostics), ())]
    found += alike([exam, *(as_printed(one.exam) for one in others if one.exam is not None)])
    proof = prove(exam, keep=keep, others=[one.exam.variant for one in others if one.exam is not None])
    exams = tuple(one for one in there if one.variant in numbers)
    return PrintContent(
        exams=exams,
        pages=len(checked.papers[0].pages),
        keep=gather(there, folder),
        papers=checked.papers if exams[0].variant == exam.variant else (),
        proof=proof,
        diagnostics=(*found, *proof.diagnostics),
    )


def _as_kept(
    wanted: PrintRequest,
    record: Record,
    before: Before,
    numbers: Sequence[int],
    checked: Checked | None,
    *,
    keep: bool,
) -> PrintContent:
    """What was printed before, and variants of it that were not, drawn from a source that has not changed."""
    printed, counts = record.printed, record.counts
    if printed is None or counts is None:
        raise ValueError("nothing was kept")
    missing = [number for number in numbers if number not in printed.numbers]
    if not missing:
        exams = tuple(map(printed.of, numbers))
        return PrintContent(exams, record.pages, asked=printed, solved=solved(printed, counts))
    if checked is None or checked.exam is None or before.paper or before.key:
        raise RefusedError(
            f"{len(missing)} of the new booklets are variants that were never printed; they can only be "
            f"drawn from a source that is as it was printed{', with the key that counts' * bool(before.key)}",
            "leave --as-printed out"
            if wanted.as_printed
            else "bring the source back in line with what counts: 'klausur key' shows what differs",
        )
    new = gather(print_before.variants(checked.exam, missing), checked.exam.folder)
    proof = prove(checked.exam, keep=keep, others=missing)
    whole = joined(printed, new)
    return PrintContent(
        exams=tuple(map(whole.of, numbers)),
        pages=record.pages,
        keep=new,
        asked=whole,
        solved=solved(whole, counts),
        proof=proof,
        diagnostics=(*alike(list(map(as_printed, whole.exams))), *proof.diagnostics),
    )
