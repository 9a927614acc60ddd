import pickle

import numpy as np
import pytest

from klausur.rehearse.hands import CORRECTOR_INKS, CrossStyle, FillStyle, Hand, Population, hand, stream


def people(population: Population, n: int = 300) -> list[Hand]:
    rng = stream(population, 5)
    return [hand(rng, population) for _ in range(n)]


def test_one_seed_gives_the_two_populations_different_numbers() -> None:
    train = stream(Population.TRAIN, 7, 1).random(50)
    judge = stream(Population.JUDGE, 7, 1).random(50)
    assert not np.isclose(train, judge).any()
    assert np.array_equal(train, stream(Population.TRAIN, 7, 1).random(50))


def test_paths_name_different_streams() -> None:
    firsts = {stream(Population.JUDGE, 7, *path).random() for path in ((), (1,), (2,), (1, 1), (1, 2))}
    assert len(firsts) == 5


def test_the_judges_population_has_styles_that_training_lacks() -> None:
    crosses = {p: {s for h in people(p, 20) for s in h.crosses} for p in Population}
    fills = {p: {s for h in people(p, 20) for s in h.fills} for p in Population}
    assert crosses[Population.JUDGE] - crosses[Population.TRAIN] == {CrossStyle.HOOKED, CrossStyle.SWUNG}
    assert fills[Population.JUDGE] - fills[Population.TRAIN] == {FillStyle.LOOPS}
    assert crosses[Population.TRAIN] < crosses[Population.JUDGE]


def test_the_judges_hands_reach_further() -> None:
    train, judge = people(Population.TRAIN), people(Population.JUDGE)
    assert min(h.width for h in judge) < min(h.width for h in train)
    assert max(h.size for h in judge) > max(h.size for h in train)


@pytest.mark.parametrize("population", Population)
def test_hands_keep_to_human_measures(population: Population) -> None:
    for h in people(population):
        assert 0.2 <= h.width <= 0.9
        assert 0.6 <= h.size <= 1.6
        assert 0 < h.opacity <= 1
        assert 0 <= h.skips < 0.5
        assert all(0 <= c <= 255 for c in h.colour)


def test_people_differ() -> None:
    drawn = people(Population.TRAIN)
    assert len({h.ink for h in drawn}) == 3
    assert len({h.crosses[0] for h in drawn}) == len(drawn[0].crosses)
    assert np.std([h.width for h in drawn]) > 0.05


def test_correctors_write_red_or_green() -> None:
    rng = stream(Population.JUDGE, 1)
    drawn = [hand(rng, Population.JUDGE, CORRECTOR_INKS) for _ in range(30)]
    assert {h.ink for h in drawn} == set(CORRECTOR_INKS)
    assert all(max(h.colour) - min(h.colour) > 60 for h in drawn)


def test_a_hand_travels() -> None:
    one = people(Population.JUDGE, 1)[0]
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - our own bytes
