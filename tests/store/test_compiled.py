"""Queries that are compiled once give what Django gives."""

from pathlib import Path
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from tests.exams import by_hand, copy_exam

from klausur.store import models, pages
from klausur.store.compiled import MOST, Compiled
from klausur.store.connections import connection
from klausur.store.folder import opened

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
