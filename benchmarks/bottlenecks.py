"""How wide a bottleneck must be: small autoencoders, trained alike, from too narrow ones to too wide ones.

    python benchmarks/bottlenecks.py [--widths 1 2 10 100 400] [--most 6000] [--epochs 4] [--json]

Each learns from the first pictures of MNIST's training part, and is measured on its last 6,000, of which
nobody has told it what they are. ``plain`` are denoising autoencoders that only rebuild pictures,
``together`` those in whose bottleneck what looks alike shall lie together, as in the one that is shipped.

    error    mean squared error of a rebuilt picture's pixels, 0 paper … 1 ink
    purity   and adjusted Rand index of ten clusters in the bottleneck, as `groups` has them
"""

import argparse
import json
from dataclasses import asdict, dataclass

import numpy as np
import torch

from klausur.learn import loop
from klausur.learn.alike import clusters, fit, pictures
from klausur.learn.alike.clusters import Labels
from klausur.learn.alike.train import KINDS
from klausur.learn.digits import mnist
from klausur.learn.digits.mnist import Part, Pictures
from klausur.scan.model import Pixels


@dataclass(frozen=True, slots=True)
class Row:
    """One network."""

    kind: str
    width: int
    error: float
    purity: float
    adjusted_rand: float


def measured(kind: str, width: int, train: Pixels, validation: Pixels, labels: Labels, epochs: int) -> Row:
    """Train a network and measure it."""
    near = fit.nearest(fit.flat(train), 0)
    network = fit.fit(
        train,
        near,
        validation[: fit.COURSE.batch],
        bottleneck=width,
        epochs=epochs,
        seed=0,
        together=float(kind == "together"),
    )
    seen = fit.flat(validation)
    ink = torch.from_numpy(seen).view(-1, 1, 28, 28)
    rebuilt = loop.logits(network, lambda some: ink[some], len(seen), 512)
    found = clusters.k_means(fit.embedded(network, validation), KINDS, seed=0)
    return Row(
        kind,
        width,
        round(float(np.mean((rebuilt.reshape(seen.shape) - seen) ** 2)), 4),
        round(clusters.purity(found, labels), 3),
        round(clusters.adjusted_rand(found, labels), 3),
    )


def main() -> None:
    """Train, measure and print, one network after the other."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--widths", type=int, nargs="+", default=[1, 2, 10, 100, 400])
    options.add_argument("--kinds", nargs="+", default=["together", "plain"])
    options.add_argument("--most", type=int, default=6_000)
    options.add_argument("--epochs", type=int, default=4)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    torch.set_num_threads(1)
    tarball = mnist.fetch()
    learnt, held_back = mnist.read(tarball, Part.TRAIN), mnist.read(tarball, Part.VALIDATION)
    train = pictures.of_mnist(Pictures(learnt.pixels[: given.most], learnt.labels[: given.most]))
    validation = pictures.of_mnist(held_back)
    rows = []
    for kind in given.kinds:
        for width in given.widths:
            rows.append(measured(kind, width, train, validation, held_back.labels, given.epochs))
            if not given.json:
                print("  ".join(f"{name} {value}" for name, value in asdict(rows[-1]).items()), flush=True)
    if given.json:
        print(json.dumps([asdict(row) for row in rows]))


if __name__ == "__main__":
    main()
