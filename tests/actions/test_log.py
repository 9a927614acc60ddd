from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from tests.actions.conftest import result, scan_by_hand
from tests.cast import EXAMINER

from klausur.actions.grade import grade
from klausur.actions.log import EventFilter, log
from klausur.actions.settle import settle
from klausur.actions.settle_tie import settle_booklet
from klausur.actions.verify import verify
from klausur.paper.answers import Chosen
from klausur.paper.layout import Layout
from klausur.state.facts import Actor, Author, Bond, Role
from klausur.state.head import Head
from klausur.store.connections import connection
from klausur.store.folder import opened

ADA, EVE = Author(EXAMINER, "seen"), Author(Actor("Eve", Role.EXAMINER), "asked")


@pytest.fixture
def worked(folder: Path, layout: Layout) -> Path:
    """Printed, two booklets scanned, one question settled in each, a spare booklet tied, graded."""
    scan_by_hand(folder, *(result(layout, n, booklet, 1) for n, booklet in enumerate((1, 2))))
    settle(folder, 1, "letters", Chosen(frozenset("a")), ADA)
    settle(folder, 2, "letters", Chosen(frozenset("b")), EVE)
    settle_booklet(folder, 3, Bond.NOBODY, EVE)
    grade(folder, actor=EXAMINER)
    return folder


def numbers(folder: Path, wanted: EventFilter) -> list[int]:
    return [event.number for event in log(folder, wanted).events]


def sql(folder: Path, command: str) -> None:
    with opened(folder), connection().cursor() as cursor:
        cursor.execute(command)


def test_the_log_is_asked_by_verb_person_time_and_booklet(worked: Path) -> None:
    everything = log(worked)
    assert [e.verb for e in everything.events] == [
        *("by-hand", "by-hand", "settle", "settle", "settle-booklet", "grade")
    ]
    assert everything.wrong is None
    assert everything.head == Head(6, everything.events[-1].digest)
    assert numbers(worked, EventFilter(verbs=("settle", "grade"))) == [3, 4, 6]
    assert numbers(worked, EventFilter(who="eve")) == [4, 5]
    assert numbers(worked, EventFilter(booklet=1)) == [1, 2, 3]
    assert numbers(worked, EventFilter(booklet=3)) == [1, 5]
    assert numbers(worked, EventFilter(booklet=9)) == []
    assert numbers(worked, EventFilter(since=everything.events[3].when)) == [4, 5, 6]
    assert numbers(worked, EventFilter(since=datetime.now(UTC) + timedelta(days=1))) == []
    assert numbers(worked, EventFilter(verbs=("settle",), who="Eve", booklet=2)) == [4]


def test_what_holds_holds_and_what_was_changed_is_named(worked: Path) -> None:
    head = log(worked).head
    found = log(worked, verify=True)
    assert found.wrong == ()
    assert verify(worked, actor=EXAMINER, noted=head).holds
    sql(worked, "UPDATE store_settlement SET value = 'filled' WHERE id = 1")
    assert log(worked, noted=head).wrong == ("settlement 1 was changed since event 3 wrote it",)
    seen = verify(worked, actor=EXAMINER, mend=True)
    assert not seen.holds, "what is recorded is not mended"
    assert seen.trail == ("settlement 1 was changed since event 3 wrote it",)


def test_state_that_differs_is_told_and_made_again_from_the_records(worked: Path) -> None:
    for change in (
        "UPDATE store_answerstate SET credits = '7' WHERE booklet = 1",
        "UPDATE store_imagestate SET number = 3 WHERE image_id = 1",
        "INSERT INTO store_extrastate (number, open, value) VALUES (77, false, '{}')",
        "DELETE FROM store_candidatestate",
    ):
        sql(worked, change)
    seen = verify(worked, actor=EXAMINER)
    assert (seen.holds, seen.mended, seen.trail) == (False, False, ())
    for each in ("AnswerState (1, 'letters'): credits", "ImageState 1: number", "ExtraState 77 should not"):
        assert any(each in said for said in seen.state), each
    assert any("CandidateState" in said and "missing" in said for said in seen.state)
    mended = verify(worked, actor=EXAMINER, mend=True)
    assert mended.holds
    assert mended.mended
    assert mended.head is not None
    assert log(worked).events[-1].verb == "mend-state"
    again = verify(worked, actor=EXAMINER, mend=True)
    assert (again.state, again.trail, again.mended) == ((), (), False), "nothing is mended that is whole"


def test_results_name_the_records_that_they_follow_from(worked: Path) -> None:
    first = grade(worked, actor=EXAMINER)
    assert first.head == Head(5, log(worked).events[4].digest), "grading itself changes no results"
    files = [path.read_bytes() for path in first.files]
    assert first.head.digest.encode() in files[2]
    properties = load_workbook(first.files[1]).properties
    assert properties.description == f"records: event 5:{first.head.digest}"
    grade(worked, actor=EXAMINER)
    assert [path.read_bytes() for path in first.files] == files
    settle(worked, 1, "letters", Chosen(frozenset("b")), ADA)
    assert grade(worked, actor=EXAMINER).head != first.head
    assert log(worked, noted=first.head).wrong == ()
