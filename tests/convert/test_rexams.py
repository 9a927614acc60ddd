"""R/exams: exercises without R code, and those with it."""

from pathlib import Path

import pytest

from klausur.actions.import_exam import import_exam
from klausur.base.errors import KlausurError
from klausur.exam.model import QuestionKind

from .conftest import Move

CHOICE = """Question
========
Which are prime, if $n > 1$?

Answerlist
----------
* $2$
* $4$, the square
  of two
* $5$

Solution
========
Divide.

Answerlist
----------
* True.
* False. It is even.
* True.

Meta-information
================
exname: Primes
extype: mchoice
exsolution: 101
expoints: 2
exshuffle: 3
"""
CLOZE = """Question
========
A sum is ##ANSWER1##, and a product is ##ANSWER2##.

Answerlist
----------
* Of two and three?
* five
* six

Solution
========
Count.

Meta-information
================
exname: Two and three
extype: cloze
exclozetype: num|schoice
exsolution: 5|01
extol: 0.5
"""


def test_choices_with_what_is_said_of_each(move: Move) -> None:
    moved = move("primes.Rmd", CHOICE)
    (question,) = moved.questions
    assert (question.title, question.kind) == ("Primes", QuestionKind.CHOICE)
    assert question.credits == 2
    assert [c.right for c in question.choices] == [True, False, True]
    assert question.solution is not None
    assert "It is even." in question.solution.text


def test_each_gap_is_a_question(move: Move) -> None:
    moved = move("two.Rmd", CLOZE)
    number, choice = moved.questions
    assert number.expected[0].meets(number.expected[0].value + number.expected[0].within)
    assert number.content.text == "Of two and three?"
    assert [c.content.text for c in choice.choices if c.right] == ["six"]
    assert choice.solution is not None


def test_r_code_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "drawn.Rmd"
    path.write_text("```{r}\nlibrary(notthere)\n```\n" + CHOICE)
    with pytest.raises(KlausurError, match=r"drawn.Rmd:1: exercise drawn.Rmd: .*run it with R/exams"):
        import_exam([path], tmp_path / "here")
