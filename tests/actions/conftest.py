"""A small exam as a folder, a print run of it by hand, and what the scanner might have recorded.

Booklet 1 is Ada's, booklet 2 Jürgen's, booklet 3 is a spare one; each has two pages, the choices on the
first and the credit boxes on the second.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.cast import EXAMINER
from tests.exams import by_hand, copy_exam
from tests.remembered import remembered

from klausur.base.geometry import Box, Size
from klausur.exam import source
from klausur.exam.frozen import freeze, gather
from klausur.exam.model import Exam, QuestionKind
from klausur.exam.source import parse_variants
from klausur.paper.code import PageCode
from klausur.paper.fields import Field, FieldKind
from klausur.paper.layout import BookletLayout, Layout, PageLayout
from klausur.paper.run import Booklet, PrintRun
from klausur.read.model import Mark, PageResult, Reading
from klausur.rehearse.level import Level
from klausur.rehearse.run import rehearse
from klausur.roster import made_up
from klausur.roster.model import Candidate
from klausur.scan.model import Quality, Reason, Unplaced
from klausur.state.facts import Papers
from klausur.store import derive, pages, printings
from klausur.store.derive import EVERYTHING
from klausur.store.folder import key, opened
from klausur.store.frame import Frame

TOML = """\
title = "A small exam"
module = "DL-1"
kind = "quiz"
date = 2026-02-17
start = "10:00"
minutes = 30
examiner = "Prof. Dr. Ada Example"
order = ["1-choices", "2-words"]

[choice]
scheme = "all-or-nothing"

[grades]
unit = "percent"
fail = "5.0"

[grades.thresholds]
"1.0" = 90
"4.0" = 50

[maths.macros]
half = '\\frac{#1}{2}'
"""

CHOICES = """\
# Choices

## Letters {#letters credits=2}

Which of these are vowels?

- [x] The letter A.
- [ ] The letter B.
- [x] The letter E.

## Numbers {#numbers credits=2}

Which of these are prime?

- [ ] The number 1.
- [x] The number 2.
"""

WORDS = """\
# Words

## A word {#word credits=2 space=30mm}

Name a word.

::: solution
Any word.
:::

::: rubric
- [+2] a word
:::
"""

EXAM_NUMBER = 0xBEEF
FILE = "cd" * 32


@pytest.fixture(scope="module", autouse=True)
def papers_remembered() -> Iterator[None]:
    with remembered():
        yield


def write_exam(folder: Path) -> None:
    (folder / "problems").mkdir(parents=True)
    for name, text in (
        ("exam.toml", TOML),
        ("problems/1-choices.md", CHOICES),
        ("problems/2-words.md", WORDS),
    ):
        (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Exam:
    folder = tmp_path_factory.mktemp("small") / "exam"
    write_exam(folder)
    parsed = source.parse(folder)
    assert parsed.exam is not None
    assert parsed.diagnostics == ()
    return parsed.exam


@pytest.fixture(scope="session")
def layout(small: Exam) -> Layout:
    on_page: dict[int, list[Field]] = {1: [], 2: []}
    for question in small.questions:
        page = 1 if question.kind is QuestionKind.CHOICE else 2
        for choice in question.choices:
            box = Box(20, 40.0 + 10 * len(on_page[page]), 4, 4)
            name = f"{question.id}/choice/{choice.id}"
            on_page[page].append(Field(name, FieldKind.CHOICE_BOX, box, question.id, choice=choice.id))
        for value in question.credit_values:
            box = Box(20, 40.0 + 10 * len(on_page[page]), 4, 4)
            name = f"{question.id}/credit/{value}"
            on_page[page].append(Field(name, FieldKind.CREDIT_BOX, box, question.id, credits=value))
    return Layout(
        exam_number=EXAM_NUMBER,
        exam=small.slug,
        source_digest=small.digest,
        paper="a4",
        size=Size(210.0, 297.0),
        pages=tuple(PageLayout(n, tuple(fields)) for n, fields in on_page.items()),
        booklets=tuple(BookletLayout(n, (0, 1)) for n in (1, 2, 3)),
    )


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory, layout: Layout) -> Path:
    """The folder below, to be copied before use."""
    place = tmp_path_factory.mktemp("recorded") / "exam"
    write_exam(place)
    people = Candidate("0371", "Ada Example"), Candidate("0372", "Jürgen Muster")
    booklets = Booklet(1, people[0]), Booklet(2, people[1]), Booklet(3)
    print_by_hand(place, PrintRun(EXAM_NUMBER, booklets), layout)
    return place


def print_by_hand(place: Path, run: PrintRun, layout: Layout) -> None:
    """Record a first printing of the exam in a folder, without any paper."""
    exam = parse_variants(place, [1])[0].exam
    assert exam is not None
    frozen = freeze(gather([exam], place))
    with opened(place, create=True) as records:
        key(records, create=True)
        with by_hand():
            printings.alone(run, layout, "Ada Example", frozen=frozen)
            derive.refresh(Frame(place), EVERYTHING)


def scan_by_hand(place: Path, *results: PageResult) -> None:
    """Record results as a scan of one file would."""
    with opened(place), by_hand():
        pages.append_file(FILE, "scan.pdf", len(results))
        for each in results:
            pages.append(each)
        derive.refresh(Frame(place), EVERYTHING)


@pytest.fixture
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An exam folder whose print run is recorded; nothing of it is scanned but for who asks for `scanned`."""
    place = tmp_path / "exam"
    begun = "scanned_once" if "scanned" in request.fixturenames else "recorded"
    copy_exam(request.getfixturevalue(begun), place)
    return place


