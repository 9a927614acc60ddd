"""A formula as Typst and as pdflatex print it: ink compared cell by cell, both scaled to one size."""

import re
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import typst
from PIL import Image, ImageDraw, ImageFilter

Rows = list[tuple[tuple[str, str], str]]
"""Name and TeX of formulas, with Typst's markup of each."""

_DPI = 200
_BATCH = 60
_CELLS = 24
"""Cells over the height of a formula; over its width as many as keep them square, at most `_WIDEST`."""
_WIDEST = 160

_HEAD = r"""\documentclass[10pt]{article}
\usepackage[paperwidth=40cm,paperheight=12cm,margin=5mm]{geometry}
\usepackage[utf8]{inputenc}
\usepackage{amsmath,amssymb,mathtools,stmaryrd,cancel,braket,xcolor,textcomp,arydshln,amscd,bm,mathrsfs}
\usepackage[version=4]{mhchem}
%s
\newcommand{\R}{\mathbb{R}}\newcommand{\N}{\mathbb{N}}\newcommand{\Z}{\mathbb{Z}}
\newcommand{\C}{\mathbb{C}}\newcommand{\Q}{\mathbb{Q}}
\pagestyle{empty}\parindent0pt\nonstopmode\errorcontextlines0
\begin{document}
"""
_PHYSICS = {r"\abs", r"\norm", r"\comm", r"\acomm", r"\dv", r"\pdv", r"\dd", r"\expval", r"\mel", r"\ketbra",
            r"\grad", r"\curl", r"\laplacian", r"\vb", r"\vu", r"\va", r"\order", r"\Tr", r"\rank", r"\eval",
            r"\pqty", r"\bqty", r"\mqty", r"\qq"}  # fmt: skip
_ALONE = re.compile(r"\\begin\{(?:align|alignat|gather|equation|multline|eqnarray)\*?\}")
"""What TeX wants outside of a formula."""


