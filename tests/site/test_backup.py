"""The drill: a site is backed up while somebody judges, wiped, and brought back; nothing is lost."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from tests import site_home
from tests.actions.conftest import layout, result, scan_by_hand, small, write_exam  # noqa: F401 - fixtures
from tests.cast import CORRECTOR, EXAMINER
from tests.cluster import POSTGRESQL
from tests.web.by_hand import site_with
from tests.web.conftest import Site

from klausur.actions.grade import grade
from klausur.actions.judge import Ticked, judge
from klausur.actions.log import log
from klausur.actions.verify import verify
from klausur.paper.layout import Layout
from klausur.site import exams, files
from klausur.site.backup_format import new_key
from klausur.site.models import Exam, Person, SiteEvent
from klausur.state.facts import Author, Role
from klausur.store import models, server
from klausur.store.folder import Records, opened

SCANS = b"%PDF-1.7 stands for a scanned file", b"%PDF-1.7 stands for another one"
WHO = Author(CORRECTOR)


@pytest.fixture(autouse=True)
def kept_apart() -> Iterator[None]:
    """Other processes see what this test writes, so that it is deleted afterwards."""
    yield
    for model in (Exam, Person):
        model.objects.all().delete()
    SiteEvent.objects.filter(verb="backup")._raw_delete("default")  # noqa: SLF001 - none deletes them


@pytest.fixture
def populated(tmp_path: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch) -> Site:  # noqa: F811
    """A site with people, an exam elsewhere in which words wait to be judged, and one not printed yet."""
    first, second = (sha256(scan).hexdigest() for scan in SCANS)
    monkeypatch.setattr("tests.actions.conftest.FILE", first)
    made = site_with(tmp_path / "elsewhere", layout, 3)
    monkeypatch.setattr("tests.actions.conftest.FILE", second)
    scan_by_hand(made.folder, *(result(layout, n, n, 2) for n in range(1, 4)))
    for digest, scan in ((first, SCANS[0]), (second, SCANS[1])):
        (Records(made.folder).scans / digest).write_bytes(scan)
    home = site_home.HOME
    assert home is not None
    files.here().put("uploads/one/piece", [b"a piece"])
    write_exam(home.exams / "new")
    exams.add(home, home.exams / "new", "A new exam", "the tests")
    return made


def klausur(*words: object, **environment: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """The program in a process of its own, as people call it."""
    done = subprocess.run(
        [sys.executable, "-m", "klausur", *map(str, words), "--json"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


@contextmanager
def judging(folder: Path) -> Iterator[list[int]]:
    """Somebody judges an answer again and again meanwhile; how often before and at the end."""
    over, begun, judged = threading.Event(), threading.Event(), [0]

    def go_on() -> None:
        while not over.is_set():
            judge(folder, 1 + judged[0] % 3, "word", Ticked({"1": 1}), WHO, act=f"act-{judged[0]}")
            judged[0] += 1
            if judged[0] >= 3:
                begun.set()

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        assert begun.wait(60)
        yield judged
    finally:
        over.set()
        thread.join()


def acts(folder: Path) -> list[str]:
    with opened(folder):
        return list(models.Judgement.objects.order_by("pk").values_list("act", flat=True))


def grades(folder: Path) -> bytes:
    grade(folder, actor=EXAMINER)
    return (folder / "results.csv").read_bytes()


def empty_database(named: str) -> str:
    """Another database on the tests' server, as somebody makes who restores a site."""
    address = server.address() or ""
    with psycopg.connect(address, autocommit=True) as link:
        link.execute(f"DROP DATABASE IF EXISTS {named}".encode())
        link.execute(f"CREATE DATABASE {named}".encode())
    return urlsplit(address)._replace(path=f"/{named}").geturl()


def rows(home: Path, database: str, ask: str) -> list[tuple[Any, ...]]:
    if database:
        with psycopg.connect(database) as link:
            return link.execute(ask.encode()).fetchall()
    with closing(sqlite3.connect(home / "site.sqlite3")) as file:
        return file.execute(ask).fetchall()


@pytest.mark.long
def test_a_site_that_is_backed_up_while_somebody_judges_comes_back_as_it_was(
    populated: Site, tmp_path: Path, database: str
) -> None:
    home = site_home.HOME
    assert home is not None
    public = new_key(tmp_path / "key")
    (tmp_path / "backups").mkdir()
    with judging(populated.folder) as judged:
        before = judged[0]
        made = klausur("backup", home.root, "-o", tmp_path / "backups", "--to", public, "--keep", 1)
    judged_at_all = acts(populated.folder)
    assert len(judged_at_all) == judged[0] > before
    stood = grades(populated.folder)
    assert (made["encrypted"], made["lacking"], made["wrong"]) == (True, [], [])
    assert sorted(made["exams"]) == sorted([populated.exam.slug, "a-new-exam"])
    (file,) = (tmp_path / "backups").iterdir()
    assert file.name.endswith(".tar.age")

    shutil.rmtree(populated.folder)
    shutil.rmtree(home.exams / "new")
    there = tmp_path / "again"
    address = empty_database("restored") if database == POSTGRESQL else ""
    done = klausur("restore", file, "-o", there, "--key", tmp_path / "key", KLAUSUR_SITE_DATABASE=address)

    assert (done["wrong"], done["lacking"], done["moved"]) == ([], [], [populated.exam.slug])
    folder = there / "exams" / populated.exam.slug
    assert verify(folder, actor=EXAMINER, scans=True).holds
    assert log(folder, verify=True).wrong == ()
    kept = acts(folder)
    assert len(kept) >= before
    assert kept == judged_at_all[: len(kept)], "what was judged before the backup, and nothing else"
    assert grades(folder) == stood
    assert (there / "exams/new/exam.toml").is_file()
    assert (there / "files/uploads/one/piece").read_bytes() == b"a piece"
    assert (there / "secret").read_text() == home.secret()
    assert {path.stat().st_mode & 0o077 for path in (there, there / "secret")} == {0}
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
    assert rows(there, address, "SELECT slug, folder FROM site_exam ORDER BY slug") == [
        ("a-new-exam", "new"),
        (populated.exam.slug, populated.exam.slug),
    ]
    people = [name for (name,) in rows(there, address, "SELECT name FROM site_person")]
    assert sorted(people) == sorted(person.name for person in populated.people.values())
    role = rows(there, address, "SELECT role FROM site_member ORDER BY role")
    assert [value for (value,) in role] == sorted(populated.exam.members.values_list("role", flat=True))
    assert rows(there, address, "SELECT verb FROM site_siteevent WHERE verb = 'restore'") == [("restore",)]
    joined = rows(there, address, "SELECT email, joined FROM site_person")
    examiner = populated.people[Role.EXAMINER]
    assert {str(when)[:19] for mail, when in joined if mail == examiner.email} == {str(examiner.joined)[:19]}
