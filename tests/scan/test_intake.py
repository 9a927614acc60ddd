"""Real files of every form, whole and damaged, made here from one drawn page."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pikepdf
import pytest
from PIL import Image

from klausur.base.diagnostics import Diagnostic
from klausur.read.page import process
from klausur.scan.decode import decode
from klausur.scan.intake import Scan, open_scan
from klausur.scan.model import PageImage, Reason, SourceForm

if TYPE_CHECKING:
    from pathlib import Path

    from tests.scan.conftest import Look, Printer

    from klausur.read.model import PageResult
    from klausur.scan.model import Pixels

A4 = (595.28, 841.89)
FILLS = b"q 595.28 0 0 841.89 0 0 cm /Im0 Do Q"


@pytest.fixture(scope="session")
def pixels(printer: Printer, look: type[Look]) -> Pixels:
    return printer.scanned(printer.printed(booklet=2, page=1), look(dpi=150))[0]


@pytest.fixture(scope="session")
def jpeg_bytes(pixels: Pixels) -> bytes:
    return _encoded(".jpg", pixels)


@pytest.fixture(scope="session")
def pdf_bytes(jpeg_bytes: bytes) -> bytes:
    return _pdf([jpeg_bytes] * 3)


def _encoded(form: str, pixels: Pixels) -> bytes:
    ok, data = cv2.imencode(form, pixels)
    assert ok
    return data.tobytes()


def _pdf(jpegs: list[bytes], content: bytes = FILLS, **page_keys: object) -> bytes:
    """A PDF as scanners write it, one JPEG on each page; its objects stand in the open, to be spoilt."""
    pdf = pikepdf.new()
    for data in jpegs:
        image = pikepdf.Stream(pdf, data)
        image.stream_dict = pikepdf.Dictionary(_image_keys(data))
        page = pdf.add_blank_page(page_size=A4)
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=pdf.make_indirect(image)))
        page.Contents = pikepdf.Stream(pdf, content)
        for key, value in page_keys.items():
            page.obj[f"/{key}"] = value
    return _saved(pdf)


def _image_keys(data: bytes) -> dict[str, object]:
    with Image.open(io.BytesIO(data)) as image:
        width, height = image.size
        space = {"L": "/DeviceGray", "RGB": "/DeviceRGB", "CMYK": "/DeviceCMYK"}[image.mode]
    inverted = {"/Decode": pikepdf.Array([1, 0] * 4)} if space == "/DeviceCMYK" else {}  # as Adobe has it
    return {
        **inverted,
        "/Type": pikepdf.Name.XObject,
        "/Subtype": pikepdf.Name.Image,
        "/Width": width,
        "/Height": height,
        "/ColorSpace": pikepdf.Name(space),
        "/BitsPerComponent": 8,
        "/Filter": pikepdf.Name.DCTDecode,
    }


def _saved(pdf: pikepdf.Pdf, encryption: pikepdf.Encryption | None = None) -> bytes:
    out = io.BytesIO()
    pdf.save(
        out,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        compress_streams=False,
        encryption=encryption or False,
    )
    return out.getvalue()


def _opened(folder: Path, data: bytes, name: str = "scan.pdf") -> Scan:
    (folder / name).write_bytes(data)
    scan = open_scan(folder / name)
    assert isinstance(scan, Scan), scan
    return scan


def _refused(path: Path) -> Diagnostic:
    found = open_scan(path)
    assert isinstance(found, Diagnostic)
    assert found.code == "scan-unreadable"
    assert found.place.file == str(path)
    assert found.message
    assert found.hint
    return found


def _became(printer: Printer, image: PageImage) -> PageResult:
    (result,) = process(image, printer.layout, printer.key)
    return result


def _places(printer: Printer, image: PageImage) -> bool:
    code = _became(printer, image).code
    return code is not None and code.booklet == 2


def test_a_pdf_of_jpegs_gives_their_very_bytes(tmp_path: Path, jpeg_bytes: bytes, pdf_bytes: bytes) -> None:
    with _opened(tmp_path, pdf_bytes) as scan:
        images = list(scan.pages())
    assert scan.count == 3
    assert scan.file == hashlib.sha256(pdf_bytes).hexdigest()
    assert [image.index for image in images] == [0, 1, 2]
    assert all(image.data == jpeg_bytes and image.form is SourceForm.IMAGE for image in images)
    assert all(image.file == scan.file for image in images)


@pytest.mark.parametrize("form", [".jpg", ".png", ".tiff"])
@pytest.mark.parametrize("colour", [False, True])
def test_single_images_are_read_whatever_their_name(
    tmp_path: Path, printer: Printer, pixels: Pixels, form: str, *, colour: bool
) -> None:
    shown = np.stack([pixels] * 3, axis=2) if colour else pixels
    with _opened(tmp_path, _encoded(form, shown), "no-extension") as scan:
        images = list(scan.pages())
    assert scan.count == len(images) == 1
    assert decode(images[0]).ndim == (3 if colour else 2)
    assert _places(printer, images[0])


def test_every_page_of_a_fax_tiff_is_read(tmp_path: Path, printer: Printer, pixels: Pixels) -> None:
    pages = [Image.fromarray(pixels).convert("1", dither=Image.Dither.NONE) for _ in range(2)]
    pages[0].save(tmp_path / "fax.tif", "TIFF", compression="group4", save_all=True, append_images=pages[1:])
    with _opened(tmp_path, (tmp_path / "fax.tif").read_bytes()) as scan:
        assert [_places(printer, image) for image in scan.pages()] == [True, True]


def test_reading_resumes_anywhere(tmp_path: Path, pdf_bytes: bytes) -> None:
    with _opened(tmp_path, pdf_bytes) as scan:
        assert [image.index for image in scan.pages(2)] == [2]
        assert list(scan.pages(3)) == []
        half = scan.pages()
        assert next(half).index == 0
    assert list(half) == []  # closed with the scan


@pytest.mark.parametrize(
    ("what", "form"),
    [
        ({"content": b"q 1 0 0 1 0 0 cm q 595.28 0 0 841.89 0 0 cm /Im0 Do Q Q"}, SourceForm.IMAGE),
        ({"Rotate": 180}, SourceForm.IMAGE),
        (
            {
                "MediaBox": [0, 0, 841.89, 595.28],
                "content": b"q 0 595.28 -841.89 0 841.89 0 cm /Im0 Do Q",
                "Rotate": 90,
            },
            SourceForm.IMAGE,
        ),
        ({"content": b"q 560 0 0 792 10 10 cm /Im0 Do Q"}, SourceForm.PDF_PAGE),
        ({"content": b"q 590 0 0 840 3 1 cm /Im0 Do Q 1 0 0 rg 9 400 3 3 re f"}, SourceForm.PDF_PAGE),
    ],
)
def test_unusual_pages_are_rendered(
    tmp_path: Path, printer: Printer, jpeg_bytes: bytes, what: dict[str, object], form: SourceForm
) -> None:
    content = what.pop("content", FILLS)
    assert isinstance(content, bytes)
    with _opened(tmp_path, _pdf([jpeg_bytes], content, **what)) as scan:
        (image,) = scan.pages()
    assert image.form is form
    assert _places(printer, image)


def test_a_mirrored_image_is_rendered(tmp_path: Path, printer: Printer, pixels: Pixels) -> None:
    mirrored = _pdf([_encoded(".jpg", np.flipud(pixels))], b"595.28 0 0 -841.89 0 841.89 cm /Im0 Do")
    with _opened(tmp_path, mirrored) as scan:
        (image,) = scan.pages()
    assert image.form is SourceForm.PDF_PAGE
    assert _places(printer, image)


def test_an_image_that_is_no_jpeg_is_rendered(tmp_path: Path, printer: Printer, pixels: Pixels) -> None:
    pdf = pikepdf.open(io.BytesIO(_pdf([_encoded(".jpg", pixels)])))
    image = pdf.pages[0].obj.Resources.XObject.Im0
    image.write(pixels.tobytes())  # without a filter: plain samples
    with _opened(tmp_path, _saved(pdf)) as scan:
        (found,) = scan.pages()
    assert found.form is SourceForm.PDF_PAGE
    assert _places(printer, found)


def test_a_cmyk_jpeg_in_a_pdf_is_rendered(tmp_path: Path, printer: Printer, pixels: Pixels) -> None:
    out = io.BytesIO()
    Image.fromarray(pixels).convert("CMYK").save(out, "JPEG")
    with _opened(tmp_path, _pdf([out.getvalue()])) as scan:
        (image,) = scan.pages()
    assert image.form is SourceForm.PDF_PAGE
    assert _places(printer, image)


@pytest.mark.parametrize("lost", [b"trailer", b"/Root", b"/Pages", b"/Kids"])
def test_of_a_pdf_without_its_parts_nobody_is_told_where_it_lies(
    tmp_path: Path, pdf_bytes: bytes, lost: bytes
) -> None:
    path = tmp_path / "a scan.pdf"
    path.write_bytes(pdf_bytes.replace(lost, b"#" * len(lost)))
    found = open_scan(path)
    assert isinstance(found, Diagnostic)
    assert "the PDF is damaged" in found.message
    assert str(tmp_path) not in found.message


@pytest.mark.parametrize(
    "spoilt", [b"null", b"(no page)", b"<< /Type /Page /Parent 2 0 R >>", b"<< >>", b"## ##"]
)
def test_a_damaged_page_costs_itself_only(
    tmp_path: Path, printer: Printer, pdf_bytes: bytes, spoilt: bytes
) -> None:
    at = [i for i in range(len(pdf_bytes)) if pdf_bytes.startswith(b"/Type /Page ", i)][1]
    start, end = pdf_bytes.rfind(b"obj\n", 0, at) + 4, pdf_bytes.find(b"endobj", at)
    data = pdf_bytes[:start] + spoilt.ljust(end - start) + pdf_bytes[end:]
    with _opened(tmp_path, data) as scan:
        images = list(scan.pages())
    assert [image.index for image in images] == [0, 1, 2]
    assert _places(printer, images[0])
    assert _places(printer, images[2])
    unplaced = _became(printer, images[1]).unplaced
    assert unplaced is not None
    assert unplaced.reason in {Reason.UNREADABLE, Reason.BLANK}


def test_a_page_whose_image_is_gone_is_unreadable(tmp_path: Path, printer: Printer, pdf_bytes: bytes) -> None:
    with _opened(tmp_path, pdf_bytes.replace(b"/Im0 ", b"/Im9 ", 1)) as scan:
        images = list(scan.pages())
    assert images[0].data == b""
    unplaced = _became(printer, images[0]).unplaced
    assert unplaced is not None
    assert unplaced.reason is Reason.UNREADABLE
    assert images[1].data


@pytest.mark.parametrize(
    ("of", "to"),
    [(b"/Contents ", b"/Kontents "), (b"/DeviceGray", b"/DeviceGrxy"), (b"/DCTDecode", b"/DCTDexode")],
)
def test_a_page_that_cannot_be_drawn_is_unreadable_not_blank(
    tmp_path: Path, printer: Printer, pdf_bytes: bytes, of: bytes, to: bytes
) -> None:
    assert pdf_bytes.count(of) == 3
    with _opened(tmp_path, pdf_bytes.replace(of, to, 1)) as scan:
        image = next(scan.pages())
    unplaced = _became(printer, image).unplaced
    assert unplaced is not None
    assert unplaced.reason is Reason.UNREADABLE


def test_a_pdf_that_has_lost_pages_is_refused(tmp_path: Path, pdf_bytes: bytes) -> None:
    assert pdf_bytes.count(b"/Count 3") == 1
    (tmp_path / "scan.pdf").write_bytes(pdf_bytes.replace(b"/Count 3", b"/Count 4"))
    assert "4 pages" in _refused(tmp_path / "scan.pdf").message


def test_a_pdf_whose_table_of_objects_is_wrong_is_refused(tmp_path: Path, pdf_bytes: bytes) -> None:
    table = pdf_bytes.rfind(b"xref\n0")
    data = pdf_bytes[: table + 30] + b"0000099999" + pdf_bytes[table + 40 :]
    (tmp_path / "scan.pdf").write_bytes(data.replace(b"startxref", b"startxref\n9", 1))
    assert "damaged" in _refused(tmp_path / "scan.pdf").message


def test_a_page_tree_that_runs_in_a_circle_has_an_end(tmp_path: Path, pdf_bytes: bytes) -> None:
    kids = pdf_bytes.find(b"/Kids [ ") + 8
    second = pdf_bytes.find(b" R ", kids) + 3
    own = b"2 0 R".ljust(pdf_bytes.find(b"R", second) + 1 - second)
    data = pdf_bytes[:second] + own + pdf_bytes[second + len(own) :]
    with _opened(tmp_path, data) as scan:
        assert [bool(image.data) for image in scan.pages()] == [True, False, True]


def test_files_cut_anywhere_are_refused(
    tmp_path: Path, pixels: Pixels, jpeg_bytes: bytes, pdf_bytes: bytes
) -> None:
    thumb = io.BytesIO()
    small = Image.fromarray(pixels[::16, ::16])
    small.save(thumb, "JPEG")
    exif = Image.Exif()
    exif[0x010E] = "thumbnail " + thumb.getvalue().decode("latin-1")  # an end of image before the image's own
    with_thumb = io.BytesIO()
    Image.fromarray(pixels).save(with_thumb, "JPEG", exif=exif)
    wholes = [
        jpeg_bytes,
        pdf_bytes,
        _encoded(".png", pixels),
        with_thumb.getvalue(),
        _encoded(".tiff", pixels),
    ]
    path = tmp_path / "cut"
    for whole in wholes:
        for cut in (*np.linspace(1, len(whole) - 40, 25).astype(int), *range(len(whole) - 9, len(whole) - 6)):
            path.write_bytes(whole[:cut])
            found = open_scan(path)
            if isinstance(found, Scan):  # a TIFF states its pages first, or at its end
                with found:
                    assert all(not image.data for image in found.pages()), (whole[:4], cut, len(whole))
            else:
                assert found.code == "scan-unreadable"


def test_a_linear_pdf_cut_after_its_first_page_is_refused(tmp_path: Path, pdf_bytes: bytes) -> None:
    out = io.BytesIO()
    pikepdf.open(io.BytesIO(pdf_bytes)).save(out, linearize=True)
    data = out.getvalue()
    first_end = data.find(b"%%EOF") + 6
    assert first_end < len(data) / 2
    (tmp_path / "cut.pdf").write_bytes(data[:first_end])
    assert "truncated" in _refused(tmp_path / "cut.pdf").message
    assert _opened(tmp_path, data).count == 3


def test_an_encrypted_pdf_is_refused_and_a_locked_one_read(
    tmp_path: Path, pdf_bytes: bytes, jpeg_bytes: bytes
) -> None:
    pdf = pikepdf.open(io.BytesIO(pdf_bytes))
    (tmp_path / "secret.pdf").write_bytes(_saved(pdf, pikepdf.Encryption(user="u", owner="o")))
    found = _refused(tmp_path / "secret.pdf")
    assert "encrypted" in found.message
    assert "password" in found.hint
    with _opened(tmp_path, _saved(pdf, pikepdf.Encryption(user="", owner="o"))) as scan:
        assert all(image.data == jpeg_bytes for image in scan.pages())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"Dear examiner, the scans are attached.", "no PDF"),
        (b"%PDF-1.7\nnothing else\nstartxref\n0\n%%EOF\n", "damaged"),
        (b"PK\x03\x04 a zip", "ZIP is truncated"),
        (b"II*\x00 but no more", "TIFF"),
        (b"\xff\xd8\xff", "truncated"),
        (b"\x89PNG\r\n\x1a\n", "truncated"),
        (bytes(5000), "no PDF"),
    ],
)
def test_a_file_of_the_wrong_kind_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "scan.pdf").write_bytes(data)
    assert words in _refused(tmp_path / "scan.pdf").message


def test_a_pdf_without_pages_is_refused(tmp_path: Path) -> None:
    (tmp_path / "none.pdf").write_bytes(_saved(pikepdf.new()))
    assert "no pages" in _refused(tmp_path / "none.pdf").message


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert "folder" in _refused(tmp_path).message
    assert "no such file" in _refused(tmp_path / "nothing.pdf").message
    assert _refused(tmp_path / ("x" * 300)).message  # a name too long to open


@pytest.mark.parametrize("form", [".pdf", ".png", ".tiff"])
def test_a_file_that_goes_away_leaves_its_pages_to_a_person(
    tmp_path: Path, pixels: Pixels, pdf_bytes: bytes, form: str
) -> None:
    with _opened(tmp_path, pdf_bytes if form == ".pdf" else _encoded(form, pixels)) as scan:
        (tmp_path / "scan.pdf").unlink()
        images = list(scan.pages())
    assert len(images) == scan.count
    assert all(not image.data for image in images)


MEASURE = """
import sys, psutil
from pathlib import Path
from klausur.scan.intake import open_scan
memory = psutil.Process().memory_info
with open_scan(Path(sys.argv[1])) as scan:
    sizes = {}
    for image in scan.pages():
        assert len(image.data) == 30_000
        sizes[image.index] = memory().rss
