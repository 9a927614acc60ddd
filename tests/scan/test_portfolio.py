"""PDF files with other files inside: portfolios of scans, and scans that carry something along."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pikepdf
import pytest
from PIL import Image

from klausur.base.diagnostics import Diagnostic
from klausur.scan.intake import Scan, open_scan

if TYPE_CHECKING:
    from pathlib import Path

    from klausur.scan.model import PageImage


def png(grey: int = 200) -> bytes:
    out = io.BytesIO()
    Image.new("L", (80, 100), grey).save(out, "PNG")
    return out.getvalue()


def with_files(
    *files: tuple[str, bytes], portfolio: bool = True, drawn: bytes = b"", pages: int = 1
) -> bytes:
    made = pikepdf.new()
    for _ in range(pages):
        page = made.add_blank_page(page_size=(595, 842))
        page.Contents = made.make_stream(b"BT /F1 18 Tf (Open this in a program that shows it) Tj ET" + drawn)
    for name, data in files:
        made.attachments[name] = data
    if portfolio:
        made.Root.Collection = pikepdf.Dictionary(Type=pikepdf.Name.Collection, View=pikepdf.Name.D)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.png", png())
    return out.getvalue()


def images(folder: Path, data: bytes, start: int = 0) -> list[PageImage]:
    (folder / "scans.pdf").write_bytes(data)
    scan = open_scan(folder / "scans.pdf")
    assert isinstance(scan, Scan), scan
    with scan:
        found = list(scan.pages(start))
    assert len(found) == scan.count - start
    return found


def test_the_scans_in_a_portfolio_are_its_pages_and_its_cover_is_none(tmp_path: Path) -> None:
    inside = with_files(portfolio=False, pages=3)
    data = with_files(("a.pdf", inside), ("b.png", png()))
    found = images(tmp_path, data)
    assert len(found) == 4
    assert found[3].data == png()
    assert [image.data for image in images(tmp_path, data, start=2)] == [i.data for i in found[2:]]


def test_what_is_no_scan_in_a_portfolio_is_named(tmp_path: Path) -> None:
    letter, damaged = ("letter.txt", b"Dear examiner"), ("cut.png", png()[:-9])
    nested, archive = ("in.pdf", with_files(("a.png", png()))), ("more.zip", zipped())
    found = images(tmp_path, with_files(letter, damaged, nested, archive, ("z.png", png())))
    assert [bool(image.data) for image in found] == [False, False, False, False, True]
    told = {image.fault.split(" in the PDF: ")[0]: image.fault for image in found if image.fault}
    assert set(told) == {"the file cut.png", "the file in.pdf", "the file letter.txt", "the file more.zip"}
    assert "truncated" in told["the file cut.png"]
    assert "no PDF" in told["the file letter.txt"]
    assert "another PDF with files inside" in told["the file in.pdf"]
    assert "a ZIP" in told["the file more.zip"]


@pytest.mark.parametrize("drawn", [b" BI /W 1 /H 1 /CS /G /BPC 8 ID x EI"])
def test_a_portfolio_s_own_page_that_shows_a_picture_is_no_cover(tmp_path: Path, drawn: bytes) -> None:
    assert len(images(tmp_path, with_files(("a.png", png()), drawn=drawn))) == 2


def test_scans_beside_a_pdf_s_own_pages_follow_them_and_a_bill_does_not_count(tmp_path: Path) -> None:
    data = with_files(("bill.xml", b"<bill/>"), ("back.png", png()), portfolio=False, pages=2)
    found = images(tmp_path, data)
    assert len(found) == 3
    assert found[2].data == png()
    assert len(images(tmp_path, with_files(("bill.xml", b"<bill/>"), portfolio=False, pages=2))) == 2


def test_a_portfolio_of_nothing_is_refused(tmp_path: Path) -> None:
    assert [bool(image.data) for image in images(tmp_path, with_files(("empty", b"")))] == [False]
    with pikepdf.open(io.BytesIO(with_files(("a.png", png())))) as made:
        made.Root.Names.EmbeddedFiles = pikepdf.Dictionary(Names=pikepdf.Array(["x", 3]))
        made.save(tmp_path / "broken.pdf")
    broken = open_scan(tmp_path / "broken.pdf")
    assert isinstance(broken, Diagnostic)
    assert "no file can be found in it" in broken.message
