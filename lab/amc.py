"""Auto Multiple Choice (AMC), the free program that reads paper exams, at work on an exam of ours.

Thin round its commands, which must be installed (Debian: auto-multiple-choice): typesetting, where its boxes
lie, and what it made of scans. Its defaults hold everywhere; what they are stands in its AMC/Config.pm.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from klausur.base.geometry import Box
from klausur.paper.fields import MARK_BOX

COMMAND = "auto-multiple-choice"
MISSING = (
    "AMC is not installed, so there is nothing to compare with: "
    "apt-get install --no-install-recommends auto-multiple-choice"
)

_TICKED = 0.15
"""Share of a box that must be dark for AMC to take it for ticked (defaut_seuil)."""

_NEAR = 0.03
"""Distance from that share within which AMC shows a box to people (seuil_sens, 8 of 10)."""

_UNEVEN = 3.0
"""Mean square error of a page's marks above which AMC shows the page to people (seuil_eqm)."""

_BOX_ZONE = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: its name, its text and its choices, and which of them are right."""

    name: str
    text: str
    choices: tuple[str, ...]
    right: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class AmcBox:
    """A box that AMC printed: whose paper and which page of it, its question and choice (from 0), in mm."""

    paper: int
    page: int
    question: str
    choice: int
    box: Box


@dataclass(frozen=True, slots=True)
class AmcReading:
    """What AMC made of a box: whether it is ticked, and whether people are shown it."""

    ticked: bool
    flagged: bool


def installed() -> bool:
    """Whether AMC is on this machine."""
    return shutil.which(COMMAND) is not None


class Project:
    """A project of AMC in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        """Make the folder what AMC expects."""
        self.folder = folder
        self.pdf = folder / "subject.pdf"
        for name in ("data", "cr", "scans"):
            (folder / name).mkdir(parents=True)

    def typeset(self, pages: Sequence[Sequence[Asked]], papers: int) -> tuple[AmcBox, ...]:
        """Print papers of these questions on these pages; where their boxes lie.

        Raises:
            subprocess.CalledProcessError: AMC or LaTeX failed.
        """
        (self.folder / "exam.tex").write_text(_source(pages, papers), encoding="utf-8")
        where = ("--data", "data")
        outputs = ("--out-sujet", self.pdf.name, "--out-corrige", "key.pdf", "--out-calage", "layout.xy")
        prefix = ("--prefix", f"{self.folder}/")
        engine = ("--mode", "s[c]", "--with", "pdflatex", "--filter", "latex", "--n-copies", str(papers))
        self._run("prepare", *engine, *prefix, *where, *outputs, "exam.tex")
        self._run("meptex", "--src", "layout.xy", *where)
        return tuple(self._boxes())

    def version(self) -> str:
        """Which AMC it is, as its LaTeX package says."""
        with closing(self._database("layout")) as layout:
            (said,) = layout.execute(
                "SELECT value FROM layout_variables WHERE name = 'build:version'"
            ).fetchone()
        return str(said)

    def read(self, scanned: Path) -> None:
        """Read a scanned file, as its window does with one process."""
        (self.folder / "list.txt").write_text(f"{scanned}\n", encoding="utf-8")
        self._run("getimages", "--list", "list.txt", "--copy-to", "scans")
        self._run(
            "analyse", "--projet", ".", "--data", "data", "--cr", "cr", "--n-procs", "1", "--try-three",
            "--liste-fichiers", "list.txt",
        )  # fmt: skip

    def readings(self) -> dict[tuple[int, int], dict[tuple[str, int], AmcReading]]:
        """What was read on each page, by paper and page; then by question and choice (from 0)."""
        names = self._names()
        with closing(self._database("capture")) as capture:
            pages = capture.execute("SELECT student, page, mse FROM capture_page").fetchall()
            zones = capture.execute(
                "SELECT student, page, id_a, id_b, total, black FROM capture_zone WHERE type = ?",
                (_BOX_ZONE,),
            ).fetchall()
        uneven = {(paper, page): error > _UNEVEN for paper, page, error in pages}
        found: dict[tuple[int, int], dict[tuple[str, int], AmcReading]] = {at: {} for at in uneven}
        for paper, page, question, choice, total, black in zones:
            share = black / total if total > 0 else 0.0
            flagged = total <= 0 or uneven[paper, page] or abs(share - _TICKED) <= _NEAR
            found[paper, page][names[question], choice - 1] = AmcReading(share >= _TICKED, flagged)
        return found

    def _boxes(self) -> list[AmcBox]:
        names = self._names()
        with closing(self._database("layout")) as layout:
            rows = layout.execute(
                "SELECT b.student, b.page, question, answer, xmin, ymin, xmax, ymax, dpi FROM layout_box b "
                "JOIN layout_page p ON b.student = p.student AND b.page = p.page WHERE role = 1"
            ).fetchall()
        boxes = []
        for paper, page, question, choice, left, top, right, bottom, dpi in rows:
            x, y, x_end, y_end = (25.4 * at / dpi for at in (left, top, right, bottom))
            boxes.append(AmcBox(paper, page, names[question], choice - 1, Box(x, y, x_end - x, y_end - y)))
        return boxes

    def _names(self) -> dict[int, str]:
        with closing(self._database("layout")) as layout:
            return dict(layout.execute("SELECT question, name FROM layout_question").fetchall())

    def _database(self, name: str) -> sqlite3.Connection:
        return sqlite3.connect(self.folder / "data" / f"{name}.sqlite")

    def _run(self, verb: str, *options: str) -> None:
        # A home of its own, so that nobody's settings count.
        env = os.environ | {"HOME": str(self.folder), "LC_ALL": "C.UTF-8"}
        subprocess.run(
            (COMMAND, verb, *options), cwd=self.folder, env=env, check=True, capture_output=True, timeout=3600
        )


def _source(pages: Sequence[Sequence[Asked]], papers: int) -> str:
    """The LaTeX source of papers that are all alike."""
    head = (
        "\\documentclass[a4paper]{article}\n\\usepackage[utf8]{inputenc}\n\\usepackage[T1]{fontenc}\n"
        "\\usepackage[margin=22mm]{geometry}\n\\usepackage[box]{automultiplechoice}\n\\begin{document}\n"
        f"\\AMCboxDimensions{{size={MARK_BOX}mm}}\n\\onecopy{{{papers}}}{{\n"
    )
    body = "\\clearpage\n".join("\n".join(_question(one) for one in page) for page in pages)
    return f"{head}{body}\\clearpage\n}}\n\\end{{document}}\n"


def _question(asked: Asked) -> str:
    choices = "\n".join(
        f"\\{'correct' if right else 'wrong'}choice{{{text}}}"
        for text, right in zip(asked.choices, asked.right, strict=True)
    )
    return (
        f"\\begin{{questionmult}}{{{asked.name}}}{asked.text}\n"
        f"\\begin{{choices}}[o]\n{choices}\n\\end{{choices}}\n\\end{{questionmult}}\n"
    )
