"""Auto Multiple Choice and Klausur on equal pages: what a page and a box cost, and what is wrong unasked.

The same questions with the same choices stand on each page of both, with boxes of the same size. The same
hands of the rehearsal mark the same boxes of both with the same pens, and the same scanner degrades each pair
of pages likewise. Both then read a PDF of grey JPEGs at 300 dpi on one core, each with its defaults. CPU time
counts: of AMC its commands getimages and analyse, with the processes that these start and the writing of
their database; of Klausur all from hashing the file to the Readings, without starting the program, and
without recording, which takes about a quarter more (benchmarks/records.py).

    python benchmarks/peers.py [--papers 20] [--seed 3] [--json]

``sparse`` pages have long questions, ``dense`` ones as many short ones as Klausur puts on them. ``silent``
are boxes whose reading is wrong and that nobody is asked about; of AMC pages that it does not find count as
asked about, and so do those, and boxes, that its window shows in red. The goal is 12 times AMC's pages on
sparse pages, and 3.5 times its boxes on dense ones. The exit code is 1 where that is missed, or Klausur has
more silent errors than AMC, and 2 where AMC is not installed.
"""

import argparse
import json
import os
import resource
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from klausur.base.diagnostics import Diagnostic
from klausur.base.geometry import Size
from klausur.exam.source import parse
from klausur.paper.fields import Field, FieldKind
from klausur.paper.layout import Layout
from klausur.paper.run import plan
from klausur.read import page
from klausur.read.model import Mark, PageResult
from klausur.rehearse.binder import bind
from klausur.rehearse.candidates import POPULATION, Deed
from klausur.rehearse.dirt import befall
from klausur.rehearse.hands import hand, stream
from klausur.rehearse.level import Level
from klausur.rehearse.page import PageTask, process
from klausur.rehearse.prints import let_go
from klausur.rehearse.scanner import WEAR
from klausur.rehearse.scanner import plan as scan_plan
from klausur.roster.made_up import made_up
from klausur.scan.intake import open_scan
from klausur.typeset.booklets import compile_booklets
from lab.amc import COMMAND, MISSING, Asked, Project, installed
from lab.cpu_clock import CpuClock

KEY = bytes(range(32))
EXAM_NUMBER = 0xBE4C_0003
GOALS = {"sparse": 12.0, "dense": 3.5}
QUESTIONS, CHOICES = {"sparse": 6, "dense": 32}, 5
CROSSED, STRAY = 0.35, 0.012
"""Shares of the boxes that are crossed, and of the empty ones with a stray of the pen nearby."""

_TEXT = "light passes through glass with another speed than through air and is bent where it enters"
WORDS = _TEXT.split()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A printed page with boxes: whose and which it is, where in the PDF, and its boxes in order."""

    paper: int
    page: int
    index: int
    boxes: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one of the two made of all pages."""

    cpu_seconds: float
    pages_per_second: float
    boxes_per_second: float
    pages_not_found: int
    flagged: int
    silent: int


@dataclass(frozen=True, slots=True)
class Figures:
    """One kind of pages, read by both."""

    kind: str
    pages: int
    boxes: int
    boxes_per_page: float
    klausur: Outcome
    amc: Outcome
    times_as_fast: float
    goal: float


def questions(kind: str) -> tuple[Asked, ...]:
    """What is asked: the same for both."""
    rng = np.random.default_rng(len(kind))

    def words(count: int) -> str:
        return " ".join(rng.choice(WORDS, count).tolist()).capitalize() + "."

    length, each = (150, 6) if kind == "sparse" else (6, 2)
    return tuple(
        Asked(
            f"q{number}",
            words(length),
            tuple(words(each) for _ in range(CHOICES)),
            tuple(n % 2 == 0 for n in range(CHOICES)),
        )
        for number in range(1, QUESTIONS[kind] + 1)
    )


