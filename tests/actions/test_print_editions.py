"""An exam that has changed since it was printed: what leads, and what another edition is."""

import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from tests.cast import EXAMINER
from tests.exams import by_hand, copy_exam
from tests.open_points import told

from klausur.actions.grade import grade
from klausur.actions.settle import settle
from klausur.actions.solution import solution
from klausur.base.errors import NotFoundError, RefusedError, UsageError
from klausur.exam.frozen import Frozen, freeze
from klausur.paper.answers import Chosen, Worth
from klausur.report.results import Status
from klausur.state.facts import Actor, Author, Role
from klausur.store import derive, exams
from klausur.store.derive import EVERYTHING
from klausur.store.folder import Records, opened
from klausur.store.frame import Frame

from .printed import ADA, BEN, CY, DI, Desk, files, new

RIGHT = ("- [ ] The number 1.", "- [x] The number 1.")
WORDING = ("Which of these are vowels?", "Which of these are consonants?")


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ada, Ben and Cy have booklets 1 to 3."""
    desk = new(tmp_path_factory.mktemp("first") / "exam", ADA, BEN, CY)
    desk.prints()
    return desk.folder


@pytest.fixture
def desk(first: Path, tmp_path: Path) -> Desk:
    copy_exam(first, tmp_path / "exam")
    return Desk(tmp_path / "exam")


def text_of(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as pdf:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf)


def test_a_key_that_differs_stops_nothing_and_is_said(desk: Desk) -> None:
    desk.writes(*RIGHT)
    done = desk.prints(spare=1)
    assert done.plan is not None
    assert [d.question for d in done.plan.key] == ["numbers"]
    assert done.plan.paper == ()
    assert done.plan.edition == 1
    with opened(desk.folder):
        kept = exams.as_printed(1, desk.folder)
    assert kept is not None
    assert [c.right for c in tuple(kept.first.questions)[1].choices] == [False, True]


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_paper_that_differs_is_refused_and_told(desk: Desk, *, dry_run: bool) -> None:
    desk.writes(*WORDING)
    before = files(desk.folder)
    done = desk.prints(spare=1, dry_run=dry_run)
    assert done.plan is not None
    assert done.refused
    assert done.files == ()
    assert [d.question for d in done.plan.paper] == ["letters"]
    assert "3 booklets exist" in done.plan.refused
    assert "--new-edition --why" in done.plan.remedy
    after = files(desk.folder)
    assert after == before


def test_as_printed_goes_on_whatever_the_source_says(desk: Desk) -> None:
    desk.writes(*WORDING)
    desk.writes("title =", "titel =", "exam.toml")
    done = desk.prints(spare=1, as_printed=True)
    assert done.folder is not None
    assert "vowels" in text_of(done.folder / "booklets.pdf")
    assert desk.papers.printings[1].edition == 1


def test_a_new_edition_goes_to_those_without_a_booklet(desk: Desk) -> None:
    desk.writes(*WORDING)
    desk.lists(ADA, BEN, CY, DI)
    done = desk.prints(new_edition=True, why="a slip", spare=1)
    papers = desk.papers
    assert [(e.number, e.why) for e in papers.editions] == [(1, ""), (2, "a slip")]
    assert len({e.exam_number for e in papers.editions}) == 1
    assert [p.edition for p in papers.printings] == [1, 2]
    assert desk.owners == {1: "Ada Example", 2: "Ben Example", 3: "Cy Example", 4: "Di Example"}
    assert desk.valid(1, 2, 3, 4, 5)
    assert done.folder is not None
    assert "consonants" in text_of(done.folder / "booklets.pdf")
    with opened(desk.folder):
        asked = [exams.as_printed(number, desk.folder) for number in (1, 2)]
    words = [next(iter(kept.first.questions)).content.text for kept in asked if kept is not None]
    assert ["vowels" in words[0], "consonants" in words[1]] == [True, True]
    assert desk.differences() == []
    readme = (desk.folder / "print/README.txt").read_text("utf-8")
    assert "Edition 2, 2 booklets: a slip" in readme


def test_a_new_edition_for_all_leaves_the_old_booklets_valid(desk: Desk) -> None:
    desk.writes(*WORDING)
    desk.prints(new_edition=True, for_all=True, why="a slip")
    assert desk.owners == {n: f"{name} Example" for n, name in enumerate(("Ada", "Ben", "Cy") * 2, 1)}
    assert desk.valid(1, 2, 3, 4, 5, 6)
    assert desk.differences() == []


def test_later_printings_are_of_the_newest_edition(desk: Desk) -> None:
    desk.writes(*WORDING)
    desk.prints(new_edition=True, spare=1, why="a slip")
    done = desk.prints(spare=1)
    assert [p.edition for p in desk.papers.printings] == [1, 2, 2]
    assert done.folder is not None
    assert "consonants" in text_of(done.folder / "booklets.pdf")
    desk.writes(WORDING[1], WORDING[0])
    assert desk.prints(spare=1).refused


@pytest.mark.parametrize("why", ["", "  "])
def test_a_new_edition_wants_a_reason(desk: Desk, why: str) -> None:
    desk.writes(*WORDING)
    with pytest.raises(UsageError, match="without a reason"):
        desk.prints(new_edition=True, spare=1, why=why)


def test_there_is_no_new_edition_of_the_same(desk: Desk) -> None:
    with pytest.raises(UsageError, match="there is no new edition"):
        desk.prints(new_edition=True, spare=1, why="a slip")


def test_another_size_of_paper_is_another_exam(desk: Desk) -> None:
    desk.writes('kind = "quiz"', 'kind = "quiz"\npaper = "letter"', "exam.toml")
    done = desk.prints(new_edition=True, spare=1, why="a slip")
    assert done.plan is not None
    assert done.files == ()
    assert "one size of paper" in done.plan.refused
    assert "fresh folder" in done.plan.remedy


@pytest.mark.parametrize(
    "wanted", [{"again": (1,)}, {"new_edition": True, "why": "x"}, {"as_printed": True}, {"for_all": True}]
)
def test_what_needs_an_earlier_printing_is_refused_without(tmp_path: Path, wanted: dict[str, Any]) -> None:
    desk = new(tmp_path / "exam", ADA)
    for dry_run in (True, False):
        with pytest.raises(UsageError):
            desk.prints(dry_run=dry_run, **wanted)
    assert not Records(desk.folder).there


def test_solutions_are_made_again_by_the_key_that_counts(desk: Desk) -> None:
    shutil.rmtree(desk.folder / "problems")
    (made,) = solution(desk.folder, actor=EXAMINER)
    assert made == desk.folder / "print/solution/solution.pdf"
    before = text_of(made)
    assert "Any word." in before
    decide(desk)
    solution(desk.folder, actor=EXAMINER)
    assert "Another word." in text_of(made)
    done = desk.prints(spare=1, as_printed=True)
    assert done.folder is not None
    assert "Another word." in text_of(done.folder / "solution.pdf")


def decide(desk: Desk) -> None:
    """Let another solution count."""
    with opened(desk.folder), by_hand():
        kept = exams.as_printed(1, desk.folder)
        assert kept is not None
        exam = kept.first
        problem = exam.problems[1]
        question = problem.questions[0]
        assert question.solution is not None
        text = replace(question.solution, typst="Another word.", text="Another word.")
        changed = replace(problem, questions=(replace(question, solution=text),))
        now = freeze(Frozen((replace(exam, problems=(exam.problems[0], changed)),), kept.files))
        exams.decide(
            1, now, now, exam.digest, ("the solution of word",), Author(Actor("Ada", Role.EXAMINER), "a slip")
        )
        derive.refresh(Frame(desk.folder), EVERYTHING)


@pytest.mark.above_records
def test_solutions_of_all_editions(desk: Desk) -> None:
    desk.writes(*WORDING)
    desk.prints(new_edition=True, spare=1, why="a slip")
    names = [
        str(path.relative_to(desk.folder / "print/solution"))
        for path in solution(desk.folder, actor=EXAMINER)
    ]
    assert names == ["edition-1/solution.pdf", "solution.pdf"]
    assert "vowels" in text_of(desk.folder / "print/solution/edition-1/solution.pdf")
    assert "consonants" in text_of(desk.folder / "print/solution/solution.pdf")


@pytest.mark.above_records
def test_solutions_are_not_written_over_other_things(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(RefusedError, match="other things"):
        solution(desk.folder, actor=EXAMINER, out=tmp_path / "mine")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each booklet has a variant of its own."""
    desk = new(tmp_path_factory.mktemp("own") / "exam", ADA, BEN)
    toml = desk.folder / "exam.toml"
    text = toml.read_text("utf-8").replace(
        "[choice]", '[variants]\ncount = "each"\nshuffle = ["choices"]\n\n[choice]'
    )
    toml.write_text(text, encoding="utf-8")
    desk.prints()
    return desk.folder


