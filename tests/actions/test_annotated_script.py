"""The annotated script: what was drawn lies at its mm on the page, and comments with formulas follow."""

import hashlib
import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pikepdf
import pypdfium2 as pdfium
import pytest
from tests.cast import CORRECTOR, EXAMINER
from tests.exams import copy_exam

from klausur.actions import annotated_script, results_so_far
from klausur.actions.annotate import annotate, erase
from klausur.actions.answer_seen import answer_seen
from klausur.actions.judge import Ticked, judge
from klausur.actions.scan import scan
from klausur.base.errors import NotFoundError, RefusedError, ToolError
from klausur.base.ink import Drawing, Tool
from klausur.state.facts import Author, Spot

KONRAD = Author(CORRECTOR)
PER_MM = 8


def red(page: pdfium.PdfPage) -> npt.NDArray[np.bool_]:
    """Where a page is red, eight pixels to a mm."""
    shown = page.render(scale=PER_MM * 25.4 / 72, rev_byteorder=True).to_numpy()[:, :, :3].astype(int)
    return np.asarray((shown[:, :, 0] > 150) & (shown[:, :, 1] < 90) & (shown[:, :, 2] < 90), np.bool_)


def around(seen: npt.NDArray[np.bool_], x: float, y: float, room: float = 1.0) -> bool:
    """Whether something is red near a place in mm."""
    left, top = round((x - room) * PER_MM), round((y - room) * PER_MM)
    size = round(2 * room * PER_MM)
    return bool(seen[max(0, top) : top + size, max(0, left) : left + size].any())


def images(page: pikepdf.Page) -> list[bytes]:
    return [found.read_raw_bytes() for found in page.get_images().values()]


@pytest.mark.long
def test_a_script_shows_what_was_drawn_where_it_was_drawn(rehearsed: Path, tmp_path: Path) -> None:
    place = tmp_path / "exam"
    copy_exam(rehearsed, place)
    scan(place, [place / "rehearsal"], actor=EXAMINER, jobs=0)
    at = answer_seen(place, 2, "word").pages[0].spot
    assert isinstance(at, Spot)
    line = Drawing(Tool.PEN, tuple((40 + n * 0.5, 150.0, 0.5) for n in range(100)))
    for n, drawing in enumerate(
        (line, Drawing(Tool.TICK, ((120, 60, 0.5),)), Drawing(Tool.TEXT, ((20, 200, 0.5),), "Größe?"))
    ):
        annotate(place, 2, "word", at, drawing, KONRAD, act=f"{n}")
    annotate(place, 2, "word", at, Drawing(Tool.CROSS, ((180, 250, 0.5),)), KONRAD, act="wrong")
    erase(place, "wrong", KONRAD)
    said = Ticked({"1": 1}, Fraction(-1), "spelt\nwrong", r"see $\frac{1}{2}$ #pagebreak() and $\foo$")
    judge(place, 2, "word", said, KONRAD, act="one")
    made = annotated_script.write(place, 2, tmp_path / "script.pdf")
    assert (made.pages, made.lacking) == (4, ())
    with pikepdf.open(made.file) as file:
        held = [len(images(page)) for page in file.pages]
    assert held == [1, 1, 1, 1, 0], "the scans alone are pictures"
    with pdfium.PdfDocument(made.file) as pdf:
        assert len(pdf) == 5
        ours = red(pdf[at.page - 1])
        assert not any(red(pdf[number]).any() for number in range(4) if number != at.page - 1)
        for x, y in ((40, 150), (65, 150), (89, 150), (120, 60), (123, 57), (21.5, 199)):
            assert around(ours, x, y), (x, y)
        for x, y in ((65, 153), (180, 250), (120, 64)):
            assert not around(ours, x, y), (x, y)
        words = pdf[4].get_textpage().get_text_range()
    for part in ("2.1", "A word", "1 / 2", "+2", "a word", "−1", "spelt", "#pagebreak()", r"$\foo$"):
        assert part in words, words
    assert r"\frac" not in words
    assert "Konrad" not in words
    with pytest.raises(NotFoundError, match="no booklet 99"):
        annotated_script.write(place, 99, tmp_path / "script.pdf")
    with pytest.raises(ToolError, match="cannot be written"):
        annotated_script.write(place, 2, tmp_path / "no" / "script.pdf")


@pytest.mark.long
def test_scans_stay_as_they_are_below_what_was_read_and_earned(rehearsed: Path, tmp_path: Path) -> None:
    place = tmp_path / "exam"
    copy_exam(rehearsed, place)
    scan(place, [place / "rehearsal"], actor=EXAMINER, jobs=0)
    made = annotated_script.write_all(place, tmp_path / "scripts", merged=True, jobs=0)
    found = sorted(path.name for path in made.file.iterdir())
    each = [name for name in found if name.startswith("script-")]
    assert found == ["manifest.json", *each, "scripts.pdf"]
    assert made.scripts == len(each) > 1
    (scanned,) = (place / "rehearsal").glob("*.pdf")
    with pikepdf.open(scanned) as before:
        theirs = [data for page in before.pages for data in images(page)]
    manifest = json.loads((made.file / "manifest.json").read_bytes())
    assert manifest["schema"] == "klausur-scripts/1"
    assert manifest["records"]["digest"]
    rows = {row.booklet: row for row in results_so_far.whole(place)[0].results.rows}
    for script in manifest["scripts"]:
        file = made.file / script["file"]
        assert hashlib.sha256(file.read_bytes()).hexdigest() == script["sha256"]
        row = rows[script["booklet"]]
        assert (script["registration"], script["grade"]) == (row.registration, row.grade)
        with pikepdf.open(file) as pdf:
            pages = [images(page) for page in pdf.pages]
        assert len(pages) == script["pages"] + 1, "and one that says what lines round boxes mean"
        assert all(len(page) == 1 and page[0] in theirs for page in pages[:-1])
        assert pages[-1] == []
        with pdfium.PdfDocument(file) as pdf:
            cover = pdf[0].get_textpage().get_text_range()
            asked = pdf[1].get_textpage().get_text_range()
        total = "?" if script["total"] is None else script["total"]
        assert f"Σ {total} / " in cover, "the scan itself has no text"
        assert "/ " in asked
    with pikepdf.open(made.file / "scripts.pdf") as pdf, pdf.open_outline() as outline:
        assert len(pdf.pages) == sum(script["pages"] + 1 for script in manifest["scripts"])
        assert [item.title[:5] for item in outline.root] == [
            f"{s['booklet']:05}" for s in manifest["scripts"]
        ]
    with pytest.raises(RefusedError, match="is not empty"):
        annotated_script.write_all(place, made.file, jobs=0)


def test_a_booklet_of_which_nothing_was_scanned_has_no_script(rehearsed: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no page of booklet 1"):
        annotated_script.write(rehearsed, 1, tmp_path / "script.pdf")