def ours(asked: Sequence[Asked], papers: int, folder: Path) -> tuple[Path, Layout, list[Sheet]]:
    """Klausur's papers."""
    (folder / "exam" / "problems").mkdir(parents=True)
    (folder / "exam" / "exam.toml").write_text(
        'title = "Peers"\nmodule = "P-1"\ndate = 2026-07-20\nstart = "10:00"\nminutes = 60\n'
        'examiner = "Prof. Dr. Ada Example"\nlanguage = "en"\npaper = "a4"\n'
        '[choice]\nscheme = "all-or-nothing"\n'
        '[grades]\nunit = "percent"\nfail = "5.0"\nthresholds = { "1.0" = 90, "4.0" = 50 }\n'
    )
    text = ["# Light"]
    for one in asked:
        text += [f"## {one.name.upper()} {{#{one.name} credits=1}}", one.text]
        text.append(
            "\n".join(
                f"- [{'x' if right else ' '}] {c}" for c, right in zip(one.choices, one.right, strict=True)
            )
        )
    (folder / "exam" / "problems" / "1-light.md").write_text("\n\n".join(text) + "\n")
    parsed = parse(folder / "exam")
    if parsed.exam is None:
        sys.exit("\n".join(map(str, parsed.diagnostics)))
    pdf = folder / "klausur.pdf"
    layout = compile_booklets(parsed.exam, plan(EXAM_NUMBER, made_up(papers, 5), 0), KEY, pdf)
    sheets, first = [], 0
    for booklet in layout.booklets:
        for number, at in enumerate(booklet.pages, start=1):
            boxes = tuple(f for f in layout.pages[at].fields if f.kind is FieldKind.CHOICE_BOX)
            if boxes:
                sheets.append(Sheet(booklet.number, number, first + number - 1, boxes))
        first += len(booklet.pages)
    return pdf, layout, sheets


def theirs(asked: Sequence[Asked], mine: Sequence[Sheet], folder: Path) -> tuple[Project, list[Sheet]]:
    """AMC's papers, with the same questions on each page."""
    by_name = {one.name: one for one in asked}
    papers = sorted({sheet.paper for sheet in mine})
    pages = [
        [by_name[name] for name in dict.fromkeys(f.question or "" for f in sheet.boxes)]
        for sheet in mine
        if sheet.paper == papers[0]
    ]
    project = Project(folder / "amc")
    grouped: dict[tuple[int, int], list[Field]] = {}
    for seen in sorted(project.typeset(pages, len(papers)), key=lambda b: (b.paper, b.page, b.box.y)):
        name = f"{seen.question}/{seen.choice}"
        field = Field(name, FieldKind.CHOICE_BOX, seen.box, seen.question, choice=str(seen.choice))
        grouped.setdefault((seen.paper, seen.page), []).append(field)
    each = max(page for _, page in grouped)
    sheets = [
        Sheet(paper, number, (paper - 1) * each + number - 1, tuple(boxes))
        for (paper, number), boxes in grouped.items()
    ]
    if [len(s.boxes) for s in sheets] != [len(s.boxes) for s in mine]:
        sys.exit("AMC did not put the same questions on each page")
    return project, sheets


def marked(sheets: Sequence[Sheet], pdf: Path, size: Size, seed: int, out: Path) -> list[list[bool]]:
    """Fill in and scan pages; which boxes of each are crossed. The same seed does the same to any pages."""
    wear = replace(WEAR[Level.DEFAULT], code_spoilt=0.0)
    images: list[bytes] = []
    truths: list[list[bool]] = []
    for nth, sheet in enumerate(sheets):
        rng = stream(POPULATION, seed, nth)
        crossed = rng.random(len(sheet.boxes)) < CROSSED
        strays = rng.random(len(sheet.boxes)) < STRAY
        person = hand(stream(POPULATION, seed, len(sheets), sheet.paper), POPULATION)
        deeds = tuple(
            Deed(sheet.page, field, Mark.CROSSED if cross else Mark.EMPTY, bool(stray and not cross))
            for field, cross, stray in zip(sheet.boxes, crossed, strays, strict=True)
        )
        dirt = befall(wear, size, rng, stapled=False, holes=(), back=False)
        task = PageTask(
            pdf=pdf,
            index=sheet.index,
            like=sheet.index,
            size=size,
            dpi=wear.dpi,
            colour=False,
            stream=(seed, nth),
            candidate=person,
            corrector=person,
            deeds=deeds,
            essays=(),
            code=None,
            fiducials=(),
            dirt=dirt,
            scans=(scan_plan(wear, rng, upside_down=bool(rng.random() < wear.upside_down)),),
        )
        images += process(task).images
        truths.append(crossed.tolist())
    let_go()
    out.write_bytes(bind(images, wear.dpi))
    return truths


