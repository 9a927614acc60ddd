"""Tables to be filled in take the room that their credit boxes and their solution need anyway."""

from collections.abc import Mapping

import pypdfium2 as pdfium
import pytest
from pypdfium2 import raw

from klausur.exam.source import parse
from klausur.paper.fields import FieldKind
from klausur.typeset.papers import Form, Paper, compile_paper

MM = 25.4 / 72
LONG = "so long that it needs a second line, since it says again what it has said already, or nearly so"
PROBLEM = """\
# Tables

## Signs {#signs credits=3 step=0.5 kind=text space=none}

Fill in the signs.

| where   | sign |
|---------|------|
| on left |      |
| between |      |
| on right |     |

::: solution
Minus, and then plus.
:::

::: rubric
- [+1.5] minus
- [+1.5] plus
:::

## True {#true credits=1 kind=table}

Which of these are true?

|       | true | false |
|-------|------|-------|
| short | [x]  | [ ]   |
| LONG  | [ ]  | [x]   |
| again | [x]  | [ ]   |
"""


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Mapping[Form, Paper]:
    folder = tmp_path_factory.mktemp("tables")
    (folder / "problems").mkdir()
    head = 'title = "Tables"\ndate = 2026-02-10\nstart = "10:00"\nminutes = 60\n'
    (folder / "exam.toml").write_text(head, encoding="utf-8")
    (folder / "problems/1-tables.md").write_text(PROBLEM.replace("LONG", LONG), encoding="utf-8")
    parsed = parse(folder)
    assert parsed.exam is not None
    return {form: compile_paper(parsed.exam, form) for form in Form}


def level_lines(paper: Paper, top: float, bottom: float) -> list[float]:
    """Heights in mm of the level lines of page 2 between two others."""
    with pdfium.PdfDocument(paper.pdf) as document:
        page = document[1]
        high = page.get_height()
        bounds = [
            thing.get_bounds()
            for thing in page.get_objects(max_depth=4)
            if thing.type == raw.FPDF_PAGEOBJ_PATH
        ]
    lines = {round((high - y) * MM, 1) for left, low, right, y in bounds if y - low < 2 and right - left > 30}
    return sorted(y for y in lines if top < y < bottom)


def test_rows_share_the_room_beside_the_credit_boxes(papers: Mapping[Form, Paper]) -> None:
    fields = papers[Form.EXAM].pages[1].fields
    (area,) = (f.box for f in fields if f.kind is FieldKind.ANSWER_AREA)
    lowest = max(f.box.bottom for f in fields if f.kind is FieldKind.CREDIT_BOX)
    exam, solved = (level_lines(papers[form], area.y, area.bottom + 1) for form in (Form.EXAM, Form.SOLUTION))
    assert lowest - 3 < max(exam) < area.bottom + 0.5
    assert max(solved) < max(exam) - 10  # there its solution stands below
    assert papers[Form.EXAM].pages == papers[Form.BLACKENED].pages == papers[Form.SOLUTION].pages


def test_boxes_of_a_long_row_are_as_far_from_its_neighbours_as_words_need(
    papers: Mapping[Form, Paper],
) -> None:
    boxes = {f.choice: f.box.y for f in papers[Form.EXAM].pages[1].fields if f.kind is FieldKind.CHOICE_BOX}
    first, long, last = (y for choice, y in sorted(boxes.items()) if choice and choice.endswith("1"))
    assert long - first == pytest.approx(last - long, abs=0.1)
    assert long - first > 10
