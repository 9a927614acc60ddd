"""Item analysis, against what R gives for data that come with it, and against sums by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.report.item_analysis import (
    Asked,
    Class,
    alpha,
    analyse,
    correlation,
    holm,
    mantel,
    skewness,
    thirds,
)

ATTITUDE = np.array([
    [43, 51, 30, 39, 61, 92, 45], [63, 64, 51, 54, 63, 73, 47], [71, 70, 68, 69, 76, 86, 48],
    [61, 63, 45, 47, 54, 84, 35], [81, 78, 56, 66, 71, 83, 47], [43, 55, 49, 44, 54, 49, 34],
    [58, 67, 42, 56, 66, 68, 35], [71, 75, 50, 55, 70, 66, 41], [72, 82, 72, 67, 71, 83, 31],
    [67, 61, 45, 47, 62, 80, 41], [64, 53, 53, 58, 58, 67, 34], [67, 60, 47, 39, 59, 74, 41],
    [69, 62, 57, 42, 55, 63, 25], [68, 83, 83, 45, 59, 77, 35], [77, 77, 54, 72, 79, 77, 46],
    [81, 90, 50, 72, 60, 54, 36], [74, 85, 64, 69, 79, 79, 63], [65, 60, 65, 75, 55, 80, 60],
    [65, 70, 46, 57, 75, 85, 46], [50, 58, 68, 54, 64, 78, 52], [50, 40, 33, 34, 43, 64, 33],
    [64, 61, 52, 62, 66, 80, 41], [53, 66, 52, 50, 63, 80, 37], [40, 37, 42, 58, 50, 57, 49],
    [63, 54, 42, 48, 66, 75, 33], [66, 77, 66, 63, 88, 76, 72], [78, 75, 58, 74, 80, 78, 49],
    [48, 57, 44, 45, 51, 83, 38], [85, 85, 71, 71, 77, 74, 55], [82, 82, 39, 59, 64, 78, 39],
], np.float64)  # fmt: skip
"""R's data set ``attitude``: seven items, thirty departments."""

BERKELEY = {
    "A": (512, 313, 89, 19),
    "B": (353, 207, 17, 8),
    "C": (120, 205, 202, 391),
    "D": (138, 279, 131, 244),
    "E": (53, 138, 94, 299),
    "F": (22, 351, 24, 317),
}
"""R's ``UCBAdmissions``: by department, men admitted and rejected, women admitted and rejected."""


def asked(*credits: float) -> list[Asked]:
    return [Asked(f"q{n}", f"1.{n}", worth) for n, worth in enumerate(credits, start=1)]


def test_alpha_and_discrimination_are_those_of_r() -> None:
    """``psych::alpha(attitude)``: raw_alpha, r.drop, and raw_alpha if an item is dropped."""
    found = analyse(asked(*[100.0] * 7), ATTITUDE)
    assert found.alpha is not None
    assert round(found.alpha, 2) == 0.84
    assert [round(i.discrimination or 0, 2) for i in found.items] == [
        *(0.67, 0.74, 0.56, 0.71, 0.79, 0.27, 0.46)
    ]
    assert [round(i.alpha_without or 0, 2) for i in found.items] == [0.81, 0.80, 0.83, 0.80, 0.80, 0.86, 0.84]


def test_the_chi_square_is_that_of_r() -> None:
    """``mantelhaen.test(UCBAdmissions, correct = FALSE)``: X-squared = 1.5246, p-value = 0.2169."""
    earned, focal, stratum = [], [], []
    for n, (men, no_men, women, no_women) in enumerate(BERKELEY.values()):
        for admitted, woman, many in ((1, 0, men), (0, 0, no_men), (1, 1, women), (0, 1, no_women)):
            earned += [admitted] * many
            focal += [woman] * many
            stratum += [n] * many
    found = mantel(np.array(earned, np.float64), np.array(focal, np.bool_), np.array(stratum))
    assert found is not None
    assert round(found[0], 4) == 1.5246
    assert round(math.erfc(math.sqrt(found[0] / 2)), 4) == 0.2169


def test_p_is_corrected_as_r_does() -> None:
    """``p.adjust(c(0.04, 0.01, 0.5, 0.02), "holm")``."""
    assert holm(np.array([0.04, 0.01, 0.5, 0.02])).tolist() == pytest.approx([0.08, 0.04, 0.5, 0.06])
    assert holm(np.array([])).tolist() == []


