"""Take in scans of papers without codes, as a person has confirmed which page of which booklet each image is.

Of each booklet a file is made in which code, markers and boxes of the print are put on its images
(`klausur.scan.stamped`), and that is scanned as any file is: records, reading and desks know nothing of it.
The files as they came are kept beside in the records; the event says which image became which page. What the
copies never had, as a cover of Klausur's, is waived. Whoever is stopped says the same once more.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from klausur.actions import adopt_scans, kept_scans, scan_placements, settle_tie, up_to_date, waive_pages
from klausur.actions import scan as scanning
from klausur.actions.adopt_scans import AdoptedExam
from klausur.actions.print_counts import BOOKLETS
from klausur.actions.print_folder import place_of
from klausur.actions.progress import Progress, quiet
from klausur.actions.roles import Verb, allow
from klausur.actions.scan import Scanned
from klausur.actions.scan_placements import Placement
from klausur.base.diagnostics import Diagnostic
from klausur.base.errors import NotFoundError, RefusedError, UsageError
from klausur.paper.fields import FieldKind
from klausur.paper.layout import PageLayout
from klausur.read import adopted_pages
from klausur.read.adopted_pages import StampedPage, StampTask
from klausur.read.pool import ReaderEndedError, guarded, processes
from klausur.rehearse.booklet import printed as printed_booklets
from klausur.rehearse.prints import let_go
from klausur.scan import stamped
from klausur.scan.intake import digest, open_scan
from klausur.scan.model import PageImage
from klausur.scan.picture_file import picture_file
from klausur.scan.stamped import Square
from klausur.state.facts import Author, Bond, Spot
from klausur.store import adopted_scans, audit, derive, pages, waivers
from klausur.store.derive import Touched
from klausur.store.folder import Records, opened, writing
from klausur.store.frame import Frame

_COVERED = {
    FieldKind.FIDUCIAL: "the marker in a corner",
    FieldKind.PAGE_CODE: "the page code",
    FieldKind.CREDIT_BOX: "credit boxes",
    FieldKind.CREDIT_NUMBER: "the box for credits",
    FieldKind.CHOICE_BOX: "a choice's box",
    FieldKind.DIGIT_ROW: "the row of digits",
}


@dataclass(frozen=True, slots=True)
class CoveredWriting:
    """Writing that is on the image alone: under what it is in the picture that is read, in words."""

    booklet: int
    page: int
    what: str


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What was taken in, or would be.

    Attributes:
        booklets: their numbers, each with the candidate's registration number if one was told.
        pages: how many.
        covered: writing that the picture that is read does not show.
        left: images of the list that no booklet has.
        scanned: what reading them did; None where nothing was recorded.
    """

    booklets: Mapping[int, str]
    pages: int
    covered: tuple[CoveredWriting, ...]
    left: int
    scanned: Scanned | None = None


@dataclass(frozen=True, slots=True)
class _Work:
    """What all booklets need."""

    frame: Frame
    exam: AdoptedExam
    printed: Path
    starts: Mapping[int, int]
    workers: Executor

    def task(self, line: Placement) -> StampTask:
        own = self.exam.own.page(line.page)
        number = self.exam.first + line.page - 1
        sheet = self.exam.pages[number - 1]
        return StampTask(
            self.frame.layout.size,
            own,
            self.printed,
            self.starts[line.booklet] + number - 1,
            sheet.fields,
            tuple(_squares(self.exam, sheet, line.page)),
        )


def confirm(  # noqa: PLR0913 - which, where, who, and how
    folder: Path,
    scans: Path,
    listed: Path,
    booklets: Collection[int] | None,
    author: Author,
    *,
    jobs: int | None = None,
    dry_run: bool = False,
    progress: Progress = quiet,
) -> TakenIn:
    """Take in booklets of a list.

    Args:
        folder: the exam folder.
        scans: the folder of the scanned files, or the one file.
        listed: the list, as `klausur.actions.adopt_scans.propose` wrote it and people corrected it.
        booklets: which of them are confirmed; None for all.
        author: who confirms.
        jobs: processes to work with.
        dry_run: make the pictures, and record nothing.
        progress: told the pages made.

    Raises:
        NotFoundError: a file is gone, or the list has no such booklet.
        KlausurError: the list cannot be used.
        RefusedError: a line says what to look at, a file is not as it was, a booklet has pages already, or an
            image is not like the page that it is said to be; nothing is recorded.
    """
    allow(author.actor, Verb.ADOPT_SCANS)
    every = scan_placements.read(listed)
    lines = _confirmed(every, booklets)
    whose = _whose(lines)
    left = sum(not each.booklet for each in every)
    with TemporaryDirectory(prefix="klausur-") as aside:
        with opened(folder) as records:
            frame = up_to_date.look(records)
            exam = adopt_scans.adopted_exam(frame, folder)
            _refuse_taken(exam, lines)
            for registration in filter(None, whose.values()):
                settle_tie.candidate(registration)
            paths = _paths(scans, lines)
            made, covered = _made(frame, exam, folder, paths, lines, Path(aside), jobs, progress)
            if dry_run:
                return TakenIn(whose, len(lines), covered, left)
            _recorded(records, lines, paths, author)
        scanned = scanning.scan(folder, made, actor=author.actor, jobs=jobs)
    with opened(folder) as records:
        _completed(records, exam, whose, author)
    return TakenIn(whose, len(lines), covered, left, scanned)


