"""Text is so many lines and half lines apart; choices lie evenly, tables have rules."""

from ctypes import c_double
from itertools import pairwise
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from pypdfium2 import raw

from klausur.base.geometry import Box
from klausur.exam.source import parse
from klausur.paper.fields import FieldKind
from klausur.typeset.papers import Form, Paper, compile_paper

MM = 25.4 / 72
HALF_LINE = 10.5 * 0.6415 * MM
LONG = "words of which there are enough for more than a single line of this page, and then some more of them"
PROBLEM = f"""\
# Rhythm

Xone begins a paragraph of {LONG}.

Xtwo is the next one:

- Xthree is an item
- Xfour is another

Xfive stands below the list.

> Xsix is what somebody said.

Xseven stands below the quote.

| Xhead | Other |
|-------|-------|
| Xbody | word  |
| more  | words |

Xeight stands below the table.

| What  | Filled in |
|-------|-----------|
| Xrow  |           |
| Xnext |           |

## Choices {{#choices credits=1 columns=1}}

Xnine asks which.

- [x] Xca is short
- [ ] Xcb is long: {LONG}
- [ ] Xcc is short
- [ ] Xcd is short
"""

BETWEEN = f"""\
# Between

Xone stands above a formula
$$
\\sum_{{i=1}}^{{n}} \\frac{{x_i}}{{n}} = 3
$$
Xtwo goes on below it.

A tall $\\displaystyle\\sum_{{i=1}}^n \\frac{{a}}{{b}}$ in a line, then {LONG}
and $\\dfrac{{\\dfrac{{a}}{{b}}}}{{c}}$.

Xthree stands above a table.

| a   | b   |
|-----|-----|
| one | two |

Xfour stands above a figure.

![A letter](figures/a.svg "This is what it shows."){{width=21mm}}

Xfive stands above a listing.

```python
one = 1

two = one + 1
```

Xsix stands below it, and ahead of a list.

- an item

    $$
    a^2 + \\frac{{b}}{{c}}
    $$

Xseven is the end.

## Choices {{#choices credits=1}}

Which?

- [x] one
- [ ] two
"""
DRAWN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 7"><rect width="9" height="7"/></svg>'


class Page:
    """Base lines of words, their fonts, and lines that are drawn; in mm."""

    def __init__(self, paper: Paper, number: int) -> None:
        with pdfium.PdfDocument(paper.pdf) as document:
            page = document[number - 1]
            high = page.get_height()
            text = page.get_textpage()
            said = text.get_text_range()
            self.at: dict[str, tuple[float, float]] = {}
            for word in (word for word in said.split() if word.startswith("X")):
                x, y, found = c_double(), c_double(), text.search(word).get_next()
                assert found is not None
                assert raw.FPDFText_GetCharOrigin(text.raw, found[0], x, y)
                self.at[word] = (x.value * MM, (high - y.value) * MM)
            things = list(page.get_objects(max_depth=1, textpage=text))
            self.bold = [
                thing.extract()
                for thing in things
                if isinstance(thing, pdfium.PdfTextObj) and "Bold" in thing.get_font().get_base_name()
            ]
            self.drawn = [
                Box(left * MM, (high - top) * MM, (right - left) * MM, (top - bottom) * MM)
                for thing in things
                if thing.type == raw.FPDF_PAGEOBJ_PATH
                for left, bottom, right, top in (thing.get_bounds(),)
            ]

    def base(self, word: str) -> float:
        return self.at[word][1]

    def rules(self, above: str, below: str) -> list[Box]:
        """Level lines between the base lines of two words."""
        low, high = self.base(above), self.base(below)
        return [box for box in self.drawn if box.h < 0.7 and box.w > 5 and low < box.y < high]


def paper_of(folder: Path, problem: str) -> Paper:
    head = 'title = "Rhythm"\ndate = 2026-02-10\nstart = "10:00"\nminutes = 60\n'
    for name, text in {"exam.toml": head, "problems/1-rhythm.md": problem, "figures/a.svg": DRAWN}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    exam = parse(folder).exam
    assert exam is not None
    return compile_paper(exam, Form.EXAM)


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Paper:
    return paper_of(tmp_path_factory.mktemp("rhythm"), PROBLEM)


@pytest.fixture(scope="module")
def page(paper: Paper) -> Page:
    return Page(paper, 2)


@pytest.mark.parametrize(
    ("above", "below", "halves"),
    [
        ("Xone", "Xtwo", 5),  # a paragraph of two lines
        ("Xtwo", "Xthree", 3),
        ("Xthree", "Xfour", 2),
        ("Xfour", "Xfive", 3),
        ("Xfive", "Xsix", 3),
        ("Xsix", "Xseven", 3),
    ],
)
def test_text_stands_on_lines_and_half_lines(page: Page, above: str, below: str, halves: int) -> None:
    assert page.base(below) - page.base(above) == pytest.approx(halves * HALF_LINE, abs=0.45)


def test_text_is_on_half_lines_again_below_all_that_stands_in_it(tmp_path: Path) -> None:
    page = Page(paper_of(tmp_path, BETWEEN), 2)
    words = ("Xone", "Xtwo", "Xthree", "Xfour", "Xfive", "Xsix", "Xseven")
    steps = [(page.base(below) - page.base(above)) / HALF_LINE for above, below in pairwise(words)]
    assert min(steps) > 4
    assert steps == pytest.approx([round(step) for step in steps], abs=0.03)


def test_a_quote_has_a_bar_at_its_left(page: Page) -> None:
    x, y = page.at["Xsix"]
    (bar,) = [b for b in page.drawn if b.w < 0.6 and b.y < y < b.bottom and b.x < x and b.h < 20]
    assert 2.5 < x - bar.right < 3.5


def test_choices_of_one_line_and_of_two_are_equally_far_apart(page: Page) -> None:
    line = 2 * HALF_LINE
    one = page.base("Xcb") - page.base("Xca")
    two = page.base("Xcc") - page.base("Xcb") - line
    again = page.base("Xcd") - page.base("Xcc")
    assert one == pytest.approx(again, abs=0.05)
    assert two == pytest.approx(one, abs=0.15)


def test_a_table_has_three_rules_and_bold_heads(page: Page) -> None:
    top, below_head, bottom = (sum(b.w for b in page.rules(*ends)) for ends in (
        ("Xseven", "Xhead"), ("Xhead", "Xbody"), ("Xbody", "Xeight"),
    ))  # fmt: skip
    assert top == pytest.approx(bottom, abs=0.5)
    assert top == pytest.approx(below_head, abs=0.6)
    assert "Xhead" in "".join(page.bold)
    assert "Xbody" not in "".join(page.bold)


def test_rows_to_be_filled_in_are_high_enough_to_write_and_have_frames(page: Page) -> None:
    assert page.base("Xnext") - page.base("Xrow") >= 8
    assert [b for b in page.drawn if b.w < 0.6 and b.y < page.base("Xrow") < b.bottom]


def test_a_box_is_as_high_as_the_words_beside_it(paper: Paper, page: Page) -> None:
    boxes = {f.choice: f.box for f in paper.pages[1].fields if f.kind is FieldKind.CHOICE_BOX}
    for choice, box in boxes.items():
        base = page.base(f"Xc{choice}")
        assert box.y < base - 1.2 < box.bottom
