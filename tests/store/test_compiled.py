"""Queries that are compiled once give what Django gives."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from tests.exams import by_hand, copy_exam
from tests.waits import counted

from klausur.store import models, pages
from klausur.store.compiled import MOST, Compiled, together
from klausur.store.compiled_inserts import CompiledInsert
from klausur.store.connections import connection
from klausur.store.folder import opened, writing

COLUMNS = ("sha256", "count", "seen")


@pytest.fixture
def files(empty: Path, tmp_path: Path) -> Path:
    """Records with more files than a compiled query is kept for."""
    place = copy_exam(empty, tmp_path / "exam")
    with opened(place), by_hand():
        for n in range(MOST + 5):
            pages.append_file(f"{n:0>64}", f"{n}.pdf", n)
    return place


def test_it_gives_what_django_gives_for_any_number_of_values(files: Path) -> None:
    of = Compiled(
        lambda *n: models.ScannedFile.objects.filter(count__in=n).order_by("pk").values_list(*COLUMNS)
    )
    with opened(files):
        rows = models.ScannedFile.objects.order_by("pk").values_list(*COLUMNS)
        for numbers in ([3], [5], [1, 2], [2, 1], [7, 8, 9], range(MOST + 5), [1, 2]):
            assert of(*numbers) == list(rows.filter(count__in=numbers))
        assert of(-1) == []


def test_values_are_values_whatever_stands_in_them(files: Path) -> None:
    named = Compiled(
        lambda name, count: models.ScannedFile.objects.filter(name=name, count=count).values_list("name")
    )
    with opened(files):
        assert named("3.pdf", 3) == [("3.pdf",)]
        assert named("' OR 1=1 --", 3) == []
        assert named("%s", 3) == []


def test_django_is_asked_once(files: Path) -> None:
    asked = []

    def build(*numbers: int) -> QuerySet[models.ScannedFile, tuple[Any, ...]]:
        asked.append(numbers)
        return models.ScannedFile.objects.filter(count__in=numbers).values_list("count")

    of = Compiled(build)
    with opened(files), CaptureQueriesContext(connection()) as queries:
        for n in range(5):
            of(n)
    assert len(asked) == 1
    assert len(queries) == 5


COUNTS = Compiled(lambda n: models.ScannedFile.objects.filter(count=n).values_list("name"))
FIRST = Compiled(lambda: "SELECT name FROM store_scannedfile ORDER BY id LIMIT 1")


def test_what_is_asked_ahead_is_answered_as_it_was_then_and_once(files: Path) -> None:
    with opened(files), by_hand(), together():
        COUNTS.ahead(3)
        COUNTS.ahead(4)
        FIRST.ahead()
        assert COUNTS(4) == [("4.pdf",)]
        assert COUNTS(3) == [("3.pdf",)]
        assert COUNTS(5) == [("5.pdf",)], "who asks for something else is told that"
        pages.append_file("e" * 64, "another 3.pdf", 3)
        assert sorted(COUNTS(3)) == [("3.pdf",), ("another 3.pdf",)]
        assert FIRST() == [("0.pdf",)]
    with opened(files):
        COUNTS.ahead(3)  # nothing is sent together: it is asked when it is wanted
        assert len(COUNTS(3)) == 2


@pytest.mark.postgresql
def test_nobody_waits_for_what_nobody_asks_for(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits = counted(monkeypatch)
    with opened(files):
        COUNTS(0)  # whatever is made once
        with writing(together=True, outlasts=False):
            for n in range(5):
                COUNTS.ahead(n)
            assert [COUNTS(n) for n in range(5)] == [[(f"{n}.pdf",)] for n in range(5)]
            assert len(waits) == 2, (
                "the transaction begins; the lock and five questions are answered in one go"
            )
            for n in range(3):
                HOLD(models.Hold(question="q", booklet=n, who="ada", until=NOW))
            assert len(waits) == 2
        assert len(waits) == 3
        assert models.Hold.objects.count() == 3


NOW = datetime(2026, 12, 1, tzinfo=UTC)
HOLD = CompiledInsert(models.Hold, unique=("question", "booklet"), update=("who",))


def test_a_row_is_written_or_its_fields_are_as_django_would_write_them(files: Path) -> None:
    with opened(files), writing(outlasts=False):
        for who, until in (("ada", NOW), ("konrad", NOW + timedelta(days=1))):
            row = models.Hold(question="100 % 'sure'", booklet=7, who=who, until=until)
            HOLD(row)
            assert not row._state.adding  # noqa: SLF001 - Django documents it
    with opened(files):
        columns = ("question", "booklet", "who", "until")
        assert models.Hold.objects.values_list(*columns).get() == ("100 % 'sure'", 7, "konrad", NOW)


@pytest.mark.parametrize("sent_together", [False, True])
def test_a_row_that_must_not_be_there_is_refused_and_all_of_it_taken_back(
    files: Path, *, sent_together: bool
) -> None:
    once = CompiledInsert(models.Hold)

    def hold(times: int) -> None:
        with writing(together=sent_together, outlasts=False):
            for _ in range(times):
                once(models.Hold(question="q", booklet=1, who="ada", until=NOW))

    with opened(files):
        with pytest.raises(IntegrityError):
            hold(2)
        assert not models.Hold.objects.exists()
        hold(1)
        assert models.Hold.objects.count() == 1
