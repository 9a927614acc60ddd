"""Code as in a printed book: as large as the text looks, black, with a rule, and long lines that hang."""

from collections.abc import Mapping
from ctypes import c_double

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
        found: dict[int, list[tuple[float, str, float]]] = {}
        for at in range(text.count_chars()):
            left, base = c_double(), c_double()
            assert raw.FPDFText_GetCharOrigin(text.raw, at, left, base)
            size = raw.FPDFText_GetFontSize(text.raw, at)
            letter = text.get_text_range(at, 1)
            if letter.strip():
                found.setdefault(round(base.value), []).append((left.value, letter, size))
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
    assert next_ > first + 4
    plain = next(x for words, x, _ in found if words == "plain=1")
    assert first > plain + 5  # as it is indented
    text = next(x for words, x, _ in found if words.startswith("Inline"))
    assert 2 < plain - text < 3.5  # a rule stands between


def test_listings_take_the_same_room_where_they_are_covered(papers: Mapping[Form, Paper]) -> None:
    assert papers[Form.BLACKENED].pages == papers[Form.EXAM].pages == papers[Form.SOLUTION].pages
    with pdfium.PdfDocument(papers[Form.BLACKENED].pdf) as document:
        assert "argument" not in document[1].get_textpage().get_text_range()
