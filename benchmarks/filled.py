"""A store as a large exam leaves it: all booklets printed and scanned, some of it for people.

The reference exam is printed in numbers only, without paper: one booklet is typeset, and all others are said
to look like it. What the scanner would have recorded is written as rows, many at once. A page in a hundred
has a flagged reading; some pages are missing, some are there twice or again, some could not be placed. One
booklet is rehearsed, and its images are kept as those that are placed and accepted by people, since that
reads them anew.
"""

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pikepdf

from klausur.actions import kept_scans
from klausur.exam import reference
from klausur.exam.frozen import freeze, gather
from klausur.exam.model import Exam
from klausur.exam.source import parse
from klausur.paper.code import PageCode, Sheet
from klausur.paper.fields import MARKED, Field, FieldKind, Mark, Signed
from klausur.paper.layout import BookletLayout, Layout, PageLayout, with_sheets
from klausur.paper.run import From, PrintRun, plan
from klausur.read.model import PageResult, Reading
from klausur.rehearse.level import Level
from klausur.rehearse.run import rehearse
from klausur.roster.made_up import made_up
from klausur.scan.model import Quality, Reason, Unplaced
from klausur.store import audit, derive, models, pages, printings, translate
from klausur.store.derive import EVERYTHING
from klausur.store.folder import Records, key, opened, writing
from klausur.store.frame import Frame
from klausur.typeset.attendance import compile_lists
from klausur.typeset.booklets import compile_booklets
from klausur.typeset.extra import compile_extras

EXAM_NUMBER = 0xBE4C_0001
QUALITY = Quality(0.02, 300.0, 180.0, 0.9, 4)
FLAGGED, MISSING = 0.005, 0.002
UNSCANNED = range(20, 30)
IN_FILE = 50
"""Booklets that are not scanned; and booklets in one scanned file."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What a store holds that can be settled; images by their numbers in the records.

    Attributes:
        booklets: how many were printed.
        images: how many are recorded.
        readings: how many.
        duplicates: images that wait and show what is there already.
        twice: images of the rehearsed booklet that show another content of a page that is there.
        lost: images of the rehearsed booklet that could not be placed, each with the booklet and page that it
        is. unscanned: booklets of which nothing is recorded. spare: booklets without a name whose written
        number is unclear. extras: extra sheets whose number is unclear.
    """

    booklets: int
    images: int
    readings: int
    duplicates: tuple[int, ...]
    twice: tuple[int, ...]
    lost: tuple[tuple[int, int, int], ...]
    unscanned: tuple[int, ...]
    spare: tuple[int, ...]
    extras: tuple[int, ...]


