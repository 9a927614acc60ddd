"""Door lists, seat plans, signs and checklists: all of it on the page, whatever names and rooms are like."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from klausur.base.geometry import PAPERS
from klausur.exam.model import Exam
from klausur.state.day import ActKind, Difference, Incident
from klausur.typeset.day_record import (
    DifferingBooklet,
    GivenPaper,
    Happened,
    NamedPeople,
    RecordedPerson,
    RoomRecord,
    SignedBy,
    compile_records,
)
from klausur.typeset.day_sheets import (
    DayChecklist,
    DoorLine,
    DoorList,
    NameSign,
    Need,
    PlannedSeat,
    RoomPile,
    SeatPlan,
    SeatUse,
    compile_checklist,
    compile_doors,
    compile_plans,
    compile_signs,
)

from .seen import POINT, letters, text_of
from .test_print import text_colours

NOW = datetime(2026, 2, 9, 17, 5)  # noqa: DTZ001 - as the people there write it
LONG = "Freifrau von und zu Langenbeispiel-Mustermannshausen auf Hohenprobe und Niederversuch"
ODD = "#[x] $y$ *z* \\ <a> @b"


@pytest.fixture(scope="module", params=[("a4", "en"), ("letter", "de")], ids=["a4", "letter"])
def own(request: pytest.FixtureRequest, exam: Exam) -> Exam:
    paper, language = request.param
    return replace(exam, paper=paper, language=language)


@pytest.fixture
def pages(own: Exam, tmp_path: Path) -> Callable[..., list[str]]:
    """Makes a PDF, and gives the text of its pages, all of it within the paper's edges."""

    def made(compile_: Callable[..., None], what: object) -> list[str]:
        out = tmp_path / "made.pdf"
        compile_(own, tmp_path, what, out, NOW)
        size = PAPERS[own.paper]
        texts = []
        with pdfium.PdfDocument(out) as pdf:
            for page in pdf:
                wide, high = page.get_width() / POINT, page.get_height() / POINT
                assert {round(wide, 1), round(high, 1)} == {round(size.w, 1), round(size.h, 1)}
                for box in letters(page):
                    assert box.x >= 4
                    assert box.y >= 4
                    assert box.right <= wide - 4
                    assert box.bottom <= high - 4
                texts.append(text_of(page))
        return texts

    return made


def test_every_name_is_on_the_door_list_with_its_seat(pages: Callable[..., list[str]]) -> None:
    lines = tuple(
        DoorLine(f"Name{n:03d}, Ada", "N", "Ein Saal mit langem Namen", f"A{n}") for n in range(130)
    )
    odd = (
        DoorLine(LONG, "F", LONG, "Reihe 17, Platz 204, links"),
        DoorLine(ODD, "", "", ""),
        DoorLine("O'Hara, Ada", "O", "Hall", "A1"),
    )
    made = pages(compile_doors, [DoorList("", lines + odd), DoorList("Hall", lines[:3])])
    whole = " ".join(made[:-1])
    assert all(f"Name{n:03d}, Ada" in whole for n in range(130))
    assert ODD.split(maxsplit=1)[0] in whole
    assert "O’Hara, Ada" in whole
    assert "Hall" in made[-1]


def plan(rows: int, places: int, *, count: int = 3) -> SeatPlan:
    uses = (SeatUse.TAKEN, SeatUse.TAKEN, SeatUse.FREE, SeatUse.UNUSED, SeatUse.BLOCKED)
    seats = []
    for row in range(1, rows + 1):
        for place in range(1, places + 1):
            use = uses[(row * 3 + place) % len(uses)]
            taken = use is SeatUse.TAKEN
            seats.append(
                PlannedSeat(
                    f"{row}-{place}", row, place, use, "Example, Ada" if taken else "", 30 * (place == 1),
                    (place % count + 1) * (use in {SeatUse.TAKEN, SeatUse.FREE}),
                )
            )  # fmt: skip
    return SeatPlan(LONG, rows, places, (2, places - 1), tuple(seats), ((1, 4), (2, 5), (3, 6)))


