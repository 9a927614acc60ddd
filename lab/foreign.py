"""Sheets that lie between an exam's own and are none of them: letters, forms, answer sheets, photographs.

They tell how dear it is to find out that nothing of ours is on an image; each kind is hard for another step.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import cv2
import numpy as np
import simplejpeg

from klausur.scan.model import Pixels

WIDTH, HEIGHT = 2480, 3508
"""A4 at 300 dpi, as own pages are scanned."""

_PAPER, _INK = 245, 30
_NOISE, _QUALITY = 2.5, 75


def sheet(kind: str, seed: int) -> bytes:
    """A sheet of a kind of `KINDS`, scanned: a grey JPEG of A4 at 300 dpi."""
    rng = np.random.default_rng((seed, *kind.encode()))
    drawn = KINDS[kind](rng)
    noisy = drawn + rng.normal(0.0, _NOISE, drawn.shape)
    levels = np.clip(noisy, 0, 255).astype(np.uint8)
    data: bytes = simplejpeg.encode_jpeg(levels[..., None], quality=_QUALITY, colorspace="GRAY")
    return data


def _paper() -> Pixels:
    return np.full((HEIGHT, WIDTH), _PAPER, np.uint8)


def _line(paper: Pixels, rng: np.random.Generator, x: int, y: int, right: int, size: float) -> None:
    """A line of made-up words."""
    while x < right:
        word = "".join(rng.choice(list("aaabcdeeefghiiiklmnnoooprrssttuuvwz"), rng.integers(2, 10)))
        cv2.putText(paper, word, (x, y), cv2.FONT_HERSHEY_COMPLEX, size, _INK, 2, cv2.LINE_AA)
        x += cv2.getTextSize(word + " ", cv2.FONT_HERSHEY_COMPLEX, size, 2)[0][0]


def _text(rng: np.random.Generator) -> Pixels:
    """A printed page of text."""
    paper = _paper()
    for y in range(250, HEIGHT - 250, 62):
        _line(paper, rng, 250, y, WIDTH - 500, 1.0)
    return paper


def _squares(rng: np.random.Generator) -> Pixels:
    """An answer sheet of another system: hundreds of boxes, a third of them filled in."""
    paper = _paper()
    for y in range(300, HEIGHT - 250, 110):
        for x in range(250, WIDTH - 250, 110):
            cv2.rectangle(paper, (x, y), (x + 60, y + 60), _INK, -1 if rng.random() < 0.33 else 4)
    return paper


def _form(rng: np.random.Generator) -> Pixels:
    """A form: a table with words in its cells."""
    paper = _paper()
    for y in range(300, HEIGHT - 300, 90):
        cv2.line(paper, (200, y), (WIDTH - 200, y), _INK, 3)
        for x in (230, 800, 1500):
            _line(paper, rng, x, y + 65, x + 200, 0.9)
    for x in (200, 770, 1470, WIDTH - 200):
        cv2.line(paper, (x, 300), (x, HEIGHT - 300), _INK, 3)
    return paper


def _photograph(rng: np.random.Generator) -> Pixels:
    """A photograph that fills the sheet: soft shapes of all sizes, dark at the edges, too."""
    seen = np.zeros((HEIGHT, WIDTH), np.float32)
    for side in (8, 32, 128, 512):
        shape = (HEIGHT // side + 2, WIDTH // side + 2)
        shapes = rng.normal(0.0, side**0.5, shape).astype(np.float32)
        seen += np.asarray(cv2.resize(shapes, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC))
    low, high = float(seen.min()), float(seen.max())
    return np.asarray((seen - low) / (high - low) * 255, np.uint8)


def _handwriting(rng: np.random.Generator) -> Pixels:
    """Squared paper with strokes of a pen all over it."""
    paper = _paper()
    for at in range(0, HEIGHT, 59):
        cv2.line(paper, (0, at), (WIDTH, at), 190, 2)
        cv2.line(paper, (at, 0), (at, HEIGHT), 190, 2)
    for y in range(300, HEIGHT - 200, 118):
        x = np.arange(250, WIDTH - 250, 12)
        wave = y - 25 * np.abs(np.sin(x / 23 + rng.uniform(0, 6))) * rng.uniform(0.4, 1.6, x.size)
        cv2.polylines(paper, [np.stack((x, wave), axis=1).astype(np.int32)], False, 60, 5, cv2.LINE_AA)  # noqa: FBT003 - OpenCV's
    return paper


KINDS: Mapping[str, Callable[[np.random.Generator], Pixels]] = MappingProxyType(
    {
        "text": _text,
        "squares": _squares,
        "form": _form,
        "photograph": _photograph,
        "handwriting": _handwriting,
    }
)
"""How each kind of sheet is drawn."""
