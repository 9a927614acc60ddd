"""How long an exam's data are kept: who examines says so, and everybody is told when the time is over."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from klausur.actions import up_to_date
from klausur.actions.roles import Verb, allow
from klausur.base.errors import UsageError
from klausur.state.facts import Author
from klausur.state.retention import (
    LONGEST,
    NOBODY_SAID,
    Data,
    RetentionTerms,
    Stage,
    StoredDeletion,
    Term,
    term,
)
from klausur.store import audit, deletions
from klausur.store.folder import opened, writing


@dataclass(frozen=True, slots=True)
class RetentionClock:
    """How long data are kept, and what was deleted.

    Attributes:
        terms: how long each is.
        own: whether that is said of this exam, and not of all exams of the site.
        begins: the day of the exam, from which on it is counted.
        times: of scans and results.
        deletions: what was deleted, the oldest first.
    """

    terms: RetentionTerms
    own: bool
    begins: date
    times: tuple[Term, ...]
    deletions: tuple[StoredDeletion, ...]

    @property
    def pressing(self) -> tuple[Term, ...]:
        """What is to be deleted, now or soon."""
        return tuple(each for each in self.times if each.stage in {Stage.SOON, Stage.DUE})


def look(folder: Path, today: date, usual: RetentionTerms = NOBODY_SAID) -> RetentionClock:
    """How long data are kept.

    Args:
        folder: the exam folder.
        today: the day it is looked at.
        usual: what holds where nobody has said anything of this exam: the site's setting.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    with opened(folder) as records:
        begins = up_to_date.frame(records).exams.first.date
        own, gone = deletions.terms(), deletions.all_()
    terms = usual if own is None else own
    deleted = frozenset(data for each in gone for data in each.what)
    times = tuple(term(data, terms.of(data), begins, today, deleted) for data in Data)
    return RetentionClock(terms, own is not None, begins, times, gone)


def set_terms(folder: Path, terms: RetentionTerms, author: Author) -> None:
    """Say how long data are kept from now on; nothing is deleted by that.

    Raises:
        NotFoundError: nothing was printed yet.
        UsageError: it is no time, or results would be deleted before the scans that show them.
    """
    allow(author.actor, Verb.SET_RETENTION)
    _refuse(terms.scans, terms.results)
    if terms.results is not None and (terms.scans is None or terms.scans > terms.results):
        raise UsageError(
            "scans show what results say, and would be kept longer", "keep scans as long as results at most"
        )
    with opened(folder) as records:
        up_to_date.frame(records)
        with writing():
            if terms != deletions.terms():
                deletions.set_terms(terms, author)
                said = {"scans": terms.scans, "results": terms.results, "why": author.why}
                audit.append("set-retention", author.actor, said)


def _refuse(*months: int | None) -> None:
    if any(each is not None and not 0 < each <= LONGEST for each in months):
        raise UsageError("this is no number of months", f"write 1 to {LONGEST}")
