"""Captions of figures and references to them, hints and notes: in the source, on paper and in the browser."""

from pathlib import Path

import pypdfium2 as pdfium
import pytest

from klausur.exam.model import Exam
from klausur.exam.source import parse
from klausur.typeset.papers import Form, compile_paper

FIRST = """\
# Sound

## What "loud" is {#loud credits=1 kind=short}

How loud is it?

::: solution
Very.
:::

::: rubric
- [+1] very
:::
"""
SECOND = """\
# Light

Compare [](#far) with [](#near).

![a rectangle](figures/lens.svg "A lens, seen from near."){#near width=20mm}

![a rectangle](figures/lens.svg){width=20mm}

## Speed {#speed credits=1}

::: hint
See [](#far).
:::

::: beside
How fast is it?

![a rectangle](figures/lens.svg "The same from Erin's side."){#far}
:::

::: note
- No unit is asked for.
:::

::: solution
Very, as in [](#near).
:::

::: rubric
- [+1] very
:::
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40"><rect width="80" height="40"/></svg>'


def exam_in(folder: Path, language: str, more: str = "") -> Exam:
    head = f'title = "Optics"\ndate = 2026-02-10\nstart = "10:00"\nminutes = 60\nlanguage = "{language}"\n'
    files = {
        "exam.toml": f"{head}{more}",
        "problems/1-sound.md": FIRST,
        "problems/2-light.md": SECOND,
        "figures/lens.svg": SVG,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    parsed = parse(folder)
    assert [d.code for d in parsed.diagnostics if d.severity == "error"] == []
    assert parsed.exam is not None
    return parsed.exam


def said(pdf: bytes) -> str:
    with pdfium.PdfDocument(pdf) as document:
        pages = [document[n].get_textpage().get_text_range() for n in range(len(document))]
    return " ".join(" ".join(pages).replace("\u00a0", " ").split())


@pytest.mark.parametrize(
    ("language", "figure", "hint", "note", "title"),
    [
        ("en", "Figure", "Hint:", "Note:", "What “loud” is"),
        ("de", "Abbildung", "Tipp:", "Hinweis:", "What „loud“ is"),
    ],
)
def test_figures_have_numbers_that_text_refers_to(
    tmp_path: Path, language: str, figure: str, hint: str, note: str, title: str
) -> None:
    exam = exam_in(tmp_path, language)
    paper = compile_paper(exam, Form.EXAM)
    assert not paper.diagnostics
    text = said(paper.pdf)
    for part in (
        f"{figure} 2.2 with {figure} 2.1.",
        f"{figure} 2.1: A lens, seen from near.",
        f"{figure} 2.2: The same from Erin’s side.",
        f"{hint} See {figure} 2.2.",
        f"{note} • No unit is asked for.",
        title,
    ):
        assert part in text
    assert f"{figure} 2.1." in said(compile_paper(exam, Form.SOLUTION).pdf)
    assert compile_paper(exam, Form.BLACKENED).pages == paper.pages
    assert "lens" not in said(compile_paper(exam, Form.BLACKENED).pdf)
    (content,) = (problem.content for problem in exam.problems if problem.content is not None)
    assert f"{figure}\u00a02.1:" in content.html
    assert "A lens, seen from near." in content.text


def test_numbers_are_those_of_the_problem_on_this_paper(tmp_path: Path) -> None:
    exam = exam_in(tmp_path, "en", 'order = ["2-light", "1-sound"]\n')
    text = said(compile_paper(exam, Form.EXAM).pdf)
    assert "Figure 1.2 with Figure 1.1." in text
    assert "Figure 2" not in text
