from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.base.diagnostics import Place
from klausur.exam.content import Content
from klausur.exam.model import Choice, Question, QuestionKind, Scheme, SchemeKind
from klausur.score.scheme import score

PLACE = Place("problems/1.md", 1)
LETTERS = "abcdefgh"

ALL_OR_NOTHING = Scheme(SchemeKind.ALL_OR_NOTHING)
PER_CHOICE = Scheme(SchemeKind.PER_CHOICE)
RIGHT_MINUS_WRONG = Scheme(SchemeKind.RIGHT_MINUS_WRONG)
NO_FLOOR = Scheme(SchemeKind.RIGHT_MINUS_WRONG, floor=Fraction(-1000))
PARTIAL = Scheme(SchemeKind.PARTIAL)
SCHEMES = (ALL_OR_NOTHING, PER_CHOICE, RIGHT_MINUS_WRONG, NO_FLOOR, PARTIAL)


def question(rights: str, credits: Fraction = Fraction(2)) -> Question:
    """A question whose choices are right (1) or wrong (0)."""
    content = Content("x", "x", "x", PLACE)
    choices = tuple(
        Choice(letter, content, right == "1") for letter, right in zip(LETTERS, rights, strict=False)
    )
    return Question("q", "1.1", QuestionKind.CHOICE, "", content, credits, PLACE, choices)


def right_letters(asked: Question) -> frozenset[str]:
    return frozenset(choice.id for choice in asked.choices if choice.right)


rights = st.text("01", min_size=1, max_size=8)
credits_ = st.integers(1, 24).map(lambda quarters: Fraction(quarters, 4))
questions = st.builds(question, rights, credits_)
schemes = st.sampled_from(SCHEMES)


@st.composite
def answered(draw: st.DrawFn) -> tuple[Question, frozenset[str]]:
    asked = draw(questions)
    return asked, draw(st.frozensets(st.sampled_from([choice.id for choice in asked.choices])))


@pytest.mark.parametrize(
    ("rights", "chosen", "scheme", "expected"),
    [
        # three right, one wrong, 2 credits: by hand 2 · (2 + 1) / 4, 2 · 2/3, 2 · 2/3
        ("1011", "ac", ALL_OR_NOTHING, Fraction(0)),
        ("1011", "ac", PER_CHOICE, Fraction(3, 2)),
        ("1011", "ac", RIGHT_MINUS_WRONG, Fraction(4, 3)),
        ("1011", "ac", PARTIAL, Fraction(4, 3)),
        # every box crossed: 2 · 3/4, 2 · (1 - 1/3), 2 · (1 - 1)
        ("1011", "abcd", PER_CHOICE, Fraction(3, 2)),
        ("1011", "abcd", RIGHT_MINUS_WRONG, Fraction(4, 3)),
        ("1011", "abcd", PARTIAL, Fraction(0)),
        # only the wrong one: 2 · (0 - 1/3), stopped by the floor
        ("1011", "b", RIGHT_MINUS_WRONG, Fraction(0)),
        ("1011", "b", Scheme(SchemeKind.RIGHT_MINUS_WRONG, Fraction(-1, 2)), Fraction(-1, 2)),
        ("1011", "b", NO_FLOOR, Fraction(-2, 3)),
        # no right choice: empty boxes are the full answer, each wrong cross costs 1/4, all, 1/4
        ("0000", "", ALL_OR_NOTHING, Fraction(2)),
        ("0000", "", PARTIAL, Fraction(2)),
        ("0000", "a", ALL_OR_NOTHING, Fraction(0)),
        ("0000", "a", PER_CHOICE, Fraction(3, 2)),
        ("0000", "a", RIGHT_MINUS_WRONG, Fraction(0)),
        ("0000", "a", PARTIAL, Fraction(3, 2)),
        # all right: nothing can be taken off
        ("1111", "abc", ALL_OR_NOTHING, Fraction(0)),
        ("1111", "abc", PARTIAL, Fraction(3, 2)),
    ],
)
def test_worked_examples(rights: str, chosen: str, scheme: Scheme, expected: Fraction) -> None:
    assert score(question(rights), frozenset(chosen), scheme) == expected


@given(questions, schemes)
def test_the_right_answer_gives_all_credits(asked: Question, scheme: Scheme) -> None:
    assert score(asked, right_letters(asked), scheme) == asked.credits


