"""How surely stickers are read: typeset for real, stuck on real covers in every way, scanned and read.

    python benchmarks/sticker.py [--covers 20] [--seed 62] [--json]

For each label sheet and each way of sticking (neatly, turned, upside down, anywhere on the page, over its
edge, with the code half covered), for two stickers and for none, so many covers go through the whole reader;
every other one was scanned badly.

    read        the right number, or none where there is none, without a flag
    flagged     left to a person
    missed      a sticker is there, none was seen, and nobody is told
    wrong       another number than the sticker's, without a flag: must be 0
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import pypdfium2

from klausur.exam import reference
from klausur.exam.source import parse
from klausur.paper.fields import FieldKind
from klausur.paper.labels import KNOWN
from klausur.paper.layout import Layout
from klausur.paper.run import plan
from klausur.read.model import Reading
from klausur.read.page import process
from klausur.rehearse.hands import Population, stream
from klausur.rehearse.level import Level
from klausur.rehearse.scanner import WEAR, scan
from klausur.rehearse.scanner import plan as scanner_plan
from klausur.rehearse.stuck_labels import PrintedStickers, Way, lay_on, stick
from klausur.roster.made_up import made_up
from klausur.scan.model import PageImage, Pixels, SourceForm
from klausur.typeset.booklets import compile_booklets
from klausur.typeset.stickers import compile_stickers, places

KEY = bytes(range(32))
EXAM = 0xBE4C_0003
CANDIDATES = 24
KINDS = (*(way.value for way in Way), "two", "none")


def cover(pdf: Path) -> Pixels:
    """The first page of a PDF at 300 dpi, grey."""
    with pypdfium2.PdfDocument(pdf) as document:
        pixels = document[0].render(scale=300 / 72, grayscale=True).to_numpy().copy()
    seen: Pixels = pixels.reshape(pixels.shape[:2])
    return seen


def prepared(folder: Path) -> tuple[Pixels, Layout, dict[str, PrintedStickers]]:
    """An unnamed cover, its layout, and the stickers of a run on each known label sheet."""
    reference.write(folder / "exam")
    exam = parse(folder / "exam").exam
    if exam is None:
        sys.exit("the reference exam cannot be built")
    run = plan(EXAM, made_up(CANDIDATES, 1), 0, stickers=True)
    layout = compile_booklets(exam, run, KEY, folder / "booklets.pdf")
    printed = {}
    for name, sheet in KNOWN.items():
        pdf = folder / f"stickers-{name}.pdf"
        compile_stickers(exam, run, KEY, sheet, pdf)
        found = {p.sticker.number: (p.sheet, sheet.box(p.position)) for p in places(run.stickers, sheet)}
        printed[name] = PrintedStickers(pdf, found, mirrored=False)
    return cover(folder / "booklets.pdf"), layout, printed


def read(
    page: Pixels,
    layout: Layout,
    printed: PrintedStickers,
    kind: str,
    numbers: list[int],
    rng: np.random.Generator,
) -> Reading | None:
    """What is read in the sticker spot of a cover with stickers; None if the page was not placed."""
    spot = next(f.box for f in layout.pages[0].fields if f.kind is FieldKind.STICKER_SPOT)
    sheet = page.copy()
    ways = [Way.SHIFTED, Way.TURNED] if kind == "two" else [Way(kind)] if numbers else []
    for number, way in zip(numbers, ways, strict=True):
        lay_on(sheet, layout.size, stick(printed, number, spot, layout.size, way, rng), rng)
    level = Level.HARD if rng.random() < 0.5 else Level.DEFAULT
    data = scan(sheet, scanner_plan(WEAR[level], rng, upside_down=False))
    (result,) = process(PageImage("benchmark", 0, SourceForm.IMAGE, data), layout, KEY)
    return next((r for r in result.readings if r.kind is FieldKind.STICKER_SPOT), None)


def judge(reading: Reading | None, numbers: list[int]) -> str:
    """What became of a cover."""
    if reading is None:
        return "unplaced"
    if reading.flagged:
        return "flagged"
    if reading.value == "+".join(map(str, sorted(numbers))):
        return "read"
    return "wrong" if reading.value else "missed"


def main() -> None:
    """Run the measurement and print its figures; exit code 1 where a number was wrong."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--covers", type=int, default=20)
    options.add_argument("--seed", type=int, default=62)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    count: dict[str, Counter[str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        page, layout, printed = prepared(Path(folder))
        for which, (name, labels) in enumerate(printed.items()):
            for nth, kind in enumerate(KINDS):
                tally = count.setdefault(f"{name} {kind}", Counter())
                for n in range(given.covers):
                    rng = stream(Population.JUDGE, given.seed, which, nth, n)
                    wanted = {"two": 2, "none": 0}.get(kind, 1)
                    numbers = (1 + rng.choice(CANDIDATES, wanted, replace=False)).tolist()
                    tally[judge(read(page, layout, labels, kind, numbers, rng), numbers)] += 1
    if given.json:
        print(json.dumps(count))
    else:
        for name, tally in count.items():
            print(f"{name:>22}  " + "  ".join(f"{what} {tally[what]}" for what in sorted(tally)))
    sys.exit(any(tally["wrong"] for tally in count.values()))


if __name__ == "__main__":
    main()
