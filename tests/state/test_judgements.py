import itertools
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from klausur.state.judgements import (
    Judged,
    StoredJudgement,
    act_of_member,
    by_answer,
    counting,
    following,
    group_name,
    group_of,
    judged_elsewhere,
    order,
)


def judgement(
    number: int, *, taken_back: bool = False, images: frozenset[int] = frozenset()
) -> StoredJudgement:
    when = datetime(2026, 2, 17, tzinfo=UTC)
    judged = Judged(Fraction(number))
    return StoredJudgement(number, 1, "x", judged, images, f"t{number}", "Ada", when, taken_back)


def test_the_newest_that_was_not_taken_back_counts() -> None:
    assert counting([]) is None
    assert counting([judgement(1), judgement(2)]) == judgement(2)
    assert counting([judgement(2), judgement(1)]) == judgement(2)
    assert counting([judgement(1), judgement(2, taken_back=True)]) == judgement(1)
    assert counting([judgement(1, taken_back=True)]) is None


def test_judgements_by_the_answer_that_they_are_about() -> None:
    one, again, other = judgement(1), judgement(2), replace(judgement(3), question="y")
    assert by_answer([one, again, other]) == {(1, "x"): [one, again], (1, "y"): [other]}


def test_an_act_names_the_group_that_it_judged_a_member_of() -> None:
    group = group_name("all of these")
    assert [group_of(act_of_member(group, booklet)) for booklet in (1, 20)] == [group, group]
    assert group_of("one-answer-alone") == ""


def test_who_judged_beside_other_pages_has_not_seen_the_answer_that_counts_now() -> None:
    seen = judgement(1, images=frozenset({4, 5}))
    assert not judged_elsewhere(seen, [4, 5])
    assert judged_elsewhere(seen, [4])  # what stood on the other page may be somebody else's
    assert judged_elsewhere(seen, [4, 6])
    assert judged_elsewhere(seen, [])


booklets = st.sets(st.integers(1, 3000), max_size=60)


@given(booklets)
def test_the_order_has_each_answer_once_and_is_the_same_for_all(numbers: set[int]) -> None:
    assert sorted(order("word", numbers)) == sorted(numbers)
    assert order("word", sorted(numbers)) == order("word", sorted(numbers, reverse=True))


def test_behind_each_booklet_come_all_others_and_it_is_the_last() -> None:
    whole = order("word", range(1, 8))
    for at, here in enumerate(whole):
        assert following("word", range(1, 8), here) == [*whole[at + 1 :], *whole[: at + 1]]
    assert following("word", range(1, 8), None) == whole


@given(booklets, st.integers(1, 3000))
def test_behind_a_booklet_come_those_that_follow_it_and_then_the_others(numbers: set[int], here: int) -> None:
    found = following("word", numbers, here)
    whole = order("word", {*numbers, here})
    at = whole.index(here)
    assert found == [n for n in [*whole[at + 1 :], *whole[: at + 1]] if n in numbers]


def test_questions_have_orders_of_their_own() -> None:
    numbers = range(1, 501)
    one, other = order("word", numbers), order("letters", numbers)
    follow = set(itertools.pairwise(one))
    assert len(follow & set(itertools.pairwise(other))) < 10
    assert one != sorted(one)
