"""Papers of several printings and editions, filled and scanned together: each is read as it was printed."""

import csv
import shutil

import pytest
from tests.cast import EXAMINER

from klausur.actions.readings import readings
from klausur.actions.rehearse import rehearse
from klausur.actions.scan import scan
from klausur.actions.status import status
from klausur.paper.code import Sheet
from klausur.rehearse.compare import compare
from klausur.rehearse.level import Level
from klausur.rehearse.run import Rehearsal

from .printed import ADA, BEN, CY, DI, EVE, Desk, new

pytestmark = pytest.mark.above_records

EDITIONS = {1: {"a", "b", "c"}, 2: {"a", "b", "c", "d"}}
"""The choices of the first question in each edition."""


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Three printings: Ada's and Ben's booklets, Cy's, and of another edition Di's and Eve's."""
    desk = new(tmp_path_factory.mktemp("printed") / "exam", ADA, BEN)
    desk.prints(extras=1)
    desk.lists(ADA, BEN, CY)
    desk.prints(extras=1, again=(1,))
    desk.lists(ADA, BEN, CY, DI, EVE)
    desk.writes("- [x] The letter E.", "- [x] The letter E.\n- [ ] The letter F.")
    desk.prints(new_edition=True, why="a choice was missing")
    return desk


@pytest.fixture(scope="module")
def rehearsed(printed: Desk) -> tuple[Desk, Rehearsal]:
    """All of them filled and scanned, without the source."""
    shutil.rmtree(printed.folder / "problems")
    return printed, rehearse(printed.folder, actor=EXAMINER, seed=5, level=Level.CLEAN, jobs=1)


@pytest.mark.long
def test_one_rehearsal_fills_the_booklets_of_all_printings(rehearsed: tuple[Desk, Rehearsal]) -> None:
    desk, files = rehearsed
    with files.pages.open(encoding="utf-8", newline="") as file:
        truth = list(csv.DictReader(file))
    used = {int(row["booklet"]) for row in truth if row["sheet"] == Sheet.BOOKLET}
    assert used <= {2, 3, 4, 5, 6}, "booklet 1 was lost, and Ada has booklet 4"
    assert {(n > 2) + (n > 4) for n in used} == {0, 1, 2}, "every printing has a part in it"
    lists = {int(row["booklet"]) for row in truth if row["sheet"] == Sheet.ATTENDANCE}
    assert lists == {n for printing in desk.papers.printings for n in printing.lists}


@pytest.mark.long
def test_each_booklet_is_read_as_its_edition_was_printed(rehearsed: tuple[Desk, Rehearsal]) -> None:
    desk, files = rehearsed
    scanned = scan(desk.folder, files.files, actor=EXAMINER, jobs=1)
    assert scanned.pages == scanned.placed
    found = readings(desk.folder)
    seen: dict[int, set[str]] = {}
    for one in found:
        if one.reading.field.startswith("letters/choice/"):
            seen.setdefault(one.spot.booklet, set()).add(one.reading.field[-1])
    assert {
        number: letters == EDITIONS[2 if number > 4 else 1] for number, letters in seen.items()
    } == dict.fromkeys(seen, True)
    assert {number > 4 for number in seen} == {False, True}
    assert compare(((r.spot.booklet, r.reading) for r in found), files.marks).silent_misreads == ()
    booklets = {b.booklet.number: b for b in status(desk.folder).booklets}
    for number in seen:
        assert booklets[number].missing == ()
        assert booklets[number].tie.candidate is not None
    assert desk.differences() == []
