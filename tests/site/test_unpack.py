import io
import zipfile
from pathlib import Path

import pytest

from klausur.base.errors import RefusedError
from klausur.site import unpack as module
from klausur.site.unpack import unpack

EXAM = {"exam.toml": b"title = 'x'", "problems/1-a.md": "# Übung".encode()}


def packed(files: dict[str, bytes], root: str = "") -> io.BytesIO:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(f"{root}{name}", text)
    data.seek(0)
    return data


def found(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.mark.parametrize("root", ["", "endterm/", "a/b/"])
def test_the_exam_is_put_into_its_folder_wherever_it_lay(tmp_path: Path, root: str) -> None:
    more = {".git/config": b"x", ".klausur/key": b"secret", "print/1/booklets.pdf": b"x"}
    assert unpack(packed(EXAM | more, root), tmp_path / "new") == 2
    assert found(tmp_path / "new") == EXAM


def test_what_lies_beside_the_exam_stays_out(tmp_path: Path) -> None:
    data = packed({"notes.txt": b"x", **{f"exam/{name}": text for name, text in EXAM.items()}})
    unpack(data, tmp_path / "new")
    assert found(tmp_path / "new") == EXAM


@pytest.mark.parametrize(
    "files",
    [
        {"problems/1-a.md": b"x"},
        {"a/exam.toml": b"", "b/exam.toml": b""},
        EXAM | {"../out.md": b"x"},
        EXAM | {"problems/../../out.md": b"x"},
        EXAM | {"/etc/out.md": b"x"},
        EXAM | {"C:/out.md": b"x"},
        EXAM | {"..\\out.md": b"x"},
    ],
    ids=["none", "two", "up", "up-inside", "absolute", "drive", "backslash"],
)
def test_what_is_no_exam_or_leads_out_is_refused_and_nothing_is_left(
    tmp_path: Path, files: dict[str, bytes]
) -> None:
    with pytest.raises(RefusedError):
        unpack(packed(files), tmp_path / "below" / "new")
    assert found(tmp_path) == {}


def test_a_link_is_refused(tmp_path: Path) -> None:
    data = packed(EXAM)
    with zipfile.ZipFile(data, "a") as archive:
        link = zipfile.ZipInfo("figures")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc")
    data.seek(0)
    with pytest.raises(RefusedError, match="link"):
        unpack(data, tmp_path / "new")


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 1000)
    with pytest.raises(RefusedError, match="larger"):
        unpack(packed(EXAM | {"figures/big.svg": b"0" * 2000}), tmp_path / "new")
    monkeypatch.setattr(module, "MOST_FILES", 1)
    with pytest.raises(RefusedError, match="larger"):
        unpack(packed(EXAM), tmp_path / "new")


@pytest.mark.parametrize("at", range(0, 260, 13))
def test_a_damaged_file_is_refused_or_read_whole(tmp_path: Path, at: int) -> None:
    data = bytearray(packed(EXAM).getvalue())
    data[at % len(data)] ^= 0x55
    try:
        unpack(io.BytesIO(bytes(data)), tmp_path / "new")
    except RefusedError:
        assert found(tmp_path) == {}


def test_a_folder_that_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    with pytest.raises(RefusedError):
        unpack(packed(EXAM), tmp_path / "new")
    assert (tmp_path / "new").is_dir()
