"""What booklets are typeset from: the source where it is asked for the first time, else what was kept."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from klausur.actions import print_before
from klausur.actions.check import Checked, alike, in_setting, in_variant
from klausur.actions.print_before import Record
from klausur.actions.print_counts import QuestionPaper, question_files
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
from klausur.exam.setting import USUAL, Setting, drawn, numbered, setting_of
from klausur.exam.variants import as_printed
from klausur.typeset.papers import Form, Paper, compile_paper, count_question_pages


@dataclass(frozen=True, slots=True)
class PrintContent:
    """What is typeset.

    Attributes:
        asked: the variants with their files; None if they are those of the source, and its files lie there.
        solved: the same by the key that counts.
        exams: the variants that the booklets have, in the order of the source, the lowest first.
        keep: the variants that are printed for the first time, to be kept in the records.
        pages: of a booklet, by its setting.
        papers: those of the first variant, as they were typeset when the exam was checked.
        questions: the question papers, where booklets are answer sheets.
        proof: what the evidence says, where something is asked for the first time.
        diagnostics: findings in further variants and about the key.
    """

    exams: tuple[Exam, ...]
    pages: Mapping[Setting, int]
    keep: Frozen | None = None
    asked: Frozen | None = None
    solved: Frozen | None = None
    papers: tuple[Paper, ...] = ()
    questions: tuple[QuestionPaper, ...] = ()
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
    used = {plan.run.variants.of(b.number) for b in plan.run.booklets} or {1}
    # What is asked is kept as it is usually set, too: texts and key of all settings are looked up there.
    numbers = sorted(used | {drawn(number) for number in used})
    if record.printed is None or wanted.new_edition:
        if checked is None or checked.exam is None:
            raise ValueError("an exam that cannot be built cannot be typeset")
        old = {plan.run.variants.of(b.number) for b in record.papers.booklets if not wanted.new_edition}
        found = _from_source(folder, checked, checked.exam, numbers, sorted(old), keep=keep)
    else:
        found = _as_kept(wanted, record, before, numbers, checked, keep=keep)
    return replace(found, questions=_questions(found)) if found.exam.on_sheet else found


def _questions(made: PrintContent) -> tuple[QuestionPaper, ...]:
    """The question papers as they come out: how many pages each has, typesetting alone tells."""
    with made.at_hand() as (asked, _):
        exams = tuple(map(as_printed, asked))
        files = zip(question_files(exams), exams, strict=True)
        return tuple(QuestionPaper(file, one.variant, count_question_pages(one)) for file, one in files)


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
    usual = [one.exam for one in others if one.exam is not None and one.exam.setting == USUAL]
    found += alike([exam, *map(as_printed, usual)])
    proof = _strictly(prove(exam, keep=keep, others=[one.variant for one in usual]))
    exams = tuple(one for one in there if one.variant in numbers)
    pages = {USUAL: len(checked.papers[0].pages)}
    for one in _first_of_each(exams, known=pages):
        paper = compile_paper(as_printed(one), Form.EXAM)
        pages[one.setting] = len(paper.pages)
        found += in_setting(one, paper.diagnostics, checked.diagnostics)
    return PrintContent(
        exams=exams,
        pages=pages,
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
    more = _set_otherwise(printed, counts, numbers)
    if more is not None:
        printed = joined(printed, more)
    missing = [number for number in numbers if number not in printed.numbers]
    if not missing:
        exams = tuple(map(printed.of, numbers))
        pages = _pages(record, exams, printed)
        return PrintContent(exams, pages, keep=more, asked=printed, solved=solved(printed, counts))
    if checked is None or checked.exam is None or before.paper or before.key:
        raise RefusedError(
            f"{len(missing)} of the new booklets are variants that were never printed; they can only be "
            f"drawn from a source that is as it was printed{', with the key that counts' * bool(before.key)}",
            "leave --as-printed out"
            if wanted.as_printed
            else "bring the source back in line with what counts: 'klausur key' shows what differs",
        )
    new = gather(print_before.variants(checked.exam, missing), checked.exam.folder)
    others = [number for number in missing if setting_of(number) == USUAL]
    proof = _strictly(prove(checked.exam, keep=keep, others=others))
    whole = joined(printed, new)
    exams = tuple(map(whole.of, numbers))
    return PrintContent(
        exams=exams,
        pages=_pages(record, exams, whole),
        keep=new if more is None else joined(new, more),
        asked=whole,
        solved=solved(whole, counts),
        proof=proof,
        diagnostics=(
            *alike([as_printed(one) for one in whole.exams if one.setting == USUAL]),
            *proof.diagnostics,
        ),
    )


def _strictly(proof: Proof) -> Proof:
    """What is to be printed rests on no evidence that was accepted for something else."""
    found = (
        replace(d, code="printed-unproven") if d.code == "claim-unproven" else d for d in proof.diagnostics
    )
    return replace(proof, diagnostics=tuple(found))


def _set_otherwise(printed: Frozen, counts: Frozen, numbers: Sequence[int]) -> Frozen | None:
    """Large print of what was printed in the usual size: its texts are kept, by the key that counts."""
    exams = []
    for number in numbers:
        usual = numbered(number, replace(setting_of(number), large=False))
        if number not in printed.numbers and usual in printed.numbers:
            kept = counts if usual in counts.numbers else printed
            exams.append(replace(kept.of(usual), variant=number))
    return Frozen(tuple(exams), {**printed.files, **counts.files}) if exams else None


def _first_of_each(exams: Sequence[Exam], known: Mapping[Setting, int]) -> tuple[Exam, ...]:
    """The first exam of each setting whose number of pages is not known."""
    found: dict[Setting, Exam] = {}
    for exam in exams:
        if exam.setting not in known:
            found.setdefault(exam.setting, exam)
    return tuple(found.values())


def _pages(record: Record, exams: Sequence[Exam], kept: Frozen) -> Mapping[Setting, int]:
    """How many pages a booklet of each setting has: as those printed before, or as it comes out now."""
    pages = dict(record.pages)
    new = _first_of_each(exams, known=pages)
    if new:
        with TemporaryDirectory(prefix="klausur-") as place:
            here = materialise(kept, Path(place))
            for one in new:
                paper = compile_paper(as_printed(here.of(one.variant)), Form.EXAM)
                pages[one.setting] = len(paper.pages)
    return pages
