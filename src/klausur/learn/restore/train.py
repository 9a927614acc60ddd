"""The whole training of the restorer on one screen: print, fill, spoil, fit, measure, write."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
import torch

from klausur.exam import scaffold
from klausur.exam.scaffold import StarterKind
from klausur.learn import export, run_folder
from klausur.learn.loop import Epoch
from klausur.learn.networks.restorer import RestoredTiles, Restorer
from klausur.learn.restore import fit, likeness, pages
from klausur.learn.restore.fit import Tiles
from klausur.learn.restore.pages import Printed
from klausur.read import restore
from klausur.read.card import Input
from klausur.read.restore import DPI, PREPROCESSING, TILE
from klausur.rehearse.hands import Population, stream
from klausur.rehearse.prints import let_go
from klausur.scan.model import Pixels

PAGES, EACH, EPOCHS = 60, 40, 14
NAME, VERSION = "restorer", "1"

LEARNT = (*((kind, "en") for kind in StarterKind), (StarterKind.MIXED, "de"), (StarterKind.MC, "de"))
HELD_BACK = ((StarterKind.MATH, "de"),)
"""The starter exams, whose pages are learnt from and measured; the reference exam's judge."""

_DAY = date(2030, 2, 1)
_STREAM = 0x4E5
_PART = 6
"""One page in so many is held back, and measured after each epoch."""

Show = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What to train, and where to write it.

    ``run`` is the folder of all else that a run leaves, and of what it needs to go on after a kill; ``pages``
    are filled and spoilt, and so many tiles of ``each`` are learnt from.
    """

    out: Path
    run: Path
    pages: int = PAGES
    each: int = EACH
    epochs: int = EPOCHS
    seed: int = 0
    device: str = "cpu"


def restorer(order: Order, show: Show, tell: Callable[[str], None]) -> Path:
    """Train the restorer.

    Args:
        order: what to train.
        show: called with (step, done, total).
        tell: called with a line for people after each epoch and at the end.

    Returns:
        The path of the card, beside which the model lies.

    Raises:
        RefusedError: the run's folder is another training's.
        ToolError: ONNX Runtime and PyTorch disagree.
    """
    with TemporaryDirectory() as place:
        train, validation = (
            _tiles(order, starters, count, Path(place) / name, partial(show, f"pages: {name}"))
            for name, starters, count in (
                ("learnt", LEARNT, order.pages),
                ("held back", HELD_BACK, max(2, order.pages // _PART)),
            )
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
    figures = measured(network, validation)
    for name, value in figures.items():
        tell(f"{name:>32}  {value}")
    card = export.card_without_bounds(
        NAME,
        VERSION,
        Input(TILE, 1, round(TILE / DPI * 25.4, 2), PREPROCESSING, 0.0),
        _statement(order, len(train.spoilt)),
        figures,
    )
    path = export.write(order.out, RestoredTiles(network), card, restore.Restorer)
    run_folder.course(order.run, path, epochs, "absolute and squared error", "colours right, %")
    return path


def starter_pages(starters: tuple[tuple[StarterKind, str], ...], folder: Path) -> tuple[Printed, ...]:
    """The pages of starter exams, typeset in a folder."""
    found: list[Printed] = []
    for kind, language in starters:
        files = scaffold.files(_DAY, kind=kind, language=language)
        found += pages.printed(files, folder / f"{kind}-{language}")
    return tuple(found)


def _tiles(
    order: Order,
    starters: tuple[tuple[StarterKind, str], ...],
    count: int,
    folder: Path,
    show: Callable[[int, int], None],
) -> Tiles:
    rng = stream(Population.TRAIN, order.seed, _STREAM, len(starters))
    filled = pages.several(starter_pages(starters, folder), count, Population.TRAIN, rng)
    try:
        return fit.tiles(filled, order.each, rng, lambda done: show(done, count))
    finally:
        let_go()


def measured(network: Restorer, tiles: Tiles) -> dict[str, int | float]:
    """How like the clean tiles those that were held back are, as they were spoilt and as they are cleaned."""
    made = {
        "spoilt": np.repeat(tiles.spoilt[..., None], 3, axis=3),
        "cleaned": fit.cleaned(network, tiles),
    }
    figures: dict[str, int | float] = {"validation_tiles": len(tiles.spoilt)}
    for name, some in made.items():
        alike = [
            likeness.ssim(_grey(one), _grey(clean)) for one, clean in zip(some, tiles.clean, strict=True)
        ]
        figures |= {
            f"validation_psnr_{name}": round(likeness.psnr(some, tiles.clean), 2),
            f"validation_ssim_{name}": round(float(np.mean(alike)), 4),
        }
    return figures


def _grey(tile: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(tile, cv2.COLOR_RGB2GRAY), np.uint8)


def _statement(order: Order, tiles: int) -> dict[str, str | int | float]:
    """The statement of the training data, for the card."""
    return {
        "source": "pages of the starter exams, filled by klausur.rehearse.pen (training population)",
        "real_handwriting": "none",
        "network": "Restorer: the AutoEncoder's convolutions, without its bottleneck",
        "seed": order.seed,
        "training_pages": order.pages,
        "training_tiles": tiles,
        "tile": f"{fit.SIDE} pixels at {DPI:g} dpi",
        "epochs": order.epochs,
        "loss": "absolute error, and four times the squared one",
        "spoilt": "blur, motion, tones, uneven light, shadows, noise, the other side's print, streaks, "
        "black and white alone, JPEG",
        "validation": "pages of another starter exam; training ends by them",
        "torch": str(torch.__version__).split("+")[0],
    }
