"""Databases as earlier Klausurs left them, for `tests/store/test_earlier.py`.

    python tests/store/earlier/make.py

Each has the rows of `tests/store/old_rows.py`, written by the first migration and brought forward to another
one; those called ``whole`` are of an exam that was printed, scanned, judged and graded by the Klausur of its
day, and those called ``full`` and ``home`` are made by `make_full.py`. Those that are there stay as they are:
run this when migrations were added, and commit what is new.
"""

import gzip
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tests.cast import CORRECTOR, EXAMINER
from tests.store import old_rows
from tests.store.conftest import small_layout

from klausur.actions.grade import grade
from klausur.actions.judge import Ticked, judge
from klausur.actions.new import new
from klausur.actions.print_booklets import print_booklets
from klausur.actions.print_request import PrintRequest
from klausur.actions.rehearse import rehearse
from klausur.actions.scan import scan
from klausur.rehearse.level import Level
from klausur.state.facts import Author
from klausur.store import upgrade
from klausur.store.folder import Records

HERE = Path(__file__).parent

JUDGED = "sky"
"""A question of the exam that a new folder has, which people judge."""

EVERY = 4
"""Every fourth migration has a database, from the first one on."""


def main() -> None:
    """Make those that are not there."""
    names = sorted(upgrade.names())
    for name in {*names[::EVERY]}:
        file = HERE / f"{name[:4]}.sql.gz"
        if not file.exists():
            with TemporaryDirectory() as place:
                database = Path(place) / "db.sqlite3"
                old_rows.made(database, name, small_layout())
                keep(database, file)
    file = HERE / f"{names[-1][:4]}-whole.sql.gz"
    if not file.exists():
        with TemporaryDirectory() as place:
            keep(whole(Path(place) / "exam"), file)


def whole(folder: Path) -> Path:
    """The database of an exam from print to grades."""
    new(folder)
    (folder / "rooms.toml").unlink()
    print_booklets(folder, actor=EXAMINER, wanted=PrintRequest(spare=2), seed=3)
    rehearsal = rehearse(folder, actor=EXAMINER, seed=3, level=Level.CLEAN, jobs=1)
    scan(folder, rehearsal.files, actor=EXAMINER, jobs=1)
    for booklet in (1, 2):
        judge(folder, booklet, JUDGED, Ticked({"1": 1}), Author(CORRECTOR), act=f"judged-{booklet}")
    grade(folder, actor=EXAMINER)
    return Records(folder).database


def keep(database: Path, file: Path) -> None:
    """Write a database down as statements, the same bytes for the same rows."""
    with closing(sqlite3.connect(database)) as link:
        text = "\n".join(link.iterdump()) + "\n"
    file.write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    main()
