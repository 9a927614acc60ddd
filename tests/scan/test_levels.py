"""Levels of grey pixels and their quantiles, out of counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.scan.levels import counted, quantile


@given(
    st.integers(0, 2**32 - 1), st.integers(1, 256), st.sampled_from((0.0, 0.05, 0.15, 0.5, 0.8, 0.95, 1.0))
)
def test_a_quantile_of_counts_is_that_of_the_pixels(seed: int, levels: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, levels, (rng.integers(1, 9), rng.integers(1, 9)), np.uint8)
    assert quantile(counted(pixels), share) == pytest.approx(np.quantile(pixels, share), abs=1e-9)


def test_parts_are_counted_together() -> None:
    pixels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    parts = counted(pixels[:, :5]) + counted(pixels[:, 5:]) + counted(pixels[:0])
    assert (parts == counted(pixels)).all()
    assert parts.sum() == 256
