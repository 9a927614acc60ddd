"""Many threads, many exams, many processes; and one exam's rows never in another."""

import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from tests.exams import copy_exam

from klausur.base.errors import RefusedError, ToolError
from klausur.store import connections as connections_here
from klausur.store import pages, server
from klausur.store.connections import SPARE, close_spare, connection
from klausur.store.folder import Records, opened, writing


@pytest.fixture
def many(empty: Path, tmp_path: Path) -> list[Path]:
    return [copy_exam(empty, tmp_path / f"exam-{n}") for n in range(8)]


@pytest.fixture
def exams(empty: Path, tmp_path: Path) -> list[Path]:
    """Two: on a server, each copy takes a quarter of a second."""
    return [copy_exam(empty, tmp_path / f"exam-{n}") for n in range(2)]


def add(folder: Path, name: str) -> None:
    with opened(folder), writing():
        pages.append_file(f"{name:0>64}", name, 1)


def names(folder: Path) -> list[str]:
    with opened(folder):
        return [file.name for file in pages.files()]


def test_many_threads_write_to_many_exams(many: list[Path]) -> None:
    with ThreadPoolExecutor(8) as threads:
        for done in [threads.submit(add, exam, f"{n}-{exam.name}") for n in range(12) for exam in many]:
            done.result()
    for exam in many:
        assert sorted(names(exam)) == sorted(f"{n}-{exam.name}" for n in range(12))


def test_a_thread_opens_for_itself(exams: list[Path]) -> None:
    with opened(exams[0]), ThreadPoolExecutor(1) as threads:
        with pytest.raises(RuntimeError, match="no exam folder is open"):
            threads.submit(pages.files).result()
        assert threads.submit(names, exams[1]).result() == []


def files_open() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_what_is_opened_is_closed(many: list[Path]) -> None:
    """200 openings at once in four threads leave no file open and no alias behind."""
    close_spare()
    before = set(connections.settings), files_open()

    def nested() -> None:
        with ExitStack() as stack:
            for n in range(50):
                stack.enter_context(opened(many[n % len(many)]))
                assert pages.files() == ()

    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(nested) for _ in range(4)]:
            done.result()
    close_spare()
    left = {alias for alias in connections.settings if not alias.startswith("server")}
    assert left <= before[0]
    assert files_open() <= before[1]


def test_opening_costs_one_query_and_none_within_another_one(exams: list[Path]) -> None:
    with opened(exams[0]), CaptureQueriesContext(connection()) as asked:
        with opened(exams[0]):
            pass
        assert not asked.captured_queries  # it was looked at before
    with opened(exams[1]) as records, CaptureQueriesContext(connection()) as asked:
        with opened(exams[0]), opened(records.exam):
            pass
        assert len(asked.captured_queries) <= 2  # a server has one connection for both


