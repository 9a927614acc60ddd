"""Print: the papers of an exam and one booklet per candidate, ready for the printer.

The folder ``print/`` gets ``exam.pdf``, ``blackened.pdf``, ``solution.pdf``, ``booklets.pdf`` and
``layout.json``. What was printed is recorded, because scans are read against it.
"""

import hashlib
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from klausur import __version__
from klausur.actions.check import Checked, check
from klausur.actions.progress import Progress, quiet
from klausur.base.diagnostics import Diagnostic, errors
from klausur.base.errors import RefusedError
from klausur.exam.model import Exam
from klausur.paper import layout as layouts
from klausur.paper.asked import asked
from klausur.paper.code import MAX_EXAM
from klausur.paper.run import PrintRun, plan
from klausur.roster import candidates as roster
from klausur.roster.model import Candidate
from klausur.store import audit, runs
from klausur.store.facts import StoredRun
from klausur.store.folder import NAME, Records, key, opened, writing
from klausur.typeset.booklets import compile_booklets

FOLDER = "print"
BOOKLETS = "booklets.pdf"
LAYOUT = "layout.json"
ROSTER = "candidates.csv"


@dataclass(frozen=True, slots=True)
class Printed:
    """What was printed, or, with errors among the ``diagnostics`` or in a dry run, would have been.

    ``invalidated``: booklets that were printed before and are refused by the scanner from now on, because
    the exam or the list of candidates has changed since.
    """

    exam_number: int | None
    candidates: int
    spare: int
    booklets: int
    pages: int
    files: tuple[Path, ...]
    diagnostics: tuple[Diagnostic, ...]
    invalidated: int = 0


def print_booklets(  # noqa: PLR0913 - one call from command line and demo, all but two optional
    folder: Path,
    *,
    who: str,
    list_of_candidates: Path | None = None,
    spare: int = 0,
    dry_run: bool = False,
    seed: int | None = None,
    checked: Checked | None = None,
    progress: Progress = quiet,
) -> Printed:
    """Typeset all papers and record the print run.

    Args:
        folder: the exam folder.
        who: who prints.
        list_of_candidates: a CSV file; the folder's ``candidates.csv`` if None and there is one.
        spare: how many unnamed booklets to add.
        dry_run: look and count, but write nothing.
        seed: draw key and exam number from it, for a trial that can be repeated; never for a real exam.
        checked: what `check` just found in this folder; looked at anew if None.
        progress: told the booklets typeset.

    Raises:
        UsageError: there is no booklet to print, or too many.
        RefusedError: pages of the earlier print run have been scanned.
    """
    checked = check(folder) if checked is None else checked
    people, diagnostics = _candidates(folder, list_of_candidates)
    found = (*checked.diagnostics, *diagnostics)
    if checked.exam is None or errors(found):
        return Printed(None, len(people), spare, 0, 0, (), found)
    plan(0, people, spare)  # refuses numbers that cannot be printed, before anything is written
    pages = len(checked.papers[0].pages)
    if dry_run:
        return Printed(None, len(people), spare, len(people) + spare, pages, (), found)
    with opened(folder, create=True) as records:
        _refuse_if_scanned()
        before = runs.current()
        tag_key = key(records, create=before is None, seed=_seeded(seed, "key"))
        booklets = plan(_exam_number(before, checked.exam, people, spare, seed), people, spare)
        files = _typeset(records, checked, booklets, tag_key, who, seed, progress)
    gone = before is not None and before.run.exam_number != booklets.exam_number
    return Printed(
        exam_number=booklets.exam_number,
        candidates=len(people),
        spare=spare,
        booklets=len(booklets.booklets),
        pages=pages,
        files=files,
        diagnostics=found,
        invalidated=len(before.run.booklets) if gone and before is not None else 0,
    )


def _candidates(folder: Path, given: Path | None) -> tuple[tuple[Candidate, ...], tuple[Diagnostic, ...]]:
    path = given if given is not None else folder / ROSTER
    if given is None and not path.exists():
        return (), ()
    found = roster.read(path)
    return found.candidates, found.diagnostics


def _refuse_if_scanned() -> None:
    if runs.scanned():
        raise RefusedError(
            "pages of this print run have been scanned; printing again would leave them without their layout",
            f"print from a fresh copy of the exam folder without {NAME}, or use the booklets in {FOLDER}/",
        )


def _exam_number(
    before: StoredRun | None, exam: Exam, people: Sequence[Candidate], spare: int, seed: int | None
) -> int:
    """The number in the page codes: kept as long as every booklet printed before would come out the same.

    Otherwise a booklet of the earlier printing could be read against the new layout, or booked on another
    candidate; under another number the scanner refuses it.
    """
    if (
        before is not None
        and before.source_digest == exam.digest
        and before.software == __version__
        and before.run.booklets == plan(0, people, spare).booklets[: len(before.run.booklets)]
    ):
        return before.run.exam_number
    drawn = _seeded(seed, f"exam number after {0 if before is None else before.id}")
    return secrets.randbelow(MAX_EXAM) + 1 if drawn is None else int.from_bytes(drawn) % MAX_EXAM + 1


def _seeded(seed: int | None, what: str) -> bytes | None:
    return None if seed is None else hashlib.sha256(f"{what} {seed}".encode()).digest()


def _typeset(
    records: Records,
    checked: Checked,
    booklets: PrintRun,
    tag_key: bytes,
    who: str,
    seed: int | None,
    progress: Progress,
) -> tuple[Path, ...]:
    """Make all files aside, record the run, and only then put them where people find them.

    The old papers go first: whoever is stopped half-way must not find papers that are no longer valid.
    """
    if checked.exam is None:
        raise ValueError("an exam that cannot be built cannot be typeset")
    aside, place = records.root / "printing", records.exam / FOLDER
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    for paper in checked.papers:
        (aside / f"{paper.form}.pdf").write_bytes(paper.pdf)
    layout = compile_booklets(checked.exam, booklets, tag_key, aside / BOOKLETS, progress=progress)
    layouts.write(layout, aside / LAYOUT)
    names = sorted(path.name for path in aside.iterdir())
    place.mkdir(exist_ok=True)
    with writing():
        _refuse_if_scanned()  # somebody may have scanned while this was typeset
        for name in names:
            (place / name).unlink(missing_ok=True)
        stored = runs.append(booklets, layout, seed=seed, asked=asked(checked.exam))
        audit.append(
            "print",
            who,
            {
                "run": stored.id,
                "exam_number": booklets.exam_number,
                "booklets": len(booklets.booklets),
                "layout": stored.layout_digest,
                "source": stored.source_digest,
            },
        )
    for name in names:
        (aside / name).replace(place / name)
    aside.rmdir()
    return tuple(place / name for name in names)
