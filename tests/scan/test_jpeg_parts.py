"""JPEG files that viewers show although a decoder that goes by the book would not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from klausur.base.diagnostics import Diagnostic
from klausur.scan import jpeg_parts
from klausur.scan.decode import DecodeError, decode
from klausur.scan.intake import Scan, open_scan
from klausur.scan.model import PageImage, SourceForm

if TYPE_CHECKING:
    from pathlib import Path

    from klausur.scan.model import Pixels


def drawn(height: int = 640, width: int = 480) -> Pixels:
    pixels = np.full((height, width), 235, np.uint8)
    for at in range(40, height, 50):
        cv2.putText(pixels, f"line {at}", (20, at), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (20,), 3)
    return pixels


def coded(pixels: Pixels, *options: int) -> bytes:
    return cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 90, *options])[1].tobytes()


def pixels_of(data: bytes) -> Pixels:
    return decode(PageImage("", 0, SourceForm.IMAGE, data))


def with_lines_behind(data: bytes) -> bytes:
    """The same, its height told after its lines."""
    known = jpeg_parts.frame(data)
    assert known is not None
    zero = jpeg_parts.with_height(data, known, 0)
    return zero[:-2] + b"\xff\xdc\x00\x04" + known.height.to_bytes(2) + zero[-2:]


def stating(data: bytes, height: int) -> bytes:
    known = jpeg_parts.frame(data)
    assert known is not None
    return jpeg_parts.with_height(data, known, height)


PROGRESSIVE = (cv2.IMWRITE_JPEG_PROGRESSIVE, 1)


@pytest.mark.parametrize("options", [(), PROGRESSIVE, (cv2.IMWRITE_JPEG_RST_INTERVAL, 8)])
def test_a_height_behind_the_lines_and_a_missing_end_are_read(options: tuple[int, ...]) -> None:
    data = coded(drawn(), *options)
    truth = pixels_of(data)
    assert np.array_equal(pixels_of(data[:-2]), truth)
    if options != PROGRESSIVE:
        assert np.array_equal(pixels_of(with_lines_behind(data)), truth)
        assert np.array_equal(pixels_of(with_lines_behind(data)[:-2]), truth)


@pytest.mark.parametrize("height", [641, 656, 900, 65500])
def test_a_height_that_is_too_large_is_that_of_the_lines_that_are_there(height: int) -> None:
    truth = pixels_of(coded(drawn()))
    assert np.array_equal(pixels_of(stating(coded(drawn()), height))[:640], truth)


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.97])
def test_lines_that_are_cut_off_are_damage_with_an_end_or_without(kept: float, tmp_path: Path) -> None:
    data = coded(drawn())
    cut = data[: int(kept * len(data))].rstrip(b"\xff")
    for damaged in (cut, cut + jpeg_parts.END, stating(cut + jpeg_parts.END, 65500)):
        with pytest.raises(DecodeError):
            pixels_of(damaged)
    (tmp_path / "cut.jpg").write_bytes(cut)
    found = open_scan(tmp_path / "cut.jpg")
    assert isinstance(found, Diagnostic)
    assert "truncated" in found.message


def test_a_picture_behind_the_first_is_a_page_if_it_is_as_large(tmp_path: Path) -> None:
    first, second, preview = coded(drawn()), coded(drawn(600, 450)), coded(drawn(160, 120))
    for behind, count in ((second, 2), (preview, 1), (preview + second, 2), (b"junk" + second, 2)):
        (tmp_path / "scan.jpg").write_bytes(first + behind)
        scan = open_scan(tmp_path / "scan.jpg")
        assert isinstance(scan, Scan)
        with scan:
            images = list(scan.pages())
        assert len(images) == scan.count == count
        assert [decode(image).shape for image in images] == [(640, 480), (600, 450)][:count]


def test_a_missing_end_is_no_fault_of_a_file_either(tmp_path: Path) -> None:
    (tmp_path / "scan.jpg").write_bytes(coded(drawn())[:-2])
    scan = open_scan(tmp_path / "scan.jpg")
    assert isinstance(scan, Scan)
    with scan:
        assert decode(next(scan.pages())).shape == (640, 480)
