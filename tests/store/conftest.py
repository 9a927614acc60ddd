"""A small print run by hand: two booklets of two pages, one with a candidate, and results of its pages."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from tests.exams import copy_exam

from klausur.base.geometry import Box, Size
from klausur.paper.code import PageCode
from klausur.paper.fields import Field, FieldKind
from klausur.paper.layout import BookletLayout, Layout, PageLayout
from klausur.paper.run import Booklet, PrintRun
from klausur.read.model import Mark, PageResult, Reading
from klausur.roster.model import Candidate
from klausur.scan.model import Quality, Reason, Unplaced
from klausur.state.facts import Papers
from klausur.store import audit, printings, unsealed_rows
from klausur.store.folder import opened, writing

EXAM_NUMBER = 0xC0FFEE
FILE = "ab" * 32


@pytest.fixture(autouse=True)
def sealed_by_hand(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that a test of this room writes are sealed by an event at the end; actions do that above it."""

    def seal() -> None:
        if unsealed_rows.left():
            audit.append("by-hand", "Ada Example", {})

    if request.node.get_closest_marker("unsealed") is None:
        monkeypatch.setattr(unsealed_rows, "refuse_unsealed", seal)


@pytest.fixture
def layout() -> Layout:
    return small_layout()


def small_layout() -> Layout:
    choices = tuple(
        Field(f"pick/choice/{c}", FieldKind.CHOICE_BOX, Box(20, y, 4, 4), "pick", choice=c)
        for c, y in (("a", 40.0), ("b", 50.0))
    )
    credits = tuple(
        Field(f"tell/credit/{n}", FieldKind.CREDIT_BOX, Box(190, y, 4, 4), "tell", credits=Fraction(n))
        for n, y in ((0, 40.0), (1, 50.0))
    )
    return Layout(
        exam_number=EXAM_NUMBER,
        exam="small",
        source_digest="5" * 64,
        paper="a4",
        size=Size(210.0, 297.0),
        pages=(PageLayout(1, choices), PageLayout(2, credits)),
        booklets=(BookletLayout(1, (0, 1)), BookletLayout(2, (0, 1))),
    )


@pytest.fixture
def print_run() -> PrintRun:
    ada = Candidate("03711234", "Ada Example", "Hall 1", "A1")
    return PrintRun(EXAM_NUMBER, (Booklet(1, ada), Booklet(2)))


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An exam folder with empty records: making the tables anew for each test takes a quarter of a second."""
    place = tmp_path_factory.mktemp("empty")
    with opened(place, create=True):
        pass
    return place


@pytest.fixture
def run(empty: Path, tmp_path: Path, layout: Layout, print_run: PrintRun) -> Iterator[Papers]:
    """The print run in the records of an open folder."""
    copy_exam(empty, tmp_path, dirs_exist_ok=True)
    with opened(tmp_path):
        with writing():
            papers = printings.alone(print_run, layout, "Ada Example")
        yield papers


Result = Callable[..., PageResult]


@pytest.fixture
def placed() -> Result:
    """Makes the result of a placed page, with one reading for each field and mark given."""

    def make(index: int, booklet: int, page: int, **marks: Mark) -> PageResult:
        question, kind = (("pick", FieldKind.CHOICE_BOX), ("tell", FieldKind.CREDIT_BOX))[page - 1]
        readings = tuple(
            Reading(
                field=f"{question}/{kind.value.removesuffix('-box')}/{name.strip('_')}",
                kind=kind,
                question=question,
                value=mark,
                confidence=0.5 if mark is Mark.OTHER else 0.999,
                flagged=mark is Mark.OTHER,
                reader="hand",
                version="1",
            )
            for name, mark in marks.items()
        )
        quality = Quality(0.01, 300.0, 180.0, 0.9, 4)
        return PageResult(FILE, index, PageCode(EXAM_NUMBER, booklet, page), quality, None, readings)

    return make


@pytest.fixture
def lost() -> Result:
    """Makes the result of an image that is no page."""

    def make(index: int, reason: Reason = Reason.NO_CODE, detail: str = "") -> PageResult:
        return PageResult(FILE, index, None, None, Unplaced(reason, detail))

    return make