def read_ours(scanned: Path, layout: Layout, sheets: Sequence[Sheet], truths: list[list[bool]]) -> Outcome:
    """Let Klausur read, and count."""

    def once() -> list[PageResult]:
        scan = open_scan(scanned)
        if isinstance(scan, Diagnostic):
            sys.exit(str(scan))
        with scan:
            return [result for image in scan.pages() for result in page.process(image, layout, KEY)]

    once()  # starts the process that takes files apart, and loads the readers
    clock = CpuClock()
    started = clock()
    results = once()
    seconds = clock() - started
    found = {(r.code.booklet, r.code.page): {q.field: q for q in r.readings} for r in results if r.code}
    flagged = silent = lost = 0
    for sheet, truth in zip(sheets, truths, strict=True):
        readings = found.get((sheet.paper, sheet.page))
        lost += readings is None
        for field, crossed in zip(sheet.boxes, truth, strict=True):
            seen = None if readings is None else readings[field.id]
            wrong = seen is not None and (seen.value == Mark.CROSSED) is not crossed
            flagged += seen is None or seen.flagged
            silent += seen is not None and wrong and not seen.flagged
    return _outcome(seconds, sheets, lost, flagged, silent)


def read_theirs(
    scanned: Path, project: Project, sheets: Sequence[Sheet], truths: list[list[bool]]
) -> Outcome:
    """Let AMC read, and count."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    project.read(scanned)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    found = project.readings()
    flagged = silent = lost = 0
    for sheet, truth in zip(sheets, truths, strict=True):
        readings = found.get((sheet.paper, sheet.page))
        lost += readings is None
        for field, crossed in zip(sheet.boxes, truth, strict=True):
            seen = None if readings is None else readings[field.question or "", int(field.choice or 0)]
            flagged += seen is None or seen.flagged
            silent += seen is not None and not seen.flagged and seen.ticked is not crossed
    return _outcome(seconds, sheets, lost, flagged, silent)


def _outcome(seconds: float, sheets: Sequence[Sheet], lost: int, flagged: int, silent: int) -> Outcome:
    boxes = sum(len(sheet.boxes) for sheet in sheets)
    return Outcome(
        round(seconds, 3),
        round(len(sheets) / seconds, 2),
        round(boxes / seconds, 1),
        lost,
        flagged,
        silent,
    )


def measure(kind: str, papers: int, seed: int, folder: Path) -> tuple[Figures, str]:
    """Both on pages of one kind; and which AMC it was."""
    folder.mkdir()
    asked = questions(kind)
    pdf, layout, mine = ours(asked, papers, folder)
    project, others = theirs(asked, mine, folder)
    truths = marked(mine, pdf, layout.size, seed, folder / "klausur-scan.pdf")
    if marked(others, project.pdf, layout.size, seed, folder / "amc-scan.pdf") != truths:
        sys.exit("the two were not filled in alike")
    boxes = sum(map(len, truths))
    own = read_ours(folder / "klausur-scan.pdf", layout, mine, truths)
    peer = read_theirs(folder / "amc-scan.pdf", project, others, truths)
    figures = Figures(
        kind,
        len(mine),
        boxes,
        round(boxes / len(mine), 1),
        own,
        peer,
        round(peer.cpu_seconds / own.cpu_seconds, 2),
        GOALS[kind],
    )
    return figures, project.version()


def main() -> None:
    """Run both and print what they took."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--papers", type=int, default=20)
    options.add_argument("--seed", type=int, default=3)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    if not installed():
        print(MISSING, file=sys.stderr)
        sys.exit(2)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    cv2.setNumThreads(1)
    rows, version = [], ""
    with tempfile.TemporaryDirectory() as folder:
        for kind in GOALS:
            row, version = measure(kind, given.papers, given.seed, Path(folder) / kind)
            rows.append(row)
    if given.json:
        print(json.dumps({COMMAND: version, "rows": [asdict(row) for row in rows]}))
    else:
        print(f"{COMMAND} {version}")
        for row in rows:
            print(f"{row.kind}: {row.pages} pages, {row.boxes_per_page} boxes a page; goal {row.goal}")
            print(f"  Klausur {row.times_as_fast} times as fast as AMC")
            for name, outcome in (("Klausur", row.klausur), ("AMC", row.amc)):
                print(f"  {name}: {asdict(outcome)}")
    missed = any(r.times_as_fast < r.goal or r.klausur.silent > r.amc.silent for r in rows)
    sys.exit(missed)


if __name__ == "__main__":
    main()