def _confirmed(every: Sequence[Placement], booklets: Collection[int] | None) -> list[Placement]:
    """The lines of the booklets that are confirmed, in the order of their pages."""
    there = {line.booklet for line in every if line.booklet}
    wanted = there if booklets is None else set(booklets)
    if not wanted:
        raise UsageError("no booklet is named", "name some of the list: --confirm 1-10")
    if astray := sorted(wanted - there):
        raise NotFoundError(f"the list has no booklet {astray[0]}", "its column 'booklet' names them")
    lines = sorted(
        (line for line in every if line.booklet in wanted), key=lambda line: (line.booklet, line.page)
    )
    before: Placement | None = None
    for line in lines:
        if before and (line.booklet, line.page) == (before.booklet, before.page):
            raise RefusedError(
                f"page {line.page} of booklet {line.booklet} is two images: {before.file}, {before.image}, "
                f"and {line.file}, {line.image}",
                "empty booklet and page of the line that is left out",
            )
        before = line
        if line.look:
            raise RefusedError(
                f"booklet {line.booklet}, page {line.page}, is to be looked at: {line.look}",
                "correct the line, or empty its cell 'look' if it is right as it stands",
            )
    return lines


def _whose(lines: Sequence[Placement]) -> dict[int, str]:
    """The registration number told for each booklet."""
    found: dict[int, str] = {}
    for line in lines:
        before = found.get(line.booklet, "")
        if before and line.registration and before != line.registration:
            raise RefusedError(
                f"booklet {line.booklet} has two registration numbers, {before} and {line.registration}",
                "say one of them, on any of its lines",
            )
        found[line.booklet] = before or line.registration
    given = [registration for registration in found.values() if registration]
    for registration in given:
        if given.count(registration) > 1:
            raise RefusedError(f"two booklets are said to be of {registration}", "correct one of them")
    return found


def _refuse_taken(exam: AdoptedExam, lines: Sequence[Placement]) -> None:
    """Refuse booklets that are not free, but for those that the same images have begun."""
    begun = adopted_scans.pages()
    for line in lines:
        if line.page > len(exam.own.pages):
            raise NotFoundError(
                f"the paper has no page {line.page}",
                f"it has {len(exam.own.pages)}; see booklet {line.booklet}",
            )
        mine = begun.get((line.booklet, line.page))
        if line.booklet not in exam.free and mine != (line.sha256, line.image):
            raise RefusedError(
                f"booklet {line.booklet} is not free: it has pages, or is somebody's",
                "write the number of another unnamed booklet into its lines; see 'klausur status'",
            )


def _paths(scans: Path, lines: Sequence[Placement]) -> dict[str, Path]:
    """Where each file lies, by its SHA-256."""
    base = scans if scans.is_dir() else scans.parent
    found: dict[str, Path] = {}
    for line in lines:
        path = base / line.file
        if line.sha256 in found:
            continue
        if not path.is_file() or not path.resolve().is_relative_to(base.resolve()):
            raise NotFoundError(f"{path} is not there", "name the folder with the scans as they were")
        if digest(path) != line.sha256:
            raise RefusedError(f"{path} is not the file that the list is about", "make the list anew")
        found[line.sha256] = path
    return found


