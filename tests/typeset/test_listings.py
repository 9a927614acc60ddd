"""Code as in a printed book: as large as the text looks, black, with a rule, and long lines that hang."""

from collections.abc import Mapping
from ctypes import c_double, c_uint
from itertools import pairwise
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from pypdfium2 import raw

from klausur.exam.source import parse
from klausur.typeset.papers import Form, Paper, compile_paper

PROBLEM = """\
# Code

Inline `words(of=code)` too.

```python
def first(x):
    return second(argument_number_one, argument_number_two, argument_number_three, last)

plain = 1
```

## Speed {#speed credits=1}

How fast is it?

::: solution
Very.
:::

::: rubric
- [+1] very
:::
"""


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Mapping[Form, Paper]:
    folder = tmp_path_factory.mktemp("code")
    (folder / "problems").mkdir()
    head = 'title = "Code"\ndate = 2026-02-10\nstart = "10:00"\nminutes = 60\n'
    (folder / "exam.toml").write_text(head, encoding="utf-8")
    (folder / "problems/1-code.md").write_text(PROBLEM, encoding="utf-8")
    exam = parse(folder).exam
    assert exam is not None
    return {form: compile_paper(exam, form) for form in Form}


def lines(pdf: bytes) -> list[tuple[str, float, float]]:
    """The lines of a page with what they say, where they begin in mm, and the size of their first letter."""
    with pdfium.PdfDocument(pdf) as document:
        text = document[1].get_textpage()
        found: dict[float, list[tuple[float, str, float]]] = {}
        for at in range(text.count_chars()):
            left, base = c_double(), c_double()
            assert raw.FPDFText_GetCharOrigin(text.raw, at, left, base)
            size = raw.FPDFText_GetFontSize(text.raw, at)
            letter = text.get_text_range(at, 1)
            if letter.strip():
                line = next((line for line in found if abs(line - base.value) < 2), base.value)
                found.setdefault(line, []).append((left.value, letter, size))
    rows = []
    for _, row in sorted(found.items(), reverse=True):
        row.sort()
        rows.append(("".join(letter for _, letter, _ in row), row[0][0] * 25.4 / 72, row[0][2]))
    return rows


def test_code_is_as_large_as_the_text_looks(papers: Mapping[Form, Paper]) -> None:
    (size,) = (size for words, _, size in lines(papers[Form.EXAM].pdf) if words == "plain=1")
    assert size == pytest.approx(8.8, abs=0.1)


def test_a_line_that_is_too_long_goes_on_further_in_than_it_began(papers: Mapping[Form, Paper]) -> None:
    found = lines(papers[Form.EXAM].pdf)
    at = next(n for n, (words, _, _) in enumerate(found) if words.startswith("return"))
    (began, first, _), (went_on, next_, _) = found[at], found[at + 1]
    assert "last" not in began
    assert "last" in went_on
    assert went_on.startswith("↪")
    assert next_ > first + 3  # the arrow; what follows it another two letters
    plain = next(x for words, x, _ in found if words == "plain=1")
    assert first > plain + 5  # as it is indented
    text = next(x for words, x, _ in found if words.startswith("Inline"))
    assert 2 < plain - text < 3.5  # a rule stands between


def test_listings_take_the_same_room_where_they_are_covered(papers: Mapping[Form, Paper]) -> None:
    assert papers[Form.BLACKENED].pages == papers[Form.EXAM].pages == papers[Form.SOLUTION].pages
    with pdfium.PdfDocument(papers[Form.BLACKENED].pdf) as document:
        assert "argument" not in document[1].get_textpage().get_text_range()


NUMBERED = """\
# Lines

```python
one = 1
two = two_plus(one)
```

## Which {#which credits=1}

%s

- [x] yes
- [ ] no
"""


