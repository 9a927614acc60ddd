"""Trial: a sheet to print, mark and scan before the exam day, and what its scans say of the devices.

No exam and no records are needed, and nothing is kept: to read a sheet it is typeset once more.
"""

import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from klausur.actions import scan_files
from klausur.actions.parallel import executor
from klausur.actions.progress import Progress, quiet
from klausur.actions.trial_boxes import TrialBox, findings, judged
from klausur.actions.trial_findings import Level, TrialFinding, of_side, together
from klausur.base import file_names, words
from klausur.base.diagnostics import Diagnostic, errors
from klausur.base.errors import RefusedError, ToolError, UsageError
from klausur.base.geometry import PAPERS
from klausur.paper.trial import MOST_SIDES, TrialSheet
from klausur.read import marks, pool
from klausur.read.page import unplaced
from klausur.read.trial_side import SeenSide, see
from klausur.scan.intake import Scan, open_scan
from klausur.scan.model import PageImage, Reason, Unplaced
from klausur.typeset import trial_sheet

_AHEAD = 2
"""Images in flight for each process."""

_ODD = {
    Reason.OTHER_EXAM: "this is a page of an exam, and no trial sheet",
    Reason.NO_SUCH_PAGE: "another version of Klausur printed this sheet: print it again",
    Reason.FORGED: "the page code is that of no trial sheet",
}


@dataclass(frozen=True, slots=True)
class TrialSide:
    """An image, or a page on it: where it is from, and which side of a sheet it is; ``problem`` if of none.

    ``image`` counts from 1 in its file. ``side`` and ``of`` are as on the sheet, 0 if it is not known.
    """

    file: str
    image: int
    paper: str
    side: int
    of: int
    dpi: float
    skew: float
    problem: str = ""


@dataclass(frozen=True, slots=True)
class TrialRead:
    """What a trial found. ``pages_a_second`` is for all processors here; 0 if nothing was read."""

    sides: tuple[TrialSide, ...]
    findings: tuple[TrialFinding, ...]
    boxes: tuple[TrialBox, ...]
    pages_a_second: float
    diagnostics: tuple[Diagnostic, ...]

    @property
    def good(self) -> bool:
        """Whether nothing is to be changed."""
        return not errors(self.diagnostics) and all(
            found.level is not Level.CHANGE for found in self.findings
        )


def print_sheet(out: Path, *, paper: str = "a4", language: str = "en", sides: int = 1) -> Path:
    """Write the PDF of a trial sheet.

    Args:
        out: the file; it must not be there.
        paper: the name of a paper size.
        language: of its text.
        sides: how many sides to print, all alike but for their codes.

    Raises:
        UsageError: there is no such paper or language, or there are too many sides.
        RefusedError: the file is there already.
        ToolError: it cannot be written.
    """
    if paper not in PAPERS:
        raise UsageError(f"there is no paper {paper!r}", f"name one of {', '.join(PAPERS)}")
    if language not in words.languages():
        raise UsageError(
            f"trial sheets do not speak {language!r}", f"name one of {', '.join(words.languages())}"
        )
    if not 1 <= sides <= MOST_SIDES:
        raise UsageError(f"a trial has 1 to {MOST_SIDES} sides, not {sides}", "print several trials")
    if out.exists():
        raise RefusedError(f"{out} is there already", "name another file with --out; it may be a scan")
    try:
        out.write_bytes(trial_sheet.printed(paper, language, sides))
    except OSError as error:
        raise ToolError(
            f"{out} cannot be written: {error.strerror}", "name another file with --out"
        ) from error
    return out


