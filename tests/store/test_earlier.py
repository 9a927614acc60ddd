"""Databases as earlier Klausurs left them are brought up to date and lose nothing, whoever is killed."""

import gzip
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db.migrations.executor import MigrationExecutor

from klausur.actions.upgrade import upgrade_exam
from klausur.actions.verify import verify as verify_all
from klausur.base.errors import RefusedError
from klausur.state.facts import Actor, Role
from klausur.store import upgrade, verify
from klausur.store.folder import Records, opened

EARLIER = sorted((Path(__file__).parent / "earlier").glob("*.sql.gz"))
FEW = {"0001", "0013"}
"""Those that each run brings up to date; `make test-long` does all."""

pytestmark = pytest.mark.usefixtures("only_in_files")


def put(folder: Path, file: Path) -> Records:
    """A folder with such a database."""
    records = Records(folder)
    records.root.mkdir(mode=0o700)
    with closing(sqlite3.connect(records.database)) as link:
        link.executescript(gzip.decompress(file.read_bytes()).decode())
    return records


def rows(records: Records) -> Counter[str]:
    """How many rows each table has."""
    with closing(sqlite3.connect(records.database)) as link:
        tables = link.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'store_%'"
        ).fetchall()
        counts = {name: link.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in tables}  # noqa: S608 - names of ours
    return Counter(counts)


GONE = {"store_printrun": "store_printing"}
"""Tables that later ones took the place of."""


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(file, marks=[] if file.name[:4] in FEW or "-" in file.name else [pytest.mark.long])
        for file in EARLIER
    ],
    ids=lambda file: file.name.partition(".")[0],
)
def test_an_earlier_database_is_brought_up_to_date_with_every_row_sealed(tmp_path: Path, file: Path) -> None:
    records = put(tmp_path, file)
    before = rows(records)
    names = sorted(upgrade.names())
    lacking = tuple(name for name in names if name[:4] > file.name[:4])
    assert upgrade_exam(tmp_path, dry_run=True).changes == lacking
    assert rows(records) == before, "it was only looked at"
    done = upgrade_exam(tmp_path)
    assert (done.changes, done.done) == (lacking, bool(lacking))
    with opened(tmp_path):
        assert list(verify.verify()) == []
    after = rows(records)
    for table, count in before.items():
        assert after[GONE.get(table, table)] >= count, table
    if "-" in file.name:  # those that the Klausur of the day wrote in all rooms
        assert verify_all(tmp_path, actor=Actor("Ada Example", Role.EXAMINER)).holds
    if "whole" in file.name:
        assert before["store_judgement"] == 2
    assert upgrade_exam(tmp_path).changes == ()


def test_every_migration_has_a_database_not_far_before_it() -> None:
    kept = {file.name[:4] for file in EARLIER}
    assert "0001" in kept
    assert int(max(upgrade.names())[:4]) - int(max(kept)) < 10, (
        "run tests/store/earlier/make.py, and commit what is new"
    )


LACKING = {
    "store_extrastate",
    "store_gradessigned",
    "store_hold",
    "store_jobattempt",
    "store_jobeffect",
    "store_newlook",
    "store_printrun",
    "store_rubricversion",
    "store_secondlook",
    "store_sticker",
}
"""Tables in which no earlier database has a row; who can make one have some takes it out."""


def test_every_other_table_has_rows_in_one_of_them(tmp_path: Path) -> None:
    found: Counter[str] = Counter()
    for file in EARLIER:
        if "-" in file.name:
            (tmp_path / file.name).mkdir()
            found.update(rows(put(tmp_path / file.name, file)))
    assert {table for table, count in found.items() if not count} <= LACKING
    newest = max(upgrade.names())[:4]
    assert any(file.name.startswith(f"{newest}-full") for file in EARLIER), (
        "run tests/store/earlier/make_full.py, and commit what is new"
    )


@pytest.mark.parametrize("nth", [1, 2, 5])
def test_who_is_killed_at_any_change_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    records = put(tmp_path, EARLIER[0])
    before = rows(records)
    apply, times = MigrationExecutor.apply_migration, [0]

    def killed(self: MigrationExecutor, *said: Any, **more: Any) -> object:  # noqa: ANN401 - Django's own
        times[0] += 1
        if times[0] == nth:
            raise KeyboardInterrupt
        return apply(self, *said, **more)

    with monkeypatch.context() as patch:
        patch.setattr(MigrationExecutor, "apply_migration", killed)
        with pytest.raises(KeyboardInterrupt):
            upgrade_exam(tmp_path)
    assert rows(records) == before
    assert upgrade_exam(tmp_path, dry_run=True).changes == tuple(sorted(upgrade.names())[1:])


def test_what_a_newer_klausur_wrote_is_refused_by_its_name(tmp_path: Path) -> None:
    records = put(tmp_path, EARLIER[0])
    with closing(sqlite3.connect(records.database)) as link, link:
        link.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('store', '9999_future', '2099-01-01')"
        )
    for dry_run in (True, False):
        with pytest.raises(RefusedError, match="9999_future"):
            upgrade_exam(tmp_path, dry_run=dry_run)
    with pytest.raises(RefusedError, match="9999_future"), opened(tmp_path):
        pass
