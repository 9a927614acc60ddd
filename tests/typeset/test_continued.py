"""An answer space on another page than its question says whose it is, and the question where it is."""

from pathlib import Path

import pypdfium2 as pdfium
import pytest

from klausur.exam.source import parse
from klausur.typeset.papers import Form, compile_paper

HEAD = 'title = "Long"\ndate = 2026-02-10\nstart = "10:00"\nminutes = 60\nextra_pages = 0\n'
ASKED = """\

{text}

::: solution
S
:::

::: rubric
- [+2] very
:::

"""
PARAGRAPH = "A sentence that takes some room on the page of its question. " * 4


def pages(folder: Path, language: str, problem: str, form: Form = Form.EXAM) -> list[str]:
    (folder / "problems").mkdir(parents=True)
    (folder / "exam.toml").write_text(f'{HEAD}language = "{language}"\n', encoding="utf-8")
    (folder / "problems/1-long.md").write_text(f"# Long\n\n{problem}", encoding="utf-8")
    exam = parse(folder).exam
    assert exam is not None
    paper = compile_paper(exam, form)
    assert not paper.diagnostics
    with pdfium.PdfDocument(paper.pdf) as document:
        return [" ".join(document[n].get_textpage().get_text_range().split()) for n in range(len(document))]


@pytest.mark.parametrize(
    ("language", "above", "below"),
    [
        ("en", "1.1, continued", "Answer on the next page"),
        ("de", "1.1, Fortsetzung", "Antwort auf der nächsten Seite"),
    ],
)
@pytest.mark.parametrize("form", [Form.EXAM, Form.BLACKENED])
def test_a_space_that_moved_is_told_of_at_both_places(
    tmp_path: Path, language: str, above: str, below: str, form: Form
) -> None:
    text = ASKED.format(text="\n\n".join([PARAGRAPH] * 5))
    shown = pages(tmp_path / "exam", language, f"## One {{#one credits=2 space=220mm}}\n{text}", form)
    assert below in shown[1]
    assert above in shown[2]
    assert above not in shown[1]


def test_further_pages_of_a_space_say_whose_they_are(tmp_path: Path) -> None:
    text = ASKED.format(text=PARAGRAPH)
    shown = pages(tmp_path / "exam", "en", f"## One {{#one credits=2 space=rest+2pages}}\n{text}")
    assert ["1.1, continued" in page for page in shown[:4]] == [False, False, True, True]
    assert not any("next page" in page for page in shown)


def test_a_space_beside_its_question_says_nothing(tmp_path: Path) -> None:
    text = ASKED.format(text=PARAGRAPH)
    asked = f"## One {{#one credits=2 space=60mm}}\n{text}## Two {{#two credits=2 space=150mm}}\n{text}"
    shown = " ".join(pages(tmp_path / "exam", "en", asked))
    assert "continued" not in shown
    assert "next page" not in shown
