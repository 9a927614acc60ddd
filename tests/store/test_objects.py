"""Objects of a store that speaks S3: whole or not there, and verified when they are read."""

import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from obstore.store import MemoryStore

from klausur.base.errors import NotFoundError, ToolError, UsageError
from klausur.base.object_address import VARIABLE, Place, named, parsed
from klausur.store import objects, scan_copies
from klausur.store.folder import Records
from klausur.store.objects import Objects

SCAN = sha256(b"a scan").hexdigest()
ADDRESS = "s3://exams/here?endpoint=https://s3.example.org"


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:  # noqa: ANN401 - the client's own type
    """A store in memory that the environment names."""
    made = MemoryStore()
    monkeypatch.setattr(objects, "_client", lambda _place: made)
    monkeypatch.setenv(VARIABLE, ADDRESS)
    monkeypatch.setenv(scan_copies.CACHE, str(tmp_path / "cache"))
    return made


@pytest.fixture
def records(tmp_path: Path) -> Records:
    made = Records(tmp_path / "exam")
    made.scans.mkdir(parents=True)
    return made


def test_an_object_is_kept_read_listed_and_deleted(memory: object) -> None:
    del memory
    here = Objects(parsed(ADDRESS))
    assert here.put("a/b", [b"one ", b"two"]) == 7
    assert here.put("ab", [b"x"]) == 1
    with here.open("a/b") as found:
        assert found.read() == b"one two"
    assert (here.size("a/b"), here.size("a"), here.stamp("none")) == (7, None, None)
    assert (list(here.names("a")), sorted(here.names())) == ([("a/b", 7)], [("a/b", 7), ("ab", 1)])
    assert here.delete("ab")
    assert not here.delete("ab")
    with pytest.raises(NotFoundError):
        here.open("ab")


def test_what_is_not_as_it_was_written_is_not_read(memory: Any, tmp_path: Path) -> None:  # noqa: ANN401
    here = Objects(parsed(ADDRESS))
    here.put("a", [b"one"])
    memory.put("a", b"another", attributes=memory.get("a").attributes)
    memory.put("b", b"by somebody else")
    for name in ("a", "b"):
        with pytest.raises(ToolError, match="not as it was written"):
            here.open(name)
        with pytest.raises(ToolError):
            here.fetch(name, tmp_path / "copy")
    assert list(tmp_path.iterdir()) == []


def test_another_file_in_a_scan_s_place_is_not_taken_for_it(memory: object, records: Records) -> None:
    del memory
    (records.scans / SCAN).write_bytes(b"a scan")
    assert scan_copies.send(records, SCAN)
    ((name, _),) = Objects(parsed(ADDRESS)).names()
    Objects(parsed(ADDRESS)).put(name, [b"a fake"])  # as large, and with a digest of its own beside it
    with pytest.raises(ToolError, match="not as it was written"):
        scan_copies.path(records, SCAN)


def test_an_address_names_bucket_place_and_server() -> None:
    whole = "s3://exams/a/b?endpoint=https://h/&region=eu-1&credentials=/run/s3"
    assert parsed(whole) == Place("exams", "a/b", "https://h", "eu-1", "/run/s3")
    assert parsed("s3://exams") == Place("exams", "")
    assert "/run/s3" not in repr(parsed(whole)) + parsed(whole).shown


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://exams/a",
        "s3:///a",
        "s3://key:secret@exams",
        "s3://exams?secret=x",
        "s3://exams?endpoint=h",
        "s3://exams?credentials=beside/the/settings",
    ],
)
def test_what_is_no_address_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match=r"."):
        parsed(address)
    monkeypatch.setenv(VARIABLE, address)
    if address:
        with pytest.raises(UsageError):
            named()


def test_a_copy_goes_to_the_store_and_is_fetched_once(memory: Any, records: Records) -> None:  # noqa: ANN401
    (records.scans / SCAN).write_bytes(b"a scan")
    assert scan_copies.send(records, SCAN)
    assert not (records.scans / SCAN).exists()
    assert scan_copies.there(records) == {SCAN: 6}
    fetched = scan_copies.path(records, SCAN)
    assert fetched.read_bytes() == b"a scan"
    (name,) = (each["path"] for some in memory.list("scans") for each in some)
    assert name.endswith(f"/{SCAN}")
    memory.delete(name)
    assert scan_copies.path(records, SCAN) == fetched, "it is in the cache"
    scan_copies.delete(records, SCAN)
    assert not scan_copies.path(records, SCAN).exists()
    assert dict(scan_copies.there(records)) == {}


def test_a_copy_that_is_written_again_is_written_once(memory: Any, records: Records) -> None:  # noqa: ANN401
    for _ in range(2):
        (records.scans / SCAN).write_bytes(b"a scan")
        assert scan_copies.send(records, SCAN)
    assert len([each for some in memory.list() for each in some]) == 1


def test_copies_of_a_folder_stay_there_without_a_store(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    (records.scans / SCAN).write_bytes(b"a scan")
    assert not scan_copies.send(records, SCAN)
    assert scan_copies.path(records, SCAN) == records.scans / SCAN
    assert scan_copies.there(records) == {SCAN: 6}


def test_who_names_another_store_is_told(
    memory: object, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    del memory
    (records.scans / SCAN).write_bytes(b"a scan")
    scan_copies.send(records, SCAN)
    for other in ("s3://others/here", ""):
        monkeypatch.setenv(VARIABLE, other)
        with pytest.raises(ToolError, match="s3://exams/here"):
            scan_copies.there(records)


def test_what_was_used_longest_ago_makes_room(
    memory: object, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    del memory
    now = time.time()
    monkeypatch.setattr(scan_copies, "ROOM", 3)
    for n in range(3):
        digest = sha256(b"x%d" % n).hexdigest()
        (records.scans / digest).write_bytes(b"x%d" % n)
        scan_copies.send(records, digest)
        scan_copies.path(records, digest)
        monkeypatch.setattr(time, "time", lambda n=n: now + 7200 * (n + 1))
    assert digest in [path.name for path in (records.exam.parent / "cache").iterdir()]
    assert len(list((records.exam.parent / "cache").iterdir())) < 3
    monkeypatch.setattr(time, "time", lambda: now + 3 * 24 * 3600)
    scan_copies.forget_unused()
    assert list((records.exam.parent / "cache").iterdir()) == []
