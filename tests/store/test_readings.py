from collections.abc import Callable

import pytest
from tests.cast import EXAMINER

from klausur.read.model import Mark, PageResult
from klausur.state.facts import Author, Spot, StoredImage, Verdict
from klausur.store import audit, pages
from klausur.store.folder import writing
from klausur.store.pages import Decided
from klausur.store.readings import history, readings, settle, settlements

Result = Callable[..., PageResult]
FILE = "ab" * 32
ADA = Author(EXAMINER, "circled")


def image(number: int) -> StoredImage:
    found = pages.image(number)
    assert found is not None
    return found


@pytest.mark.usefixtures("run")
def test_readings_come_by_booklet_page_and_place(placed: Result) -> None:
    pages.append_file(FILE, "scan.pdf", 3)
    pages.append(placed(0, 2, 1, a=Mark.EMPTY))
    pages.append(placed(1, 1, 2, _1=Mark.CROSSED, _0=Mark.EMPTY))
    pages.append(placed(2, 1, 1, b=Mark.OTHER, a=Mark.FILLED))
    assert [(str(r.spot), r.reading.field, r.reading.value) for r in readings()] == [
        ("booklet 1, page 1", "pick/choice/b", Mark.OTHER),
        ("booklet 1, page 1", "pick/choice/a", Mark.FILLED),
        ("booklet 1, page 2", "tell/credit/1", Mark.CROSSED),
        ("booklet 1, page 2", "tell/credit/0", Mark.EMPTY),
        ("booklet 2, page 1", "pick/choice/a", Mark.EMPTY),
    ]
    assert {r.spot.booklet for r in readings(2)} == {2}
    assert [r for r in readings() if r.spot.booklet == 2] == list(readings(2))


@pytest.mark.usefixtures("run")
def test_a_settlement_stands_beside_the_reading_it_was_made_on(placed: Result) -> None:
    pages.append_file(FILE, "scan.pdf", 1)
    pages.append(placed(0, 1, 1, a=Mark.OTHER, b=Mark.EMPTY))
    before = readings()
    (made,) = settle(1, [("pick/choice/a", Mark.CROSSED)], ADA)
    after = readings()
    assert [r.reading for r in after] == [r.reading for r in before]
    assert [r.settled for r in after] == [Mark.CROSSED, None]
    assert made.reading == before[0].id
    assert (made.who, made.why) == ("Ada Example", "circled")


@pytest.mark.usefixtures("run")
def test_a_newer_settlement_supersedes_and_none_is_lost() -> None:
    for mark in (Mark.CROSSED, Mark.EMPTY, None):
        settle(1, [("pick/choice/a", mark)], ADA)
    assert [s.value for s in history(1, "pick/choice/a")] == [Mark.CROSSED, Mark.EMPTY, None]
    assert [(s.booklet, s.field, s.value) for s in settlements()] == [(1, "pick/choice/a", None)]


@pytest.mark.usefixtures("run")
def test_a_field_can_be_settled_that_was_never_read() -> None:
    (made,) = settle(2, [("pick/choice/a", Mark.CROSSED)], ADA)
    assert made.reading is None
    assert [s.field for s in settlements(2)] == ["pick/choice/a"]
    assert settlements(1) == ()


@pytest.mark.usefixtures("run")
def test_only_readings_of_the_page_that_an_image_counts_as_count(placed: Result) -> None:
    pages.append_file(FILE, "scan.pdf", 1)
    pages.append(placed(0, 1, 1, a=Mark.CROSSED))
    as_placed = placed(0, 2, 1, a=Mark.EMPTY, b=Mark.FILLED).readings

    pages.settle([Decided(image(1), Verdict.PLACED, Spot(2, 1), as_placed)], ADA)
    assert [(r.spot, r.reading) for r in readings()] == [(Spot(2, 1), r) for r in as_placed]

    pages.settle([Decided(image(1), Verdict.IGNORED)], ADA)
    assert readings() == ()

    pages.settle([Decided(image(1), Verdict.UNDONE)], ADA)
    assert [(r.spot, r.reading.value) for r in readings()] == [(Spot(1, 1), Mark.CROSSED)]


@pytest.mark.usefixtures("run")
def test_the_audit_trail_keeps_its_order_and_detail() -> None:
    with writing():
        audit.append("print", "Ada Example", {"run": 1})
    with writing():
        audit.append("scan", "Jürgen Muster", {"file": "ä.pdf"})
    assert [(e.verb, e.who, e.detail) for e in audit.events()[1:]] == [
        ("print", "Ada Example", '{"run": 1}'),
        ("scan", "Jürgen Muster", '{"file": "\\u00e4.pdf"}'),
    ]
