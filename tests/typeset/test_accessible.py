"""Papers that a screen reader can read: PDF/UA-1 with headings, language, words for figures and formulas."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from klausur.actions.check import check
from klausur.exam.source import parse
from klausur.typeset.papers import Form, Paper, compile_base, compile_paper

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="160" height="80"><rect width="9" height="9"/></svg>'
HEAD = 'title = "Read out"\ndate = 2031-02-07\nstart = "10:00"\nminutes = 5\nlanguage = "de"\n'
PROBLEM = """\
# Linsen

Ein Strahl trifft auf $\\frac{f}{2}$.

![Strahl mit Linse](figures/lens.svg)

## Brennweite {#focus credits=1}

Welche?

- [x] $f = 1$
- [ ] ![Kreis](figures/lens.svg)

## Tabelle {#table credits=2}

| Glas | $n$ |
|------|-----|
| Kron | 1.5 |

```python
x = 1
```

LONG

::: solution
$n$
:::

::: rubric
- [+2] alles
:::
"""


def write(folder: Path, problem: str) -> Path:
    for name, text in {"exam.toml": HEAD, "problems/1.md": problem, "figures/lens.svg": SVG}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Mapping[Form, Paper]:
    rows = "\n".join(f"| row {n} | $walross_{{{n}}}$ |" for n in range(80))
    folder = write(tmp_path_factory.mktemp("ua"), PROBLEM.replace("LONG", f"| a | b |\n|---|---|\n{rows}\n"))
    exam = parse(folder).exam
    assert exam is not None
    return {form: compile_paper(exam, form) for form in Form}


def strings(pdf: bytes) -> Iterator[str]:
    """All texts in the objects of a PDF: alternative words and titles among them."""
    with pikepdf.open(BytesIO(pdf)) as document:
        for thing in document.objects:
            if isinstance(thing, pikepdf.Dictionary):
                for value in thing.as_dict().values():
                    if isinstance(value, pikepdf.String):
                        yield str(value)


@pytest.mark.parametrize("form", Form)
def test_every_form_is_pdf_ua(papers: Mapping[Form, Paper], form: Form) -> None:
    assert papers[form].barrier == ""
    with pikepdf.open(BytesIO(papers[form].pdf)) as document:
        assert str(document.Root.Lang) == "de"
        assert document.Root.MarkInfo.Marked
        with document.open_metadata() as about:
            assert about["pdfuaid:part"] == "1"


def test_headings_and_words_for_pictures_and_formulas_are_told(papers: Mapping[Form, Paper]) -> None:
    pdf = papers[Form.EXAM].pdf
    assert {"Strahl mit Linse", "Kreis", "\\frac{f}{2}"} <= set(strings(pdf))
    with pikepdf.open(BytesIO(pdf)) as document:
        kinds = [str(o.S) for o in document.objects if isinstance(o, pikepdf.Dictionary) and "/S" in o]
    assert kinds.count("/H1") == 1
    assert kinds.count("/H2") == 2
    assert {"/Table", "/TH", "/Code", "/Figure", "/Formula"} <= set(kinds)


def test_what_is_blackened_is_not_told_either(papers: Mapping[Form, Paper]) -> None:
    said = " ".join(strings(papers[Form.BLACKENED].pdf))
    assert not [word for word in ("Linse", "Strahl", "Kreis", "frac", "walross", "Brenn") if word in said]


def test_a_figure_without_words_is_an_error_where_papers_shall_be_accessible(tmp_path: Path) -> None:
    folder = write(tmp_path, PROBLEM.replace("![Strahl mit Linse]", "![]").replace("LONG", ""))
    exam = parse(folder).exam
    assert exam is not None
    paper = compile_paper(exam, Form.EXAM)
    assert "alt text" in paper.barrier
    with pikepdf.open(BytesIO(paper.pdf)) as document:
        assert "/StructTreeRoot" in document.Root
    assert "not-accessible" not in {d.code for d in check(folder).diagnostics}
    (found,) = [d for d in check(folder, accessible=True).diagnostics if d.code == "not-accessible"]
    assert found.place.line == 5


def test_booklets_have_no_tags(tmp_path: Path) -> None:
    exam = parse(write(tmp_path, PROBLEM.replace("LONG", ""))).exam
    assert exam is not None
    with pikepdf.open(BytesIO(compile_base(exam, Form.EXAM, booklets=True).paper.pdf)) as document:
        assert "/StructTreeRoot" not in document.Root
