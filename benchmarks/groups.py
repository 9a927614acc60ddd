"""What looks alike: ten clusters of real digits that nobody named, and the judgements that groups save.

    python benchmarks/groups.py [--card CARD …] [--questions 10] [--candidates 200] [--seed 41] [--json]

*Clusters*: MNIST's test part, 10,000 digits that no network has learnt from and nothing was chosen by, into
ten clusters by k-means (ten starts): of embeddings, of pixels as MNIST has them, of the same prepared as the
reader prepares ink (set upright, by `klausur.read.characters`), and of as many principal components of these
as the embedding has numbers. Purity is the share of digits that are of the most frequent kind of their
cluster; the adjusted Rand index counts pairs, beyond chance.

*Short answers*: numbers on rehearsed pages (`short_answers`), grouped by `klausur.read.likeness`.

    acts     what a corrector does: one for each group of 48 at most, two for each answer in it that is not
             like most of them (taken out, then judged), one for each answer alone
    saved    the share of judgements that this is less than one for each answer
    strange  the share of answers in groups that are not like most of theirs: people have to notice these

Pixels and components are grouped in the same way, with units and cuts of their own. ``--part validation``
uses the last 6,000 pictures of MNIST's training part instead, and ``--cuts`` tries others: so units and cuts
were chosen.
"""

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from klausur.actions.judging_groups import MOST as AT_ONCE
from klausur.learn.alike import clusters, pictures
from klausur.learn.alike.fit import flat
from klausur.learn.alike.train import KINDS, unit
from klausur.learn.digits import mnist
from klausur.learn.digits.mnist import Part
from klausur.read.alike import MOST, SHIPPED, Embedder
from klausur.read.likeness import CUT, Inks
from klausur.read.pool import processes
from klausur.scan.model import Pixels
from short_answers import Question, questions

Vectors = npt.NDArray[np.float32]

CUTS = {"pixels": 0.8, "components": 0.7}
"""Of the plain methods: those that save most on the validation part, in steps of 0.1."""


@dataclass(frozen=True, slots=True)
class Method:
    """A way from characters, (n, 28, 28), to vectors, (n, width), in which 1 is far."""

    name: str
    width: int
    vectors: Callable[[Pixels], Vectors]
    cut: float


@dataclass(frozen=True, slots=True)
class Clusters:
    """How ten clusters agree with what was written."""

    method: str
    width: int
    purity: float
    adjusted_rand: float


@dataclass(frozen=True, slots=True)
class Saved:
    """What groups save of the judgements of some questions' answers."""

    method: str
    cut: float
    answers: int
    acts: int
    saved: float
    grouped: float
    strange: float


def methods(cards: Sequence[Path], characters: Pixels, labels: npt.NDArray[np.int64]) -> list[Method]:
    """Embedders by their cards, and the plain methods, whose units are found on these labelled characters."""
    found = []
    for path in cards:
        embedder = Embedder(path)
        width = int(embedder.card.data["bottleneck"])
        found.append(Method(path.stem, width, _embedding(embedder), CUT))
    vectors = flat(characters)
    far = unit(vectors, labels)
    found.append(
        Method("pixels", vectors.shape[1], lambda seen: flat(seen) / np.float32(far), CUTS["pixels"])
    )
    for width in sorted({method.width for method in found[:-1]}):
        mean, axes = clusters.components(vectors, width)
        by = unit(np.asarray((vectors - mean) @ axes, np.float32), labels)
        found.append(Method("components", width, _projection(mean, axes, by), CUTS["components"]))
    return found


def _embedding(embedder: Embedder) -> Callable[[Pixels], Vectors]:
    return lambda seen: embedder.embeddings((seen / np.float32(255)).astype(np.float32))


def _projection(mean: Vectors, axes: Vectors, by: float) -> Callable[[Pixels], Vectors]:
    return lambda seen: np.asarray((flat(seen) - mean) @ axes / by, np.float32)


def clustered(name: str, vectors: Vectors, labels: npt.NDArray[np.int64]) -> Clusters:
    """Ten clusters of vectors."""
    found = clusters.k_means(vectors, KINDS, seed=0)
    return Clusters(
        name,
        vectors.shape[1],
        round(clusters.purity(found, labels), 3),
        round(clusters.adjusted_rand(found, labels), 3),
    )


def saved(method: Method, cuts: Sequence[float], asked: Sequence[Question]) -> Iterator[Saved]:
    """What a corrector does about all questions, at each cut."""
    inks = [Inks(tuple(_ink(method, seen) for seen in each.seen), method.width) for each in asked]
    answers = sum(len(each.kept) for each in inks)
    for cut in cuts:
        acts, grouped, strange = answers, 0, 0
        for question, ink in zip(asked, inks, strict=True):
            for group in ink.groups(cut):
                for start in range(0, len(group), AT_ONCE):
                    part = Counter(question.texts[n] for n in group[start : start + AT_ONCE])
                    others = part.total() - max(part.values())
                    if part.total() > 1:
                        acts += 1 + 2 * others - part.total()
                        grouped += part.total()
                        strange += others
        yield Saved(
            method.name,
            cut,
            answers,
            acts,
            round(1 - acts / answers, 3),
            round(grouped / answers, 3),
            round(strange / max(grouped, 1), 4),
        )


def _ink(method: Method, seen: Pixels) -> bytes:
    if not 0 < len(seen) <= MOST:
        return b""
    return np.asarray(method.vectors(seen), np.float16).tobytes()


def main() -> None:
    """Run the measurement and print its figures."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--card", type=Path, nargs="+", default=[SHIPPED])
    options.add_argument("--part", type=Part, choices=[Part.VALIDATION, Part.TEST], default=Part.TEST)
    options.add_argument("--questions", type=int, default=10)
    options.add_argument("--candidates", type=int, default=200)
    options.add_argument("--seed", type=int, default=41)
    options.add_argument("--cuts", type=float, nargs="+")
    options.add_argument("--jobs", type=int)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    tarball = mnist.fetch()
    calibrating, judged = mnist.read(tarball, Part.VALIDATION), mnist.read(tarball, given.part)
    ways = methods(given.card, pictures.of_mnist(calibrating), calibrating.labels)
    characters = pictures.of_mnist(judged)
    rows: list[Clusters | Saved] = [clustered("as they are", flat(judged.pixels), judged.labels)]
    rows += [clustered(way.name, way.vectors(characters), judged.labels) for way in ways]
    if given.questions:
        with processes(given.jobs) as executor:
            asked = list(questions(given.questions, given.candidates, given.seed, judged, executor))
        rows += [row for way in ways for row in saved(way, given.cuts or [way.cut], asked)]
    if given.json:
        told = {"part": given.part, "seed": given.seed, "rows": [asdict(row) for row in rows]}
        print(json.dumps(told))
        return
    for row in rows:
        print("  ".join(f"{name} {value}" for name, value in asdict(row).items()))


if __name__ == "__main__":
    main()
