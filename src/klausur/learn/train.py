"""The whole training of the mark reader on one screen: draw, fit, calibrate, measure, write."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import ClassVar

import torch
from torch import nn

from klausur.learn import calibrate, data, export, fit, run_folder
from klausur.learn.budget import SURE, Evidence
from klausur.learn.calibrate import OTHER_SHARE, frequencies
from klausur.learn.crops import CLASSES, Crops, Split, joined
from klausur.learn.fit import MAX_ROTATION
from klausur.learn.loop import Epoch
from klausur.learn.networks.marks import CalibratedMarks
from klausur.learn.scans import KINDS
from klausur.learn.traces import Part
from klausur.paper.fields import MARK_WINDOW
from klausur.read import card as cards
from klausur.read.card import SCHEMA, Card, Input
from klausur.read.crop import PAPER_QUANTILE, SIDE
from klausur.read.ink import InkTest
from klausur.read.marks import PREPROCESSING, MarkReader

SAMPLES = 36_000
EPOCHS = 10
MEASURED = 12_000
"""Windows at most of each part that is not learnt, of drawn hands and of traces."""

TRACES = (
    "UNIPEN train_r01_v07: Guyon, Schomaker, Plamondon, Liberman, Janet, ICPR 1994; "
    "doi 10.5281/zenodo.1195803; CC BY 4.0"
)

Show = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What to train, and where to write it.

    Attributes:
        out: the folder of model and card.
        run: the folder of all else that a run leaves, and of what it needs to go on after a kill.
        traces: real pen traces (`klausur.learn.traces`); without them all hands are drawn.
        network: one of `klausur.learn.networks.marks.NETWORKS`.
        windows: a folder in which drawn windows are kept for other trainings of the same seed and size.
        seed, samples, epochs, device: see `klausur.learn.fit`.
    """

    out: Path
    run: Path
    traces: Path | None = None
    network: str = "larger"
    windows: Path | None = None
    seed: int = 0
    samples: int = SAMPLES
    epochs: int = EPOCHS
    device: str = "cpu"

    NAME: ClassVar[str] = "marks"
    VERSIONS: ClassVar[dict[str, str]] = {"larger": "2", "problem-4": "2-problem-4"}


@dataclass(frozen=True, slots=True)
class Parts:
    """The windows of a training: learnt, for choosing, for the threshold, and drawn ones only measured."""

    train: Crops
    calibration: Crops
    threshold: Crops
    test: Crops


def marks(order: Order, executor: Executor, show: Show, tell: Callable[[str], None]) -> Path:
    """Train the mark reader.

    Args:
        order: what to train.
        executor: where windows are drawn.
        show: called with (step, done, total).
        tell: called with a line for people after each epoch and at the end.

    Returns:
        The path of the card, beside which the model lies.

    Raises:
        UsageError: the file of traces cannot be read.
        RefusedError: the run's folder is another training's.
        ToolError: ONNX Runtime and PyTorch disagree.
    """
    parts = _drawn(order, executor, show)
    epochs: list[Epoch] = []

    def told(epoch: Epoch) -> None:
        epochs.append(epoch)
        tell(str(epoch))

    network = fit.fit(
        parts.train,
        parts.calibration,
        epochs=order.epochs,
        seed=order.seed,
        network=order.network,
        device=order.device,
        progress=partial(show, "training"),
        told=told,
        checkpoint=order.run / "checkpoint.pt",
    )
    path = _calibrated(order, network, parts, tell)
    run_folder.write(order.run, path, parts.threshold, epochs, tell)
    return path


