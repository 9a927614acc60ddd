"""The whole training of the ink segmenter on one screen: draw, fit, measure, write."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch

from klausur.learn import data, export, run_folder
from klausur.learn.loop import Epoch
from klausur.learn.networks.segmenter import DROPOUT, InkSegmenter, SegmentedInk
from klausur.learn.segment import fit, thresholds, windows
from klausur.learn.segment.windows import KINDS, Segmented
from klausur.learn.traces import Part
from klausur.learn.train import TRACES
from klausur.paper.fields import MARK_WINDOW
from klausur.read.card import Input
from klausur.read.crop import PAPER_QUANTILE, SIDE
from klausur.read.segment import CLASSES, PREPROCESSING, Segmenter
from klausur.scan.model import Pixels

SAMPLES, EPOCHS, MEASURED = 3_000, 7, 600
NAME, VERSION = "segments", "1"

Show = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What to train, and where to write it.

    ``traces`` is a file of pen traces, ``run`` the folder of all else that a run leaves, and of what it needs
    to go on after a kill; ``samples`` are the windows to learn from.
    """

    out: Path
    run: Path
    traces: Path
    samples: int = SAMPLES
    epochs: int = EPOCHS
    seed: int = 0
    device: str = "cpu"


def segmenter(order: Order, executor: Executor, show: Show, tell: Callable[[str], None]) -> Path:
    """Train the ink segmenter.

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
    fewer = min(MEASURED, order.samples)
    train, validation, test = (
        windows.drawn(
            order.traces, order.seed, part, count, executor, partial(show, f"drawing: {part.name.lower()}")
        )
        for part, count in ((Part.TRAIN, order.samples), (Part.CALIBRATION, fewer), (Part.TEST, fewer))
    )
    epochs: list[Epoch] = []

    def told(epoch: Epoch) -> None:
        epochs.append(epoch)
        tell(str(epoch))

    network = fit.fit(
        train,
        validation,
        epochs=order.epochs,
        seed=order.seed,
        device=order.device,
        progress=partial(show, "training"),
        told=told,
        checkpoint=order.run / "checkpoint.pt",
    )
    figures = measured(network, validation, test)
    for name, value in figures.items():
        tell(f"{name:>32}  {value}")
    card = export.card_without_bounds(
        NAME,
        VERSION,
        Input(SIDE, 3, MARK_WINDOW, PREPROCESSING, PAPER_QUANTILE),
        _statement(order, train),
        figures,
        CLASSES,
    )
    path = export.write(order.out, SegmentedInk(network), card, Segmenter)
    run_folder.course(order.run, path, epochs, "weighted cross-entropy", "pixels right, %")
    return path


def measured(network: InkSegmenter, validation: Segmented, test: Segmented) -> dict[str, int | float]:
    """How pixels of writers who test are told, by the network and by thresholds that the others gave."""
    plain = thresholds.fitted(validation)
    figures: dict[str, int | float] = {"test_windows": len(test.marks)}
    for name, found in (("test", fit.said(network, test.windows)), ("threshold", plain.said(test.windows))):
        figures |= _of(name, found, test.classes)
    return figures


def _of(name: str, found: Pixels, truth: Pixels) -> dict[str, int | float]:
    return {
        f"{name}_right": round(float((found == truth).mean()), 4),
        **{
            f"{name}_shared_{kind}": round(float(share), 4)
            for kind, share in zip(CLASSES, fit.shared(found, truth), strict=True)
        },
    }


def _statement(order: Order, train: Segmented) -> dict[str, str | int | float]:
    """The statement of the training data, for the card."""
    shares = {kind: float((train.classes == k).mean()) for k, kind in enumerate(CLASSES)}
    return {
        "source": f"drawn print, pens and highlighters; marks are {TRACES}",
        "real_handwriting": "traces of crosses, strokes and digits",
        **{
            f"{part.name.lower()}_writers": len(data.known(order.traces, part).writers)
            for part in (Part.TRAIN, Part.CALIBRATION, Part.TEST)
        },
        "network": f"InkSegmenter, dropout {DROPOUT:g}",
        "seed": order.seed,
        "training_windows": len(train.marks),
        **{f"training_share_{kind}": round(share, 4) for kind, share in shares.items()},
        "epochs": order.epochs,
        "loss": "cross-entropy of pixels, paper counts "
        + ", ".join(f"{weight:g}" for weight in fit.WEIGHTS[:1])
        + f", red {fit.WEIGHTS[-1]:g}",
        "augmentation": "contrast, Gaussian noise",
        "scans": ", ".join(f"{kind} {share:.0%}" for kind, share in KINDS.items()),
        "calibration": "other people; training ends by them, and the thresholds beside were fitted to them",
        "test": "a third set of people; only measured",
        "torch": str(torch.__version__).split("+")[0],
    }
