"""The drill of a site with files in an object store: backed up, bucket and folders wiped, brought back."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import site_home
from tests.actions.conftest import layout, small  # noqa: F401 - fixtures
from tests.cast import EXAMINER
from tests.object_store import object_store
from tests.site.test_backup import WHO, acts, grades, kept_apart, klausur, populated
from tests.web.conftest import Site

from klausur.actions.judge import Ticked, judge
from klausur.actions.log import log
from klausur.actions.tidy import tidy
from klausur.actions.verify import verify
from klausur.base.object_address import VARIABLE, parsed
from klausur.site import files
from klausur.site.backup_format import new_key
from klausur.store import scan_copies
from klausur.store.folder import Records
from klausur.store.objects import Objects

__all__ = ["kept_apart", "populated"]


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Objects]:
    """An empty store that the environment names."""
    with object_store(tmp_path) as address:
        monkeypatch.setenv(VARIABLE, address)
        monkeypatch.setenv(scan_copies.CACHE, str(tmp_path / "cache"))
        yield Objects(parsed(address))


def contents(bucket: Objects) -> dict[str, bytes]:
    """What it holds, by name; scans without the name of their folder, which each exam draws anew."""
    found = {}
    for name, _ in list(bucket.names()):
        with bucket.open(name) as opened:
            shown = name.split("/")
            found["/".join(shown[2:]) if shown[0] == "scans" else name] = opened.read()
    return found


@pytest.mark.long
def test_files_in_a_bucket_that_was_wiped_come_back(bucket: Objects, populated: Site, tmp_path: Path) -> None:
    home = site_home.HOME
    assert home is not None
    folder = populated.folder
    tidy(folder, actor=EXAMINER)
    assert [path for path in Records(folder).scans.iterdir() if path.is_file()] == [], (
        "scans are in the bucket"
    )
    for number in (1, 2, 3):
        judge(folder, number, "word", Ticked({"1": 1}), WHO, act=f"act-{number}")
    stood, judged = grades(folder), acts(folder)
    before = contents(bucket)
    assert len(before) == 3
    old = files.FilesInFolder(home.files)
    old.put("uploads/one/piece", [b"of the time before there was a bucket"])
    files.here().put("previews/x", [b"will rot"])
    bucket.delete("files/previews/x")
    bucket._send("files/previews/x", (tmp_path / "s3-secret").open("rb"), "0" * 64)  # noqa: SLF001 - it rots

    public = new_key(tmp_path / "key")
    done = subprocess.run(
        [sys.executable, "-m", "klausur", "backup", home.root, "-o", tmp_path / "a.tar.age", "--to", public],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, "what has rotted is said, and holds nothing up"
    assert "files/previews/x" in done.stdout.replace("\n", "")
    old.delete("uploads/one/piece")
    bucket.delete("files/previews/x")
    again = [
        sys.executable,
        "-m",
        "klausur",
        "restore",
        str(tmp_path / "a.tar.age"),
        "-o",
        str(tmp_path / "new"),
    ]
    refused = subprocess.run(
        [*again, "--key", str(tmp_path / "key")], capture_output=True, text=True, check=False
    )
    assert refused.returncode == 4, "another site's files are left alone"
    assert not (tmp_path / "new").exists()
    assert contents(bucket) == before

    for name, _ in list(bucket.names()):
        bucket.delete(name)
    shutil.rmtree(folder)
    shutil.rmtree(home.exams / "new")
    shutil.rmtree(tmp_path / "cache")
    restored = klausur("restore", tmp_path / "a.tar.age", "-o", tmp_path / "new", "--key", tmp_path / "key")
    assert (restored["wrong"], restored["lacking"]) == ([], [])
    assert contents(bucket) == before
    folder = tmp_path / "new/exams" / populated.exam.slug
    assert [path for path in Records(folder).scans.iterdir() if path.is_file()] == []
    assert verify(folder, actor=EXAMINER, scans=True).holds
    assert log(folder, verify=True).wrong == ()
    assert acts(folder) == judged
    assert grades(folder) == stood


@pytest.mark.long
def test_a_scan_that_rots_in_the_bucket_keeps_no_exam_out_of_a_backup(
    bucket: Objects, populated: Site, tmp_path: Path
) -> None:
    home = site_home.HOME
    assert home is not None
    tidy(populated.folder, actor=EXAMINER)
    (rots, *_) = [name for name, _ in bucket.names("scans")]
    bucket.put(rots, [b"%PDF-1.7 something else"])
    done = subprocess.run(
        [sys.executable, "-m", "klausur", "backup", home.root, "-o", tmp_path / "a.tar", "--plain"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert rots.rpartition("/")[2] in done.stdout.replace("\n", "")
    shutil.rmtree(home.exams / "new")
    for name, _ in list(bucket.names()):
        bucket.delete(name)
    restored = klausur("restore", tmp_path / "a.tar", "-o", tmp_path / "new")
    folder = tmp_path / "new/exams" / populated.exam.slug
    assert populated.exam.slug in restored["exams"]
    assert len(scan_copies.there(Records(folder))) == 1
    assert not verify(folder, actor=EXAMINER, scans=True).holds, "it says which scan is missing"
