"""What the mark network learns, and how its windows are varied; the loop is `klausur.learn.loop`'s."""

import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from klausur.learn import loop
from klausur.learn.crops import Crops
from klausur.learn.loop import Course, Epoch, Lesson, Measured, Which
from klausur.learn.networks.marks import NETWORKS
from klausur.read.crop import SIDE
from klausur.read.preprocess import Inputs, inputs

COURSE = Course(batch=64, learning_rate=2e-3, weight_decay=1e-2, patience=5)
TUNING = replace(COURSE, learning_rate=1e-3)
"""For a network that has learnt already."""

MAX_ROTATION = 10.0
"""Degrees, as question 1.1 of the reference exam allows."""

_PLACE = 1.2 / (SIDE / 2)
"""Standard deviation of the place's error: 1.2 pixels, in PyTorch's unit of half a window."""

_NOISE = 0.03
_CONTRAST = 0.35


def fit(  # noqa: PLR0913 - what, how long, by what chance; the rest is for who watches
    train: Crops,
    validation: Crops,
    *,
    epochs: int,
    seed: int,
    network: str = "problem-4",
    device: str = "cpu",
    mixed: bool = False,
    start: nn.Module | None = None,
    progress: Callable[[int, int], None] | None = None,
    told: Callable[[Epoch], None] | None = None,
    checkpoint: Path | None = None,
) -> nn.Module:
    """A trained network, in evaluation mode, on the CPU.

    Args:
        train: what is learnt.
        validation: other people's; training ends when the loss on them does not fall any more.
        epochs: passes over the training data at most.
        seed: of the first weights, the order of the windows and their augmentation.
        network: which, of `NETWORKS`.
        device: where PyTorch computes.
        mixed: whether in 16 bits where that does no harm.
        start: a network of this kind that has learnt already, from which on training goes.
        progress: called with (batches done, batches in all).
        told: called after each epoch.
        checkpoint: see `klausur.learn.loop.fit`.
    """

    def batch(chosen: Which) -> tuple[Tensor, Tensor]:
        return _augmented(_fed(train, chosen, device)), torch.from_numpy(train.labels[chosen]).to(device)

    def measured(made: nn.Module) -> Measured:
        said = torch.from_numpy(logits(made, validation, device))
        loss = functional.cross_entropy(said, torch.from_numpy(validation.labels))
        return Measured(float(loss), float(np.mean(said.argmax(dim=1).numpy() == validation.labels)))

    def make() -> nn.Module:
        made = NETWORKS[network]() if start is None else copy.deepcopy(start)
        return made.to(device)

    course = replace(COURSE if start is None else TUNING, mixed=mixed)
    lesson = Lesson(make, len(train.labels), batch, measured)
    return loop.fit(
        lesson, course, epochs=epochs, seed=seed, progress=progress, told=told, checkpoint=checkpoint
    )


def logits(network: nn.Module, crops: Crops, device: str = "cpu") -> Inputs:
    """The network's outputs before the softmax, (n, 4)."""
    return loop.logits(network, lambda some: _fed(crops, some, device), len(crops.labels), COURSE.batch)


def _fed(crops: Crops, chosen: Which, device: str) -> Tensor:
    """A batch as the reader would feed it."""
    return torch.from_numpy(inputs(crops.windows[chosen])).to(device)


def _augmented(x: Tensor) -> Tensor:
    """Rotation, contrast and Gaussian noise, anew for each window (n, 3, 80, 80) in each epoch.

    These are the three that question 1.1 of the reference exam approves for small pictures whose orientation
    carries meaning; it rejects flips. With the rotation goes another error of the window's place.
    """
    n = len(x)
    angle = torch.deg2rad((MAX_ROTATION / 2.5 * torch.randn(n)).clamp(-MAX_ROTATION, MAX_ROTATION))
    cos, sin = torch.cos(angle), torch.sin(angle)
    across, down = _PLACE * torch.randn(2, n)
    turn = torch.stack([cos, -sin, across, sin, cos, down], dim=1).reshape(n, 2, 3).to(x.device)
    grid = functional.affine_grid(turn, list(x.shape), align_corners=False)
    x = functional.grid_sample(x, grid, padding_mode="zeros", align_corners=False)  # paper is 0
    contrast = 1 + _CONTRAST * (2 * torch.rand(n, 1, 1, 1, device=x.device) - 1)
    sigma = _NOISE * torch.rand(n, 1, 1, 1, device=x.device)
    noise = sigma * torch.randn(n, 1, *x.shape[2:], device=x.device)
    # The convolutions follow their input: with this order of numbers they are twice as fast on a CPU.
    return (x * contrast + noise).clamp_(min=0.0).contiguous(memory_format=torch.channels_last)
