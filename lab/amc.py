"""Auto Multiple Choice (AMC), the free program that reads paper exams, at work on an exam of ours.

Thin round its commands, which must be installed (Debian: auto-multiple-choice): typesetting, where its boxes
lie, and what it made of scans. Its defaults hold everywhere; what they are stands in its AMC/Config.pm.

`Detect` is its program that measures boxes, alone, at work on boxes that others have found and set upright.
"""

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
import numpy.typing as npt

from klausur.base.geometry import Box
from klausur.paper.fields import MARK_BOX, MARK_WINDOW
from klausur.scan.model import Pixels

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
_INNER = 0.8
"""Share of a box's side that is measured (box_size_proportion)."""

_BLACK = 0.6
"""Share of an image's brightest tone below which a pixel is dark (bw_threshold)."""

_ACROSS, _DOWN, _MARGIN, _DISC = 20, 28, 250, 120
"""Windows across a sheet that is measured at once and down it, pixels round them, and the size of the four
discs by which AMC finds a sheet."""


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


def reading_of(share: float) -> AmcReading:
    """What AMC makes of a box of which so much is dark, by its defaults."""
    return AmcReading(share >= _TICKED, abs(share - _TICKED) <= _NEAR)


class Detect:
    """AMC-detect, which measures how much of a box is dark; marks in red are not seen, as is its default."""

    def __init__(self, program: Path) -> None:
        """Name the program (Debian: /usr/libexec/AMC/exec/AMC-detect)."""
        self._program = program

    def darkness(self, windows: Pixels) -> npt.NDArray[np.float64]:
        """The share of each box's inside that is dark, (n,), of windows, (n, side, side, 3).

        Raises:
            subprocess.CalledProcessError: AMC failed.
        """
        each = _ACROSS * _DOWN
        parts = [self._sheet(windows[first : first + each]) for first in range(0, len(windows), each)]
        return np.concatenate(parts)

    def _sheet(self, windows: Pixels) -> npt.NDArray[np.float64]:
        side = windows.shape[1]
        width, height = _ACROSS * side + 2 * _MARGIN, _DOWN * side + 2 * _MARGIN
        paper = np.quantile(windows[:, ::3, ::3], 0.8, axis=(0, 1, 2))
        sheet = np.empty((height, width, 3), np.uint8)
        sheet[:] = paper.astype(np.uint8)
        for x in (_DISC, width - _DISC):
            for y in (_DISC, height - _DISC):
                cv2.circle(sheet, (x, y), _DISC // 2, (0.0, 0.0, 0.0), -1, cv2.LINE_AA)
        half, asked = MARK_BOX / MARK_WINDOW * side / 2, ["load sheet.png"]
        for n, window in enumerate(windows):
            x, y = _MARGIN + n % _ACROSS * side, _MARGIN + n // _ACROSS * side
            sheet[y : y + side, x : x + side] = window
            low_x, high_x, low_y, high_y = (
                middle + side / 2 + way * half for middle in (x, y) for way in (-1.0, 1.0)
            )
            corners = (low_x, low_y, high_x, low_y, high_x, high_y, low_x, high_y)
            asked.append(" ".join(["mesure", f"{_INNER}", *(f"{at:.2f}" for at in corners)]))
        with TemporaryDirectory() as folder:
            cv2.imwrite(f"{folder}/sheet.png", sheet[..., ::-1])
            size = ("-x", str(width), "-y", str(height), "-d", str(_DISC), "-p", "0.2", "-m", "0.2")
            said = subprocess.run(
                (self._program, *size, "-c", "3", "-t", f"{_BLACK}", "-o", "1", "-r"),
                input="\n".join([*asked, ""]),
                cwd=folder,
                check=True,
                capture_output=True,
                text=True,
                timeout=600,
            ).stdout
        counted = re.findall(r"^PIX (\d+) (\d+)$", said, re.MULTILINE)
        return np.array([int(black) / max(int(total), 1) for black, total in counted], np.float64)


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
