"""Choices in two columns, figures beside text, solutions of choices: on both papers, in all forms."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from math import hypot

import numpy as np
import pypdfium2 as pdfium
import pytest

from klausur.base.geometry import Box
from klausur.exam.model import Exam
from klausur.exam.source import parse
from klausur.paper.fields import MARKED
from klausur.typeset.papers import Form, Paper, compile_paper

PROBLEM = """\
# Licht

::: beside
Ein Strahl trifft auf eine Linse, deren Brechungsindex $n = 1{,}5$ beträgt.

![Linse](../figures/lens.svg){width=60mm}
:::

## Kurze Antworten {#short credits=0.5}

Wie schnell ist Licht?

- [x] $3 \\cdot 10^8$ m/s
- [ ] 340 m/s
- [ ] 5 km/h
- [ ] gar nicht

::: solution
Gemessen wurde das zuerst an Monden, walrossweise.
:::

## Lange Antworten {#long credits=2.5 columns=2}

Was gilt?

- [x] Die Brennweite einer Linse hängt von der Krümmung ihrer Flächen und von ihrem Brechungsindex ab.
- [ ] Rotes Licht wird stärker gebrochen als blaues, weil es schneller ist.
- [ ] $\\frac{1}{f} = \\frac{1}{g} + \\frac{1}{b}$

## Eine Spalte {#one credits=1 columns=1}

Welche Farbe?

- [x] rot
- [ ] grün
- [ ] blau
- [ ] gelb

::: solution
Rot hat die längste Welle, narwalweise.
:::

## Drei {#three credits=1}

- [x] eins
- [ ] zwei
- [ ] drei

::: solution
Nur eins.
:::

## Bild links {#left credits=1.5 step=0.5 space=30mm}

::: beside
![Linse](../figures/lens.svg)

Beschriften Sie die Skizze mit Brennpunkt und Brennweite.
:::

::: solution
Siehe Skizze.
:::

::: rubric
- [+1.5] alles
:::
""".replace("## Drei {#three credits=1}\n", "## Drei {#three credits=1}\n\nWelche Zahl?\n")
HEAD = """\
title = "Optik"
date = 2031-02-07
start = "10:00"
minutes = 60
language = "de"
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40"><rect width="80" height="40"/></svg>'
POINT = 72 / 25.4


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory) -> Exam:
    """A German exam with all of it."""
    folder = tmp_path_factory.mktemp("optik")
    for name, text in (("exam.toml", HEAD), ("problems/1.md", PROBLEM), ("figures/lens.svg", SVG)):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    parsed = parse(folder)
    assert [str(d) for d in parsed.diagnostics] == []
    assert parsed.exam is not None
    return parsed.exam


@pytest.fixture(scope="module", params=["a4", "letter"])
def papers(exam: Exam, request: pytest.FixtureRequest) -> Mapping[Form, Paper]:
    """Its three papers on both sheets."""
    found = {form: compile_paper(replace(exam, paper=request.param), form) for form in Form}
    assert [d for paper in found.values() for d in paper.diagnostics] == []
    return found


def said(paper: Paper) -> str:
    """All text."""
    with pdfium.PdfDocument(paper.pdf) as document:
        pages = [document[n].get_textpage().get_text_range() for n in range(len(document))]
    return " ".join(" ".join(pages).split())


def boxes(paper: Paper, question: str) -> list[tuple[int, Box]]:
    """The choice boxes of a question, in the order of the source, with their pages."""
    found = [
        (f.id, p.number, f.box) for p in paper.pages for f in p.fields if f.question == question and f.choice
    ]
    return [(page, box) for _, page, box in sorted(found)]


def test_the_three_forms_have_equal_layouts(papers: Mapping[Form, Paper]) -> None:
    first = papers[Form.EXAM]
    for form in (Form.BLACKENED, Form.SOLUTION):
        assert len(papers[form].pages) == len(first.pages)
        for page, twin in zip(first.pages, papers[form].pages, strict=True):
            assert [f.id for f in page.fields] == [f.id for f in twin.fields]
            for one, two in zip(page.fields, twin.fields, strict=True):
                for side in ("x", "y", "w", "h"):
                    assert getattr(one.box, side) == pytest.approx(getattr(two.box, side), abs=0.1)


