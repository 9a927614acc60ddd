"""Files made to do harm: each is reported with a reason, within its limits, and the next file is read."""

from __future__ import annotations

import re
import signal
import time
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pikepdf
import psutil
import pytest
from PIL import Image

from klausur.base.diagnostics import Diagnostic
from klausur.base.errors import UsageError
from klausur.read import pool
from klausur.scan import limits, messages
from klausur.scan.formats import SUFFIXES
from klausur.scan.intake import Scan, open_scan
from klausur.scan.limits import DEFAULT, Limits

if TYPE_CHECKING:
    from tests.scan.conftest import Printer

    from klausur.scan.model import PageImage


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A file with nothing wrong, to be read after a bad one."""
    Image.new("L", (80, 100), 255).save(tmp_path / "good.png")
    return tmp_path / "good.png"


def written(folder: Path, data: bytes) -> Path:
    (folder / "bad.pdf").write_bytes(data)
    return folder / "bad.pdf"


def raw_pdf(objects: list[bytes]) -> bytes:
    """A PDF out of the bodies of its objects, the catalogue first."""
    out = bytearray(b"%PDF-1.7\n")
    at = []
    for number, body in enumerate(objects, 1):
        at.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in at)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % table)


def stream(data: bytes, keys: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n" % (len(data), keys) + data + b"\nendstream"


def one_page(*more: bytes, page: bytes = b"") -> bytes:
    return raw_pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] %s >>" % page,
            *more,
        ]
    )


def refused(path: Path) -> Diagnostic:
    found = open_scan(path)
    assert isinstance(found, Diagnostic)
    assert found.code == "scan-unreadable"
    return found


def still_reads(good: Path) -> None:
    scan = open_scan(good)
    assert isinstance(scan, Scan)
    with scan:
        assert [bool(image.data) for image in scan.pages()] == [True]


def images(path: Path) -> list[PageImage]:
    scan = open_scan(path)
    assert isinstance(scan, Scan), scan
    with scan:
        found = list(scan.pages())
    assert len(found) == scan.count
    return found


def test_a_file_of_too_many_pages_is_refused(
    tmp_path: Path, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kids = b"3 0 R " * 100_000
    data = raw_pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 100000 /Kids [" + kids + b"] >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        ]
    )
    found = refused(written(tmp_path, data))
    assert "more than 50000 pages" in found.message
    assert "KLAUSUR_LIMITS=pages=" in found.hint
    still_reads(good)
    monkeypatch.setenv(limits.NAME, "pages=100000")
    scan = open_scan(tmp_path / "bad.pdf")
    assert isinstance(scan, Scan)
    assert scan.count == 100_000
    with scan:
        assert next(iter(scan.pages(99_999))).index == 99_999


def test_a_tiff_of_too_many_pages_is_refused(tmp_path: Path) -> None:
    count = 60_000
    links = b"".join(
        (b"\0\0" + (8 + 6 * (n + 1) if n + 1 < count else 0).to_bytes(4, "little")) for n in range(count)
    )
    assert "more than 50000" in refused(written(tmp_path, b"II*\0\x08\0\0\0" + links)).message


def test_trees_too_deep_are_refused_or_ended(tmp_path: Path, good: Path) -> None:
    nested = b"<< /Type /Pages /Count 1 /Kids [3 0 R] /X " + b"[" * 200_000 + b"]" * 200_000 + b" >>"
    deep = raw_pdf([b"<< /Type /Catalog /Pages 2 0 R >>", nested, b"<< /Type /Page /Parent 2 0 R >>"])
    found = open_scan(written(tmp_path, deep))
    assert isinstance(found, Diagnostic)
    still_reads(good)
    chain = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    chain += [
        b"<< /Type /Pages /Count 1 /Kids [%d 0 R] /Parent %d 0 R >>" % (n + 1, n - 1)
        for n in range(2, 20_002)
    ]
    chain.append(b"<< /Type /Page /Parent 20001 0 R /MediaBox [0 0 595 842] >>")
    (image,) = images(written(tmp_path, raw_pdf(chain)))
    assert image.index == 0
    still_reads(good)


def test_content_that_inflates_a_thousandfold_costs_its_page_only(
    tmp_path: Path, printer: Printer, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(limits.NAME, "page_size=32 memory=512")
    once = zlib.compress(bytes(60 << 20), 9)
    twice = zlib.compress(once, 9)
    content = stream(twice, b"/Filter [/FlateDecode /FlateDecode]")
    path = written(tmp_path, one_page(content, page=b"/Contents 4 0 R"))
    (image,) = images(path)
    still_reads(good)
    with pool.processes(1) as executor:
        ((result,),) = list(pool.results([image], printer.layout, printer.key, executor))
    assert result.unplaced is not None


def test_an_image_of_absurd_size_is_refused_unrendered(tmp_path: Path) -> None:
    data = zlib.compress(bytes(1 << 20), 9)
    keys = b"/Type /XObject /Subtype /Image /Width 200000 /Height 200000 /ColorSpace /DeviceGray"
    image = stream(data, keys + b" /BitsPerComponent 1 /Filter /FlateDecode")
    content = stream(b"q 595 0 0 842 0 0 cm /Im0 Do Q")
    page = b"/Contents 5 0 R /Resources << /XObject << /Im0 4 0 R >> >>"
    (found,) = images(written(tmp_path, one_page(image, content, page=page)))
    assert found.data == b""
    assert "200000 × 200000 pixels is too large" in found.fault


def test_a_page_too_large_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.effect_noise((1500, 1500), 90).save(tmp_path / "noise.png")
    monkeypatch.setenv(limits.NAME, "page_size=1")
    (found,) = images(tmp_path / "noise.png")
    assert found.data == b""
    assert "more than 1 MiB" in found.fault


def unpacker() -> psutil.Process:
    """The process that takes files apart."""
    while True:
        children = [p for p in psutil.Process().children() if p.status() != psutil.STATUS_ZOMBIE]
        lines = {p: p.cmdline() for p in children}
        if all(lines.values()):  # the system tells a new program's a moment after it has begun
            (found,) = (p for p, line in lines.items() if "klausur.scan.unpack" in line)
            return found


class Ending:
    """Has the process that takes files apart end, as a decoder that crashes would end it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, with_: signal.Signals) -> None:
        self.signal = with_
        self.times = 0
        self.send = messages.send
        monkeypatch.setattr(messages, "send", self)

    def __call__(self, to: IO[bytes], message: messages.Request | messages.Reply, *data: bytes) -> None:
        self.times += 1
        process = unpacker()
        process.send_signal(self.signal)
        while process.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.001)
        self.send(to, message, *data)


