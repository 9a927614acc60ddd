"""Print: the papers of an exam, one booklet per candidate, and the papers for the day, ready for the printer.

The folder ``print/`` gets ``exam.pdf``, ``blackened.pdf``, ``solution.pdf`` (of further variants
``exam-2.pdf`` …, or ``solutions.pdf``), ``booklets.pdf``, ``layout.json`` and, as wanted, ``attendance.pdf``,
``stickers.pdf``, ``extra-sheets.pdf``, ``proof.pdf`` and ``booklets-<room>.pdf``. What was printed is
recorded, because scans are read against it.
"""

import hashlib
import secrets
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from klausur import __version__
from klausur.actions.check import Checked, alike, check, in_variant
from klausur.actions.day_papers import Job, typeset
from klausur.actions.piles import Pile, piles
from klausur.actions.progress import Progress, quiet
from klausur.actions.prove import prove
from klausur.actions.wanted import Wanted, find, passed
from klausur.base.diagnostics import Diagnostic, errors
from klausur.base.errors import RefusedError
from klausur.exam import source
from klausur.exam.evidence import Outcome, Proof
from klausur.exam.model import Exam
from klausur.exam.variants import as_printed
from klausur.paper.asked import asked, brief, drawn
from klausur.paper.code import MAX_EXAM
from klausur.paper.layout import Layout
from klausur.paper.run import PrintRun
from klausur.roster.model import Candidate
from klausur.state.facts import StoredRun
from klausur.store import audit, runs
from klausur.store.folder import NAME, Records, key, opened, writing

FOLDER = "print"
OURS = (
    "exam.pdf", "blackened.pdf", "solution.pdf", "exam-*.pdf", "blackened-*.pdf", "solution-*.pdf",
    "solutions.pdf", "booklets.pdf", "booklets-*.pdf", "attendance.pdf", "stickers.pdf",
    "extra-sheets.pdf", "proof.pdf", "layout.json",
)  # fmt: skip
"""Everything that printing may have written; what is of an earlier printing goes."""


@dataclass(frozen=True, slots=True)
class Printed:
    """What was printed, or, with errors among the ``diagnostics`` or in a dry run, would have been.

    ``pages`` are those of one booklet; ``piles`` say what comes out of the printer. ``invalidated``: booklets
    that were printed before and are refused by the scanner from now on, because the exam or the list of
    candidates has changed since. ``passed`` are findings about the key that it is printed despite; ``proof``
    is None where source or candidates have errors, for then nothing was proved. ``variants`` counts the
    different papers among the booklets.
    """

    exam_number: int | None
    candidates: int
    spare: int
    booklets: int
    pages: int
    files: tuple[Path, ...]
    diagnostics: tuple[Diagnostic, ...]
    invalidated: int = 0
    piles: tuple[Pile, ...] = ()
    rooms: tuple[str, ...] = ()
    passed: tuple[Diagnostic, ...] = ()
    proof: Proof | None = None
    variants: int = 1


def print_booklets(
    folder: Path,
    *,
    who: str,
    wanted: Wanted | None = None,
    dry_run: bool = False,
    seed: int | None = None,
    checked: Checked | None = None,
    progress: Progress = quiet,
) -> Printed:
    """Typeset all papers and record the print run.

    Args:
        folder: the exam folder.
        who: who prints.
        wanted: what is printed; a booklet for each candidate of the folder's list if None.
        dry_run: look and count, but write nothing.
        seed: draw key and exam number from it, for a trial that can be repeated; never for a real exam.
        checked: what `check` just found in this folder; looked at anew if None.
        progress: told the booklets typeset.

    Raises:
        UsageError: there is no booklet to print, or too many, or what is wanted is not possible, or a finding
            shall be passed that cannot be, or without a reason.
        RefusedError: pages of the earlier print run have been scanned.
    """
    wanted = Wanted() if wanted is None else wanted
    checked = check(folder) if checked is None else checked
    columns = dict(checked.exam.candidate_columns) if checked.exam is not None else {}
    there = find(folder, wanted, columns)
    found = (*checked.diagnostics, *there.diagnostics)
    passed(wanted, ())  # refuses what cannot be passed, whatever is found
    if checked.exam is None or errors(found):
        return Printed(None, len(there.people), wanted.spare, 0, 0, (), found)
    draft = wanted.run(
        0, there.people, checked.exam.variants
    )  # refuses what cannot be printed, before anything is written
    variants = _variants(folder, checked.exam, draft)
    numbers = [exam.variant for exam in variants.exams[1:]]
    proof = prove(checked.exam, keep=not dry_run, others=numbers)
    let = passed(wanted, proof.diagnostics)
    kept = (d for d in proof.diagnostics if d not in let)
    found = tuple(dict.fromkeys((*found, *variants.diagnostics, *kept)))
    if errors(found):
        return Printed(None, len(there.people), wanted.spare, 0, 0, (), found, passed=let, proof=proof)
    pages = len(checked.papers[0].pages)
    would = piles(checked.exam, draft, pages, there.sheet, skip=wanted.skip, by_room=wanted.by_room)
    number, gone = None, 0
    files: tuple[Path, ...] = ()
    if not dry_run:
        with opened(folder, create=True) as records:
            _refuse_if_scanned()
            before = runs.current()
            tag_key = key(records, create=before is None, seed=_seeded(seed, "key"))
            number = _exam_number(before, checked.exam, draft, seed)
            run = wanted.run(number, there.people, checked.exam.variants)
            others = tuple(as_printed(exam) for exam in variants.exams[1:])
            job = Job(run, wanted, there.sheet, tag_key, proof, others)
            files, pages = _print(records, checked, job, who, seed, progress)
            would = piles(checked.exam, run, pages, there.sheet, skip=wanted.skip, by_room=wanted.by_room)
        if before is not None and before.run.exam_number != number:
            gone = len(before.run.booklets)
    return Printed(
        exam_number=number,
        candidates=len(there.people),
        spare=wanted.spare,
        booklets=len(draft.booklets),
        pages=pages,
        files=files,
        diagnostics=found,
        invalidated=gone,
        piles=would,
        rooms=tuple(dict.fromkeys(person.room for person in there.people)),
        passed=let,
        proof=proof,
        variants=len(variants.exams),
    )


