# ruff: noqa: E501 - items of XML read best in one line
"""QTI 2 and 1.2: interactions and item types, packages, what is refused."""

import io
import zipfile
from fractions import Fraction

from PIL import Image

from klausur.exam.model import QuestionKind, SchemeKind

from .conftest import Move

NS = 'xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"'


def item(body: str, declarations: str = "", more: str = "", title: str = "An item") -> str:
    return (
        f'<?xml version="1.0"?>\n<assessmentItem {NS} identifier="i" title="{title}" adaptive="false" {more}>'
        f"{declarations}<itemBody>{body}</itemBody></assessmentItem>"
    )


def right(*values: str, name: str = "R", kind: str = "identifier", more: str = "") -> str:
    told = "".join(f"<value>{v}</value>" for v in values)
    return (
        f'<responseDeclaration identifier="{name}" cardinality="multiple" baseType="{kind}">'
        f"<correctResponse>{told}</correctResponse>{more}</responseDeclaration>"
    )


CHOICE = item(
    '<p>See <img src="red.png" alt="red"/> and <math xmlns="http://www.w3.org/1998/Math/MathML"><msup><mi>x</mi>'
    '<mn>2</mn></msup></math>.</p><choiceInteraction responseIdentifier="R" maxChoices="0" shuffle="true">'
    '<prompt>Which?</prompt><simpleChoice identifier="A">one</simpleChoice><simpleChoice identifier="B" fixed="true">'
    'two<feedbackInline outcomeIdentifier="F" identifier="B" showHide="show">no</feedbackInline></simpleChoice>'
    '<simpleChoice identifier="C">three</simpleChoice></choiceInteraction>',
    right("A", "C", more='<mapping defaultValue="0"><mapEntry mapKey="A" mappedValue="1"/>'
          '<mapEntry mapKey="C" mappedValue="2"/><mapEntry mapKey="B" mappedValue="-1"/></mapping>'),
)  # fmt: skip


def test_choices_with_mapping_formula_and_feedback(move: Move) -> None:
    moved = move("choice.xml", CHOICE, red__png=_png())
    (question,) = moved.questions
    assert question.credits == 3
    assert question.scheme is not None
    assert question.scheme.kind is SchemeKind.WEIGHTS
    assert [c.weight for c in question.choices] == [1, -1, 2]
    assert [c.fixed for c in question.choices] == [False, True, False]
    assert "![red](../figures/red.png)" in moved.text()
    assert "$x^{2}$" in moved.text()
    assert question.solution is not None
    assert question.solution.text == "no"


def test_a_package_in_the_order_of_its_test(move: Move) -> None:
    gaps = item(
        '<p>The <inlineChoiceInteraction responseIdentifier="R"><inlineChoice identifier="a">sun</inlineChoice>'
        '<inlineChoice identifier="b">sea</inlineChoice></inlineChoiceInteraction> is '
        '<textEntryInteraction responseIdentifier="S"/>.</p>',
        right("a") + right("hot", name="S", kind="string"),
    )
    match = item(
        '<matchInteraction responseIdentifier="R" maxAssociations="2"><prompt>Where?</prompt><simpleMatchSet>'
        '<simpleAssociableChoice identifier="p">Paris</simpleAssociableChoice>'
        '<simpleAssociableChoice identifier="r">Rome</simpleAssociableChoice></simpleMatchSet><simpleMatchSet>'
        '<simpleAssociableChoice identifier="I">Italy</simpleAssociableChoice>'
        '<simpleAssociableChoice identifier="F">France</simpleAssociableChoice></simpleMatchSet></matchInteraction>',
        right("p F", "r I", kind="directedPair"),
    )
    number = item(
        '<p>How many? <textEntryInteraction responseIdentifier="R"/></p>', right("42", kind="integer")
    )
    hotspot = item(
        '<hotspotInteraction responseIdentifier="R"><hotspotChoice identifier="x"/></hotspotInteraction>'
    )
    test = (
        f'<assessmentTest {NS}><assessmentItemRef href="items/match.xml"/><assessmentItemRef href="items/gaps.xml"/>'
        '<assessmentItemRef href="items/hotspot.xml"/><assessmentItemRef href="items/choice.xml"/></assessmentTest>'
    )
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as there:
        for name, text in (
            ("choice", CHOICE),
            ("gaps", gaps),
            ("match", match),
            ("number", number),
            ("hotspot", hotspot),
        ):
            there.writestr(f"items/{name}.xml", text)
        there.writestr("test.xml", test)
        there.writestr("items/red.png", _png())
        there.writestr("__MACOSX/._test.xml", b"\x00\xff")
    moved = move("package.zip", package.getvalue())
    table, sun, hot, choice, count = moved.questions
    assert table.kind is QuestionKind.TABLE
    assert [[c.id for c in row if c.right] for row in table.rows] == [["a2"], ["b1"]]
    assert [c.content.text for c in sun.choices if c.right] == ["sun"]
    assert hot.solution is not None
    assert hot.solution.text == "hot"
    assert choice.credits == 3
    assert count.expected[0].value == 42
    assert "package.zip/items/hotspot.xml:2: item 'An item': a place on a picture" in moved.report


