"""Credits as correctors give them by a number: which, and how it gets into its box.

Digits stand side by side, a comma, a point or a half between, in the forms of `klausur.rehearse.numerals`.
"""

from enum import StrEnum
from fractions import Fraction

import numpy as np

from klausur.base.credits import Credits, show_credits
from klausur.base.geometry import Box, Size
from klausur.paper.fields import NO_NUMBER, Field
from klausur.rehearse import pen
from klausur.rehearse.hands import Hand
from klausur.rehearse.numerals import digit, forms
from klausur.rehearse.prints import origin
from klausur.rehearse.strokes import Points, Stroke, pull
from klausur.scan.model import Pixels

_MENDED = 0.012
"""Share of the answers whose credits a corrector strikes out and writes anew beside them."""

_SPELT = (0.55, 0.35, 0.1)
"""How often credits are told in each `Spelling`."""

MENDED = "mended"
"""The note of credits that were struck out and written anew."""


class Spelling(StrEnum):
    """How parts of a credit are told."""

    COMMA = "comma"
    POINT = "point"
    HALF = "half"
    """A half as a small one over a small two; other parts with a comma."""


_TALL = (4.2, 7.6)
"""Height of digits in mm: the box is 12 mm high."""

_WIDE = 0.36
"""Half of a digit's width, in its own."""

_ROOM, _RIM = 2.6, 2.0
"""mm that people keep from each of the box's ends, mostly, and from both together at least."""


def spelt(credits_: Credits, spelling: Spelling) -> str:
    """What is written, such as ``12,5``; ``½`` is one sign.

    Raises:
        ValueError: they have no end in decimals.
    """
    whole, part = divmod(credits_, 1)
    if spelling is Spelling.HALF and part == Fraction(1, 2):
        return f"{whole or ''}½"
    if not part:
        return str(whole)
    decimals = next((n for n in range(1, 4) if (part * 10**n).denominator == 1), None)
    if decimals is None:
        raise ValueError(f"{credits_} has no end in decimals")
    sign = "." if spelling is Spelling.POINT else ","
    return f"{whole}{sign}{int(part * 10**decimals):0{decimals}}"


def strokes(text: str, box: Box, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    """The strokes of a number in a box in mm, as one hand writes it somewhere in its middle."""
    chosen = forms(rng)
    tall = float(np.clip(rng.normal(6.0, 0.7) * (0.8 + 0.2 * hand.size), *_TALL))
    wide = tall * float(rng.uniform(0.72, 1.0))
    gaps = rng.uniform(0.5, 1.5, len(text))
    long = sum(_width(sign, wide, tall) for sign in text) + float(gaps[1:].sum())
    if long > box.w - _RIM:  # whoever has no room writes smaller
        shrunk = (box.w - _RIM) / long
        tall, wide, gaps, long = shrunk * tall, shrunk * wide, shrunk * gaps, shrunk * long
    widths = [_width(sign, wide, tall) for sign in text]
    free = max(0.0, box.w - 2 * _ROOM - long)
    x = box.x + _ROOM + free * float(rng.beta(2.5, 2.5))
    line = box.centre[1] + tall / 2 + float(rng.normal(0.0, 0.6))
    found: list[Stroke] = []
    for sign, own, gap in zip(text, widths, gaps, strict=True):
        x += float(gap) if found else 0.0
        if sign.isdecimal():
            middle = np.array((x + own / 2, line - tall / 2)) + rng.normal(0.0, 0.2, 2)
            found += digit(sign, chosen[sign], middle, (wide, tall), hand, rng)
        elif sign == "½":
            found += _half(x, line, tall, hand, rng)
        else:
            found.append(pull(np.array((x + own / 2, line)) + _sign(sign, tall, rng), hand, rng))
        x += own
    return found


def given(field: Field, skill: float, forgotten: float, rng: np.random.Generator) -> tuple[str, str]:
    """The credits that a corrector gives; and how they are spelt, or what befalls them.

    Of a share of the answers they are ``forgotten``: `NO_NUMBER`.
    """
    if rng.random() < forgotten:
        return NO_NUMBER, ""
    worths = field.worths
    worth = worths[int(rng.binomial(len(worths) - 1, skill))]
    spelling = list(Spelling)[int(rng.choice(len(Spelling), p=_SPELT))]
    return show_credits(worth), MENDED if rng.random() < _MENDED else spelling


def draw(
    sheet: Pixels, size: Size, field: Field, value: str, note: str, hand: Hand, rng: np.random.Generator
) -> None:
    """Write credits into their box, as `given` has them."""
    if value == NO_NUMBER:
        return
    text = spelt(Fraction(value), Spelling.COMMA if note == MENDED else Spelling(note))
    box = field.box
    scale, corner = sheet.shape[1] / size.w, origin(sheet, size, box)
    if note == MENDED:
        wrong = field.worths[int(rng.integers(len(field.worths)))]
        left, box = Box(box.x, box.y, box.w / 2, box.h), Box(box.x + box.w / 2, box.y, box.w / 2, box.h)
        bars = [np.array([[left.x + 3, y], [left.right - 1, y + rng.normal(0.0, 0.8)]]) for y in _bars(left)]
        struck = [pull(bar, hand, rng) for bar in bars]
        pen.ink(
            sheet,
            [*strokes(spelt(wrong, Spelling.COMMA), left, hand, rng), *struck],
            scale,
            corner,
            hand,
            rng,
        )
    pen.ink(sheet, strokes(text, box, hand, rng), scale, corner, hand, rng)


def _bars(box: Box) -> tuple[float, float]:
    return box.centre[1] - 0.8, box.centre[1] + 0.8


def _width(sign: str, wide: float, tall: float) -> float:
    if sign.isdecimal():
        return 2 * _WIDE * wide * (0.55 if sign == "1" else 1.0)
    return 0.9 * tall if sign == "½" else 0.8 if sign == "," else 0.5


def _sign(sign: str, tall: float, rng: np.random.Generator) -> Points:
    """The path of a comma or point, from the middle of its foot."""
    if sign == ".":
        return np.array([[0.0, 0.0], [0.12, 0.06]])
    down = tall * float(rng.uniform(0.12, 0.28))
    return np.array([[0.15, -0.35], [0.1, 0.0], [-0.4, down]])


def _half(x: float, line: float, tall: float, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    chosen, small = forms(rng), (0.45 * tall, 0.5 * tall)
    bar = np.array([[x + 0.1 * tall, line + 0.05 * tall], [x + 0.75 * tall, line - 1.05 * tall]])
    above, below = (
        np.array((x + 0.2 * tall, line - 0.8 * tall)),
        np.array((x + 0.72 * tall, line - 0.2 * tall)),
    )
    return [
        *digit("1", chosen["1"], above, small, hand, rng),
        pull(bar, hand, rng),
        *digit("2", chosen["2"], below, small, hand, rng),
    ]
