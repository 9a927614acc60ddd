"""Pictures of every kind of page that an exam has on paper, for the eye.

    python -m lab.paper_pictures OUT [FOLDER ...] [--paper a4|letter] [--dpi 150] [--black] [--only NAME]

Each exam is printed for made-up people, once with their names and once with stickers, and so are the papers
for its day; the first 20 pages of each file become ``OUT/exam-paper/file-page.png``. With ``--black`` pages
are drawn with 600 dpi and in dots of pure black, as office printers do it. Without a folder the six subjects
of the tests and the reference exam are taken.
"""

import argparse
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2 as pdfium
from PIL import Image

from klausur.actions.day import make_day_papers
from klausur.actions.print_booklets import print_booklets
from klausur.actions.print_request import PrintRequest
from klausur.exam import trust
from klausur.exam.source import parse
from klausur.roster.made_up import made_up, write
from klausur.state.facts import Actor, Role

SUBJECTS = Path(__file__).parents[1] / "tests/exam/subjects"
REFERENCE = Path(__file__).parents[1] / "exams/deep-learning"
PEOPLE = 11
ROOMS = """\
rule = "file"

[[room]]
name = "Hall 1"
rows = 4
seats_per_row = 8
aisles = [4]
"""
BLACK_DPI = 600
MOST = 20
"""Pages of a file that are shown: those of further booklets look like those of the first."""

SHEETS = {"a4": "L4731", "letter": "5160"}
"""The label sheets that each size of paper is shown with."""

_ACTOR = Actor("paper pictures", Role.EXAMINER)


def files(folder: Path, paper: str, work: Path) -> Iterator[Path]:
    """Print an exam's papers, each kind of them; the PDFs.

    Args:
        folder: the exam's, of which a copy is printed.
        paper: ``a4`` or ``letter``.
        work: an empty folder.

    Raises:
        ValueError: the exam has errors.
    """
    for name, wanted in (
        ("named", PrintRequest(spare=1, extras=1, proof=True)),
        ("stickers", PrintRequest(spare=1, stickers=SHEETS[paper])),
    ):
        copy = work / name / folder.name
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(".klausur", "print"))
        _on_paper(copy / "exam.toml", paper)
        write(made_up(PEOPLE, seed=1), copy / "candidates.csv")
        (copy / "rooms.toml").write_text(ROOMS, encoding="utf-8")
        printed = print_booklets(copy, actor=_ACTOR, wanted=wanted, seed=1)
        if printed.folder is None:
            raise ValueError("; ".join(found.message for found in printed.diagnostics))
        yield from sorted(printed.folder.glob("*.pdf"))
        if name == "named":
            day = make_day_papers(copy, actor=_ACTOR, name_signs=True)
            yield from (file for file in day.files if file.suffix == ".pdf")


@contextmanager
def _trusting(folder: Path) -> Iterator[None]:
    """Let the programs of exams in a folder run, and keep that there."""
    before = os.environ.get("XDG_STATE_HOME")
    os.environ["XDG_STATE_HOME"] = str(folder / "state")
    try:
        trust.trust(folder, always=True)
        yield
    finally:
        del os.environ["XDG_STATE_HOME"]
        if before is not None:
            os.environ["XDG_STATE_HOME"] = before


def _on_paper(toml: Path, paper: str) -> None:
    """Let an exam.toml ask for a size of paper."""
    lines = [line for line in toml.read_text(encoding="utf-8").splitlines() if not line.startswith("paper =")]
    toml.write_text("\n".join((f'paper = "{paper}"', *lines, "")), encoding="utf-8")


def pictures(pdf: Path, *, dpi: float, black: bool) -> Iterator[tuple[int, Image.Image]]:
    """The first pages with their numbers: in colours, or in dots of pure black."""
    with pdfium.PdfDocument(pdf) as document:
        for number in range(min(len(document), MOST)):
            shown = document[number].render(scale=dpi / 72, grayscale=black).to_pil()
            yield number + 1, shown.convert("1") if black else shown


def main(given: Sequence[str] | None = None) -> None:
    """Write the pictures that the command line asks for."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("out", type=Path)
    asked.add_argument("folders", nargs="*", type=Path)
    asked.add_argument("--paper", choices=sorted(SHEETS), help="else each exam's own")
    asked.add_argument("--dpi", type=float, default=150)
    asked.add_argument("--black", action="store_true")
    asked.add_argument("--only", default="", help="files whose names begin so")
    options = asked.parse_args(given)
    dpi = BLACK_DPI if options.black else options.dpi
    for folder in options.folders or (*sorted(SUBJECTS.iterdir()), REFERENCE):
        exam = parse(folder).exam
        if exam is None:
            raise SystemExit(f"{folder} is no exam that can be printed")
        paper = options.paper or exam.paper
        out = options.out / f"{folder.name}-{paper}"
        out.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory() as work, _trusting(Path(work)):
            for pdf in files(folder, paper, Path(work)):
                if not pdf.name.startswith(options.only):
                    continue
                for number, picture in pictures(pdf, dpi=dpi, black=options.black):
                    picture.save(out / f"{pdf.stem}-{number:02d}.png")


if __name__ == "__main__":
    main()
