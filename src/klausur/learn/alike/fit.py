"""What the autoencoder learns, and how its pictures are varied; the loop is `klausur.learn.loop`'s.

What goes in is varied as hands vary, what shall come out is the picture as it was. Besides, pictures that
look most like each other shall lie near each other in the bottleneck, and others far: an autoencoder with the
loss of parametric UMAP (Sainburg, McInnes and Gentner 2021, "Parametric UMAP embeddings for representation
and semisupervised learning"). Which pictures look alike is told by their pixels. No label is used.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from klausur.learn import loop
from klausur.learn.alike.clusters import Vectors
from klausur.learn.loop import Course, Epoch, Lesson, Measured, Which
from klausur.learn.networks.autoencoder import AutoEncoder
from klausur.read.preprocess import Inputs
from klausur.scan.model import Pixels

COURSE = Course(batch=128, learning_rate=3e-3, weight_decay=1e-4)

NEAREST = 10
"""How many of the pictures that look most like one shall lie near it."""

AMONG = 20_000
"""How many pictures they are looked for among, by chance: looking at all takes longer than learning."""

_APART = 5.0
"""How much it counts that others lie far, beside that likes lie near: UMAP draws five others for each."""

_PICTURE = 10.0
"""How much the mean squared error of what comes out counts beside both."""

_ROTATION, _SCALE, _SHEAR, _PLACE, _BENT, _KNOTS = 12.0, 0.12, 0.15, 0.05, 0.04, 5
"""Of an affine map: degrees at most, shares, and the standard deviation of its place in half a window; and of
the bends by so many knots across (Simard et al. 2003)."""

_PEN, _CONTRAST, _NOISE = 0.6, 0.25, 0.12


class _Learning(nn.Module):
    """An autoencoder as it learns: what is in its bottleneck, and what comes out of it, side by side."""

    def __init__(self, bottleneck: int) -> None:
        super().__init__()
        self.network = AutoEncoder(bottleneck)

    def forward(self, x: Tensor) -> Tensor:
        """(n, bottleneck + 784) of pictures, (n, 1, 28, 28)."""
        codes = self.network.encoder(x)
        return torch.cat([codes, self.network.decoder(codes).flatten(1)], dim=1)


def fit(  # noqa: PLR0913 - what, how long, by what chance; the rest is for who watches
    train: Pixels,
    near: npt.NDArray[np.int64],
    validation: Pixels,
    *,
    bottleneck: int,
    epochs: int,
    seed: int,
    together: float = 1.0,
    progress: Callable[[int, int], None] | None = None,
    told: Callable[[Epoch], None] | None = None,
    checkpoint: Path | None = None,
) -> AutoEncoder:
    """A trained network, in evaluation mode.

    Args:
        train: characters, (n, 28, 28), 255 is ink.
        near: the numbers of those that look most like each, (n, k), as `nearest` finds them.
        validation: other characters; only measured here, nothing is chosen by it.
        bottleneck: how many numbers a character becomes.
        epochs: passes over the characters.
        seed: of the first weights, the order of the pictures and how they are varied.
        together: how much it counts where pictures lie in the bottleneck: with 0 this is a plain denoising
            autoencoder, which the measurements need.
        progress: called with (batches done, batches in all).
        told: called after each epoch.
        checkpoint: see `klausur.learn.loop.fit`.
    """
    near_there = nearest(flat(validation), seed, k=1)

    def batch(chosen: Which) -> tuple[Tensor, Tensor]:
        likes = near[chosen, torch.randint(near.shape[1], (len(chosen),)).numpy()]
        seen = _fed(train, np.concatenate([chosen, likes]))
        return varied(seen), seen.flatten(1)

    def loss(said: Tensor, wanted: Tensor) -> Tensor:
        codes, pictures = said[:, :bottleneck], said[:, bottleneck:]
        return together * apart(codes) + _PICTURE * functional.mse_loss(pictures, wanted)

    def right(said: Tensor, wanted: Tensor) -> float:
        same = (said[:, bottleneck:].detach() > 0.5) == (wanted > 0.5)
        return float(same.float().mean(dim=1).sum()) / 2

    def measured(learning: _Learning) -> Measured:
        learning.eval()
        losses, pixels, count = [], 0.0, 0
        with torch.inference_mode():
            for start in range(0, len(validation) - 1, COURSE.batch):
                here = np.arange(start, min(start + COURSE.batch, len(validation)))
                seen = _fed(validation, np.concatenate([here, near_there[here, 0]]))
                said = learning(seen)
                losses.append(float(loss(said, seen.flatten(1))))
                pixels, count = pixels + right(said, seen.flatten(1)), count + len(here)
        return Measured(float(np.mean(losses)), pixels / count)

    lesson = Lesson(lambda: _Learning(bottleneck), len(train), batch, measured, loss, right)
    learnt = loop.fit(
        lesson, COURSE, epochs=epochs, seed=seed, progress=progress, told=told, checkpoint=checkpoint
    )
    return learnt.network


def apart(codes: Tensor) -> Tensor:
    """How far likes are from each other, and others near, in (2 n, d): the k-th and n + k-th are likes.

    How near two lie is 1 / (1 + d²), as in UMAP with a = b = 1 and in t-SNE.
    """
    n = len(codes) // 2
    near = 1 / (1 + torch.cdist(codes[:n], codes[n:]) ** 2)
    others = near[~torch.eye(n, dtype=torch.bool)]
    return -torch.log(near.diagonal() + 1e-4).mean() - _APART * torch.log(1 - others + 1e-3).mean()


def embedded(network: AutoEncoder, pictures: Pixels) -> Inputs:
    """The embeddings of characters, (n, bottleneck)."""
    return loop.logits(network.encoder, lambda some: _fed(pictures, some), len(pictures), 512)


def flat(pictures: Pixels) -> Vectors:
    """Characters, (n, 28, 28), as vectors, (n, 784), 0 paper … 1 ink."""
    return (pictures.reshape(len(pictures), -1) / np.float32(255)).astype(np.float32)


def nearest(vectors: Vectors, seed: int, k: int = NEAREST, among: int = AMONG) -> npt.NDArray[np.int64]:
    """The numbers of the vectors that lie nearest to each but itself, (n, k), among some of all."""
    rng = np.random.default_rng(seed)
    some = np.sort(rng.permutation(len(vectors))[:among])
    there = torch.from_numpy(np.ascontiguousarray(vectors[some], np.float32))
    found = []
    for start in range(0, len(vectors), 256):
        here = torch.from_numpy(np.ascontiguousarray(vectors[start : start + 256], np.float32))
        near = torch.cdist(here, there).topk(k + 1, largest=False).indices.numpy()
        found.append(some[near])
    numbers = np.concatenate(found)
    own = numbers == np.arange(len(vectors))[:, None]
    own[~own.any(axis=1), -1] = True  # who is not among them drops the farthest
    return np.asarray(numbers[~own].reshape(len(vectors), k), np.int64)


def _fed(pictures: Pixels, chosen: Which) -> Tensor:
    """A batch, (n, 1, 28, 28), as the reader would feed it."""
    return torch.from_numpy(pictures[chosen][:, None].astype(np.float32) / 255.0)


def varied(x: Tensor) -> Tensor:
    """Rotation, size, slant, place, bends, pen's width, contrast and noise, anew for each in each epoch."""
    n = len(x)
    angle = torch.deg2rad((_ROTATION / 2 * torch.randn(n)).clamp(-_ROTATION, _ROTATION))
    wide, tall = 1 + _SCALE * (2 * torch.rand(2, n) - 1)
    slant = _SHEAR * (2 * torch.rand(n) - 1)
    cos, sin = torch.cos(angle), torch.sin(angle)
    across, down = _PLACE * torch.randn(2, n)
    turn = torch.stack([cos * wide, slant - sin * tall, across, sin * wide, cos * tall, down], dim=1)
    grid = functional.affine_grid(turn.reshape(n, 2, 3), list(x.shape), align_corners=False)
    knots = _BENT * torch.randn(n, 2, _KNOTS, _KNOTS)
    bent = functional.interpolate(knots, list(x.shape[2:]), mode="bicubic", align_corners=True)
    x = functional.grid_sample(x, grid + bent.permute(0, 2, 3, 1), align_corners=False)
    share = _PEN * (2 * torch.rand(n, 1, 1, 1) - 1)
    broad, thin = functional.max_pool2d(x, 3, 1, 1), -functional.max_pool2d(-x, 3, 1, 1)
    x = x + share.clamp(min=0) * (broad - x) + (-share).clamp(min=0) * (thin - x)
    contrast = 1 + _CONTRAST * (2 * torch.rand(n, 1, 1, 1) - 1)
    noise = _NOISE * torch.rand(n, 1, 1, 1) * torch.randn_like(x)
    return (x * contrast + noise).clamp_(0.0, 1.0)