def _drawn(order: Order, executor: Executor, show: Show) -> Parts:
    fewer = min(order.samples // 3, MEASURED)
    return Parts(
        windows(order, Split.TRAIN, Part.TRAIN, order.samples, executor, show),
        windows(order, Split.VALIDATION, Part.CALIBRATION, fewer, executor, show),
        windows(order, Split.THRESHOLD, Part.THRESHOLD, fewer, executor, show),
        windows(order, Split.TEST, None, fewer // 2, executor, show),
    )


def windows(
    order: Order, split: Split, real: Part | None, samples: int, executor: Executor, show: Show
) -> Crops:
    """So many windows of drawn hands; half of them of real traces, where both are to be had."""
    file = None if real is None else order.traces
    each = samples if file is None else samples // 2
    name = f"{split.name.lower()}-{order.seed}-{each}"
    by_hand = partial(data.drawn, order.seed, split, each, executor, partial(show, f"drawing: {name}"))
    hands = data.kept(order.windows, f"{name}-drawn", by_hand)
    if file is None or real is None:
        return hands
    by_writer = partial(data.traced, file, order.seed, real, each, executor, partial(show, f"traces: {name}"))
    return joined([hands, data.kept(order.windows, f"{name}-traced", by_writer)])


def _calibrated(order: Order, network: nn.Module, parts: Parts, tell: Callable[[str], None]) -> Path:
    """Write model and card: temperature and ink test out of the calibration's windows, then the threshold.

    The threshold is found with the reader itself, which flags for reasons of its own beside the confidence.
    """
    logits = fit.logits(network, parts.calibration)
    temperature = calibrate.temperature(logits, parts.calibration.labels)
    module = CalibratedMarks(network, temperature, frequencies())
    ink = calibrate.ink_test(parts.calibration)
    card = Card(
        schema=SCHEMA,
        reader=order.NAME,
        version=order.VERSIONS[order.network],
        model="",
        sha256="",
        classes=CLASSES,
        input=Input(SIDE, 3, MARK_WINDOW, PREPROCESSING, PAPER_QUANTILE),
        ink_test=ink,
        temperature=temperature,
        other_share=OTHER_SHARE,
        flag_below=0.0,
        data=_statement(order, parts),
        figures={},
    )
    path = export.write(order.out, module, card, MarkReader)
    card, _ = cards.read(path)
    ink = calibrate.ink_bounds(MarkReader(path), parts.calibration)
    cards.write(replace(card, ink_test=ink), path)
    reader = MarkReader(path)
    read = calibrate.readings(reader, parts.threshold)
    least, found = calibrate.flag_below(read, parts.threshold)
    figures = _figures(ink, found)
    for kind, rows in calibrate.by_kind(read, parts.threshold, least).items():
        figures |= {f"threshold_{kind}_{name}": value for name, value in asdict(rows).items()}
    tested = calibrate.outcome(calibrate.readings(reader, parts.test), parts.test, least)
    figures |= {f"test_{name}": value for name, value in asdict(tested).items()}
    for name, value in figures.items():
        tell(f"{name:>40}  {value}")
    cards.write(replace(card, ink_test=ink, flag_below=least, figures=figures), path)
    return path


def _figures(ink: InkTest, found: Evidence) -> dict[str, int | float]:
    """The error budget on the card, and what stands behind its bound."""
    return {
        "budget_per_million": calibrate.BUDGET,
        "bound_per_million": found.bound,
        "bound_confidence": SURE,
        "bound_windows": found.windows,
        "bound_people": found.people,
        "bound_effective_windows": found.effective,
        "bound_silent": found.silent,
        "ink_test_confidence": ink.confidence,
    }


def _statement(order: Order, parts: Parts) -> dict[str, str | int | float]:
    """The statement of the training data, for the card."""
    real = {} if order.traces is None else {p.name.lower(): data.known(order.traces, p) for p in Part}
    balance = [int((parts.train.labels == k).sum()) for k in range(len(CLASSES))]
    return {
        "source": "drawn by klausur.rehearse.pen (training population) and klausur.learn.freehand"
        + (f"; half of it {TRACES}" if real else ""),
        "real_handwriting": "traces of crosses, strokes and digits" if real else "none",
        **{f"{name}_writers": len(some.writers) for name, some in real.items()},
        **{f"{name}_crosses": len(some.crosses) for name, some in real.items()},
        "network": order.network,
        "seed": order.seed,
        "training_windows": len(parts.train.labels),
        **{f"training_{mark}": count for mark, count in zip(CLASSES, balance, strict=True)},
        "epochs": order.epochs,
        "augmentation": f"Gaussian noise, rotation up to {MAX_ROTATION:g} degrees, contrast; no flips",
        "scans": ", ".join(f"{kind} {share:.0%}" for kind, share in KINDS.items()),
        "calibration": "other people; temperature, epoch and ink test were chosen on them",
        "threshold": "a third set of people; flag_below was chosen on them",
        "test": "a fourth set of hands, drawn; only measured",
        "torch": str(torch.__version__).split("+")[0],
    }
