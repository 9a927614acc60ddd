"""What files say of the size of their sheet: as PDFs and images do, truly, wrongly or not at all."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from PIL import Image

from klausur.scan.intake import Scan, open_scan
from klausur.scan.model import PageImage, SourceForm
from klausur.scan.stated import Stated, stated

POINTS = (595, 842)
A4 = (595 * 25.4 / 72, 842 * 25.4 / 72)
GREY = Image.fromarray(np.tile(np.arange(0, 210, dtype=np.uint8), (297, 1)))


def encoded(form: str, picture: Image.Image = GREY, **more: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **more)
    return out.getvalue()


def pdf(path: Path, *, unit: float = 1.0, turned: int = 0, text: bool = False) -> Path:
    """A page of one picture, as large as A4 if its unit is a point."""
    with pikepdf.new() as made:
        page = made.add_blank_page(page_size=POINTS)
        image = pikepdf.Stream(
            made,
            encoded("JPEG"),
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=210,
            Height=297,
            ColorSpace=pikepdf.Name.DeviceGray,
            BitsPerComponent=8,
            Filter=pikepdf.Name.DCTDecode,
        )
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
        drawn = b"q %.4f 0 0 %.4f 0 0 cm /Im0 Do Q" % POINTS
        page.Contents = pikepdf.Stream(made, drawn + (b" 0 0 m 9 9 l S" if text else b""))
        if turned:
            page.Rotate = turned
        if unit != 1:
            page.UserUnit = unit
        made.save(path)
    return path


def only(path: Path) -> PageImage:
    scan = open_scan(path)
    assert isinstance(scan, Scan)
    with scan as found:
        (page,) = found.pages()
    return page


@pytest.mark.parametrize(
    ("more", "form", "size"),
    [
        ({}, SourceForm.IMAGE, A4),
        ({"unit": 2.0}, SourceForm.IMAGE, (2 * A4[0], 2 * A4[1])),
        ({"turned": 90}, SourceForm.IMAGE, A4),  # the picture as it lies in the file
        ({"text": True}, SourceForm.PDF_PAGE, A4),
        ({"text": True, "turned": 90}, SourceForm.PDF_PAGE, A4[::-1]),  # rendered as it is shown
    ],
)
def test_a_page_of_a_pdf_has_the_size_that_it_is_shown_in(
    tmp_path: Path, more: dict[str, Any], form: SourceForm, size: tuple[float, float]
) -> None:
    page = only(pdf(tmp_path / "scan.pdf", **more))
    assert page.form is form
    assert stated(page).size == pytest.approx(size, abs=0.01)


def test_a_page_whose_unit_is_no_number_is_read_all_the_same(tmp_path: Path) -> None:
    path = pdf(tmp_path / "scan.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as opened:
        opened.pages[0].UserUnit = pikepdf.Name.Large
        opened.save(path)
    page = only(path)
    assert page.data
    assert stated(page).size == pytest.approx(A4, abs=0.01)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF"])
def test_an_image_says_how_many_pixels_an_inch_has(form: str) -> None:
    page = PageImage("f", 0, SourceForm.IMAGE, encoded(form, dpi=(25.4, 25.4)))
    assert stated(page).size == pytest.approx(A4, rel=0.02)  # JPEG knows whole numbers only


@pytest.mark.parametrize("data", [encoded("JPEG"), encoded("PNG"), encoded("WEBP"), b"", b"\xff\xd8\xff no"])
def test_what_says_nothing_has_no_size(data: bytes) -> None:
    assert stated(PageImage("f", 0, SourceForm.IMAGE, data)) == Stated(None, two_level=False)


def test_one_bit_a_pixel_is_known() -> None:
    black = encoded("TIFF", GREY.convert("1"), compression="group4")
    assert stated(PageImage("f", 0, SourceForm.IMAGE, black)).two_level
    assert not stated(PageImage("f", 0, SourceForm.IMAGE, encoded("TIFF"))).two_level
