"""Quotation marks of words that are printed as they are: those that Typst sets in running text."""

from pathlib import Path

import pypdfium2 as pdfium
import pytest

from klausur.base import quotes, words
from klausur.typeset import engine


@pytest.mark.parametrize(
    ("text", "language", "printed"),
    [
        ("Erin's network", "en", "Erin’s network"),
        ('the "best" model', "en", "the “best” model"),
        ('das "beste" Modell', "de", "das „beste“ Modell"),
        ("what 'loud' means", "en", "what ‘loud’ means"),
        ("the students' work", "en", "the students’ work"),
        ('a screen of 5"', "en", 'a screen of 5"'),
        ("plain", "en", "plain"),
    ],
)
def test_straight_marks_become_those_of_the_language(text: str, language: str, printed: str) -> None:
    assert quotes.typographic(text, language) == printed


def test_marks_are_those_that_typst_sets(tmp_path: Path) -> None:
    languages = words.languages()
    pages = (f'#set text(lang: "{language}", dir: ltr)\n"a \'b\' a"' for language in languages)
    made = engine.typeset("\n#pagebreak()\n".join(pages), {}, root=tmp_path)
    assert isinstance(made, engine.Typeset)
    with pdfium.PdfDocument(made.pdf) as document:
        set_ = [document[n].get_textpage().get_text_range() for n in range(len(document))]
    written = [
        "".join((of.double[0], "a ", of.single[0], "b", of.single[1], " a", of.double[1]))
        for of in map(quotes.marks, languages)
    ]
    assert ["".join(page.split()) for page in set_] == ["".join(words.split()) for words in written]
