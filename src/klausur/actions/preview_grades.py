"""How many get which grade: by the exam's grade key, and by others that are tried. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from klausur.actions import up_to_date
from klausur.actions.grade import computed, key_to_json
from klausur.base.errors import UsageError
from klausur.exam.model import GradeKey
from klausur.report.results import regraded, summarise
from klausur.score.curve import changed
from klausur.store.folder import opened

PRESENT = "present"


@dataclass(frozen=True, slots=True)
class Tried:
    """A grade key, as it fits the results: what it is called, and the grades with how many get each."""

    name: str
    key: GradeKey
    counts: tuple[tuple[str, int], ...]

    @property
    def passed(self) -> int:
        """How many pass."""
        return sum(many for grade, many in self.counts if grade in self.key.passing)


@dataclass(frozen=True, slots=True)
class GradePreview:
    """What each key gives ``final`` booklets; ``unfinished`` ones have no grade yet and may change a fit."""

    tried: tuple[Tried, ...]
    final: int
    unfinished: int


def preview_grades(folder: Path, others: Sequence[str] = ()) -> GradePreview:
    """Try the exam's grade key, and others written as `klausur.score.curve.changed` reads them.

    Raises:
        NotFoundError: nothing was printed yet.
        UsageError: one of the others cannot be read.
    """
    with opened(folder) as records:
        frame = up_to_date.look(records)
        results = computed(folder, frame).results
        exam = frame.exams.first
    keys = [(PRESENT, exam.grades)]
    for text in others:
        try:
            keys.append((text, changed(exam.grades, text)))
        except ValueError as error:
            raise UsageError(str(error), "see klausur grade --help") from None
    tried = []
    for name, key in keys:
        other = regraded(results, key)
        tried.append(Tried(name, other.key, summarise(other).grades))
    summary = summarise(results)
    return GradePreview(tuple(tried), summary.final, summary.open)


def to_json(preview: GradePreview) -> bytes:
    """The preview as one JSON object."""
    return msgspec.json.encode(
        {
            "final": preview.final,
            "open": preview.unfinished,
            "keys": [
                {"name": t.name, **key_to_json(t.key), "grades": dict(t.counts), "passed": t.passed}
                for t in preview.tried
            ],
        }
    )
