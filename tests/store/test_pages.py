from collections.abc import Callable

import pytest
from django.db import IntegrityError
from django.test.utils import CaptureQueriesContext
from tests.cast import EXAMINER
from tests.cluster import POSTGRESQL

from klausur.paper.code import PageCode, Sheet
from klausur.read.model import Mark, PageResult
from klausur.scan.model import Quality, Reason, Unplaced
from klausur.state.facts import Author, Spot, StoredFile, StoredImage, Verdict
from klausur.store import pages
from klausur.store.connections import connection
from klausur.store.folder import writing
from klausur.store.pages import Decided

Result = Callable[..., PageResult]
FILE = "ab" * 32
ADA = Author(EXAMINER, "seen with my own eyes")


def image(number: int) -> StoredImage:
    found = pages.image(number)
    assert found is not None
    return found


@pytest.mark.usefixtures("run")
def test_a_file_is_known_by_its_bytes_and_done_with_its_last_image(placed: Result, lost: Result) -> None:
    assert pages.file(FILE) is None
    pages.append_file(FILE, "monday.pdf", 2)
    pages.append_file(FILE, "a copy of monday.pdf", 2)
    assert pages.files() == (StoredFile(FILE, "monday.pdf", 2, 0),)
    pages.append(placed(0, 1, 1))
    assert not pages.files()[0].done
    pages.append(lost(1))
    assert pages.files()[0].done
    assert pages.recorded([(FILE, 1)])
    assert not pages.recorded([(FILE, 2)])


@pytest.mark.usefixtures("run")
def test_a_person_beats_the_machine_and_can_take_it_back(placed: Result, lost: Result) -> None:
    pages.append_file(FILE, "scan.pdf", 2)
    pages.append(placed(0, 1, 1))
    pages.append(lost(1, Reason.BLURRED))
    assert pages.occupant(Spot(1, 1)) == image(1)
    assert pages.occupant(Spot(1, 2)) is None

    pages.settle([Decided(image(2), Verdict.PLACED, Spot(1, 2))], ADA)
    assert image(2).spot == Spot(1, 2)
    assert image(2).machine is None
    occupant = pages.occupant(Spot(1, 2))
    assert occupant is not None
    assert occupant.id == 2

    pages.settle([Decided(image(1), Verdict.IGNORED)], ADA)
    assert image(1).spot is None
    assert not image(1).waiting
    assert pages.occupant(Spot(1, 1)) is None

    pages.settle([Decided(image(1), Verdict.UNDONE)], ADA)
    pages.settle([Decided(image(2), Verdict.UNDONE)], ADA)
    assert image(1).spot == Spot(1, 1)
    assert image(2).waiting
    assert image(2).unplaced == Unplaced(Reason.BLURRED)


@pytest.mark.usefixtures("run")
def test_an_image_moved_away_leaves_its_page_free(placed: Result) -> None:
    pages.append_file(FILE, "scan.pdf", 1)
    pages.append(placed(0, 1, 1, a=Mark.EMPTY))
    pages.settle([Decided(image(1), Verdict.PLACED, Spot(2, 1))], ADA)
    assert pages.occupant(Spot(1, 1)) is None
    assert pages.occupant(Spot(2, 1)) is not None


@pytest.mark.usefixtures("run")
def test_images_come_in_the_order_of_the_scan(placed: Result, lost: Result) -> None:
    pages.append_file(FILE, "scan.pdf", 3)
    for result in (placed(0, 2, 1), lost(1), placed(2, 1, 2)):
        pages.append(result)
    assert [(i.index, i.spot) for i in pages.images()] == [(0, Spot(2, 1)), (1, None), (2, Spot(1, 2))]


@pytest.mark.usefixtures("run")
def test_many_decisions_are_found_as_few_are(lost: Result) -> None:
    pages.append_file(FILE, "scan.pdf", 3)
    for index in range(3):
        pages.append(lost(index))
    for number in (1, 3):
        pages.settle([Decided(image(number), Verdict.IGNORED)], ADA)
    few = pages.newest_decisions([1, 2, 3])
    many = pages.newest_decisions(range(1, pages.FEW + 10))
    assert few == many
    assert set(few) == {1, 3}


