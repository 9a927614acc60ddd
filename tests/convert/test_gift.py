"""GIFT: each kind of answer, and what Klausur makes of it."""

from fractions import Fraction

from klausur.exam.model import QuestionKind, SchemeKind

from .conftest import Move

BANK = r"""
// a comment {=not a question}
$CATEGORY: course/Optics

::Lens:: What bends light, if \(n \= x^2 > 1\)? {
    ~a table
    =a lens#It is made of glass.
    ~<b>air</b>
}

Light is {~slow =fast} in a vacuum.

Which are prime? {~%50%two ~%50%three ~%-50%four ~six}

Say it in your own words.{}

The sun is hot.{T#no, it is#yes}

How large is \(\pi\)?{#3.14:0.01}

When? {#
  =1822:0
  =%50%1822:2}

Match. {=Canada -> Ottawa =Italy -> Rome =Japan -> Tokyo}

Who wrote it?{=Ada =%50%Byron}

A text that belongs to the next one.

What does it say\: \{nothing\}?{=nothing}
"""


def test_each_kind_of_answer_becomes_a_kind_of_question(move: Move) -> None:
    moved = move("bank.gift", BANK)
    assert [q.kind for q in moved.questions] == [
        QuestionKind.SINGLE, QuestionKind.SINGLE, QuestionKind.CHOICE, QuestionKind.TEXT, QuestionKind.SINGLE,
        QuestionKind.NUMBER, QuestionKind.NUMBER, QuestionKind.TABLE, QuestionKind.SHORT, QuestionKind.SHORT,
    ]  # fmt: skip
    lens, light, primes, _, hot, pi, when, match, who, last = moved.questions
    assert moved.exam.problems[0].title == "Optics"
    assert [c.content.text for c in lens.choices if c.right] == ["a lens"]
    assert "$n = x^2 > 1$" in moved.text()
    assert "**air**" in moved.text()
    assert lens.solution is not None
    assert lens.solution.text == "It is made of glass."
    assert "………" in light.content.text
    assert primes.scheme is not None
    assert primes.scheme.kind is SchemeKind.WEIGHTS
    assert [c.weight for c in primes.choices] == [Fraction(1, 2), Fraction(1, 2), Fraction(-1, 2), 0]
    assert [c.right for c in hot.choices] == [True, False]
    assert (pi.expected[0].value, pi.expected[0].within) == (Fraction("3.14"), Fraction("0.01"))
    assert [n.within for n in when.expected] == [0, 2]
    assert [n.credits for n in when.expected] == [1, Fraction(1, 2)]
    assert [sum(box.right for box in row) for row in match.rows] == [1, 1, 1]
    assert who.solution is not None
    assert "Byron (50 % of the credits)" in who.solution.text
    assert last.before is not None
    assert last.before.text == "A text that belongs to the next one."
    assert "{nothing}" in last.content.text


def test_what_is_told_otherwise_is_named_with_its_line(move: Move) -> None:
    moved = move("bank.gift", BANK)
    assert "bank.gift:25: matching: a table with a row for each pair" in moved.report
    assert "10 questions without credits" in moved.report


def test_weights_that_are_no_scheme_are_said_to_be_none(move: Move) -> None:
    moved = move("bank.gift", "Which?{~%60%one ~%60%two ~none}\n")
    assert moved.questions[0].scheme is None
    assert "changed: weights 60%, 60%, 0%" in moved.told
