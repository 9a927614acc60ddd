"""What a training leaves beside model and card: its course, its curves, and where the reader errs.

configuration.json   the card's statement of data and of how it was trained
epochs.csv           losses and accuracies after each epoch; curves.png shows them
diagnosis.txt        what `klausur.learn.diagnose` says to the curves, and what to do next
confusion.csv        what is read as what, on people of whom neither weights nor temperature come
reliability.png      confidence and share right, for each kind of scan
mistakes.png         the worst mistakes: windows misread with most confidence
<card>, <model>      copies; export compared the model with PyTorch's output
"""

import csv
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from PIL import Image, ImageDraw

from klausur.learn import calibrate
from klausur.learn.calibrate import Readings
from klausur.learn.crops import CLASSES, Crops
from klausur.learn.diagnose import Curves, diagnose
from klausur.learn.loop import Epoch
from klausur.learn.scans import Kind
from klausur.read import card as cards
from klausur.read.crop import SIDE
from klausur.read.marks import MarkReader
from klausur.scan.model import Pixels
from klausur.scan.tones import ScanKind

mpl.use("Agg")

_COLUMNS, _ROWS = 10, 8
_CAPTION = 14
"""Pixels below a window in which stand what it is and what it was read as."""

_FEWEST = 4
"""Epochs that a diagnosis needs."""


def write(
    folder: Path, card_path: Path, crops: Crops, epochs: Sequence[Epoch], tell: Callable[[str], None]
) -> None:
    """Write all of it.

    Args:
        folder: the run's; made if there is none.
        card_path: the card of the reader that was made.
        crops: windows on which it is judged.
        epochs: how training went.
        tell: called with the diagnosis.
    """
    course(folder, card_path, epochs)
    if len(epochs) >= _FEWEST:
        said = _diagnosis(epochs)
        (folder / "diagnosis.txt").write_text(said, encoding="utf-8")
        tell(said)
    read = calibrate.readings(_unbound(card_path), crops)
    _confusion(folder / "confusion.csv", read, crops)
    _reliability(folder / "reliability.png", read, crops)
    _mistakes(read, crops).save(folder / "mistakes.png")


def course(
    folder: Path,
    card_path: Path,
    epochs: Sequence[Epoch],
    loss: str = "cross-entropy",
    right: str = "right, %",
) -> None:
    """Write what every training leaves: copies of card and model, configuration, metrics and curves.

    Args:
        folder: the run's; made if there is none.
        card_path: the card of what was trained.
        epochs: how training went.
        loss: what its losses are, for the picture.
        right: what its shares of what is right are, in parts of 100.
    """
    folder.mkdir(parents=True, exist_ok=True)
    card, _ = cards.read(card_path)
    for file in (card_path, card_path.with_name(card.model)):
        if file.parent.resolve() != folder.resolve():
            shutil.copy(file, folder)
    (folder / "configuration.json").write_text(json.dumps(card.data, indent=2) + "\n", encoding="utf-8")
    metrics(folder, epochs, loss, right)


def metrics(
    folder: Path, epochs: Sequence[Epoch], loss: str = "cross-entropy", right: str = "right, %"
) -> None:
    """Write losses and shares right after each epoch as a table and as curves; arguments as of `course`."""
    with (folder / "epochs.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, [field.name for field in fields(Epoch)])
        rows.writeheader()
        rows.writerows(asdict(epoch) for epoch in epochs)
    figure = Figure((9, 3.6), layout="constrained")
    losses, accuracies = figure.subplots(1, 2)
    numbers = [epoch.number for epoch in epochs]
    losses.plot(numbers, [epoch.loss for epoch in epochs], label="training")
    losses.plot(numbers, [epoch.validation_loss for epoch in epochs], label="validation")
    losses.set(xlabel="epoch", ylabel=loss, ylim=(0, None))
    losses.legend()
    accuracies.plot(numbers, [100 * epoch.train_accuracy for epoch in epochs], label="training")
    accuracies.plot(numbers, [100 * epoch.accuracy for epoch in epochs], label="validation")
    accuracies.set(xlabel="epoch", ylabel=right)
    figure.savefig(folder / "curves.png", dpi=120)


def _unbound(card_path: Path) -> MarkReader:
    """The reader without its thresholds: what it says is asked here, and not whether it is believed."""
    reader = MarkReader(card_path)
    kinds = {kind: replace(bounds, flag_below=0.0) for kind, bounds in reader.card.kinds.items()}
    reader.card = replace(reader.card, flag_below=0.0, kinds=kinds)
    return reader


def _diagnosis(epochs: Sequence[Epoch]) -> str:
    found = diagnose(
        Curves(
            [epoch.loss for epoch in epochs],
            [epoch.validation_loss for epoch in epochs],
            [epoch.train_accuracy for epoch in epochs],
            [epoch.accuracy for epoch in epochs],
            len(CLASSES),
        )
    )
    steps = "".join(f"- {step}\n" for step in found.next_steps)
    return f"{found.verdict}: {found.because}\n{steps}"


def _confusion(path: Path, read: Readings, crops: Crops) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["kind", "is", *(f"read as {mark}" for mark in CLASSES)])
        for number, kind in enumerate(Kind):
            for label, mark in enumerate(CLASSES):
                here = (crops.kinds == number) & (crops.labels == label)
                counts = np.bincount(read.values[here], minlength=len(CLASSES))
                rows.writerow([kind, mark, *counts.tolist()])


def _reliability(path: Path, read: Readings, crops: Crops) -> None:
    figure = Figure((8, 3), layout="constrained")
    for kind, axes in zip(ScanKind, figure.subplots(1, len(ScanKind), sharey=True), strict=True):
        here = crops.scanned(kind)
        share, sure, right = calibrate.reliability(read.where(here), crops.where(here))
        filled = share > 0
        axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
        axes.plot(sure[filled], right[filled], marker="o", markersize=3)
        axes.set(title=str(kind), xlabel="confidence", xlim=(0, 1.02), ylim=(0, 1.02), aspect="equal")
    figure.axes[0].set_ylabel("share right")
    figure.savefig(path, dpi=120)


def _mistakes(read: Readings, crops: Crops) -> Image.Image:
    wrong = np.flatnonzero((read.values != crops.labels) & ~read.flagged)
    worst = wrong[np.argsort(-read.confidence[wrong], kind="stable")][: _COLUMNS * _ROWS]
    sheet = Image.new("RGB", (_COLUMNS * (SIDE + 6), _ROWS * (SIDE + _CAPTION + 4)), "white")
    pen = ImageDraw.Draw(sheet)
    for place, at in enumerate(worst.tolist()):
        x, y = (place % _COLUMNS) * (SIDE + 6), (place // _COLUMNS) * (SIDE + _CAPTION + 4)
        sheet.paste(Image.fromarray(_pixels(crops.windows[at])), (x, y))
        said = f"{CLASSES[crops.labels[at]][:5]}>{CLASSES[read.values[at]][:5]} {read.confidence[at]:.2f}"
        pen.text((x, y + SIDE + 1), said, fill="black", font_size=9)
    return sheet


def _pixels(window: npt.NDArray[np.uint8]) -> Pixels:
    return np.ascontiguousarray(window)
