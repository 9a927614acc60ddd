from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.base.credits import show_credits
from klausur.exam.curve import GRADES, linear, marks
from klausur.exam.model import GradeKey, Rounding, RoundKind
from klausur.score.curve import changed, fit, nth, reached
from klausur.score.key import grade
from klausur.score.rounding import rounded

CURVE = GradeKey(linear(GRADES, Fraction(95), Fraction(50)), "5.0", percent=True, linear=True)
PLAIN = GradeKey((("1", Fraction(18)), ("2", Fraction(10))), "3")

totals = st.lists(st.integers(-8, 160).map(lambda n: Fraction(n, 4)), min_size=1, max_size=30)
shares = st.integers(1, 1000).map(lambda n: Fraction(n, 10))
OF = Fraction(40)


def fitted(key: GradeKey, totals_: Sequence[Fraction], of: Fraction) -> GradeKey:
    return fit(key, [reached(key, total, of) for total in totals_])


def shown(thresholds: Sequence[tuple[str, Fraction]]) -> str:
    return " ".join(f"{name}={show_credits(at)}" for name, at in thresholds)


def with_shares(key: GradeKey, best: Fraction | None, passing: Fraction | None) -> GradeKey:
    return GradeKey(key.thresholds, key.fail, key.percent, key.linear, best, passing)


def test_steps_of_a_linear_key_are_equal() -> None:
    assert shown(linear(("a", "b", "c"), Fraction(95), Fraction(50))) == "a=95 b=72.5 c=50"
    assert shown(linear(("a",), Fraction(95), Fraction(50))) == "a=50"
    assert shown(CURVE.thresholds[:3]) == "1.0=95 1.3=90 1.7=85"


def test_the_key_is_lowered_until_enough_pass() -> None:
    found = fitted(with_shares(PLAIN, None, Fraction(75)), [Fraction(n) for n in (20, 9, 8, 2)], OF)
    assert shown(found.thresholds) == "1=16 2=8"


def test_the_best_grade_begins_where_enough_reach_it() -> None:
    found = fitted(with_shares(CURVE, Fraction(25), None), [Fraction(n) for n in (34, 30, 20, 10)], OF)
    assert found.thresholds == linear(GRADES, Fraction(85), Fraction(50))


def test_where_results_are_better_than_the_key_it_stays_as_it_is() -> None:
    found = fitted(
        with_shares(CURVE, Fraction(25), Fraction(50)), [Fraction(n) for n in (40, 39, 38, 30)], OF
    )
    assert found.thresholds == CURVE.thresholds


def test_a_key_without_shares_or_results_stays_as_it_is() -> None:
    assert fitted(PLAIN, [Fraction(1)], OF) == PLAIN
    assert fitted(with_shares(PLAIN, None, Fraction(50)), [], OF) == PLAIN


def test_percent_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no percentage"):
        fitted(CURVE, [Fraction(1)], Fraction(0))


LAW = GradeKey(
    tuple((name, Fraction(at)) for name, at in (("1", 90), ("2", 80), ("3", 70), ("4", 60))),
    "5",
    percent=True,
)
"""German medical law: 60 % pass; then 75, 50 and 25 % of what lies above."""


@pytest.mark.parametrize(
    ("mean", "floor", "thresholds"),
    [
        # 0.78 · 70 = 54.6; above it lie 45.4, of which 3/4, 2/4 and 1/4 are 34.05, 22.7 and 11.35
        (70, None, "1=88.65 2=77.3 3=65.95 4=54.6"),
        (70, 56, "1=89 2=78 3=67 4=56"),
        (80, None, "1=90 2=80 3=70 4=60"),  # 62.4 is more than 60
        (0, None, "1=75 2=50 3=25 4=0"),
    ],
)
def test_the_pass_mark_glides_below_the_mean(mean: int, floor: int | None, thresholds: str) -> None:
    key = replace(LAW, glide=Fraction(22), glide_floor=None if floor is None else Fraction(floor))
    results = [Fraction(mean + around) for around in (-10, 0, 10)]
    assert shown(fit(key, results).thresholds) == thresholds


def test_where_all_is_needed_to_pass_nothing_lies_above() -> None:
    key = GradeKey((("1", Fraction(100)),), "5", percent=True, glide=Fraction(22))
    assert shown(fit(key, [Fraction(50)]).thresholds) == "1=39"


