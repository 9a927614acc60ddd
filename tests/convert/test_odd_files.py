# ruff: noqa: E501 - foreign files read best in their own lines
"""Twists that the formats allow and that files of other people have: nothing of them is taken for something else."""

from fractions import Fraction
from pathlib import Path

import pypandoc
import pytest

from klausur.exam.model import QuestionKind, SchemeKind

from .conftest import Move

MOODLE = """<?xml version="1.0"?><quiz><question type="multichoice"><name><text>Half</text></name>
<questiontext format="html"><text>How far?</text></questiontext><defaultgrade>2</defaultgrade><single>true</single>
<answer fraction="50" format="html"><text>half</text></answer><answer fraction="100" format="html"><text>all</text></answer>
<answer fraction="-25" format="html"><text>none</text></answer></question>
<question type="cloze"><name><text>Gap</text></name><questiontext format="html"><text><![CDATA[<p>It is
{2:MCV:%50%half~=full~no \\} x}.</p>]]></text></questiontext></question></quiz>"""


def test_one_cross_of_which_some_are_partly_right(move: Move) -> None:
    for question in move("odd.xml", MOODLE).questions:
        assert question.kind is QuestionKind.SINGLE
        assert question.scheme is not None
        assert question.scheme.kind is SchemeKind.WEIGHTS
        assert {c.content.text: c.weight for c in question.choices}.items() >= {
            "half": Fraction(1), "all" if question.title == "Half" else "full": Fraction(2),
        }.items()  # fmt: skip


GIFT = "// bank\r\n\r\n::Ends::One line\\nline two, $\\nu \\\\neq 1$\\n1 and 2{T}\r\n\r\nMatch.{=a -> b\r\n=c -> d -> e\r\n= -> f}\r\n"


def test_ends_of_lines_and_arrows_in_gift(move: Move) -> None:
    moved = move("odd.gift", GIFT)
    ends, match = moved.questions
    assert ends.content.text.split() == ["One", "line", "line", "two,", "ν", "≠", "1", "1", "and", "2"]
    assert match.kind is QuestionKind.TABLE
    assert {head.text for head in match.heads} == {"b", "d -> e", "f"}


QTI = """<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="x" title="T" adaptive="false"
timeDependent="false"><responseDeclaration identifier="R" cardinality="multiple" baseType="identifier"><correctResponse>
<value>A</value></correctResponse><mapping lowerBound="-1" defaultValue="-0.5"><mapEntry mapKey="A" mappedValue="1.5"/>
<mapEntry mapKey="C" mappedValue="1.5"/></mapping></responseDeclaration><itemBody><choiceInteraction
responseIdentifier="R" shuffle="true" maxChoices="0"><prompt>Pick</prompt><simpleChoice identifier="A">one</simpleChoice>
<simpleChoice identifier="B">two</simpleChoice><simpleChoice identifier="C">three</simpleChoice></choiceInteraction>
</itemBody></assessmentItem>"""


def test_choices_that_no_mapping_names_have_its_default(move: Move) -> None:
    moved = move("odd.xml", QTI.replace("</value></correct", "</value><value>C</value></correct"))
    assert [c.weight for c in moved.questions[0].choices] == [Fraction(3, 2), Fraction(-1, 2), Fraction(3, 2)]
    assert "changed: 'T' may give -1 credits" in moved.told


AMC = r"""\documentclass{article}\usepackage{automultiplechoice}\begin{document}
\element{a}{\begin{question}{why}\QuestionIndicative Why? \AMCOpen{lines=3}{\wrongchoice[W]{w}\correctchoice[R]{r}}\end{question}}
\element{a}{\begin{questionmult}{seas}\scoring{haut=2} Which?
\begin{choices}\correctchoice{North}\wrongchoice{Como}\correctchoice{Baltic}\end{choices}\end{questionmult}}
\onecopy{1}{\insertgroup{a}}\end{document}"""


def test_amc_says_what_counts_nothing_and_how_much_at_most(move: Move) -> None:
    moved = move("odd.tex", AMC)
    (question,) = moved.questions
    assert question.credits == 2
    assert any(told.startswith("refused: ") for told in moved.told)
    assert "it counts nothing" in moved.report


RMD = """Question\r\n========\r\nWhich?\r\n\r\nAnswerlist\r\n----------\r\n* one\r\n* two\r\n\r\nMeta-information
================\r\nexname: Odd\r\nextype: schoice\r\nexsolution: 10\r\n"""


@pytest.mark.parametrize(
    ("said", "moves", "told"),
    [("", False, False), ("exshuffle: FALSE", False, False), ("exshuffle: TRUE", True, False), ("exshuffle: 2", True, True)],
)  # fmt: skip
def test_choices_of_r_move_only_where_it_says_so(move: Move, said: str, moves: bool, told: bool) -> None:  # noqa: FBT001
    moved = move("odd.Rmd", f"{RMD}{said}\r\n")
    assert moved.questions[0].shuffle is moves
    assert ("changed: 2 choices are drawn" in moved.told) is told


def test_a_full_stop_follows_its_blank(move: Move) -> None:
    tex = r"\documentclass{exam}\begin{document}\begin{questions}\question[2] It is \fillin[sun][2in], not \fillin[sea].\end{questions}\end{document}"
    assert "It is [sun]{.blank}, not [sea]{.blank}." in move("odd.tex", tex).text()


def test_a_group_that_keeps_its_order_is_named(move: Move) -> None:
    moved = move("odd.txt", "Title: Odd\n\n*([shuffle=false] One\n* Which?\n+ a\n- b\n*)\n")
    assert "changed: a group whose questions keep their order" in moved.told


WORD = """---
title: Midterm
---

Read all.

**Question 1** (1.5 points) Pick the one at C:\\\\(x\\\\), with $x^2$

(A) alpha

(B) beta

Correct answer: B
"""


def test_titles_and_bold_numbers_of_word(move: Move, tmp_path: Path) -> None:
    made = tmp_path / "made.docx"
    pypandoc.convert_text(WORD, "docx", "markdown", outputfile=str(made))
    moved = move("odd.docx", made.read_bytes())
    (question,) = moved.questions
    assert question.credits == Fraction(3, 2)
    assert "Question 1" not in question.content.text
    assert r"C:\(x\)" in question.content.text
    assert question.content.html.count("<math") == 1
    assert [c.right for c in question.choices] == [False, True]
    assert "<p>Midterm</p>" in moved.report
