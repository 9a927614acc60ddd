"""Answers are held against one another character by character, whatever embedded them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.read.likeness import Inks

WIDTH = 4
_PLACES = np.random.default_rng(5).normal(size=(10, WIDTH)) * 2


def ink(text: str, noise: float = 0.0, seed: int = 0) -> bytes:
    """An answer of digits, each of which is embedded near a place of its own."""
    rng = np.random.default_rng((seed, len(text)))
    rows = [_PLACES[int(digit)] + rng.normal(0, noise, WIDTH) for digit in text]
    return np.array(rows, np.float16).reshape(-1, WIDTH).tobytes()


def test_the_same_is_nearer_than_what_differs_in_a_character_or_has_one_more() -> None:
    texts = ("1234", "1235", "123", "9876", "1234")
    inks = Inks(tuple(ink(text, 0.05, n) for n, text in enumerate(texts)), WIDTH)
    found = inks.nearest(0, 5, range(5))
    assert found[0] == 4
    assert set(found[1:]) == {1, 2}, "of 9876 nothing is alike"
    assert inks.nearest(0, 1, [1, 2]) in ([1], [2])
    assert inks.nearest(0, 5, []) == []


def test_groups_are_of_those_in_which_the_same_is_written() -> None:
    texts = ["42"] * 5 + ["43"] * 3 + ["4"] * 2 + ["777"]
    inks = Inks(tuple(ink(text, 0.05, n) for n, text in enumerate(texts)), WIDTH)
    assert inks.groups(0.5) == [[0, 1, 2, 3, 4], [5, 6, 7], [8, 9]]


def test_an_answer_without_ink_is_like_none() -> None:
    inks = Inks((b"", ink("12"), b"", ink("12")), WIDTH)
    assert inks.groups(0.5) == [[1, 3]]
    assert inks.nearest(0, 3, range(4)) == []
    assert inks.nearest(1, 3, range(4)) == [3]
    assert Inks((), WIDTH).groups(0.5) == []
    assert Inks((ink("1"),), WIDTH).groups(0.5) == []


def edits(one: str, other: str) -> int:
    """How many characters to change, add or leave out, by the textbook."""
    row = list(range(len(other) + 1))
    for i, own in enumerate(one, start=1):
        above, row = row, [i]
        for j, its in enumerate(other, start=1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (own != its)))
    return row[-1]


@given(st.lists(st.text("0123456789", min_size=1, max_size=5), min_size=2, max_size=6))
def test_far_characters_are_aligned_as_letters_are(texts: list[str]) -> None:
    inks = Inks(tuple(ink(text) for text in texts), WIDTH)
    apart = np.linalg.norm(_PLACES[:, None] - _PLACES[None], axis=2)[~np.eye(10, dtype=bool)]
    assert apart.min() > 1.0
    found = inks.nearest(0, len(texts), range(len(texts)))
    longest = [max(len(texts[0]), len(text)) for text in texts]
    shares = [edits(texts[0], text) / long for text, long in zip(texts, longest, strict=True)]
    assert set(found) == {n for n in range(1, len(texts)) if shares[n] <= 0.5}
    assert [shares[n] for n in found] == pytest.approx(sorted(shares[n] for n in found))


@given(st.lists(st.text("0123456789", min_size=1, max_size=4), min_size=2, max_size=8))
def test_exact_writers_are_grouped_by_what_they_write(texts: list[str]) -> None:
    groups = Inks(tuple(ink(text) for text in texts), WIDTH).groups(0.5)
    assert all(len({texts[n] for n in group}) == 1 for group in groups)
    assert sorted(n for group in groups for n in group) == [
        n for n, text in enumerate(texts) if texts.count(text) > 1
    ]
