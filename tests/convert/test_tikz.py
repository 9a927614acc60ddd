"""Pictures that LaTeX draws: figures where TeX is at hand, refused by name where it is not or cannot."""

import shutil
from pathlib import Path

import pytest

from klausur.convert import tikz

from .conftest import Move

with_tex = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no TeX here")
PREAMBLE = r"""\documentclass{exam}
\usepackage[dvipsnames]{xcolor}
\usepackage{geometry,tikz}
% \usetikzlibrary{calc}
\usetikzlibrary{arrows.meta,positioning}
\newcommand{\lab}[1]{$v_{#1}$}
\tikzset{box/.style={draw,
  fill=gray!20}}
\pagestyle{empty}
"""
FILE = (
    PREAMBLE
    + r"""\begin{document}\begin{questions}
\question[2] See \begin{center}\begin{tikzpicture}[>=Stealth]
\node[box] (a) {\lab{1}}; \node[box,right=of a] (b) {\lab{2}}; \draw[->] (a) -- (b);
\end{tikzpicture}\end{center}
\question[1] And \begin{tikzpicture}\notthere\end{tikzpicture}?
\end{questions}\end{document}
"""
)


def test_a_picture_needs_some_of_the_preamble() -> None:
    assert tikz.head(PREAMBLE).splitlines() == [
        r"\usepackage[dvipsnames]{xcolor}",
        r"\usepackage{tikz}",
        r"\usetikzlibrary{arrows.meta,positioning}",
        r"\newcommand{\lab}[1]{$v_{#1}$}",
        r"\tikzset{box/.style={draw,",
        r"  fill=gray!20}}",
    ]


@with_tex
def test_pictures_become_figures(move: Move) -> None:
    moved = move("drawn.tex", FILE)
    assert "![](../figures/tikz-1.pdf){width=22mm}" in moved.text()
    assert (moved.done.folder / "figures/tikz-1.pdf").read_bytes().startswith(b"%PDF")
    assert "changed: a tikzpicture" in moved.told
    assert "TeX cannot draw it: Undefined control sequence." in moved.report
    assert r"\notthere" in moved.report


def test_without_tex_they_are_refused(move: Move, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    moved = move("refused.tex", FILE)
    assert "figures" not in moved.text()
    assert moved.told.count(r"refused: in a text: \begin{tikzpicture}\notthere\end{tikzpicture}") == 1
    assert moved.report.count(r"\begin{tikzpicture}") == 4


@with_tex
@pytest.mark.parametrize(
    "words",
    [
        r"\node {\input{/etc/passwd}};",
        r"\newread\f\openin\f=/etc/passwd \ifeof\f\errmessage{nothing}\fi",
        r"\newwrite\f\immediate\openout\f=../out.txt \immediate\write\f{x}",
        r"\loop\iftrue\repeat",
    ],
)
def test_tex_reaches_nothing_of_others(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tikz, "_SECONDS", 2.0)
    made = tikz.drawn(rf"\begin{{tikzpicture}}{words}\end{{tikzpicture}}", "")
    assert isinstance(made, str)


@with_tex
def test_tex_starts_no_program(tmp_path: Path) -> None:
    there = tmp_path / "there"
    words = rf"\immediate\write18{{touch {there}}}\draw (0,0) circle (1);"
    assert isinstance(tikz.drawn(rf"\begin{{tikzpicture}}{words}\end{{tikzpicture}}", ""), bytes)
    assert not there.exists()
