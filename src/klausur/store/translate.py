"""The one translator between rows and core types. No query is made here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import msgspec

from klausur import __version__
from klausur.exam.model import ONE, Variants
from klausur.paper.code import PageCode, Sheet
from klausur.paper.fields import FieldKind
from klausur.paper.run import Booklet, Sticker
from klausur.read.model import PageResult, Reading
from klausur.roster.model import Candidate
from klausur.scan.result import Quality, Reason, Unplaced
from klausur.state.facts import (
    Bond,
    Edition,
    Enrolled,
    Numbers,
    Printing,
    Spot,
    Standing,
    StoredImage,
    StoredSettlement,
    StoredTie,
    Verdict,
)
from klausur.store import models

Scores = tuple[tuple[float, ...], ...]
Files = tuple[tuple[str, str], ...]


class Entry(NamedTuple):
    """The columns of an entry of the list that say who a candidate is."""

    candidate_id: int
    registration: str
    name: str
    room: str
    seat: str
    extra_minutes: int
    note: str
    mail: str
    standing: str
    why: str


def candidate(row: models.CandidateEntry | Entry) -> Candidate:
    """A Candidate as an entry of the list says it."""
    return Candidate(row.registration, row.name, row.room, row.seat, row.extra_minutes, row.note, row.mail)


def enrolled(row: models.CandidateEntry | Entry, numbers: tuple[str, ...]) -> Enrolled:
    """A Candidate as the list has them, with all registration numbers that they ever had."""
    former = tuple(number for number in numbers if number != row.registration)
    return Enrolled(row.candidate_id, candidate(row), Standing(row.standing), row.why, former)


def booklet(number: int, candidate_id: int | None, people: Mapping[int, Candidate]) -> Booklet:
    """A Booklet, with its candidate as the list has them now; nobody's once all of them was deleted."""
    return Booklet(number, None if candidate_id is None else people.get(candidate_id))


def sticker(number: int, candidate_id: int, people: Mapping[int, Candidate]) -> Sticker:
    """A Sticker, with its candidate as the list has them now."""
    return Sticker(number, people[candidate_id])


def variants_text(variants: Variants) -> str:
    """The variants of a printing, as the text of a column; empty where all booklets are alike."""
    return "" if variants == ONE else msgspec.json.encode(variants).decode()


def files_text(files: Iterable[tuple[str, str]]) -> str:
    """Names of files and their SHA-256, as the text of a column."""
    return msgspec.json.encode(tuple(files)).decode()


def edition(row: models.Edition, frozen: bool) -> Edition:  # noqa: FBT001 - one fact of the row, asked elsewhere
    """An Edition."""
    return Edition(
        row.number,
        row.exam_number,
        row.exam,
        row.paper,
        row.source_digest,
        row.why,
        row.who,
        row.made,
        row.seed,
        frozen,
    )


def printing(row: models.Printing) -> Printing:
    """A Printing; the rows of its edition and, if it was finished, of its papers must be at hand."""
    done = row.printed if hasattr(row, "printed") else None
    return Printing(
        number=row.number,
        edition=row.edition.number,
        booklets=Numbers(row.booklets_from, row.booklets_count),
        stickers=Numbers(row.stickers_from, row.stickers_count),
        extras=Numbers(row.extras_from, row.extras_count),
        lists=Numbers(row.lists_from, row.lists_count),
        variants=msgspec.json.decode(row.variants, type=Variants) if row.variants else ONE,
        who=row.who,
        made=row.made,
        software=row.software,
        done=None if done is None else done.made,
        layout_digest="" if done is None else done.layout_digest,
        files=() if done is None or not done.files else msgspec.json.decode(done.files, type=Files),
    )


def image_row(result: PageResult, file: int, again: int | None = None) -> models.PageImage:
    """The row of a page's result, not yet written, by the keys of its file and of what it replaces."""
    row = models.PageImage(
        file_id=file,
        index=result.index,
        part=result.part,
        again_id=again,
        software=__version__,
    )
    if result.unplaced is not None:
        why = result.unplaced
        row.reason, row.detail, row.resembles = why.reason.value, why.detail, why.resembles
        if why.code is not None:
            row.code_exam, row.code_sheet = why.code.exam, why.code.sheet.value
            row.code_number, row.code_page = why.code.booklet, why.code.page
        return row
    if result.code is None or result.quality is None:
        raise ValueError(f"image {result.index} of {result.file} is neither placed nor unplaced")
    row.sheet, row.number, row.page = result.code.sheet.value, result.code.booklet, result.code.page
    quality = result.quality
    row.residual, row.dpi, row.contrast = quality.residual, quality.dpi, quality.contrast
    row.sharpness, row.fiducials = quality.sharpness, quality.fiducials
    row.local, row.uncovered = quality.local, result.uncovered
    return row


@dataclass(slots=True)
class _Page:
    """The page that a decision names, if it names one."""

    sheet: str | None
    number: int | None
    page: int | None


