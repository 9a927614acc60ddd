"""Questions that are answered in a table or figure of their text: ``space=none``."""

import pypdfium2 as pdfium
import pytest

from klausur.exam.frozen import freeze, gather, thaw
from klausur.exam.model import Exam
from klausur.exam.source import parse
from klausur.paper.fields import FieldKind
from klausur.typeset.papers import Form, Paper, compile_paper

from .seen import text_of

TOML = 'title = "Table"\ndate = 2026-02-10\nstart = "10:00"\nminutes = 60\n'
ASKED = """# Table

## Fill in {#fill-in credits=2 space=none}

{rows=12mm}

| metal | density |
| ----- | ------- |
| iron  |         |
| gold  |         |

::: solution
Iron has quagga, gold has zebra.
:::

::: rubric
- [+1] iron
- [+1] gold
:::

## Then {#then credits=1 space=20mm}

Why?

::: solution
So.
:::

::: rubric
- [+1] so
:::
"""


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory) -> Exam:
    folder = tmp_path_factory.mktemp("table")
    (folder / "problems").mkdir()
    (folder / "exam.toml").write_text(TOML)
    (folder / "problems/1-table.md").write_text(ASKED)
    parsed = parse(folder)
    assert not parsed.diagnostics
    assert parsed.exam is not None
    return parsed.exam


@pytest.fixture(scope="module")
def papers(exam: Exam) -> dict[Form, Paper]:
    return {form: compile_paper(exam, form) for form in Form}


def test_there_is_no_answer_space_below_and_the_text_is_where_people_look(papers: dict[Form, Paper]) -> None:
    fields = [f for page in papers[Form.EXAM].pages for f in page.fields if f.question == "fill-in"]
    (area,) = [f.box for f in fields if f.kind is FieldKind.ANSWER_AREA]
    credits_ = [f.box for f in fields if f.kind is FieldKind.CREDIT_BOX]
    assert len(credits_) == 3
    assert area.h > 24, "two rows of 12 mm, and their head"
    after = [f.box for page in papers[Form.EXAM].pages for f in page.fields if f.question == "then"]
    assert min(box.y for box in after) > area.bottom


def test_the_papers_agree_and_only_the_solution_says_it(papers: dict[Form, Paper]) -> None:
    first, *others = papers.values()
    assert all(other.pages == first.pages for other in others)
    assert not first.diagnostics
    for form, paper in papers.items():
        with pdfium.PdfDocument(paper.pdf) as document:
            said = " ".join(text_of(page) for page in document)
        assert ("quagga" in said) is (form is Form.SOLUTION)


def test_that_is_kept(exam: Exam) -> None:
    kept = thaw(freeze(gather((exam,), exam.folder)), exam.folder).first
    spaces = {question.id: question.space for question in kept.questions}
    assert spaces["fill-in"] is None
    assert spaces == {question.id: question.space for question in exam.questions}
