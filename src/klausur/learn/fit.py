"""Training the mark network: one loop, AdamW, cosine learning rate, reproducible by seed."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from klausur.learn.crops import Crops
from klausur.learn.networks.marks import MarkNetwork
from klausur.read.crop import SIDE
from klausur.read.preprocess import Inputs, inputs

BATCH = 64
_LEARNING_RATE = 2e-3
_WEIGHT_DECAY = 1e-2
MAX_ROTATION = 10.0
"""Degrees, as question 1.1 of the reference exam allows."""

_PLACE = 1.2 / (SIDE / 2)
"""Standard deviation of the place's error: 1.2 pixels, in PyTorch's unit of half a window."""

_NOISE = 0.03
_CONTRAST = 0.35


@dataclass(frozen=True, slots=True)
class Epoch:
    """How one pass over the training data went: mean loss, and the share of validation windows right."""

    number: int
    loss: float
    accuracy: float


def fit(
    train: Crops,
    validation: Crops,
    *,
    epochs: int,
    seed: int,
    device: str = "cpu",
    progress: Callable[[int, int], None] | None = None,
    told: Callable[[Epoch], None] | None = None,
) -> MarkNetwork:
    """A trained network, in evaluation mode, on the CPU.

    Args:
        train: what is learnt.
        validation: other hands; only measured here, nothing is chosen by it.
        epochs: passes over the training data.
        seed: of the first weights, the order of the windows and their augmentation.
        device: where PyTorch computes.
        progress: called with (batches done, batches in all).
        told: called after each epoch.
    """
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(mode=True)
    rng = np.random.default_rng(seed)
    network = MarkNetwork().to(device)
    per_epoch = -(-len(train.labels) // BATCH)
    optimizer = torch.optim.AdamW(network.parameters(), lr=_LEARNING_RATE, weight_decay=_WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _LEARNING_RATE, epochs * per_epoch)
    criterion = nn.CrossEntropyLoss()
    done = 0
    for number in range(1, epochs + 1):
        network.train()
        losses = []
        for x, labels in _batches(
            train, np.array_split(rng.permutation(len(train.labels)), per_epoch), device
        ):
            loss = criterion(network(x), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(float(loss.detach()))
            done += 1
            if progress is not None:
                progress(done, epochs * per_epoch)
        if told is not None:
            right = logits(network, validation, device).argmax(axis=1) == validation.labels
            told(Epoch(number, float(np.mean(losses)), float(right.mean())))
    network.cpu().eval()
    return network


def logits(network: MarkNetwork, crops: Crops, device: str = "cpu") -> Inputs:
    """The network's outputs before the softmax, (n, 4)."""
    network.eval()
    parts = []
    with torch.inference_mode():
        for start in range(0, len(crops.labels), BATCH):
            x = _fed(crops, np.arange(start, min(start + BATCH, len(crops.labels))), device)
            parts.append(network(x).cpu().numpy())
    return np.concatenate(parts)


def _batches(
    crops: Crops, order: Sequence[npt.NDArray[np.int64]], device: str
) -> Iterator[tuple[Tensor, Tensor]]:
    """Augmented batches with their labels; each is made in a second thread while the one before is learnt."""

    def made(chosen: npt.NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        return _augmented(_fed(crops, chosen, device)), torch.from_numpy(crops.labels[chosen]).to(device)

    with ThreadPoolExecutor(1) as ahead:
        waiting = ahead.submit(made, order[0])
        for chosen in order[1:]:
            ready = waiting.result()
            waiting = ahead.submit(made, chosen)
            yield ready
        yield waiting.result()


def _fed(crops: Crops, chosen: npt.NDArray[np.int64], device: str) -> Tensor:
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