@pytest.mark.parametrize(("rows", "places"), [(1, 3), (6, 8), (20, 9), (12, 30), (50, 40)])
def test_rooms_of_every_shape_fit_on_a_page(pages: Callable[..., list[str]], rows: int, places: int) -> None:
    (text,) = pages(compile_plans, [plan(rows, places)])
    named = sum(seat.use is SeatUse.TAKEN for seat in plan(rows, places).seats)
    assert text.count("Example") == named or places >= 30


def test_a_plan_is_black_and_white(own: Exam, tmp_path: Path) -> None:
    compile_plans(own, tmp_path, [plan(6, 8)], tmp_path / "plan.pdf", NOW)
    colours = {colour for _, _, colour in text_colours((tmp_path / "plan.pdf").read_bytes())}
    assert colours == {(0, 0, 0), (255, 255, 255)}  # white on the numbers of variants


def test_a_sign_for_each_desk(pages: Callable[..., list[str]]) -> None:
    signs = [NameSign(name, "0042", "Hall", f"A{n}", "7", 2) for n, name in enumerate((LONG, ODD, "Ada") * 4)]
    made = pages(compile_signs, signs)
    assert len(made) == 2
    assert sum(text.count("0042") for text in made) == 12


def test_the_checklist_says_what_goes_where(pages: Callable[..., list[str]]) -> None:
    plain = DayChecklist((), (RoomPile("Hall", 3, (3,)),), (2,), 0, 0, (), (), "11:00")
    (text,) = pages(compile_checklist, plain)
    assert "11:00" in text
    needs = tuple(Need("Hall, A1", LONG, 30, "11:30", ODD) for _ in range(40))
    piles = tuple(RoomPile(f"Hall {n}" * 4, 30, tuple(range(8))) for n in range(20))
    full = DayChecklist(tuple(range(1, 9)), piles, (1,) * 8, 600, 30, ("4", "5"), needs, "11:00")
    made = pages(compile_checklist, full)
    assert len(made) > 1
    assert sum(text.count("11:30") for text in made) == 40


def test_a_room_s_record_says_who_was_there_what_happened_and_who_signs(
    pages: Callable[..., list[str]],
) -> None:
    people = tuple(RecordedPerson(f"A{n}", LONG if n else ODD, "0042") for n in range(30))
    happened = tuple(
        Happened("10:12", kind, LONG, f"{ODD} {kind}", 12, "Petra")
        for kind in (*ActKind, *Incident)
        if kind in {*Incident, ActKind.BEGAN, ActKind.ANNOUNCED}
    )
    differ = tuple(DifferingBooklet(n, LONG, tuple(Difference)) for n in range(9001, 9010))
    quiet = RoomRecord(
        *("", 0, 0, 0, 0, 0, 0, 0, "10:00", "11:00"),
        who=NamedPeople(),
        given=(),
        happened=(),
        differ=(),
        signed=None,
        after=0,
    )
    full = replace(
        quiet,
        room=LONG,
        who=NamedPeople(people, people, people, people),
        given=(GivenPaper("A1", LONG, 151, extra=False), GivenPaper("A1", ODD, 3, extra=True)),
        happened=happened,
        differ=differ,
        signed=SignedBy(ODD, "17 Feb 2026", "11:58"),
        after=2,
    )

    def compile_(own: Exam, root: Path, records: Sequence[RoomRecord], out: Path, made: datetime) -> None:
        out.write_bytes(compile_records(own, root, records, made))

    first, *rest = pages(compile_, [quiet, full])
    whole = " ".join(rest)
    assert "11:58" not in first
    assert "11:58" in whole
    assert whole.count("0042") == 120
    assert whole.count("10:12") == len(happened)
    assert all(str(n) in whole for n in range(9001, 9010))
    assert whole.count("#[x]") >= 4 + len(happened)


def test_where_answers_have_a_sheet_question_papers_are_laid_out_too(exam: Exam, tmp_path: Path) -> None:
    plain = DayChecklist((), (RoomPile("Hall", 3, (3,)),), (2,), 0, 0, (), (), "11:00")
    for on_sheet in (False, True):
        out = tmp_path / f"{on_sheet}.pdf"
        compile_checklist(replace(exam, on_sheet=on_sheet), tmp_path, plain, out, NOW)
        with pdfium.PdfDocument(out) as pdf:
            assert ("question paper" in text_of(pdf[0])) is on_sheet
