"""The pile on the table: which papers were used on the day, in the order in which they are scanned.

Booklets with the extra sheets that lie in them come first, then the rooms' lists. What happens on the day is
decided in `klausur.rehearse.day`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from klausur.exam.model import Exam
from klausur.paper.code import Sheet
from klausur.paper.fields import Field, FieldKind
from klausur.paper.layout import Layout, SheetLayout
from klausur.paper.run import PrintRun
from klausur.rehearse import other_fields, stuck_labels
from klausur.rehearse.booklet import (
    Planned,
    PrintedBooklets,
    plan_booklet,
    plan_sheet,
    printed,
    printed_sheets,
)
from klausur.rehearse.candidates import POPULATION, Behaviour, Essay, Script, act
from klausur.rehearse.day import Day, Taken, day
from klausur.rehearse.hands import CORRECTOR_INKS, hand, stream
from klausur.rehearse.scanner import Wear

BOOKLETS_A_FILE = 10
"""Booklets that are scanned in one go into one file."""

_EXTRA, _NUMBERS, _WRITTEN_CREDITS = 8, 9, 10
"""Names of the random streams of extra sheets and stickers, and of numbers that are answers."""

Unit = tuple[Sheet, int]
"""One paper: its kind and its number."""


@dataclass(frozen=True, slots=True)
class RehearsedPapers:
    """What was printed beside the booklets, and for whom; ``key`` is the exam's, for stickers of our own.

    ``exams`` are those of booklets, by number, that ask something else than the rest.
    """

    run: PrintRun
    key: bytes
    attendance: Path | None = None
    extras: Path | None = None
    exams: Mapping[int, Exam] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RehearsedDay:
    """All papers and the day; without a ``run`` there is no day, and all booklets are used."""

    layout: Layout
    exam: Exam
    seed: int
    booklets: PrintedBooklets
    run: PrintRun | None
    day: Day | None
    sheets: Mapping[Sheet, PrintedBooklets]
    stickers: stuck_labels.PrintedStickers | None
    exams: Mapping[int, Exam] = field(default_factory=dict)

    def asked(self, booklet: int) -> Exam:
        """What a booklet asks."""
        return self.exams.get(booklet, self.exam)


@contextmanager
def set_out(
    booklets: Path, layout: Layout, exam: Exam, papers: RehearsedPapers | None, seed: int
) -> Iterator[RehearsedDay]:
    """Look through what was printed; a rehearsal's own stickers are there as long as the context.

    Raises:
        UsageError: a PDF and the layout do not belong together.
    """
    own = printed(booklets, layout)
    if papers is None or not papers.run.candidates:  # nobody is known: every booklet finds somebody
        yield RehearsedDay(
            layout, exam, seed, own, None, None, {}, None, {} if papers is None else papers.exams
        )
        return
    sheets: dict[Sheet, PrintedBooklets] = {}
    if papers.attendance is not None:
        sheets |= printed_sheets(papers.attendance, layout, (Sheet.ATTENDANCE, Sheet.PROTOCOL))
    if papers.extras is not None:
        sheets |= printed_sheets(papers.extras, layout, (Sheet.EXTRA,))
    run = papers.run
    with TemporaryDirectory() as folder:
        labels = (
            stuck_labels.typeset(exam, run, papers.key, Path(folder) / "stickers.pdf")
            if run.stickers
            else None
        )
        yield RehearsedDay(layout, exam, seed, own, run, day(run, seed), sheets, labels, papers.exams)


def batched(table: RehearsedDay) -> Iterator[tuple[Unit, ...]]:
    """The papers that are scanned into each file, in order."""
    used = [b.number for b in table.layout.booklets if table.day is None or b.number in table.day.sittings]
    for at in range(0, len(used), BOOKLETS_A_FILE):
        yield tuple(
            unit
            for number in used[at : at + BOOKLETS_A_FILE]
            for unit in ((Sheet.BOOKLET, number), *((Sheet.EXTRA, t.number) for t in _taken(table, number)))
        )
    lists = tuple((s.sheet, s.number) for s in table.layout.sheets if s.sheet in _LISTS & table.sheets.keys())
    if lists:
        yield lists


_LISTS = frozenset({Sheet.ATTENDANCE, Sheet.PROTOCOL})


def planned(table: RehearsedDay, unit: Unit, wear: Wear, behaviour: Behaviour) -> Planned:
    """Plan one paper: its script and what is on it beside."""
    sheet, number = unit
    if sheet is Sheet.BOOKLET:
        return _booklet(table, number, wear, behaviour)
    at = next(s for s in table.layout.sheets if (s.sheet, s.number) == unit)
    if sheet is Sheet.EXTRA:
        return _extra(table, at, wear)
    rng = stream(POPULATION, table.seed, _EXTRA, list(Sheet).index(sheet), number)
    script = Script(number, hand(rng, POPULATION), hand(rng, POPULATION, CORRECTOR_INKS), (), ())
    things = other_fields.on_list(_fields(table, at), table.day, table.seed) if table.day else ()
    return plan_sheet(table.sheets[sheet], table.layout, at, script, wear, table.seed, things)


def _taken(table: RehearsedDay, booklet: int) -> tuple[Taken, ...]:
    if table.day is None or Sheet.EXTRA not in table.sheets:
        return ()
    return table.day.extras.get(booklet, ())


def _booklet(table: RehearsedDay, number: int, wear: Wear, behaviour: Behaviour) -> Planned:
    script = act(table.asked(number), table.layout, number, table.seed, behaviour)
    things: tuple[other_fields.Beside, ...] = ()
    if table.day is not None and table.run is not None:
        named = any(b.number == number and b.candidate is not None for b in table.run.booklets)
        rng = stream(POPULATION, table.seed, number, _EXTRA)
        things = other_fields.on_booklet(
            table.layout, table.day.sittings[number], script.candidate, table.stickers, named=named, rng=rng
        )
    written = stream(POPULATION, table.seed, number, _NUMBERS)
    things += other_fields.on_questions(table.asked(number), table.layout, number, script.candidate, written)
    gave = stream(POPULATION, table.seed, number, _WRITTEN_CREDITS)
    things += other_fields.by_corrector(
        table.layout, number, script.corrector, gave, forgotten=behaviour.no_credit
    )
    return plan_booklet(table.booklets, table.layout, script, wear, table.seed, things)


def _extra(table: RehearsedDay, at: SheetLayout, wear: Wear) -> Planned:
    """An extra sheet in the hand of the booklet's candidate, written on from the top."""
    taken = next(
        t for of in (table.day.extras if table.day else {}).values() for t in of if t.number == at.number
    )
    who = act(table.asked(taken.booklet), table.layout, taken.booklet, table.seed)
    rng = stream(POPULATION, table.seed, _EXTRA, list(Sheet).index(at.sheet), at.number)
    fields = list(_fields(table, at))
    essays = [
        Essay(page, field, float(rng.uniform(0.1, 0.8)))
        for page, field in fields
        if field.kind is FieldKind.ANSWER_AREA and (page == 1 or rng.random() < 0.3)
    ]
    script = Script(at.number, who.candidate, who.corrector, (), tuple(essays))
    things = other_fields.on_extra(fields, taken, who.candidate)
    return plan_sheet(table.sheets[at.sheet], table.layout, at, script, wear, table.seed, things)


def _fields(table: RehearsedDay, at: SheetLayout) -> Iterator[tuple[int, Field]]:
    for page, index in enumerate(at.pages, start=1):
        for there in table.layout.pages[index].fields:
            yield page, there
