"""Every defect of the catalogue, twenty images each: what is placed, what goes to a person, what goes wrong.

A page ends well if it is placed where it truly lies and every box on it is read rightly or left to a person;
or if it is left to a person for a reason that is true. It ends badly if

- it is *misplaced*: taken for another page, or placed so that any Field that a machine reads lies more than
  half a millimetre off, or any other (which people see with room round it) more than three;
- a mark is *misread* and nobody is asked, unless it has *vanished*: the scanner turned its ink to paper;
- it is *lost*: it is on an image, and nothing is said about it.

    python benchmarks/scan.py [--only NAME ...] [--pages 20] [--seed 82] [--jobs 2] [--keep DIR] [--json]
                              [--write-docs]

All must be none, or the exit code is 1. The default seed judges, and judges alone: whoever works on placing
or reading uses seeds of 1000 and more. ``--keep`` leaves the files of each defect, and what went wrong.
``--write-docs`` puts the table into docs/reference/defects.md.
"""

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import cache, partial
from pathlib import Path

import cv2
import numpy as np

from klausur.base.diagnostics import Diagnostic
from klausur.exam import reference
from klausur.exam.source import parse
from klausur.paper.code import show
from klausur.paper.fields import MARKED, FieldKind
from klausur.paper.run import plan
from klausur.read import page
from klausur.read.model import PageResult
from klausur.rehearse.booklet import printed
from klausur.roster.made_up import made_up
from klausur.scan import drift, transform
from klausur.scan.intake import open_scan
from klausur.scan.model import PageImage, Placed, Reason
from klausur.scan.place import place
from klausur.typeset.booklets import compile_booklets
from lab.defects import catalogue, named
from lab.file_forms import Picture, save
from lab.shots import VANISHED, PageShown, Shot, Stack, shoot

JUDGE = 82
"""The seed that judged last; 77 to 81 judged before it, see docs/reference/defects.md."""
BOOKLETS = 6
KEY = bytes(range(32))
EXAM_NUMBER = 0xBE4C_0002
MOST_OFF, MOST_SHOWN = 0.5, 3.0
"""mm by which a Field may lie off where it was found: one that a machine reads, and one that people see."""

READ = MARKED | {FieldKind.DIGIT_ROW, FieldKind.SIGNATURE}

DOCS = Path(__file__).parents[1] / "docs/reference/defects.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


@dataclass(slots=True)
class Row:
    """What became of one defect's pages."""

    defect: str
    pages: int = 0
    placed: int = 0
    refused: int = 0
    wrong_reason: int = 0
    misplaced: int = 0
    lost: int = 0
    boxes: int = 0
    flagged: int = 0
    misread: int = 0
    vanished: int = 0
    worst_mm: float = 0.0
    read_ms: float = 0.0
    reasons: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def bad(self) -> bool:
        """Whether anything happened that must not."""
        return bool(self.misplaced or self.lost or self.misread or self.wrong_reason)


@cache
def stack(folder: Path) -> Stack:
    """The reference exam, printed for a few candidates; made once in each process."""
    mine = folder / multiprocessing.current_process().name
    reference.write(mine / "exam")
    exam = parse(mine / "exam").exam
    if exam is None:
        sys.exit("the reference exam cannot be built")
    pdf = mine / "booklets.pdf"
    layout = compile_booklets(exam, plan(EXAM_NUMBER, made_up(BOOKLETS, 5), 1), KEY, pdf)
    return Stack(printed(pdf, layout), layout, exam)


def measure(name: str, pages: int, seed: int, folder: Path, keep: Path | None) -> Row:
    """Make one defect's images, save them, read them back from their files, and judge."""
    cv2.setNumThreads(1)
    paper, row = stack(folder), Row(name)
    defect = named(name)
    into = (keep or folder) / name
    into.mkdir(parents=True, exist_ok=True)
    shots: list[Shot] = []
    size = 1 if defect.dpi > 600 else 5
    for first in range(0, pages, size):  # a few at a time: a page of 1200 dpi takes 140 MB
        part = list(shoot(paper, defect, pages, seed, first, first + size))
        pictures = [Picture(shot.pixels, shot.dpi, shot.quality) for shot in part]
        files = save(pictures, defect.form, into / f"scan-{first:02d}")
        for shot, image in zip(part, _images(files), strict=True):
            judge(row, shot, image, paper)
        shots += part
        if keep is None:
            for file in files:
                file.unlink()
    row.read_ms = round(row.read_ms / max(len(shots), 1), 1)
    if keep is not None:
        (into / "faults.txt").write_text("\n".join(row.faults) + "\n")
    return row


