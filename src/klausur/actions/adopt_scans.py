"""Adopt scans of papers without codes: which page of which booklet each image seems to be, to be confirmed.

Of an exam whose paper was adopted from a finished PDF, and of which there are copies that Klausur did not
print. Nothing is recorded here: what is found goes into a list and a sheet of pictures. What people confirm
of it is taken in by `klausur.actions.adopt_confirmed`.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from klausur.actions import scan_files, scan_placements, up_to_date
from klausur.actions.progress import Progress, quiet
from klausur.actions.scan_placements import Placement
from klausur.base import file_names
from klausur.base.diagnostics import Diagnostic
from klausur.base.errors import RefusedError
from klausur.convert.own_order import InOrder, LookedAt, in_order
from klausur.exam.own_paper import PDF, OwnPaper
from klausur.paper.layout import PageLayout
from klausur.read import adopted_pages
from klausur.read.adopted_pages import Look
from klausur.read.pool import ReaderEndedError, guarded, processes
from klausur.report.placement_sheet import ShownBooklet, ShownPage, placement_sheet
from klausur.scan.intake import Scan, open_scan
from klausur.scan.model import PageImage
from klausur.store import adopted_scans, exams, looks
from klausur.store.folder import opened
from klausur.store.frame import Frame

PERCENT = 100
_AHEAD = 16
"""Images that are on their way to workers at once."""


@dataclass(frozen=True, slots=True)
class ProposedScans:
    """What scans seem to be.

    Attributes:
        placements: a line for each image.
        diagnostics: files that cannot be read.
        known: images that were taken in before, and are left out of the list.
        files: the list and the sheet of pictures, if they were written.
    """

    placements: tuple[Placement, ...]
    diagnostics: tuple[Diagnostic, ...]
    known: int
    files: tuple[Path, ...] = ()

    @property
    def booklets(self) -> int:
        """How many booklets there seem to be."""
        return len({each.booklet for each in self.placements if each.booklet})


@dataclass(frozen=True, slots=True)
class AdoptedExam:
    """The exam that copies without codes belong to.

    Attributes:
        own: its paper.
        pdf: the paper's pages.
        free: the numbers of its booklets that nobody has and nothing is known of.
        pages: of each of them.
        first: the number of the page that shows the paper's first.
    """

    own: OwnPaper
    pdf: bytes
    free: tuple[int, ...]
    pages: tuple[PageLayout, ...]

    @property
    def first(self) -> int:
        """The number of the booklet's page that the paper's first page is."""
        return 1 if self.own.cover is not None else 2


@dataclass(frozen=True, slots=True)
class _Seen:
    """An image with what it shows."""

    file: str
    sha256: str
    image: int
    look: Look


def propose(
    folder: Path,
    scans: Path,
    out: Path,
    *,
    jobs: int | None = None,
    dry_run: bool = False,
    progress: Progress = quiet,
) -> ProposedScans:
    """Find out what scanned images seem to be, and write it into a list and a sheet of pictures.

    Args:
        folder: the exam folder.
        scans: a folder of scanned files, in the order of their names, or one file.
        out: the list, CSV; the sheet of pictures is written beside it, HTML.
        jobs: processes that look at images; None takes one per processor.
        dry_run: write nothing.
        progress: told the images looked at.

    Raises:
        NotFoundError: nothing was printed, or there is no scanned file.
        RefusedError: the exam is not on its own paper, too few booklets are free, or a file is there already.
        ToolError: a file cannot be written.
    """
    sheet = out.with_suffix(".html")
    taken = [path for path in (out, sheet) if path.exists()]
    if taken and not dry_run:
        raise RefusedError(f"{taken[0]} is there already", "name another file with --out")
    with opened(folder) as records:
        frame = up_to_date.look(records)
        exam = adopted_exam(frame, folder)
        before = frozenset(adopted_scans.pages().values())
        title = frame.papers.exam
    diagnostics: list[Diagnostic] = []
    found, known = [], 0
    for seen in _looked_at(scans, exam.pdf, before, diagnostics, jobs, progress):
        if seen is None:
            known += 1
        else:
            found.append(seen)
    order = in_order([_plain(each.look) for each in found], len(exam.own.pages))
    wanted = max((each.booklet for each in order), default=0)
    if wanted > len(exam.free):
        raise RefusedError(
            f"{wanted} booklets are scanned, and {len(exam.free)} unnamed ones are free",
            f"make more, which need not leave the printer: klausur print --spare {wanted - len(exam.free)}",
        )
    lines = tuple(_line(each, at, exam.free) for each, at in zip(found, order, strict=True))
    if dry_run:
        return ProposedScans(lines, tuple(diagnostics), known)
    scan_placements.put(out, scan_placements.written(lines))
    shown = _shown([each.look for each in found], lines)
    scan_placements.put(sheet, placement_sheet(title, _intro(lines), shown))
    return ProposedScans(lines, tuple(diagnostics), known, (out, sheet))


def adopted_exam(frame: Frame, folder: Path) -> AdoptedExam:
    """The exam of a folder that copies without codes belong to: as it was printed last.

    Raises:
        RefusedError: it is not on its own paper.
    """
    printed = exams.as_printed(frame.papers.edition.number, folder)
    own = None if printed is None else printed.first.own_paper
    if printed is None or own is None:
        raise RefusedError(
            "the exam is not on its own paper, so nothing tells pages without codes",
            "adopt the PDF that was printed first: klausur adopt PDF --propose",
        )
    of = {booklet.number: booklet for booklet in frame.layout.booklets}
    numbers = [
        n for p in frame.papers.finished if p.edition == frame.papers.edition.number for n in p.booklets
    ]
    alike = of[numbers[0]].pages
    seen = looks.look()
    known = {each.number for each in seen.booklets if each.found or each.disputed}
    tied = {tie.booklet for tie in seen.ties if tie.claims or tie.nobody or tie.candidate}
    named = {booklet.number for booklet in frame.papers.booklets if booklet.candidate is not None}
    free = tuple(n for n in numbers if n not in known | tied | named and of[n].pages == alike)
    return AdoptedExam(own, printed.files[PDF], free, tuple(frame.layout.pages[at] for at in alike))


def images(scans: Path, diagnostics: list[Diagnostic]) -> Iterator[tuple[str, Scan]]:
    """The scanned files below a folder, each with its name there; what cannot be read becomes a finding."""
    base = scans if scans.is_dir() else scans.parent
    for path in scan_files.files([scans]):
        opened_ = path if isinstance(path, Diagnostic) else open_scan(path)
        if isinstance(opened_, Diagnostic):
            diagnostics.append(opened_)
        elif isinstance(path, Path):
            yield file_names.shown(path.relative_to(base).as_posix()), opened_


def _looked_at(
    scans: Path,
    pdf: bytes,
    before: frozenset[tuple[str, int]],
    diagnostics: list[Diagnostic],
    jobs: int | None,
    progress: Progress,
) -> Iterator[_Seen | None]:
    """What each image shows, in order; None for one that was taken in before."""
    files = list(images(scans, diagnostics))
    total, done = sum(scan.count for _, scan in files), 0
    progress(0, total)
    with processes(jobs) as workers, ThreadPoolExecutor(getattr(workers, "jobs", 1)) as hands:
        for name, scan in files:
            with scan as found:
                stream = iter(found.pages(0))
                while some := [image for _, image in zip(range(_AHEAD), stream, strict=False)]:
                    new = [image for image in some if (image.file, image.index + 1) not in before]
                    shown = dict(zip(map(id, new), hands.map(_worker(workers, pdf), new), strict=True))
                    for image in some:
                        look = shown.get(id(image))
                        yield None if look is None else _Seen(name, image.file, image.index + 1, look)
                    done += len(some)
                    progress(done, total)


def _worker(workers: Executor, pdf: bytes) -> Callable[[PageImage], Look]:
    def looked(image: PageImage) -> Look:
        try:
            return guarded(workers, adopted_pages.look, image, pdf)
        except ReaderEndedError as error:
            return Look(None, why=str(error))

    return looked


def _plain(look: Look) -> LookedAt:
    return LookedAt(look.page, look.alike, look.seen, look.sure, look.why)


def _line(seen: _Seen, at: InOrder, free: Sequence[int]) -> Placement:
    return Placement(
        booklet=free[at.booklet - 1] if at.booklet else 0,
        page=at.page,
        look=at.look,
        registration="",
        file=seen.file,
        image=seen.image,
        seen=round(PERCENT * seen.look.seen),
        turned=round(seen.look.turned) % 360,
        why=at.why,
        sha256=seen.sha256,
    )


def _intro(lines: Sequence[Placement]) -> list[str]:
    booklets = len({line.booklet for line in lines if line.booklet})
    doubts, out = sum(bool(line.look) for line in lines), sum(not line.booklet for line in lines)
    how = (
        "Each page stands upright; print of the paper that an image does not show is red. Correct the list "
        "where it is wrong, empty the cell 'look' of what is right, and confirm booklets by their numbers."
    )
    return [
        f"{len(lines)} images, {booklets} booklets; to look at: {doubts}; left out: {out}.",
        how,
    ]


def _shown(found: Sequence[Look], lines: Sequence[Placement]) -> list[ShownBooklet]:
    """The sheet: what is left out, then booklet by booklet, those with doubts first."""
    of: dict[int, list[tuple[int, ShownPage, bytes]]] = {}
    for look, line in zip(found, lines, strict=True):
        title = f"Page {line.page}" if line.booklet else "No page"
        page = ShownPage(look.picture, title, f"{line.file}, image {line.image}", line.look or line.why)
        of.setdefault(line.booklet, []).append((line.page, page, look.head))
    doubtful = {line.booklet for line in lines if line.look}
    shown = []
    for number in sorted(of, key=lambda n: (n != 0, n not in doubtful, n)):
        mine = sorted(of[number], key=lambda each: each[0])
        head = next((head for _, _, head in mine if head), b"")
        title = f"Booklet {number}" if number else "Left out"
        shown.append(ShownBooklet(title, tuple(page for _, page, _ in mine), head))
    return shown
