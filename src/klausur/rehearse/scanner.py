"""The scanner in software: what happens to a page between the candidate's desk and the scanned file.

`plan` decides by chance what befalls one image, `scan` carries it out and gives the JPEG. What happens to the
order of pages (loss, duplicates, swaps) lives in `klausur.rehearse.scan_order`; the dirt on the sheet itself
in `klausur.rehearse.dirt`.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt
import simplejpeg

from klausur.base.geometry import Box, Size
from klausur.rehearse.level import Level
from klausur.scan.model import Pixels

_NOISE_SIGMA = 24.0
"""Standard deviation of the stored noise in grey levels, scaled down to what a page has."""

_NOISE_MARGIN = 256


@dataclass(frozen=True, slots=True)
class Wear:
    """The most that befalls an image, and the shares of images that something befalls.

    Attributes:
        dpi: resolution of the scan.
        colour: whether it is in colour.
        skew: degrees to either side. ``steep`` is the share of pages that use all of it; the others
            keep to a third.
        shift: mm in each direction.
        bed: mm by which the glass is larger than the sheet on every side, for half of the pages.
        scale: relative, each axis for itself to a fifth of it.
        blur: standard deviation in mm.
        noise: standard deviation in grey levels.
        gamma: exponent's distance from 1.
        paper: least grey level of white paper; ``black`` the highest of black print.
        shade: how much light is lost towards an edge, 0 … 1.
        quality: (worst, best) JPEG quality.
        dust: specks on a page; ``hairs`` the mean number of hairs.
        staple: share of pages with the shadow of a staple; ``holes`` with punch holes.
        upside_down: share of pages turned by 180°; ``turned`` of whole booklets.
        lost, duplicated, swapped: shares of pages.
        code_spoilt: share of pages whose page code is destroyed.
        vocabulary: different words in an answer; drawing one takes a millisecond.
    """

    dpi: int = 300
    colour: bool = False
    skew: float = 0.0
    steep: float = 0.0
    shift: float = 0.0
    bed: float = 0.0
    scale: float = 0.0
    blur: float = 0.0
    noise: float = 0.0
    gamma: float = 0.0
    paper: int = 255
    black: int = 0
    shade: float = 0.0
    quality: tuple[int, int] = (95, 95)
    dust: int = 0
    hairs: float = 0.0
    staple: float = 0.0
    holes: float = 0.0
    upside_down: float = 0.0
    turned: float = 0.0
    lost: float = 0.0
    duplicated: float = 0.0
    swapped: float = 0.0
    code_spoilt: float = 0.0
    vocabulary: int = 14


WEAR = {
    Level.CLEAN: Wear(),
    Level.LIGHT: Wear(
        skew=0.6,
        steep=0.2,
        shift=1.0,
        scale=0.003,
        quality=(65, 85),
        dust=5,
        hairs=0.05,
        staple=0.1,
        holes=0.02,
        upside_down=0.005,
        turned=0.01,
        lost=0.0002,
        duplicated=0.001,
        swapped=0.003,
        code_spoilt=0.0002,
        vocabulary=4,
    ),
    Level.DEFAULT: Wear(
        skew=1.5,
        steep=0.2,
        shift=1.5,
        scale=0.01,
        blur=0.07,
        noise=4.0,
        gamma=0.25,
        paper=228,
        black=45,
        shade=0.12,
        quality=(60, 90),
        dust=25,
        hairs=0.3,
        staple=0.25,
        holes=0.08,
        upside_down=0.01,
        turned=0.03,
        lost=0.001,
        duplicated=0.003,
        swapped=0.006,
        code_spoilt=0.0005,
    ),
    Level.HARD: Wear(
        skew=5.0,
        steep=0.25,
        shift=2.5,
        bed=10.0,
        scale=0.03,
        blur=0.12,
        noise=10.0,
        gamma=0.5,
        paper=205,
        black=70,
        shade=0.3,
        quality=(45, 85),
        dust=120,
        hairs=1.5,
        staple=0.6,
        holes=0.4,
        upside_down=0.1,
        turned=0.1,
        lost=0.01,
        duplicated=0.02,
        swapped=0.04,
        code_spoilt=0.01,
    ),
}
"""What each level means. `dataclasses.replace` makes others, such as another resolution."""


@dataclass(frozen=True, slots=True)
class ScanPlan:
    """What befalls one image. Angles in degrees, lengths in mm, tones in grey levels."""

    dpi: int
    colour: bool
    upside_down: bool
    skew: float
    shift: tuple[float, float]
    bed: float
    scale: tuple[float, float]
    blur: float
    noise: float
    gamma: float
    paper: int
    black: int
    shade: float
    quality: int
    lid: int
    seed: int


def plan(wear: Wear, rng: np.random.Generator, *, upside_down: bool) -> ScanPlan:
    """Draw what befalls one image; whether it is upside down is known from the pile."""
    reach = wear.skew if rng.random() < wear.steep else wear.skew / 3
    stretch = 1.0 + rng.uniform(-wear.scale, wear.scale)
    return ScanPlan(
        dpi=wear.dpi,
        colour=wear.colour,
        upside_down=upside_down,
        skew=float(rng.uniform(-reach, reach)),
        shift=(float(rng.uniform(-1, 1) * wear.shift), float(rng.uniform(-1, 1) * wear.shift)),
        bed=float(wear.bed * rng.integers(2)),
        scale=(stretch, float(stretch * (1.0 + rng.uniform(-wear.scale, wear.scale) / 5))),
        blur=float(wear.blur * rng.beta(1.5, 2.5)),
        noise=float(wear.noise * rng.uniform(0.15, 1.0)),
        gamma=float(1.0 + rng.uniform(-wear.gamma, wear.gamma)),
        paper=int(rng.integers(wear.paper, 256)),
        black=int(rng.integers(0, wear.black + 1)),
        shade=float(wear.shade * rng.random()),
        quality=int(rng.integers(wear.quality[0], wear.quality[1] + 1)),
        lid=int(rng.choice([255, 250, 235, 40])),
        seed=int(rng.integers(2**62)),
    )


def scan(sheet: Pixels, how: ScanPlan) -> bytes:
    """Scan a sheet: the bytes of a JPEG of the sheet's own size in px, or of the glass where it is larger.

    Args:
        sheet: (height, width) grey or (height, width, 3) RGB at ``how.dpi``, with all that is written and
            all dirt on it; it stays as it is.
        how: from `plan`.
    """
    rng = np.random.default_rng(how.seed)
    image = sheet if how.shade == 0 else _shaded(sheet, how.shade, rng)
    image = _moved(image, how)
    if how.blur * how.dpi / 25.4 > 0.3:
        image = _u8(cv2.GaussianBlur(image, (0, 0), how.blur * how.dpi / 25.4))
    tones = _tones(how)
    if (tones != np.arange(256)).any():
        image = _u8(cv2.LUT(image, tones))
    if how.noise > 0:
        image = _noisy(image, how.noise, rng)
    grey = image.ndim == 2
    data: bytes = simplejpeg.encode_jpeg(
        np.ascontiguousarray(image[:, :, None] if grey else image),
        quality=how.quality,
        colorspace="GRAY" if grey else "RGB",
        colorsubsampling="Gray" if grey else "420",
        fastdct=True,
    )
    return data


def matrix(how: ScanPlan, shape: tuple[int, int]) -> npt.NDArray[np.float64]:
    """The (2, 3) affine map from px of the sheet (height, width) to px of the image, centres whole."""
    middle = (np.array([shape[1], shape[0]]) - 1) / 2
    angle = math.radians(how.skew + (180.0 if how.upside_down else 0.0))
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    linear = turn @ np.diag(how.scale)
    offset = middle + np.array(how.shift) * how.dpi / 25.4 + _edge(how) - linear @ middle
    return np.column_stack([linear, offset])


def shows(how: ScanPlan, box: Box, size: Size) -> bool:
    """Whether all of a box on a sheet of this size (mm) is on the image."""
    per_mm = how.dpi / 25.4
    height, width = round(size.h * per_mm), round(size.w * per_mm)
    corners = np.array([(x * per_mm - 0.5, y * per_mm - 0.5, 1.0) for x, y in box.corners])
    x, y = matrix(how, (height, width)) @ corners.T
    right, bottom = width - 1 + 2 * _edge(how), height - 1 + 2 * _edge(how)
    return bool((x >= 0).all() and (y >= 0).all() and (x < right).all() and (y < bottom).all())


def _edge(how: ScanPlan) -> int:
    """The px of glass on every side of the sheet."""
    return round(how.bed * how.dpi / 25.4)


def _moved(image: Pixels, how: ScanPlan) -> Pixels:
    """Skewed, shifted and scaled, with the scanner's lid showing where the sheet does not reach."""
    height, width = image.shape[:2]
    still = not (how.skew or how.upside_down or any(how.shift) or how.bed) and how.scale == (1.0, 1.0)
    if still:
        return image
    return _u8(
        cv2.warpAffine(
            image,
            matrix(how, (height, width)),
            (width + 2 * _edge(how), height + 2 * _edge(how)),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=(how.lid, how.lid, how.lid),
        )
    )