def paper_of(folder: Path, problem: str, form: Form = Form.EXAM) -> Paper:
    (folder / "problems").mkdir(parents=True)
    head = 'title = "Code"\ndate = 2026-02-10\nstart = "10:00"\nminutes = 60\n'
    (folder / "exam.toml").write_text(head, encoding="utf-8")
    (folder / "problems/1-code.md").write_text(problem, encoding="utf-8")
    parsed = parse(folder)
    assert parsed.diagnostics == ()
    assert parsed.exam is not None
    return compile_paper(parsed.exam, form)


@pytest.mark.parametrize(
    ("asked", "attribute", "numbered"),
    [
        ("What does line 2 do?", "", True),
        ("Which lines are wrong?", "", True),
        ("Mend it in one line.", "", False),
        ("What does it do?", " numbers=yes", True),
        ("What does line 2 do?", " numbers=no", False),
    ],
)
def test_lines_have_numbers_where_a_question_speaks_of_them_or_on_demand(
    tmp_path: Path, asked: str, attribute: str, *, numbered: bool
) -> None:
    problem = (NUMBERED % asked).replace("```python", f"```{{.python{attribute}}}")
    found = lines(paper_of(tmp_path / "exam", problem).pdf)
    said = [words for words, _, _ in found]
    assert ("2two=two_plus(one)" in said) is numbered
    if numbered:
        number = next(x for words, x, _ in found if words.startswith("2two"))
        assert 30 <= number < 33  # in the text's column: credit boxes stand left of it


def test_a_line_that_goes_on_does_so_behind_an_arrow_and_is_told_of(papers: Mapping[Form, Paper]) -> None:
    went_on = [words for words, _, _ in lines(papers[Form.EXAM].pdf) if words.startswith("↪")]
    assert len(went_on) == 1
    (found,) = papers[Form.EXAM].diagnostics
    assert found.code == "code-wrapped"
    assert "return second(" in found.message
    assert (found.place.file, found.place.line) == ("problems/1-code.md", 3)  # where that text begins


def test_blanks_of_code_in_a_line_do_not_stretch(tmp_path: Path) -> None:
    text = (
        "A paragraph of words and `a + b` that is long enough to be torn apart, as by Rechtsgeschäftslehre."
    )
    problem = (NUMBERED % (text + " More words follow here, so that there are lines to fill.")).replace(
        "two_plus", "f"
    )
    paper = paper_of(tmp_path / "exam", problem)
    with pdfium.PdfDocument(paper.pdf) as document:
        found = document[1].get_textpage()
        said = found.get_text_range()
        at = said.index("a + b")
        xs = []
        for n in range(at, at + 5):
            x, y = c_double(), c_double()
            assert raw.FPDFText_GetCharOrigin(found.raw, n, x, y)
            xs.append(x.value)
    steps = [after - before for before, after in pairwise(xs)]
    assert max(steps) == pytest.approx(min(steps), abs=0.02)


def test_code_of_solutions_is_blue_as_they_are(tmp_path: Path) -> None:
    problem = (
        (NUMBERED % "What?").replace("- [x] yes\n- [ ] no\n", "").replace("{#which", "{#which kind=text")
    )
    problem += "::: solution\n```python\nreturn quokka\n```\n:::\n\n::: rubric\n- [+1] very\n:::\n"
    paper = paper_of(tmp_path / "exam", problem, Form.SOLUTION)
    colours = set()
    with pdfium.PdfDocument(paper.pdf) as document:
        page = document[1]
        for thing in page.get_objects(max_depth=3, textpage=page.get_textpage()):
            if isinstance(thing, pdfium.PdfTextObj) and thing.extract().strip() in {
                "return",
                "quokka",
                "return quokka",
            }:
                r, g, b, a = (c_uint() for _ in range(4))
                assert raw.FPDFPageObj_GetFillColor(thing.raw, r, g, b, a)
                colours.add((r.value, g.value, b.value))
    assert colours == {(0x12, 0x3C, 0x7C)}
