"""Readings against the truth of a rehearsal: what was misread, what was flagged, and what was never read."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from klausur.paper.code import PageCode, Sheet
from klausur.paper.fields import MARKED, FieldKind
from klausur.read.model import Mark, Reading
from klausur.rehearse.truth import FOR_PEOPLE, FieldTruth, read_fields, read_marks, read_pages


@dataclass(frozen=True, slots=True)
class Misread:
    """A box whose reading differs from the truth although no person was asked."""

    booklet: int
    field: str
    truth: Mark
    read: Mark
    confidence: float
    note: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How readings compare with the truth. Only boxes that were read count, except in ``missing``.

    Attributes:
        boxes: choice and credit boxes that were read.
        marked: those of them whose truth is not `empty`.
        silent_misreads: boxes read wrongly without a flag.
        flagged_marked: flagged boxes whose truth is not `empty`.
        flagged_unclear: those of them whose truth is `other`, where a flag is right.
        flagged_empty: flagged boxes whose truth is `empty`.
        missing: boxes of the truth without a reading, as on lost and unplaced pages.
        unknown: readings of boxes that the truth does not have.
    """

    boxes: int
    marked: int
    silent_misreads: tuple[Misread, ...]
    flagged_marked: int
    flagged_unclear: int
    flagged_empty: int
    missing: int
    unknown: int

    @property
    def flagged(self) -> int:
        """All boxes that a person must look at."""
        return self.flagged_marked + self.flagged_empty

    @property
    def flagged_share(self) -> float:
        """Flagged among marked boxes, 0 … 1."""
        return self.flagged_marked / self.marked if self.marked else 0.0

    @property
    def misread_share(self) -> float:
        """Silently misread among all boxes read, 0 … 1."""
        return len(self.silent_misreads) / self.boxes if self.boxes else 0.0


def compare(readings: Iterable[tuple[int, Reading]], truth_marks: Path) -> Comparison:
    """Compare readings with ``truth-marks.csv``.

    Args:
        readings: each with its booklet's number. Readings of other Fields than boxes are passed over.
            If a box was read more than once, one wrong unflagged reading makes it a misread, and one
            flag makes it flagged.
        truth_marks: the file that the rehearsal wrote.
    """
    truths = {(t.booklet, t.field): t for t in read_marks(truth_marks)}
    seen: dict[tuple[int, str], list[Reading]] = defaultdict(list)
    unknown = 0
    for booklet, reading in readings:
        if reading.kind not in MARKED:
            continue
        if (booklet, reading.field) in truths:
            seen[booklet, reading.field].append(reading)
        else:
            unknown += 1
    misreads: list[Misread] = []
    flagged: dict[Mark, int] = dict.fromkeys(Mark, 0)
    for key, found in seen.items():
        truth = truths[key]
        flagged[truth.mark] += any(r.flagged for r in found)
        wrong = next((r for r in found if not r.flagged and r.value != truth.mark), None)
        if wrong is not None:
            misreads.append(Misread(*key, truth.mark, Mark(wrong.value), wrong.confidence, truth.note))
    return Comparison(
        boxes=len(seen),
        marked=sum(truths[key].mark is not Mark.EMPTY for key in seen),
        silent_misreads=tuple(misreads),
        flagged_marked=sum(n for mark, n in flagged.items() if mark is not Mark.EMPTY),
        flagged_unclear=flagged[Mark.OTHER],
        flagged_empty=flagged[Mark.EMPTY],
        missing=len(truths) - len(seen),
        unknown=unknown,
    )


@dataclass(frozen=True, slots=True)
class SpoiltPages:
    """What a rehearsal did to pages on purpose: how many it scanned twice, robbed of their code, and lost."""

    twice: int
    illegible: int
    lost: int


def spoilt_pages(truth_pages: Path) -> SpoiltPages:
    """What ``truth-pages.csv`` says of pages that cannot simply be placed.

    A second scan whose code cannot be read is counted among the illegible ones, as it cannot be told for one.
    """
    truths = read_pages(truth_pages)
    return SpoiltPages(
        twice=sum(t.code_legible and "duplicate" in t.defects.split() for t in truths),
        illegible=sum(bool(t.file) and not t.code_legible for t in truths),
        lost=sum(not t.file for t in truths),
    )


@dataclass(frozen=True, slots=True)
class Misheard:
    """A Field that is no box, whose reading differs from the truth although no person was asked."""

    truth: FieldTruth
    read: str
    confidence: float


@dataclass(frozen=True, slots=True)
class FieldsComparison:
    """How readings of digit rows, sticker spots and signatures compare with the truth, by kind of Field."""

    read: Mapping[FieldKind, int]
    flagged: Mapping[FieldKind, int]
    silent_misreads: tuple[Misheard, ...]
    missing: int


def compare_fields(readings: Iterable[tuple[PageCode, Reading]], truth_fields: Path) -> FieldsComparison:
    """Compare readings with ``truth-fields.csv``.

    Args:
        readings: each with the code of its page; boxes and Fields without a truth are passed over.
        truth_fields: the file that the rehearsal wrote.
    """
    told = (t for t in read_fields(truth_fields) if t.note != FOR_PEOPLE)
    truths = {(t.sheet, t.number, t.page, t.field): t for t in told}
    read: Counter[FieldKind] = Counter()
    flagged: Counter[FieldKind] = Counter()
    wrong: list[Misheard] = []
    seen: set[tuple[Sheet, int, int, str]] = set()
    for code, reading in readings:
        key = (code.sheet, code.booklet, code.page, reading.field)
        truth = truths.get(key)
        if truth is None:
            continue
        seen.add(key)
        read[reading.kind] += 1
        flagged[reading.kind] += reading.flagged
        if not reading.flagged and reading.value.replace("?", "") != truth.value:
            wrong.append(Misheard(truth, reading.value, reading.confidence))
    return FieldsComparison(dict(read), dict(flagged), tuple(wrong), len(truths) - len(seen))
