"""The whole training of a reader on one screen: draw, fit, calibrate, measure, write."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import ClassVar

import torch

from klausur.learn import calibrate, data, export, fit
from klausur.learn.calibrate import OTHER_SHARE, frequencies
from klausur.learn.crops import CLASSES, Crops, Split
from klausur.learn.fit import MAX_ROTATION
from klausur.learn.networks.marks import CalibratedMarks
from klausur.paper.fields import MARK_WINDOW
from klausur.read.card import SCHEMA, Card, Input
from klausur.read.crop import PAPER_QUANTILE, SIDE
from klausur.read.ink import InkTest
from klausur.read.marks import PREPROCESSING, MarkReader

SAMPLES = 120_000
EPOCHS = 12

Show = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What to train, and where to write it."""

    out: Path
    seed: int = 0
    samples: int = SAMPLES
    epochs: int = EPOCHS
    device: str = "cpu"

    NAME: ClassVar[str] = "marks"
    VERSION: ClassVar[str] = "1"


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
        ToolError: ONNX Runtime and PyTorch disagree.
    """
    train, validation, test = (
        data.draw(order.seed, split, samples, executor, partial(show, f"drawing: {split.name.lower()}"))
        for split, samples in zip(Split, (order.samples, *[min(order.samples // 4, 8_000)] * 2), strict=True)
    )
    network = fit.fit(
        train,
        validation,
        epochs=order.epochs,
        seed=order.seed,
        device=order.device,
        progress=partial(show, "training"),
        told=lambda epoch: tell(str(epoch)),
    )
    seen, fresh = fit.logits(network, validation), fit.logits(network, test)
    temperature = calibrate.temperature(seen, validation.labels)
    chances = {
        "validation": calibrate.expected(seen, temperature),
        "test": calibrate.expected(fresh, temperature),
    }
    bound = calibrate.flag_below(chances["validation"], validation.labels)
    ink, ink_figures = _ink_test(train, {"validation": validation, "test": test})
    figures = dict(ink_figures)
    for name, crops in (("validation", validation), ("test", test)):
        measured = calibrate.outcome(chances[name], crops.labels, bound)
        figures |= {f"{name}_{key}": value for key, value in asdict(measured).items()}
    for name, value in figures.items():
        tell(f"{name:>32}  {value}")
    card = Card(
        schema=SCHEMA,
        reader=order.NAME,
        version=order.VERSION,
        model="",
        sha256="",
        classes=CLASSES,
        input=Input(SIDE, 3, MARK_WINDOW, PREPROCESSING, PAPER_QUANTILE),
        ink_test=ink,
        temperature=temperature,
        other_share=OTHER_SHARE,
        flag_below=bound,
        data=_statement(order, train),
        figures=figures,
    )
    return export.write(order.out, CalibratedMarks(network, temperature, frequencies()), card, MarkReader)


def _ink_test(train: Crops, measured: dict[str, Crops]) -> tuple[InkTest, dict[str, int | float]]:
    """The ink test with its confidence, and what it loses and answers on other hands."""
    test = calibrate.ink_test(train)
    figures: dict[str, int | float] = {}
    for name, crops in measured.items():
        figures[f"{name}_ink_test_lost"], figures[f"{name}_ink_test_answered"] = calibrate.ink_outcome(
            test, crops
        )
    # Laplace's rule of succession: with none lost among n, the next is lost with a chance of 1 in n + 2.
    lost, n = figures["validation_ink_test_lost"], len(measured["validation"].labels)
    return replace(test, confidence=round(1.0 - (lost + 1) / (n + 2), 6)), figures


def _statement(order: Order, train: Crops) -> dict[str, str | int | float]:
    """The statement of the training data, for the card."""
    return {
        "source": "drawn by klausur.rehearse.pen (training population) and klausur.learn.freehand",
        "real_handwriting": "none",
        "seed": order.seed,
        "training_windows": len(train.labels),
        "epochs": order.epochs,
        "augmentation": f"Gaussian noise, rotation up to {MAX_ROTATION:g} degrees, contrast; no flips",
        "scanner": "150 to 300 dpi, grey and RGB, blur, shade, dust, JPEG 35 to 95, place up to 0.3 mm off",
        "validation": "other hands; temperature and flag bound were chosen on them",
        "test": "a third set of hands; only measured",
        "torch": str(torch.__version__).split("+")[0],
    }