def test_a_key_in_credits_glides_as_one_in_percent_does() -> None:
    key = replace(LAW, glide=Fraction(22))
    in_credits = replace(key, percent=False, thresholds=tuple((n, at * 40 / 100) for n, at in key.thresholds))
    results = [Fraction(n) for n in (31, 22, 13)]
    found = fit(in_credits, results, Fraction(40)).thresholds
    assert [at * 100 / 40 for _, at in found] == [
        at for _, at in fitted(key, results, Fraction(40)).thresholds
    ]


def test_marks_in_proportion_to_credits() -> None:
    french = marks(Fraction(0), Fraction(20), Fraction(1, 2), half_up=True)
    assert len(french) == 40
    # 9.75 of 20 are rounded to 10
    assert dict(french)["10"] == Fraction("48.75")
    assert dict(french)["20"] == Fraction("98.75")
    key = GradeKey(french, "0", percent=True, passes="10")
    # 26.5 of 40 is 13.25 of 20, which becomes 13.5; 9.5 of 40 is 4.75, and 0.4 of 40 is 0.2
    given_ = ("26.5", "9.5", "0.4", "40", "44", "-3")
    assert [grade(key, Fraction(t), OF) for t in given_] == ["13.5", "5", "0", "20", "20", "0"]
    assert (key.passing[-1], key.pass_mark) == ("10", Fraction("48.75"))
    swiss = dict(marks(Fraction(1), Fraction(6), Fraction(1, 2), half_up=False))
    assert [swiss["4"], swiss["6"]] == [Fraction(60), Fraction(100)]
    assert "1" not in swiss


@given(
    st.integers(0, 160).map(lambda n: Fraction(n, 4)),
    st.sampled_from([Fraction(1, 2), Fraction(1, 4), Fraction(1)]),
    st.booleans(),
)
def test_a_mark_is_the_rounded_value_of_its_formula(total: Fraction, step: Fraction, half_up: bool) -> None:  # noqa: FBT001 - drawn
    key = GradeKey(marks(Fraction(1), Fraction(6), step, half_up=half_up), "1", percent=True)
    rule = Rounding(RoundKind.HALF_UP if half_up else RoundKind.DOWN, step)
    value = 1 + 5 * total / OF
    assert grade(key, total, OF) == show_credits(rounded(value, rule, Fraction(6)))


@given(totals, st.integers(0, 99), st.sampled_from([LAW, CURVE]))
def test_who_glides_is_never_worse_off(results: list[Fraction], glide: int, key: GradeKey) -> None:
    found = fitted(replace(key, glide=Fraction(glide)), results, OF)
    assert all(new <= old for (_, new), (_, old) in zip(found.thresholds, key.thresholds, strict=True))
    mean = sum(results, Fraction(0)) / len(results)
    for total in results:
        if total >= max(mean * (100 - glide) / 100, Fraction(0)):
            assert grade(found, total, OF) != key.fail


