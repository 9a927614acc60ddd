"""A finished PDF from its pages to grades: adopted, printed, filled and scanned, and no mark is misread."""

import re
from pathlib import Path

import pytest
from tests.convert.own_pdfs import FULL, ROOMY, pdf

from klausur.actions.compare_rehearsal import compare_rehearsal
from klausur.roster import made_up

from .conftest import Desk


@pytest.mark.nightly
@pytest.mark.parametrize(("name", "text"), [("roomy", ROOMY), ("full", FULL)])
def test_an_exam_on_its_own_paper_is_read_without_a_mistake(desk: Desk, name: str, text: str) -> None:
    paper, said = desk.folder / f"{name}.pdf", desk.folder / f"{name}.toml"
    paper.write_bytes(pdf(text))
    desk.run("adopt", paper.name, "--propose")
    words = said.read_text("utf-8")
    for right in ('["A", "B"]', '["B"]'):
        words = re.sub(r"right = \[\].*", f"right = {right}", words, count=1)
    said.write_text(words, encoding="utf-8")
    desk.run("adopt", paper.name, "--with", said.name, "--out", name)
    folder = desk.folder / name
    made_up.write(made_up.made_up(12, seed=3), folder / "candidates.csv")
    desk.run("check", name)
    desk.run("print", name)
    desk.run("rehearse", name)
    desk.run("scan", "--exam", name, f"{name}/rehearsal", expect=(0, 1))
    compared = compare_rehearsal(folder)
    assert compared.boxes.marked > 40
    assert (compared.misread, compared.boxes.unknown) == (0, 0)
    assert compared.boxes.flagged_share < 0.2
    graded = desk.ask("grade", name, expect=(0, 1))
    rows = graded["rows"]
    assert len(rows) == 12
    assert sum(row["total"] is not None for row in rows) > 4
    assert Path(folder / "results.csv").is_file()
