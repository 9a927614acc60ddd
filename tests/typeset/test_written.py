"""From Markdown to paper: pictures and code as choices, rules, tables to be filled in, other scripts."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest

from klausur.exam.source import parse
from klausur.paper.fields import FieldKind
from klausur.typeset.papers import Form, Paper, compile_paper

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="160" height="80">'
    '<path d="M0 0L160 80" stroke="black" stroke-width="0.2"/></svg>'
)
HEAD = 'title = "Written"\ndate = 2031-02-07\nstart = "10:00"\nminutes = 5\nextra_pages = 0\n'
PROBLEM = """\
# Written

Above the rule.

---

Below the rule.

## Pictures {#pictures credits=1}

Which?

- [x] ![falling](../figures/line.svg)
- [ ] ![falling as well](../figures/line.svg){width=100%}
- [ ] ![small](../figures/line.svg){width=20mm}

## Too wide for two {#wide credits=1}

Which?

- [x] ![falling](../figures/line.svg)
- [ ] ![falling as well](../figures/line.svg){width=90mm}

## Code {#code credits=1}

Which prints?

- [x] ```python
  while x < 3:
      x += 1  # one more
  ```
- [ ] `x = 3`

## Table {#table credits=1 kind=short}

| step | value |
|------|-------|
| a    |       |

::: solution
1
:::

::: rubric
- [+1] ok
:::

## Scripts {#scripts credits=1}

מה התשובה הנכונה לשאלה 12? 王小明

- [x] ما هو الجواب
- [ ] > no quote
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    there = tmp_path_factory.mktemp("written")
    for name, text in {"exam.toml": HEAD, "problems/1.md": PROBLEM, "figures/line.svg": SVG}.items():
        (there / name).parent.mkdir(exist_ok=True)
        (there / name).write_text(text, encoding="utf-8")
    return there


@pytest.fixture(scope="module")
def papers(folder: Path) -> Mapping[Form, Paper]:
    exam = parse(folder).exam
    assert exam is not None
    return {form: compile_paper(exam, form) for form in (Form.EXAM, Form.BLACKENED)}


def test_only_the_quote_behind_its_box_is_told(folder: Path, papers: Mapping[Form, Paper]) -> None:
    assert [(d.code, d.place.line) for d in parse(folder).diagnostics] == [("markup-unread", 53)]
    assert papers[Form.EXAM].diagnostics == ()


@pytest.mark.parametrize(("question", "columns"), [("pictures", 2), ("wide", 1), ("code", 1)])
def test_columns(papers: Mapping[Form, Paper], question: str, columns: int) -> None:
    left = {
        round(field.box.x, 1)
        for page in papers[Form.EXAM].pages
        for field in page.fields
        if field.kind is FieldKind.CHOICE_BOX and field.question == question
    }
    assert len(left) == columns


def test_pictures_stand_at_their_boxes(papers: Mapping[Form, Paper]) -> None:
    paper = papers[Form.EXAM]
    boxes = [f.box for f in paper.pages[1].fields if f.id.startswith("pictures/choice/")]
    with pdfium.PdfDocument(paper.pdf) as document:
        page = document[1]
        drawn = [
            (bounds[0] * 25.4 / 72, (page.get_height() - bounds[3]) * 25.4 / 72)
            for item in page.get_objects()
            if item.type != pdfium.raw.FPDF_PAGEOBJ_TEXT
            for bounds in [item.get_bounds()]
        ]
    for box in boxes:
        assert any(abs(x - box.right - 4) < 1.5 and abs(y - box.y) < 2 for x, y in drawn)


def test_code_keeps_its_lines_and_what_is_important_is_bold(papers: Mapping[Form, Paper]) -> None:
    with pdfium.PdfDocument(papers[Form.EXAM].pdf) as document:
        words = "\n".join(document[n].get_textpage().get_text_range() for n in range(len(document)))
    lines = [line.strip("\r") for line in words.split("\n")]
    assert "while x < 3:" in lines
    assert any("x += 1" in line and line.endswith("# one more") for line in lines)
    with pikepdf.open(BytesIO(papers[Form.EXAM].pdf)) as document:
        known = [o for o in document.objects if isinstance(o, pikepdf.Dictionary)]
        fonts = [str(o.FontName) for o in known if "/FontName" in o]
    assert any(name.endswith("DejaVuSansMono-Bold") for name in fonts)


def test_the_blackened_paper_says_nothing_of_it(papers: Mapping[Form, Paper]) -> None:
    with pdfium.PdfDocument(papers[Form.BLACKENED].pdf) as document:
        words = "\n".join(document[n].get_textpage().get_text_range() for n in range(len(document)))
    assert not [word for word in ("while", "step", "王", "Which", "rule") if word in words]
