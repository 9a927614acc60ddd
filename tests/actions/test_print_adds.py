"""Printing again adds to what was printed, and makes none of it invalid."""

import json
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from tests.exams import by_hand, copy_exam

from klausur.actions.attendance import attendance
from klausur.base.errors import RefusedError, UsageError
from klausur.paper import layout as layouts
from klausur.paper.code import Sheet
from klausur.roster.model import Candidate
from klausur.state.facts import Actor, Author, Bond, Role
from klausur.store import audit, candidates, derive, ties
from klausur.store.derive import Touched
from klausur.store.folder import opened
from klausur.store.frame import Frame

from .printed import ADA, BEN, CY, DI, EVE, Desk, files, new

FAY = Candidate("03700009", "Fay Example")


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ada, Ben and Cy have booklets 1 to 3, booklet 4 is a spare one; two extra sheets."""
    desk = new(tmp_path_factory.mktemp("first") / "exam", ADA, BEN, CY)
    desk.prints(spare=1, extras=2)
    return desk.folder


@pytest.fixture
def desk(first: Path, tmp_path: Path) -> Desk:
    copy_exam(first, tmp_path / "exam")
    return Desk(tmp_path / "exam")


def test_a_row_that_was_appended_gets_a_booklet_and_all_others_keep_theirs(desk: Desk) -> None:
    key, before = (desk.folder / ".klausur/key").read_bytes(), files(desk.folder / "print")
    number, layout = desk.papers.exam_number, desk.layout
    desk.lists(ADA, BEN, CY, DI)
    done = desk.prints()
    assert desk.owners == {1: "Ada Example", 2: "Ben Example", 3: "Cy Example", 5: "Di Example"}
    assert desk.papers.exam_number == number == done.exam_number
    assert (desk.folder / ".klausur/key").read_bytes() == key
    assert desk.valid(1, 2, 3, 4, 5)
    assert desk.layout.booklets[:4] == layout.booklets
    after = files(desk.folder / "print")
    assert {name: data for name, data in after.items() if name in before and name != "README.txt"} == {
        name: data for name, data in before.items() if name != "README.txt"
    }
    assert desk.differences() == []
    with opened(desk.folder):
        assert [e.verb for e in audit.events()] == ["begin-print", "print"] * 2
        assert json.loads(audit.events()[3].detail)["newcomers"] == ["03700004"]


def test_a_newcomer_before_the_others_gets_the_next_number(desk: Desk) -> None:
    desk.lists("03700000,Al Example,Hall 1,A0,", ADA, BEN, CY)
    desk.prints()
    assert desk.owners[5] == "Al Example"
    assert desk.owners[1] == "Ada Example"


def test_a_list_of_newcomers_alone_is_enough(desk: Desk) -> None:
    desk.lists(DI, file="late.csv")
    done = desk.prints(list_of_candidates=desk.folder / "late.csv")
    assert desk.owners[5] == "Di Example"
    assert done.plan is not None
    assert done.plan.vanished == ("03700001", "03700002", "03700003")
    assert [e.candidate.registration for e in desk.papers.enrolled][-1] == "03700004"


def test_all_numbers_go_on(desk: Desk) -> None:
    desk.lists(ADA, BEN, CY, DI, EVE)
    done = desk.prints(spare=1, extras=3)
    printing = desk.papers.printings[1]
    assert [*printing.booklets] == [5, 6, 7]
    assert [*printing.extras] == [3, 4, 5]
    assert [*printing.lists] == [3, 4]
    layout = layouts.read(done.folder / "layout.json") if done.folder else None
    assert layout is not None
    assert [(s.sheet, s.number) for s in layout.sheets] == [
        (Sheet.ATTENDANCE, 3), (Sheet.PROTOCOL, 3), (Sheet.ATTENDANCE, 4), (Sheet.PROTOCOL, 4),
        *((Sheet.EXTRA, n) for n in (3, 4, 5)),
    ]  # fmt: skip
    assert len({(s.sheet, s.number) for s in desk.layout.sheets}) == len(desk.layout.sheets)


def test_later_lists_have_their_newcomers_only(desk: Desk) -> None:
    desk.lists(ADA, BEN, CY, DI)
    done = desk.prints(again=(2,))
    assert done.folder is not None
    text = text_of(done.folder / "attendance.pdf")
    assert "Di Example" in text
    assert "Ben Example" not in text
    assert "Ada Example" not in text
    people = {p.candidate.name: p.sheet for p in attendance(desk.folder).people}
    assert people == {"Ada Example": 1, "Ben Example": 1, "Cy Example": 2, "Di Example": 3}


def text_of(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as pdf:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf)


def test_a_lost_booklet_is_printed_again_under_a_new_number(desk: Desk) -> None:
    done = desk.prints(again=(2,))
    assert done.plan is not None
    assert done.plan.again == ((2, 5),)
    assert desk.owners == {1: "Ada Example", 2: "Ben Example", 3: "Cy Example", 5: "Ben Example"}
    assert desk.valid(2, 5)
    assert done.folder is not None
    assert not (done.folder / "attendance.pdf").exists()
    assert desk.differences() == []


@pytest.mark.parametrize(("number", "message"), [(9, "no booklet 9"), (4, "booklet 4 is nobody's")])
def test_only_a_candidates_booklet_is_printed_again(desk: Desk, number: int, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        desk.prints(again=(number,))


def test_who_was_tied_to_a_spare_booklet_gets_no_other(desk: Desk) -> None:
    with opened(desk.folder), by_hand():
        (fay,) = candidates.add([FAY], Author(Actor("Ada", Role.EXAMINER)))
        ties.tie(Sheet.BOOKLET, 4, Bond.TIED, Author(Actor("Ada", Role.EXAMINER)), candidate=fay.id)
        derive.refresh(Frame(desk.folder), Touched(booklets={4}, owners=True, candidates=True))
    with pytest.raises(UsageError, match="everybody on the list has a booklet"):
        desk.prints()
    desk.prints(again=(4,))
    assert desk.owners[5] == "Fay Example"


def test_who_is_on_the_records_list_alone_gets_a_booklet(desk: Desk) -> None:
    with opened(desk.folder), by_hand():
        candidates.add([FAY], Author(Actor("Ada", Role.EXAMINER)))
        derive.refresh(Frame(desk.folder), Touched(candidates=True))
    desk.prints()
    assert desk.owners[5] == "Fay Example"
    assert len(desk.papers.enrolled) == 4


def test_extra_sheets_alone(desk: Desk) -> None:
    done = desk.prints(extras=2)
    assert done.folder is not None
    assert sorted(p.name for p in done.folder.iterdir()) == ["extra-sheets.pdf", "layout.json"]
    assert [p.what for p in done.piles] == ["extra sheets"]
    assert desk.papers.extras == (1, 2, 3, 4)
    assert desk.valid(1, 2, 3, 4)
    desk.prints(spare=1)
    assert [b.number for b in desk.papers.booklets] == [1, 2, 3, 4, 5]


def test_nothing_to_print_says_what_one_can_add(desk: Desk) -> None:
    for dry_run in (True, False):
        with pytest.raises(UsageError, match="everybody on the list") as caught:
            desk.prints(dry_run=dry_run)
        assert "--spare" in caught.value.remedy
        assert "--again" in caught.value.remedy


def test_rows_that_changed_or_went_are_left_as_the_records_have_them(desk: Desk) -> None:
    desk.lists(ADA.replace("A1", "B7"), CY, DI)
    done = desk.prints()
    assert done.plan is not None
    assert done.plan.changed == ("03700001",)
    assert done.plan.vanished == ("03700002",)
    seats = {e.candidate.name: e.candidate.seat for e in desk.papers.enrolled}
    assert seats == {"Ada Example": "A1", "Ben Example": "A2", "Cy Example": "A1", "Di Example": "A3"}


def test_a_corrected_number_gives_nobody_a_second_booklet(desk: Desk) -> None:
    desk.lists(ADA, BEN.replace("03700002", "03700020"), CY)
    for dry_run in (True, False):
        with pytest.raises(RefusedError, match="one person or two") as caught:
            desk.prints(dry_run=dry_run)
        assert "klausur candidates --update" in caught.value.remedy
    assert len(desk.papers.printings) == 1


def test_a_number_in_another_case_is_nobody_new(tmp_path: Path) -> None:
    desk = new(tmp_path / "exam", ADA.replace("03700001", "s1"), BEN)
    desk.prints()
    desk.lists(ADA.replace("03700001", "S1").replace("Ada", "Adele").replace("A1", "A9"), BEN)
    for dry_run in (True, False):
        with pytest.raises(RefusedError, match="upper and lower case are alike") as caught:
            desk.prints(dry_run=dry_run)
        assert "klausur candidates --update" in caught.value.remedy
    assert len(desk.papers.printings) == 1


def test_stickers_go_on_and_nobody_gets_a_second_one(tmp_path: Path) -> None:
    desk = new(tmp_path / "exam", ADA, BEN)
    desk.prints(stickers="L4731", by_room=True)
    desk.lists(ADA, BEN, CY, DI)
    done = desk.prints(stickers="L4731", by_room=True, spare=1)
    assert {s.number: s.candidate.name for s in desk.papers.stickers} == {
        1: "Ada Example", 2: "Ben Example", 3: "Di Example", 4: "Cy Example",
    }  # fmt: skip
    assert [b.candidate for b in desk.papers.booklets] == [None] * 5
    assert done.folder is not None
    pages = {p.name: len(pypdfium2.PdfDocument(p)) for p in done.folder.glob("booklets-*.pdf")}
    assert pages == {f"booklets-{room}.pdf": done.pages for room in ("Hall-1", "Hall-2", "spare")}
    with pytest.raises(UsageError, match="everybody on the list has a booklet"):
        desk.prints()


@pytest.mark.above_records
def test_newcomers_get_seats_that_are_free(tmp_path: Path) -> None:
    desk = new(tmp_path / "exam", ADA, BEN)
    (desk.folder / "rooms.toml").write_text(
        'rule = "alphabetical"\n[[room]]\nname = "Hall"\nrows = 1\nseats_per_row = 3\n', encoding="utf-8"
    )
    desk.prints()
    desk.lists(ADA, BEN, "03700000,Aa Aardvark,,,")
    desk.prints()
    seats = [e.candidate.seat for e in desk.papers.enrolled]
    assert len(set(seats)) == len(seats) == 3
    desk.lists(ADA, BEN, "03700000,Aa Aardvark,,,", CY)
    assert "seats-short" in {d.code for d in desk.prints().diagnostics}


def test_a_seat_of_the_list_that_somebody_has_is_found(desk: Desk) -> None:
    desk.lists(ADA, BEN, CY, DI.replace("A3", "A1"))
    done = desk.prints()
    assert "seat-taken" in {d.code for d in done.diagnostics}
    assert done.files == ()


@pytest.mark.above_records
@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"spare": 2, "extras": 1, "again": (1,)},
        {"stickers": "L4731", "proof": True},
        {"as_printed": True},
    ],
)
def test_a_dry_run_says_what_is_then_printed(desk: Desk, wanted: dict[str, Any]) -> None:
    desk.lists(ADA, BEN, CY, DI)
    before = files(desk.folder)
    would = desk.prints(dry_run=True, **wanted)
    assert files(desk.folder) == before
    done = desk.prints(**wanted)
    assert would.plan == done.plan
    assert (would.piles, would.rooms, would.pages, would.exam_number) == (
        done.piles, done.rooms, done.pages, done.exam_number,
    )  # fmt: skip
    assert would.files == ()
    assert would.plan is not None
    assert would.plan.before == 4
