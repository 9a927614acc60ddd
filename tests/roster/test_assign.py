"""The joint assignment, where more rows hang together than are searched at once."""

import random

import pytest

from klausur.roster import assign as module
from klausur.roster.assign import assign

ROWS = 600
STRANGER = -40.0


def chain(seed: int) -> list[list[tuple[str, float]]]:
    """Rows that each may be one of three candidates, each of whom two other rows may be as well."""
    drawn = random.Random(seed)  # noqa: S311 - no secret is drawn
    return [[(str((row + k) % ROWS), drawn.uniform(-9, 0)) for k in range(3)] for row in range(ROWS)]


def total(rows: list[list[tuple[str, float]]]) -> float:
    found, _ = assign(rows, [STRANGER] * ROWS)
    return sum(
        STRANGER if candidate is None else dict(row)[candidate]
        for candidate, row in zip(found, rows, strict=True)
    )


def test_how_far_a_row_is_ahead_is_what_it_costs_all_to_send_it_elsewhere() -> None:
    rows = chain(5)
    found, ahead = assign(rows, [STRANGER] * ROWS)
    best = total(rows)
    for row in (0, 1, 255, 256, 257, 300, 511, 512, 599):
        without = [list(row) for row in rows]
        without[row] = [place for place in rows[row] if place[0] != found[row]]
        assert found[row] is not None
        assert ahead[row] == pytest.approx(best - total(without), abs=1e-5)


def test_how_many_are_searched_at_once_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = chain(6)
    found = assign(rows, [STRANGER] * ROWS)
    for at_once in (7, ROWS):
        monkeypatch.setattr(module, "_AT_ONCE", at_once)
        again = assign(rows, [STRANGER] * ROWS)
        assert again[0] == found[0]
        assert again[1] == pytest.approx(found[1], abs=1e-6)


@pytest.mark.parametrize("likelihoods", [(1.0, 0.0, -1.0, -2.0), (0.0, -1.0, -2.0), (2.0, 1.0, -0.5, -5.0)])
def test_no_likelihood_is_taken_for_no_way_at_all(likelihoods: tuple[float, ...]) -> None:
    rows = [[(str(n), likelihood)] for n, likelihood in enumerate(likelihoods)]
    found, ahead = assign(rows, [STRANGER] * len(rows))
    assert found == [str(n) for n in range(len(rows))]
    assert ahead == pytest.approx([likelihood - STRANGER for likelihood in likelihoods])
