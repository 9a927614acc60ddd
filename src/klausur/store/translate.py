"""The one translator between rows and core types. No query is made here."""

import msgspec

from klausur import __version__
from klausur.exam.model import ONE, Variants
from klausur.paper.asked import Asked, Drawn
from klausur.paper.code import PageCode, Sheet
from klausur.paper.fields import FieldKind
from klausur.paper.run import Booklet, PrintRun, Sticker
from klausur.read.model import PageResult, Reading
from klausur.roster.model import Candidate
from klausur.scan.model import Quality, Reason, Unplaced
from klausur.store import models
from klausur.store.facts import (
    Bond,
    Spot,
    StoredImage,
    StoredReading,
    StoredRun,
    StoredSettlement,
    StoredTie,
    Verdict,
)

Scores = tuple[tuple[float, ...], ...]


def candidate(row: models.Candidate) -> Candidate:
    """A Candidate."""
    return Candidate(row.registration, row.name, row.room, row.seat, row.extra_minutes, row.note)


def candidate_row(run: models.PrintRun, person: Candidate) -> models.Candidate:
    """The row of a Candidate in a print run, not yet written."""
    return models.Candidate(
        run=run,
        registration=person.registration,
        name=person.name,
        room=person.room,
        seat=person.seat,
        extra_minutes=person.extra_minutes,
        note=person.note,
        software=__version__,
    )


def booklet(row: models.Booklet) -> Booklet:
    """A Booklet; the row's candidate must be at hand."""
    return Booklet(row.number, None if row.candidate is None else candidate(row.candidate))


def sticker(row: models.Sticker) -> Sticker:
    """A Sticker; the row's candidate must be at hand."""
    return Sticker(row.number, candidate(row.candidate))


def asked_text(asked: tuple[Asked, ...] | tuple[Drawn, ...]) -> str:
    """What was asked or drawn, as the text of a column; empty for nothing."""
    return msgspec.json.encode(asked).decode() if asked else ""


def variants_text(variants: Variants) -> str:
    """The variants of a print run, as the text of a column; empty where all booklets are alike."""
    return "" if variants == ONE else msgspec.json.encode(variants).decode()


def stored_run(
    row: models.PrintRun, booklets: list[models.Booklet], stickers: list[models.Sticker]
) -> StoredRun:
    """A print run with its booklets and stickers, in the order of their numbers."""
    return StoredRun(
        id=row.pk,
        run=PrintRun(
            row.exam_number,
            tuple(booklet(b) for b in booklets),
            tuple(sticker(s) for s in stickers),
            row.extras,
            msgspec.json.decode(row.variants, type=Variants) if row.variants else ONE,
        ),
        exam=row.exam,
        layout_digest=row.layout_digest,
        source_digest=row.source_digest,
        seed=row.seed,
        made=row.made,
        software=row.software,
        asked=msgspec.json.decode(row.asked, type=tuple[Asked, ...]) if row.asked else (),
        drawn=msgspec.json.decode(row.drawn, type=tuple[Drawn, ...]) if row.drawn else (),
    )


def image_row(result: PageResult, file: int, run: int, again: int | None = None) -> models.PageImage:
    """The row of a page's result, not yet written, by the keys of its file, its run and what it replaces."""
    row = models.PageImage(
        file_id=file,
        index=result.index,
        part=result.part,
        again_id=again,
        run_id=run,
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


def image(row: models.PageImage, last: models.PageSettlement | None) -> StoredImage:
    """An image with the newest decision about it; the row's file must be at hand."""
    return StoredImage(
        id=row.pk,
        file=row.file.sha256,
        name=row.file.name,
        index=row.index,
        machine=_spot(row),
        unplaced=_unplaced(row),
        quality=_quality(row),
        verdict=None if last is None else Verdict(last.verdict),
        person=None if last is None else _spot(last),
        part=row.part,
        uncovered=row.uncovered,
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
        scores=msgspec.json.encode(reading.scores).decode() if reading.scores else "",
        software=__version__,
    )


def reading(row: models.Reading) -> Reading:
    """A Reading as the machine made it."""
    kind = FieldKind(row.kind)
    return Reading(
        field=row.field,
        kind=kind,
        question=row.question,
        value=kind.holds(row.value),
        confidence=row.confidence,
        flagged=row.flagged,
        reader=row.reader,
        version=row.version,
        scores=msgspec.json.decode(row.scores, type=Scores) if row.scores else (),
    )


def stored_reading(row: models.Reading, spot: Spot, settled: str | None) -> StoredReading:
    """A Reading at its page, with what a person decided."""
    return StoredReading(row.pk, row.image_id, spot, reading(row), settled)


def settlement(row: models.Settlement) -> StoredSettlement:
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


def tie(row: models.TieSettlement) -> StoredTie:
    """A decision about whose a paper is; the row's candidate and booklet must be at hand."""
    return StoredTie(
        id=row.pk,
        sheet=Sheet(row.sheet),
        number=row.number,
        bond=Bond(row.verdict),
        candidate=None if row.candidate is None else candidate(row.candidate),
        booklet=None if row.booklet is None else row.booklet.number,
        who=row.who,
        when=row.when,
        why=row.why,
    )


def _spot(row: models.PageImage | models.PageSettlement) -> Spot | None:
    if row.number is None or row.page is None:
        return None
    return Spot(row.number, row.page, Sheet(row.sheet))


def _unplaced(row: models.PageImage) -> Unplaced | None:
    if not row.reason:
        return None
    code = None
    if row.code_exam is not None and row.code_number is not None and row.code_page is not None:
        code = PageCode(row.code_exam, row.code_number, row.code_page, Sheet(row.code_sheet))
    return Unplaced(Reason(row.reason), row.detail, code, row.resembles)


def _quality(row: models.PageImage) -> Quality | None:
    values = (row.residual, row.dpi, row.contrast, row.sharpness)
    if row.fiducials is None or any(v is None for v in values):
        return None
    residual, dpi, contrast, sharpness = (float(v) for v in values if v is not None)
    return Quality(residual, dpi, contrast, sharpness, row.fiducials, row.local or 0.0)
