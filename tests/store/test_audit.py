"""The audit trail: whatever is changed, taken out, put in, exchanged or cut off is found and named."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ProtectedError
from tests.cast import EXAMINER
from tests.exams import copy_exam

from klausur.base.errors import NotFoundError, UsageError
from klausur.read.model import Mark, PageResult
from klausur.state.facts import Author
from klausur.state.head import Head
from klausur.store import audit, canonical, models, pages, retention, row_seals, verify
from klausur.store.connections import connection
from klausur.store.folder import opened, writing
from klausur.store.readings import settle

Result = Callable[..., PageResult]
ADA = Author(EXAMINER, "seen")


@pytest.fixture
def trail(run: object, placed: Result, lost: Result) -> Head:
    """Four events: a printing, two images with six readings, and two decisions."""
    del run
    with writing():
        pages.append_file("ab" * 32, "scan.pdf", 3)
        pages.append(placed(0, 1, 1, a=Mark.CROSSED, b=Mark.EMPTY))
        pages.append(placed(1, 1, 2, _0=Mark.EMPTY, _1=Mark.CROSSED))
        pages.append(lost(2))
        audit.append("scan", "Jürgen Muster", {"file": "ä.pdf", "share": 1.0, "big": 1e20, "part": 0.1})
    for value in (Mark.EMPTY, Mark.CROSSED):
        with writing():
            settle(1, [("pick/choice/a", value)], ADA)
            audit.append("settle", "Ada Example", {"booklet": 1})
    head = audit.head()
    assert head is not None
    return head


def sql(command: str, *values: str | float) -> None:
    with connection().cursor() as cursor:
        cursor.execute(command, values)


def wrong(head: Head | None = None) -> list[str]:
    return list(verify.verify(head))


def test_what_was_written_holds(trail: Head) -> None:
    assert wrong() == wrong(trail) == []
    assert [(e.number, e.verb) for e in audit.events()] == [
        (1, "by-hand"),
        (2, "scan"),
        (3, "settle"),
        (4, "settle"),
    ]
    assert trail == Head(4, audit.events()[3].digest)
    with writing(keep=False):
        settle(1, [("pick/choice/a", None)], ADA)
        audit.append("settle", "Ada Example", {})
    assert audit.head() == trail
    assert wrong(trail) == []


CHANGES = {
    "UPDATE store_reading SET value = 'filled' WHERE id = 2": [
        "reading 2 was changed since event 2 wrote it"
    ],
    "UPDATE store_reading SET confidence = confidence + 1e-12 WHERE id = 1": [
        "reading 1 was changed since event 2 wrote it"
    ],
    "UPDATE store_candidateentry SET name = 'Eve'": ["candidateentry 1 was changed since event 1 wrote it"],
    "UPDATE store_settlement SET why = 'other' WHERE id = 2": [
        "settlement 2 was changed since event 4 wrote it"
    ],
    "DELETE FROM store_settlement WHERE id = 1": ["settlement 1 is missing: event 3 wrote it"],
    "UPDATE store_settlement SET id = 9 WHERE id = 1": [
        "settlement 9 was put in: no event wrote it",
        "settlement 1 is missing: event 3 wrote it",
    ],
    "UPDATE store_settlement SET value = CASE WHEN id = 1 THEN 'crossed' ELSE 'empty' END": [
        "settlement 1 was changed since event 3 wrote it",
        "settlement 2 was changed since event 4 wrote it",
    ],
    "UPDATE store_auditevent SET who = 'Eve' WHERE number = 3": ["event 3 (settle by Eve) was changed"],
    "UPDATE store_auditevent SET rows = '' WHERE number = 3": [
        "event 3 (settle by Ada Example) was changed",
        "settlement 1 was put in: no event wrote it",
    ],
    "UPDATE store_auditevent SET form = 77 WHERE number = 3": [
        "event 3 (settle by Ada Example) was changed",
        "event 3 is damaged: there is no form 77",
        "settlement 1 was put in: no event wrote it",
    ],
    'UPDATE store_auditevent SET rows = \'{"settlement":["1-999999999",""]}\' WHERE number = 3': [
        "event 3 (settle by Ada Example) was changed",
        'event 3 is damaged: no digests of rows: {"settlement":["1-999999999",""]}',
    ],
    "DELETE FROM store_auditevent WHERE number = 3": [
        "event 3 is missing",
        "settlement 1 was put in: no event wrote it",
    ],
    "DELETE FROM store_auditevent WHERE number = 1": ["event 1 is missing"],
}


@pytest.mark.usefixtures("trail")
@pytest.mark.parametrize("change", CHANGES)
def test_what_is_changed_behind_the_programs_back_is_named(change: str) -> None:
    sql(change)
    assert wrong()[: len(CHANGES[change])] == CHANGES[change]


@pytest.mark.usefixtures("trail")
def test_a_row_that_no_event_wrote_is_named() -> None:
    pages.append_file("cd" * 32, "other.pdf", 1)  # outside writing()
    assert wrong() == ["scannedfile 2 was put in: no event wrote it"]


@pytest.mark.usefixtures("trail")
def test_two_events_that_changed_places_are_named() -> None:
    for was, now in ((3, 99), (4, 3), (99, 4)):
        sql("UPDATE store_auditevent SET number = %s WHERE number = %s", now, was)
    found = wrong()
    assert "event 3 does not follow from the event before it: one of them was exchanged" in found
    assert "event 4 (settle by Ada Example) was changed" in found


@pytest.mark.usefixtures("trail")
def test_an_event_that_was_made_over_with_its_digest_breaks_the_chain() -> None:
    event = models.AuditEvent.objects.get(number=3)
    event.who = "Eve"
    sql("UPDATE store_auditevent SET who = 'Eve', digest = %s WHERE number = 3", audit.digest(event))
    assert wrong() == ["event 4 does not follow from the event before it: one of them was exchanged"]


def test_a_tail_that_was_cut_off_is_found_by_a_head_that_was_noted(trail: Head) -> None:
    sql("DELETE FROM store_auditevent WHERE number = 4")
    sql("DELETE FROM store_settlement WHERE id = 2")
    assert wrong() == []
    noted = Head.of(str(trail))
    assert wrong(noted) == ["the trail ends at event 3: it was cut off, event 4 was there"]
    with writing():
        audit.append("settle", "Eve", {})
    (found,) = wrong(noted)
    assert found.startswith(f"event 4 is another one than {noted}")


@pytest.mark.parametrize("text", ["", "4", "4:", "x:3f2a9c04", "4:3f2a", "4:not hexadecimal"])
def test_what_is_no_head_is_told(text: str) -> None:
    with pytest.raises(UsageError, match="head of an audit trail"):
        Head.of(text)


@pytest.mark.usefixtures("trail")
def test_rows_that_are_deleted_when_their_time_is_over_are_accounted_for() -> None:
    with writing():
        retention.delete(
            {models.Settlement: [1, 2], models.Reading: [1, 2], models.PageImage: [1]},
            Author(EXAMINER, "law"),
        )
    assert wrong() == []
    last = audit.events()[-1]
    gone = '{"pageimage": "1", "reading": "1-2", "settlement": "1-2"}'
    assert (last.verb, last.detail) == ("delete", f'{{"role": "examiner", "rows": {gone}, "why": "law"}}')
    assert models.Reading.objects.count() == 2
    sql("UPDATE store_auditevent SET gone = '' WHERE number = 5")
    assert "reading 1 is missing: event 2 wrote it" in wrong()


@pytest.mark.usefixtures("trail")
def test_what_others_still_name_is_not_deleted() -> None:
    with pytest.raises(ProtectedError), writing():
        retention.delete({models.Reading: [1]}, ADA)
    with pytest.raises(NotFoundError, match="no reading 77-78"), writing():
        retention.delete({models.Reading: [77, 78]}, ADA)
    assert wrong() == []


@pytest.mark.unsealed
def test_rows_without_an_event_are_a_mistake_and_nothing_is_written(empty: Path, tmp_path: Path) -> None:
    with opened(copy_exam(empty, tmp_path / "exam")):
        write_unsealed()


def write_unsealed() -> None:
    with pytest.raises(RuntimeError, match=r"no event says so .*'scannedfile': 1"), writing():
        pages.append_file("ef" * 32, "scan.pdf", 1)
    assert pages.files() == ()
    with pytest.raises(RuntimeError, match="inside writing"):
        audit.append("scan", "Ada Example", {})


def test_every_table_of_records_is_sealed_with_all_its_columns() -> None:
    """A new table or column makes a new form in `klausur.store.canonical`; the old one stays as it is."""
    known = {
        m.__name__.lower(): {f.attname for f in m._meta.concrete_fields} - {"id"}  # noqa: SLF001 - documented
        for m in apps.get_app_config("store").get_models()
        if issubclass(m, models.Appended) and m.sealed
    }
    assert known == {table: set(columns) for table, columns in canonical.FORMS[canonical.FORM].items()}


def test_a_digest_is_the_same_for_ever() -> None:
    row = models.Settlement(
        id=7,
        software="0.1.0",
        sheet="booklet",
        number=3,
        field="größe/choice/a",
        value=Mark.CROSSED,
        reading_id=None,
        who="Jürgen",
        when=datetime(2026, 2, 17, 13, 0, 0, 1, tzinfo=timezone(timedelta(hours=1))),
        why="",
    )
    assert canonical.digester(models.Settlement, 1).row(row).hex() == "ca6f3538d9285231"
    reading = models.Reading(
        id=1, image_id=2, field="f", kind="choice-box", value="empty", confidence=1, flagged=False
    )
    assert canonical.digester(models.Reading, 1).row(reading).hex() == "6a605603d3d769ac"
    noon = datetime(2026, 2, 17, 12, tzinfo=UTC)
    assert (
        canonical.event_digest([1, "ä", noon, {"b": 1.0, "a": [0.1, None, True]}])
        == "d463bb3bbba564060543038794cd5701bf09fa0a6d37993d0c237909b38d45d1"
    )


def test_runs_of_keys_and_digests_come_back() -> None:
    rows: row_seals.Seals = {
        "reading": {n: n.to_bytes(8) for n in (1, 2, 3, 7, 9, 10)},
        "booklet": {5: b"8 bytes!"},
    }
    text = row_seals.packed(rows)
    assert '"1-3,7,9-10"' in text
    assert row_seals.unpacked(text) == rows
    assert row_seals.packed({"reading": {}}) == ""
    for damaged in ("{", '{"reading": 1}', text.replace("1-3", "1-4"), text.replace("=", "")):
        with pytest.raises(ValueError, match="no digests"):
            row_seals.unpacked(damaged)
