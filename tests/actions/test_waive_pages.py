"""A booklet counts without a page that was not found, because somebody says so; unless it is found."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from tests.cast import CORRECTOR, EXAMINER
from tests.open_points import told

from klausur.actions.grade import grade
from klausur.actions.log import EventFilter, log
from klausur.actions.results_so_far import so_far
from klausur.actions.scan_look import past, scan_look
from klausur.actions.settle import Marked, settle
from klausur.actions.settle_page import settle_page
from klausur.actions.status import status
from klausur.actions.take_back import take_back
from klausur.actions.waiting import waiting
from klausur.actions.waive_pages import WaivedPage, waive_pages
from klausur.base.errors import KlausurError, NotFoundError, RefusedError, UsageError
from klausur.paper.answers import Doubt
from klausur.paper.code import PageCode
from klausur.paper.layout import Layout
from klausur.read.model import Mark
from klausur.report.results import ResultRow, Status
from klausur.scan.model import Reason
from klausur.state.facts import Author, Spot, Verdict
from klausur.store import derive
from klausur.store.folder import opened
from klausur.store.frame import Frame

from .conftest import ADA_RIGHT, EXAM_NUMBER, FILE, Record, nowhere, result

TORN = Author(EXAMINER, "the feeder tore it")


def row(folder: Path, booklet: int = 1) -> ResultRow:
    return next(r for r in grade(folder, actor=EXAMINER).results.rows if r.booklet == booklet)


def sound(folder: Path) -> bool:
    with opened(folder):
        return list(derive.verify(Frame(folder))) == []


@pytest.fixture
def torn(folder: Path, record: Record, layout: Layout) -> Path:
    """Of Ada's booklet the first page was found, with all right on it; the credit boxes are on the other."""
    record(result(layout, 0, 1, 1, crossed=ADA_RIGHT))
    return folder


def test_a_booklet_that_lacks_a_page_is_open_until_it_counts_without_it(torn: Path) -> None:
    before = row(torn)
    assert (before.status, before.total) == (Status.OPEN, None)
    assert told(before) == ("2.1 page-missing", "page 2 missing")
    done = waive_pages(torn, [(1, 2)], TORN)
    assert done.pages == (WaivedPage(1, 2, ("2.1",)),)
    after = row(torn)
    assert (after.status, after.total, after.questions[-1]) == (Status.FINAL, Fraction(4), Fraction(0))
    assert told(after) == ("counts without page 2",)
    assert waiting(torn).questions == ()
    (mine, *_) = status(torn).booklets
    assert (mine.found, mine.missing, mine.waived, mine.returned) == ((1,), (), (2,), ())
    look = scan_look(torn)
    assert [(each.booklet, each.page, each.who, each.why) for each in look.waived] == [
        (1, 2, "Ada Example", "the feeder tore it")
    ]
    assert look.missing == ()
    assert so_far(torn).waived == {1: (2,)}
    assert sound(torn)


def test_a_choice_on_a_waived_page_earns_nothing_whatever_an_empty_row_would(
    folder: Path, record: Record, layout: Layout
) -> None:
    record(result(layout, 0, 1, 2, crossed="word/credit/2"))
    waive_pages(folder, [(1, 1)], TORN)
    assert row(folder).questions == (Fraction(0), Fraction(0), Fraction(2))


def test_without_a_reason_nothing_is_waived(torn: Path) -> None:
    with pytest.raises(UsageError, match="no reason"):
        waive_pages(torn, [(1, 2)], Author(EXAMINER, " "))
    with pytest.raises(UsageError, match="no page is named"):
        waive_pages(torn, [], TORN)
    assert row(torn).status is Status.OPEN


@pytest.mark.parametrize(
    ("page", "error", "says"),
    [
        ((9, 1), NotFoundError, "no booklet 9"),
        ((1, 3), NotFoundError, "booklet 1 has no page 3"),
        ((1, 0), NotFoundError, "booklet 1 has no page 0"),
        ((1, 1), RefusedError, "booklet 1, page 1 is there: image 1, scan.pdf image 1"),
    ],
)
def test_only_a_page_that_is_not_there_is_waived_and_of_many_all_or_none(
    torn: Path, page: tuple[int, int], error: type[KlausurError], says: str
) -> None:
    with pytest.raises(error, match=says):
        waive_pages(torn, [(1, 2), page], TORN)
    assert row(torn).status is Status.OPEN
    assert sound(torn)


def test_a_page_whose_image_waits_is_to_be_looked_at_first(torn: Path, record: Record) -> None:
    record(nowhere(1, Reason.FIDUCIALS, PageCode(EXAM_NUMBER, 1, 2)))
    with pytest.raises(
        RefusedError, match=r"image 2, scan\.pdf image 2, says to be booklet 1, page 2"
    ) as found:
        waive_pages(torn, [(1, 2)], TORN)
    assert "settle page 2 --accept, or --ignore" in found.value.remedy
    settle_page(torn, 2, Verdict.IGNORED, TORN)
    waive_pages(torn, [(1, 2)], TORN)
    assert row(torn).status is Status.FINAL