@dataclass(slots=True)
class ImageRow:
    """The columns of an image and of the newest decision about it: hundreds wait, and rows cost a tenth."""

    pk: int
    index: int
    part: int
    sheet: str
    number: int | None
    page: int | None
    reason: str
    detail: str
    code_exam: int | None
    code_sheet: str
    code_number: int | None
    code_page: int | None
    resembles: int | None
    residual: float | None
    dpi: float | None
    contrast: float | None
    sharpness: float | None
    fiducials: int | None
    local: float | None
    uncovered: str
    file__sha256: str
    file__name: str
    state__decision__verdict: str | None
    state__decision__sheet: str | None
    state__decision__number: int | None
    state__decision__page: int | None
    state__decision__turned: int | None


IMAGE = tuple(column.name for column in fields(ImageRow))
"""The names of these columns, in their order."""


def image(row: ImageRow) -> StoredImage:
    """An image with the newest decision about it."""
    verdict = row.state__decision__verdict
    said = _Page(row.state__decision__sheet, row.state__decision__number, row.state__decision__page)
    return StoredImage(
        id=row.pk,
        file=row.file__sha256,
        name=row.file__name,
        index=row.index,
        machine=spot(row),
        unplaced=_unplaced(row),
        quality=_quality(row),
        verdict=None if verdict is None else Verdict(verdict),
        person=spot(said),
        part=row.part,
        uncovered=row.uncovered,
        turned=row.state__decision__turned,
    )


def reading_row(reading: Reading, image_: int, placement: models.PageSettlement | None) -> models.Reading:
    """The row of a Reading on the image of this number, not yet written."""
    return models.Reading(
        image_id=image_,
        placement=placement,
        field=reading.field,
        kind=reading.kind.value,
        question=reading.question,
        value=str(reading.value),
        confidence=reading.confidence,
        flagged=reading.flagged,
        reader=reading.reader,
        version=reading.version,
        scores=msgspec.json.encode(reading.scores).decode() if reading.scores else "",
        software=__version__,
    )


READ = ("field", "kind", "question", "value", "confidence", "flagged", "reader", "version", "scores")
"""The columns of a Reading as the machine made it, in the order in which `read` takes them."""


def read(  # noqa: PLR0913, PLR0917 - one for each column: 187,000 rows of a large exam go through here
    field: str,
    kind: str,
    question: str | None,
    value: str,
    confidence: float,
    flagged: bool,  # noqa: FBT001 - a column as well
    reader: str,
    version: str,
    scores: str,
) -> Reading:
    """A Reading as the machine made it."""
    seen, holds = _held(kind, value)
    return Reading(
        field,
        seen,
        question,
        holds,
        confidence,
        flagged,
        reader,
        version,
        msgspec.json.decode(scores, type=Scores) if scores else (),
    )


@lru_cache(maxsize=1024)
def _held(kind: str, value: str) -> tuple[FieldKind, str]:
    """A kind and what a reading of it holds; of marks there are four."""
    found = FieldKind(kind)
    return found, found.holds(value)


class Decided(NamedTuple):
    """The columns of a decision about a field that `settlement` takes."""

    pk: int
    sheet: str
    number: int
    field: str
    value: str
    reading_id: int | None
    who: str
    when: datetime
    why: str


def settlement(row: models.Settlement | Decided) -> StoredSettlement:
    """A decision about a field."""
    return StoredSettlement(
        id=row.pk,
        sheet=Sheet(row.sheet),
        booklet=row.number,
        field=row.field,
        value=row.value or None,
        reading=row.reading_id,
        who=row.who,
        when=row.when,
        why=row.why,
    )


def tie(row: models.TieSettlement, people: Mapping[int, Candidate]) -> StoredTie:
    """A decision about whose a paper is; the row's booklet must be at hand."""
    return StoredTie(
        id=row.pk,
        sheet=Sheet(row.sheet),
        number=row.number,
        bond=Bond(row.verdict),
        candidate=None if row.candidate_id is None else people[row.candidate_id],
        booklet=None if row.booklet is None else row.booklet.number,
        who=row.who,
        when=row.when,
        why=row.why,
    )


def spot(row: models.PageSettlement | ImageRow | _Page) -> Spot | None:
    """The page that a row names, if it names one."""
    if row.number is None or row.page is None or row.sheet is None:
        return None
    return Spot(row.number, row.page, Sheet(row.sheet))


def _unplaced(row: ImageRow) -> Unplaced | None:
    if not row.reason:
        return None
    code = None
    if row.code_exam is not None and row.code_number is not None and row.code_page is not None:
        code = PageCode(row.code_exam, row.code_number, row.code_page, Sheet(row.code_sheet))
    return Unplaced(Reason(row.reason), row.detail, code, row.resembles)


def _quality(row: ImageRow) -> Quality | None:
    values = (row.residual, row.dpi, row.contrast, row.sharpness)
    if row.fiducials is None or any(v is None for v in values):
        return None
    residual, dpi, contrast, sharpness = (float(v) for v in values if v is not None)
    return Quality(residual, dpi, contrast, sharpness, row.fiducials, row.local or 0.0)
