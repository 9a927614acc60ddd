"""What a booklet's other marks tell of one: how many silent misreads that catches, for how many flags.

Three ways were thought of to ask people about readings that the reader is sure of: a question of one cross in
which nothing is crossed; a mark that is unlike the others by the same hand (its ink inside and round the box,
how dark it is, how far it reaches, how it slants); and dots in empty boxes of a hand whose crosses leave as
little. What counts is how many silent misreads are among each 1,000 more boxes that people look at, beside
the plain way of spending as many flags: those first of which the reader is least sure.

    python benchmarks/in_character.py [--traces traces.jsonl.gz] [--hands 150] [--seed 31] [--json]

``hands`` are drawn ones with 15 crosses and 8 odd marks each: a silent misread is an odd mark that passes for
a plain one. With ``--traces`` (what file that is: `docs/reference/readers.md`) come the crosses of real
writers, 60 by each with a thin pen of their own, on two-level scans: a silent misread is a cross that passes
for empty, and one question in 50 is left blank, as in rehearsals. Nothing is chosen here.
"""

import argparse
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from klausur.learn import printed
from klausur.learn.crops import REACH, Split, one
from klausur.learn.printed import FINE
from klausur.learn.scans import off
from klausur.paper.code import PageCode
from klausur.paper.fields import Mark
from klausur.read import ink
from klausur.read.crop import window
from klausur.read.marks import SeenMark, shipped
from klausur.read.preprocess import inputs
from klausur.rehearse import pen, scanner_tones
from klausur.rehearse.hands import Hand, Population, hand, stream
from klausur.rehearse.strokes import Points, pull
from klausur.scan.model import Pixels, Placed, Quality

CROSSES, ODD, EACH, BLANK = 15, 8, 60, 1 / 50
THIN = (0.12, 0.3)
"""Widths of thin pens in mm."""
SHARES = (0.005, 0.01, 0.02, 0.05)
"""Shares of the plain marks that are asked about besides."""
FEWEST = 5
"""Marks by one hand without which there is nothing to be unlike."""
FRAME = (15.0, 24.0)
"""Pixels from the middle between which the printed frame lies."""
_AWAY = np.arange(80) - 39.5
_FARTHER = np.maximum(np.abs(_AWAY)[:, None], np.abs(_AWAY)[None, :])

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Row:
    """What one way catches with so many flags more, ``of`` all silent misreads."""

    way: str
    flags: int
    caught: int
    of: int

    @property
    def per_thousand(self) -> float:
        """Silent misreads among 1,000 more flags."""
        return 1000 * self.caught / max(1, self.flags)


def features(windows: Pixels) -> Floats:
    """How marks look, (n, 5): ink inside, ink round the box, its darkness, its reach, its slant; pixels."""
    dark = inputs(windows).max(axis=1).astype(np.float64)  # (n, 80, 80)
    dark *= (dark > 0.25) & ~((FRAME[0] < _FARTHER) & (FRAME[1] > _FARTHER))
    weight, count = dark.sum(axis=(1, 2)) + 1e-9, (dark > 0).sum(axis=(1, 2)) + 1e-9
    spread = [(dark.sum(axis=axis) * _AWAY**2).sum(axis=1) / weight for axis in (1, 2)]
    slant = (dark * _AWAY[:, None] * _AWAY[None, :]).sum(axis=(1, 2)) / weight
    inside, around = (dark[:, part].sum(axis=1) for part in (FRAME[0] >= _FARTHER, FRAME[1] <= _FARTHER))
    return np.stack([inside, around, weight / count, np.sqrt(spread[0] + spread[1]), slant], axis=1)


def unlike(own: Floats) -> Floats:
    """How far each of a hand's marks (n, k) is from their middle, in units of their usual distance: (n,)."""
    middle = np.median(own, axis=0)
    usual = np.median(np.abs(own - middle), axis=0) + 0.02 * np.abs(middle) + 1e-6
    return np.asarray((np.abs(own - middle) / usual).max(axis=1), np.float64)


def of_hands(hands: int, seed: int) -> list[Row]:
    """Odd marks that pass for plain ones, among the plain ones by the same drawn hand."""
    ways: dict[str, list[float]] = defaultdict(list)
    wrong: list[bool] = []
    for number in range(hands):
        rng = stream(Population.TRAIN, seed, Split.VALIDATION, number)
        person = hand(rng, Population.TRAIN)
        truth = [Mark.CROSSED] * CROSSES + [Mark.OTHER] * ODD
        windows = np.stack([one(mark, person, rng) for mark in truth])
        read = shipped().read(windows)
        plain = [n for n, r in enumerate(read) if not r.flagged and r.value is not Mark.EMPTY]
        if len(plain) < FEWEST:
            continue
        ways["odd marks: unlike the others by this hand"] += unlike(features(windows[plain])).tolist()
        ways["odd marks: less sure"] += [1 - read[n].confidence for n in plain]
        wrong += [truth[n] is not read[n].value for n in plain]
    return [row for way, score in ways.items() for row in _spent(way, np.array(score), np.array(wrong))]