def _made(  # noqa: PLR0913, PLR0917 - out of what, into what
    frame: Frame,
    exam: AdoptedExam,
    folder: Path,
    paths: Mapping[str, Path],
    lines: Sequence[Placement],
    aside: Path,
    jobs: int | None,
    progress: Progress,
) -> tuple[list[Path], tuple[CoveredWriting, ...]]:
    """A PDF for each booklet, and the writing that is not on it."""
    files, covered, done = [], list[CoveredWriting](), 0
    progress(0, len(lines))
    with processes(jobs) as workers, ThreadPoolExecutor(getattr(workers, "jobs", 1)) as hands:
        for number in dict.fromkeys(line.booklet for line in lines):
            mine = [line for line in lines if line.booklet == number]
            printing = next(p for p in frame.papers.finished if number in p.booklets)
            pdf = place_of(folder, printing) / BOOKLETS
            if not pdf.is_file():
                raise NotFoundError(f"{pdf} is not there", "take it back from a backup")
            of = tuple(b for b in frame.layout.booklets if b.number in printing.booklets)
            starts = printed_booklets(pdf, replace(frame.layout, booklets=of)).starts
            let_go()
            work = _Work(frame, exam, pdf, starts, workers)
            pictures = []
            for line, page in zip(mine, hands.map(partial(_stamped, work, paths), mine), strict=True):
                pictures.append(page.picture)
                covered += _lost(line, page)
                done += 1
                progress(done, len(lines))
            path = aside / f"booklet-{number:04d}.tif"
            path.write_bytes(picture_file(pictures, stamped.DPI))
            files.append(path)
    return files, tuple(covered)


def _stamped(work: _Work, paths: Mapping[str, Path], line: Placement) -> StampedPage:
    image = _image(paths[line.sha256], line)
    try:
        made = guarded(work.workers, adopted_pages.stamp, image, work.exam.pdf, work.task(line))
    except ReaderEndedError as error:
        made = str(error)
    if isinstance(made, str):
        raise RefusedError(
            f"{line.file}, image {line.image}, cannot be page {line.page} of booklet {line.booklet}: {made}",
            "correct the line, or scan that page again; nothing was recorded",
        )
    return made


def _image(path: Path, line: Placement) -> PageImage:
    found = open_scan(path, line.sha256)
    if isinstance(found, Diagnostic):
        raise RefusedError(f"{path}: {found.message}", found.hint)
    if line.image > found.count:
        raise NotFoundError(f"{line.file} has no image {line.image}", f"it has {found.count}")
    with found:
        return next(iter(found.pages(line.image - 1, 1)))


def _squares(exam: AdoptedExam, sheet: PageLayout, page: int) -> Iterator[Square]:
    """The choices' boxes on a sheet, and the squares of the paper's page that they stand for."""
    squares = {question.id: question.squares for question in exam.own.questions}
    for field in sheet.fields:
        if field.kind is FieldKind.CHOICE_BOX and field.question in squares and field.choice:
            region = squares[field.question][ord(field.choice.lower()) - ord("a")]
            if region.page == page:
                yield Square(field.box, region.box)


def _lost(line: Placement, page: StampedPage) -> Iterator[CoveredWriting]:
    for kind, _ in page.covered:
        yield CoveredWriting(line.booklet, line.page, f"there is writing where {_COVERED[kind]} came to lie")
    if page.beyond:
        what = "there is writing at an edge that the sheet has no room for"
        yield CoveredWriting(line.booklet, line.page, what)


def _recorded(
    records: Records, lines: Sequence[Placement], paths: Mapping[str, Path], author: Author
) -> None:
    """Keep the files as they came, and say which image becomes which page."""
    for path in paths.values():
        kept = kept_scans.keep(records, path)
        if isinstance(kept, Diagnostic):
            raise RefusedError(f"{path}: {kept.message}", kept.hint)
    begun = adopted_scans.pages()
    new = [
        [line.booklet, line.page, line.sha256, line.image]
        for line in lines
        if (line.booklet, line.page) not in begun
    ]
    if new:
        with writing():
            originals = {sha256: path.name for sha256, path in paths.items()}
            detail = {"originals": originals, "pages": new, "why": author.why}
            audit.append(Verb.ADOPT_SCANS, author.actor, detail)


def _completed(records: Records, exam: AdoptedExam, whose: Mapping[int, str], author: Author) -> None:
    """Waive the pages that the copies never had, and say whose the booklets are."""
    frame = up_to_date.look(records)
    theirs = range(exam.first, exam.first + len(exam.own.pages))
    ours = [page for page in range(1, len(exam.pages) + 1) if page not in theirs]
    gone = waivers.waived(frozenset(whose))
    there = pages.at({Spot(number, page) for number in whose for page in ours})
    waived = [
        (number, page)
        for number in sorted(whose)
        for page in ours
        if page not in gone.get(number, ()) and Spot(number, page) not in there
    ]
    enrolled = {r: settle_tie.candidate(r) for r in filter(None, whose.values())}
    frame.prepare()
    with writing():
        said = replace(author, why=author.why or "the copies were printed without this page")
        if waived:
            waive_pages.record(waived, (), said)
        for number, registration in whose.items():
            if registration:
                settle_tie.tie_booklet(number, Bond.TIED, author, whose=enrolled[registration])
                settle_tie.record_tie(author, booklet=number, candidate=registration)
        derive.refresh(frame, Touched(booklets=frozenset(whose), ties=frozenset(whose)))
