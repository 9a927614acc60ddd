"""A database as an early Klausur left it: rows of the first migration, brought forward to a later one."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db.migrations.executor import MigrationExecutor

from klausur.paper import layout as layouts
from klausur.paper.layout import Layout
from klausur.store import sqlite
from klausur.store.connections import entered

NOW = datetime(2026, 2, 17, 12, tzinfo=UTC)
FILE = "ef" * 32
FIRST = "0001_records"


def made(database: Path, migration: str, layout: Layout) -> None:
    """Make a database with the first migration, write rows, and bring it forward to this migration."""
    with entered(sqlite.database(database)) as connection:
        executor = MigrationExecutor(connection)
        executor.migrate([("store", FIRST)])
        _write(executor.loader.project_state([("store", FIRST)]).apps, layout)
        if migration != FIRST:
            MigrationExecutor(connection).migrate([("store", migration)])


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
