"""A file of several pictures keeps their pixels."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from klausur.base.diagnostics import Diagnostic
from klausur.scan.decode import decode
from klausur.scan.intake import open_scan
from klausur.scan.picture_file import picture_file


@pytest.mark.parametrize("channels", [1, 3])
def test_each_pixel_comes_out_of_it_as_it_went_in(tmp_path: Path, channels: int) -> None:
    rng = np.random.default_rng(5)
    shape = (351, 248) if channels == 1 else (351, 248, 3)
    pixels = [rng.integers(0, 256, shape, np.uint8) for _ in range(2)]
    shown = pixels if channels == 1 else [cv2.cvtColor(each, cv2.COLOR_RGB2BGR) for each in pixels]
    png = [cv2.imencode(".png", each)[1].tobytes() for each in shown]
    made = picture_file(png, 300)
    assert made == picture_file(png, 300)
    (tmp_path / "made.tif").write_bytes(made)
    found = open_scan(tmp_path / "made.tif")
    assert not isinstance(found, Diagnostic)
    with found:
        images = list(found.pages())
    assert len(images) == 2
    for image, each in zip(images, pixels, strict=True):
        assert np.array_equal(decode(image), each)