def filled(folder: Path, booklets: int, seed: int) -> Filled:
    """Make an exam folder with such a store, or say what the one holds that was made there before."""
    said = folder / "filled.json"
    if said.is_file():
        plain = json.loads(said.read_text())
        held: dict[str, Any] = {name: _tuples(value) for name, value in plain.items()}
        return Filled(**held)
    reference.write(folder)
    exam = parse(folder).exam
    if exam is None:
        sys.exit("the reference exam cannot be built")
    spare = max(booklets // 20, 4)
    run = plan(EXAM_NUMBER, made_up(booklets - spare, seed), spare, extras=spare)
    with opened(folder, create=True) as records:
        secret = key(records, create=True, seed=bytes(range(32)))
        layout = printed(exam, run, secret)
        with writing():
            printings.alone(run, layout, "benchmark", frozen=freeze(gather([exam], folder)))
            audit.append("print", "benchmark", {})
        with TemporaryDirectory() as out:
            sheet = rehearsed(exam, secret, Path(out), records, seed)
        with writing():
            found = _Stack(layout, run, Random(seed)).write(sheet)  # noqa: S311 - no secret is drawn
        with writing():
            derive.refresh(Frame(folder), EVERYTHING)
    said.write_text(json.dumps(asdict(found)))
    return found


def _tuples(value: object) -> object:
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value


def printed(exam: Exam, run: PrintRun, secret: bytes) -> Layout:
    """Where everything lies on all papers of a run, of which only one booklet is typeset."""
    with TemporaryDirectory() as out:
        one = compile_booklets(exam, plan(EXAM_NUMBER, (), 1), secret, Path(out) / "booklets.pdf")
        lists = compile_lists(exam, run, secret, Path(out) / "attendance.pdf")
        extras = compile_extras(exam, run, secret, Path(out) / "extra-sheets.pdf")
    every = tuple(BookletLayout(b.number, one.booklets[0].pages) for b in run.booklets)
    layout = with_sheets(replace(one, booklets=every), lists.pages, lists.sheets)
    return with_sheets(layout, extras.pages, extras.sheets)


def scanned(exam: Exam, secret: bytes, out: Path, seed: int, booklets: range) -> Path:
    """Typeset these booklets, fill them and scan them into one file."""
    run = plan(EXAM_NUMBER, (), len(booklets), first=From(booklets.start))
    layout = compile_booklets(exam, run, secret, out / "booklets.pdf")
    (scan,) = rehearse(out / "booklets.pdf", layout, exam, out / "scans", seed, level=Level.CLEAN).files
    return scan


def again(scan: Path) -> Path:
    """The same pages in another file, as when a stack is put into the scanner twice."""
    with pikepdf.open(scan) as pdf:
        pdf.docinfo["/Title"] = "again"
        pdf.save(scan.with_name("again.pdf"))
    return scan.with_name("again.pdf")


def rehearsed(exam: Exam, secret: bytes, out: Path, records: Records, seed: int) -> str:
    """Keep one scanned booklet in the records; the SHA-256 of its file."""
    kept = kept_scans.keep(records, scanned(exam, secret, out, seed, range(1, 2)))
    if not isinstance(kept, str):
        sys.exit(str(kept))
    return kept


def mark(field: Field, value: str, *, flagged: bool = False, row: str = "") -> Reading:
    """What might have been read in a field; digits with a row of scores."""
    scores = tuple(_cell(letter) for letter in row)
    sure = 0.4 if flagged else 0.999
    return Reading(field.id, field.kind, field.question, value, sure, flagged, "made up", "1", scores)


def _cell(letter: str) -> tuple[float, ...]:
    """The probabilities of a cell with this digit, of an empty one (a space), or of any digit."""
    if letter == "?":
        return (1 / 11,) * 11
    at = 10 if letter == " " else int(letter)
    return tuple(0.99 if n == at else 0.001 for n in range(11))


def crossed(layout: Layout, booklet: int, random: Random) -> frozenset[str]:
    """The boxes that somebody crosses: some of the choices, and one of each question's credits."""
    credits: dict[str, list[str]] = {}
    taken: set[str] = set()
    for _, field in layout.fields(booklet):
        if field.kind is FieldKind.CREDIT_BOX and field.question is not None:
            credits.setdefault(field.question, []).append(field.id)
        elif field.kind is FieldKind.CHOICE_BOX and random.random() < 0.4:
            taken.add(field.id)
    return frozenset(taken | {random.choice(boxes) for boxes in credits.values()})


def read_page(
    page: PageLayout, taken: frozenset[str], random: Random, number: str = ""
) -> tuple[Reading, ...]:
    """What is read on a page where these boxes are crossed; ``number`` is written in its rows of digits."""
    found = []
    for field in page.fields:
        if field.kind in MARKED:
            if random.random() < FLAGGED:
                found.append(mark(field, Mark.OTHER, flagged=True))
            else:
                found.append(mark(field, Mark.CROSSED if field.id in taken else Mark.EMPTY))
        elif field.kind is FieldKind.STICKER_SPOT:
            found.append(mark(field, ""))
        elif field.kind is FieldKind.SIGNATURE:
            found.append(mark(field, Signed.YES if random.random() < 0.95 else Signed.NO))
        elif field.kind is FieldKind.DIGIT_ROW:
            row = number.ljust(field.cells or 8)
            found.append(mark(field, row.replace(" ", "?"), flagged="?" in row, row=row))
    return tuple(found)


def results(layout: Layout, booklets: Iterable[int], seed: int = 7) -> Iterator[PageResult]:
    """What a scan of these booklets may find, one file, page after page."""
    random = Random(seed)  # noqa: S311 - no secret is drawn
    file = hashlib.sha256(f"results {seed}".encode()).hexdigest()
    index = 0
    for booklet in booklets:
        taken = crossed(layout, booklet, random)
        for page, at in enumerate(layout.booklets[0].pages, start=1):
            read = read_page(layout.pages[at], taken, random)
            yield PageResult(file, index, PageCode(EXAM_NUMBER, booklet, page), QUALITY, None, read)
            index += 1


@dataclass(slots=True)
class _Stack:
    """Writes the rows of all scans."""

    layout: Layout
    run: PrintRun
    random: Random
    images: int = 0
    readings: int = 0

    def write(self, sheet: str) -> Filled:
        """Write everything; ``sheet`` is the file with the rehearsed booklet."""
        duplicates: list[int] = []
        for first in range(0, len(self.run.booklets), IN_FILE):
            part = self.run.booklets[first : first + IN_FILE]
            file = hashlib.sha256(str(part[0].number).encode()).hexdigest()
            found = list(self._scan(file, [b.number for b in part]))
            rows = self._write(file, found)
            duplicates += [
                row.pk
                for row, r in zip(rows, found, strict=True)
                if r.unplaced and r.unplaced.reason == "duplicate"
            ]
        self._lists()
        extras = self._extras()
        half = len(self.layout.booklets[0].pages) // 2
        lost = tuple((n, n) for n in range(half + 1, 2 * half + 1))
        seen = [self._twice(sheet, n - 1, n) for n in range(1, half + 1)]
        seen += [PageResult(sheet, n - 1, None, None, Unplaced(Reason.NO_CODE, resembles=n)) for _, n in lost]
        rows = self._write(sheet, seen)
        return Filled(
            booklets=len(self.run.booklets),
            images=self.images,
            readings=self.readings,
            duplicates=tuple(duplicates),
            twice=tuple(row.pk for row in rows[:half]),
            lost=tuple((row.pk, *at) for row, at in zip(rows[half:], lost, strict=True)),
            unscanned=tuple(UNSCANNED),
            spare=tuple(b.number for b in self.run.booklets if b.candidate is None and b.number % 2),
            extras=tuple(n for n in range(1, extras + 1) if n % 2),
        )

    def _scan(self, file: str, booklets: list[int]) -> Iterator[PageResult]:
        """What is recorded of some booklets; the first ones lack pages that are to be placed."""
        index = 0
        for booklet in sorted(set(booklets) - set(UNSCANNED)):
            taken = crossed(self.layout, booklet, self.random)
            for page, at in enumerate(self.layout.booklets[0].pages, start=1):
                if self.random.random() < MISSING or booklet == page:
                    yield PageResult(file, index, None, None, Unplaced(Reason.NO_CODE, resembles=page))
                else:
                    code = PageCode(EXAM_NUMBER, booklet, page)
                    read = read_page(self.layout.pages[at], taken, self.random, self._number(booklet))
                    yield PageResult(file, index, code, QUALITY, None, read)
                    if self.random.random() < 0.006:
                        index += 1
                        yield PageResult(
                            file, index, None, None, Unplaced(Reason.DUPLICATE, "the same", code)
                        )
                    elif self.random.random() < 0.002:
                        index += 1
                        yield replace(
                            self._twice(file, index, page), unplaced=Unplaced(Reason.TWICE, "", code)
                        )
                index += 1

    def _number(self, booklet: int) -> str:
        """The number on a booklet's cover: nothing where a name is printed, else somebody's, or unclear."""
        if self.run.booklets[booklet - 1].candidate is not None:
            return ""
        return "????????" if booklet % 2 else f"{99000000 + booklet}"

    def _twice(self, file: str, index: int, page: int) -> PageResult:
        """A page that is there, of another booklet than those that lack it, with all its boxes empty."""
        code = PageCode(EXAM_NUMBER, 30 + page % max(len(self.run.booklets) - 40, 1), page)
        read = read_page(self.layout.pages[self.layout.booklets[0].pages[page - 1]], frozenset(), self.random)
        return PageResult(file, index, None, None, Unplaced(Reason.TWICE, "", code), read)

    def _lists(self) -> None:
        file = hashlib.sha256(b"lists").hexdigest()
        found: list[PageResult] = []
        for sheet in self.layout.sheets:
            if sheet.sheet in {Sheet.ATTENDANCE, Sheet.PROTOCOL}:
                for page, at in enumerate(sheet.pages, start=1):
                    code = PageCode(EXAM_NUMBER, sheet.number, page, sheet.sheet)
                    read = read_page(self.layout.pages[at], frozenset(), self.random)
                    found.append(PageResult(file, len(found), code, QUALITY, None, read))
        self._write(file, found)

    def _extras(self) -> int:
        file = hashlib.sha256(b"extras").hexdigest()
        found: list[PageResult] = []
        numbers = [sheet for sheet in self.layout.sheets if sheet.sheet is Sheet.EXTRA]
        for sheet in numbers:
            for page, at in enumerate(sheet.pages, start=1):
                code = PageCode(EXAM_NUMBER, sheet.number, page, Sheet.EXTRA)
                number = "?????" if sheet.number % 2 else str(sheet.number)
                read = read_page(self.layout.pages[at], frozenset(), self.random, number)
                found.append(PageResult(file, len(found), code, QUALITY, None, read))
        self._write(file, found)
        return len(numbers)

    def _write(self, file: str, results: list[PageResult]) -> list[models.PageImage]:
        """The rows of one file."""
        count = max(r.index for r in results) + 1
        pages.append_file(file, f"{file[:6]}.pdf", count)
        pk = models.ScannedFile.objects.get(sha256=file).pk
        rows = models.PageImage.objects.bulk_create(translate.image_row(r, pk) for r in results)
        read = [
            translate.reading_row(r, row.pk, None)
            for row, result in zip(rows, results, strict=True)
            for r in result.readings
        ]
        models.Reading.objects.bulk_create(read, batch_size=1000)
        self.images += len(rows)
        self.readings += len(read)
        flagged = [
            models.Settlement(
                sheet=Sheet.BOOKLET.value,
                number=row.image.number,
                field=row.field,
                value=Mark.EMPTY.value,
                reading=row,
                who="benchmark",
                when=datetime.now(UTC),
                software=row.software,
            )
            for row in read
            if row.flagged and row.kind in MARKED and row.image.number and row.pk % 3 == 0
        ]
        models.Settlement.objects.bulk_create(flagged)
        audit.append("record", "benchmark", {"file": file})
        return rows
