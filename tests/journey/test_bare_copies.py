"""Copies of a finished paper that were printed without codes: from their scans to grades, none misread."""

import csv
import io
import re
from pathlib import Path

import cv2
import numpy as np
import pypdfium2 as pdfium
import pytest
from tests.convert.own_pdfs import COVERED, FULL, ROOMY, pdf
from tests.scan.test_which_page import OTHER

from klausur.actions.readings import readings
from klausur.exam import source
from klausur.exam.model import Exam
from klausur.rehearse.compare import Comparison, compare
from klausur.rehearse.level import Level
from klausur.rehearse.truth import MARKS
from klausur.roster import made_up
from lab.bare_copies import bare_copies

from .conftest import Desk

COVER = "\n[cover]\nregistration = [28, 130]\nsticker = [130, 130]\nname = [45, 65, 90]\n"


def adopted(desk: Desk, name: str, text: str, copies: int) -> Exam:
    """The exam of a paper, with as many unnamed booklets as there are copies, and people who sat it."""
    paper, said = desk.folder / f"{name}.pdf", desk.folder / f"{name}.toml"
    paper.write_bytes(pdf(text))
    desk.run("adopt", paper.name, "--propose")
    words = said.read_text("utf-8")
    for right in ('["A", "B"]', '["B"]'):
        words = re.sub(r"right = \[\].*", f"right = {right}", words, count=1)
    said.write_text(words + (COVER if text == COVERED else ""), encoding="utf-8")
    desk.run("adopt", paper.name, "--with", said.name, "--fit", "--out", name)
    desk.run("print", name, "--spare", str(copies))
    people = made_up.made_up(copies, seed=3)
    made_up.write(people, desk.folder / name / "candidates.csv")
    exam = source.parse(desk.folder / name).exam
    assert exam is not None
    return exam


def rows(listed: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(listed.read_text("utf-8-sig"))))


def corrected(listed: Path, lines: list[dict[str, str]]) -> None:
    out = io.StringIO()
    table = csv.DictWriter(out, lines[0].keys())
    table.writeheader()
    table.writerows(lines)
    listed.write_text(out.getvalue(), "utf-8")


def compared(desk: Desk, name: str, scans: Path) -> Comparison:
    found = ((each.spot.booklet, each.reading) for each in readings(desk.folder / name))
    return compare(found, scans / MARKS)


@pytest.mark.nightly
def test_copies_among_other_sheets_are_listed_confirmed_and_graded(desk: Desk) -> None:
    exam = adopted(desk, "optics", ROOMY, 4)
    scans = desk.folder / "scans"
    bare_copies(exam, 3, scans, 7, level=Level.DEFAULT)
    with pdfium.PdfDocument(pdf(OTHER)) as other:
        other[0].render(scale=150 / 72).to_pil().save(scans / "y-other.png")
    cv2.imwrite(str(scans / "z-blank.png"), np.full((1754, 1240), 238, np.uint8))
    with pdfium.PdfDocument(scans / "scan-001.pdf") as scanned:
        scanned[5].render(scale=150 / 72, rotation=180).to_pil().save(scans / "x-again.png")

    desk.run("adopt", "optics", "--scans", "scans")
    listed = desk.folder / "scans.csv"
    lines = rows(listed)
    assert len(lines) == 9
    assert [(line["booklet"], line["page"]) for line in lines[:6]] == [
        (str(booklet), str(page)) for booklet in (1, 2, 3) for page in (1, 2)
    ]
    assert lines[6]["look"] == "page 2 twice"
    assert lines[7]["why"] == "no page of the paper is like it"
    assert lines[8]["why"] == "nothing is on it"
    assert "data:image/webp" in (desk.folder / "scans.html").read_text("utf-8")

    confirm = "adopt", "optics", "--scans", "scans", "--confirm"
    desk.run(*confirm, "9", expect=3)
    desk.run(*confirm, "1-3", expect=4)  # two images are page 2 of booklet 3, and nobody said which
    assert readings(desk.folder / "optics") == ()
    lines[6] |= {"booklet": "", "page": "", "look": ""}
    people = rows(desk.folder / "optics" / "candidates.csv")
    number = next(iter(people[0]))
    for at in (0, 2, 4):
        lines[at]["registration"] = people[at // 2][number]
    corrected(listed, lines)
    desk.run("candidates", "--exam", "optics", "--update", "optics/candidates.csv", expect=(0, 2))
    taken = desk.ask(*confirm, "1-2")
    assert (taken["pages"], taken["scanned"]["placed"], taken["left"]) == (4, 4, 3)
    assert desk.ask(*confirm, "all")["scanned"]["placed"] == 2
    assert desk.ask(*confirm, "all")["scanned"]["placed"] == 0, "the same once more changes nothing"
    found = compared(desk, "optics", scans)
    assert found.silent_misreads == ()
    assert found.missing == 0
    desk.run("verify", "optics", "--scans")
    again = desk.ask("adopt", "optics", "--scans", "scans", "--out", "more.csv", "--dry-run")
    assert again["known"] == 6
    assert not (desk.folder / "more.csv").exists()
    graded = desk.ask("grade", "optics", expect=(0, 1))
    assert len(graded["rows"]) >= 3


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("name", "text", "copies", "level"),
    [
        ("roomy", ROOMY, 12, Level.DEFAULT),
        ("full", FULL, 12, Level.HARD),
        ("covered", COVERED, 8, Level.HARD),
    ],
)
def test_many_copies_are_read_without_a_mistake(
    desk: Desk, name: str, text: str, copies: int, level: Level
) -> None:
    exam = adopted(desk, name, text, copies)
    scans = desk.folder / f"{name}-scans"
    bare_copies(exam, copies, scans, 3, level=level)
    desk.run("adopt", name, "--scans", scans.name, "--out", f"{name}.csv", expect=(0, 1))
    listed = desk.folder / f"{name}.csv"
    lines = rows(listed)
    assert sum(not line["booklet"] for line in lines) <= len(lines) // 10
    for line in lines:
        line["look"] = ""
    corrected(listed, lines)
    desk.run("adopt", name, "--scans", scans.name, "--with", listed.name, "--confirm", "all")
    found = compared(desk, name, scans)
    assert found.silent_misreads == ()
    assert found.marked > 2 * copies