def _images(files: Iterable[Path]) -> Iterator[PageImage]:
    for file in files:
        scan = open_scan(file)
        if isinstance(scan, Diagnostic):
            sys.exit(str(scan))
        with scan:
            yield from scan.pages()


def judge(row: Row, shot: Shot, image: PageImage, paper: Stack) -> None:
    """Read one image and hold the results against the truth."""
    started = time.perf_counter()
    results = page.process(image, paper.layout, KEY)
    row.read_ms += 1000 * (time.perf_counter() - started)
    places = {n: p for n, p in enumerate(place(image, paper.layout, KEY)) if isinstance(p, Placed)}
    left = {shown.code: shown for shown in shot.shown}
    row.pages += len(left)
    unplaced = []
    for result in results:
        if result.code is None:
            unplaced.append(result)
            continue
        shown = left.pop(result.code, None)
        here = f"image {image.index}: {show(result.code)}"
        if shown is None:
            row.misplaced += 1
            row.faults.append(f"{here}: misplaced, it is no such page")
            continue
        off = _distance(places[result.part], shown, shot, paper, READ)
        shown_off = _distance(places[result.part], shown, shot, paper, frozenset(FieldKind))
        row.worst_mm = max(row.worst_mm, round(off, 3))
        if off > MOST_OFF or shown_off > MOST_SHOWN:
            row.misplaced += 1
            row.faults.append(
                f"{here}: misplaced by {off:.2f} mm at what is read, {shown_off:.2f} mm anywhere"
            )
            continue
        if not shown.right.placed:
            row.wrong_reason += 1
            row.faults.append(f"{here}: placed, though nobody could know which page it is")
            continue
        row.placed += 1
        _read(row, result, shown, here)
    for shown, result in zip(left.values(), unplaced, strict=False):
        _refused(row, shown, result, f"image {image.index}: {show(shown.code)}")
    for shown in list(left.values())[len(unplaced) :]:
        row.lost += 1
        row.faults.append(f"image {image.index}: {show(shown.code)}: lost")


def _distance(
    found: Placed, shown: PageShown, shot: Shot, paper: Stack, kinds: frozenset[FieldKind]
) -> float:
    """The farthest in mm that any corner of a Field of these kinds lies from where it was found."""
    at = paper.layout.at(shown.code)
    fields = at.fields if at else ()
    corners = np.array([corner for f in fields if f.kind in kinds for corner in f.box.corners])
    if not corners.size:
        return 0.0
    true = shown.where.at(corners)
    true = (true + 0.5) * found.pixels.shape[1] / shot.pixels.shape[
        1
    ] - 0.5  # its height may be that of whole blocks
    seen = drift.to_image(found.to_pixels, found.drift, corners)
    per_mm = transform.scale_at(found.to_pixels, *corners.mean(axis=0))
    return float(np.linalg.norm(seen - true, axis=1).max() / per_mm)


def _read(row: Row, result: PageResult, shown: PageShown, here: str) -> None:
    truths = {mark.field: mark for mark in shown.marks}
    for reading in result.readings:
        if reading.kind not in MARKED:
            continue
        row.boxes += 1
        row.flagged += reading.flagged
        truth = truths[reading.field]
        if truth.note == VANISHED:
            row.vanished += 1
            continue
        if not reading.flagged and reading.value != truth.mark:
            row.misread += 1
            row.faults.append(
                f"{here} {reading.field}: {truth.mark} ({truth.note}) "
                f"read as {reading.value} with {reading.confidence:.4f}"
            )


