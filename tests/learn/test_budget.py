"""The bound on silent misreads: known cases, and that copies are no evidence."""

import numpy as np
import pytest
from scipy.stats import binom

from klausur.learn import budget


def none(n: int) -> np.ndarray:
    return np.zeros(n, np.bool_)


def test_with_independent_marks_it_is_the_bound_of_clopper_and_pearson() -> None:
    rng = np.random.default_rng(1)
    n = 4000
    silent = none(n)
    silent[:3] = True
    troubled = silent | (rng.random(n) < 0.05)
    found = budget.evidence(silent, troubled, np.arange(n), np.ones(n))
    assert found.effective == pytest.approx(n, rel=0.01)
    assert binom.cdf(3, n, found.bound / 1e6) == pytest.approx(0.05, rel=0.05)
    assert (found.silent, found.people, found.windows) == (3, n, n)
    assert found.per_million == pytest.approx(750)


def test_the_rule_of_three() -> None:
    troubled = none(3000)
    troubled[::30] = True
    found = budget.evidence(none(3000), troubled, np.arange(3000), np.ones(3000))
    assert found.bound == pytest.approx(1000, rel=0.02)


def test_copies_are_no_evidence() -> None:
    rng = np.random.default_rng(2)
    people, copies = 200, 50
    alone = rng.random(people) < 0.2
    once = budget.evidence(none(people), alone, np.arange(people), np.ones(people))
    often = budget.evidence(
        none(people * copies),
        np.repeat(alone, copies),
        np.repeat(np.arange(people), copies),
        np.ones(people * copies),
    )
    assert often.bound == pytest.approx(once.bound, rel=0.02)
    assert often.effective == pytest.approx(people, rel=0.02)


def test_few_people_count_as_one_mark_each() -> None:
    troubled = np.arange(400) % 7 == 0
    found = budget.evidence(none(400), troubled, np.arange(400) % 4, np.ones(400))
    assert found.effective == pytest.approx(4)


def test_classes_weigh_as_on_paper() -> None:
    silent = none(1000)
    silent[:10] = True
    weights = np.ones(1000)
    weights[:100] = 0.1
    found = budget.evidence(silent, silent, np.arange(1000), weights)
    assert found.per_million == pytest.approx(1e6 * 1.0 / 910, rel=1e-3)


def test_the_threshold_is_the_least_that_keeps_the_budget() -> None:
    rng = np.random.default_rng(3)
    n = 20_000
    confidence = rng.uniform(0.4, 1.0, n)
    wrong = (rng.random(n) < 0.05) & (confidence < 0.9)
    people, weights = np.arange(n), np.ones(n)
    least = budget.threshold(wrong, none(n), confidence, people, weights, 1000.0)
    unsure = confidence < least
    assert budget.evidence(wrong & ~unsure, wrong | unsure, people, weights).bound <= 1000.0
    assert 0.85 < least <= 0.9001
    looser = budget.threshold(wrong, none(n), confidence, people, weights, 20_000.0)
    assert 0.5 <= looser < least


def test_where_nobody_can_prove_the_budget_nobody_is_asked_about_more_than_helps() -> None:
    wrong = none(50)
    wrong[0] = True
    confidence = np.linspace(0.8, 1.0, 50)
    confidence[0] = 0.7
    least = budget.threshold(wrong, none(50), confidence, np.arange(50), np.ones(50), 1.0)
    assert 0.7 < least <= 0.8
