"""The codewords of a page code's symbol: which modules carry each, and what is told of those that are spoilt.

A Data Matrix of 20 × 20 modules (ISO/IEC 16022, ECC 200) carries 22 codewords of data and 18 that mend: 9
that are wrong somewhere, or 18 of which it is known where they are, or some of each. Who knows which modules
are covered gets twice as much out of a symbol as a reader that does not. Arithmetic alone: no pixels, no
bytes of codes.
"""

from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
from reedsolo import ReedSolomonError, RSCodec

from klausur.paper.code import MODULES

Grid = npt.NDArray[np.bool_]
"""(20, 20) modules, True is dark."""

INSIDE = MODULES - 2
"""Modules along each side that carry codewords; round them runs the pattern that finders look for."""

WORDS, MENDING = 40, 18

_CODEC = RSCodec(nsym=MENDING, nsize=WORDS, fcr=1, prim=0x12D, generator=2, c_exp=8)
"""The Reed-Solomon code of Data Matrix: ISO/IEC 16022, 5.7."""


@cache
def places() -> npt.NDArray[np.int_]:
    """Where each bit of each codeword stands inside the pattern: (40, 8, 2), row, column; high bit first."""
    found: list[list[tuple[int, int]]] = []
    taken: set[tuple[int, int]] = set()

    def add(bits: Iterable[tuple[int, int]]) -> None:
        found.append(list(bits))
        taken.update(found[-1])

    row, column = 4, 0
    while row < INSIDE or column < INSIDE:
        if (row, column) == (INSIDE - 2, 0):  # the one corner of this size that is filled in another way
            add(_CORNER)
        for step, (down, across) in ((2, (1, 3)), (-2, (3, 1))):  # up to the right, and down again beside it
            while True:
                if 0 <= row < INSIDE and 0 <= column < INSIDE and (row, column) not in taken:
                    add(_wrapped(row + y, column + x) for y, x in _SHAPE)
                row, column = row - step, column + step
                if not (row >= 0 and column < INSIDE if step > 0 else row < INSIDE and column >= 0):
                    break
            row, column = row + down, column + across
    return np.array(found)


_SHAPE = ((-2, -2), (-2, -1), (-1, -2), (-1, -1), (-1, 0), (0, -2), (0, -1), (0, 0))
_LAST = INSIDE - 1
_CORNER = [
    *((_LAST - 2, 0), (_LAST - 1, 0), (_LAST, 0)),
    *((0, _LAST - 3), (0, _LAST - 2), (0, _LAST - 1), (0, _LAST), (1, _LAST)),
]


def _wrapped(row: int, column: int) -> tuple[int, int]:
    """A place that runs off the upper or the left edge goes on at the opposite one, shifted."""
    if row < 0:
        row, column = row + INSIDE, column + 4 - (INSIDE + 4) % 8
    if column < 0:
        row, column = row + 4 - (INSIDE + 4) % 8, column + INSIDE
    return row, column


def words_of(dark: Grid) -> list[int]:
    """The codewords that a symbol shows."""
    at = places()
    bits = dark[1:-1, 1:-1][at[..., 0], at[..., 1]]
    return [int(word) for word in bits @ (1 << np.arange(7, -1, -1))]


def touched(modules: Grid) -> npt.NDArray[np.bool_]:
    """Which codewords, (40,), have a bit on one of these modules."""
    at = places()
    return np.asarray(modules[1:-1, 1:-1][at[..., 0], at[..., 1]].any(axis=1))


def symbol(words: Sequence[int]) -> Grid:
    """The symbol of codewords, with the pattern round them."""
    whole = np.zeros((MODULES, MODULES), np.bool_)
    whole[:, 0] = whole[-1] = True
    whole[0, ::2] = whole[1::2, -1] = True
    inside, at = whole[1:-1, 1:-1], places()
    inside[[-1, -2], [-1, -2]] = True  # no codeword reaches these; two stay dark
    bits = np.array(words)[:, None] >> np.arange(7, -1, -1) & 1
    inside[at[..., 0], at[..., 1]] = bits.astype(np.bool_)
    return whole


def mended(words: Sequence[int], unknown: Sequence[int]) -> list[int] | None:
    """Codewords as they must have been, or None where too many are wrong to tell.

    Args:
        words: all 40.
        unknown: the indices of those that are not to be relied on, at most 18.
    """
    try:
        _, whole, _ = _CODEC.decode(bytearray(words), erase_pos=list(unknown))
    except ReedSolomonError:
        return None
    return list(whole)