def _spent(way: str, score: Floats, wrong: npt.NDArray[np.bool_]) -> list[Row]:
    """What is caught where those with the greatest scores are asked about."""
    order = np.argsort(-score, kind="stable")
    flags = [round(share * len(order)) for share in SHARES]
    return [Row(way, n, int(wrong[order[:n]].sum()), int(wrong.sum())) for n in flags]


def of_writers(path: Path, seed: int) -> list[Row]:
    """Crosses that pass for empty on two-level scans."""
    lost, asked_blank = 0, 0
    by_hand: list[float] = []
    plain_ink: list[float] = []
    less_sure: list[float] = []
    wrong: list[bool] = []
    for number, strokes in enumerate(_by_writer(path)):
        rng = stream(Population.TRAIN, seed, 5, number)
        person = replace(hand(rng, Population.TRAIN), width=float(rng.uniform(*THIN)))
        crossed = np.stack([two_level(strokes[n % len(strokes)], person, rng) for n in range(EACH)])
        empty = np.stack([two_level((), person, rng) for _ in range(EACH)])
        read, other = shipped().read(crossed), shipped().read(empty)
        passed, clear = (np.array([_passes(r) for r in each]) for each in (read, other))
        lost += int(passed.sum())
        asked_blank += int((clear & (rng.random(EACH) < BLANK)).sum())
        test = shipped().card.ink_test
        assert test is not None  # noqa: S101 - a reader of marks has one
        usual = float(np.median(ink.traces(crossed, test))) + 1.0
        for windows, shown, seen in ((crossed, passed, read), (empty, clear, other)):
            found = ink.inked(windows[shown], test) if shown.any() else np.zeros(0)
            by_hand += (found / usual).tolist()
            plain_ink += found.tolist()
            less_sure += [1 - r.confidence for r, p in zip(seen, shown, strict=True) if p]
            wrong += [windows is crossed] * int(shown.sum())
    rows = [Row("lost crosses: a question of one cross without any", lost + asked_blank, lost, lost)]
    for way, score in (
        ("lost crosses: ink, by this hand's", by_hand),
        ("lost crosses: ink alone", plain_ink),
        ("lost crosses: less sure", less_sure),
    ):
        rows += _spent(way, np.array(score), np.array(wrong))
    return rows


def _passes(seen: SeenMark) -> bool:
    return seen.value is Mark.EMPTY and not seen.flagged


def two_level(strokes: Sequence[Points], person: Hand, rng: np.random.Generator) -> Pixels:
    """The reader's window of a box with these strokes in it, (80, 80, 3), scanned in black and white."""
    paper = printed.canvas(REACH, FINE)
    printed.frame(paper, FINE, rng.uniform(0.7, 1.0), rng.uniform(0.2, 0.32))
    size, at = rng.uniform(2.0, 4.0), rng.normal(0.0, 0.3, 2)
    laid = [pull(stroke * size + at, person, rng, shake=0.0) for stroke in strokes]
    if laid:
        pen.ink(paper, laid, FINE, (-REACH, -REACH), person, rng)
    per_mm = float(rng.choice([200.0, 300.0, 400.0], p=[0.3, 0.6, 0.1])) / 25.4
    side = round(2 * REACH * per_mm)
    image = np.asarray(cv2.resize(paper, (side, side), interpolation=cv2.INTER_AREA), np.uint8)
    tones = scanner_tones.bilevel if rng.random() < 0.5 else scanner_tones.bilevel_uneven
    to_pixels = np.array(((per_mm, 0, (side - 1) / 2), (0, per_mm, (side - 1) / 2), (0, 0, 1.0)))
    quality = Quality(0.0, 300.0, 200.0, 1.0, 4)
    placed = Placed(PageCode(1, 1, 1), tones(image, per_mm, rng), to_pixels, quality)
    return window(placed, off(printed.BOX, rng))


def _by_writer(path: Path) -> Iterator[list[list[Points]]]:
    """The crosses of each writer who has some, their middle at (0, 0), the longer side 1."""
    found: dict[str, list[list[Points]]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            each = json.loads(line)
            strokes = [np.array(stroke, np.float64) for stroke in each["strokes"] if len(stroke) > 1]
            if each["label"] in {"X", "x"} and len(strokes) == 2:  # else a loop, or one bar only
                every = np.concatenate(strokes)
                middle = (every.min(axis=0) + every.max(axis=0)) / 2
                found[f"{each['site']}/{each['writer']}"].append([stroke - middle for stroke in strokes])
    yield from (crosses for crosses in found.values() if len(crosses) > 2)


def main() -> None:
    """Draw, read, and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--traces", type=Path)
    parser.add_argument("--hands", type=int, default=150)
    parser.add_argument("--seed", type=int, default=31)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = of_hands(options.hands, options.seed) if options.hands else []
    if options.traces is not None:
        rows += of_writers(options.traces, options.seed)
    if options.json:
        print(json.dumps([asdict(row) | {"per_thousand": row.per_thousand} for row in rows]))
        return
    print("more flags  caught of all silent  per 1,000 flags  way")
    for row in rows:
        print(f"{row.flags:10d}  {row.caught:6d} of {row.of:<11d}  {row.per_thousand:15.0f}  {row.way}")


if __name__ == "__main__":
    main()
