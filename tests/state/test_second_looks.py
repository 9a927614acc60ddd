"""Samples of unflagged marks, and the bound that second looks give: held against chance itself."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from klausur.state.second_looks import StratumLooks, at_most, in_order, looks_of, sample, upper

MARKS = {"crossed": range(10_001, 13_000, 3), "empty": range(2, 9_000, 2), "filled": (9_001, 9_003)}


def test_each_state_is_drawn_in_proportion_and_has_one_at_least() -> None:
    strata = {s.state: s for s in sample(MARKS, 7, 400)}
    total = sum(map(len, MARKS.values()))
    for state, keys in MARKS.items():
        found = strata[state]
        assert found.of == len(keys)
        assert set(found.drawn) <= set(keys)
        assert len(found.drawn) == len(set(found.drawn))
        assert 400 * len(keys) / total <= len(found.drawn) < 400 * len(keys) / total + 1
    assert len(strata["filled"].drawn) == 1


def test_the_seed_says_all_and_a_larger_sample_has_the_smaller_in_it() -> None:
    assert sample(MARKS, 7, 400) == sample(MARKS, 7, 400)
    small, large, other = (
        {key for s in sample(MARKS, seed, size) for key in s.drawn}
        for seed, size in ((7, 100), (7, 400), (8, 400))
    )
    assert small < large
    assert len(large & other) < 80
    assert {key for s in sample(MARKS, 7, 10**6) for key in s.drawn} == {
        k for keys in MARKS.values() for k in keys
    }
    assert sample({"empty": ()}, 7, 400) == ()


def test_marks_that_are_scanned_later_are_drawn_like_those_before() -> None:
    before = {key for s in sample({"empty": range(1, 10_001)}, 3, 500) for key in s.drawn}
    (after,) = sample({"empty": range(1, 20_001)}, 3, 500)
    new = [key for key in after.drawn if key > 10_000]
    assert set(after.drawn) - set(new) < before
    assert binom.cdf(len(new), 500, 0.5) > 1e-4
    assert binom.sf(len(new), 500, 0.5) > 1e-4


def test_every_mark_is_drawn_as_often_as_any_other() -> None:
    often = np.zeros(201)
    for seed in range(2_000):
        (stratum,) = sample({"empty": range(1, 201)}, seed, 20)
        often[list(stratum.drawn)] += 1
    squares = ((often[1:] - 200) ** 2 / (200 * 0.9)).sum()  # chi square of 199 degrees
    assert 140 < squares < 270


def test_each_state_has_its_share_of_whatever_is_looked_at_first() -> None:
    strata = sample(MARKS, 7, 400)
    order = in_order(strata)
    assert sorted(order) == sorted(key for s in strata for key in s.drawn)
    for upto in (40, 120, 333):
        for s in strata:
            assert abs(len(set(order[:upto]) & set(s.drawn)) - upto * len(s.drawn) / len(order)) <= 1


def test_what_is_looked_at_behind_one_that_is_left_out_counts_for_nothing() -> None:
    (stratum,) = sample({"empty": range(1, 101)}, 1, 10)
    first, second, third, *rest = stratum.drawn
    assert looks_of(stratum, {first, third, *rest}, {}) == StratumLooks("empty", 100, 10, 1, 0)
    assert looks_of(stratum, {first, *rest}, {second, third}) == StratumLooks("empty", 100, 10, 10, 2)


@given(looked=st.integers(1, 2_000), share=st.floats(0, 1))
def test_the_bound_is_where_so_few_are_found_once_in_twenty_times(looked: int, share: float) -> None:
    misread = int(share * looked)
    bound = upper(misread, looked)
    if misread == looked:
        assert bound == 1
    else:
        assert binom.cdf(misread, looked, bound) == pytest.approx(0.05, rel=1e-6)


def test_nothing_found_among_400_is_the_rule_of_three() -> None:
    assert upper(0, 400) == pytest.approx(1 - 0.05 ** (1 / 400))
    assert (
        at_most([StratumLooks("empty", 30_000, 300, 300, 0), StratumLooks("crossed", 10_000, 100, 100, 0)])
        == 298
    )


def test_a_state_of_which_less_was_looked_at_weighs_more() -> None:
    whole = [StratumLooks("empty", 30_000, 300, 300, 0), StratumLooks("crossed", 10_000, 100, 100, 0)]
    half = [whole[0], StratumLooks("crossed", 10_000, 100, 50, 0)]
    none = [whole[0], StratumLooks("crossed", 10_000, 100, 0, 0)]
    assert at_most(whole) < at_most(half) < at_most(none)
    assert at_most(none) == at_most(whole[:1]) + 10_000
    assert at_most([StratumLooks("empty", 9, 9, 0, 0)]) == 9


def test_more_looks_sharpen_and_more_misreads_loosen_the_bound() -> None:
    def most(looked: int, misread: int) -> int:
        return at_most([StratumLooks("empty", 36_000, 4_000, looked, misread)])

    assert all(a > b for a, b in pairwise(most(n, 0) for n in (50, 100, 400, 1_600)))
    assert all(a < b for a, b in pairwise(most(400, k) for k in (0, 1, 2, 5)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"empty": 60, "crossed": 0},
        {"empty": 0, "crossed": 60},
        {"empty": 45, "crossed": 15},
        {"empty": 3, "crossed": 1},
    ],
)
def test_no_more_than_one_exam_in_twenty_has_more_misread_marks_than_the_bound(wrong: dict[str, int]) -> None:
    """Whole exams with so many misread marks, sampled 2,000 times."""
    rng = np.random.default_rng(5)
    of = {"empty": 3_000, "crossed": 1_000}
    looked = {"empty": 150, "crossed": 50}
    missed = 0
    for _ in range(2_000):
        found = {s: int(rng.hypergeometric(wrong[s], of[s] - wrong[s], looked[s])) for s in of}
        strata = [StratumLooks(s, of[s], looked[s], looked[s], found[s]) for s in of]
        missed += at_most(strata) < sum(wrong.values())
    assert binom.sf(missed - 1, 2_000, 0.05) > 1e-3


def test_unequal_looks_keep_the_promise() -> None:
    rng = np.random.default_rng(6)
    of, looked, wrong = (
        {"empty": 3_000, "crossed": 1_000},
        {"empty": 150, "crossed": 10},
        {"empty": 5, "crossed": 150},
    )
    missed = 0
    for _ in range(2_000):
        found = {s: int(rng.hypergeometric(wrong[s], of[s] - wrong[s], looked[s])) for s in of}
        missed += at_most([StratumLooks(s, of[s], looked[s], looked[s], found[s]) for s in of]) < 155
    assert binom.sf(missed - 1, 2_000, 0.05) > 1e-3
