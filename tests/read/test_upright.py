"""What areas cut out of a page are measured by."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.read.upright import brightness


@given(st.integers(0, 2**32 - 1), st.integers(1, 256), st.sampled_from((0.0, 0.15, 0.5, 0.8, 1.0)))
def test_brightness_is_the_quantile_of_the_levels(seed: int, levels: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, levels, (rng.integers(1, 9), rng.integers(1, 9)), np.uint8)
    assert brightness(pixels, share) == pytest.approx(np.quantile(pixels, share), abs=1e-9)
