"""Attendance lists: every candidate once, in order, with room to sign, a code that reads back and a Field."""

from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from klausur.base.geometry import PAPERS
from klausur.exam.model import Exam
from klausur.paper import code as codec
from klausur.paper.code import PageCode, Sheet
from klausur.paper.fields import FieldKind
from klausur.paper.layout import PageLayout, SheetLayout
from klausur.paper.run import PrintRun, plan
from klausur.roster.made_up import made_up
from klausur.roster.model import Candidate
from klausur.typeset.attendance import ROW, compile_lists, room_lists, rows_on_page, sides_of
from klausur.typeset.loose_sheets import Sheets

from .seen import KEY, codes_in, letters, text_of

EXAM_NUMBER = 0xBEEF0042
LONG = "Freifrau von und zu Langenbeispiel-Mustermannshausen auf Hohenprobe und Niederversuch"


def people(count: int) -> tuple[Candidate, ...]:
    """In three rooms, some with more time, some with a note, all names plainly made up."""
    rooms = (
        "Hörsaal 1",
        "Ein Saal mit einem Namen, der länger ist als jede Zeile auf Papier " * 2,
        "#[x] $y$",
    )
    listed = [replace(c, room=rooms[3 * n // count]) for n, c in enumerate(made_up(count, 2))]
    listed[1] = replace(listed[1], extra_minutes=45, note="sitzt an der Tür")
    listed[2] = replace(listed[2], name=LONG, note="*kein* [Markup] #hier, und ein langer Satz " * 5)
    listed[3] = replace(listed[3], registration="AB/12-34", seat="Reihe 17, Platz 204, links oben am Fenster")
    return tuple(listed)


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF of lists, what it reports, and what it was made from."""

    pdf: Path
    sheets: Sheets
    exam: Exam
    run: PrintRun

    def of(self, kind: Sheet) -> list[SheetLayout]:
        return [s for s in self.sheets.sheets if s.sheet is kind]

    def pages(self, sheet: SheetLayout) -> list[PageLayout]:
        return [self.sheets.pages[index] for index in sheet.pages]


@pytest.fixture(scope="module", params=[("a4", "en", False), ("letter", "de", True)], ids=["a4", "letter"])
def printed(request: pytest.FixtureRequest, exam: Exam, tmp_path_factory: pytest.TempPathFactory) -> Printed:
    paper, language, stickers = request.param
    own = replace(exam, paper=paper, language=language)
    run = plan(EXAM_NUMBER, people(70), 3, stickers=stickers)
    out = tmp_path_factory.mktemp("lists") / "attendance.pdf"
    return Printed(out, compile_lists(own, run, KEY, out), own, run)


def test_each_candidate_can_sign_once_in_the_order_of_the_run(printed: Printed) -> None:
    signed = [
        field.id
        for sheet in printed.of(Sheet.ATTENDANCE)
        for page in printed.pages(sheet)
        for field in page.fields
        if field.kind is FieldKind.SIGNATURE
    ]
    assert signed == [f"candidate/{c.registration}/signature" for c in printed.run.candidates]


def test_there_is_room_to_sign(printed: Printed) -> None:
    size = PAPERS[printed.exam.paper]
    for page in printed.sheets.pages:
        fields = [f for f in page.fields if f.kind is FieldKind.SIGNATURE]
        for field in fields:
            assert field.box.h == pytest.approx(ROW)
            assert field.box.w >= 50
            assert field.box.bottom <= size.h - 17
        assert all(not a.box.grown(-0.01).overlaps(b.box) for a, b in pairwise(fields))


def test_rooms_are_numbered_in_their_order_and_each_has_a_protocol(printed: Printed) -> None:
    rooms = room_lists(printed.run)
    assert [room.room for room in rooms] == list(dict.fromkeys(c.room for c in printed.run.candidates))
    for kind in (Sheet.ATTENDANCE, Sheet.PROTOCOL):
        assert [sheet.number for sheet in printed.of(kind)] == [1, 2, 3]
    for room, sheet in zip(rooms, printed.of(Sheet.ATTENDANCE), strict=True):
        assert len(sheet.pages) + 1 == sides_of(printed.exam, room)
        assert [page.number for page in printed.pages(sheet)] == list(range(1, len(sheet.pages) + 1))


def test_every_page_says_which_room_and_which_page_of_how_many(printed: Printed) -> None:
    page_of = "Page {} of {}" if printed.exam.language == "en" else "Seite {} von {}"
    at = 0
    with pdfium.PdfDocument(printed.pdf) as document:
        for room, sheet in zip(room_lists(printed.run), printed.of(Sheet.ATTENDANCE), strict=True):
            for number in range(1, len(sheet.pages) + 1):
                seen = text_of(document[at])
                assert page_of.format(number, len(sheet.pages)) in seen
                assert codec.show(PageCode(EXAM_NUMBER, room.number, number, Sheet.ATTENDANCE)) in seen
                assert room.room.split()[0] in seen
                assert printed.exam.title in seen
                at += 1
            assert codec.show(PageCode(EXAM_NUMBER, room.number, 1, Sheet.PROTOCOL)) in text_of(document[at])
            at += 1
        assert at == len(document)


def test_a_row_says_who_sits_where_with_what(printed: Printed) -> None:
    most = rows_on_page(printed.exam)
    with pdfium.PdfDocument(printed.pdf) as document:
        seen = text_of(document[0])
    for person in printed.run.candidates[: min(most, 20)]:
        assert person.registration in seen
        assert person.name.split()[0] in seen
        assert person.seat.split()[0] in seen
    assert "+45 min" in seen.replace("Min", "min")
    assert "sitzt an der Tür" in seen
    assert "*kein* [Markup] #hier" in seen


def test_each_row_carries_the_code_of_its_booklet_or_sticker(printed: Printed) -> None:
    kind = Sheet.STICKER if printed.run.stickers else Sheet.BOOKLET
    rows = [f.box for f in printed.sheets.pages[0].fields if f.kind is FieldKind.SIGNATURE]
    with pdfium.PdfDocument(printed.pdf) as document:
        found = codes_in(document[0], [replace(box, x=box.x - 25, w=24.5) for box in rows], EXAM_NUMBER)
    assert found == [[PageCode(EXAM_NUMBER, n, 1, kind)] for n in range(1, len(rows) + 1)]


def test_rows_stay_where_they_are_when_candidates_are_added(exam: Exam, tmp_path: Path) -> None:
    """A list printed earlier is read by the later layout."""
    few, more = (
        compile_lists(exam, plan(1, made_up(count, 5), 0), KEY, tmp_path / "x.pdf") for count in (3, 30)
    )
    rows = [
        {f.id: f.box for page in sheets.pages for f in page.fields if f.kind is FieldKind.SIGNATURE}
        for sheets in (few, more)
    ]
    assert len(rows[0]) == 3
    assert rows[0].items() <= rows[1].items()


def test_a_protocol_names_who_has_more_time_and_until_when(exam: Exam, tmp_path: Path) -> None:
    listed = [replace(c, extra_minutes=20 + n) for n, c in enumerate(made_up(12, 1))]
    compile_lists(exam, plan(1, listed, 0), KEY, tmp_path / "x.pdf")
    with pdfium.PdfDocument(tmp_path / "x.pdf") as document:
        seen = text_of(document[len(document) - 1])
    end = exam.start.hour * 60 + exam.start.minute + exam.minutes
    for n in range(8):
        hour, minute = divmod(end + 20 + n, 60)
        assert f"+{20 + n} min, until {hour:02d}:{minute:02d}" in seen
    assert "and 4 more" in seen


def test_equal_input_makes_equal_bytes(exam: Exam, tmp_path: Path) -> None:
    made = []
    for name in ("a.pdf", "b.pdf"):
        compile_lists(exam, plan(1, made_up(3, 1), 0), KEY, tmp_path / name)
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]


def test_nothing_runs_into_the_next_column(printed: Printed) -> None:
    page = printed.sheets.pages[0]
    rows = [f.box for f in page.fields if f.kind is FieldKind.SIGNATURE]
    with pdfium.PdfDocument(printed.pdf) as document:
        seen = letters(document[0])
    for at, row in enumerate(rows):
        here = [box for box in seen if row.y <= box.centre[1] <= row.bottom]
        assert here
        for box in here:
            assert row.y - 0.1 <= box.y, (at, box)
            assert box.bottom <= row.bottom + 0.1, (at, box)
            assert box.right <= row.x, (at, box)
    # seat | name | registration number | code and number
    edges = [15, 31, rows[0].x - 53, rows[0].x - 25, rows[0].x]
    for box in seen:
        if rows[0].y <= box.centre[1] <= rows[-1].bottom:
            assert any(a <= box.x and box.right <= b for a, b in pairwise(edges)), box