def _refused(row: Row, shown: PageShown, result: PageResult, here: str) -> None:
    why = result.unplaced
    if why is None:
        return
    row.reasons[why.reason] += 1
    told = why.resembles is None or why.resembles == shown.code.page
    if why.reason in shown.right.reasons and told:
        row.refused += 1
        return
    row.wrong_reason += 1
    wrong = "" if told else f", resembles page {why.resembles}"
    row.faults.append(f"{here}: left to a person, but wrongly: {why.reason}{wrong} ({why.detail[-300:]})")
    if why.reason is Reason.FAILED:
        row.faults.append(why.detail)


def table(rows: Iterable[Row]) -> str:
    """The Markdown table of all defects."""
    words = {defect.name: defect.words for defect in catalogue()}
    head = (
        "| defect | what | pages | placed | to a person, rightly | to a person, wrongly "
        "| misplaced | lost | boxes flagged | misread | vanished |"
    )
    lines = [head, "| --- | --- " + "| ---: " * 9 + "|"]
    for row in rows:
        share = f"{100 * row.placed / row.pages:.0f} %"
        right = ", ".join(sorted(row.reasons)) if row.reasons else ""
        flagged = f"{100 * row.flagged / row.boxes:.1f} %" if row.boxes else "–"
        refused = f"{100 * row.refused / row.pages:.0f} % ({right})" if row.refused else "–"
        numbers = (row.wrong_reason, row.misplaced, row.lost)
        lines.append(
            f"| `{row.defect}` | {words[row.defect]} | {row.pages} | {share} | {refused} | "
            + " | ".join(str(n) for n in numbers)
            + f" | {flagged} | {row.misread} | {row.vanished} |"
        )
    return "\n".join(lines)


def write_docs(rows: list[Row], pages: int) -> None:
    """Put the table into the page of the documentation."""
    text = DOCS.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    every, boxes = sum(row.pages for row in rows), sum(row.boxes for row in rows)
    said = (
        f"{len(rows)} defects, {pages} images each: {every} pages, {boxes} boxes. Misplaced "
        f"{sum(r.misplaced for r in rows)}, lost {sum(r.lost for r in rows)}, "
        f"misread {sum(r.misread for r in rows)}, left to a person for a wrong reason "
        f"{sum(r.wrong_reason for r in rows)}."
    )
    DOCS.write_text(f"{before}{BEGIN}\n{said}\n\n{table(rows)}\n{END}{after}", encoding="utf-8")


def main() -> None:
    """Run the measurement and print its figures."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--only", nargs="*", metavar="NAME", help="defects to measure, or how they begin")
    options.add_argument("--pages", type=int, default=20)
    options.add_argument("--seed", type=int, default=JUDGE)
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--keep", type=Path)
    options.add_argument("--json", action="store_true")
    options.add_argument("--write-docs", action="store_true")
    given = options.parse_args()
    names = [d.name for d in catalogue() if not given.only or d.name.startswith(tuple(given.only))]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        work = partial(measure, pages=given.pages, seed=given.seed, folder=Path(folder), keep=given.keep)
        with ProcessPoolExecutor(given.jobs, multiprocessing.get_context("spawn")) as workers:
            for row in workers.map(work, names):
                rows.append(row)
                if not given.json:
                    print(_line(row), flush=True)
                    for fault in row.faults:
                        print("    " + fault)
    if given.json:
        print(json.dumps([asdict(row) | {"reasons": dict(row.reasons)} for row in rows]))
    if given.write_docs:
        write_docs(rows, given.pages)
    sys.exit(any(row.bad for row in rows))


def _line(row: Row) -> str:
    return (
        f"{row.defect:20} placed {row.placed:3}/{row.pages:3}  refused {row.refused:2} {dict(row.reasons)}  "
        f"wrong {row.wrong_reason}  misplaced {row.misplaced}  lost {row.lost}  "
        f"flagged {row.flagged}/{row.boxes}  misread {row.misread}  vanished {row.vanished}  "
        f"worst {row.worst_mm} mm  {row.read_ms} ms"
    )


if __name__ == "__main__":
    main()