print((sizes[scan.count - 1] - sizes[200]) / 1e6)
"""


def test_memory_does_not_grow_with_the_pages(tmp_path: Path, jpeg_bytes: bytes) -> None:
    data = jpeg_bytes[:30_000].ljust(30_000, b"\0")
    (tmp_path / "long.pdf").write_bytes(_pdf([jpeg_bytes[:200] + data[200:]] * 2500))
    grown = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path / "long.pdf")],
        check=True,
        capture_output=True,
        text=True,
    )
    assert float(grown.stdout) < 15  # the pages have 75 MB


@pytest.mark.parametrize("junk", [b"\0" * 2000, b"\r\n" * 900, b"--boundary\r\n<html>404</html>" * 90])
def test_what_follows_the_end_of_a_pdf_does_no_harm(tmp_path: Path, pdf_bytes: bytes, junk: bytes) -> None:
    with _opened(tmp_path, pdf_bytes + junk) as scan:
        assert [bool(image.data) for image in scan.pages()] == [True] * 3


def test_a_change_that_was_cut_off_is_no_junk(tmp_path: Path, pdf_bytes: bytes) -> None:
    (tmp_path / "cut.pdf").write_bytes(pdf_bytes + b"9 0 obj\n<< /Type /Page >>\nendobj\n" + b" " * 2000)
    assert "truncated" in _refused(tmp_path / "cut.pdf").message


@pytest.mark.parametrize("kind", [1, 4, 5])
def test_a_tiff_s_thumbnails_and_masks_are_no_pages(tmp_path: Path, pixels: Pixels, kind: int) -> None:
    page = Image.fromarray(pixels)
    page.encoderinfo = {}
    small = page.resize((120, 170))
    small.encoderinfo = {"tiffinfo": {254: kind}}
    page.save(tmp_path / "scan.tif", save_all=True, append_images=[small, page], compression="tiff_lzw")
    with _opened(tmp_path, (tmp_path / "scan.tif").read_bytes()) as scan:
        assert scan.count == 2
        assert [decode(image).shape for image in scan.pages()] == [pixels.shape] * 2
    small.save(tmp_path / "alone.tif", tiffinfo={254: kind})
    with _opened(tmp_path, (tmp_path / "alone.tif").read_bytes()) as scan:
        assert scan.count == 1
