"""The pile on the scanner: which pages of a booklet come through, in which order, and which way up.

Sheets are two-sided: what happens to one side happens to the other. What happens to the image of a page
lives in `klausur.rehearse.scanner`.
"""

from dataclasses import dataclass

import numpy as np

from klausur.rehearse.scanner import Wear


@dataclass(frozen=True, slots=True)
class ScannedSide:
    """One side of a sheet on its way through the scanner. ``copy`` is 0 for the first time it is scanned."""

    page: int
    copy: int
    upside_down: bool
    lost: bool
    swapped: bool

    @property
    def defects(self) -> tuple[str, ...]:
        """What the truth says about its way through the scanner."""
        names = {
            "lost": self.lost,
            "duplicate": self.copy > 0,
            "upside-down": self.upside_down,
            "swapped": self.swapped,
        }
        return tuple(name for name, so in names.items() if so)


def pile(pages: int, wear: Wear, rng: np.random.Generator) -> tuple[ScannedSide, ...]:
    """The sides of one booklet in the order of scanning; lost ones are listed, but never come out.

    Args:
        pages: how many pages the booklet has, numbered from 1.
        wear: the shares of what goes wrong.
        rng: the booklet's own stream.
    """
    turned = bool(rng.random() < wear.turned)
    sheets: list[list[ScannedSide]] = []
    for first in range(1, pages + 1, 2):
        chance = rng.random(3)  # always three, so that one mishap never changes the next sheet's
        lost = bool(chance[0] < wear.lost)
        upside_down = turned ^ bool(chance[1] < wear.upside_down)
        copies = 2 if chance[2] < wear.duplicated and not lost else 1
        for copy in range(copies):
            numbers = range(first, min(first + 2, pages + 1))
            sheets.append([ScannedSide(n, copy, upside_down, lost, swapped=False) for n in numbers])
    swaps = rng.random(len(sheets)) < wear.swapped
    for i in range(len(sheets) - 1):
        if swaps[i]:
            sheets[i], sheets[i + 1] = [_swapped(s) for s in sheets[i + 1]], [_swapped(s) for s in sheets[i]]
    return tuple(side for sheet in sheets for side in sheet)


def _swapped(side: ScannedSide) -> ScannedSide:
    return ScannedSide(side.page, side.copy, side.upside_down, side.lost, swapped=True)
