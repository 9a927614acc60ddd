"""An exam day in the records: stickers, numbers, extra sheets, signatures, and people's words about them.

Three candidates, four unnamed booklets of two pages, two extra sheets, an attendance list of two pages.
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from tests.cast import CORRECTOR, EXAMINER
from tests.exams import copy_exam
from tests.open_points import told

from klausur.actions.annotate import annotate, erase
from klausur.actions.answer_seen import answer_seen
from klausur.actions.attendance import Finding, Presence, attendance, signature
from klausur.actions.grade import grade
from klausur.actions.readings import readings
from klausur.actions.scan_look import past
from klausur.actions.settle import settle
from klausur.actions.settle_tie import settle_booklet, settle_extra, settle_signature
from klausur.actions.status import status
from klausur.actions.take_back import take_back
from klausur.actions.waiting import waiting
from klausur.base.errors import NotFoundError, RefusedError
from klausur.base.geometry import Box
from klausur.base.ink import Drawing, Tool
from klausur.paper.answers import Chosen, Worth
from klausur.paper.code import PageCode, Sheet
from klausur.paper.fields import Field, FieldKind
from klausur.paper.layout import BookletLayout, Layout, PageLayout, SheetLayout, with_sheets
from klausur.paper.run import plan
from klausur.read.model import PageResult, Reading, Signed
from klausur.report.results import ResultRow, Status
from klausur.roster.model import Candidate
from klausur.scan.model import Quality
from klausur.state.facts import Actor, Author, Bond, Role, Spot
from klausur.state.owners import Source, TieDoubt
from klausur.store import audit
from klausur.store.folder import opened

from .conftest import ADA_RIGHT, EXAM_NUMBER, FILE, print_by_hand, result, scan_by_hand, write_exam

WHO = Author(Actor("Prof. Example", Role.EXAMINER), "asked them")
ADA = Candidate("0371", "Ada Example", "Hall 1", "A1")
JUERGEN = Candidate("0382", "Jürgen Muster", "Hall 1", "A2")
EVA = Candidate("0955", "Eva Beispiel", "Hall 2", "A1", extra_minutes=30)
PEOPLE = (ADA, JUERGEN, EVA)
BOX = Box(20, 20, 28, 9)
STICKER, NUMBER = "cover/sticker", "cover/registration"


@pytest.fixture(scope="session")
def printed(layout: Layout) -> Layout:
    cover = (
        Field(STICKER, FieldKind.STICKER_SPOT, BOX),
        Field(NUMBER, FieldKind.DIGIT_ROW, BOX, cells=4),
    )
    first, second = layout.pages
    lists = [
        PageLayout(1, tuple(Field(signature(c.registration), FieldKind.SIGNATURE, BOX) for c in people))
        for people in (PEOPLE[:2], PEOPLE[2:])
    ]
    extra = PageLayout(1, (Field("extra/booklet", FieldKind.DIGIT_ROW, BOX, cells=4),))
    booklets = replace(
        layout,
        pages=(replace(first, fields=first.fields + cover), second),
        booklets=tuple(BookletLayout(n, (0, 1)) for n in range(1, 5)),
    )
    sheets = (
        SheetLayout(Sheet.ATTENDANCE, 1, (0,)),
        SheetLayout(Sheet.ATTENDANCE, 2, (1,)),
        SheetLayout(Sheet.EXTRA, 1, (2,)),
        SheetLayout(Sheet.EXTRA, 2, (2,)),
    )
    return with_sheets(booklets, (*lists, extra), sheets)


@pytest.fixture(scope="session")
def untouched(tmp_path_factory: pytest.TempPathFactory, printed: Layout) -> Path:
    """The printed exam, to be copied before use."""
    folder = tmp_path_factory.mktemp("day") / "exam"
    write_exam(folder)
    print_by_hand(folder, plan(EXAM_NUMBER, PEOPLE, 1, stickers=True, extras=2), printed)
    return folder


@pytest.fixture
def place(untouched: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "exam"
    copy_exam(untouched, folder)
    return folder


def digits(field: str, number: str) -> Reading:
    """A row of four cells: digits, ``?`` for what may be any digit, blanks for empty cells."""
    scores = []
    for character in number.ljust(4):
        at = {" ": {10: 1.0}, "?": dict.fromkeys(range(10), 0.1)}.get(character) or {int(character): 1.0}
        scores.append(tuple(at.get(k, 0.0) for k in range(11)))
    value = "".join(c if c.isdigit() else "?" for c in number.ljust(4))
    kind = FieldKind.DIGIT_ROW
    return Reading(field, kind, None, value, 0.9, "?" in number, "digits", "1", tuple(scores))


def stuck(value: str, *, flagged: bool = False) -> Reading:
    return Reading(STICKER, FieldKind.STICKER_SPOT, None, value, 1.0, flagged, "sticker", "1")


def signed(who: Candidate, *, yes: bool = True, flagged: bool = False) -> Reading:
    value = Signed.YES if yes else Signed.NO
    return Reading(
        signature(who.registration), FieldKind.SIGNATURE, None, value, 0.9, flagged, "signature", "1"
    )


def sheet(kind: Sheet, number: int, *seen: Reading) -> PageResult:
    quality = Quality(0.01, 300.0, 180.0, 0.9, 4)
    return PageResult(FILE, 0, PageCode(EXAM_NUMBER, number, 1, kind), quality, None, seen)


def booklet(layout: Layout, number: int, sticker: str = "", written: str = "") -> Iterator[PageResult]:
    """Both pages of a booklet whose answers are right."""
    first = result(layout, 0, number, 1, crossed=ADA_RIGHT)
    boxes = tuple(r for r in first.readings if r.field not in {STICKER, NUMBER})
    yield replace(first, readings=(*boxes, stuck(sticker), digits(NUMBER, written)))
    yield result(layout, 0, number, 2, crossed="word/credit/2")


def record(place: Path, *results: PageResult) -> None:
    scan_by_hand(place, *(replace(each, index=index) for index, each in enumerate(results)))


@pytest.fixture
def scanned(place: Path, printed: Layout) -> Path:
    """Booklet 3 is Ada's by its sticker, 1 Jürgen's by his number; Eva's sticker is on 4, her number on 2."""
    record(
        place,
        *booklet(printed, 3, sticker="1"),
        *booklet(printed, 1, written="0382"),
        *booklet(printed, 4, sticker="3"),
        *booklet(printed, 2, written="0955"),
        sheet(Sheet.EXTRA, 1, digits("extra/booklet", "3")),
        sheet(Sheet.EXTRA, 2, digits("extra/booklet", "??")),
        sheet(Sheet.ATTENDANCE, 1, signed(ADA), signed(JUERGEN, yes=False)),
    )
    return place


