from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db.models import QuerySet
from tests.cast import CANDIDATE, EXAMINER

from klausur.base.errors import RefusedError
from klausur.read.model import Mark, PageResult
from klausur.state.facts import Author
from klausur.store import audit, jobs, models, pages, retention, sqlite, verify
from klausur.store.connections import database, entered
from klausur.store.copy import copy, from_file, to_file
from klausur.store.folder import opened, writing
from klausur.store.readings import settle

Result = Callable[..., PageResult]


@pytest.fixture
def full(run: object, placed: Result, lost: Result, tmp_path: Path) -> Path:
    """A folder, open, with rows in most tables; the last settlement is gone."""
    del run
    with writing():
        pages.append_file("ab" * 32, "ä.pdf", 2)
        pages.append(placed(0, 1, 1, a=Mark.CROSSED, b=Mark.OTHER))
        pages.append(lost(1, detail="'\"\n\\ 🙂"))
        settle(1, [("pick/choice/a", Mark.EMPTY), ("pick/choice/b", None)], Author(CANDIDATE, "seen"))
        audit.append("scan", "Jürgen", {"ä": [1, 0.5, 1e20, None, True, {"b": "ü"}]})
    with writing():
        retention.delete({models.Settlement: [2]}, Author(EXAMINER, "law"))
    with jobs.as_job("a job", 2), writing():
        jobs.effect({"printing": 1})
        audit.append("print", EXAMINER, {})
    models.BookletState(number=2, value="{}", said_id=1).save()
    models.Mark(rules=1).save()
    return tmp_path


def rows() -> dict[str, list[dict[str, Any]]]:
    found = {
        model.__name__: list(QuerySet(model).order_by("pk").values())
        for model in apps.get_app_config("store").get_models()
    }
    assert sum(bool(each) for each in found.values()) >= 12
    return found


def new_key() -> int:
    """The key that the next settlement gets."""
    with writing():
        settle(1, [("pick/choice/a", None)], Author(EXAMINER))
    return int(models.Settlement.objects.latest("pk").pk)


@pytest.mark.usefixtures("full")
def test_a_copy_is_equal_row_by_row_and_goes_on(tmp_path: Path) -> None:
    file, other = tmp_path / "copy.sqlite3", tmp_path / "other"
    other.mkdir()
    before, head = rows(), audit.head()
    to_file(file)
    with entered(sqlite.database(file)):
        assert rows() == before
        assert list(verify.verify(head)) == []
    with opened(other, create=True):
        from_file(file)
        assert rows() == before
        assert list(verify.verify(head)) == []
        assert new_key() == 3, "the key of what was deleted is not given out again"
        assert list(verify.verify(head)) == []
        with pytest.raises(RefusedError, match="has records already"):
            from_file(file)
    assert new_key() == 3, "the original is as it was"
    with pytest.raises(RefusedError, match="within one server"):
        copy(database(), database())


def test_who_writes_meanwhile_waits_for_no_copy_and_is_in_none(full: Path) -> None:
    from klausur.store.snapshot import snapshot

    head = audit.head()
    with snapshot():
        assert audit.head() == head
        with_other_hands(full)
        assert audit.head() == head
    now = audit.head()
    assert now is not None
    assert head is not None
    assert now.number == head.number + 1


def with_other_hands(folder: Path) -> None:
    from threading import Thread

    def write() -> None:
        with opened(folder), writing():
            pages.append_file("cd" * 32, "other.pdf", 1)
            audit.append("scan", "Eve", {})

    other = Thread(target=write)
    other.start()
    other.join()
