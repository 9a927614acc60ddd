"""A database made by the first migration, with its rows, brought up to date by opening its folder."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db.migrations.executor import MigrationExecutor

from klausur.paper import layout as layouts
from klausur.paper.code import PageCode
from klausur.paper.layout import Layout
from klausur.paper.run import PrintRun
from klausur.read.model import Mark
from klausur.scan.model import Quality, Reason, Unplaced
from klausur.state.facts import Actor, Author, Numbers, Role, Spot, Verdict
from klausur.store import audit, pages, printings, sqlite, verify
from klausur.store.connections import connection, entered
from klausur.store.folder import opened
from klausur.store.readings import history, readings, settle, settlements

NOW = datetime(2026, 2, 17, 12, tzinfo=UTC)
FILE = "ef" * 32


@pytest.fixture
def old(tmp_path: Path, layout: Layout, only_in_files: None) -> Path:
    """A folder as the first Klausur left it: a print run, a scan of three images, and people's decisions."""
    del only_in_files  # there was nothing else
    with opened(tmp_path, create=True) as records:
        database = records.database
    database.unlink()
    with entered(sqlite.database(database)) as connection:
        executor = MigrationExecutor(connection)
        executor.migrate([("store", "0001_records")])
        _write(executor.loader.project_state([("store", "0001_records")]).apps, layout)
    return tmp_path


def _write(apps: Any, layout: Layout) -> None:  # noqa: ANN401 - the registry of a migration's own models
    def row(model: str, **values: object) -> Any:  # noqa: ANN401 - the same
        return apps.get_model("store", model).objects.create(software="0.1", **values)

    run = row(
        "PrintRun",
        exam_number=layout.exam_number,
        exam="small",
        layout=layouts.to_json(layout).decode(),
        layout_digest="1" * 64,
        source_digest="2" * 64,
        seed=None,
        made=NOW,
    )
    ada = row("Candidate", run=run, registration="03711234", name="Ada Example", room="Hall 1", seat="A1")
    first = row("Booklet", run=run, number=1, candidate=ada)
    second = row("Booklet", run=run, number=2, candidate=None)
    file = row("ScannedFile", sha256=FILE, name="scan.pdf", count=3, seen=NOW)
    measures = {"residual": 0.1, "dpi": 300.0, "contrast": 180.0, "sharpness": 0.9, "fiducials": 4}
    image = row("PageImage", file=file, index=0, run=run, booklet=first, page=1, **measures)
    reading = row(
        "Reading",
        image=image,
        placement=None,
        field="pick/choice/a",
        kind="choice-box",
        question="pick",
        value="other",
        confidence=0.4,
        flagged=True,
        reader="marks",
        version="1",
    )
    twice = {"code_exam": layout.exam_number, "code_booklet": 1, "code_page": 1}
    row("PageImage", file=file, index=1, run=run, reason="duplicate", detail="there already", **twice)
    lost = row("PageImage", file=file, index=2, run=run, reason="no-code")
    said = {"who": "Ada Example", "when": NOW, "why": "seen"}
    row("PageSettlement", image=lost, verdict="placed", booklet=second, page=2, **said)
    row("Settlement", booklet=first, field="pick/choice/a", mark="crossed", reading=reading, **said)
    row("Settlement", booklet=second, field="tell/credit/1", mark="empty", reading=None, **said)
    row("AuditEvent", verb="scan", who="Ada Example", when=NOW, detail={"file": "scan.pdf"})


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
