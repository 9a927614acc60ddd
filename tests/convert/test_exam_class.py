r"""LaTeX of the exam class: what pandoc alone loses, and what stands in no question."""

import io
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from klausur.actions.import_exam import import_exam
from klausur.base.errors import KlausurError
from klausur.exam.model import QuestionKind

from .conftest import Move

EXAM = r"""
\documentclass[addpoints]{exam}
\newcommand{\R}{\mathbb{R}}
\newcommand{\half}[1]{\frac{#1}{2}}
\title{Analysis}
\begin{document}
Name: \hrulefill
\begin{questions}
\question Let $f: \R \to \R$ be given. % \part[9] is no part
\begin{parts}
  \part[3] Find the limit \[ \lim_{x \to 0} \half{x} \]
  \begin{solution}
    It is 0.
  \end{solution}
  \part[1\half] Draw it. \includegraphics[width=0.5\textwidth]{plot}
  \begin{solutionorbox}[2in]
  \end{solutionorbox}
  \vspace{2in}
  \bonuspart[1] Say why.
\end{parts}
\question[2] Which is prime?
  \begin{choices}
    \choice 4
    \CorrectChoice 5
    \choice 6
  \end{choices}
\question[1] The capital of France is \fillin[Paris][1in].
\question[4] How much is $1 + 1$? \answerline[2]
\question[2] No key?
  \begin{checkboxes} \choice yes \choice no \end{checkboxes}
\end{questions}
\end{document}
"""


def test_parts_choices_and_keys_come_with_their_credits(move: Move) -> None:
    moved = move("exam.tex", EXAM, plot__png=_png())
    limit, draw, why, prime, capital, much, key = moved.questions
    assert [p.title for p in moved.exam.problems] == ["Question 1", "Questions"]
    assert moved.exam.title == "Analysis"
    assert [q.credits for q in moved.questions] == [3, Fraction(3, 2), 1, 2, 1, 4, 2]
    assert limit.solution is not None
    assert limit.solution.text == "It is 0."
    assert draw.solution is None
    assert draw.space is not None
    assert draw.space.height == pytest.approx(51, abs=1)
    assert "![](../figures/plot.png){width=50%}" in moved.text()
    assert why.bonus
    assert [c.content.text for c in prime.choices if c.right] == ["5"]
    assert capital.kind is QuestionKind.BLANKS
    assert "[Paris]{.blank}" in moved.text(2)
    assert (much.kind, much.solution is not None) == (QuestionKind.SHORT, True)
    assert key.kind is QuestionKind.SINGLE
    assert [d.code for d in moved.done.diagnostics if d.severity == "error"] == ["single-right"]


def test_macros_of_formulas_come_along(move: Move) -> None:
    moved = move("exam.tex", EXAM, plot__png=_png())
    assert moved.exam.macros == (("\\R", r"\mathbb{R}"), ("\\half", r"\frac{#1}{2}"))
    assert r"\lim_{x \to 0} \half{x}" in moved.text()


def test_a_figure_that_is_not_there_is_named(move: Move) -> None:
    moved = move("exam.tex", EXAM)
    assert "refused: figure plot" in moved.told
    assert "figure-missing" in {d.code for d in moved.done.diagnostics}


def test_a_file_of_the_class_without_questions_says_so(tmp_path: Path) -> None:
    path = tmp_path / "exam.tex"
    path.write_text("\\documentclass{exam}\n\\begin{document}\n\\problem Prove it.\n\\end{document}\n")
    with pytest.raises(KlausurError, match="macros of its own"):
        import_exam([path], tmp_path / "here")


def test_credits_of_a_question_are_shared_by_its_parts(move: Move) -> None:
    moved = move(
        "exam.tex",
        "\\documentclass{exam}\n\\begin{document}\\begin{questions}\n\\question[6] All\n"
        "\\begin{parts}\\part a\\part b\\end{parts}\\end{questions}\\end{document}\n",
    )
    assert [q.credits for q in moved.questions] == [3, 3]
    assert "changed: credits of a question whose parts have none" in moved.told


def _png() -> bytes:
    out = io.BytesIO()
    Image.new("L", (4, 4)).save(out, "PNG")
    return out.getvalue()
