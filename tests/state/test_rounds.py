"""Rounds by drawn histories: what counts, who may judge, and what nobody may see."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from klausur.state import rounds
from klausur.state.arrangements import Counts, OpenAnswer, SecondCorrection
from klausur.state.judgements import COMPARISONS, WITH_RUBRIC, Judged, Round, StoredJudgement, counting
from klausur.state.rounds import counted, due, mean, round_for, standing, told, visible

HALF = Fraction(1, 2)
PEOPLE = ("Ada", "Ben", "Cleo", "Dora")
NOW = datetime(2026, 2, 18, 9, tzinfo=UTC)


def by(
    who: str, credits: float, round_: Round = Round.FIRST, *, number: int = 1, gone: bool = False
) -> StoredJudgement:
    judged = Judged(Fraction(credits))
    when = NOW + timedelta(seconds=number)
    return StoredJudgement(
        number, 1, "x", judged, frozenset({7}), f"act-{number}", who, when, gone, round=round_
    )


def both(one: float, other: float, *, third: float | None = None) -> list[StoredJudgement]:
    found = [by("Ada", one, number=1), by("Ben", other, Round.SECOND, number=2)]
    return found if third is None else [*found, by("Cleo", third, Round.THIRD, number=3)]


@pytest.mark.parametrize(
    ("counts", "credits"),
    [(Counts.FIRST, Fraction(1)), (Counts.MEAN, Fraction(3, 2)), (Counts.SECOND, Fraction(3, 2))],
)
def test_within_the_tolerance_the_rule_says_what_counts(counts: Counts, credits: Fraction) -> None:
    second = SecondCorrection(tolerance=HALF, counts=counts)
    found = counted(both(1, 1.5), second, HALF)
    assert (found.credits, found.awaits) == (credits, None)
    assert [each.who for each in found.by] == ["Ada", "Ben"]


def test_a_candidate_is_told_of_what_counts() -> None:
    second = SecondCorrection(tolerance=Fraction(1))
    assert told([], second, HALF) is None
    assert told(both(1, 1)[:1], second, HALF) == Judged(Fraction(1))
    assert told(both(2, 1), second, HALF) == Judged(Fraction(3, 2), (), -HALF, "(2 + 1) / 2")
    assert told(both(2, 1), replace(second, counts=Counts.SECOND), HALF) == Judged(Fraction(1))
    assert told(both(2, 0, third=1), second, HALF) == Judged(Fraction(1))
    assert told(both(2, 0), None, HALF) == Judged(Fraction(2))


def test_beyond_the_tolerance_a_third_person_decides() -> None:
    second = SecondCorrection(tolerance=HALF)
    found = counted(both(0, 1), second, HALF)
    assert (found.credits, found.awaits, found.judges) == (HALF, Round.THIRD, ("Ada", "Ben"))
    found = counted(both(0, 1, third=2), second, HALF)
    assert (found.credits, found.awaits) == (Fraction(2), None)
    assert [each.who for each in found.by] == ["Cleo"]


def test_whoever_made_the_first_makes_no_second_and_neither_a_third() -> None:
    second = SecondCorrection()
    alone = [by("Ada", 1, number=1), by("Ada", 0, Round.SECOND, number=2)]
    assert counted(alone, second, HALF).awaits is Round.SECOND
    partial = [*both(0, 2), by("Ben", 2, Round.THIRD, number=3)]
    assert counted(partial, second, HALF).awaits is Round.THIRD
    waits = OpenAnswer(1, Round.THIRD, ("Ada", "Ben"))
    assert [round_for(who, both(0, 2), second, waits) for who in PEOPLE] == [
        Round.FIRST,
        Round.SECOND,
        Round.THIRD,
        Round.THIRD,
    ]


def test_who_judges_what_is_crossed_on_paper_makes_the_first() -> None:
    assert round_for("Ada", [], SecondCorrection(), None) is Round.FIRST
    assert round_for("Cleo", both(1, 1), SecondCorrection(), None) is None


def test_the_final_word_beats_all_and_nobody_goes_on() -> None:
    final = [*both(0, 2), by("Eva", 1, Round.FINAL, number=4)]
    for second in (None, SecondCorrection()):
        assert counted(final, second, HALF).credits == 1
        assert {round_for(who, final, second, None) for who in PEOPLE} == {None}


def test_a_round_made_beside_other_pages_is_made_again_by_who_is_in_no_other() -> None:
    second = SecondCorrection(tolerance=Fraction(1))
    found = counted(both(1, 2), second, HALF, stale=frozenset({2}))
    assert (found.awaits, found.judges) == (Round.SECOND, ("Ada",))
    found = counted(both(1, 2, third=1), second, HALF, stale=frozenset({1}))
    assert found.awaits is None  # the third's counts, and was made beside the page that counts


def test_without_a_rule_the_first_counts_whoever_else_has_judged() -> None:
    assert counted(both(1, 2), None, HALF).credits == 1
    assert counted([by("Ada", 1, gone=True), by("Ben", 2, number=2)], None, HALF).credits == 2
    assert counted([], None, HALF).awaits is Round.FIRST


@pytest.mark.parametrize(
    ("one", "other", "step", "found"),
    [
        (1, 2, 1, 2),
        (1, 2, HALF, Fraction(3, 2)),
        (0, HALF, HALF, HALF),
        (1, 1, 1, 1),
        (0, 1, Fraction(1, 4), HALF),
    ],
)
def test_the_mean_lies_on_the_step_and_half_a_step_goes_up(
    one: Fraction, other: Fraction, step: Fraction, found: Fraction
) -> None:
    assert mean(Fraction(one), Fraction(other), Fraction(step)) == found
    assert mean(Fraction(other), Fraction(one), Fraction(step)) == found


def test_a_sample_is_drawn_by_its_seed_and_by_nothing_else() -> None:
    sample = SecondCorrection(percent=20, seed=4)
    found = [booklet for booklet in range(1, 2001) if due(sample, "x", booklet, None)]
    assert 320 < len(found) < 480
    assert found == [booklet for booklet in range(1, 2001) if rounds.drawn(sample, "x", booklet)]
    more = SecondCorrection(percent=40, seed=4)
    assert all(due(more, "x", booklet, None) for booklet in found)  # a larger one has the smaller in it
    other = SecondCorrection(percent=20, seed=5)
    assert found != [booklet for booklet in range(1, 2001) if due(other, "x", booklet, None)]
    everybody = SecondCorrection(percent=100)
    assert all(due(everybody, "x", booklet, None) for booklet in range(1, 200))


def test_of_grades_only_those_booklets_are_judged_again() -> None:
    failed = SecondCorrection(grades=("4.0", "5.0"))
    assert [due(failed, "x", 1, grade) for grade in ("4.0", "5.0", "3.7", None)] == [True, True, False, False]


def test_a_blind_second_sees_nothing_of_the_first_s_and_a_third_sees_both() -> None:
    blind, open_ = SecondCorrection(), SecondCorrection(blind=False)
    found = both(0, 2)
    repeat = by("Ben", 1, Round.REPEAT, number=9)

    def seen(
        who: str, second: SecondCorrection, round_: Round | None, *, examiner: bool = False
    ) -> list[str]:
        return [j.who for j in visible(who, [*found, repeat], second, round_, examiner=examiner)]

    assert seen("Ada", blind, Round.FIRST) == ["Ada"]
    assert seen("Ben", blind, Round.SECOND) == ["Ben"]
    assert seen("Cleo", blind, Round.SECOND, examiner=True) == []
    assert seen("Cleo", blind, Round.THIRD) == ["Ada", "Ben"]
    assert seen("Cleo", blind, None) == []
    assert seen("Eva", blind, None, examiner=True) == ["Ada", "Ben"]
    assert seen("Eva", blind, Round.FINAL, examiner=True) == ["Ada", "Ben"]
    assert seen("Cleo", open_, Round.SECOND) == ["Ada", "Ben"]


def test_what_a_changed_rubric_counted_anew_is_still_the_judgement_of_who_looked() -> None:
    anew = replace(by("Eva", 2, number=3), act=f"{WITH_RUBRIC}1")
    found = [by("Ada", 1, number=1), by("Ben", 1, Round.SECOND, number=2), anew]
    assert made_by(found) == {Round.FIRST: "Ada", Round.SECOND: "Ben"}
    assert standing(found)[Round.FIRST].judged.credits == 2
    assert made_by([anew]) == {Round.FIRST: "Eva"}, "of what was taken back meanwhile nobody else is known"


def test_people_see_all_that_they_gave_and_what_became_of_it() -> None:
    blind = SecondCorrection()
    older, taken = by("Ada", 0, number=1), by("Ada", 2, number=2, gone=True)
    anew = replace(by("Eva", 2, number=4), act=f"{WITH_RUBRIC}1")
    found = [older, taken, by("Ben", 1, Round.SECOND, number=3), anew]

    def seen(who: str) -> list[int]:
        return [j.id for j in visible(who, found, blind, Round.FIRST, examiner=False)]

    assert seen("Ada") == [1, 2, 4]
    assert seen("Ben") == [3]
    assert seen("Eva") == [], "who changed the rubric has judged nothing by that"


def histories(seed: int) -> Iterator[tuple[SecondCorrection, list[StoredJudgement]]]:
    """What people may do by `round_for`, in any order, with some taken back; the state after each step."""
    draw = random.Random(seed)  # noqa: S311 - no secret is drawn
    second = SecondCorrection(
        blind=draw.random() < 0.5,
        tolerance=Fraction(draw.randrange(3), 2),
        counts=draw.choice(list(Counts)),
    )
    found: list[StoredJudgement] = []
    for number in range(1, 25):
        state = counted(found, second, HALF)
        waits = None if state.awaits is None else OpenAnswer(1, state.awaits, state.judges)
        who = draw.choice(PEOPLE)
        round_ = round_for(who, found, second, waits)
        if draw.random() < 0.15 and found:
            at = draw.randrange(len(found))
            gone = found[at]
            found[at] = by(gone.who, float(gone.judged.credits), gone.round, number=gone.id, gone=True)
        elif draw.random() < 0.2:
            found.append(by(who, draw.randrange(5) / 2, draw.choice(sorted(COMPARISONS)), number=number))
        elif round_ is not None:
            found.append(by(who, draw.randrange(5) / 2, round_, number=number))
        yield second, list(found)


def made_by(found: Sequence[StoredJudgement]) -> dict[Round, str]:
    return {round_: each.who for round_, each in standing(found).items()}


@pytest.mark.parametrize("seed", range(200))
def test_whatever_people_do_in_their_turn_the_rounds_hold(seed: int) -> None:
    for second, found in histories(seed):
        state = counted(found, second, HALF)
        real = [each for each in found if each.round not in COMPARISONS]
        assert counted(real, second, HALF) == state, "comparisons count for nothing"
        assert all(each in real and not each.taken_back for each in state.by)
        people = made_by(found)
        if state.awaits is None:
            judges = [each.who for each in state.by]
            assert len(set(judges)) == len(judges) in {1, 2}
            assert (len(judges) == 1) is (state.by[0].round is Round.THIRD)
            assert state.credits is not None
            assert state.credits % HALF == 0
            lowest, highest = min(j.judged.credits for j in state.by), max(j.judged.credits for j in state.by)
            assert lowest <= state.credits <= highest
            assert highest - lowest <= second.tolerance
        elif state.awaits is Round.THIRD:
            assert set(state.judges) >= {people[Round.FIRST], people[Round.SECOND]}
        elif state.awaits is Round.SECOND:
            assert people[Round.FIRST] in state.judges
            assert state.credits == standing(found)[Round.FIRST].judged.credits
        newest = counting(found)
        assert newest is None or newest in real
        waits = None if state.awaits is None else OpenAnswer(1, state.awaits, state.judges)
        for who in PEOPLE:
            round_ = round_for(who, found, second, waits)
            others = {person for at, person in people.items() if at is not round_}
            if round_ is not None and round_ not in people:
                assert who not in others
            if second.blind and round_ not in {None, Round.THIRD}:
                seen = visible(who, found, second, round_, examiner=False)
                assert {each.who for each in seen} <= {who}
