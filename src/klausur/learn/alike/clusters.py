"""How well groups that nobody named agree with what things are: k-means, purity, the adjusted Rand index."""

import numpy as np
import numpy.typing as npt
from scipy.cluster.vq import kmeans2

Vectors = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]

STARTS = 10
"""How often k-means begins anew; what has the least distances counts."""


def k_means(vectors: Vectors, k: int, seed: int) -> Labels:
    """The cluster of each vector, (n,), by k-means++ (Arthur and Vassilvitskii 2007)."""
    rng = np.random.default_rng(seed)
    best, least = np.zeros(len(vectors), np.int64), np.inf
    for _ in range(STARTS):
        centres, found = kmeans2(vectors.astype(np.float32), k, iter=60, minit="++", rng=rng, missing="warn")
        spread = float(((vectors - centres[found]) ** 2).sum())
        if spread < least:
            best, least = found.astype(np.int64), spread
    return best


def components(train: Vectors, count: int) -> tuple[Vectors, Vectors]:
    """The mean, (d,), and the first principal components, (d, count), of vectors, (n, d)."""
    mean = train.mean(axis=0)
    _, axes = np.linalg.eigh(np.cov((train - mean).T))
    return mean, np.asarray(axes[:, ::-1][:, :count], np.float32)


def table(found: Labels, truth: Labels) -> npt.NDArray[np.int64]:
    """How many things of each kind lie in each cluster, (clusters, kinds)."""
    counts = np.zeros((int(found.max()) + 1, int(truth.max()) + 1), np.int64)
    np.add.at(counts, (found, truth), 1)
    return counts


def purity(found: Labels, truth: Labels) -> float:
    """The share of things that are of the most frequent kind of their cluster."""
    return float(table(found, truth).max(axis=1).sum()) / len(truth)


def adjusted_rand(found: Labels, truth: Labels) -> float:
    """How far pairs agree on being together or apart, beyond chance: 1 for all, 0 for chance.

    Hubert and Arabie 1985, "Comparing partitions", equation 5.
    """
    counts = table(found, truth).astype(np.float64)
    together, by_cluster, by_kind = (
        float((n * (n - 1) / 2).sum()) for n in (counts, counts.sum(axis=1), counts.sum(axis=0))
    )
    chance = by_cluster * by_kind / (len(truth) * (len(truth) - 1) / 2)
    most = (by_cluster + by_kind) / 2
    return (together - chance) / (most - chance) if most != chance else 1.0