@pytest.mark.parametrize(
    ("text", "message"),
    [("glide=100", "percentage of the mean"), ("glide=22 pass-share=80", "one rule")],
)
def test_glides_that_cannot_be_tried(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        changed(LAW, text)
    with pytest.raises(ValueError, match="in proportion"):
        changed(
            GradeKey(marks(Fraction(0), Fraction(20), Fraction(1), half_up=True), "0", passes="10"), "pass=45"
        )


def test_a_glide_can_be_tried() -> None:
    assert changed(LAW, "glide=22") == replace(LAW, glide=Fraction(22))
    assert changed(replace(LAW, pass_share=Fraction(80)), "glide=22") == replace(LAW, glide=Fraction(22))
    assert changed(replace(LAW, glide=Fraction(22)), "pass-share=80") == replace(LAW, pass_share=Fraction(80))
    floored = replace(LAW, glide=Fraction(22), glide_floor=Fraction(50))
    assert changed(floored, "glide=10") == replace(floored, glide=Fraction(10))
    assert changed(floored, "pass-share=80") == replace(LAW, pass_share=Fraction(80))


def test_a_key_that_got_equal_steps_can_be_fitted_at_its_best_grade() -> None:
    assert changed(PLAIN, "best-share=25").linear
    assert changed(PLAIN, "pass=8").linear
    assert not changed(PLAIN, "shift=-2").linear


@given(totals, shares, st.sampled_from([CURVE, PLAIN]))
def test_enough_pass_and_nobody_is_worse_off(reached: list[Fraction], share: Fraction, key: GradeKey) -> None:
    found = fitted(with_shares(key, None, share), reached, OF)
    names = [*(name for name, _ in key.thresholds), key.fail]
    passed = sum(grade(found, t, OF) != key.fail for t in reached)
    at_least_nothing = sum(t >= 0 for t in reached)
    assert passed * 100 >= share * len(reached) or passed == at_least_nothing
    for t in reached:
        assert names.index(grade(found, t, OF)) <= names.index(grade(key, t, OF))
    gaps = {before - after for (_, before), (_, after) in zip(key.thresholds, found.thresholds, strict=True)}
    assert len(gaps) == 1
    assert found.thresholds[-1][1] >= 0


@given(totals, shares)
def test_the_key_is_lowered_no_further_than_needed(reached: list[Fraction], share: Fraction) -> None:
    found = fitted(with_shares(PLAIN, None, share), reached, OF)
    if found.thresholds != PLAIN.thresholds:
        above = sum(t > found.thresholds[-1][1] for t in reached)
        assert above * 100 < share * len(reached)


@given(totals, shares)
def test_enough_reach_the_best_grade(reached: list[Fraction], share: Fraction) -> None:
    found = fitted(with_shares(CURVE, share, None), reached, OF)
    best = sum(grade(found, t, OF) == "1.0" for t in reached)
    worst = sum(t * 100 / OF >= 50 for t in reached)
    assert best * 100 >= share * len(reached) or best == worst
    steps = [a - b for (_, a), (_, b) in zip(found.thresholds, found.thresholds[1:], strict=False)]
    assert len(set(steps)) == 1
    assert steps[0] >= 0


@given(totals, shares, st.integers(1, 5))
def test_what_is_fitted_does_not_hang_on_how_many_sat_the_exam(
    reached: list[Fraction], share: Fraction, times: int
) -> None:
    key = with_shares(CURVE, share, share)
    assert fitted(key, reached * times, OF) == fitted(key, reached, OF)


def test_the_value_that_a_share_reaches() -> None:
    falling = [Fraction(n) for n in (9, 7, 5, 3)]
    assert "".join(str(nth(falling, Fraction(p))) for p in (1, 25, 26, 50, 75, 76, 100)) == "9977533"


@pytest.mark.parametrize(
    ("text", "thresholds", "best", "passing"),
    [
        ("shift=-2", "1=16 2=8", None, None),
        ("pass=8", "1=18 2=8", None, None),
        ("pass=18", "1=18 2=18", None, None),  # whoever passes has the best grade
        ("best=20 pass=8,5", "1=20 2=8.5", None, None),
        ("pass-share=80", "1=18 2=10", None, Fraction(80)),
        ("pass-share=0.5", "1=18 2=10", None, Fraction(1, 2)),
        ("best-share=10 shift=1", "1=19 2=11", Fraction(10), None),
    ],
)
def test_another_key_is_written_as_changes(
    text: str, thresholds: str, best: Fraction | None, passing: Fraction | None
) -> None:
    found = changed(PLAIN, text)
    assert shown(found.thresholds) == thresholds
    assert (found.best_share, found.pass_share) == (best, passing)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "changes nothing"),
        ("pass", "write a number"),
        ("pass=x", "write a number"),
        ("pass=1/0", "write a number"),
        ("step=3", "one of"),
        ("pass-share=0", "percentage"),
        ("best-share=101", "percentage"),
        ("pass=20", "below"),
    ],
)
def test_what_changes_no_key_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        changed(PLAIN, text)


def test_all_may_have_to_pass() -> None:
    assert changed(PLAIN, "pass-share=100").pass_share == 100
    found = fitted(with_shares(PLAIN, None, Fraction(100)), [Fraction(n) for n in (20, 9, 8, 2)], OF)
    assert shown(found.thresholds) == "1=10 2=2"


def test_the_value_that_a_share_reaches_is_counted_exactly() -> None:
    falling = [Fraction(n) for n in range(100, 0, -1)]
    assert [nth(falling, Fraction(share)) for share in (1, 50, 100)] == [100, 51, 1]
    assert nth(falling, Fraction(101, 100)) == 99


def test_marks_in_proportion_can_be_shifted() -> None:
    proportional = replace(LAW, passes=LAW.thresholds[0][0])
    assert changed(proportional, "shift=-2").passes == proportional.passes