def compare(rows: Rows, folder: Path, bound: float) -> dict[str, Any]:
    """Compare all, and put pairs below the bound into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    physics = [row[0][0] in _PHYSICS for row in rows]
    pictures: dict[int, Image.Image] = {}
    for kind, package in ((False, "siunitx"), (True, "physics")):
        some = [n for n, is_physics in enumerate(physics) if is_physics == kind]
        pictures |= _by_tex([(n, rows[n][0][1]) for n in some], folder, package)
    scores = {}
    low: list[tuple[float, int, Image.Image, Image.Image]] = []
    order = sorted(pictures)
    for n, mine in zip(order, _by_typst([rows[n][1] for n in order]), strict=True):
        theirs = pictures[n]
        scores[n] = _alike(mine, theirs)
        if scores[n] < bound:
            low.append((scores[n], n, mine, theirs))
    _sheets(sorted(low, key=lambda one: one[0]), rows, folder)
    values = sorted(scores.values())
    return {
        "compared": len(values),
        "no_tex": [rows[n][0][0] for n in range(len(rows)) if n not in pictures],
        "median": round(float(np.median(values)), 3) if values else None,
        "below_bound": [rows[n][0][1] for _, n, _, _ in sorted(low, key=lambda one: one[0])],
    }


def _by_tex(rows: list[tuple[int, str]], folder: Path, package: str) -> dict[int, Image.Image]:
    """What pdflatex prints of those that it sets without an error, by number.

    One with an error may spoil what follows; so it is left out and its batch printed again.
    """
    name = f"tex-{package}"
    found: dict[int, Image.Image] = {}
    for first in range(0, len(rows), _BATCH):
        some = rows[first : first + _BATCH]
        while some and (failed := _failed(some, folder, name, package)):
            some = [(n, tex) for n, tex in some if n not in failed]
        found |= _pages(some, folder, name) if some else {}
    return found


def _pages(rows: list[tuple[int, str]], folder: Path, name: str) -> dict[int, Image.Image]:
    with pypdfium2.PdfDocument(folder / f"{name}.pdf") as pdf:
        if len(pdf) != len(rows):
            raise SystemExit(f"pdflatex printed {len(pdf)} pages for {len(rows)}: see {folder}/{name}.log")
        return {
            n: pdf[page].render(scale=_DPI / 72).to_pil().convert("L") for page, (n, _) in enumerate(rows)
        }


def _failed(rows: list[tuple[int, str]], folder: Path, name: str, package: str) -> set[int]:
    """Print these, one to a page; which of them have an error, or ended TeX."""
    body = []
    for n, tex in rows:
        shown = tex if _ALONE.search(tex) else f"\\[{tex}\n\\]"
        body.append(f"\\typeout{{AT {n}}}\\null{{{shown}\\par}}\\typeout{{TO}}\\clearpage\n")
    source = _HEAD % f"\\usepackage{{{package}}}" + "".join(body) + "\\end{document}\n"
    (folder / f"{name}.tex").write_text(source, "utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", name]
    try:
        ended = (
            subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=40).returncode < 0
        )
    except subprocess.TimeoutExpired:  # some errors have no end
        ended = True
    parts = re.split(r"^AT (\d+)$", (folder / f"{name}.log").read_text("latin-1"), flags=re.MULTILINE)
    said = dict(zip(map(int, parts[1::2]), parts[2::2], strict=True))
    last = {max(said)} if said and (ended or "no output PDF" in said[max(said)]) else set()
    return last | {n for n, words in said.items() if "\n! " in words.partition("\nTO")[0]}


def _by_typst(markups: list[str]) -> list[Image.Image]:
    head = (
        "#set page(width: 40cm, height: 12cm, margin: 5mm)\n"
        '#set text(font: "New Computer Modern", size: 10pt)\n'
    )
    source = head + "\n#pagebreak()\n".join(markups)
    with pypdfium2.PdfDocument(typst.compile(source.encode())) as pdf:
        return [page.render(scale=_DPI / 72).to_pil().convert("L") for page in pdf]


def _ink(picture: Image.Image) -> "np.ndarray[Any, np.dtype[np.uint8]]":
    dark = np.asarray(picture) < 200
    rows, columns = np.flatnonzero(dark.any(1)), np.flatnonzero(dark.any(0))
    if not len(rows):
        return np.zeros((1, 1), np.uint8)
    return np.asarray(picture)[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _alike(one: Image.Image, other: Image.Image) -> float:
    """The share of ink that lies in the same cells: 1 for equal pictures, 0 for none."""
    inks = [_ink(one), _ink(other)]
    aspect = float(np.mean([ink.shape[1] / ink.shape[0] for ink in inks]))
    size = (int(np.clip(_CELLS * aspect, 4, _WIDEST)), _CELLS)
    cells = []
    for ink in inks:
        small = Image.fromarray(255 - ink).resize(size, Image.Resampling.BOX)
        cells.append(np.asarray(small.filter(ImageFilter.GaussianBlur(1)), float))
    stretch = min(inks[0].shape[1] / inks[0].shape[0], inks[1].shape[1] / inks[1].shape[0]) / max(
        inks[0].shape[1] / inks[0].shape[0], inks[1].shape[1] / inks[1].shape[0]
    )
    union = np.maximum(*cells).sum()
    return float(np.minimum(*cells).sum() / union * min(1.0, stretch + 0.2)) if union else 1.0


def _sheets(low: list[tuple[float, int, Image.Image, Image.Image]], rows: Rows, folder: Path) -> None:
    """Pairs under one another, twenty to a picture: ours, TeX's, and what they are."""
    for first in range(0, len(low), 20):
        some = low[first : first + 20]
        strips = []
        for score, n, mine, theirs in some:
            parts = [Image.fromarray(_ink(p)) for p in (mine, theirs)]
            for part in parts:
                part.thumbnail((420, 76))
            strip = Image.new("L", (1240, 84), 255)
            strip.paste(parts[0], (4, 4))
            strip.paste(parts[1], (434, 4))
            ImageDraw.Draw(strip).text((864, 30), f"{score:.2f} {rows[n][0][1]}"[:62], fill=0)
            strips.append(strip)
        sheet = Image.new("L", (1240, 84 * len(strips)), 255)
        for at, strip in enumerate(strips):
            sheet.paste(strip, (0, 84 * at))
        sheet.save(folder / f"low-{first // 20:02}.png")
