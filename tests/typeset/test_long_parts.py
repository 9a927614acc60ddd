"""Pages that begin where an author says, answer spaces that end with a page, parts longer than a page."""

from collections.abc import Mapping

import pypdfium2 as pdfium
import pytest

from klausur.exam.source import parse
from klausur.paper.fields import Field, FieldKind
from klausur.typeset.page_frame import MARGIN
from klausur.typeset.papers import Form, Paper, compile_paper

HEAD = 'title = "Long"\ndate = 2031-02-07\nstart = "10:00"\nminutes = 5\nextra_pages = 0\n'
ANSWERED = "::: solution\nS\n:::\n\n::: rubric\n- [+3] all\n:::\n"
CODE = "\n".join(f"line{n} = {n}" for n in range(120))
ROWS = "\n".join(f"| row{n} | {n} |" for n in range(90))
LINES = "A line.\n\n" * 8
PROSE = "Words without end. " * 900
PROBLEM = f"""\
# Long

Shared.

## Rest {{#rest credits=3 space=rest ruling=grid break=before}}

Draw.

{ANSWERED}
## Little {{#little credits=3 space=160mm}}

Why?

{ANSWERED}
## No room {{#no-room credits=3 space=rest}}

The rest of this page is too low.

{LINES}
{ANSWERED}
## Pages {{#pages credits=3 space=rest+2pages ruling=lined}}

Write.

{ANSWERED}
## Code {{#code credits=3}}

```
{CODE}
```

{ANSWERED}
## Table {{#table credits=3}}

| a | b |
|---|---|
{ROWS}

{ANSWERED}
## Prose {{#prose credits=1}}

{PROSE}

- [x] yes
"""
SECOND = "# Next {break=before}\n\n## End {#end credits=1}\n\nDone?\n\n- [x] yes\n"


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Mapping[Form, Paper]:
    folder = tmp_path_factory.mktemp("long")
    (folder / "problems").mkdir()
    for name, text in {"exam.toml": HEAD, "problems/1.md": PROBLEM, "problems/2.md": SECOND}.items():
        (folder / name).write_text(text, encoding="utf-8")
    parsed = parse(folder)
    assert parsed.exam is not None
    assert parsed.diagnostics == ()
    return {form: compile_paper(parsed.exam, form) for form in Form}


def areas(paper: Paper, question: str) -> list[tuple[int, Field]]:
    kind = FieldKind.ANSWER_AREA
    return [(p.number, f) for p in paper.pages for f in p.fields if f.kind is kind and f.question == question]


def first_box(paper: Paper, question: str) -> tuple[int, float]:
    return next((p.number, f.box.y) for p in paper.pages for f in p.fields if f.question == question)


def test_nothing_is_wrong_and_all_forms_break_alike(papers: Mapping[Form, Paper]) -> None:
    assert [d for paper in papers.values() for d in paper.diagnostics] == []
    exam = papers[Form.EXAM]
    for form in (Form.BLACKENED, Form.SOLUTION):
        where = {f.id: (p.number, round(f.box.y, 1)) for p in papers[form].pages for f in p.fields}
        assert where == {f.id: (p.number, round(f.box.y, 1)) for p in exam.pages for f in p.fields}


def test_a_question_and_a_problem_begin_their_pages(papers: Mapping[Form, Paper]) -> None:
    paper = papers[Form.EXAM]
    page, y = first_box(paper, "rest")
    assert page == 3
    assert y == pytest.approx(MARGIN["top"], abs=0.1)
    assert first_box(paper, "end")[0] == first_box(paper, "prose")[0] + 1


def test_a_space_ends_with_its_page(papers: Mapping[Form, Paper]) -> None:
    ((page, field),) = areas(papers[Form.EXAM], "rest")
    assert page == 3
    assert 297 - MARGIN["bottom"] - 5 <= field.box.bottom <= 297 - MARGIN["bottom"] + 0.1
    assert field.box.h % 5 == pytest.approx(0, abs=0.01)


def test_where_too_little_is_left_question_and_space_are_on_the_next_page(
    papers: Mapping[Form, Paper],
) -> None:
    ((page, field),) = areas(papers[Form.EXAM], "no-room")
    ((before, _),) = areas(papers[Form.EXAM], "little")
    assert page == before + 1
    first, y = first_box(papers[Form.EXAM], "no-room")
    assert first == page
    assert y == pytest.approx(MARGIN["top"], abs=0.1)
    assert field.box.bottom == pytest.approx(297 - MARGIN["bottom"], abs=0.2)


def test_whole_pages_follow(papers: Mapping[Form, Paper]) -> None:
    found = areas(papers[Form.EXAM], "pages")
    assert [field.id for _, field in found] == ["pages/answer", "pages/answer/2", "pages/answer/3"]
    first = found[0][0]
    assert [page for page, _ in found] == [first, first + 1, first + 2]
    whole = pytest.approx(297 - MARGIN["top"] - MARGIN["bottom"], abs=0.2)
    assert found[1][1].box.h == found[2][1].box.h == whole
    last = max(p.number for p in papers[Form.EXAM].pages if any(f.question == "pages" for f in p.fields))
    assert first_box(papers[Form.EXAM], "code")[0] == last + 1


def test_listings_tables_and_paragraphs_run_over_pages(papers: Mapping[Form, Paper]) -> None:
    with pdfium.PdfDocument(papers[Form.EXAM].pdf) as document:
        pages = [document[n].get_textpage().get_text_range() for n in range(len(document))]
    for first, last in (("line0", "line119"), ("row0", "row89"), ("Prose", "yes")):
        found = [next(n for n, said in enumerate(pages) if word in said) for word in (first, last)]
        assert found[1] > found[0]
    assert sum("row" in said and "a b" in " ".join(said.split()) for said in pages) > 1, (
        "the head is repeated"
    )
    with pdfium.PdfDocument(papers[Form.BLACKENED].pdf) as document:
        said = "".join(document[n].get_textpage().get_text_range() for n in range(len(document)))
    assert not [word for word in ("line1", "row1", "Words") if word in said]
