"""A store as a large exam leaves it whose answers people judge: all booklets scanned, nobody has judged any.

Twenty questions, each with a rubric of nine lines, on some seven pages. One booklet is printed, filled and
scanned; all others are said to look like it: their rows are written many at once, and their kept files are
links to its file, so that each has pictures. Nothing is crossed in any credit box.
"""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from filled import EXAM_NUMBER, QUALITY, printed, read_page, scanned
from klausur.actions import kept_scans
from klausur.exam.frozen import freeze, gather
from klausur.exam.model import Exam
from klausur.exam.source import parse
from klausur.paper.code import PageCode
from klausur.paper.layout import Layout
from klausur.paper.run import plan
from klausur.read.model import PageResult
from klausur.roster.made_up import made_up
from klausur.store import audit, derive, pages, printings
from klausur.store.derive import EVERYTHING
from klausur.store.folder import Records, key, opened, writing
from klausur.store.frame import Frame

TOML = """title = "Judged by many"
date = 2026-11-30
start = "09:00"
minutes = 90
examiner = "Dr. Ada Example"
order = [{order}]

[choice]
scheme = "all-or-nothing"

[grades]
unit = "percent"
fail = "5.0"

[grades.thresholds]
"1.0" = 90
"4.0" = 50
"""

QUESTION = r"""
## Two changes {#change-%d credits=2 space=55mm step=0.5}

In a deep network with $\tanh$ activations the gradients vanish. Propose two changes against this that
leave the number of trainable parameters as it is, and say of each why it helps.

::: solution
ReLU, whose derivative is $1$ for positive inputs; skip connections; or weights drawn with
$\operatorname{Var}(w) = \frac{1}{n}$.
:::

::: rubric
- [max 2] two changes, one credit each
    - [+0.5] ReLU named
    - [+0.5] it does not saturate
    - [+0.5] residual connections named
    - [+0.5] a way round the layers
    - [+0.5] Xavier initialisation named
    - [+0.5] keeps $\tanh'(x) \approx 1$
- [0] clipping: no help against small ones
- [-0.5 each] a wrong claim
:::
"""

UNSCANNED = 5
"""So many booklets at the end are not scanned: a worker reads them later."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What was made: so many booklets, of which the last ones were not scanned; the questions' ids."""

    booklets: int
    scanned: int
    questions: tuple[str, ...]
    pages: int


def judged(folder: Path, booklets: int, questions: int, seed: int) -> Judged:
    """Make an exam folder with such a store, or say what the one holds that was made there before."""
    said = folder / "judged.json"
    if said.is_file():
        plain = json.loads(said.read_text())
        return Judged(**{**plain, "questions": tuple(plain["questions"])})
    exam = _written(folder, questions)
    run = plan(EXAM_NUMBER, made_up(booklets, seed), 0, extras=1)
    with opened(folder, create=True) as records:
        secret = key(records, create=True, seed=bytes(range(32)))
        layout = printed(exam, run, secret)
        with writing():
            printings.alone(run, layout, "benchmark", frozen=freeze(gather([exam], folder)))
            audit.append("print", "benchmark", {})
        with TemporaryDirectory() as out:
            kept = kept_scans.keep(records, scanned(exam, secret, Path(out), seed, range(1, 2)))
        if not isinstance(kept, str):
            sys.exit(str(kept))
        with writing():
            for number in range(1, booklets - UNSCANNED + 1):
                _record(layout, number, _linked(records, kept, number))
            audit.append("record", "benchmark", {})
        with writing():
            derive.refresh(Frame(folder), EVERYTHING)
    made = Judged(
        booklets,
        booklets - UNSCANNED,
        tuple(question.id for question in exam.questions),
        len(layout.booklets[0].pages),
    )
    said.write_text(json.dumps(asdict(made)))
    return made


def _written(folder: Path, questions: int) -> Exam:
    (folder / "problems").mkdir(parents=True)
    problems = {
        f"{n}-networks": range(at + 1, min(at + 4, questions) + 1)
        for n, at in enumerate(range(0, questions, 4), start=1)
    }
    order = ", ".join(f'"{name}"' for name in problems)
    (folder / "exam.toml").write_text(TOML.format(order=order), encoding="utf-8")
    for name, numbers in problems.items():
        text = "# Networks\n" + "".join(QUESTION.replace("%d", str(n)) for n in numbers)
        (folder / "problems" / f"{name}.md").write_text(text, encoding="utf-8")
    found = parse(folder)
    if found.exam is None:
        sys.exit("\n".join(map(str, found.diagnostics)))
    return found.exam


def _linked(records: Records, sha256: str, number: int) -> str:
    """The name of a kept file that is the one of this name once more; booklet 1 is seen in that itself."""
    if number == 1:
        return sha256
    name = f"{number:064x}"
    os.link(kept_scans.kept(records, sha256), kept_scans.kept(records, name))
    return name


def _record(layout: Layout, number: int, file: str) -> None:
    found = list(_results(layout, number, file))
    pages.append_file(file, f"booklet-{number}.pdf", len(found))
    pages.append_all([(result, None) for result in found])


def _results(layout: Layout, number: int, file: str) -> Iterator[PageResult]:
    for page, at in enumerate(layout.booklets[0].pages, start=1):
        read = read_page(layout.pages[at], frozenset(), Random(0))  # noqa: S311 - no secret is drawn
        yield PageResult(file, page - 1, PageCode(EXAM_NUMBER, number, page), QUALITY, None, read)