def rows(place: Path) -> dict[int | None, ResultRow]:
    return {row.booklet: row for row in grade(place, actor=EXAMINER).results.rows}


def test_status_says_whose_each_booklet_is_and_why_not(scanned: Path) -> None:
    found = status(scanned)
    ties = {b.booklet.number: b.tie for b in found.booklets}
    assert [(ties[n].candidate, ties[n].source) for n in (1, 3)] == [
        (JUERGEN, Source.DIGITS),
        (ADA, Source.STICKER),
    ]
    for number, other in ((2, 4), (4, 2)):
        assert ties[number].doubts == (TieDoubt.SEVERAL,)
        assert ties[number].others == (other,)
    assert [t.booklet for t in found.untied] == [2, 4]
    assert found.absent == (EVA,)
    assert {b.booklet.number: b.extras for b in found.booklets} == {1: (), 2: (), 3: (1,), 4: ()}
    assert [(s.sheet, s.number, s.missing) for s in found.sheets] == [
        (Sheet.ATTENDANCE, 1, ()),
        (Sheet.ATTENDANCE, 2, (1,)),
    ]
    listed = waiting(scanned)
    assert [t.booklet for t in listed.booklets] == [2, 4]
    assert [e.number for e in listed.extras] == [2]


def test_a_booklet_without_a_candidate_is_never_graded(scanned: Path) -> None:
    table = rows(scanned)
    assert (table[3].registration, table[3].total, table[3].status) == ("0371", Fraction(6), Status.FINAL)
    for number in (2, 4):
        assert table[number].status is Status.OPEN
        assert (table[number].registration, table[number].total, table[number].grade) == ("", None, "")
        assert told(table[number]) == ("no candidate", "candidate-has-several-booklets")
        assert set(table[number].questions) == {Fraction(2)}, "what was read is shown all the same"
    assert (table[None].registration, table[None].status) == ("0955", Status.MISSING)
    assert told(table[None]) == ("no booklet found", "booklet 2 may be theirs", "booklet 4 may be theirs")