@pytest.mark.parametrize(
    ("with_", "words"),
    [
        (signal.SIGSEGV, "crashed its decoder (SIGSEGV)"),
        (signal.SIGPROF, "s of processor time"),
        (signal.SIGALRM, "it hung"),
    ],
)
def test_a_process_that_ends_is_reported_and_replaced(
    good: Path, monkeypatch: pytest.MonkeyPatch, with_: signal.Signals, words: str
) -> None:
    scan = open_scan(good)
    assert isinstance(scan, Scan)
    with monkeypatch.context() as patch:
        ending = Ending(patch, with_)
        assert words in refused(good).message
        (image,) = scan.pages()
        assert words in image.fault
        assert ending.times == 3  # the second time for the page alone
    still_reads(good)


def test_a_file_whose_pages_all_end_the_process_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pdf = pikepdf.new()
    for _ in range(60):
        pdf.add_blank_page()
    pdf.save(tmp_path / "bad.pdf")
    scan = open_scan(tmp_path / "bad.pdf")
    assert isinstance(scan, Scan)
    with monkeypatch.context() as patch:
        ending = Ending(patch, signal.SIGKILL)
        found = list(scan.pages())
    assert len(found) == 60
    assert ending.times == 21
    assert "not tried" in found[-1].fault


def test_the_process_that_takes_files_apart_is_held_to_its_memory(good: Path) -> None:
    still_reads(good)
    soft, _ = unpacker().rlimit(psutil.RLIMIT_AS)
    assert 0 < soft - unpacker().memory_info().vms <= DEFAULT.memory * limits.MEBIBYTE


def test_the_page_on_scanning_states_every_limit_and_its_default() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/scanning.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"^\| limit .*?\n\n", page, flags=re.MULTILINE | re.DOTALL)
    stated = dict(re.findall(r"^\| `([a-z_]+)` \| ([0-9,]+) \|", table, flags=re.MULTILINE))
    assert {name: int(value.replace(",", "")) for name, value in stated.items()} == asdict(DEFAULT)
    assert limits.NAME in page


def test_the_page_on_scanning_states_how_scanned_files_are_named() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/scanning.md").read_text(encoding="utf-8")
    (told,) = re.findall(r"names end in ([^:]+?) or (\.\w+)\.", page, flags=re.DOTALL)
    assert {*re.findall(r"\.\w+", told[0]), told[1]} == SUFFIXES


def test_limits_are_stated_in_the_environment() -> None:
    assert limits.stated("") == DEFAULT
    assert limits.stated("pages=7, memory=9") == Limits(pages=7, memory=9)
    for wrong in ("pages", "pages=", "pages=0", "pages=-1", "pages=1.5", "pages=٣", "sheets=4", "=3"):
        with pytest.raises(UsageError, match="KLAUSUR_LIMITS"):
            limits.stated(wrong)
    assert limits.stated("pages=" + "9" * 400).pages > 10**17
