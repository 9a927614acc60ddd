"""An exam with one short question, printed and written on: numbers by made-up hands, ready to be scanned."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
from PIL import Image
from tests import cast
from tests.actions.conftest import write_exam

from klausur.actions.print_booklets import print_booklets
from klausur.base.geometry import Box
from klausur.paper.fields import SPACES
from klausur.paper.layout import Layout
from klausur.rehearse import pen
from klausur.rehearse.hands import Ink, Population, hand, stream
from klausur.rehearse.numerals import row
from klausur.roster import made_up
from klausur.scan.model import Pixels
from klausur.store import printings
from klausur.store.folder import opened

DPI = 200
SCALE = DPI / 25.4

SHORT = r"""# Parameters

## Size of the last layer {#word credits=2 space=16mm step=0.5}

How many trainable parameters does a linear layer from 31 to 4 numbers have, with its biases?

::: solution
$31 \cdot 4 + 4 = 128$
:::

::: rubric
- [+1] the matrix
- [+1] four biases
- [-0.5] a slip in the arithmetic
:::
"""


def printed(place: Path, count: int) -> Layout:
    """An exam with that question, printed for so many people."""
    write_exam(place)
    (place / "problems/2-words.md").write_text(SHORT, encoding="utf-8")
    made_up.write(made_up.made_up(count, seed=1), place / "candidates.csv")
    print_booklets(place, actor=cast.EXAMINER, seed=11)
    with opened(place):
        return printings.layout()


def written(place: Path, layout: Layout, texts: Sequence[str], seed: int = 3) -> Path:
    """A scan of all booklets, in the n-th of which stands the n-th number."""
    (booklets,) = place.glob("print/*/booklets.pdf")
    document = pdfium.PdfDocument(booklets)
    images: list[Image.Image] = []
    for booklet, text in zip(layout.booklets, texts, strict=True):
        rng = stream(Population.JUDGE, seed, booklet.number)
        for index in booklet.pages:
            sheet = _drawn(document[len(images)])
            for field in layout.pages[index].fields:
                if field.kind in SPACES and field.question == "word":
                    _write(sheet, field.box, text, rng)
            images.append(Image.fromarray(sheet))
    out = place / "scan.pdf"
    images[0].save(out, save_all=True, append_images=images[1:], resolution=DPI)
    return out


def _drawn(page: pdfium.PdfPage) -> Pixels:
    return np.asarray(page.render(scale=DPI / 72, grayscale=True).to_numpy(), np.uint8).squeeze().copy()


def _write(sheet: Pixels, space: Box, text: str, rng: np.random.Generator) -> None:
    who = hand(rng, Population.JUDGE, [Ink.BLACK])
    left, top = space.x + 6 + float(rng.uniform(0, 6)), space.centre[1] - 4
    cells = [Box(left + 6.5 * n, top, 6.0, 8.0) for n in range(len(text))]
    pen.ink(sheet, row(text, cells, who, rng), SCALE, (0.0, 0.0), who, rng)
