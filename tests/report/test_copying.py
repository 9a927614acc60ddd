"""Hints of copying: the test by hand, who sits near whom, and what is told of made-up exams."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.report.copying import LEAST_PEOPLE, Sitter, at_least, hints, neighbours
from klausur.report.item_analysis import Table


def test_at_least_so_many_by_hand() -> None:
    """Of draws with 0.5 and 0.2: none 0.4, one 0.5, both 0.1; a draw that is none changes nothing."""
    likely = np.array([[0.5, 0.2, np.nan]] * 3)
    assert at_least(likely, np.array([0, 1, 2])) == pytest.approx([1.0, 0.6, 0.1])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6), st.integers(0, 6))
def test_at_least_is_the_sum_over_all_outcomes(likely: list[float], same: int) -> None:
    same = min(same, len(likely))
    whole = sum(
        float(np.prod([p if drawn else 1 - p for p, drawn in zip(likely, outcome, strict=True)]))
        for outcome in product((True, False), repeat=len(likely))
        if sum(outcome) >= same
    )
    assert at_least(np.array([likely]), np.array([same]))[0] == pytest.approx(whole, abs=1e-9)


def seat(name: str, room: str = "H1") -> Sitter:
    return Sitter(0, room, name, ())


def test_near_is_beside_and_in_the_next_row_that_is_used() -> None:
    names = ("A1", "A3", "A9", "C2", "C8", "AA1", "Z1")
    found = {(names[a], names[b]) for a, b in neighbours([seat(name) for name in names])}
    assert found == {
        *(("A1", "A3"), ("A3", "A9"), ("C2", "C8")),
        *(("A1", "C2"), ("A3", "C2"), ("A9", "C8")),
        *(("C2", "Z1"), ("AA1", "Z1")),
    }


def test_who_has_no_seat_or_another_room_is_no_neighbour() -> None:
    assert neighbours([seat("A1"), seat("A2", "H2"), seat(""), seat("A3", ""), seat("front")]) == set()


def sat(people: int, questions: int, seed: int) -> tuple[list[Sitter], Table, Table]:
    """People of different ability in rows of ten; each question has one right answer and five wrong ones."""
    draw = np.random.default_rng(seed)
    able = draw.normal(size=people)
    hard = draw.normal(size=questions)
    right = draw.random((people, questions)) < 1 / (1 + np.exp(hard - 1.5 * able[:, None]))
    answers = np.where(right, 0, draw.integers(1, 6, (people, questions)))
    return _sitters(answers), right.astype(np.float64), np.ones(questions)


def _sitters(answers: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> list[Sitter]:
    return [
        Sitter(n + 1, "H1", f"{chr(65 + n // 10)}{n % 10 + 1}", tuple(map(str, row)))
        for n, row in enumerate(answers.tolist())
    ]


def test_who_copies_from_a_neighbour_is_told_and_nobody_else() -> None:
    sitters, earned, most = sat(120, 30, 3)
    weak = int(np.argsort(earned.sum(axis=1))[30])
    source = weak - 1 if weak % 10 else weak + 1
    copied = tuple(
        theirs if n % 4 else own
        for n, (theirs, own) in enumerate(zip(sitters[source].answers, sitters[weak].answers, strict=True))
    )
    sitters[weak] = Sitter(weak + 1, "H1", sitters[weak].seat, copied)
    earned[weak] = [float(answer == "0") for answer in copied]
    found = hints(sitters, earned, most)
    first, *others = found.pairs
    assert set(first.booklets) == {weak + 1, source + 1}
    assert first.told
    assert first.p < 0.001
    assert first.same >= 22
    assert first.apart == 0.0
    assert not any(one.told for one in others)
    assert first.wrong <= first.same < first.of == 30
    assert found.seated


def test_good_people_who_agree_are_no_hint() -> None:
    sitters, earned, most = sat(60, 30, 4)
    for n in (10, 11):
        sitters[n] = Sitter(n + 1, "H1", sitters[n].seat, ("0",) * 30)
        earned[n] = 1
    found = hints(sitters, earned, most)
    assert not any(one.told for one in found.pairs)


def test_an_answer_that_is_not_known_says_nothing() -> None:
    sitters, earned, most = sat(60, 30, 5)
    blank = [Sitter(one.booklet, one.room, one.seat, (None,) * 30) for one in sitters[:2]]
    found = hints(blank + sitters[2:], earned, most, shown=1000)
    (pair,) = (one for one in found.pairs if one.booklets == (1, 2))
    assert (pair.same, pair.of, pair.p) == (0, 0, 1.0)


def test_few_people_are_not_compared_and_without_seats_all_are() -> None:
    sitters, earned, most = sat(LEAST_PEOPLE - 1, 30, 6)
    assert hints(sitters, earned, most).pairs == ()
    sitters, earned, most = sat(30, 30, 6)
    unseated = [Sitter(one.booklet, "", "", one.answers) for one in sitters]
    found = hints(unseated, earned, most)
    assert (found.neighbours, found.apart, found.seated) == (435, 0, False)
    assert found.pairs[0].apart is None
