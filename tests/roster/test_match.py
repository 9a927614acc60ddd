"""Rows of digit cells to candidates; the joint assignment held against trying all of them."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klausur.roster.assign import assign
from klausur.roster.match import CLASSES, MARGIN, SLIP, STRANGER, Match, Scores, likely, match, together

EMPTY = 10


def row(text: str, sure: float = 0.998) -> Scores:
    """A row as a reader sees it that is as sure as this of each cell; a blank is an empty cell."""
    cells = []
    for sign in text:
        cell = [(1.0 - sure) / (CLASSES - 1)] * CLASSES
        cell[EMPTY if sign == " " else int(sign)] = sure
        cells.append(tuple(cell))
    return tuple(cells)


def one(scores: Scores, roster: list[str], margin: float = MARGIN) -> Match:
    (found,) = match([scores], roster, margin)
    return found


ROSTER = ["03711846", "03711847", "03720519", "03698254"]


def test_a_plain_row_is_matched() -> None:
    found = one(row("03720519"), ROSTER)
    assert (found.row, found.registration, found.flagged) == (0, "03720519", False)
    assert found.likeliest[0] == "03720519"
    assert found.margin > MARGIN


@pytest.mark.parametrize("written", ["3720519 ", " 3720519", "3 720519", "372 0519"])
def test_a_short_number_may_stand_anywhere_in_its_row(written: str) -> None:
    found = one(row(written, sure=0.9999), ["3720519", "3720518", "720519"])
    assert (found.registration, found.flagged) == ("3720519", False)


def test_a_number_is_not_taken_for_a_shorter_one_within_it() -> None:
    assert one(row("3720519 "), ["372051", "720519"]).flagged
    assert one(row("372051  "), ["3720519", "372051"]).registration == "372051"


def test_leading_zeros_count() -> None:
    assert one(row("00123456"), ["123456", "00123456"]).registration == "00123456"
    assert one(row("123456  "), ["123456", "00123456"]).registration == "123456"


def test_between_two_candidates_a_person_decides() -> None:
    unclear = list(row("03711846"))
    cell = [0.0] * CLASSES
    cell[6], cell[7] = 0.6, 0.4
    unclear[7] = tuple(cell)
    found = one(tuple(unclear), ROSTER)
    assert found.registration == "03711846"
    assert found.flagged
    assert found.likeliest[:2] == ("03711846", "03711847")


def test_a_stranger_is_nobody() -> None:
    found = one(row("99555111"), ROSTER)
    assert (found.registration, found.flagged) == (None, True)


def test_an_empty_row_is_nobody_s_and_likeliest_nobody_s() -> None:
    found = one(row("        "), ROSTER)
    assert (found.registration, found.likeliest, found.flagged) == (None, (), True)


def test_a_slip_of_the_pen_among_few_finds_its_candidate_yet_less_surely() -> None:
    plain, slip = one(row("03720519"), ROSTER), one(row("03720569"), ROSTER)
    assert slip.likeliest[0] == "03720519"
    assert slip.margin < plain.margin - 7


def test_two_rows_with_one_number_both_go_to_a_person() -> None:
    found = match([row("03720519"), row("03720519"), row("03698254")], ROSTER)
    assert [m.flagged for m in found] == [True, True, False]
    assert all("03720519" in m.likeliest for m in found[:2])


def test_who_resembles_a_number_more_gets_it() -> None:
    """The second row, alone, would be given the first one's number."""
    roster = ["03711846", "03720519"]
    blurred = row("03720569", 0.7)
    assert one(blurred, roster, margin=0.0).registration == "03720519"
    first, second = match([row("03720519"), blurred], roster, margin=0.0)
    assert first.registration == "03720519"
    assert second.registration != "03720519"
    assert (second.likeliest[0], second.flagged) == ("03720519", True)


def test_numbers_that_nobody_can_have_written_there_are_passed_over() -> None:
    found = one(row("03720519"), ["", "A3720519", "037205190", "0372051٩", "03720519"])
    assert (found.registration, found.likeliest) == ("03720519", ("03720519",))


def test_nothing_to_match() -> None:
    assert match([], ROSTER) == ()
    found = one(row("03720519"), [])
    assert (found.registration, found.likeliest, found.flagged) == (None, (), True)


def test_rows_of_different_lengths() -> None:
    found = match([row("0372"), row("03720519")], ["0372", "03720519"])
    assert [m.registration for m in found] == ["0372", "03720519"]


def test_a_row_of_other_scores_is_refused() -> None:
    with pytest.raises(ValueError, match="11 probabilities"):
        match([((0.5, 0.5),)], ROSTER)


def test_the_order_of_the_roster_does_not_matter() -> None:
    numbers = [row(number) for number in ROSTER]
    there, back = match(numbers, ROSTER), match(numbers, ROSTER[::-1])
    assert [m.registration for m in there] == [m.registration for m in back] == ROSTER


def test_as_many_doubtful_rows_as_there_may_be() -> None:
    """Rows that say nothing contend for everybody, and yet nobody is matched by them."""
    flat: Scores = ((1 / CLASSES,) * CLASSES,) * 4
    roster = [f"{n:04d}" for n in range(0, 9000, 30)]
    found = match([flat] * 40 + [row(number) for number in roster[:40]], roster)
    assert all(m.flagged for m in found[:40])
    assert [m.registration for m in found[40:]] == roster[:40]


