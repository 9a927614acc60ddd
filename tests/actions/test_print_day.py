"""Printing the papers for the day: files, counts and records."""

from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from tests.cast import EXAMINER

from klausur.actions.check import Checked, check
from klausur.actions.print_booklets import PrintDone, print_booklets
from klausur.actions.print_request import PrintRequest
from klausur.base.errors import UsageError
from klausur.paper import layout as layouts
from klausur.paper.code import Sheet
from klausur.state.facts import Papers
from klausur.store import printings
from klausur.store.folder import opened

from .conftest import write_exam

pytestmark = pytest.mark.above_records

PLAIN = ["attendance.pdf", "blackened.pdf", "booklets.pdf", "exam.pdf", "layout.json", "solution.pdf"]
ROWS = ("03700001,Ada Example,Hall/1,A1", "03700002,Ben Example,Hall/1,A2", "03700003,Cy Example,hall-1,A1")
Print = Callable[..., PrintDone]
EVERYTHING = PrintRequest(spare=2, extras=3, stickers="L4731", by_room=True, proof=True)


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    """The exam, checked once for all."""
    folder = tmp_path_factory.mktemp("source") / "exam"
    write_exam(folder)
    return check(folder)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    listed(tmp_path, *ROWS)
    return tmp_path


@pytest.fixture
def printed(place: Path, checked: Checked) -> Print:
    """Prints the exam once more."""
    return lambda wanted=None, **more: print_booklets(
        place, actor=EXAMINER, wanted=wanted, checked=checked, **more
    )


def listed(folder: Path, *rows: str) -> None:
    head = "Registration number,Name,Room,Seat,Notes"
    (folder / "candidates.csv").write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")


def stored(place: Path) -> Papers:
    with opened(place):
        return printings.papers()


def pages_of(path: Path) -> int:
    with pypdfium2.PdfDocument(path) as pdf:
        return len(pdf)


def test_everything_is_made_counted_and_recorded(place: Path, printed: Print) -> None:
    done = printed(EVERYTHING)
    rooms = ["booklets-hall-1.pdf", "booklets-Hall-1-2.pdf", "booklets-spare.pdf"]
    assert sorted(p.name for p in done.files) == sorted(
        [*PLAIN, *rooms, "extra-sheets.pdf", "proof.pdf", "stickers.pdf"]
    )
    folder = done.folder
    assert folder is not None
    assert [(p.file, p.papers, p.sides, p.sheets) for p in done.piles] == [
        ("booklets.pdf", 5, 5 * done.pages, 5 * -(-done.pages // 2)),
        ("attendance.pdf", 2, 4, 4),
        ("stickers.pdf", 3, 2, 2),
        ("extra-sheets.pdf", 3, 6, 3),
    ]
    for pile in done.piles:
        assert pages_of(folder / pile.file) == pile.sides
    assert [pages_of(folder / name) for name in rooms] == [done.pages, 2 * done.pages, 2 * done.pages]
    # one booklet, a list with its protocol, an extra sheet's two sides, a sheet of stickers
    assert pages_of(folder / "proof.pdf") == done.pages + 2 + 2 + 1
    run = stored(place)
    assert (len(run.stickers), run.extras, [b.candidate for b in run.booklets]) == (3, (1, 2, 3), [None] * 5)
    layout = layouts.read(folder / "layout.json")
    assert [(s.sheet, s.number) for s in layout.sheets] == [
        (Sheet.ATTENDANCE, 1), (Sheet.PROTOCOL, 1), (Sheet.ATTENDANCE, 2), (Sheet.PROTOCOL, 2),
        *((Sheet.EXTRA, n) for n in (1, 2, 3)),
    ]  # fmt: skip
    with opened(place):
        assert printings.layout() == layout


def test_a_dry_run_counts_the_same_and_writes_nothing(place: Path, printed: Print) -> None:
    would = printed(EVERYTHING, dry_run=True)
    assert not (place / "print").exists()
    assert not (place / ".klausur").exists()
    done = printed(EVERYTHING)
    assert (would.piles, would.booklets, would.rooms) == (done.piles, done.booklets, done.rooms)


ON_A_SHEET = """
title = "Plants"
date = 2030-02-10
start = "10:00"
minutes = 60
answers = "sheet"

[choice]
scheme = "per-choice"

[variants]
count = 2
shuffle = ["choices"]
"""
PLANTS = "# Plants\n\n" + "".join(
    f"## {{#q{n} credits=1}}\n\nWhich hold for plant {n}?\n\n- [x] a {n}\n- [ ] b {n}\n- [ ] c {n}\n\n"
    for n in range(12)
)


@pytest.mark.nightly
def test_question_papers_beside_answer_sheets_are_counted(place: Path) -> None:
    (place / "problems").mkdir()
    (place / "problems/1-plants.md").write_text(PLANTS)
    (place / "exam.toml").write_text(ON_A_SHEET)
    would = print_booklets(place, actor=EXAMINER, wanted=PrintRequest(spare=3), dry_run=True)
    done = print_booklets(place, actor=EXAMINER, wanted=PrintRequest(spare=3))
    assert would.piles == done.piles
    folder = done.folder
    assert folder is not None
    papers = [p for p in done.piles if p.what == "question papers"]
    assert [p.file for p in papers] == ["questions.pdf", "questions-2.pdf"]
    assert sum(p.papers for p in papers) == done.booklets
    for pile in papers:
        pages = pages_of(folder / pile.file)
        assert (pile.sides, pile.sheets) == (pile.papers * pages, pile.papers * -(-pages // 2))
    more = print_booklets(place, actor=EXAMINER, wanted=PrintRequest(spare=1), dry_run=True)
    assert [(p.what, p.papers) for p in more.piles][:2] == [("booklets", 1), ("question papers", 1)]


def test_without_candidates_there_are_no_lists_and_no_stickers(place: Path, printed: Print) -> None:
    (place / "candidates.csv").unlink()
    assert "attendance.pdf" not in [p.name for p in printed(PrintRequest(spare=1)).files]
    with pytest.raises(UsageError, match="no candidates"):
        printed(PrintRequest(spare=1, stickers="L4731"))


def test_errors_in_rooms_and_labels_stop_printing(place: Path, printed: Print) -> None:
    (place / "rooms.toml").write_text("[[room]]\n", encoding="utf-8")
    (place / "labels.toml").write_text("[x]\n", encoding="utf-8")
    done = printed(PrintRequest(stickers="x"))
    assert done.files == ()
    assert {d.code for d in done.diagnostics} >= {"attribute-missing", "labels-file"}
    assert not (place / ".klausur").exists()


def test_more_labels_skipped_than_there_are_stops_before_anything_is_written(
    place: Path, printed: Print
) -> None:
    with pytest.raises(UsageError, match="cannot be skipped"):
        printed(PrintRequest(stickers="L7160", skip=21))
    assert not (place / ".klausur").exists()
