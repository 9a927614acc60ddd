"""What the restorer learns: from tiles of spoilt pages the same tiles as they were; the loop is common."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from klausur.learn import loop
from klausur.learn.loop import Course, Epoch, Lesson, Measured, Which
from klausur.learn.networks.restorer import Restorer
from klausur.learn.restore.pages import shown
from klausur.learn.restore.worn import worn
from klausur.read.restore import prepared
from klausur.scan.model import Pixels

COURSE = Course(batch=16, learning_rate=4e-3, weight_decay=1e-5, patience=4)

SIDE = 96
"""Pixels of a tile that is learnt from: larger ones cost more and show little more."""

_INKED, _TRIES, _LEAST = 0.85, 6, 12.0
"""Of tiles that are learnt from, so many show something, tried so often: by the deviation of grey levels."""

_SQUARED = 4.0
"""How much the squared error counts beside the absolute one: it is what PSNR is made of."""

_NEAR = 0.06
"""A colour that is off by no more than this part of the way from black to white is right."""


@dataclass(frozen=True, slots=True)
class Tiles:
    """Spoilt tiles, (n, `SIDE`, `SIDE`) grey, and the same ones clean, (n, `SIDE`, `SIDE`, 3)."""

    spoilt: Pixels
    clean: Pixels


def tiles(pages: Iterable[Pixels], each: int, rng: np.random.Generator, done: Callable[[int], None]) -> Tiles:
    """So many tiles of each page, which is spoilt in one way; ``done`` is told how many pages are done."""
    spoilt, clean = [], []
    for number, page in enumerate(pages, start=1):
        before, after = shown(page), worn(page, rng)
        for _ in range(each):
            at = _place(before, rng)
            spoilt.append(after[at])
            clean.append(before[at])
        done(number)
    return Tiles(np.stack(spoilt), np.stack(clean))


def _place(page: Pixels, rng: np.random.Generator) -> tuple[slice, slice]:
    wanted = rng.random() < _INKED
    for _ in range(_TRIES):
        y, x = (int(rng.integers(side - SIDE + 1)) for side in page.shape[:2])
        at = slice(y, y + SIDE), slice(x, x + SIDE)
        if not wanted or float(page[at].std()) >= _LEAST:
            break
    return at


def fit(  # noqa: PLR0913 - what, how long, by what chance; the rest is for who watches
    train: Tiles,
    validation: Tiles,
    *,
    epochs: int,
    seed: int,
    device: str = "cpu",
    progress: Callable[[int, int], None] | None = None,
    told: Callable[[Epoch], None] | None = None,
    checkpoint: Path | None = None,
) -> Restorer:
    """A trained network, in evaluation mode, on the CPU; arguments as of `klausur.learn.segment.fit.fit`."""

    def batch(chosen: Which) -> tuple[Tensor, Tensor]:
        return _fed(train, chosen, device), _wanted(train, chosen, device)

    def measured(made: Restorer) -> Measured:
        made.eval()
        losses, right, count = [], 0.0, len(validation.spoilt)
        with torch.inference_mode():
            for start in range(0, count, COURSE.batch):
                here = np.arange(start, min(start + COURSE.batch, count))
                said, wanted = made(_fed(validation, here, device)), _wanted(validation, here, device)
                losses.append(float(_loss(said, wanted)))
                right += _right(said, wanted)
        return Measured(float(np.mean(losses)), right / count)

    lesson = Lesson(lambda: Restorer().to(device), len(train.spoilt), batch, measured, _loss, _right)
    return loop.fit(
        lesson, COURSE, epochs=epochs, seed=seed, progress=progress, told=told, checkpoint=checkpoint
    )


def cleaned(network: Restorer, tiles: Tiles) -> Pixels:
    """What a network makes of spoilt tiles, (n, `SIDE`, `SIDE`, 3)."""
    parts = loop.logits(network, lambda some: _fed(tiles, some, "cpu"), len(tiles.spoilt), COURSE.batch)
    return np.asarray(np.round(255.0 * (1.0 - parts.clip(0.0, 1.0))), np.uint8).transpose(0, 2, 3, 1)


def _fed(some: Tiles, chosen: Which, device: str) -> Tensor:
    """A batch as the reader would feed it."""
    return torch.from_numpy(prepared(some.spoilt[chosen])).to(device)


def _wanted(some: Tiles, chosen: Which, device: str) -> Tensor:
    ink = 1.0 - some.clean[chosen].astype(np.float32) / 255.0
    return torch.from_numpy(np.ascontiguousarray(ink.transpose(0, 3, 1, 2))).to(device)


def _loss(said: Tensor, wanted: Tensor) -> Tensor:
    return functional.l1_loss(said, wanted) + _SQUARED * functional.mse_loss(said, wanted)


def _right(said: Tensor, wanted: Tensor) -> float:
    """The share of colours that are right, summed over tiles."""
    near = (said.detach() - wanted).abs() <= _NEAR
    return float(near.float().mean(dim=(1, 2, 3)).sum())