@st.composite
def small(draw: st.DrawFn) -> tuple[list[Scores], list[str]]:
    """Few rows of two or three cells whose digits are 0 … 2, so that they contend for the same numbers."""
    cells = draw(st.integers(2, 3))
    roster = draw(st.lists(st.text("012", min_size=1, max_size=cells), min_size=1, max_size=4, unique=True))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    numbers = []
    for _ in range(draw(st.integers(1, 4))):
        raw = rng.exponential(size=(cells, CLASSES)) ** 3
        raw[:, 3:EMPTY] *= 0.01
        numbers.append(tuple(map(tuple, (raw / raw.sum(axis=1, keepdims=True)).tolist())))
    return numbers, roster


def likelihood(scores: Scores, number: str) -> float:
    """The log-likelihood of a number in a row, by trying every place of its digits."""
    logs = [[math.log((1 - SLIP) * p + SLIP / CLASSES) for p in cell] for cell in scores]
    best = -math.inf
    for places in itertools.combinations(range(len(logs)), len(number)):
        digit_in = dict(zip(places, number, strict=True))
        best = max(best, sum(log[int(digit_in.get(cell, EMPTY))] for cell, log in enumerate(logs)))
    return best


def strangers(scores: Scores, roster: list[str]) -> float:
    """The log-likelihood of "not on the roster", by trying every number that might be a stranger's."""
    total = 0.01 / CLASSES ** len(scores)
    for length in {len(number) for number in roster}:
        alike = [number for number in roster if len(number) == length]
        seen = [[0.1 + sum(n[k] == digit for n in alike) for digit in "0123456789"] for k in range(length)]
        best = 0.0
        for places in itertools.combinations(range(len(scores)), length):
            chance = 1.0
            for cell, p in enumerate(scores):
                slips = [(1 - SLIP) * q + SLIP / CLASSES for q in p]
                if cell in places:
                    counts = seen[places.index(cell)]
                    chance *= sum(c * q for c, q in zip(counts, slips[:EMPTY], strict=True)) / sum(counts)
                else:
                    chance *= slips[EMPTY]
            best = max(best, chance)
        known = 0.0
        for number in alike:
            typical = math.prod(seen[k][int(d)] / sum(seen[k]) for k, d in enumerate(number))
            known += typical * math.exp(likelihood(scores, number))
        total += len(alike) / len(roster) * max(best - known, 1e-9 * best)
    return math.log(total * STRANGER / (1 - STRANGER) * len(roster))


@settings(max_examples=150)
@given(small())
def test_the_joint_assignment_is_the_best_of_all(problem: tuple[list[Scores], list[str]]) -> None:
    numbers, roster = problem
    stranger = [strangers(scores, roster) for scores in numbers]
    chances = [
        [likelihood(scores, r) for r in roster] + [s] for scores, s in zip(numbers, stranger, strict=True)
    ]
    nobody = len(roster)
    totals: dict[tuple[int, ...], float] = {}
    for choice in itertools.product(range(nobody + 1), repeat=len(numbers)):
        taken = [c for c in choice if c != nobody]
        if len(set(taken)) == len(taken):
            totals[choice] = sum(chances[n][c] for n, c in enumerate(choice))
    best = max(totals.values())
    found = match(numbers, roster)
    chosen = tuple(nobody if m.registration is None else roster.index(m.registration) for m in found)
    assert totals[chosen] == pytest.approx(best)
    for n, c in enumerate(chosen):
        elsewhere = max(total for choice, total in totals.items() if choice[n] != c)
        runner_up = max(chance for k, chance in enumerate(chances[n]) if k != c)
        assert found[n].margin == pytest.approx(min(best - elsewhere, chances[n][c] - runner_up), abs=1e-6)
        assert found[n].flagged == (c == nobody or found[n].margin < MARGIN)


@st.composite
def blurred(draw: st.DrawFn) -> Scores:
    """A row of three cells of which each may be one of two digits."""
    cells = []
    for _ in range(3):
        one_, other = draw(st.integers(0, 9)), draw(st.integers(0, 9))
        cell = np.full(CLASSES, 1e-3)
        cell[one_] += draw(st.sampled_from([0.3, 0.6, 0.9]))
        cell[other] += 0.2
        cells.append(tuple((cell / cell.sum()).tolist()))
    return tuple(cells)


@given(
    st.lists(blurred(), min_size=1, max_size=6),
    st.lists(st.integers(0, 999).map("{:03d}".format), min_size=1, max_size=30, unique=True),
)
def test_rows_that_are_told_alone_are_told_as_all_together(rows: list[Scores], roster: list[str]) -> None:
    options = likely(rows, roster)
    assigned, ahead = assign([o.above_stranger() for o in options], [o.stranger for o in options])
    for found, candidate, joint in zip(together(options), assigned, ahead, strict=True):
        assert found.registration == candidate
        assert found.margin <= joint + 1e-6
    assert together(options) == match(rows, roster)
