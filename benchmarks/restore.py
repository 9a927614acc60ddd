"""How much of a page a cleaned view brings back, beside what plain filters do, on pages not learnt from.

    python benchmarks/restore.py [--pages 24] [--seed 2300] [--card CARD] [--json]

Pages of the reference exam, filled by the rehearsal's judging hands, are spoilt in each of these ways by the
rehearsal's scanners and phones: other exams, other hands and other code than the restorer learnt from. Each
page is then looked at as it is shown (120 dpi) and held against what it was before, in colour:

    psnr   peak signal to noise ratio in dB, of all colours
    grey   the same of grey levels alone, since plain methods know no colours
    ssim   mean structural similarity of grey levels (Wang et al. 2004)

    spoilt    as it is
    median    of 3 x 3 pixels
    nlm       non-local means (Buades, Coll and Morel 2005), as OpenCV has it, strength 10
    levels    paper turned to white and the darkest print to black
    cleaned   by the restorer

``seconds`` are of processor time for a page. A photograph is laid upright by what is known of how it was
taken.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import cv2
import numpy as np

from klausur.base.geometry import Size
from klausur.exam import reference
from klausur.learn.restore import likeness, pages
from klausur.learn.restore.pages import FINE, PER_MM
from klausur.read import restore
from klausur.read.restore import DPI, Restorer
from klausur.rehearse import photo, scanner_tones
from klausur.rehearse.hands import Population, stream
from klausur.rehearse.prints import let_go
from klausur.scan.edges import grey
from klausur.scan.model import Pixels

Spoil = Callable[[Pixels, Size, np.random.Generator], Pixels]
"""A page, RGB and `FINE` times as fine as it is shown, to what is shown of it: grey."""

_STREAM = 0x4E5
_STRENGTH = 10.0


def scanned(
    tone: Callable[[Pixels, float, np.random.Generator], Pixels],
    sheet: Pixels,
    _: Size,
    rng: np.random.Generator,
) -> Pixels:
    """By a scanner with one fault."""
    seen = tone(np.asarray(cv2.cvtColor(sheet, cv2.COLOR_RGB2GRAY), np.uint8), PER_MM, rng)
    made = cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(50, 90))])[1]
    return pages.shown(np.asarray(cv2.imdecode(made, cv2.IMREAD_GRAYSCALE), np.uint8))


def photographed(sheet: Pixels, size: Size, rng: np.random.Generator) -> Pixels:
    """By a phone, and laid upright."""
    framed = photo.frame(size, photo.Take(), rng)
    picture, quality = photo.take(sheet, framed, rng)
    made = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    image = np.asarray(cv2.imdecode(made, cv2.IMREAD_GRAYSCALE), np.uint8)
    height, width = (side // FINE for side in sheet.shape[:2])
    x, y = np.meshgrid((np.arange(width) + 0.5) * size.w / width, (np.arange(height) + 0.5) * size.h / height)
    at = framed.pose.to_pixels(np.column_stack([x.ravel(), y.ravel()])).astype(np.float32)
    by = framed.pose.scale() * 25.4 / DPI
    soft = cv2.GaussianBlur(image, (0, 0), max(0.3 * by, 0.3))
    across, down = at.reshape(height, width, 2).transpose(2, 0, 1)
    return np.asarray(cv2.remap(soft, across.copy(), down.copy(), cv2.INTER_LINEAR), np.uint8)


WAYS: Mapping[str, Spoil] = {
    "usual": partial(scanned, scanner_tones.usual),
    "faint": partial(scanned, scanner_tones.faint),
    "overexposed": partial(scanned, scanner_tones.overexposed),
    "unsharp": partial(scanned, scanner_tones.unsharp),
    "streaked": partial(scanned, scanner_tones.streaked),
    "two-level": partial(scanned, scanner_tones.bilevel),
    "two-level, uneven": partial(scanned, scanner_tones.bilevel_uneven),
    "phone": photographed,
}


def levels(seen: Pixels) -> Pixels:
    """Paper white, and the darkest print black."""
    few = seen[::3, ::3]
    black, white = (float(np.quantile(few, share)) for share in (0.005, 0.8))
    stretched = (seen.astype(np.float32) - black) * 255.0 / max(white - black, 1.0)
    return np.clip(np.round(stretched), 0, 255).astype(np.uint8)


@dataclass(frozen=True, slots=True)
class Row:
    """How one method does on pages spoilt in one way."""

    way: str
    method: str
    pages: int
    psnr: float
    grey: float
    ssim: float
    seconds: float


def methods(card: Path) -> Mapping[str, Callable[[Pixels], Pixels]]:
    """All of them, from what is shown to what is to be shown."""
    return {
        "spoilt": lambda seen: seen,
        "median": lambda seen: np.asarray(cv2.medianBlur(seen, 3), np.uint8),
        "nlm": lambda seen: np.asarray(cv2.fastNlMeansDenoising(seen, None, _STRENGTH), np.uint8),
        "levels": levels,
        "cleaned": Restorer(card).cleaned,
    }


def measure(count: int, seed: int, card: Path) -> Iterator[Row]:
    """The table of ways and methods."""
    by_method = methods(card)
    with TemporaryDirectory() as place:
        every = pages.printed(dict(reference.files()), Path(place))
        size = every[0].size
        order = np.random.default_rng(seed).permutation(len(every))
        chosen = tuple(every[int(n)] for n in order)
        for number, (way, spoil) in enumerate(WAYS.items()):
            rng = stream(Population.JUDGE, seed, _STREAM, number)
            found: dict[str, list[tuple[float, float, float, float]]] = {name: [] for name in by_method}
            for sheet in pages.several(chosen, count, Population.JUDGE, rng):
                clean, seen = pages.shown(sheet), spoil(sheet, size, rng)
                for name, method in by_method.items():
                    found[name].append(_held_against(clean, seen, method))
            for name, each in found.items():
                psnr, in_grey, ssim, seconds = (float(n) for n in np.mean(each, axis=0))
                yield Row(
                    way, name, count, round(psnr, 2), round(in_grey, 2), round(ssim, 4), round(seconds, 3)
                )


def _held_against(
    clean: Pixels, seen: Pixels, method: Callable[[Pixels], Pixels]
) -> tuple[float, float, float, float]:
    start = process_time()
    made = method(seen)
    seconds = process_time() - start
    coloured = made if made.ndim == 3 else np.repeat(made[..., None], 3, axis=2)
    one, other = grey(made), grey(clean)
    return (
        likeness.psnr(coloured, clean),
        likeness.psnr(one, other),
        likeness.ssim(one, other),
        seconds,
    )


def main() -> None:
    """Measure, and print the table; exit code 1 where the restorer is not above what it is held against."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=24, help="pages in each way")
    parser.add_argument("--seed", type=int, default=2300)
    parser.add_argument("--card", type=Path, default=restore.SHIPPED)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rows = list(measure(given.pages, given.seed, given.card))
    let_go()
    if given.json:
        print(json.dumps([asdict(row) for row in rows]))
    else:
        print("  ".join(asdict(rows[0])))
        for row in rows:
            print("  ".join(str(value) for value in asdict(row).values()))
    if missed(rows):
        raise SystemExit(1)


def missed(rows: list[Row]) -> list[str]:
    """The ways in which the restorer is not above spoilt pages, a median and non-local means."""
    by_name = {(row.way, row.method): row for row in rows}
    return [
        way
        for way in WAYS
        for method in ("spoilt", "median", "nlm")
        if by_name[way, "cleaned"].psnr <= by_name[way, method].psnr
        or by_name[way, "cleaned"].ssim <= by_name[way, method].ssim
    ]


if __name__ == "__main__":
    main()
