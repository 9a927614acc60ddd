"""Whether digits that no one wrote look real: a classifier is told to tell them from people's.

    python benchmarks/pens.py [--packed vae=FILE gan=FILE] [--seed 91] [--json]

Of each sort of digits a classifier sees as many as of real ones, all by the same pens, on paper, scanned.
What it learns from and what it is asked about are other hands, or other pictures. Half right is what
guessing gives, so the nearer to half, the better the pen.

    real    MNIST's validation part against other pictures of it: what a classifier finds where nothing is
    drawn   `klausur.rehearse.numerals`, made-up forms
    FILE    what ``python -m klausur.learn vae`` and ``gan`` packed

Beside it stands how many of each sort the shipped digit reader takes for what they shall be: a rehearsal's
truth must be readable.
"""

import argparse
import json
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from klausur.learn import loop, printed
from klausur.learn.crops import REACH
from klausur.learn.digits import mnist
from klausur.learn.digits.cells import CELL, place
from klausur.learn.digits.mnist import SIDE, Part
from klausur.learn.loop import Course, Lesson, Measured, Which
from klausur.learn.printed import FINE
from klausur.learn.scans import off, placed
from klausur.read import digits
from klausur.read.cells import cell_inputs
from klausur.rehearse import pen
from klausur.rehearse.hands import Population, hand, stream
from klausur.rehearse.numerals import row
from klausur.rehearse.pictured import write
from klausur.scan.model import Pixels

EACH = 1_440
"""Windows of a sort that are learnt; a third as many are asked about."""

COURSE = Course(batch=64, learning_rate=2e-3, weight_decay=1e-2)
EPOCHS = 5


class Judge(nn.Module):
    """A window, (n, 1, 40, 40), to two scores: made, and real."""

    def __init__(self) -> None:
        super().__init__()
        widths = (1, 16, 32, 48)
        blocks = [
            (nn.Conv2d(a, b, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(b), nn.ReLU())
            for a, b in pairwise(widths)
        ]
        self.layers = nn.Sequential(
            *(layer for block in blocks for layer in block), nn.Flatten(), nn.Linear(48 * 25, 2)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Scores, (n, 2)."""
        said: Tensor = self.layers(x)
        return said


Draw = Callable[[int, Pixels, np.random.Generator], int]
"""Draws the n-th digit of a sort onto paper, and tells which it is."""


def pictured(pictures: Pixels, labels: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Draw:
    """A pen that writes pictures, (n, 28, 28)."""

    def draw(n: int, paper: Pixels, rng: np.random.Generator) -> int:
        at = n % len(labels)
        size, centre = place(CELL, rng)
        person = hand(rng, Population.TRAIN)
        write(paper, pictures[at], (centre[0] + REACH, centre[1] + REACH), size, FINE, person, rng)
        return int(labels[at])

    return draw


def drawn(n: int, paper: Pixels, rng: np.random.Generator) -> int:
    """The rehearsal's made-up forms."""
    person = hand(rng, Population.TRAIN)
    pen.ink(paper, row(str(n % 10), [CELL], person, rng), FINE, (-REACH, -REACH), person, rng)
    return n % 10


def windows(draw: Draw, first: int, count: int, seed: int) -> tuple[Pixels, list[int]]:
    """Windows, (count, 40, 40), and what they show."""
    found, labels = [], []
    for n in range(first, first + count):
        rng = stream(Population.TRAIN, seed, 0x9E, n)
        paper = printed.canvas(REACH, FINE)
        labels.append(draw(n, paper, rng))
        fed = cell_inputs(placed(paper, rng), [off(CELL, rng)])[0, 0]
        found.append(np.asarray(np.round(fed * 255), np.uint8))
    return np.stack(found), labels


def told(real: tuple[Pixels, Pixels], made: tuple[Pixels, Pixels], seed: int) -> float:
    """The share of windows that a classifier tells rightly, after it has learnt from others."""
    learnt, asked = (np.concatenate(pair) for pair in zip(real, made, strict=True))
    truth, asked_truth = (np.repeat([1, 0], [len(a), len(b)]) for a, b in zip(real, made, strict=True))

    def fed(some: Pixels, chosen: Which) -> Tensor:
        return torch.from_numpy(some[chosen][:, None].astype(np.float32) / 255.0)

    def batch(chosen: Which) -> tuple[Tensor, Tensor]:
        return fed(learnt, chosen), torch.from_numpy(truth[chosen])

    def measured(judge: Judge) -> Measured:
        said = torch.from_numpy(loop.logits(judge, partial(fed, asked), len(asked), 256))
        right = float((said.argmax(dim=1).numpy() == asked_truth).mean())
        return Measured(float(functional.cross_entropy(said, torch.from_numpy(asked_truth))), right)

    judge = loop.fit(Lesson(Judge, len(learnt), batch, measured), COURSE, epochs=EPOCHS, seed=seed)
    return measured(judge).accuracy


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--packed", nargs="*", default=[], metavar="NAME=FILE")
    parser.add_argument("--seed", type=int, default=91)
    parser.add_argument("--each", type=int, default=EACH)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    torch.set_num_threads(1)
    held_back = mnist.read(mnist.fetch(), Part.VALIDATION)
    # Drawn by lot: MNIST's pictures seem to alternate between two sorts of people, told apart by 67 %.
    order = np.random.default_rng(given.seed).permutation(len(held_back.labels))
    halves = [pictured(held_back.pixels[half], held_back.labels[half]) for half in np.array_split(order, 2)]
    pens: dict[str, Draw] = {"real": halves[1], "drawn": drawn}
    for each in given.packed:
        name, _, file = each.partition("=")
        pens[name] = pictured(*unpacked(Path(file)))
    asked = given.each // 3
    known, _ = zip(
        *(windows(halves[0], at, n, given.seed) for at, n in ((0, given.each), (given.each, asked))),
        strict=True,
    )
    rows: list[dict[str, str | float]] = []
    for number, (name, draw) in enumerate(pens.items(), start=1):
        sets = [windows(draw, at, n, given.seed + number) for at, n in ((0, given.each), (given.each, asked))]
        fed = (np.concatenate([ink for ink, _ in sets])[:, None] / np.float32(255)).astype(np.float32)
        seen = digits.shipped().opinion(fed).argmax(axis=1)
        wanted = np.array([label for _, labels in sets for label in labels])
        rows.append(
            {
                "pen": name,
                "asked": 2 * asked,
                "told": round(told((known[0], known[1]), (sets[0][0], sets[1][0]), given.seed), 4),
                "read": round(float((seen == wanted).mean()), 4),
            }
        )
    if given.json:
        print(json.dumps(rows))
        return
    for row_ in rows:
        print(f"{row_['pen']:>6}: told from real ones {row_['told']:.1%}, read rightly {row_['read']:.1%}")


def unpacked(path: Path) -> tuple[Pixels, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Pictures, (n, 28, 28), hand by hand, and what each is."""
    sheet = np.asarray(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE), np.uint8)
    hands, columns = (side // SIDE for side in sheet.shape)
    pictures = sheet.reshape(hands, SIDE, columns, SIDE).transpose(0, 2, 1, 3).reshape(-1, SIDE, SIDE)
    return pictures, np.tile(np.repeat(np.arange(10), columns // 10), hands)


if __name__ == "__main__":
    main()
