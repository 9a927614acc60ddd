from collections.abc import Iterator
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from klausur.base.errors import NotFoundError, UsageError
from klausur.base.object_address import parsed
from klausur.site.files import LONGEST, FilesInFolder, FilesInStore, named, pieces
from klausur.store import objects
from klausur.store.objects import Objects


@pytest.fixture
def files(tmp_path: Path) -> FilesInFolder:
    return FilesInFolder(tmp_path / "files")


def test_a_file_is_kept_read_listed_and_deleted(files: FilesInFolder) -> None:
    assert files.put("uploads/1/ä scan.pdf", [b"one ", b"two"]) == 7
    assert files.put("pictures/7.jpg", [b"x"]) == 1
    assert b"".join(pieces(files, "uploads/1/ä scan.pdf")) == b"one two"
    assert files.size("uploads/1/ä scan.pdf") == 7
    assert list(files.keys()) == ["pictures/7.jpg", "uploads/1/ä scan.pdf"]
    assert list(files.keys("uploads")) == ["uploads/1/ä scan.pdf"]
    with files.at_hand("uploads/1/ä scan.pdf") as path:
        assert (path.name, path.stat().st_mode & 0o777) == ("ä scan.pdf", 0o600)
    assert files.delete("uploads/1/ä scan.pdf")
    assert not files.delete("uploads/1/ä scan.pdf")
    assert not (files.root / "uploads").exists()
    assert files.size("uploads/1/ä scan.pdf") is None
    with pytest.raises(NotFoundError):
        files.open("uploads/1/ä scan.pdf")


def test_a_file_is_there_whole_or_as_it_was(files: FilesInFolder) -> None:
    def cut() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionError

    files.put("a", [b"before"])
    for key in ("a", "b"):
        with pytest.raises(ConnectionError):
            files.put(key, cut())
    assert b"".join(pieces(files, "a")) == b"before"
    assert list(files.keys()) == ["a"]
    assert [path.name for path in files.root.iterdir()] == ["a"]


def test_a_file_that_is_put_anew_has_another_stamp(files: FilesInFolder) -> None:
    assert files.stamp("a/b") is None
    stamps = []
    for content in (b"one", b"two", b"two"):
        files.put("a/b", [content])
        stamps.append(files.stamp("a/b"))
        assert files.stamp("a/b") == stamps[-1]
    assert len({None, *stamps}) == 4
    assert files.stamp("a/b/c") is None


@pytest.mark.parametrize(
    "key",
    ["", "/etc/passwd", "../x", "a/../../x", "a//b", "a/.", "a\\..\\b", "a\0b", "a\nb", "x" * 200, "a.part"],
)
def test_no_key_leads_elsewhere(files: FilesInFolder, key: str) -> None:
    for use in (files.open, files.size, files.stamp, files.delete, lambda k: files.put(k, [b""])):
        with pytest.raises(UsageError):
            use(key)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("scan 1.pdf", "scan 1.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\scans\\ä.pdf", "C__scans_ä.pdf"),
        ("...", "file"),
        ("", "file"),
        ("a\0\x1bb.pdf", "a__b.pdf"),
    ],
)
def test_names_of_files_become_parts_of_keys(files: FilesInFolder, name: str, key: str) -> None:
    assert named(name) == key
    assert files.put(f"uploads/{named(name)}", [b""]) == 0


def test_a_long_name_keeps_its_suffix(files: FilesInFolder) -> None:
    found = named("ä" * 300 + ".pdf")
    assert found.endswith(".pdf")
    assert len(found.encode()) <= LONGEST
    assert files.put(found, [b""]) == 0


def test_files_in_an_object_store_are_used_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = MemoryStore()
    monkeypatch.setattr(objects, "_client", lambda _place: memory)
    kept = FilesInStore(Objects(parsed("s3://exams/here")))
    assert kept.put("uploads/1/ä scan.pdf", [b"one ", b"two"]) == 7
    assert kept.put("pictures/7.jpg", [b"x"]) == 1
    assert b"".join(pieces(kept, "uploads/1/ä scan.pdf")) == b"one two"
    assert (kept.size("pictures/7.jpg"), kept.size("pictures/8.jpg")) == (1, None)
    assert list(kept.keys()) == ["pictures/7.jpg", "uploads/1/ä scan.pdf"]
    assert list(kept.keys("uploads")) == ["uploads/1/ä scan.pdf"]
    before = kept.stamp("pictures/7.jpg")
    kept.put("pictures/7.jpg", [b"y"])
    assert None not in {before, kept.stamp("pictures/7.jpg")}
    assert before != kept.stamp("pictures/7.jpg")
    with kept.at_hand("uploads/1/ä scan.pdf") as path:
        assert (path.name, path.read_bytes()) == ("ä scan.pdf", b"one two")
    assert not path.exists()
    assert kept.delete("uploads/1/ä scan.pdf")
    assert not kept.delete("uploads/1/ä scan.pdf")
    with pytest.raises(NotFoundError):
        kept.open("uploads/1/ä scan.pdf")
    with pytest.raises(NotFoundError), kept.at_hand("uploads/1/ä scan.pdf"):
        pass
    for use in (kept.open, kept.size, kept.delete):
        with pytest.raises(UsageError):
            use("../x")
