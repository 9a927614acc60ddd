"""The embedder that comes with Klausur: what is kept of a space's ink, on real digits of no training."""

import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from klausur.base.errors import ToolError
from klausur.read import alike
from klausur.read import card as cards
from klausur.read.alike import MOST, SHIPPED, Embedder
from klausur.read.characters import DPI, SIDE, normalised
from klausur.read.likeness import Inks
from klausur.scan.model import Pixels

SCALE = DPI / 25.4
WIDTH = int(cards.read(SHIPPED)[0].data["bottleneck"])


@pytest.fixture(scope="module")
def digits() -> Pixels:
    """(10, 20, 28, 28): twenty pictures of each digit out of MNIST's test part, 255 is ink."""
    sample = cv2.imread(str(Path(__file__).with_name("mnist-test-sample.png")), cv2.IMREAD_GRAYSCALE)
    assert sample is not None
    cut: Pixels = sample.reshape(10, 28, 20, 28).transpose(0, 2, 1, 3).astype(np.uint8)
    return cut


def space(digits: Pixels, text: str, nth: int) -> Pixels:
    """A space of 100 × 14 mm in which a number stands, written with the n-th picture of each digit."""
    sheet = np.full((round(14 * SCALE), round(100 * SCALE)), 240, np.uint8)
    for place, digit in enumerate(text):
        ink = cv2.resize(digits[int(digit), nth], (42, 42), interpolation=cv2.INTER_CUBIC)
        x, y = round((6 + 6 * place) * SCALE), 20
        part = sheet[y : y + 42, x : x + 42]
        np.minimum(part, (240 - ink * 0.8).astype(np.uint8), out=part)
    return sheet


def test_the_same_number_by_other_hands_is_nearest(digits: Pixels) -> None:
    texts = ["307", "307", "318", "318", "562", "562", "941", "941"]
    inks = Inks(tuple(alike.ink(space(digits, text, n)) for n, text in enumerate(texts)), WIDTH)
    assert inks.lengths.tolist() == [3] * len(texts)
    nearest = [inks.nearest(n, 1, range(len(texts))) for n in range(len(texts))]
    right = sum(texts[near[0]] == texts[n] for n, near in enumerate(nearest) if near)
    assert right >= 6, nearest


def test_single_digits_lie_near_their_like(digits: Pixels) -> None:
    seen = np.stack([normalised(p / np.float32(255), 20) for each in digits for p in each]).astype(np.float32)
    codes = alike.shipped().embeddings(seen)
    assert codes.shape == (200, WIDTH)
    apart = np.linalg.norm(codes[:, None] - codes[None], axis=2) + np.diag(np.full(200, np.inf))
    labels = np.repeat(np.arange(10), 20)
    assert (labels[apart.argmin(axis=1)] == labels).mean() > 0.85
    same = labels[:, None] == labels[None]
    assert np.median(apart[~same]) == pytest.approx(1.0, abs=0.2), "the unit of distance"


def test_nothing_and_whole_sentences_are_not_held_against_others(digits: Pixels) -> None:
    assert alike.ink(np.full((80, 400), 240, np.uint8)) == b""
    assert alike.ink(space(digits, "1" * MOST, 0)) != b""
    assert alike.ink(space(digits, "1" * (MOST + 1), 0)) == b""


def test_a_model_that_wants_other_characters_is_refused(tmp_path: Path) -> None:
    for suffix in (".json", ".onnx"):
        shutil.copy(SHIPPED.with_suffix(suffix), tmp_path)
    path = tmp_path / SHIPPED.name
    card, _ = cards.read(path)
    cards.write(replace(card, input=replace(card.input, side=SIDE + 1)), path)
    with pytest.raises(ToolError, match="does not make"):
        Embedder(path)
