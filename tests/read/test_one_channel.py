"""A model made for pictures of one channel computes what it computes of three equal ones."""

import numpy as np
import pytest

from klausur.read import card as cards
from klausur.read import card_paths, one_channel
from klausur.read.marks import SHIPPED, shipped
from klausur.read.network import Network


def test_a_model_of_one_channel_says_what_that_of_three_says() -> None:
    card, model = cards.read(SHIPPED)
    fed = np.random.default_rng(0).random((5, 1, 80, 80), np.float32) ** 4
    expected = Network(card, model).probabilities(np.repeat(fed, 3, axis=1))
    assert np.abs(Network(card, one_channel.of(model)).probabilities(fed) - expected).max() < 1e-6
    assert shipped().probabilities(fed) == pytest.approx(expected, abs=1e-6)


def test_what_is_coded_otherwise_is_refused() -> None:
    _, model = cards.read(SHIPPED)
    for other in (b"no model", b"", model.replace(b"Conv", b"Gemm"), cards.read(card_paths.ALIKE)[1][:-9]):
        with pytest.raises(ValueError, match=r"field|coded|convolutions|cut off"):
            one_channel.of(other)