def read_scans(paths: Sequence[Path], *, jobs: int | None = None, progress: Progress = quiet) -> TrialRead:
    """Read scanned trial sheets as pages of an exam are read, and say what to change.

    Args:
        paths: scanned files, and folders of them.
        jobs: processes that read, None takes one per processor. 0 reads in this process, which a hostile
            page can end: for tests.
        progress: told the images read.

    Raises:
        NotFoundError: a folder has no file in it.
        ToolError: the typesetter or the mark reader cannot be loaded.
    """
    reader = marks.shipped()
    sheets = trial_sheet.sheets()
    scans: list[tuple[Path, Scan]] = []
    diagnostics: list[Diagnostic] = []
    for path in scan_files.files(paths):
        scan = path if isinstance(path, Diagnostic) else open_scan(path)
        if isinstance(scan, Diagnostic):
            diagnostics.append(scan)
        elif isinstance(path, Path):
            scans.append((path, scan))
    total = sum(scan.count for _, scan in scans)
    progress(0, total)
    seen: list[tuple[Path, SeenSide]] = []
    with executor(jobs, total, hostile=True) as workers:
        for done, (path, one) in enumerate(_seen(scans, sheets, workers), start=1):
            seen.extend((path, side) for side in one)
            progress(done, total)
    found: list[TrialFinding] = []
    boxes: list[TrialBox] = []
    for number, (_, side) in enumerate(seen, start=1):
        if side.look is not None:
            found += of_side(side.look, reader.card.covers, number)
        boxes += judged(side.result.readings, number)
    sides = tuple(_side(path, side) for path, side in seen)
    seconds = [side.look.seconds for _, side in seen if side.look is not None and side.result.code]
    return TrialRead(
        sides=sides,
        findings=(
            *together(tuple(_all_there(sides))),
            *together(found),
            *(findings(boxes) if seconds else ()),
        ),
        boxes=tuple(boxes),
        pages_a_second=pool.cores() / statistics.median(seconds) if seconds else 0.0,
        diagnostics=tuple(diagnostics),
    )


def _seen(
    scans: Iterable[tuple[Path, Scan]], sheets: Sequence[TrialSheet], workers: Executor | None
) -> Iterator[tuple[Path, tuple[SeenSide, ...]]]:
    """What came of each image, in their order; a few are read at a time."""
    hands = getattr(workers, "jobs", 1)
    with ThreadPoolExecutor(hands) as threads:
        for path, scan in scans:
            with scan as found:
                images = found.pages()
                while batch := tuple(islice(images, _AHEAD * hands)):
                    for one in threads.map(partial(_safely, sheets=sheets, workers=workers), batch):
                        yield path, one


def _safely(image: PageImage, sheets: Sequence[TrialSheet], workers: Executor | None) -> tuple[SeenSide, ...]:
    try:
        return pool.guarded(workers, see, image, sheets)
    except pool.ReaderEndedError as error:
        return (SeenSide(unplaced(image, Unplaced(Reason.FAILED, str(error))), None),)


def _side(path: Path, seen: SeenSide) -> TrialSide:
    result, look = seen.result, seen.look
    at = (file_names.shown(path), result.index + 1)
    if look is None or result.code is None:
        why = result.unplaced or Unplaced(Reason.FAILED)
        return TrialSide(*at, "", 0, 0, 0.0, 0.0, _ODD.get(why.reason) or why.detail or str(why.reason))
    of = trial_sheet.sides_of(result.code)
    return TrialSide(
        *at, look.paper, result.code.page, of, round(look.quality.dpi, 1), round(look.pose.skew, 2)
    )


def _all_there(sides: Sequence[TrialSide]) -> Iterator[TrialFinding]:
    """Whether all images are sides, and all sides of a trial are there."""
    odd = tuple(number for number, side in enumerate(sides, start=1) if side.problem)
    if odd:
        first = sides[odd[0] - 1]
        yield TrialFinding(
            "pages",
            Level.CHANGE,
            f"{len(sides) - len(odd)} of {len(sides)} are sides of a trial sheet; another: {first.problem}",
            "scan the printed sheet whole, flat and clean; what fails here fails on the day too",
            odd,
        )
    found = Counter((side.paper, side.of, side.side) for side in sides if not side.problem)
    for paper, of in dict.fromkeys((paper, of) for paper, of, _ in found):
        missing = [str(n) for n in range(1, of + 1) if (paper, of, n) not in found]
        if missing:
            yield TrialFinding(
                "pages",
                Level.CHANGE,
                f"of {of} sides that were printed these are missing: {', '.join(missing)}",
                "see that the feeder draws one sheet at a time, and that both sides are scanned",
            )
        elif not odd:
            yield TrialFinding(
                "pages", Level.GOOD, f"all {of} sides are there" if of > 1 else "the side is there"
            )
