"""Training the digit network: one loop, AdamW, a learning rate that rises once, reproducible by seed."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from klausur.learn.digits.cells import ILLEGIBLE, Cells
from klausur.learn.fit import Epoch
from klausur.learn.networks.digits import CLASSES, DigitNetwork
from klausur.read.preprocess import Inputs

BATCH = 128
_LEARNING_RATE = 4e-3
_WEIGHT_DECAY = 2e-2
MAX_ROTATION = 10.0
"""Degrees: more would make a 1 of a 7."""

_SCALE = 0.12
_PLACE = 0.05
"""Standard deviation of the place's error in PyTorch's unit of half a window: a quarter of a millimetre."""

_BENDS = 5
"""Knots across the window by which it is bent (Simard et al. 2003, "Best practices for convolutional neural
networks applied to visual document analysis")."""

_BENT = 0.03
"""Standard deviation of a knot's way in PyTorch's unit: 0.15 mm."""

_CONTRAST = 0.35
_NOISE = 0.04

TARGETS = torch.eye(CLASSES + 1, CLASSES)
"""What is learnt for each label, (12, 11): a digit or "empty" for sure; for an illegible cell that everything
is as likely (Hendrycks et al. 2019, "Deep anomaly detection with outlier exposure")."""
TARGETS[ILLEGIBLE] = 1 / CLASSES


def fit(
    train: Cells,
    validation: Cells,
    *,
    epochs: int,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
    told: Callable[[Epoch], None] | None = None,
) -> DigitNetwork:
    """A trained network, in evaluation mode.

    Args:
        train: what is learnt.
        validation: other pictures; only measured here, nothing is chosen by it.
        epochs: passes over the training data.
        seed: of the first weights, the order of the cells and their augmentation.
        progress: called with (batches done, batches in all).
        told: called after each epoch.
    """
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(mode=True)
    rng = np.random.default_rng(seed)
    # With this order of numbers convolutions are twice as fast on a CPU.
    network = DigitNetwork()
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload] # PyTorch's stubs lack it
    per_epoch = -(-len(train.labels) // BATCH)
    optimizer = torch.optim.AdamW(network.parameters(), lr=_LEARNING_RATE, weight_decay=_WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _LEARNING_RATE, epochs * per_epoch)
    criterion = nn.CrossEntropyLoss()
    done = 0
    for number in range(1, epochs + 1):
        network.train()
        losses = []
        for chosen in np.array_split(rng.permutation(len(train.labels)), per_epoch):
            x = _augmented(_fed(train.ink[chosen]))
            loss = criterion(network(x), TARGETS[train.labels[chosen]])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(float(loss.detach()))
            done += 1
            if progress is not None:
                progress(done, epochs * per_epoch)
        if told is not None:
            legible = validation.labels != ILLEGIBLE
            right = logits(network, validation).argmax(axis=1) == validation.labels
            told(Epoch(number, float(np.mean(losses)), float(right[legible].mean())))
    network.eval()
    return network


def logits(network: DigitNetwork, cells: Cells) -> Inputs:
    """The network's outputs before the softmax, (n, 11)."""
    network.eval()
    with torch.inference_mode():
        parts = [
            network(_fed(cells.ink[start : start + BATCH])).numpy()
            for start in range(0, len(cells.labels), BATCH)
        ]
    return np.concatenate(parts)


def _fed(ink: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> Tensor:
    """A batch, (n, 1, 40, 40), as the reader would feed it."""
    return torch.from_numpy(ink[:, None].astype(np.float32) / 255.0)


def _augmented(x: Tensor) -> Tensor:
    """Rotation, size, place, contrast and noise, anew for each window (n, 1, 40, 40) in each epoch."""
    n = len(x)
    angle = torch.deg2rad((MAX_ROTATION / 2.5 * torch.randn(n)).clamp(-MAX_ROTATION, MAX_ROTATION))
    wide, tall = 1 + _SCALE * (2 * torch.rand(2, n) - 1)
    cos, sin = torch.cos(angle), torch.sin(angle)
    across, down = _PLACE * torch.randn(2, n)
    turn = torch.stack([cos * wide, -sin * tall, across, sin * wide, cos * tall, down], dim=1)
    grid = functional.affine_grid(turn.reshape(n, 2, 3), list(x.shape), align_corners=False)
    knots = _BENT * torch.randn(n, 2, _BENDS, _BENDS)
    bent = functional.interpolate(knots, list(x.shape[2:]), mode="bicubic", align_corners=True)
    grid = grid + bent.permute(0, 2, 3, 1)
    x = functional.grid_sample(x, grid, padding_mode="border", align_corners=False)
    contrast = 1 + _CONTRAST * (2 * torch.rand(n, 1, 1, 1) - 1)
    noise = _NOISE * torch.rand(n, 1, 1, 1) * torch.randn_like(x)
    return (x * contrast + noise).clamp_(0.0, 1.0).contiguous(memory_format=torch.channels_last)
