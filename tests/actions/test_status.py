from pathlib import Path

import pytest
from tests.cast import EXAMINER
from tests.exams import by_hand
from typer.testing import CliRunner

from klausur.actions.grade import grade
from klausur.actions.settle_page import settle_page
from klausur.actions.status import status
from klausur.actions.waiting import waiting
from klausur.base.errors import NotFoundError
from klausur.cli import reasons
from klausur.cli.main import app
from klausur.scan.model import Reason
from klausur.state.facts import Author, Spot, Verdict
from klausur.store import pages
from klausur.store.folder import opened
from klausur.store.pages import Decided


@pytest.mark.usefixtures("scanned")
def test_each_booklet_says_what_is_there_and_what_waits(folder: Path) -> None:
    found = status(folder)
    assert [
        (b.booklet.number, b.found, b.missing, b.duplicates, b.unplaced, b.open) for b in found.booklets
    ] == [
        (1, (1, 2), (), 0, 0, 0),
        (2, (1, 2), (), 1, 0, 2),
        (3, (), (1, 2), 0, 0, 0),
    ]
    assert found.reasons == ((Reason.NO_CODE, 1), (Reason.DUPLICATE, 1))
    assert (found.open, found.lost) == (2, 0)


@pytest.mark.usefixtures("scanned")
def test_every_command_says_how_many_questions_wait(folder: Path) -> None:
    """Also those on a page that was not found, and they are told apart."""
    with opened(folder):
        gone = pages.occupant(Spot(1, 2))
    assert gone is not None
    settle_page(folder, gone.id, Verdict.IGNORED, Author(EXAMINER))
    found, listed, graded = status(folder), waiting(folder), grade(folder, actor=EXAMINER)
    assert (found.open, found.lost) == (2, 1)
    assert len(listed.questions) == graded.waiting == 3
    said = reasons.questions(3, 1)
    for words in (["status"], ["settle", "list"]):
        assert said in CliRunner().invoke(app, [*words, str(folder)]).output


@pytest.mark.usefixtures("scanned")
def test_every_image_is_counted_once(folder: Path) -> None:
    with opened(folder), by_hand():
        image = pages.image(6)
        assert image is not None
        pages.settle([Decided(image, Verdict.IGNORED)], Author(EXAMINER))
    found = status(folder)
    assert (found.images, found.placed, found.ignored, len(found.waiting)) == (6, 4, 1, 1)
    assert found.images == sum(f.recorded for f in found.files)


def test_nothing_scanned_is_everything_missing(folder: Path) -> None:
    found = status(folder)
    assert {b.missing for b in found.booklets} == {(1, 2)}
    assert (found.images, found.open) == (0, 0)


def test_nothing_printed(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="nothing was printed"):
        status(tmp_path)


def test_a_source_with_errors_changes_nothing(folder: Path) -> None:
    before = status(folder)
    (folder / "exam.toml").write_text("title = ", encoding="utf-8")
    assert status(folder) == before
