"""Auto Multiple Choice, as LaTeX and as text: keys, fixed choices, scoring, groups."""

from fractions import Fraction

import pytest

from klausur.exam.model import QuestionKind, SchemeKind

from .conftest import Move

LATEX = r"""
\documentclass{article}
\usepackage[box]{automultiplechoice}
\newcommand{\abs}[1]{\left|#1\right|}
\scoringDefaultS{b=1,m=-0.25}
\begin{document}
\element{waves}{
  \begin{question}{colour}\scoring{b=2,m=-0.5}
    Which has the longest wave, if $\abs{x} > 0$?
    \begin{choiceshoriz}[o]
      \correctchoice{red}
      \wrongchoice{blue % not \correctchoice{green}
      }
      \lastchoices
      \wrongchoice{none of them}
    \end{choiceshoriz}
    \explain{It is near $700$ nm.}
  \end{question}
  \begin{questionmult}{many}
    Welches sind Wellen?
    \begin{reponses}
      \bonne{Licht}
      \mauvaise{Sand}
      \bonne{Schall}
    \end{reponses}
  \end{questionmult}
}
\element{numbers}{
  \begin{questionmultx}{speed}
    How fast is light?
    \AMCnumericChoices{299.79}{digits=5,decimals=2,exact=1,scoreexact=3,approx=100,scoreapprox=1}
  \end{questionmultx}
  \begin{question}{open}
    Say why.
    \AMCOpen{lines=5}{\wrongchoice[0]{0}\correctchoice[1]{1}}
  \end{question}
  \begin{question}{drawn}
    \FPeval{\a}{random}
    How much?
    \begin{choices}\correctchoice{1}\wrongchoice{2}\end{choices}
  \end{question}
}
\restituegroupe[1]{waves}
\end{document}
"""


def test_latex_with_its_scoring(move: Move) -> None:
    moved = move("quiz.tex", LATEX)
    colour, many, speed, opened = moved.questions
    assert [p.title for p in moved.exam.problems] == ["waves", "numbers"]
    assert colour.kind is QuestionKind.SINGLE
    assert [c.weight for c in colour.choices] == [2, Fraction(-1, 2), Fraction(-1, 2)]
    assert [c.fixed for c in colour.choices] == [False, False, True]
    assert not colour.shuffle
    assert colour.solution is not None
    assert [c.right for c in many.choices] == [True, False, True]
    assert many.scheme is not None
    assert many.scheme.kind is SchemeKind.PER_CHOICE
    assert many.credits == 3
    assert [n.credits for n in speed.expected] == [3, 1]
    assert [n.within for n in speed.expected] == [Fraction("0.01"), 1]
    assert opened.space is not None
    assert opened.space.height == pytest.approx(40)
    assert "refused: question drawn" in moved.told
    assert "changed: 1 questions of the group waves are drawn for each paper" in moved.told


TEXT = r"""# a comment
Title: Waves and [*numbers*]
Presentation: Read all.

Then write.

*( [==Waves==]

*[id=longest,ordered]{b=2} Which has the longest wave, at 100 % and [[$x_1$]]?
+ red
- blue,
  and more of it
-[last] none

** Which are [_waves_]?
+ light
- sand
+ sound

*<lines=4> Say why.

*)
"""


def test_text_with_groups_and_continued_lines(move: Move) -> None:
    moved = move("quiz.txt", TEXT)
    longest, many, opened = moved.questions
    assert moved.exam.title == "Waves and numbers"
    assert [i.text for i in moved.exam.instructions] == ["Read all.", "Then write."]
    assert [p.title for p in moved.exam.problems] == ["Waves"]
    assert (longest.id, longest.credits) == ("longest", Fraction(2))
    assert [c.content.text for c in longest.choices] == ["red", "blue, and more of it", "none"]
    assert [c.fixed for c in longest.choices] == [False, False, True]
    assert "100 % and $x_1$" in moved.text()
    assert "*waves*" in moved.text()
    assert many.credits == 3
    assert opened.kind is QuestionKind.TEXT
