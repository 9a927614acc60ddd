"""The whole training of the mark reader on one screen: draw, fit, calibrate, measure, write."""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import ClassVar

import torch
from torch import nn

from klausur.learn import calibrate, data, export, fit, run_folder
from klausur.learn.budget import SURE
from klausur.learn.calibrate import OTHER_SHARE, Readings, Threshold, frequencies
from klausur.learn.crops import CLASSES, Crops, Split, joined
from klausur.learn.fit import MAX_ROTATION
from klausur.learn.loop import Epoch
from klausur.learn.networks.marks import NETWORKS, CalibratedMarks, TwoMarkNetworks
from klausur.learn.scans import KINDS
from klausur.learn.traces import Part
from klausur.paper.fields import MARK_WINDOW
from klausur.read import card as cards
from klausur.read.card import SCHEMA, Bounds, Card, Input
from klausur.read.crop import PAPER_QUANTILE, SIDE
from klausur.read.marks import PREPROCESSING, MarkReader
from klausur.scan.tones import ScanKind

SAMPLES = 24_000
EPOCHS = 14
MEASURED = 6_000
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
        seed, samples, epochs, device, mixed: see `klausur.learn.fit`.
        version: the card's; that of `VERSIONS` for this network if None.
        start: the card of a reader with such a network, from whose weights on training goes.
        of: the cards of a larger and a problem-4 reader whose networks are put together, without training.
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
    mixed: bool = False
    version: str | None = None
    start: Path | None = None
    of: tuple[Path, Path] | None = None

    NAME: ClassVar[str] = "marks"
    VERSIONS: ClassVar[dict[str, str]] = {
        "together": "2",
        "larger": "2-larger",
        "problem-4": "2-problem-4",
    }


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
    return trained(order, drawn(order, executor, show), show, tell)


def trained(order: Order, parts: Parts, show: Show, tell: Callable[[str], None]) -> Path:
    """Train on windows that are there; as `marks` else."""
    epochs: list[Epoch] = []
    if order.of is not None:
        path = _calibrated(order, _together(*order.of), parts, tell)
        run_folder.write(order.run, path, parts.threshold, epochs, tell)
        return path
    start = None
    if order.start is not None:
        start = export.loaded(cards.read(order.start)[1], NETWORKS[order.network]())

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
        mixed=order.mixed,
        start=start,
        progress=partial(show, "training"),
        told=told,
        checkpoint=order.run / "checkpoint.pt",
    )
    path = _calibrated(order, network, parts, tell)
    run_folder.write(order.run, path, parts.threshold, epochs, tell)
    return path


def _together(larger: Path, small: Path) -> nn.Module:
    """Two readers' networks as one, their logits divided by their temperatures."""
    both = TwoMarkNetworks()
    for path, network in ((larger, both.larger), (small, both.small)):
        card, model = cards.read(path)
        export.loaded(model, network)
        with torch.no_grad():
            network.linear.weight.div_(card.temperature)
            network.linear.bias.div_(card.temperature)
    return both.eval()


