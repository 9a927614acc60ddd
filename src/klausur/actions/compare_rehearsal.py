"""A rehearsal's truth against what was read of it: what was misread, left to people, or never read."""

from dataclasses import dataclass
from pathlib import Path

from klausur.actions.readings import readings
from klausur.actions.rehearse import REHEARSAL
from klausur.base.errors import NotFoundError
from klausur.paper.code import PageCode
from klausur.rehearse.compare import (
    Comparison,
    FieldsComparison,
    SpoiltPages,
    compare,
    compare_fields,
    spoilt_pages,
)
from klausur.rehearse.truth import FIELDS, MARKS, PAGES


@dataclass(frozen=True, slots=True)
class Compared:
    """How readings compare with the truth: ``boxes``, all other Fields, and what was spoilt on purpose.

    ``readings`` are all that count, ``flagged`` those of them that are left to people.
    """

    readings: int
    flagged: int
    boxes: Comparison
    fields: FieldsComparison
    spoilt: SpoiltPages

    @property
    def misread(self) -> int:
        """How many Fields of any kind were read wrongly although nobody is asked about them."""
        return len(self.boxes.silent_misreads) + len(self.fields.silent_misreads)


def compare_rehearsal(folder: Path, out: Path | None = None) -> Compared:
    """Compare what was read with the truth of the rehearsal that was scanned.

    Args:
        folder: the exam folder.
        out: where the rehearsal is; ``rehearsal/`` in the exam folder if None.

    Raises:
        NotFoundError: nothing was printed, there is no rehearsal, or nothing of it was read.
    """
    place = folder / REHEARSAL if out is None else out
    if not (place / MARKS).is_file():
        raise NotFoundError(f"{place} holds no rehearsal", "make one with 'klausur rehearse'")
    found = readings(folder)
    if not found:
        raise NotFoundError("nothing was read yet", f"scan the rehearsal: klausur scan {place}")
    others = ((PageCode(0, r.spot.booklet, r.spot.page, r.spot.sheet), r.reading) for r in found)
    return Compared(
        readings=len(found),
        flagged=sum(r.reading.flagged for r in found),
        boxes=compare(((r.spot.booklet, r.reading) for r in found), place / MARKS),
        fields=compare_fields(others, place / FIELDS),
        spoilt=spoilt_pages(place / PAGES),
    )
