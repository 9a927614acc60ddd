from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import numpy as np
import pytest

from klausur.state.figures import LEAST, Apart, Given, differences, drift, figures, pace
from klausur.state.judgements import Round

NOW = datetime(2026, 2, 18, 9, tzinfo=UTC)
HALF = Fraction(1, 2)


def given(
    number: int, booklet: int, credits: float, who: str, round_: Round = Round.FIRST, *, anew: bool = False
) -> Given:
    when = NOW + timedelta(seconds=20 * number)
    return Given(number, booklet, "x", Fraction(credits), who, when, round_, anew)


ALL = (
    given(1, 1, 2, "Ada"),
    given(2, 2, 1, "Ada"),
    given(3, 1, 1.5, "Ben", Round.SECOND),
    given(4, 2, 1, "Ben", Round.SECOND),
    given(5, 1, 1, "Ada", Round.REPEAT),
    given(6, 9, 0.5, "Ada", Round.SEED),
    given(7, 9, 0.5, "Ben", Round.SEED),
    given(8, 2, 2, "Eva", anew=True),
)


def test_each_has_figures_of_their_own_and_against_others() -> None:
    ada, ben = figures(ALL, {(9, "x"): Fraction(1)})  # who changed the rubric has judged nothing
    assert (ada.who, ada.judged, ada.mean, ada.spread) == (
        "Ada",
        2,
        Fraction(2),
        0.0,
    )  # with what was counted anew
    assert ada.pace == 20
    assert ada.doubles == Apart(2, Fraction(3, 4), Fraction(3, 4))
    assert ada.repeats == Apart(1, Fraction(-1), Fraction(1))
    assert ada.seeds == Apart(1, -HALF, HALF)
    assert (ben.mean, ben.spread, ben.doubles.mean) == (Fraction(5, 4), 0.25, Fraction(-3, 4))
    assert ben.repeats == Apart(0, Fraction(0), Fraction(0)), "with nothing to compare there is no distance"


def test_differences_are_listed_once_the_farthest_apart_first() -> None:
    found = differences(ALL, {(9, "x"): Fraction(1)})
    assert [(d.booklet, d.round, d.who, d.against, d.by) for d in found] == [
        (1, Round.REPEAT, "Ada", "Ada", Fraction(-1)),
        (2, Round.FIRST, "Ada", "Ben", Fraction(1)),
        (1, Round.FIRST, "Ada", "Ben", HALF),
        (9, Round.SEED, "Ada", "", -HALF),
        (9, Round.SEED, "Ben", "", -HALF),
    ]


def test_pauses_are_no_work() -> None:
    seconds = (0, 10, 30, 3000, 3020)
    assert pace(NOW + timedelta(seconds=s) for s in seconds) == 20
    assert pace([NOW]) is None
    assert pace([NOW, NOW + timedelta(hours=1)]) is None
    assert pace(NOW + timedelta(seconds=s) for s in (0, 600, 1201)) == 600, (
        "a pause is longer than ten minutes"
    )


def test_figures_stand_by_question_and_name_however_people_came() -> None:
    came = (("y", "B"), ("x", "C"), ("y", "A"), ("x", "B"))
    late = [replace(given(n, 3, 1, who), question=question) for n, (question, who) in enumerate(came)]
    found = [(each.question, each.who) for each in figures(late, {})]
    assert found == [("x", "B"), ("x", "C"), ("y", "A"), ("y", "B")]


def test_who_judges_an_answer_again_is_held_against_what_they_gave_themselves() -> None:
    repeated = [*ALL, given(9, 1, 2.5, "Ben", Round.REPEAT), given(10, 1, 0, "Cleo", Round.REPEAT)]
    own = [d for d in differences(repeated, {}) if d.round is Round.REPEAT]
    assert [(d.who, d.against, d.by) for d in own] == [
        ("Ada", "Ada", Fraction(-1)),
        ("Ben", "Ben", Fraction(1)),
    ]


def in_order(credits: Sequence[float]) -> tuple[Given, ...]:
    return tuple(given(n, n, earned, "Ada") for n, earned in enumerate(credits, start=1))


def test_credits_that_fall_with_the_time_are_told() -> None:
    """By hand: credits 29 to 0 fall by 29, r is -1, so p = erfc(√(29 / 2)) = 7.2e-8."""
    (ada,) = figures(tuple(reversed(in_order(range(30)[::-1]))), {})  # their times order them
    assert ada.drift is not None
    assert ada.drift.by == pytest.approx(-29)
    assert ada.drift.p == pytest.approx(7.24e-8, rel=0.01)
    assert ada.drift.told


def test_few_or_equal_credits_have_no_drift() -> None:
    assert figures(in_order(range(LEAST - 1)), {})[0].drift is None
    assert figures(in_order([1] * 40), {})[0].drift is None


def test_an_order_that_makes_no_difference_is_told_as_seldom_as_it_says() -> None:
    """Of 2,000 orders of 60 answers about one in a hundred."""
    chance = np.random.default_rng(5)
    told = 0
    for _ in range(2000):
        found = drift([Fraction(int(chance.choice((0, 0, 1, 2, 2, 4))), 2) for _ in range(60)])
        told += found is not None and found.told
    assert 8 <= told <= 36  # 20 ± 3.6 standard deviations
