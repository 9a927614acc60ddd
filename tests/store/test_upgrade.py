"""A database made by the first migration, with its rows, brought up to date by opening its folder."""

from pathlib import Path

import pytest
from tests.store import old_rows
from tests.store.old_rows import FIRST

from klausur.paper.code import PageCode
from klausur.paper.layout import Layout
from klausur.paper.run import PrintRun
from klausur.read.model import Mark
from klausur.scan.model import Quality, Reason, Unplaced
from klausur.state.facts import Actor, Author, Numbers, Role, Spot, Verdict
from klausur.store import audit, pages, printings, verify
from klausur.store.connections import connection
from klausur.store.folder import opened
from klausur.store.readings import history, readings, settle, settlements


@pytest.fixture
def old(tmp_path: Path, layout: Layout, only_in_files: None) -> Path:
    """A folder as the first Klausur left it: a print run, a scan of three images, and people's decisions."""
    del only_in_files  # there was nothing else
    with opened(tmp_path, create=True) as records:
        database = records.database
    database.unlink()
    old_rows.made(database, FIRST, layout)
    return tmp_path


def test_an_old_folder_is_brought_up_to_date_and_loses_nothing(
    old: Path, layout: Layout, print_run: PrintRun
) -> None:
    with opened(old):
        papers = printings.papers()
        assert papers.booklets == print_run.booklets
        (printing,) = papers.printings
        assert (printing.software, printing.booklets, papers.edition.frozen) == ("0.1", Numbers(1, 2), False)
        assert printings.layout() == layout
        first, second, third = pages.images()
        assert (first.spot, first.quality) == (Spot(1, 1), Quality(0.1, 300.0, 180.0, 0.9, 4))
        code = PageCode(layout.exam_number, 1, 1)
        assert second.unplaced == Unplaced(Reason.DUPLICATE, "there already", code)
        assert (third.verdict, third.spot) == (Verdict.PLACED, Spot(2, 2))
        assert pages.files()[0].done
        (seen,) = readings()
        assert (seen.reading.value, seen.settled, seen.spot) == (Mark.OTHER, "crossed", Spot(1, 1))
        assert [(s.booklet, s.field, s.value, s.who) for s in settlements()] == [
            (1, "pick/choice/a", "crossed", "Ada Example"),
            (2, "tell/credit/1", "empty", "Ada Example"),
        ]
        assert history(1, "pick/choice/a")[0].reading == seen.id
        assert [(event.number, event.verb) for event in audit.events()] == [(1, "scan"), (2, "chained")]
        assert list(verify.verify()) == []
        with connection().cursor() as cursor:
            cursor.execute("UPDATE store_reading SET value = 'empty'")
        assert list(verify.verify()) == ["reading 1 was changed since event 2 wrote it"]


def test_work_goes_on_in_a_folder_that_was_brought_up_to_date(old: Path) -> None:
    with opened(old):
        settle(1, [("pick/choice/a", None)], Author(Actor("Jürgen Muster", Role.EXAMINER)))
        assert [r.settled for r in readings()] == [None]
        assert pages.occupant(Spot(2, 2)) is not None
    with opened(old):  # and it stays so
        assert len(history(1, "pick/choice/a")) == 2
