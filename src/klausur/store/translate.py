"""The one translator between rows and core types. No query is made here; see `klausur.store.records`."""

from klausur import __version__
from klausur.paper.code import PageCode
from klausur.paper.fields import MARKED, FieldKind
from klausur.paper.run import Booklet, PrintRun
from klausur.read.model import Mark, PageResult, Reading
from klausur.roster.model import Candidate
from klausur.scan.model import Quality, Reason, Unplaced
from klausur.store import models
from klausur.store.facts import Spot, StoredImage, StoredReading, StoredRun, StoredSettlement, Verdict


def booklet(row: models.Booklet) -> Booklet:
    """A Booklet; the row's candidate must be at hand."""
    person = row.candidate
    return Booklet(
        row.number,
        None if person is None else Candidate(person.registration, person.name, person.room, person.seat),
    )


def candidate_row(run: models.PrintRun, candidate: Candidate) -> models.Candidate:
    """The row of a Candidate in a print run, not yet written."""
    return models.Candidate(
        run=run,
        registration=candidate.registration,
        name=candidate.name,
        room=candidate.room,
        seat=candidate.seat,
        software=__version__,
    )


def stored_run(row: models.PrintRun, booklets: list[models.Booklet]) -> StoredRun:
    """A print run with its booklets, in the order of their numbers."""
    return StoredRun(
        id=row.pk,
        run=PrintRun(row.exam_number, tuple(booklet(b) for b in booklets)),
        exam=row.exam,
        layout_digest=row.layout_digest,
        source_digest=row.source_digest,
        seed=row.seed,
        made=row.made,
        software=row.software,
    )


def image_row(result: PageResult, file: int, run: int, booklet_: int | None) -> models.PageImage:
    """The row of a page's result, not yet written, by the keys of its file, print run and booklet."""
    row = models.PageImage(file_id=file, index=result.index, run_id=run, software=__version__)
    if result.unplaced is not None:
        row.reason, row.detail = result.unplaced.reason.value, result.unplaced.detail
        code = result.unplaced.code
        if code is not None:
            row.code_exam, row.code_booklet, row.code_page = code.exam, code.booklet, code.page
        return row
    if result.code is None or result.quality is None:
        raise ValueError(f"image {result.index} of {result.file} is neither placed nor unplaced")
    row.booklet_id, row.page = booklet_, result.code.page
    quality = result.quality
    row.residual, row.dpi, row.contrast = quality.residual, quality.dpi, quality.contrast
    row.sharpness, row.fiducials = quality.sharpness, quality.fiducials
    return row


def image(row: models.PageImage, last: models.PageSettlement | None) -> StoredImage:
    """An image with the newest decision about it; the rows' file and booklets must be at hand."""
    machine = None if row.booklet is None or row.page is None else Spot(row.booklet.number, row.page)
    person = None
    if last is not None and last.booklet is not None and last.page is not None:
        person = Spot(last.booklet.number, last.page)
    return StoredImage(
        id=row.pk,
        file=row.file.sha256,
        name=row.file.name,
        index=row.index,
        machine=machine,
        unplaced=_unplaced(row),
        quality=_quality(row),
        verdict=None if last is None else Verdict(last.verdict),
        person=person,
    )


def reading_row(
    reading: Reading, image_: models.PageImage, placement: models.PageSettlement | None
) -> models.Reading:
    """The row of a Reading, not yet written."""
    return models.Reading(
        image=image_,
        placement=placement,
        field=reading.field,
        kind=reading.kind.value,
        question=reading.question,
        value=str(reading.value),
        confidence=reading.confidence,
        flagged=reading.flagged,
        reader=reading.reader,
        version=reading.version,
        software=__version__,
    )


def reading(row: models.Reading) -> Reading:
    """A Reading as the machine made it."""
    return Reading(
        field=row.field,
        kind=FieldKind(row.kind),
        question=row.question,
        value=Mark(row.value) if FieldKind(row.kind) in MARKED else row.value,
        confidence=row.confidence,
        flagged=row.flagged,
        reader=row.reader,
        version=row.version,
    )


def stored_reading(row: models.Reading, spot: Spot, settled: Mark | None) -> StoredReading:
    """A Reading at its page, with what a person decided."""
    return StoredReading(row.pk, row.image_id, spot, reading(row), settled)


def settlement(row: models.Settlement) -> StoredSettlement:
    """A decision about a field; the row's booklet must be at hand."""
    return StoredSettlement(
        id=row.pk,
        booklet=row.booklet.number,
        field=row.field,
        mark=Mark(row.mark) if row.mark else None,
        reading=row.reading_id,
        who=row.who,
        when=row.when,
        why=row.why,
    )


def _unplaced(row: models.PageImage) -> Unplaced | None:
    if not row.reason:
        return None
    code = None
    if row.code_exam is not None and row.code_booklet is not None and row.code_page is not None:
        code = PageCode(row.code_exam, row.code_booklet, row.code_page)
    return Unplaced(Reason(row.reason), row.detail, code)


def _quality(row: models.PageImage) -> Quality | None:
    values = (row.residual, row.dpi, row.contrast, row.sharpness)
    if row.fiducials is None or any(v is None for v in values):
        return None
    residual, dpi, contrast, sharpness = (float(v) for v in values if v is not None)
    return Quality(residual, dpi, contrast, sharpness, row.fiducials)
