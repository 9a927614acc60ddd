"""The card beside a model file: what it reads, how it is fed, what it was made from and how well it does.

A model without its card, or with another model's card, is refused. `klausur.learn` writes cards.
"""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from klausur.base.errors import ToolError
from klausur.read.ink import InkTest

SCHEMA = "klausur-reader/1"

_REMEDY = "install Klausur again, or train the reader anew with 'python -m klausur.learn'"


@dataclass(frozen=True, slots=True)
class Input:
    """What the model is fed: windows of ``side`` pixels for ``window`` mm, and how they are prepared."""

    side: int
    channels: int
    window: float
    preprocessing: str
    paper_quantile: float


@dataclass(frozen=True, slots=True)
class Covers:
    """The pages that a reader's training data resembles: bounds of `klausur.scan.model.Quality`.

    The defaults are the worst that `klausur.learn.crops` draws: 150 dpi less 3 % of scale; white at 195 and
    black at 70 grey levels, less what noise takes away; edges blurred by 0.09 mm and the sensor's own blur at
    that resolution, which measure 0.60; windows cut 0.08 mm off in each direction, up to 0.3.
    """

    dpi: float = 145.0
    contrast: float = 120.0
    sharpness: float = 0.58
    away: float = 0.15
    """Root mean square distance in mm between where boxes are and where they are read."""
    outline: float = 0.5
    """Darkness of a box's printed outline (`klausur.read.outline`), for each box by itself. What bleaches it
    further hides thin pens: chosen on over-exposed pages of development seeds, where marks were lost at up to
    0.47. Boxes at 150 dpi have 0.57 and more, photographed ones 0.52."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What holds on one kind of scan (`klausur.scan.tones.ScanKind`).

    ``temperature`` divides the logits there, in place of the card's, ``flag_below`` is the confidence under
    which a person decides; ``dots`` and ``traces`` are the ink test's (`klausur.read.ink.InkTest`),
    ``outline`` is that of `Covers`.

    Of digits, ``traces`` are the dark pixels of a cell that passes for empty and ``outline`` is the darkness
    of its frame (`klausur.read.eaten`); the others are as on the whole card.
    """

    temperature: float
    flag_below: float
    dots: int
    traces: int
    outline: float


@dataclass(frozen=True, slots=True)
class Card:
    """Everything about one version of one reader.

    ``classes`` are in the order of the model's outputs: the marks, or the digits and "empty".
    ``temperature`` divides the logits inside the model; ``flag_below`` is the confidence under which a
    person decides, ``answers_below`` that of digits where no list stands behind a number, only its credits;
    None where it was not found. Of marks alone: ``ink_test`` answers for empty boxes, ``other_share`` is
    the share of `other` among marks that the model's probabilities suppose. ``data`` and ``figures`` are
    for people: the statement of the training data, and what was measured on hands that training never saw.
    ``covers`` says on which pages the reader is believed. ``kinds`` has bounds for kinds of scan, if they
    were found for each; ``frequencies`` are then, in the order of the classes, how much more frequent they
    are on paper than in training: what the model multiplies its probabilities by after the temperature.
    """

    schema: str
    reader: str
    version: str
    model: str
    sha256: str
    classes: tuple[str, ...]
    input: Input
    ink_test: InkTest | None
    temperature: float
    other_share: float | None
    flag_below: float
    data: dict[str, str | int | float]
    figures: dict[str, int | float]
    covers: Covers = Covers()
    kinds: dict[str, Bounds] = field(default_factory=dict)
    frequencies: tuple[float, ...] = ()
    answers_below: float | None = None


def write(card: Card, path: Path) -> None:
    """Write a card as JSON."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(card), indent=2) + b"\n")


def read(path: Path) -> tuple[Card, bytes]:
    """A card and the bytes of the model that it describes, which lies in the same folder.

    Raises:
        ToolError: card or model are missing or damaged, or do not belong together.
    """
    try:
        card = msgspec.json.decode(path.read_bytes(), type=Card)
        model = (path.parent / card.model).read_bytes()
    except (OSError, msgspec.DecodeError) as error:
        raise ToolError(f"the reader {path} cannot be used: {error}", _REMEDY) from error
    if card.schema != SCHEMA:
        raise ToolError(f"{path} has the schema {card.schema!r}, this Klausur reads {SCHEMA!r}", _REMEDY)
    if hashlib.sha256(model).hexdigest() != card.sha256:
        raise ToolError(f"{card.model} is not the model that {path} describes", _REMEDY)
    return card, model
