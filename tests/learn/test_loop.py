"""The training loop: it stops early, keeps the best weights, and goes on after a kill as if nothing was."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from klausur.base.errors import RefusedError
from klausur.learn import loop
from klausur.learn.loop import OPTIMIZERS, Course, Epoch, Lesson, Measured, Which

_RNG = np.random.default_rng(0)
_X = torch.from_numpy(_RNG.normal(size=(96, 6)).astype(np.float32))
_Y = (_X[:, 0] * _X[:, 1] > 0).long()


class Killed(Exception):  # noqa: N818 - a kill is no error
    """Somebody pulled the plug."""


def lesson(losses: list[float] | None = None) -> Lesson[nn.Module]:
    def batch(chosen: Which) -> tuple[Tensor, Tensor]:
        return _X[chosen] + 0.1 * torch.randn(len(chosen), 6), _Y[chosen]

    def measured(network: nn.Module) -> Measured:
        if losses is not None:
            return Measured(losses.pop(0), 0.5)
        with torch.inference_mode():
            said = network(_X)
        return Measured(
            float(nn.functional.cross_entropy(said, _Y)), float((said.argmax(1) == _Y).float().mean())
        )

    return Lesson(lambda: nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 2)), 96, batch, measured)


def weights(network: nn.Module) -> bytes:
    return b"".join(value.numpy().tobytes() for value in network.state_dict().values())


COURSE = Course(batch=16, learning_rate=1e-2, weight_decay=0.0)


def test_a_killed_training_goes_on_as_if_nothing_had_been(tmp_path: Path) -> None:
    whole = loop.fit(lesson(), COURSE, epochs=6, seed=3)
    told: list[Epoch] = []

    def killed(epoch: Epoch) -> None:
        told.append(epoch)
        if epoch.number == 3:
            raise Killed

    checkpoint = tmp_path / "run" / "checkpoint.pt"
    with pytest.raises(Killed):
        loop.fit(lesson(), COURSE, epochs=6, seed=3, told=killed, checkpoint=checkpoint)
    torch.rand(17)
    again: list[Epoch] = []
    resumed = loop.fit(lesson(), COURSE, epochs=6, seed=3, told=again.append, checkpoint=checkpoint)
    assert weights(resumed) == weights(whole)
    assert again[:3] == told
    assert [epoch.number for epoch in again] == [1, 2, 3, 4, 5, 6]


def test_a_checkpoint_of_another_course_is_refused(tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoint.pt"
    loop.fit(lesson(), COURSE, epochs=1, seed=3, checkpoint=checkpoint)
    with pytest.raises(RefusedError, match="another kind"):
        loop.fit(lesson(), COURSE, epochs=1, seed=4, checkpoint=checkpoint)


def test_training_ends_when_nothing_gets_better_and_keeps_what_was_best() -> None:
    course = Course(batch=16, learning_rate=1e-2, weight_decay=0.0, patience=2)
    told: list[Epoch] = []
    stopped = loop.fit(lesson([0.9, 0.5, 0.7, 0.6, 0.1, 0.1]), course, epochs=6, seed=3, told=told.append)
    assert [epoch.validation_loss for epoch in told] == [0.9, 0.5, 0.7, 0.6]
    best = loop.fit(lesson([0.9, 0.5, 0.7, 0.8, 0.8, 0.8]), course, epochs=6, seed=3)
    assert weights(stopped) == weights(best)
    last = loop.fit(lesson([0.9, 0.8, 0.7, 0.6, 0.5, 0.4]), course, epochs=6, seed=3)
    assert weights(last) != weights(best)


@pytest.mark.parametrize("name", sorted(OPTIMIZERS))
def test_every_optimiser_learns(name: str) -> None:
    rate = {"adam": 2e-2, "rmsprop": 5e-3}.get(name, 0.3)
    course = Course(batch=16, learning_rate=rate, weight_decay=1e-4, optimizer=name)
    told: list[Epoch] = []
    loop.fit(lesson(), course, epochs=15, seed=1, told=told.append)
    assert told[-1].validation_loss < 0.8 * told[0].validation_loss
    assert told[-1].accuracy > told[0].accuracy