def _shaded(image: Pixels, most: float, rng: np.random.Generator) -> Pixels:
    """Light that falls off in places, as over a fold or towards the spine."""
    coarse = rng.random((4, 3))
    edge = int(rng.integers(4))  # one edge is the darkest
    line = (
        coarse[0] if edge == 0 else coarse[-1] if edge == 1 else coarse[:, 0] if edge == 2 else coarse[:, -1]
    )
    line += 0.8
    light = np.round(255 * (1.0 - most * coarse / float(coarse.max()))).astype(np.uint8)
    size = (image.shape[1], image.shape[0])
    full = cv2.resize(light, size, interpolation=cv2.INTER_LINEAR)
    if image.ndim == 3:
        full = cv2.merge([full, full, full])
    return _u8(cv2.multiply(image, full, scale=1.0 / 255.0))


def _tones(how: ScanPlan) -> Pixels:
    """The table from the sheet's tones to the scan's: gamma, then paper and black level."""
    level = (np.arange(256) / 255.0) ** how.gamma
    return np.round(how.black + (how.paper - how.black) * level).astype(np.uint8)


def _noisy(image: Pixels, sigma: float, rng: np.random.Generator) -> Pixels:
    height, width = image.shape[:2]
    noise = _noise(height + _NOISE_MARGIN, width + _NOISE_MARGIN)
    y, x = (int(n) for n in rng.integers(0, _NOISE_MARGIN, 2))
    piece = noise[y : y + height, x : x + width]
    if image.ndim == 3:
        piece = _u8(cv2.merge([piece, piece, piece]))
    share = sigma / _NOISE_SIGMA
    return _u8(cv2.addWeighted(image, 1.0, piece, share, -128.0 * share))


@lru_cache(maxsize=2)
def _noise(height: int, width: int) -> Pixels:
    """Noise round 128 with `_NOISE_SIGMA`. Made once: new noise for each page cost 0.1 s of its 0.25 s."""
    fine = np.random.default_rng(2).standard_normal((height, width), dtype=np.float32)
    coarse = cv2.resize(fine[: height // 2, : width // 2], (width, height), interpolation=cv2.INTER_LINEAR)
    mixed = 0.8 * fine + 0.9 * coarse  # sensors and JPEG leave noise in grains of more than one pixel
    noise: Pixels = np.clip(128 + _NOISE_SIGMA * mixed / mixed.std(), 0, 255).astype(np.uint8)
    return noise


def _u8(image: npt.NDArray[np.generic]) -> Pixels:
    """OpenCV's stubs know no element types; all images here are bytes."""
    return image.astype(np.uint8, copy=False)
