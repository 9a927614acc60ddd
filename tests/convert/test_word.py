# ruff: noqa: E501 - the parts of a file of Word, each in one line
"""Word: a draft by the signs that people write, and no letter that is lost."""

import io
import zipfile
from collections.abc import Sequence
from fractions import Fraction

from klausur.exam.model import QuestionKind

from .conftest import Move

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def docx(paragraphs: Sequence[str]) -> bytes:
    """A file of Word with these paragraphs; one in stars is bold."""
    body = "".join(
        f"<w:p><w:r>{'<w:rPr><w:b/></w:rPr>' if p.startswith('*') else ''}"
        f'<w:t xml:space="preserve">{p.strip("*")}</w:t></w:r></w:p>'
        for p in paragraphs
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as there:
        there.writestr("[Content_Types].xml", TYPES)
        there.writestr("_rels/.rels", RELATIONS)
        there.writestr("word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>")
    return out.getvalue()


def test_questions_choices_and_credits_are_guessed_and_said(move: Move) -> None:
    paragraphs = [
        "Midterm of physics",
        "*Q1. What is light? (2.5 points)*",
        "Say it in a sentence.",
        "*Q2. Which is a metal? [1 point]*",
        "a) iron",
        "b) air",
        "Answer: a",
        "*Q3. Tick.*",
        "☒ yes",
        "☐ no",
    ]
    moved = move("exam.docx", docx(paragraphs))
    light, metal, tick = moved.questions
    assert (light.kind, light.credits) == (QuestionKind.TEXT, Fraction(5, 2))
    assert "Say it in a sentence." in light.content.text
    assert metal.kind is QuestionKind.SINGLE
    assert [c.content.text for c in metal.choices if c.right] == ["iron"]
    assert [c.right for c in tick.choices] == [True, False]
    assert "Midterm of physics" in moved.report
    assert sum("guessed" in r.done for r in moved.done.brought[0].remarks) == 3
