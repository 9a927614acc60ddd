"""What State rests on beside scans: papers, exams and arrangements, looked up once for each state of them."""

from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

from klausur.base.errors import RefusedError
from klausur.paper.layout import Layout
from klausur.state import RULES
from klausur.state.arrangements import Arrangements
from klausur.state.exams import PrintedExams
from klausur.state.facts import Papers
from klausur.store import arrangements, exams, models, printings
from klausur.store.compiled import Compiled
from klausur.store.rows import ALL


class Frame:
    """What State rests on beside scans: papers, layout and exams, each looked up when asked for.

    One is made while its exam's folder is open, and may be held through a whole scan: `refresh` sees to it
    that what others have printed, decided about the key or changed on the list meanwhile is looked up again.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers: AbstractSet[int] = frozenset()
        self._known, self._mark = newest()
        self._fresh = True

    @property
    def begun(self) -> bool:
        """Whether anything was printed when this was made or kept up last."""
        return self._known.printed is not None

    @property
    def stale(self) -> bool:
        """Whether State had to be brought up to date when this was made or kept up last."""
        return is_stale(self._mark)

    def keep_up(self) -> "Mark | None":
        """Forget what was looked up if something of it has changed since; how far State is up to date."""
        now, self._mark = newest()
        if now != self._known:
            self._known, self._numbers = now, frozenset()
            for name in ("papers", "layout", "exams", "arrangements"):
                self.__dict__.pop(name, None)
        return self._mark

    @property
    def known(self) -> object:
        """Stands for all that is looked up: another value once something of it has changed."""
        return self._known

    def prepare(self) -> None:
        """Look up what deriving booklets needs, before the lock is taken that it happens under."""
        if not self._fresh:  # what was just made is up to date, and `refresh` looks again under the lock
            self.keep_up()
        self._fresh = False
        with suppress(RefusedError):  # of an exam that was not kept it is said where it is asked for
            _ = self.exams, self.arrangements

    @cached_property
    def papers(self) -> Papers:
        """All that was printed, and the list of candidates."""
        return printings.papers()

    @cached_property
    def layout(self) -> Layout:
        """Where everything lies on all papers."""
        return printings.layout()

    def papers_of(self, numbers: AbstractSet[int] | None) -> Layout:
        """Where everything lies on these booklets; on all papers for ALL, or where that is known already."""
        if numbers is ALL or "layout" in self.__dict__:
            return self.layout
        if not numbers <= self._numbers:
            known = _digests(self.folder, self._known)
            self._numbers, self._some = numbers, printings.part_of_layout(numbers, digests_=known)
        return self._some

    @cached_property
    def exams(self) -> PrintedExams:
        """What each booklet asks.

        Raises:
            RefusedError: an older Klausur printed, which did not keep the exam.
        """
        return self._asked(texts=False)

    @cached_property
    def arrangements(self) -> Arrangements:
        """What examiners arranged about the judging."""
        while True:
            try:
                return _arrangements(self.folder, self._known)
            except _ChangedError:
                self.keep_up()

    @property
    def exams_with_texts(self) -> PrintedExams:
        """The same with texts, rubrics and solutions: what people are shown. Raises the same."""
        return self._asked(texts=True)

    def _asked(self, *, texts: bool) -> PrintedExams:
        while True:
            try:
                return _exams(self.folder, self._known, texts=texts)
            except _ChangedError:
                self.keep_up()

    def under(self, tried: PrintedExams) -> "Frame":
        """The same papers under other keys."""
        other = Frame(self.folder)
        other.papers, other.layout, other.exams = self.papers, self.layout, tried
        return other

    def anew(self) -> "Frame":
        """The same with nothing looked up yet, after printings, candidates or keys have changed."""
        return Frame(self.folder)


@dataclass(frozen=True, slots=True)
class _Versions:
    """The newest rows of all that a Frame looks up, and when they were made: other records have others."""

    printed: int | None
    entry: int | None
    key: int | None
    made: object
    decided: object
    rubric: object
    arranged: int | None


class Mark(NamedTuple):
    """How far State is up to date: the columns of `models.Mark`."""

    rules: int
    owners_stale: bool
    booklets_from: int | None


def newest() -> tuple[_Versions, Mark | None]:
    """What a Frame that is looked up now rests on, and how far State is up to date."""
    ((*versions, rules, owners_stale, booklets_from),) = newest_rows()
    mark_ = None if rules is None else Mark(rules, bool(owners_stale), booklets_from)
    return _Versions(*versions), mark_


def _newest_text() -> str:
    """In plain SQL, and all in one, since each decision asks for it twice."""
    printed, entry, key, printing, rubric, arranged, mark = (
        table._meta.db_table  # noqa: SLF001 - Django's documented API
        for table in (
            *(models.Printed, models.CandidateEntry, models.KeyDecision, models.Printing),
            *(models.RubricVersion, models.Arrangement, models.Mark),
        )
    )
    return (
        f"SELECT (SELECT MAX(id) FROM {printed}), (SELECT MAX(id) FROM {entry}), "  # noqa: S608 - names of ours
        f"(SELECT MAX(id) FROM {key}), (SELECT made FROM {printing} ORDER BY id DESC LIMIT 1), "
        f'(SELECT "when" FROM {key} ORDER BY id DESC LIMIT 1), '
        f'(SELECT "when" FROM {rubric} ORDER BY id DESC LIMIT 1), (SELECT MAX(id) FROM {arranged}), '
        "m.rules, m.owners_stale, m.booklets_from "
        f"FROM (SELECT 1 AS one) AS o LEFT JOIN {mark} AS m ON m.id = 1"
    )


newest_rows = Compiled(_newest_text)
"""The one row of it: `newest`, which can be asked ahead."""


def is_stale(mark: Mark | None) -> bool:
    """Whether State has to be brought up to date."""
    return mark is None or mark.rules != RULES or mark.owners_stale or mark.booklets_from is not None


class _ChangedError(Exception):
    """Somebody printed, or decided about the key, while exams were looked up."""


@lru_cache(maxsize=8)
def _exams(folder: Path, known: _Versions, *, texts: bool) -> PrintedExams:
    """What each booklet asks, once for each state of the records: looking it up took a decision's tenth."""
    found = exams.printed(printings.every(), folder, texts=texts)
    if newest()[0] != known:
        raise _ChangedError  # what is raised is not remembered
    return found


@lru_cache(maxsize=8)
def _arrangements(folder: Path, known: _Versions) -> Arrangements:
    """What is arranged, once for each state of the records: each judgement and each look asks for it."""
    del folder  # names the records
    found = arrangements.all_()
    if newest()[0] != known:
        raise _ChangedError
    return found


@lru_cache(maxsize=8)
def _digests(folder: Path, known: _Versions) -> tuple[str, ...]:
    """Which Layouts there are, once for each state of the records; one that came meanwhile does no harm."""
    del folder, known
    return printings.digests()