@given(answered(), schemes)
def test_credits_stay_within_bounds(answer: tuple[Question, frozenset[str]], scheme: Scheme) -> None:
    earned = score(*answer, scheme)
    assert scheme.floor <= earned <= answer[0].credits
    assert isinstance(earned, Fraction)


@given(answered(), schemes)
def test_a_right_cross_never_costs_and_a_wrong_one_never_pays(
    answer: tuple[Question, frozenset[str]], scheme: Scheme
) -> None:
    asked, chosen = answer
    before = score(asked, chosen, scheme)
    for choice in asked.choices:
        if choice.id not in chosen:
            after = score(asked, chosen | {choice.id}, scheme)
            assert after >= before if choice.right else after <= before


@given(rights, credits_, st.data(), schemes)
def test_the_order_of_the_choices_does_not_matter(
    rights: str, credits: Fraction, data: st.DataObject, scheme: Scheme
) -> None:
    crossed = data.draw(st.lists(st.booleans(), min_size=len(rights), max_size=len(rights)))
    order = data.draw(st.permutations(range(len(rights))))
    shuffled = question("".join(rights[n] for n in order), credits)
    chosen = frozenset(LETTERS[n] for n in range(len(rights)) if crossed[n])
    same = frozenset(LETTERS[at] for at, n in enumerate(order) if crossed[n])
    assert score(question(rights, credits), chosen, scheme) == score(shuffled, same, scheme)


@given(answered(), schemes)
def test_all_or_nothing_is_never_more_generous(
    answer: tuple[Question, frozenset[str]], scheme: Scheme
) -> None:
    if scheme is not NO_FLOOR:
        assert score(*answer, ALL_OR_NOTHING) <= score(*answer, scheme)


@given(answered())
def test_per_choice_shares_the_credits_between_an_answer_and_its_opposite(
    answer: tuple[Question, frozenset[str]],
) -> None:
    asked, chosen = answer
    opposite = frozenset(choice.id for choice in asked.choices) - chosen
    assert score(asked, chosen, PER_CHOICE) + score(asked, opposite, PER_CHOICE) == asked.credits


@given(st.integers(1, 4), st.data())
def test_schemes_agree_where_right_and_wrong_choices_balance(half: int, data: st.DataObject) -> None:
    asked = question("".join(data.draw(st.permutations("01" * half))))
    chosen = data.draw(st.frozensets(st.sampled_from(LETTERS[: 2 * half])))
    assert score(asked, chosen, PARTIAL) == score(asked, chosen, RIGHT_MINUS_WRONG)
    # per choice is then right minus wrong, moved from -C … C to 0 … C
    unbounded = score(asked, chosen, NO_FLOOR)
    assert score(asked, chosen, PER_CHOICE) == (asked.credits + unbounded) / 2


@given(st.sampled_from("01"), st.sampled_from(["", "a"]))
def test_with_one_choice_every_scheme_is_all_or_nothing(right: str, crossed: str) -> None:
    asked = question(right)
    bounded = {score(asked, frozenset(crossed), scheme) for scheme in SCHEMES if scheme is not NO_FLOOR}
    assert bounded == {asked.credits if bool(crossed) == (right == "1") else Fraction(0)}


@given(questions)
def test_crossing_everything_earns_nothing_in_partial_and_all_or_nothing(asked: Question) -> None:
    everything = frozenset(choice.id for choice in asked.choices)
    if everything != right_letters(asked):
        assert score(asked, everything, PARTIAL) == 0
        assert score(asked, everything, ALL_OR_NOTHING) == 0


@pytest.mark.parametrize("scheme", SCHEMES)
def test_where_one_choice_is_right_only_one_cross_is_an_answer(scheme: Scheme) -> None:
    asked = replace(question("0100"), kind=QuestionKind.SINGLE)
    assert score(asked, frozenset("b"), scheme) == 2
    assert [score(asked, frozenset(chosen), scheme) for chosen in ("", "ab", "abcd")] == [0, 0, 0]


def test_a_floor_above_the_credits_gives_no_more_than_the_credits() -> None:
    generous = Scheme(SchemeKind.RIGHT_MINUS_WRONG, floor=Fraction(9))
    assert score(question("10"), frozenset("b"), generous) == 2


def test_an_unknown_letter_is_refused() -> None:
    with pytest.raises(ValueError, match=r"question 1\.1 has no choice e, z"):
        score(question("1011"), frozenset("aez"), PARTIAL)


