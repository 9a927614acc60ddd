"""What the ink segmenter learns, and how its windows are varied; the loop is `klausur.learn.loop`'s."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from klausur.learn import loop
from klausur.learn.loop import Course, Epoch, Lesson, Measured, Which
from klausur.learn.networks.segmenter import InkSegmenter
from klausur.learn.segment.windows import Segmented
from klausur.read.preprocess import inputs
from klausur.read.segment import CLASSES
from klausur.scan.model import Pixels

COURSE = Course(batch=32, learning_rate=6e-3, weight_decay=1e-4, patience=4)

WEIGHTS = (0.4, 1.0, 1.0, 1.5)
"""How much a pixel of each class counts: of ten pixels eight are paper, and few are red."""

_CONTRAST, _NOISE = 0.25, 0.03


def fit(  # noqa: PLR0913 - what, how long, by what chance; the rest is for who watches
    train: Segmented,
    validation: Segmented,
    *,
    epochs: int,
    seed: int,
    device: str = "cpu",
    progress: Callable[[int, int], None] | None = None,
    told: Callable[[Epoch], None] | None = None,
    checkpoint: Path | None = None,
) -> InkSegmenter:
    """A trained network, in evaluation mode, on the CPU.

    Args:
        train: what is learnt.
        validation: other people's; training ends when the loss on them does not fall any more.
        epochs: passes over the windows at most.
        seed: of the first weights, the order of the windows and how they are varied.
        device: where PyTorch computes.
        progress: called with (batches done, batches in all).
        told: called after each epoch.
        checkpoint: see `klausur.learn.loop.fit`.
    """
    weights = torch.tensor(WEIGHTS, device=device)

    def loss(said: Tensor, wanted: Tensor) -> Tensor:
        return functional.cross_entropy(said, wanted, weights)

    def batch(chosen: Which) -> tuple[Tensor, Tensor]:
        return _varied(_fed(train, chosen, device)), _wanted(train, chosen, device)

    def measured(made: InkSegmenter) -> Measured:
        made.eval()
        losses, right = [], 0.0
        with torch.inference_mode():
            for start in range(0, len(validation.marks), COURSE.batch):
                here = np.arange(start, min(start + COURSE.batch, len(validation.marks)))
                said, wanted = made(_fed(validation, here, device)), _wanted(validation, here, device)
                losses.append(float(loss(said, wanted)))
                right += _right(said, wanted)
        return Measured(float(np.mean(losses)), right / len(validation.marks))

    lesson = Lesson(lambda: InkSegmenter().to(device), len(train.marks), batch, measured, loss, _right)
    return loop.fit(
        lesson, COURSE, epochs=epochs, seed=seed, progress=progress, told=told, checkpoint=checkpoint
    )


def said(network: InkSegmenter, windows: Pixels) -> Pixels:
    """What a network takes each pixel of windows for, (n, 80, 80)."""
    parts = []
    with torch.inference_mode():
        for start in range(0, len(windows), COURSE.batch):
            fed = torch.from_numpy(inputs(windows[start : start + COURSE.batch]))
            parts.append(network(fed).argmax(dim=1).numpy().astype(np.uint8))
    return np.concatenate(parts)


def shared(found: Pixels, truth: Pixels) -> npt.NDArray[np.float64]:
    """Of each class the pixels that are rightly taken for it, as a part of all that are or are taken: (4,).

    Jaccard's index (1901), known for pixels as intersection over union.
    """
    return np.array(
        [
            float(((found == k) & (truth == k)).sum()) / max(float(((found == k) | (truth == k)).sum()), 1.0)
            for k in range(len(CLASSES))
        ]
    )


def _fed(some: Segmented, chosen: Which, device: str) -> Tensor:
    """A batch as the reader would feed it."""
    return torch.from_numpy(inputs(some.windows[chosen])).to(device)


def _wanted(some: Segmented, chosen: Which, device: str) -> Tensor:
    return torch.from_numpy(some.classes[chosen].astype(np.int64)).to(device)


def _right(said: Tensor, wanted: Tensor) -> float:
    """The share of pixels that are right, summed over windows."""
    return float((said.detach().argmax(dim=1) == wanted).float().mean(dim=(1, 2)).sum())


def _varied(x: Tensor) -> Tensor:
    """Contrast and noise anew for each window, (n, 3, 80, 80): no pixel becomes anything else by them."""
    n = len(x)
    contrast = 1 + _CONTRAST * (2 * torch.rand(n, 1, 1, 1, device=x.device) - 1)
    sigma = _NOISE * torch.rand(n, 1, 1, 1, device=x.device)
    noise = sigma * torch.randn(n, 1, *x.shape[2:], device=x.device)
    return (x * contrast + noise).clamp_(min=0.0).contiguous(memory_format=torch.channels_last)
