"""A page code that is struck through, stamped over or cut off at an edge: what it must have said.

Where each module lies, the fiducials say; so neither the pattern round the symbol nor white paper beside it
is needed. What hides modules mostly leaves a trace: it lies off the image, has cut the pattern at one side,
runs straight through the symbol, or is of a tone between print and paper. The codewords below are taken as
unknown, and the others tell them (`klausur.scan.code_words`). What comes out is a guess until its tag is
checked.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import zxingcpp

from klausur.base.geometry import Box
from klausur.paper.code import MODULES
from klausur.scan import code_words, transform
from klausur.scan.code_words import MENDING, Grid
from klausur.scan.model import Matrix, Pixels

_CELL = 8  # px for each module where the symbol is laid straight
_TONES = (
    0.5,
    0.3,
)  # between print and paper: where a stamp is nearly as dark as print, the second tells more
_CONTRAST = 24  # grey levels between print and paper that a symbol has at least
_EDGES = 6  # rows of modules that may be cut off at one side
_SIDE_SEEN = 0.85  # part of the pattern along one side that is as it should be where nothing is cut off
_WIDTH = 1.3  # modules that a stroke covers, to both sides of its middle: 0.65 mm, at a pen's 0.5 mm or less
_LONG = 9  # modules that a stroke runs through at least
_STRAIGHT = 0.94  # part of these that are dark; of a symbol's own modules half are
_STROKES = 8  # strokes that are tried
_DOUBTS = (0, 6, 12, MENDING)  # codewords in all that are taken as unknown, those first that are least sure

_DATA_MATRIX = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.DataMatrix)

Sure = npt.NDArray[np.float64]


def read(pixels: Pixels, to_pixels: Matrix, box: Box, genuine: Callable[[bytes], bool]) -> bytes | None:
    """The bytes of the symbol that stands in ``box`` (mm) as far as anything is left of it, or None.

    Args:
        pixels: the image.
        to_pixels: from mm on paper to px.
        box: where the layout puts the symbol, without its quiet zone.
        genuine: whether bytes are a code that was made with the exam's key: nothing else is believed.
    """
    cells, on_image = _cells(pixels, to_pixels, box)
    mean = cells.mean(axis=(2, 3))
    print_, paper = np.percentile(mean[on_image], (15, 85)) if on_image.any() else (0.0, 0.0)
    if paper - print_ < _CONTRAST:
        return None
    spread = (cells.max(axis=(2, 3)) - cells.min(axis=(2, 3))) / (paper - print_)
    tried: set[tuple[int, ...]] = set()
    for tone in _TONES:
        level = (mean - print_) / (paper - print_) - tone
        dark = level < 0
        sure = np.where(on_image, np.abs(level) - spread / 4, -1.0)
        for words in _mended(dark, sure, on_image):
            if tuple(words) not in tried:
                tried.add(tuple(words))
                data = _bytes(code_words.symbol(words))
                if data is not None and genuine(data):
                    return data
    return None


def _mended(dark: Grid, sure: Sure, on_image: Grid) -> Iterator[list[int]]:
    """What the codewords may have been, by all that may hide some of them."""
    words = code_words.words_of(dark)
    at = code_words.places()
    doubtful = np.argsort(sure[1:-1, 1:-1][at[..., 0], at[..., 1]].min(axis=1), kind="stable")
    for hidden in (~on_image, *_cut(dark), *_strokes(dark)):
        unknown = np.flatnonzero(code_words.touched(hidden | ~on_image)).tolist()
        if len(unknown) > MENDING:
            continue
        more = [n for n in doubtful.tolist() if n not in unknown]
        for doubts in _DOUBTS:
            if doubts >= len(unknown):
                found = code_words.mended(words, [*unknown, *more[: doubts - len(unknown)]])
                if found is not None:
                    yield found


def _cut(dark: Grid) -> Iterator[Grid]:
    """Rows or columns of modules along a side whose pattern is not there."""
    as_printed = code_words.symbol([0] * code_words.WORDS)
    for side in ((0, slice(None)), (-1, slice(None)), (slice(None), 0), (slice(None), -1)):
        if (dark[side] == as_printed[side]).mean() >= _SIDE_SEEN:
            continue
        for count in range(1, _EDGES + 1):
            hidden = np.zeros((MODULES, MODULES), np.bool_)
            lines = slice(count) if 0 in side else slice(-count, None)
            hidden[tuple(lines if isinstance(one, int) else one for one in side)] = True
            yield hidden


def _strokes(dark: Grid) -> Iterator[Grid]:
    """The modules of straight strokes that may run through the symbol, and of two; the likeliest first."""
    lines = _lines()
    counts = lines.sum(axis=1)
    covered = (lines @ dark.ravel()) / counts
    likely = np.flatnonzero(covered >= _STRAIGHT)
    best = likely[np.argsort(-(covered + counts / MODULES**2)[likely], kind="stable")]
    chosen: list[Grid] = []
    for index in best.tolist():
        line = _widened(index)
        if all((line & other).sum() < 0.6 * line.sum() for other in chosen):
            chosen.append(line)
        if len(chosen) == _STROKES:
            break
    yield from chosen
    yield from (one | other for n, one in enumerate(chosen) for other in chosen[:n])


@cache
def _lines() -> npt.NDArray[np.float32]:
    """The modules along the middles of strokes in all directions, (n, 400), 1.0 on a stroke."""
    return np.array([line for line, _ in _every_line()], np.float32)


def _widened(index: int) -> Grid:
    """The modules that a stroke hides at least in part."""
    return _every_line()[index][1]


@cache
def _every_line() -> tuple[tuple[npt.NDArray[np.float32], Grid], ...]:
    middles = np.arange(1, MODULES - 1) - (MODULES - 1) / 2  # inside the pattern, two sides of which are dark
    x, y = np.meshgrid(middles, middles)
    found = []
    for angle in np.radians(np.arange(0, 180, 5)):
        away = x * np.sin(angle) - y * np.cos(angle)
        for offset in np.arange(-13, 13.1, 0.5):
            near = np.abs(away - offset)
            if (near <= 0.5).sum() >= _LONG:
                found.append(
                    (_framed(near <= 0.5).ravel().astype(np.float32), _framed(near <= _WIDTH / 2 + 0.5))
                )
    return tuple(found)


def _framed(inside: Grid) -> Grid:
    return np.pad(inside, 1)


def _bytes(symbol: Grid) -> bytes | None:
    found = zxingcpp.read_barcode(
        np.pad(np.where(symbol, 0, 255).astype(np.uint8), 2, constant_values=255), _DATA_MATRIX, is_pure=True
    )
    return bytes(found.bytes) if found is not None and found.valid else None


def _cells(pixels: Pixels, to_pixels: Matrix, box: Box) -> tuple[npt.NDArray[np.float32], Grid]:
    """The middle of each module, (20, 20, 4, 4) levels, and which modules lie on the image.

    In colour, the lightest channel: ink that is not black hides less there.
    """
    side = MODULES * _CELL
    per = box.w / side
    steps = (np.arange(side) + 0.5) * per
    x, y = np.meshgrid(box.x + steps, box.y + steps)
    places = transform.apply(to_pixels, np.column_stack((x.ravel(), y.ravel()))).reshape(side, side, 2)
    height, width = pixels.shape[:2]
    inside = ((places >= -0.5) & (places <= (width - 0.5, height - 0.5))).all(axis=2)
    low = np.clip(np.floor(places.min(axis=(0, 1))).astype(int), 0, (width - 1, height - 1))
    high = np.clip(np.ceil(places.max(axis=(0, 1))).astype(int) + 1, low + 1, (width, height))
    crop = pixels[low[1] : high[1], low[0] : high[0]]
    levels = np.ascontiguousarray(crop.max(axis=2) if crop.ndim == 3 else crop)
    where = (places - low).astype(np.float32)
    straight = cv2.remap(
        levels, where[..., 0], where[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )

    def each(whole: Any) -> Any:  # noqa: ANN401 - levels or truths
        parts = whole.reshape(MODULES, _CELL, MODULES, _CELL).transpose(0, 2, 1, 3)
        return parts[:, :, 2:-2, 2:-2]

    on_image = np.asarray(each(inside).all(axis=(2, 3)), np.bool_)
    return np.asarray(each(straight), np.float32), on_image