@pytest.fixture
def keeping(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As in a server: connections to files are kept."""
    monkeypatch.setattr(connections_here, "_keeps_files", True)
    yield
    close_spare()


@pytest.mark.files
@pytest.mark.usefixtures("keeping")
def test_a_kept_connection_serves_the_next_thread(exams: list[Path]) -> None:
    def used() -> object:
        with opened(exams[0]):
            assert pages.files() == ()
            return connection().connection

    seen = []
    for _ in range(3):
        with ThreadPoolExecutor(1) as threads:
            seen.append(threads.submit(used).result())
    assert seen[0] is seen[1] is seen[2]
    assert f"file {Records(exams[0]).database.resolve()}" not in connections.settings


@pytest.mark.files
@pytest.mark.usefixtures("keeping")
def test_no_more_connections_are_kept_than_wanted(many: list[Path]) -> None:
    before = files_open()
    for exam in (*many, *many):
        with ExitStack() as stack:
            stack.enter_context(opened(exam))
            assert pages.files() == ()
            with ThreadPoolExecutor(4) as threads:  # several to one file
                assert list(threads.map(names, [exam] * 8)) == [[]] * 8
    assert 0 < files_open() - before <= 3 * SPARE  # the file, its log and the log's index


@pytest.mark.files
@pytest.mark.usefixtures("keeping")
def test_other_records_in_the_place_of_the_first_are_found(exams: list[Path]) -> None:
    add(exams[0], "first")
    assert names(exams[0]) == ["first"]
    shutil.rmtree(exams[0])
    assert shutil.copytree(exams[1], exams[0])
    add(exams[0], "second")
    assert names(exams[0]) == ["second"]
    with sqlite3.connect(Records(exams[0]).database) as link:
        assert link.execute("SELECT name FROM store_scannedfile").fetchall() == [("second",)]
    assert names(exams[1]) == []


@pytest.mark.files
@pytest.mark.usefixtures("keeping")
def test_what_a_thread_left_unfinished_is_not_handed_on(exams: list[Path]) -> None:
    def broken() -> None:
        with opened(exams[0]), writing():
            pages.append_file(f"{'a':0>64}", "a", 1)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken()
    add(exams[0], "b")
    assert names(exams[0]) == ["b"]


BOTH = """
import sys
from pathlib import Path
from klausur.store.folder import opened
sys.stdin.readline()
with opened(Path(sys.argv[1]), create=True):
    pass
"""


def test_processes_that_make_the_records_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", BOTH, str(tmp_path)]
    begun = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)
    ]
    for process in begun:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate()[1] for process in begun]
    assert [process.returncode for process in begun] == [0, 0, 0], said
    assert names(tmp_path) == []


def test_who_waits_for_the_lock_finds_what_was_written(exams: list[Path]) -> None:
    """Look, then append: without the lock, several find nothing and all append."""

    def once(_: int) -> bool:
        with opened(exams[0]), writing():
            if pages.files():
                return False
            return pages.append_file("0" * 64, "scan.pdf", 1)

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(once, range(24))) == 1


RIGHTS = """
import os, sys
from pathlib import Path
from klausur.base.errors import ToolError
from klausur.store.folder import opened, writing
from klausur.store import audit, pages
with opened(Path(sys.argv[2])), writing():
    pages.append_file("0" * 64, "scan.pdf", 1)  # all modules are loaded while they can be read
    audit.append("by-hand", "Ada Example", {})
if os.getuid() == 0:
    os.setuid(65534)
try:
    with opened(Path(sys.argv[1])):
        with writing():
            pages.append_file("0" * 64, "scan.pdf", 1)
except ToolError as error:
    print(error, "|", error.remedy)
"""


@pytest.fixture
def for_all() -> Iterator[Path]:
    """A folder that everybody can get at; pytest's own are closed to others."""
    place = Path(tempfile.mkdtemp(prefix="klausur-"))
    place.chmod(0o755)
    with opened(place, create=True) as records:
        pass
    for each in (records.root, *records.root.rglob("*")):
        each.chmod(0o777)
    yield place
    place.chmod(0o700)
    records.root.chmod(0o700)
    shutil.rmtree(place)


@pytest.mark.files
@pytest.mark.parametrize("closed", [".", ".klausur", ".klausur/db.sqlite3"])
def test_a_lack_of_rights_is_called_so(for_all: Path, exams: list[Path], closed: str) -> None:
    (for_all / closed).chmod({".": 0o700, ".klausur": 0o555}.get(closed, 0o444))
    command = [sys.executable, "-c", RIGHTS, str(for_all), str(exams[0])]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert "rights" in done.stdout, done.stderr
    assert "backup" not in done.stdout


@pytest.mark.postgresql
def test_a_copied_folder_is_not_a_second_door_to_one_schema(exams: list[Path], tmp_path: Path) -> None:
    copy = shutil.copytree(exams[0], tmp_path / "copy")
    with pytest.raises(RefusedError, match="is a copy"), opened(copy):
        pass
    moved = exams[0].rename(tmp_path / "moved")
    add(moved, "here.pdf")
    assert names(moved) == ["here.pdf"]
    shutil.rmtree(moved)
    assert names(copy) == ["here.pdf"], "the copy is all there is, as after a restored backup"


@pytest.mark.postgresql
def test_a_folder_on_a_server_says_which_is_missing(
    exams: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(server.VARIABLE)
    with pytest.raises(ToolError, match="none is named") as caught, opened(exams[0]):
        pass
    assert server.VARIABLE in caught.value.remedy


@pytest.mark.postgresql
def test_a_lost_schema_is_not_made_anew(exams: list[Path]) -> None:
    with opened(exams[0]), connection().cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        cursor.execute(f'DROP SCHEMA "{cursor.fetchone()[0]}" CASCADE')
    with pytest.raises(ToolError, match="is not there"), opened(exams[0], create=True):
        pass
    assert Records(exams[0]).named.is_file()


@pytest.mark.postgresql
def test_a_connection_that_the_server_has_ended_is_made_anew(exams: list[Path]) -> None:
    close_spare()
    with opened(exams[0]), connection().cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (process,) = cursor.fetchone()
    with psycopg.connect(server.address() or "") as link:
        link.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
    assert names(exams[0]) == []


@pytest.mark.postgresql
def test_exams_of_one_thread_share_a_connection(many: list[Path]) -> None:
    close_spare()
    with ExitStack() as stack:
        processes = set()
        for exam in many:
            stack.enter_context(opened(exam))
            with connection().cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                processes.add(cursor.fetchone()[0])
        assert len(processes) == 1
