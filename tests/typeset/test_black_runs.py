"""Modules of codes as rectangles."""

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from klausur.typeset.black_runs import runs

symbols = st.integers(1, 24).flatmap(lambda n: arrays(np.bool_, (n, n)))


@given(symbols)
def test_runs_cover_the_black_modules_once_and_nothing_else(modules: npt.NDArray[np.bool_]) -> None:
    drawn = np.zeros(modules.shape, int)
    for x, y, w, h in runs(modules):
        assert w > 0
        assert h > 0
        drawn[y : y + h, x : x + w] += 1
    assert np.array_equal(drawn, modules.astype(int))


@given(symbols)
def test_runs_are_as_long_as_can_be(modules: npt.NDArray[np.bool_]) -> None:
    for x, y, w, _ in runs(modules):
        assert x == 0 or not modules[y, x - 1]
        assert x + w == modules.shape[1] or not modules[y, x + w]