def on(sheet: Sheet, number: int, page: int, index: int, part: int = 0) -> PageResult:
    quality = Quality(0.01, 300.0, 180.0, 0.9, 4, 0.02)
    return PageResult(FILE, index, PageCode(0xC0FFEE, number, page, sheet), quality, None, part=part)


@pytest.mark.usefixtures("run")
def test_sheets_of_every_kind_are_told_apart() -> None:
    pages.append_file(FILE, "scan.pdf", 5)
    for index, sheet in enumerate(Sheet):
        pages.append(on(sheet, 1, 1, index))
    assert [i.spot for i in pages.images()] == [Spot(1, 1, sheet) for sheet in Sheet]
    for index, sheet in enumerate(Sheet):
        occupant = pages.occupant(Spot(1, 1, sheet))
        assert occupant is not None
        assert occupant.index == index
    assert [i.index for i in pages.images(1)] == [0], "of a booklet, only its own pages"
    assert {str(i.spot) for i in pages.images()} >= {"booklet 1, page 1", "attendance 1, page 1"}


@pytest.mark.usefixtures("run")
def test_two_pages_of_one_image_count_as_one_image() -> None:
    pages.append_file(FILE, "book.pdf", 2)
    pages.append(on(Sheet.BOOKLET, 1, 1, 0, part=0))
    pages.append(on(Sheet.BOOKLET, 1, 2, 0, part=1))
    assert pages.files() == (StoredFile(FILE, "book.pdf", 2, 1),)
    assert [(i.index, i.part) for i in pages.images()] == [(0, 0), (0, 1)]
    with pytest.raises(IntegrityError), writing():
        pages.append(on(Sheet.BOOKLET, 2, 2, 0, part=1))


@pytest.mark.usefixtures("run")
def test_an_image_read_again_replaces_its_record_and_keeps_it(lost: Result) -> None:
    pages.append_file(FILE, "scan.pdf", 2)
    pages.append(lost(0, Reason.FAILED, "a traceback"))
    pages.append(lost(1))
    assert not pages.replaced(1)
    number = pages.append(on(Sheet.BOOKLET, 1, 1, 0), again=1)
    assert pages.replaced(1)
    assert [(i.id, i.spot) for i in pages.images()] == [(number, Spot(1, 1)), (2, None)]
    assert image(1).unplaced == Unplaced(Reason.FAILED, "a traceback")
    assert pages.files()[0].recorded == 2
    with pytest.raises(IntegrityError), writing():
        pages.append(on(Sheet.BOOKLET, 1, 1, 0), again=1)


@pytest.mark.usefixtures("run")
def test_what_is_only_tried_leaves_nothing_behind(lost: Result) -> None:
    pages.append_file(FILE, "scan.pdf", 1)
    pages.append(lost(0))
    with writing(keep=False):
        pages.settle([Decided(image(1), Verdict.PLACED, Spot(1, 2))], ADA)
        assert image(1).spot == Spot(1, 2)
    assert image(1).spot is None
    assert image(1).verdict is None


@pytest.mark.usefixtures("run")
def test_looking_up_a_page_walks_through_no_table(database: str) -> None:
    pages.append_file(FILE, "scan.pdf", 1)
    pages.append(on(Sheet.BOOKLET, 1, 1, 0))
    on_server = database == POSTGRESQL
    explain = "EXPLAIN" if on_server else "EXPLAIN QUERY PLAN"
    by_index, walked = ("Index", "Seq Scan") if on_server else ("SEARCH", "SCAN")
    with connection().cursor() as cursor, CaptureQueriesContext(connection()) as asked:
        pages.occupant(Spot(2, 1))
        pages.recorded([(FILE, 3)])
        pages.replaced(1)
        queries = [q["sql"] for q in asked.captured_queries]
        if on_server:
            cursor.execute("SET enable_seqscan = off")  # which it would prefer for a few rows
        for query in queries:
            cursor.execute(f"{explain} {query}")
            plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
            assert by_index in plan, query
            assert walked not in plan, (query, plan)
        if on_server:
            cursor.execute("RESET enable_seqscan")