def test_a_person_settles_it_and_takes_it_back(scanned: Path) -> None:
    before = status(scanned)
    settle_booklet(scanned, 4, Bond.TIED, WHO, registration="0955", dry_run=True)
    assert status(scanned) == before

    settle_booklet(scanned, 4, Bond.TIED, WHO, registration="0955")
    settle_booklet(scanned, 2, Bond.NOBODY, WHO)
    table = rows(scanned)
    assert (table[4].registration, table[4].status) == ("0955", Status.FINAL)
    assert set(table) == {1, 3, 4}, "a booklet that is nobody's stays out"
    found = status(scanned)
    assert (found.untied, found.absent) == ((), ())
    with pytest.raises(RefusedError, match="booklet 4 is settled to be that of 0955") as caught:
        settle_booklet(scanned, 1, Bond.TIED, WHO, registration="0955")
    assert "settle owner 4 --undo" in caught.value.remedy

    settle_booklet(scanned, 4, Bond.UNDONE, WHO)
    settle_booklet(scanned, 2, Bond.UNDONE, WHO)
    assert status(scanned) == before
    with opened(scanned):
        verbs = [event.verb for event in audit.events() if event.verb.startswith("settle")]
    assert verbs == ["settle-booklet"] * 4


def test_extra_sheets_are_settled_and_taken_back(scanned: Path) -> None:
    settle_extra(scanned, 2, Bond.TIED, WHO, booklet=1)
    settle_extra(scanned, 1, Bond.NOBODY, WHO)
    found = status(scanned)
    assert [(e.number, e.booklet, e.nobody) for e in found.extras] == [(1, None, True), (2, 1, False)]
    assert grade(scanned, actor=EXAMINER).extras_open == 0
    settle_extra(scanned, 2, Bond.UNDONE, WHO)
    assert grade(scanned, actor=EXAMINER).extras_open == 1


def test_the_word_before_counts_again(scanned: Path) -> None:
    settle_extra(scanned, 2, Bond.TIED, WHO, booklet=1)
    settle_extra(scanned, 2, Bond.TIED, WHO, booklet=4)
    corrector = Author(CORRECTOR)
    with pytest.raises(RefusedError, match="may not settle whose an extra sheet is"):
        take_back(scanned, past(scanned, 1).entries[0].event.number, corrector)

    def back() -> tuple[int | None, bool]:
        newest = next(e for e in past(scanned, 9).entries if e.counts and "takes_back" not in e.detail)
        assert take_back(scanned, newest.event.number, WHO).papers == ((Sheet.EXTRA, 2),)
        found = status(scanned).extras[1]
        return found.booklet, found.open

    assert back() == (1, False)
    newest, second, first = past(scanned, 9).entries
    assert [e.counts for e in (newest, second, first)] == [True, False, False]
    with pytest.raises(RefusedError, match="said since whose extra 2 is"):
        take_back(scanned, first.event.number, WHO)
    take_back(scanned, newest.event.number, WHO)
    assert status(scanned).extras[1].booklet == 4, "taking back is taken back as well"
    settle_booklet(scanned, 4, Bond.NOBODY, WHO)
    with opened(scanned):
        grade_event = audit.events()[0].number
    with pytest.raises(RefusedError, match="decided nothing"):
        take_back(scanned, grade_event, WHO)
    with pytest.raises(NotFoundError, match="no event 999"):
        take_back(scanned, 999, WHO)


@pytest.mark.parametrize("booklet", [0, 9])
def test_what_is_not_there_cannot_be_tied(scanned: Path, booklet: int) -> None:
    with pytest.raises(NotFoundError, match=f"no booklet {booklet}"):
        settle_booklet(scanned, booklet, Bond.NOBODY, WHO)
    with pytest.raises(NotFoundError, match=f"no booklet {booklet}"):
        settle_extra(scanned, 1, Bond.TIED, WHO, booklet=booklet)
    with pytest.raises(NotFoundError, match="no extra sheet 3"):
        settle_extra(scanned, 3, Bond.NOBODY, WHO)
    with pytest.raises(NotFoundError, match="no registration number '371'"):
        settle_booklet(scanned, 1, Bond.TIED, WHO, registration="371")
    with pytest.raises(NotFoundError, match="nobody has said whose"):
        settle_booklet(scanned, 1, Bond.UNDONE, WHO)
    with pytest.raises(NotFoundError, match="nobody has said which booklet"):
        settle_extra(scanned, 1, Bond.UNDONE, WHO)


def test_attendance_tells_every_disagreement(scanned: Path) -> None:
    found = attendance(scanned)
    assert [(p.candidate, p.presence, p.booklet, p.finding) for p in found.people] == [
        (ADA, Presence.SIGNED, 3, None),
        (JUERGEN, Presence.UNSIGNED, 1, Finding.NOT_SIGNED),
        (EVA, Presence.NOT_SCANNED, None, None),
    ]
    assert found.people[2].maybe == (2, 4)
    assert [(p.finding, p.sheet, p.room, p.page) for p in found.pages] == [
        (Finding.PAGE_MISSING, 2, "Hall 2", 1)
    ]
    assert found.nobodys == (2, 4)
    assert found.findings == 1 + 1 + 2