@pytest.fixture
def varied(own: Path, tmp_path: Path) -> Desk:
    copy_exam(own, tmp_path / "exam")
    return Desk(tmp_path / "exam")


@pytest.mark.long
@pytest.mark.above_records
def test_new_variants_are_drawn_from_a_source_that_is_as_printed(varied: Desk) -> None:
    varied.prints(again=(2,))
    with opened(varied.folder):
        kept = exams.as_printed(1, varied.folder)
        asked = Frame(varied.folder).exams
    assert kept is not None
    assert kept.numbers == (1, 2, 3)
    assert asked.of(3).variant == 3
    assert varied.differences() == []


@pytest.mark.above_records
@pytest.mark.parametrize("dry_run", [True, False])
def test_new_variants_are_not_drawn_from_another_source(varied: Desk, *, dry_run: bool) -> None:
    varied.writes(*RIGHT)
    with pytest.raises(RefusedError, match="never printed"):
        varied.prints(spare=1, dry_run=dry_run)
    with pytest.raises(RefusedError, match="never printed"):
        varied.prints(spare=1, as_printed=True, dry_run=dry_run)


def test_each_edition_that_asks_something_else_has_a_table_of_its_own(desk: Desk) -> None:
    desk.writes("## Numbers {#numbers credits=2}", "## Numbers {#primes credits=3}")
    desk.lists(ADA, BEN, CY, DI)
    desk.prints(new_edition=True, why="another question")
    by = Author(EXAMINER, "seen on paper")
    for booklet, questions in ((1, ("letters", "numbers")), (4, ("letters", "primes"))):
        for question in questions:
            settle(desk.folder, booklet, question, Chosen(frozenset("b")), by)
        settle(desk.folder, booklet, "word", Worth(Fraction(2)), by)
    both = grade(desk.folder, actor=EXAMINER)
    old, new_ = both.results.rows[0], next(row for row in both.results.rows if row.booklet == 4)
    assert both.results.of == 7
    assert (old.total, old.grade) == (None, "")
    assert old.questions == (Fraction(0), None, Fraction(2))
    assert told(old)[0] == "edition 1 asked something else: klausur grade --edition 1"
    assert (new_.total, new_.status) == (Fraction(5), Status.FINAL)

    first = grade(desk.folder, actor=EXAMINER, edition=1)
    (row,) = first.results.rows
    assert (first.results.of, row.booklet) == (Fraction(6), 1)
    assert (row.total, row.status) == (Fraction(4), Status.FINAL)
    assert (first.asked, first.waiting, both.asked) == (3, 0, 6), "of the booklets in the table"
    assert {path.name for path in first.files} >= {"results-edition-1.csv"}
    second = grade(desk.folder, actor=EXAMINER, edition=2)
    assert [str(column.credits) for column in second.results.asked] == ["2", "3", "2"]
    with pytest.raises(NotFoundError, match="no edition 3"):
        grade(desk.folder, actor=EXAMINER, edition=3)
