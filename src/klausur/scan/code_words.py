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

from klausur.paper.code import MODULES

Grid = npt.NDArray[np.bool_]
"""(20, 20) modules, True is dark."""

INSIDE = MODULES - 2
"""Modules along each side that carry codewords; round them runs the pattern that finders look for."""

WORDS, MENDING = 40, 18

_POLYNOMIAL, _FIELD = 0x12D, 255


def _powers() -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The powers of the field's generator, twice round so that sums of logarithms need no remainder."""
    power, value = [], 1
    for _ in range(_FIELD):
        power.append(value)
        value = value << 1 ^ (_POLYNOMIAL if value & 0x80 else 0)
    logarithm = [0] * (_FIELD + 1)
    for exponent, each in enumerate(power):
        logarithm[each] = exponent
    return tuple(power * 2), tuple(logarithm)


_POWER, _LOG = _powers()


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
    syndromes = [_at(list(reversed(words)), _POWER[i]) for i in range(1, MENDING + 1)]
    if not any(syndromes):
        return list(words)
    erased = [1]
    for index in unknown:
        erased = _times(erased, [1, _POWER[WORDS - 1 - index]])
    forney = _times(syndromes, erased)[:MENDING][len(unknown) :]
    locator = _shortest(forney)
    if 2 * (len(locator) - 1) > len(forney):
        return None
    locator = _times(locator, erased)
    wrong = [n for n in range(WORDS) if not _at(locator, _POWER[_FIELD - (WORDS - 1 - n)])]
    if len(wrong) != len(locator) - 1:
        return None
    values = _times(syndromes, locator)[:MENDING]
    slope = [value if n % 2 == 0 else 0 for n, value in enumerate(locator[1:])]
    found = list(words)
    for index in wrong:
        inverse = _POWER[_FIELD - (WORDS - 1 - index)]
        found[index] ^= _product(_at(values, inverse), _inverse(_at(slope, inverse)))
    return None if any(_at(list(reversed(found)), _POWER[i]) for i in range(1, MENDING + 1)) else found


def _shortest(syndromes: Sequence[int]) -> list[int]:
    """The shortest polynomial, lowest power first, that makes each syndrome from those before (Massey)."""
    current, before, length, gap, last = [1], [1], 0, 1, 1
    for n, syndrome in enumerate(syndromes):
        off = syndrome
        for i in range(1, min(length, len(current) - 1) + 1):
            off ^= _product(current[i], syndromes[n - i])
        if not off:
            gap += 1
            continue
        scale = _product(off, _inverse(last))
        changed = _sum(current, [0] * gap + [_product(scale, value) for value in before])
        if 2 * length <= n:
            length, before, last, gap = n + 1 - length, current, off, 1
        else:
            gap += 1
        current = changed
    while len(current) > 1 and not current[-1]:
        current.pop()
    return current


def _product(one: int, other: int) -> int:
    return _POWER[_LOG[one] + _LOG[other]] if one and other else 0


def _inverse(value: int) -> int:
    return _POWER[_FIELD - _LOG[value]] if value else 0


def _at(polynomial: Sequence[int], point: int) -> int:
    """The value of a polynomial, lowest power first, by Horner's rule."""
    value, logarithm = 0, _LOG[point]
    for each in reversed(polynomial):
        value = each ^ (_POWER[_LOG[value] + logarithm] if value else 0)
    return value


def _times(one: Sequence[int], other: Sequence[int]) -> list[int]:
    found = [0] * (len(one) + len(other) - 1)
    for i, left in enumerate(one):
        if left:
            for j, right in enumerate(other):
                found[i + j] ^= _product(left, right)
    return found


def _sum(one: Sequence[int], other: Sequence[int]) -> list[int]:
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    return [value ^ (shorter[n] if n < len(shorter) else 0) for n, value in enumerate(longer)]
