"""What makes a page neat: rows clear of tall formulas, answers beside credit boxes, legible figures."""

from pathlib import Path

import numpy as np
import pypdfium2
import pytest

from klausur.exam.source import parse
from klausur.paper.fields import Field, FieldKind
from klausur.typeset.papers import Form, Paper, compile_paper

MM = 20
"""Pixels that a millimetre is drawn with."""

HEAD = 'title = "Neat"\ndate = 2031-02-07\nstart = "10:00"\nminutes = 5\nextra_pages = 1\n'
ANSWERED = "::: solution\nS\n:::\n\n::: rubric\n- [+9] all\n:::\n"
DRAWN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" font-family="Arial"><text>a</text></svg>'
TEXT = f"""\
# Neat

## Low {{#low credits=1}}

- [x] one
- [ ] two
- [ ] three

## Tall {{#tall credits=1 columns=1}}

![A letter](../figures/a.svg){{width=20mm}}

- [x] $\\dfrac{{A}}{{Q}}$
- [ ] $\\dfrac{{B}}{{Q}}$
- [ ] $\\dfrac{{C}}{{Q}}$

## Sums {{#sums credits=1 columns=1}}

- [x] $\\displaystyle\\sum_{{i=1}}^n a_i$
- [ ] $\\displaystyle\\sum_{{i=1}}^n b_i$

## Wide {{#wide credits=9 space=40mm}}

Which?

::: solution
$$a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p + q + r + s + t + u + \\text{{everything}}$$
:::

::: rubric
- [+9] all of it
:::

## Flowing {{#flowing credits=9 space=rest+1page break=before}}

Why?

{ANSWERED}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("neat")
    for name, text in {"exam.toml": HEAD, "problems/1.md": TEXT, "figures/a.svg": DRAWN}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def paper(folder: Path) -> Paper:
    parsed = parse(folder)
    assert parsed.exam is not None
    return compile_paper(parsed.exam, Form.SOLUTION)


def of(paper: Paper, question: str, kind: FieldKind) -> list[Field]:
    return [f for page in paper.pages for f in page.fields if f.question == question and f.kind is kind]


def test_tall_formulas_have_taller_rows(paper: Paper) -> None:
    low, tall = ([f.box.y for f in of(paper, question, FieldKind.CHOICE_BOX)] for question in ("low", "tall"))
    assert tall[1] - tall[0] == pytest.approx(tall[2] - tall[1], abs=0.1)
    assert tall[1] - tall[0] > low[1] - low[0] + 0.3


def test_limits_of_sums_stand_clear_of_those_in_the_next_row(folder: Path) -> None:
    parsed = parse(folder)
    assert parsed.exam is not None
    paper = compile_paper(parsed.exam, Form.EXAM)
    page, (first, second) = next(
        (number, found)
        for number, each in enumerate(paper.pages)
        if (found := [f for f in each.fields if f.question == "sums" and f.kind is FieldKind.CHOICE_BOX])
    )
    with pypdfium2.PdfDocument(paper.pdf) as document:
        drawn = np.asarray(document[page].render(scale=MM * 25.4 / 72).to_pil().convert("L"))
    left, top, bottom = first.box.x + first.box.w + 1, first.box.y, second.box.y + second.box.h
    sums = drawn[int(top * MM) : int(bottom * MM), int(left * MM) : int((left + 12) * MM)]
    inked = np.flatnonzero((sums < 128).any(axis=1))
    assert np.diff(inked).max() > 1.8 * MM


def test_answers_flow_on_beside_the_credit_boxes_and_leave_no_page_empty(paper: Paper) -> None:
    first, second = of(paper, "flowing", FieldKind.ANSWER_AREA)
    assert first.box.y < max(f.box.y for f in of(paper, "flowing", FieldKind.CREDIT_BOX))
    assert second.box.h > 250
    # cover, one page, two of the answer; the page for further answers is the fifth, and its back
    assert len(paper.pages) == 6


def test_a_rubric_stands_below_a_formula_that_is_too_wide_to_have_it_beside(paper: Paper) -> None:
    with pypdfium2.PdfDocument(paper.pdf) as document:
        text = document[1].get_textpage()
        found = {word: text.search(word).get_next() for word in ("all of it", "everything")}
        assert all(found.values())
        rubric, formula = (text.get_charbox(at[0]) for at in found.values() if at is not None)
    assert rubric[3] < formula[1]


def test_words_in_a_figure_are_not_set_in_the_thinnest_of_fonts(paper: Paper) -> None:
    with pypdfium2.PdfDocument(paper.pdf) as document:
        fonts = {
            name
            for page in document
            for thing in page.get_objects(max_depth=9)
            if isinstance(thing, pypdfium2.PdfTextObj)
            for name in [thing.get_font().get_base_name()]
        }
    assert fonts
    assert not any("Noto" in name for name in fonts)
