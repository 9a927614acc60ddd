"""Sheets that are none of the exam's: each kind can be drawn, and is another sheet with another seed."""

import numpy as np
import pytest
import simplejpeg

from lab.foreign import HEIGHT, KINDS, WIDTH, sheet


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_a_foreign_sheet_is_a_scanned_page_with_something_on_it(kind: str) -> None:
    pixels = simplejpeg.decode_jpeg(sheet(kind, 3), "GRAY")[:, :, 0]
    assert pixels.shape == (HEIGHT, WIDTH)
    assert np.ptp(np.percentile(pixels, (0.5, 99.5))) > 100
    assert sheet(kind, 3) != sheet(kind, 4)
