"""A CreditNumber to the credits in it: one of those that its question can give, or a person reads it."""

from collections.abc import Iterator, Sequence

import numpy as np

from klausur.base.credits import Credits, show_credits
from klausur.paper.fields import NO_NUMBER, Field
from klausur.read import digits
from klausur.read.cells import cell_inputs
from klausur.read.digits import UNKNOWN
from klausur.read.free_row import likeliest, windows
from klausur.read.model import Reading
from klausur.scan.model import Placed

MARGIN = 8.0
"""Nats by which the likelihood of what is read exceeds that of all other credits. With `LOSS` chosen on boxes
of validation (``benchmarks/written_credits.py``)."""

LOSS = 2.0
"""Nats by which it may fall short of what the windows would show if anything could be meant: a number that no
answer to the question can earn, a fraction, what is struck out."""


def read(placed: Placed, boxes: Sequence[Field]) -> Iterator[Reading]:
    """The credits in CreditNumbers of a page, such as ``2.5``, or ``none``; ``?`` where nothing fits.

    What the reader guesses but is not sure of is flagged.
    """
    reader = digits.shipped()
    for box in boxes:
        chances = reader.opinion(cell_inputs(placed, windows(box.box)))
        found = likeliest(chances, {None: ("",), **{worth: spellings(worth) for worth in box.worths}})
        sure = found.margin >= MARGIN and found.loss <= LOSS
        told = NO_NUMBER if found.number is None else show_credits(found.number)
        yield Reading(
            field=box.id,
            kind=box.kind,
            question=box.question,
            value=told if found.loss <= 3 * LOSS else UNKNOWN,
            confidence=float(np.exp(-max(0.0, found.loss - LOSS)) / (1.0 + np.exp(-found.margin))),
            flagged=not sure,
            reader="credits",
            version=reader.card.version,
        )


def spellings(worth: Credits) -> tuple[str, ...]:
    """How people write credits: with a comma or a point, and no more decimals than it takes."""
    text = show_credits(worth)
    return (text,) if "." not in text else (text, text.replace(".", ","))