@dataclass(frozen=True, slots=True)
class _Variants:
    """The variants that are printed, the first one first, and what is wrong with the others."""

    exams: tuple[Exam, ...]
    diagnostics: tuple[Diagnostic, ...]


def _variants(folder: Path, exam: Exam, draft: PrintRun) -> _Variants:
    numbers = sorted({draft.variants.of(booklet.number) for booklet in draft.booklets} - {exam.variant})
    parsed = source.parse_variants(folder, numbers)
    others = tuple(other.exam for other in parsed if other.exam is not None)
    found = [d for other in parsed for d in in_variant(other.exam, errors(other.diagnostics), ())]
    return _Variants((exam, *others), (*found, *alike([exam, *map(as_printed, others)])))


def _refuse_if_scanned() -> None:
    if runs.scanned():
        raise RefusedError(
            "pages of this print run have been scanned; printing again would leave them without their layout",
            f"print from a fresh copy of the exam folder without {NAME}, or use the booklets in {FOLDER}/",
        )


def _exam_number(before: StoredRun | None, exam: Exam, draft: PrintRun, seed: int | None) -> int:
    """The number in the page codes: kept as long as every paper printed before would come out the same.

    Otherwise a booklet of the earlier printing could be read against the new layout, or a sticker booked on
    another candidate; under another number the scanner refuses it. Of an attendance list, it is enough that
    its rows stay where they are: candidates who come later add rows below.
    """
    if (
        before is not None
        and before.source_digest == exam.digest
        and before.software == __version__
        and _goes_on(before.run, draft)
    ):
        return before.run.exam_number
    drawn = _seeded(seed, f"exam number after {0 if before is None else before.id}")
    return secrets.randbelow(MAX_EXAM) + 1 if drawn is None else int.from_bytes(drawn) % MAX_EXAM + 1


def _goes_on(before: PrintRun, now: PrintRun) -> bool:
    """Whether a print run has all papers of an earlier one, and perhaps more."""
    old, new = _names(before), _names(now)
    return (
        new.booklets[: len(old.booklets)] == old.booklets
        and new.stickers[: len(old.stickers)] == old.stickers
        and new.extras >= old.extras
    )


def _names(run: PrintRun) -> PrintRun:
    """The print run without what only invigilators need to know: it may change, and papers still count."""

    def bare(person: Candidate) -> Candidate:
        return replace(person, extra_minutes=0, note="")

    return replace(
        run,
        booklets=tuple(replace(b, candidate=b.candidate and bare(b.candidate)) for b in run.booklets),
        stickers=tuple(replace(s, candidate=bare(s.candidate)) for s in run.stickers),
    )


def _seeded(seed: int | None, what: str) -> bytes | None:
    return None if seed is None else hashlib.sha256(f"{what} {seed}".encode()).digest()


def _print(
    records: Records, checked: Checked, job: Job, who: str, seed: int | None, progress: Progress
) -> tuple[tuple[Path, ...], int]:
    """Make all files aside, record the run, and only then put them where people find them.

    The old papers go first: whoever is stopped half-way must not find papers that are no longer valid.

    Returns:
        the files, and the pages of a booklet: as many as its longest variant has.
    """
    if checked.exam is None:
        raise ValueError("an exam that cannot be built cannot be typeset")
    aside, place = records.root / "printing", records.exam / FOLDER
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    layout = typeset(checked, job, aside, progress)
    names = sorted(path.name for path in aside.iterdir())
    place.mkdir(exist_ok=True)
    _refuse_if_scanned()
    for pattern in OURS:
        for old in place.glob(pattern):
            old.unlink()
    with writing():
        _refuse_if_scanned()  # somebody may have scanned while this was typeset
        _record(job, layout, checked.exam, who, seed)
    for name in names:
        (aside / name).replace(place / name)
    aside.rmdir()
    return tuple(place / name for name in names), len(layout.booklets[0].pages)


def _record(job: Job, layout: Layout, exam: Exam, who: str, seed: int | None) -> None:
    run = job.run
    exams = exam, *job.others
    stored = runs.append(run, layout, seed=seed, asked=brief(asked(*exams)), drawn=drawn(*exams))
    audit.append(
        "print",
        who,
        {
            "run": stored.id,
            "exam_number": run.exam_number,
            "booklets": len(run.booklets),
            "stickers": len(run.stickers),
            "extras": run.extras,
            "layout": stored.layout_digest,
            "source": stored.source_digest,
            **_judged(job),
        },
    )


def _judged(job: Job) -> dict[str, object]:
    """What was known of the key, and what it was printed despite."""
    counts = {str(outcome): job.proof.count(outcome) for outcome in Outcome}
    if not job.wanted.despite:
        return {"claims": counts}
    let = [str(d) for d in passed(job.wanted, job.proof.diagnostics)]
    return {"claims": counts, "despite": let, "why": job.wanted.why.strip()}
