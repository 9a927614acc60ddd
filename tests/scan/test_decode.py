"""Images of every depth and colour that scanners write, and those that must be refused."""

from __future__ import annotations

import io
import struct
import zlib

import cv2
import numpy as np
import pikepdf
import pytest
from PIL import Image

from klausur.scan.decode import DecodeError, decode
from klausur.scan.model import PageImage, SourceForm

RAMP = np.tile(np.arange(256, dtype=np.uint8).repeat(4), (200, 1))  # (200, 1024)


def _image(data: bytes) -> PageImage:
    return PageImage("0" * 64, 0, SourceForm.IMAGE, data)


def _saved(image: Image.Image, form: str = "PNG", **options: Image.Exif) -> PageImage:
    out = io.BytesIO()
    image.save(out, form, **options)
    return _image(out.getvalue())


def test_grey_stays_grey_and_colour_is_rgb() -> None:
    grey = Image.fromarray(RAMP)
    red = Image.merge("RGB", (grey, grey.point([0] * 256), grey.point([0] * 256)))
    for form in ("PNG", "JPEG"):
        assert np.abs(decode(_saved(grey, form)).astype(int) - RAMP).max() <= 3
        pixels = decode(_saved(red, form))
        assert pixels.shape == (200, 1024, 3)
        assert pixels[..., 0].max() > 250
        assert pixels[..., 2].max() < 12


def test_depths_and_palettes_become_eight_bits() -> None:
    deep = cv2.imencode(".png", RAMP.astype(np.uint16) * 257)[1].tobytes()
    assert np.array_equal(decode(_image(deep)), RAMP)
    two = decode(_saved(Image.fromarray(RAMP).point(lambda v: 255 * (v > 99)).convert("1")))
    assert two.dtype == np.uint8
    assert set(np.unique(two)) == {0, 255}
    palette = decode(_saved(Image.fromarray(RAMP).convert("RGB").quantize(64)))
    assert palette.dtype == np.uint8
    assert np.abs(palette.reshape(200, 1024, -1)[..., 0].astype(int) - RAMP).max() < 12


def test_what_is_transparent_is_white_paper() -> None:
    clear = Image.fromarray(np.zeros((200, 300), np.uint8)).convert("RGBA")
    clear.putalpha(0)
    assert decode(_saved(clear)).min() == 255
    half = Image.fromarray(np.zeros((200, 300), np.uint8)).convert("LA")
    half.putalpha(128)
    assert abs(int(decode(_saved(half)).mean()) - 127) <= 1


def test_cmyk_jpeg_is_shown_as_rgb() -> None:
    pixels = decode(_saved(Image.new("CMYK", (300, 200), (0, 255, 255, 0)), "JPEG"))
    assert pixels.shape == (200, 300, 3)
    assert pixels[..., 0].min() > 200
    assert pixels[..., 1].max() < 60


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_orientation_hints_are_ignored(form: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90°
    assert decode(_saved(Image.fromarray(RAMP), form, exif=exif)).shape == RAMP.shape


def test_a_jpeg_much_finer_than_needed_is_halved() -> None:
    fine = np.full((7016, 4960), 200, np.uint8)
    assert decode(_image(cv2.imencode(".jpg", fine)[1].tobytes())).shape == (3508, 2480)
    odd = np.full((6001, 4243), 200, np.uint8)
    assert decode(_image(cv2.imencode(".jpg", odd)[1].tobytes())).shape == (3001, 2122)


def _png_header(width: int, height: int) -> bytes:
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


def test_absurd_sizes_are_refused_before_decoding() -> None:
    small = _saved(Image.fromarray(RAMP), "JPEG").data
    frame = small.find(b"\xff\xc0") + 5
    bomb = small[:frame] + struct.pack(">HH", 60_000, 60_000) + small[frame + 4 :]
    for data in (_png_header(100_000, 100_000), _png_header(40_000, 10), bomb):
        with pytest.raises(DecodeError, match="too large"):
            decode(_image(data))
    with pytest.raises(DecodeError, match="too small"):
        decode(_saved(Image.fromarray(RAMP[:10])))


def test_damage_inside_an_image_is_no_page_with_a_hole() -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (300, 400), np.uint8))
    png, jpeg = _saved(noise).data, _saved(noise, "JPEG").data
    middle = len(png) // 2
    with pytest.raises(DecodeError):
        decode(_image(png[:middle] + bytes(8) + png[middle + 8 :]))
    for data in (png[:middle], jpeg[: len(jpeg) // 2], jpeg[:30], png[:20], b"", b"GIF89a"):
        with pytest.raises(DecodeError):
            decode(_image(data))


def test_damage_inside_a_jpeg_is_no_page_with_a_grey_part() -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (600, 400), np.uint8))
    for mode in ("L", "RGB", "CMYK"):
        data = _saved(noise.convert(mode), "JPEG").data
        middle = len(data) // 2
        with pytest.raises(DecodeError, match="damaged"):
            decode(_image(data[:middle] + bytes(200) + data[middle + 5000 :]))
        padded = decode(_image(data[:-2] + bytes(3) + data[-2:]))  # as some devices write it
        assert np.array_equal(padded, decode(_image(data)))


def _one_page(width: float, height: float) -> PageImage:
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(width, height))
    page.Contents = pikepdf.Stream(pdf, b"1 0 0 rg 0 0 %d %d re f" % (width // 2, height))
    out = io.BytesIO()
    pdf.save(out)
    return PageImage("0" * 64, 0, SourceForm.PDF_PAGE, out.getvalue())


def test_a_pdf_page_is_rendered_at_300_dpi_in_colour() -> None:
    pixels = decode(_one_page(595.28, 841.89))
    assert pixels.shape[:2] == pytest.approx((3508, 2480), abs=2)
    assert tuple(pixels[1000, 100]) == (255, 0, 0)
    assert tuple(pixels[1000, 2000]) == (255, 255, 255)


def test_pdf_pages_of_odd_sizes_are_rendered_sensibly_or_refused() -> None:
    assert max(decode(_one_page(2480, 3508)).shape) <= 4501
    assert max(decode(_one_page(150, 210)).shape) >= 2400
    with pytest.raises(DecodeError):
        decode(_one_page(14000, 100))
    with pytest.raises(DecodeError):
        decode(PageImage("0" * 64, 0, SourceForm.PDF_PAGE, b"%PDF-1.4 nothing"))