def result(
    layout: Layout, index: int, booklet: int, page: int, crossed: str = "", other: str = ""
) -> PageResult:
    """A page on which the named boxes (``numbers/choice/b``) are crossed or unclear, and all others empty."""
    fields = layout.pages[page - 1].fields
    assert set(crossed.split()) | set(other.split()) <= {field.id for field in fields}
    readings = []
    for field in fields:
        seen = Mark.CROSSED if field.id in crossed.split() else Mark.EMPTY
        reading = Reading(
            field.id, field.kind, field.question, seen, 0.999, flagged=False, reader="hand", version="1"
        )
        if field.id in other.split():
            reading = replace(reading, value=Mark.OTHER, confidence=0.4, flagged=True)
        readings.append(reading)
    quality = Quality(0.01, 300.0, 180.0, 0.9, 4)
    return PageResult(FILE, index, PageCode(EXAM_NUMBER, booklet, page), quality, None, tuple(readings))


def nowhere(index: int, reason: Reason, code: PageCode | None = None) -> PageResult:
    return PageResult(FILE, index, None, None, Unplaced(reason, code=code))


Record = Callable[..., None]


@pytest.fixture
def record(folder: Path) -> Record:
    """Records results as a scan of one file would."""

    def write(*results: PageResult) -> None:
        scan_by_hand(folder, *results)

    return write


@pytest.fixture
def open_run(folder: Path) -> Iterator[Papers]:
    with opened(folder):
        yield printings.papers()


ADA_RIGHT = "letters/choice/a letters/choice/c numbers/choice/b"


def all_results(layout: Layout) -> list[PageResult]:
    """Ada's booklet is plain, Jürgen's has an unclear box, no credit crossed, and a page twice."""
    twice = PageCode(EXAM_NUMBER, 2, 1)
    return [
        result(layout, 0, 1, 1, crossed=ADA_RIGHT),
        result(layout, 1, 1, 2, crossed="word/credit/2"),
        result(layout, 2, 2, 1, crossed="letters/choice/b", other="numbers/choice/a"),
        result(layout, 3, 2, 2),
        nowhere(4, Reason.DUPLICATE, twice),
        nowhere(5, Reason.NO_CODE),
    ]


@pytest.fixture(scope="session")
def scanned_once(recorded: Path, tmp_path_factory: pytest.TempPathFactory, layout: Layout) -> Path:
    """The folder above with `all_results`, to be copied before use."""
    place = copy_exam(recorded, tmp_path_factory.mktemp("scanned") / "exam")
    scan_by_hand(place, *all_results(layout))
    return place


@pytest.fixture
def scanned(folder: Path, layout: Layout) -> None:
    """The folder has `all_results`, its own one of a test, too."""
    with opened(folder):
        there = pages.files()
    if not there:
        scan_by_hand(folder, *all_results(layout))


@pytest.fixture(scope="session")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small exam, printed for three candidates, with a clean rehearsal of it. Copy it before use."""
    place = tmp_path_factory.mktemp("rehearsed") / "exam"
    write_exam(place)
    made_up.write(made_up.made_up(3, seed=1), place / "candidates.csv")
    from klausur.actions.print_booklets import print_booklets

    print_booklets(place, actor=EXAMINER, seed=11)
    rehearse_booklets(place, place / "rehearsal", seed=11)
    return place


def rehearse_booklets(place: Path, out: Path, seed: int) -> None:
    """A clean rehearsal of all booklets and of nothing else: everybody comes, and one file has it all."""
    with opened(place):
        layout = printings.layout()
    exam = source.parse(place).exam
    assert exam is not None
    (booklets,) = place.glob("print/*/booklets.pdf")
    rehearse(booklets, layout, exam, out, seed, level=Level.CLEAN)