def drawn(order: Order, executor: Executor, show: Show) -> Parts:
    """The windows of a training, drawn or out of the folder where they are kept."""
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
    """Write model and card: temperatures and ink tests out of the calibration's windows, then the thresholds.

    The thresholds are found with the reader itself, which flags for reasons of its own beside the confidence.
    """
    logits, labels = fit.logits(network, parts.calibration), parts.calibration.labels
    temperature = calibrate.temperature(logits, labels)
    card = Card(
        schema=SCHEMA,
        reader=order.NAME,
        version=order.version or order.VERSIONS[order.network],
        model="",
        sha256="",
        classes=CLASSES,
        input=Input(SIDE, 3, MARK_WINDOW, PREPROCESSING, PAPER_QUANTILE),
        ink_test=calibrate.ink_test(parts.calibration),
        temperature=temperature,
        other_share=OTHER_SHARE,
        flag_below=0.0,
        data=_statement(order, parts),
        figures={},
        frequencies=frequencies(),
    )
    path = export.write(order.out, CalibratedMarks(network, temperature, frequencies()), card, MarkReader)
    card, _ = cards.read(path)
    assert card.ink_test is not None  # noqa: S101 - it was put in
    kinds = {kind: parts.calibration.scanned(kind) for kind in ScanKind}
    logits = calibrate.opinions(MarkReader(path), parts.calibration)
    bounds = {
        kind: Bounds(
            calibrate.temperature(logits[here], labels[here]),
            *(0.0, 0, 0),
            calibrate.OUTLINES[kind],
        )
        for kind, here in kinds.items()
        if here.any()
    }
    read = calibrate.readings(_written(card, bounds, path), parts.calibration)
    for kind, known in bounds.items():
        here = kinds[kind]
        dots, more = calibrate.ink_bounds(read.where(here), parts.calibration.where(here), card.ink_test)
        bounds[kind] = replace(known, dots=dots, traces=more)
    read = calibrate.readings(_written(card, bounds, path), parts.threshold)
    figures: dict[str, int | float] = {"ink_test_confidence": card.ink_test.confidence}
    for kind, known in bounds.items():
        here = parts.threshold.scanned(kind)
        some, crops = read.where(here), parts.threshold.where(here)
        found = calibrate.flag_below(some, crops)
        bounds[kind] = replace(known, flag_below=found.least)
        figures |= {f"{kind}_{name}": value for name, value in _of_kind(some, crops, found).items()}
    reader = _written(card, bounds, path)
    tested = calibrate.outcome(calibrate.readings(reader, parts.test), parts.test)
    figures |= {f"test_{name}": value for name, value in asdict(tested).items()}
    for name, value in figures.items():
        tell(f"{name:>40}  {value}")
    cards.write(replace(reader.card, figures=figures), path)
    return path


def _written(card: Card, bounds: Mapping[ScanKind, Bounds], path: Path) -> MarkReader:
    """The reader with these bounds; on scans of which nobody knows the kind, the strictest hold."""
    test = card.ink_test
    assert test is not None  # noqa: S101 - readers of marks have one
    test = replace(
        test, **{name: min(getattr(b, name) for b in bounds.values()) for name in ("dots", "traces")}
    )
    least = max(known.flag_below for known in bounds.values())
    kinds = {str(kind): known for kind, known in bounds.items()}
    cards.write(replace(card, ink_test=test, flag_below=least, kinds=kinds), path)
    return MarkReader(path)


def _of_kind(read: Readings, crops: Crops, found: Threshold) -> dict[str, int | float]:
    """What a card says of a kind of scan: the error budgets, what stands behind them, what they cost."""
    unsure = replace(read, flagged=read.unsure(found.least))
    return {
        "people": found.plain.people,
        "plain": found.plain.windows,
        "plain_worth": found.plain.effective,
        "plain_silent": found.plain.silent,
        "budget_per_million": calibrate.BUDGET,
        "bound_per_million": found.plain.bound,
        "odd": found.odd.windows,
        "odd_worth": found.odd.effective,
        "odd_silent": found.odd.silent,
        "odd_budget_per_million": calibrate.ODD_BUDGET,
        "odd_bound_per_million": found.odd.bound,
        "bound_confidence": SURE,
        **asdict(calibrate.outcome(unsure, crops)),
        **calibrate.reliability_figures(read, crops),
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
        **({} if order.start is None else {"start": f"the weights of {order.start.stem}"}),
        **({} if order.of is None else {"together": " and ".join(path.stem for path in order.of)}),
        "augmentation": f"Gaussian noise, rotation up to {MAX_ROTATION:g} degrees, contrast; no flips",
        "scans": ", ".join(f"{kind} {share:.0%}" for kind, share in KINDS.items()),
        "calibration": "other people; temperatures, epoch and ink tests were chosen on them",
        "threshold": "a third set of people; each flag_below was chosen on them",
        "test": "a fourth set of hands, drawn; only measured",
        "torch": str(torch.__version__).split("+")[0],
    }