def canvas(kind: str, presentation: str, processing: str, points: str = "2") -> str:
    fields = "".join(
        f"<qtimetadatafield><fieldlabel>{n}</fieldlabel><fieldentry>{v}</fieldentry></qtimetadatafield>"
        for n, v in (("question_type", kind), ("points_possible", points))
    )
    return (
        f'<item ident="i" title="Question"><itemmetadata><qtimetadata>{fields}</qtimetadata></itemmetadata>'
        f"<presentation>{presentation}</presentation><resprocessing><outcomes>"
        f'<decvar maxvalue="100" minvalue="0" varname="SCORE"/></outcomes>{processing}</resprocessing></item>'
    )


def said(words: str, kind: str = "text/html") -> str:
    return f'<material><mattext texttype="{kind}">{words}</mattext></material>'


def labels(name: str, *words: str, many: str = "Single", head: str = "") -> str:
    inside = "".join(
        f'<response_label ident="{name}{n}">{said(w, "text/plain")}</response_label>'
        for n, w in enumerate(words)
    )
    return f'<response_lid ident="{name}" rcardinality="{many}">{head}<render_choice>{inside}</render_choice></response_lid>'


def gives(score: str, *conditions: str) -> str:
    return (
        f"<respcondition><conditionvar>{''.join(conditions)}</conditionvar>"
        f'<setvar action="Set" varname="SCORE">{score}</setvar></respcondition>'
    )


def equal(name: str, value: str) -> str:
    return f'<varequal respident="{name}">{value}</varequal>'


def test_canvas_types(move: Move) -> None:
    formula = '&lt;p&gt;&lt;img class="equation_image" data-equation-content="x^2"&gt;&lt;/p&gt;'
    both = f"<and>{equal('a', 'a0')}<not>{equal('a', 'a1')}</not>{equal('a', 'a2')}</and>"
    within = '<or><varequal respident="n">10</varequal><and><vargte respident="n">9.5</vargte><varlte respident="n">10.5</varlte></and></or>'
    items = [
        canvas("multiple_choice_question", said(formula) + labels("a", "no", "yes"), gives("100", equal("a", "a1"))),
        canvas("multiple_answers_question", said("Which?") + labels("a", "x", "y", "z", many="Multiple"), gives("100", both)),
        canvas("numerical_question", said("How many?") + '<response_str ident="n"><render_fib/></response_str>', gives("100", within)),
        canvas("fill_in_multiple_blanks_question", said("The [what] shines.") + labels("b", "sun", head=said("what")),
               gives("100", equal("b", "b0"))),
        canvas("matching_question", said("Match.") + labels("p", "Rome", "Paris", head=said("Italy"))
               + labels("q", "Rome", "Paris", head=said("France")), gives("50", equal("p", "p0")) + gives("50", equal("q", "q1"))),
        canvas("file_upload_question", said("Hand in."), ""),
        canvas("essay_question", said("Write."), "", "0.5"),
    ]  # fmt: skip
    text = f'<questestinterop><assessment title="A quiz"><section>{"".join(items)}</section></assessment></questestinterop>'
    moved = move("quiz.xml", text)
    one, many, number, blanks, table, essay = moved.questions
    assert moved.exam.title == "A quiz"
    assert one.kind is QuestionKind.SINGLE
    assert "$x^2$" in moved.text()
    assert [c.right for c in many.choices] == [True, False, True]
    assert many.scheme is None
    assert number.expected[0].value == 10
    assert number.expected[0].within == Fraction(1, 2)
    assert "The [sun]{.blank} shines." in moved.text()
    assert blanks.kind is QuestionKind.BLANKS
    assert [[c.id for c in row if c.right] for row in table.rows] == [["a2"], ["b1"]]
    assert essay.credits == Fraction(1, 2)
    assert any(told.startswith("refused: item") for told in moved.told)


def _png() -> bytes:
    out = io.BytesIO()
    Image.new("L", (4, 4)).save(out, "PNG")
    return out.getvalue()