@pytest.mark.parametrize(("question", "columns"), [("short", 2), ("long", 2), ("one", 1), ("three", 1)])
def test_choices_stand_in_columns(papers: Mapping[Form, Paper], question: str, columns: int) -> None:
    found = [box for _, box in boxes(papers[Form.EXAM], question)]
    assert len({round(box.x, 2) for box in found}) == columns
    for at, box in enumerate(found):
        row = found[at - at % columns]
        assert box.y == pytest.approx(row.y, abs=0.01)
        assert box.x - row.x == pytest.approx(0 if at % columns == 0 else found[1].x - found[0].x, abs=0.01)


@pytest.mark.parametrize("form", [Form.EXAM, Form.BLACKENED])
def test_boxes_stand_apart_and_in_white(papers: Mapping[Form, Paper], form: Form) -> None:
    paper, scale = papers[form], 300 / 25.4
    with pdfium.PdfDocument(paper.pdf) as document:
        for page in paper.pages:
            image = np.array(document[page.number - 1].render(scale=300 / 72, grayscale=True).to_pil())
            found = [f.box for f in page.fields if f.kind in MARKED]
            for one, two in combinations(found, 2):
                assert hypot(one.centre[0] - two.centre[0], one.centre[1] - two.centre[1]) >= 8
            for box in found:
                ring = box.grown(1.95)
                part = image[
                    int(ring.y * scale) : int(ring.bottom * scale),
                    int(ring.x * scale) : int(ring.right * scale),
                ].copy()
                inner = int(1.8 * scale)
                part[inner:-inner, inner:-inner] = 255
                assert part.min() > 200, (page.number, box)


def test_solutions_of_choices_stand_in_the_sample_solution_alone(papers: Mapping[Form, Paper]) -> None:
    for word in ("walrossweise", "narwalweise", "Nur eins"):
        assert word in said(papers[Form.SOLUTION])
        assert word not in said(papers[Form.EXAM])
        assert word not in said(papers[Form.BLACKENED])


def test_a_solution_stands_beside_long_columns_and_below_short_ones(papers: Mapping[Form, Paper]) -> None:
    paper = papers[Form.SOLUTION]
    with pdfium.PdfDocument(paper.pdf) as document:
        for word, question, beside in (("narwalweise", "one", True), ("walrossweise", "short", False)):
            found = boxes(paper, question)
            page = document[found[0][0] - 1]
            text = page.get_textpage()
            at = text.search(word).get_next()
            assert at is not None
            _, bottom, _, top = text.get_charbox(at[0])
            y = (page.get_height() - (top + bottom) / 2) / POINT
            last = max(box.bottom for _, box in found)
            assert (y < last) is beside


def test_figures_stand_beside_their_text(papers: Mapping[Form, Paper]) -> None:
    paper = papers[Form.EXAM]
    with pdfium.PdfDocument(paper.pdf) as document:
        for word, width, right in (("Strahl", 60.0, True), ("Beschriften", None, False)):
            page, text, at = next(
                (page, text, at)
                for page in document
                for text in [page.get_textpage()]
                if (at := text.search(word).get_next()) is not None
            )
            left, bottom, _, top = text.get_charbox(at[0])
            pictures = [
                item.get_bounds()
                for item in page.get_objects(max_depth=4)
                if item.type == pdfium.raw.FPDF_PAGEOBJ_PATH
            ]
            near = [
                p
                for p in pictures
                if p[2] - p[0] > 50 * POINT and p[3] - p[1] > 20 * POINT and p[1] < top < p[3] + 6
            ]
            assert len(near) == 1
            assert (near[0][0] > left) is right
            if width is not None:
                assert (near[0][2] - near[0][0]) / POINT == pytest.approx(width, abs=0.2)
            assert bottom < near[0][3]


def test_german_papers_write_a_comma(papers: Mapping[Form, Paper]) -> None:
    text = said(papers[Form.EXAM])
    for part in (
        "0,5 Punkte",
        "2,5 Punkte",
        "1,5",
        "1 Punkt",
        "10:00 – 11:00 Uhr (60 Minuten)",
        "07.02.2031",
    ):
        assert part in text
    assert "0.5" not in text
    assert "+1,5" in said(papers[Form.SOLUTION])
    ids = {f.id for page in papers[Form.EXAM].pages for f in page.fields}
    assert "left/credit/0.5" in ids, "ids are the same in every language"
