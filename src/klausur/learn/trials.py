"""Training runs that are ill on purpose: what `klausur.learn.diagnose` chose its bounds on, and is judged by.

A trial is a small network trained on a made-up task, under a condition that brings about one verdict. Bounds
come from the development task (`Task.TEACHER`); `Task.RINGS` and `Task.STRIPES` only judge.
"""

from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, pairwise

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from klausur.learn.diagnose import Ailment, Curves

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]

EPOCHS = 25
_SAMPLES, _NEW = 1500, 1500
_TELLING, _IDLE = 2, 6
"""Inputs of the judging tasks that tell the class, and that tell nothing but can be learned by heart."""


class Task(StrEnum):
    """What is to be learned."""

    TEACHER = "teacher"
    """The classes of a random network. For development."""
    RINGS = "rings"
    """How far a point lies from the middle. Judges."""
    STRIPES = "stripes"
    """In which stripe a point lies, of stripes in any direction. Judges."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """How a run is made. ``noise`` is the share of wrong labels, ``shift`` how far inputs in use are off."""

    samples: int = _SAMPLES
    hidden: tuple[int, ...] = (64, 64)
    rate: float = 3e-3
    noise: float = 0.0
    shift: float = 0.0
    sgd: bool = False


def conditions(verdict: Ailment, rng: np.random.Generator) -> Conditions:
    """Conditions that bring about a verdict, drawn at random."""
    match verdict:
        case Ailment.OVERFITTING:
            samples, noise = int(rng.integers(150, 300)), rng.uniform(0.15, 0.3)
            return Conditions(samples, hidden=(256, 256), noise=noise, rate=1e-2)
        case Ailment.UNDERFITTING:
            return Conditions(hidden=(int(rng.integers(1, 3)),), rate=1e-2)
        case Ailment.RATE_TOO_HIGH:
            return Conditions(rate=float(10 ** rng.uniform(0.6, 1.5)), sgd=True)
        case Ailment.RATE_TOO_LOW:
            return Conditions(rate=float(10 ** rng.uniform(-4.3, -3.9)))
        case Ailment.DOMAIN_GAP:
            return Conditions(shift=rng.uniform(1.0, 1.8))
        case _:
            return Conditions()


def trial(task: Task, verdict: Ailment, seed: int, *, epochs: int = EPOCHS) -> Curves:
    """The curves of a run under conditions for a verdict; the same seed gives the same curves."""
    rng = np.random.default_rng([list(Task).index(task), list(Ailment).index(verdict), seed])
    given = conditions(verdict, rng)
    x, y, classes = _draw(task, rng, _SAMPLES + 2 * _NEW)
    train, validation, use = (
        slice(given.samples),
        slice(_SAMPLES, _SAMPLES + _NEW),
        slice(_SAMPLES + _NEW, None),
    )
    inputs, labels = torch.from_numpy(x).float(), torch.from_numpy(y)
    wrong = torch.from_numpy(rng.random(given.samples) < given.noise)
    drawn = torch.from_numpy(rng.integers(classes, size=given.samples))
    labels[train] = torch.where(wrong, drawn, labels[train])
    direction = torch.from_numpy(rng.normal(size=_TELLING)).float()
    inputs[use, :_TELLING] += given.shift * direction / direction.norm()
    torch.manual_seed(seed)
    network = _network(x.shape[1], given.hidden, classes)
    return _trained(network, given, (inputs, labels), (train, validation, use), classes, epochs)


def _trained(
    network: nn.Module,
    given: Conditions,
    data: tuple[Tensor, Tensor],
    parts: tuple[slice, slice, slice],
    classes: int,
    epochs: int,
) -> Curves:
    inputs, labels = data
    train, validation, use = parts
    kind = torch.optim.SGD if given.sgd else torch.optim.Adam
    optimizer = kind(network.parameters(), lr=given.rate)
    seen: list[tuple[float, ...]] = []
    for _ in range(epochs):
        for batch in torch.split(torch.randperm(given.samples), 32):
            optimizer.zero_grad()
            loss = functional.cross_entropy(network(inputs[train][batch]), labels[train][batch])
            loss.backward()  # type: ignore[no-untyped-call] # PyTorch does not type it
            optimizer.step()
        both = (_measured(network, inputs[part], labels[part]) for part in (train, validation))
        seen.append(tuple(chain.from_iterable(both)))
    _, deployed = _measured(network, inputs[use], labels[use])
    train_loss, train_accuracy, validation_loss, validation_accuracy = zip(*seen, strict=True)
    return Curves(train_loss, validation_loss, train_accuracy, validation_accuracy, classes, deployed)


def _measured(network: nn.Module, x: Tensor, y: Tensor) -> tuple[float, float]:
    """Loss and accuracy."""
    with torch.inference_mode():
        logits = network(x)
        return float(functional.cross_entropy(logits, y)), float((logits.argmax(dim=1) == y).float().mean())


def _network(inputs: int, hidden: tuple[int, ...], classes: int) -> nn.Module:
    widths = (inputs, *hidden)
    layers: list[nn.Module] = []
    for before, after in pairwise(widths):
        layers += [nn.Linear(before, after), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(widths[-1], classes))


def _draw(task: Task, rng: np.random.Generator, count: int) -> tuple[Floats, Labels, int]:
    """Inputs (count, n), classes (count,) about equally frequent, and how many there are."""
    if task is Task.TEACHER:
        x = rng.normal(size=(count, 4))
        score = np.tanh(x @ rng.normal(size=(4, 6)) * 1.2) @ rng.normal(size=6)
        return x, _binned(score, 4), 4
    x = rng.normal(size=(count, _TELLING + _IDLE))
    if task is Task.RINGS:
        return x, _binned(np.hypot(x[:, 0], x[:, 1]), 3), 3
    angle = rng.uniform(0, np.pi)
    across = x[:, :2] @ [np.cos(angle), np.sin(angle)]
    return x, _binned(np.sin(2.2 * across + rng.uniform(0, 6)), 3), 3


def _binned(score: Floats, classes: int) -> Labels:
    """Classes by rank, as many of each."""
    bounds = np.quantile(score, np.arange(1, classes) / classes)
    return np.searchsorted(bounds, score).astype(np.int64)
