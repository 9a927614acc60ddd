"""ZIP files: the pages of what is inside, and what a ZIP might do to those who open it."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pikepdf
import pytest
from PIL import Image

from klausur.base.diagnostics import Diagnostic
from klausur.scan.intake import Scan, open_scan

if TYPE_CHECKING:
    from pathlib import Path

    from klausur.scan.model import PageImage


def png(grey: int) -> bytes:
    out = io.BytesIO()
    Image.new("L", (80, 100), grey).save(out, "PNG")
    return out.getvalue()


def pdf(pages: int) -> bytes:
    made = pikepdf.new()
    for number in range(pages):
        made.add_blank_page(page_size=(200 + number, 300))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def tiff(pages: int) -> bytes:
    out = io.BytesIO()
    first, *rest = (Image.new("L", (80, 100), 9 * number) for number in range(pages))
    first.save(out, "TIFF", save_all=True, append_images=rest)
    return out.getvalue()


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, data in members:
            archive.writestr(name, data, how)
    return out.getvalue()


def opened(folder: Path, data: bytes) -> Scan:
    (folder / "scans.zip").write_bytes(data)
    scan = open_scan(folder / "scans.zip")
    assert isinstance(scan, Scan), scan
    return scan


def pages(folder: Path, data: bytes, start: int = 0) -> list[PageImage]:
    with opened(folder, data) as scan:
        found = list(scan.pages(start))
        assert [image.index for image in found] == list(range(start, scan.count))
    return found


def refused(folder: Path, data: bytes) -> Diagnostic:
    (folder / "scans.zip").write_bytes(data)
    found = open_scan(folder / "scans.zip")
    assert isinstance(found, Diagnostic), found
    assert found.code == "scan-unreadable"
    assert found.hint
    return found


def test_the_files_inside_follow_each_other(tmp_path: Path) -> None:
    data = zipped(("b.png", png(1)), ("scans/a.pdf", pdf(3)), ("c.tif", tiff(2)), ("d.png", png(2)))
    whole = pages(tmp_path, data)
    assert len(whole) == 7
    assert whole[0].data == png(1)
    assert whole[6].data == png(2)
    assert len({image.file for image in whole}) == 1
    assert all(image.data for image in whole)
    for start in range(8):
        assert pages(tmp_path, data, start) == whole[start:]


@pytest.mark.parametrize(
    "how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_every_way_of_packing(tmp_path: Path, how: int) -> None:
    (image, second) = pages(tmp_path, zipped(("a.png", png(7)), ("b.pdf", pdf(1)), how=how))
    assert image.data == png(7)
    assert second.data


def test_a_bad_file_inside_keeps_its_place(tmp_path: Path) -> None:
    cut, letter = pdf(2)[:-40], b"Dear examiner"
    members = (
        ("a.png", png(1)),
        ("cut.pdf", cut),
        ("letter.txt", letter),
        ("d.pdf", pdf(2)),
        ("e.png", png(2)),
    )
    found = pages(tmp_path, zipped(*members))
    assert [bool(image.data) for image in found] == [True, False, False, True, True, True]
    assert "the file cut.pdf in the ZIP: the PDF is truncated" in found[1].fault
    assert "the file letter.txt in the ZIP: the file is no PDF" in found[2].fault
    assert pages(tmp_path, zipped(*members), 2) == found[2:]


def test_a_damaged_member_costs_itself_only(tmp_path: Path) -> None:
    noise = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (100, 100), np.uint8)).save(noise, "PNG")
    data = bytearray(zipped(("a.png", png(1)), ("noise.png", noise.getvalue()), ("c.png", png(3))))
    at = data.find(noise.getvalue()[2000:2040])
    at = at if at >= 0 else data.find(b"noise.png") + 3000
    data[at : at + 20] = bytes(20)
    found = pages(tmp_path, bytes(data))
    assert [bool(image.data) for image in found] == [True, False, True]
    assert "noise.png" in found[1].fault


@pytest.mark.parametrize(
    "name", ["/etc/evil.png", "../../evil.png", "C:\\evil.png", "a/../../evil.png", "\x1b[2Jx"]
)
def test_names_do_not_matter(tmp_path: Path, name: str) -> None:
    before = sorted(tmp_path.parent.iterdir())
    found = pages(tmp_path, zipped((name, png(1)), (name + "2", b"no picture"), ("ok.png", png(2))))
    assert [bool(image.data) for image in found] == [True, False, True]
    assert "\x1b" not in found[1].fault
    assert sorted(tmp_path.parent.iterdir()) == before
    assert [path.name for path in tmp_path.iterdir()] == ["scans.zip"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_links_and_names_given_twice_are_harmless(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    found = pages(tmp_path, zipped(("a.png", png(1)), (link, b"/etc/passwd"), ("a.png", png(2))))
    assert [image.data for image in found] == [png(1), b"", png(2)]
    assert "root" not in found[1].fault


def test_what_file_managers_leave_is_no_page(tmp_path: Path) -> None:
    junk = [
        ("__MACOSX/._a.png", b"x"),
        (".DS_Store", b"x"),
        ("x/Thumbs.db", b"x"),
        ("._b.png", b"x"),
        ("x/", b""),
    ]
    assert len(pages(tmp_path, zipped(("a.png", png(1)), *junk))) == 1


def test_what_is_refused_as_a_whole(tmp_path: Path) -> None:
    nested = refused(tmp_path, zipped(("a.png", png(1)), ("inner.zip", zipped(("b.png", png(2))))))
    assert "inner.zip" in nested.message
    assert "unpack" in nested.hint
    assert "no scanned file" in refused(tmp_path, zipped(("letter.txt", b"Dear examiner"))).message
    assert (
        "no scanned file" in refused(tmp_path, zipped()).message if zipped().startswith(b"PK\3\4") else True
    )
    office = zipped(("[Content_Types].xml", b"<x/>"), ("word/media/image1.png", png(1)))
    assert "office document" in refused(tmp_path, office).message
    secret = bytearray(zipped(("a.png", png(1))))
    secret[secret.find(b"PK\1\2") + 8] |= 1
    assert "encrypted" in refused(tmp_path, bytes(secret)).message
    assert "truncated" in refused(tmp_path, zipped(("a.png", png(1)))[:-30]).message


def test_bombs_are_refused_before_they_are_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = refused(tmp_path, zipped(("a.tif", b"II*\0" + bytes(101 << 20))))
    assert "times its size" in bomb.message
    assert "KLAUSUR_LIMITS=ratio=" in bomb.hint
    many = zipped(*((f"{number}.png", png(0)) for number in range(30)))
    monkeypatch.setenv("KLAUSUR_LIMITS", "members=29")
    assert "more than 29 files" in refused(tmp_path, many).message
    monkeypatch.setenv("KLAUSUR_LIMITS", "pages=29")
    assert "more than 29 pages" in refused(tmp_path, many).message
    monkeypatch.setenv("KLAUSUR_LIMITS", "unpacked=1")
    big = zipped(("a.png", png(1)), ("b.bin", bytes(3 << 20)))
    found = refused(tmp_path, big)
    assert "3 MiB" in found.message
    assert "KLAUSUR_LIMITS=unpacked=4" in found.hint
    monkeypatch.setenv("KLAUSUR_LIMITS", "")
    assert len(pages(tmp_path, many)) == 30


def test_a_member_that_says_less_than_it_holds_gives_no_more(tmp_path: Path) -> None:
    """The sizes in a ZIP are claims; more than what is claimed is never unpacked."""
    data = bytearray(zipped(("a.png", png(1)), ("b.tif", b"II*\0" + bytes(50 << 20))))
    for mark, at in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        where = data.rfind(mark) + at
        assert struct.unpack_from("<I", data, where) == ((50 << 20) + 4,)
        struct.pack_into("<I", data, where, 100)
    found = pages(tmp_path, bytes(data))
    assert [bool(image.data) for image in found] == [True, False]