def test_a_small_exam_by_hand() -> None:
    earned = np.array([[2, 1], [1, 1], [0, 1], [1, 0], [0, 0], [2, 0.5]], np.float64)
    found = analyse(asked(2, 1), earned)
    first, second = found.items
    assert (found.people, found.of, found.mean, found.median) == (6, 3, 9.5 / 6, 1.5)
    assert (first.facility, second.facility) == (0.5, 3.5 / 6)
    assert (first.none, first.full, second.none, second.full) == (2 / 6, 2 / 6, 2 / 6, 3 / 6)
    assert first.by_part == (0, 1 / 3, 1), "totals 0 | 1 1 2 | 2.5 3: those with 1 stay together"
    assert first.discrimination == pytest.approx(0.5 / math.sqrt(4 * 14.5 / 12))
    assert first.alpha_without is None, "of one question alone there is none"
    of_second, whole = 14.5 / 12 / 5, float(np.var([3, 2, 1, 1, 0, 2.5], ddof=1))
    assert found.alpha == pytest.approx(2 * (1 - (0.8 + of_second) / whole))
    assert found.alpha is not None
    assert found.error == pytest.approx(math.sqrt(whole * (1 - found.alpha)))


def test_which_third_crossed_which_choice() -> None:
    earned = np.array([[0, 0], [0, 1], [0, 2], [1, 3], [1, 4], [1, 5]], np.float64)
    question = Asked("choice", "1.1", 1, ("a", "b"), frozenset("a"))
    letters = ["b", "b", "ab", "a", "a", None]
    crossed = [[None if row is None else frozenset(row), None] for row in letters]
    found = analyse([question, Asked("other", "1.2", 5)], earned, crossed=crossed)
    right, wrong = found.items[0].choices
    assert (right.letter, right.right, right.chosen, right.by_part) == ("a", True, 3 / 5, (0, 1, 1))
    assert (wrong.letter, wrong.right, wrong.chosen, wrong.by_part) == ("b", False, 3 / 5, (1, 0.5, 0))
    assert right.discrimination == pytest.approx(np.corrcoef([0, 0, 1, 1, 1], [0, 1, 2, 3, 4])[0, 1])
    assert found.items[1].choices == ()


def test_a_room_in_which_a_question_was_harder_is_told_and_no_other() -> None:
    rng = np.random.default_rng(5)
    people = 400
    able = rng.normal(size=people)
    earned = (able[:, None] + rng.normal(size=(people, 6)) > 0).astype(np.float64)
    rooms = rng.choice(["A", "B", "C"], people).tolist()
    there = np.array(rooms) == "B"
    earned[there, 2] *= rng.random(there.sum()) < 0.4
    found = analyse(asked(*[1.0] * 6), earned, groups={"room": rooms, "variant": [""] * people})
    assert len(found.differences) == 6 * 3
    told = {(d.number, d.group): d for d in found.differences if d.size is not Class.NONE}
    assert told["1.3", "B"].size is Class.MUCH
    assert told["1.3", "B"].by_sd < -0.25
    assert {number for number, _ in told} == {"1.3"}


def test_groups_that_differ_in_ability_alone_are_not_told() -> None:
    rng = np.random.default_rng(8)
    group = np.repeat([0, 1], 300)
    able = rng.normal(size=600) + group
    earned = (able[:, None] + rng.normal(size=(600, 20)) > 0).astype(np.float64)
    names = ["strong" if one else "weak" for one in group]
    found = analyse(asked(*[1.0] * 20), earned, groups={"room": names})
    assert [d for d in found.differences if d.size is Class.MUCH] == []


@pytest.mark.parametrize("people", range(4))
def test_few_people_and_equal_ones_have_no_figures_that_need_many(people: int) -> None:
    found = analyse(asked(2, 1), np.full((people, 2), 1.0), groups={"room": ["A"] * people})
    assert (found.alpha, found.error, found.skewness, found.differences) == (None, None, None, ())
    assert [item.facility for item in found.items] == ([0.5, 1.0] if people else [])
    assert all(item.discrimination is None for item in found.items)


def test_a_table_of_other_questions_is_refused() -> None:
    with pytest.raises(ValueError, match="2 columns of 1"):
        analyse(asked(1), np.zeros((3, 2)))


@given(st.lists(st.integers(0, 8), min_size=1, max_size=40))
def test_thirds_are_ordered_and_keep_equals_together(totals: list[int]) -> None:
    found = thirds(np.array(totals, np.float64)).tolist()
    assert set(found) <= {0, 1, 2}
    pairs = sorted(zip(totals, found, strict=True))
    assert [part for _, part in pairs] == sorted(part for _, part in pairs)
    assert len(set(pairs)) == len(set(totals))


@given(st.integers(3, 20), st.integers(2, 6), st.integers(0, 2**32 - 1))
def test_scaling_all_credits_changes_no_figure_without_a_unit(people: int, questions: int, seed: int) -> None:
    earned = np.random.default_rng(seed).integers(0, 5, (people, questions)).astype(np.float64)
    one, other = alpha(earned), alpha(4 * earned)
    assert (one is None) == (other is None)
    if one is not None:
        assert one == pytest.approx(other)
        assert one <= 1 + 1e-9
    assert skewness(earned[:, 0]) == pytest.approx(skewness(4 * earned[:, 0]))
    assert correlation(earned[:, 0], earned[:, 1]) == pytest.approx(
        correlation(4 * earned[:, 0], earned[:, 1])
    )