def test_a_signature_is_settled_with_or_without_the_list(scanned: Path) -> None:
    settle_signature(scanned, "0382", Signed.YES, WHO)
    settle_signature(scanned, "0955", Signed.YES, WHO)
    found = attendance(scanned)
    assert [(p.presence, p.settled, p.finding) for p in found.people[1:]] == [
        (Presence.SIGNED, True, None),
        (Presence.SIGNED, True, Finding.NO_BOOKLET),
    ]
    (row,) = (r for r in readings(scanned) if r.reading.field == signature("0382"))
    assert (row.reading.value, row.settled) == (Signed.NO, "signed"), "the reading stands beside it"
    settle_signature(scanned, "0382", None, WHO)
    assert attendance(scanned).people[1].finding is Finding.NOT_SIGNED
    with pytest.raises(NotFoundError, match="nobody has said whether"):
        settle_signature(scanned, "0371", None, WHO)


def test_an_unclear_signature_is_a_finding(place: Path, printed: Layout) -> None:
    record(
        place,
        *booklet(printed, 1, sticker="1"),
        sheet(Sheet.ATTENDANCE, 1, signed(ADA, flagged=True), signed(JUERGEN, yes=False)),
        sheet(Sheet.ATTENDANCE, 2, signed(EVA)),
    )
    found = attendance(place)
    assert [p.finding for p in found.people] == [Finding.UNCLEAR, None, Finding.NO_BOOKLET]


def test_all_in_order_is_no_finding(place: Path, printed: Layout) -> None:
    record(
        place,
        *booklet(printed, 1, sticker="1"),
        sheet(Sheet.ATTENDANCE, 1, signed(ADA), signed(JUERGEN, yes=False)),
        sheet(Sheet.ATTENDANCE, 2, signed(EVA, yes=False)),
    )
    assert attendance(place).findings == 0


def test_a_booklet_settled_by_hand_needs_its_candidate_too(place: Path) -> None:
    settle(place, 2, "letters", Chosen(frozenset("ac")), WHO)
    settle(place, 2, "numbers", Chosen(frozenset("b")), WHO)
    settle(place, 2, "word", Worth(Fraction(1)), WHO)
    assert told(rows(place)[2])[:2] == ("no candidate", "cover-missing")
    settle_booklet(place, 2, Bond.TIED, WHO, registration="0955")
    assert (rows(place)[2].total, rows(place)[2].registration) == (Fraction(5), "0955")


def test_readings_of_every_kind_are_listed_and_filtered(scanned: Path) -> None:
    kinds = {r.reading.kind for r in readings(scanned)}
    assert kinds == {
        FieldKind.CHOICE_BOX,
        FieldKind.CREDIT_BOX,
        FieldKind.STICKER_SPOT,
        FieldKind.DIGIT_ROW,
        FieldKind.SIGNATURE,
    }
    numbers = readings(scanned, kinds=[FieldKind.DIGIT_ROW])
    assert [(r.spot.sheet, r.spot.booklet) for r in numbers] == [
        *((Sheet.BOOKLET, n) for n in (1, 2, 3, 4)),
        *((Sheet.EXTRA, n) for n in (1, 2)),
    ]
    assert numbers[0].reading.scores == digits(NUMBER, "0382").scores
    unclear = readings(scanned, kinds=[FieldKind.DIGIT_ROW], flagged=True)
    assert [(r.spot.sheet, r.spot.booklet) for r in unclear] == [(Sheet.EXTRA, 2)]


def test_what_is_drawn_on_an_extra_sheet_stands_on_the_answer_of_its_booklet(scanned: Path) -> None:
    tick = Drawing(Tool.TICK, ((50, 60, 0.5),))
    annotate(scanned, 3, "word", Spot(1, 1, Sheet.EXTRA), tick, WHO, act="one")
    (one,) = answer_seen(scanned, 3, "word").annotations
    assert (one.spot, one.drawing) == (Spot(1, 1, Sheet.EXTRA), tick)
    for spot in (Spot(1, 2, Sheet.EXTRA), Spot(2, 1, Sheet.EXTRA)):  # not there, and nobody's
        with pytest.raises(NotFoundError, match="is no page of question"):
            annotate(scanned, 3, "word", spot, tick, WHO, act="two")
    settle_extra(scanned, 1, Bond.NOBODY, WHO)
    with pytest.raises(NotFoundError, match="is no page of question"):
        annotate(scanned, 3, "word", Spot(1, 1, Sheet.EXTRA), tick, WHO, act="two")
    erase(scanned, "one", WHO)