def test_a_question_without_choices_is_refused() -> None:
    with pytest.raises(ValueError, match="has no choices"):
        score(question(""), frozenset(), ALL_OR_NOTHING)


@given(answered())
def test_a_formula_can_say_what_the_other_schemes_say(answer: tuple[Question, frozenset[str]]) -> None:
    asked, _ = answer
    said = {
        "credits * (rt + wu) / n": PER_CHOICE,
        "max(0, credits * (rt / r - wt / max(1, r)))": RIGHT_MINUS_WRONG,
        "max(0, credits * (rt / r - wt / max(1, w)))": PARTIAL,
    }
    for text, scheme in said.items():
        if right_letters(asked) or scheme is PER_CHOICE:
            assert score(*answer, Scheme(SchemeKind.FORMULA, formula=text)) == score(*answer, scheme)


def test_a_formula_that_divides_by_zero_says_so() -> None:
    with pytest.raises(ZeroDivisionError):
        score(question("00"), frozenset("a"), Scheme(SchemeKind.FORMULA, formula="credits * rt / r"))


def table(rows: str, credits: Fraction = Fraction(2)) -> Question:
    """A table with a row for each number: the column, of three, that is right there."""
    content = Content("x", "x", "x", PLACE)
    boxes = tuple(
        Choice(f"{letter}{at}", content, str(at) == right)
        for letter, right in zip(LETTERS, rows, strict=False)
        for at in (1, 2, 3)
    )
    return Question("q", "1.1", QuestionKind.TABLE, "", content, credits, PLACE, boxes, heads=(content,) * 3)


PER_ROW, KPRIM = Scheme(SchemeKind.PER_ROW), Scheme(SchemeKind.KPRIM)


@pytest.mark.parametrize(
    ("chosen", "scheme", "expected"),
    [
        ("a1 b2 c3 d1", PER_ROW, Fraction(2)),
        ("a1 b2 c3 d2", PER_ROW, Fraction(3, 2)),
        ("a1 b2 c3 d1 d2", PER_ROW, Fraction(3, 2)),
        ("a1 b2 c3", KPRIM, Fraction(1)),
        ("a1 b2 c3 d1", KPRIM, Fraction(2)),
        ("a1 b2", KPRIM, Fraction(0)),
        ("", KPRIM, Fraction(0)),
        ("a1 b2 c3", ALL_OR_NOTHING, Fraction(0)),
        ("a1 b2 c3 d1", ALL_OR_NOTHING, Fraction(2)),
        ("a1 b2 c3", RIGHT_MINUS_WRONG, Fraction(3, 2)),
        ("a1 b1 c1 d1", RIGHT_MINUS_WRONG, Fraction(0)),
        ("a1 b1 c1", NO_FLOOR, Fraction(-1, 2)),
    ],
)
def test_rows_of_a_table_count_on_their_own(chosen: str, scheme: Scheme, expected: Fraction) -> None:
    assert score(table("1231"), frozenset(chosen.split()), scheme) == expected


def test_in_a_table_something_else_may_be_accepted_in_its_row() -> None:
    asked = replace(table("12"), accepted=(("a2",), ("b1", "b3")))
    told = {
        row: score(asked, frozenset(row.split()), PER_ROW) for row in ("a2 b2", "a1 b1 b3", "a1 a2", "b1")
    }
    assert told == {"a2 b2": 2, "a1 b1 b3": 2, "a1 a2": 0, "b1": 0}


def test_schemes_of_rows_want_rows() -> None:
    with pytest.raises(ValueError, match="no rows"):
        score(question("10"), frozenset("a"), KPRIM)


@pytest.mark.parametrize(
    ("chosen", "floor", "expected"),
    [
        ("ab", "0", "2"),
        ("a", "0", "3/2"),
        ("abd", "0", "1"),
        ("d", "0", "0"),
        ("d", "-1/2", "-1/2"),
        ("", "0", "0"),
    ],
)
def test_choices_with_credits_of_their_own(chosen: str, floor: str, expected: str) -> None:
    worths = dict(zip("abcd", (Fraction(3, 2), Fraction(1, 2), Fraction(0), Fraction(-1)), strict=True))
    asked = question("1100")
    asked = replace(asked, choices=tuple(replace(c, weight=worths[c.id]) for c in asked.choices))
    scheme = Scheme(SchemeKind.WEIGHTS, Fraction(floor))
    assert score(asked, frozenset(chosen), scheme) == Fraction(expected)
