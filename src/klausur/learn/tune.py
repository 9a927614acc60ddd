"""Learning from use: a reader that goes on learning from the marks an institution's people settled.

Its network starts as the other reader's. So that it does not forget what these marks do not show, it sees
drawn ones beside them. It is adopted where it is worse on neither the marks held out nor the drawn hands that
only test (`klausur.learn.from_use`); the other reader stays where it is.
"""

import shutil
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

import numpy as np

from klausur.learn import from_use, train
from klausur.learn.crops import CLASSES, Crops, joined
from klausur.learn.from_use import KnownMarks
from klausur.learn.scans import Kind
from klausur.learn.train import Order, Show
from klausur.read import card as cards
from klausur.read.marks import MarkReader
from klausur.scan.tones import ScanKind

_AS = {ScanKind.GREY: Kind.GREY, ScanKind.COLOUR: Kind.PHOTO, ScanKind.TWO_LEVEL: Kind.TWO_LEVEL}
"""What training calls a kind of scan whose pixels tell no more."""


def tuned(
    order: Order,
    folder: Path,
    old: Path,
    executor: Executor,
    show: Show,
    tell: Callable[[str], None],
) -> Path | None:
    """Train on from a reader's network, and write the new reader if it is worse on neither.

    Args:
        order: what to train; its network is the old reader's.
        folder: what `klausur readings --settled` wrote.
        old: the card of the reader to start from.
        executor: where windows are drawn.
        show: called with (step, done, total).
        tell: called with a line for people.

    Returns:
        The new card's path in ``order.out``, or None: what was made then lies in the run's folder alone.
    """
    card, _ = cards.read(old)
    network = str(card.data.get("network", "problem-4"))
    learnt, held_out = from_use.used(folder)
    kept = replace(order, network=network, out=order.run / "new", version=f"{card.version}-used", start=old)
    parts = train.drawn(kept, executor, show)
    parts = replace(parts, train=joined([parts.train, crops(learnt)]))
    path = train.trained(kept, parts, show, tell)
    sets = {"held out": held_out, "drawn hands": from_use.drawn(order.seed, from_use.HANDS)}
    found = from_use.compared(MarkReader(old), MarkReader(path), sets)
    for name in sets:
        tell(f"{name}: {found.old[name]} before, {found.new[name]} now")
    for worse in found.worse:
        tell(f"worse: {worse}")
    if found.worse:
        return None
    order.out.mkdir(parents=True, exist_ok=True)
    for made in (path, path.with_suffix(".onnx")):
        shutil.copy(made, order.out)
    return order.out / path.name


def crops(marks: KnownMarks) -> Crops:
    """Settled marks as windows to learn from; each counts as one person's, since nobody knows whose it is."""
    return Crops(
        marks.windows,
        np.array([CLASSES.index(state) for state in marks.states]),
        np.array([list(Kind).index(_AS[kind]) for kind in marks.kinds]),
        np.arange(len(marks.states)),
    )