def test_a_dry_run_says_what_is_lost_and_records_nothing(torn: Path) -> None:
    done = waive_pages(torn, [(1, 2)], TORN, dry_run=True)
    assert done.pages == (WaivedPage(1, 2, ("2.1",)),)
    assert row(torn).status is Status.OPEN
    assert log(torn, EventFilter(verbs=("waive-page",))).events == ()


def test_a_page_that_turns_up_counts_and_everybody_is_told(
    torn: Path, record: Record, layout: Layout
) -> None:
    waive_pages(torn, [(1, 2)], TORN)
    record(result(layout, 1, 1, 2, crossed="word/credit/2"))
    after = row(torn)
    assert (after.total, after.open) == (Fraction(6), ())
    (mine, *_) = status(torn).booklets
    assert (mine.found, mine.missing, mine.waived, mine.returned) == ((1, 2), (), (), (2,))
    assert [(each.booklet, each.page) for each in scan_look(torn).returned] == [(1, 2)]
    # Set aside again it is missed no more, as the word still stands; nothing of either was lost.
    settle_page(torn, 2, Verdict.IGNORED, TORN)
    assert row(torn).total == Fraction(4)
    assert sound(torn)


def test_an_unclear_page_that_turns_up_goes_to_a_person(torn: Path, record: Record, layout: Layout) -> None:
    waive_pages(torn, [(1, 2)], TORN)
    record(result(layout, 1, 1, 2, other="word/credit/2"))
    assert row(torn).status is Status.OPEN
    assert [(q.number, q.doubts) for q in waiting(torn).questions] == [("2.1", (Doubt.MARK_UNCLEAR,))]


def test_what_a_person_settled_beats_that_the_page_is_gone(torn: Path) -> None:
    settle(torn, 1, "word/credit/1", Marked(Mark.CROSSED), TORN)
    waive_pages(torn, [(1, 2)], TORN)
    assert row(torn).total == Fraction(5)  # the other boxes count as empty


def test_it_is_taken_back_by_its_page_or_by_its_event(torn: Path) -> None:
    waive_pages(torn, [(1, 2)], TORN)
    waive_pages(torn, [(1, 2)], TORN, undo=True)
    assert told(row(torn)) == ("2.1 page-missing", "page 2 missing")
    with pytest.raises(NotFoundError, match="nobody has said that booklet 1 counts without page 2"):
        waive_pages(torn, [(1, 2)], TORN, undo=True)
    waive_pages(torn, [(2, 1)], TORN)
    done = waive_pages(torn, [(1, 2), (2, 1)], TORN)  # of which one was waived before
    take_back(torn, done.event, TORN)
    assert [(each.booklet, each.page) for each in scan_look(torn).waived] == [(2, 1)]
    assert row(torn).status is Status.OPEN
    with pytest.raises(RefusedError, match="decided since about page 2 of booklet 1"):
        take_back(torn, done.event, TORN)
    take_back(torn, past(torn, 1).entries[0].event.number, TORN)  # and that is taken back, too
    assert row(torn).status is Status.FINAL
    entries = past(torn, 10).entries
    assert [entry.event.verb for entry in entries] == ["waive-page"] * 6
    assert [entry.counts for entry in entries] == [True, *[False] * 5]
    assert sound(torn)


def test_a_corrector_waives_nothing_and_takes_none_of_it_back(torn: Path) -> None:
    with pytest.raises(RefusedError, match="may not have a booklet count without a page"):
        waive_pages(torn, [(1, 2)], Author(CORRECTOR, "torn"))
    done = waive_pages(torn, [(1, 2)], TORN)
    with pytest.raises(RefusedError, match="may not have a booklet count without a page"):
        take_back(torn, done.event, Author(CORRECTOR, "no"))


def test_a_booklet_that_was_never_handed_in_can_count_without_all_of_its_pages(folder: Path) -> None:
    done = waive_pages(folder, [(1, 1), (1, 2)], TORN)
    assert [each.questions for each in done.pages] == [("1.1", "1.2"), ("2.1",)]
    mine = row(folder)
    assert mine.booklet == 1
    assert sound(folder)


def test_an_image_may_still_be_the_page_that_is_waived(torn: Path, record: Record) -> None:
    waive_pages(torn, [(1, 2)], TORN)
    lost = nowhere(1, Reason.NO_CODE)
    assert lost.unplaced is not None
    record(replace(lost, file=FILE, unplaced=replace(lost.unplaced, resembles=2)))
    (image,) = waiting(torn).images
    assert image.proposed is not None
    assert image.proposed.spot == Spot(1, 2)


def test_the_trail_of_a_booklet_names_it(torn: Path) -> None:
    done = waive_pages(torn, [(1, 2)], TORN)
    assert done.event in [event.number for event in log(torn, EventFilter(booklet=1)).events]
    assert log(torn, EventFilter(booklet=2), verify=True).wrong == ()
