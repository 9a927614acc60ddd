"""What printing records of variants, and what holds later verbs to it."""

import re
from pathlib import Path

import pikepdf
import pytest
from tests.cast import EXAMINER
from tests.exam import varied
from tests.exams import copy_exam
from tests.open_points import told

from klausur.actions import up_to_date
from klausur.actions.check import Checked, check
from klausur.actions.grade import grade
from klausur.actions.print_booklets import PrintDone, print_booklets
from klausur.actions.print_request import PrintRequest
from klausur.actions.settle import settle
from klausur.actions.status import status
from klausur.actions.waiting import waiting
from klausur.exam.source import parse
from klausur.exam.variants import as_printed
from klausur.paper.answers import Chosen
from klausur.state.exams import PrintedExams
from klausur.state.facts import Author
from klausur.store import exams as stored
from klausur.store import printings
from klausur.store.folder import opened

ADA = Author(EXAMINER)


def printing(
    folder: Path, spare: int = 5, despite: tuple[str, ...] = (), checked: Checked | None = None
) -> PrintDone:
    wanted = PrintRequest(spare=spare, despite=despite, why="only a test" if despite else "")
    return print_booklets(folder, actor=EXAMINER, wanted=wanted, seed=7, checked=checked)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = varied.write(tmp_path_factory.mktemp("varied") / "exam")
    assert printing(folder).exam_number is not None
    return folder


@pytest.fixture
def folder(once: Path, tmp_path: Path) -> Path:
    return copy_exam(once, tmp_path / "exam")


def exams_of(folder: Path) -> PrintedExams:
    with opened(folder) as records:
        return up_to_date.frame(records).exams


def edit(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.long
def test_a_printing_keeps_all_variants_as_they_were_drawn(once: Path) -> None:
    exams = exams_of(once)
    assert [exams.at(n) for n in range(1, 6)] == [(1, 1), (1, 2), (1, 3), (1, 1), (1, 2)]
    with opened(once):
        kept = stored.as_printed(1, once)
    assert kept is not None
    for number in (1, 2, 3):
        assert as_printed(kept.of(number)) == parse(once, number).exam
    values = {kept.of(n).problems[0].values for n in (1, 2, 3)}
    assert len(values) == 3


@pytest.mark.above_records
def test_an_exam_without_variants_leaves_no_trace_of_them(tmp_path: Path) -> None:
    folder = varied.write(
        tmp_path / "exam", variants="", balls=varied.WORDS.replace("{#", "{#x-"), balls_py=""
    )
    printing(folder, 2)
    assert not exams_of(folder).first.variants.many
    with opened(folder):
        assert {b.variant for b in printings.layout().booklets} == {1}


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("problems/1-balls.py", "range(2, 20)", "range(3, 20)"),
        ("exam.toml", "seed = 5", "seed = 6"),
        ("exam.toml", "count = 3", "count = 4"),
        ("exam.toml", '"problems", ', ""),
        ("problems/1-balls.md", "- [ ] It is red", "- [x] It is red"),
    ],
)
def test_what_was_drawn_stays_whatever_becomes_of_the_source(
    folder: Path, name: str, old: str, new: str
) -> None:
    settle(folder, 2, "share", Chosen(frozenset("a")), ADA)
    before = status(folder), waiting(folder), grade(folder, actor=EXAMINER).results
    edit(folder, name, old, new)
    graded = grade(folder, actor=EXAMINER)
    assert (status(folder), waiting(folder), graded.results) == before
    assert graded.source_changed


@pytest.mark.long
def test_questions_are_settled_by_their_number_on_paper(folder: Path) -> None:
    numbers = {}
    for booklet in (1, 2, 3):
        exam = parse(folder, booklet).exam
        assert exam is not None
        numbers[booklet] = {q.id: q.number for q in exam.questions}
        made = settle(folder, booklet, numbers[booklet]["share"], Chosen(frozenset("a")), ADA)
        assert {s.field.split("/")[0] for s in made} == {"share"}
        assert {s.field for s in made if s.value == "crossed"} == {"share/choice/a"}
    assert len({of["share"] for of in numbers.values()} | {of["mean"] for of in numbers.values()}) > 2


@pytest.mark.long
def test_an_open_question_is_named_by_its_column_and_as_on_paper(folder: Path) -> None:
    exam = parse(folder, 2).exam
    assert exam is not None
    settle(folder, 2, "share", Chosen(frozenset("a")), ADA)
    (row,) = (r for r in grade(folder, actor=EXAMINER).results.rows if r.booklet == 2)
    assert row.variant == 2
    printed = {q.id: q.number for q in exam.questions}
    columns = {"mean": "1.2", "colours": "2.1", "word": "2.3"}
    for name, column in columns.items():
        on_paper = f" (on paper {printed[name]})" if printed[name] != column else ""
        assert any(said.startswith(f"{column}{on_paper} page-missing") for said in told(row)), told(row)


@pytest.mark.long
@pytest.mark.above_records
def test_a_key_that_is_wrong_in_one_variant_is_not_printed(tmp_path: Path) -> None:
    exam = parse(varied.write(tmp_path / "exam"), 3).exam
    assert exam is not None
    drawn = dict(next(p.values for p in exam.problems if p.values))
    third = f"(red, blue) == ({drawn['red']}, {drawn['blue']})"
    program = varied.BALLS_PY.replace('"likely": red > blue', f'"likely": (red > blue) != ({third})')
    folder = varied.write(tmp_path / "exam", balls_py=program)
    checked = check(folder)
    assert checked.errors == ()
    printed = printing(folder, checked=checked)
    assert printed.exam_number is None
    (found,) = (d for d in printed.diagnostics if d.code == "claim-contradicted")
    assert found.message.startswith("in variant 3")
    assert printing(folder, despite=("claim-contradicted",), checked=checked).exam_number is not None


@pytest.mark.nightly
@pytest.mark.above_records
def test_each_booklet_may_have_its_own_variant(tmp_path: Path) -> None:
    variants = varied.VARIANTS.replace("count = 3", 'count = "each"')
    folder = varied.write(tmp_path / "exam", variants=variants)
    printed = printing(folder, 3)
    names = {path.name for path in printed.files}
    assert {"exam.pdf", "blackened.pdf", "solution.pdf", "solutions.pdf"} <= names
    assert not any(re.search(r"-\d+\.pdf$", name) for name in names)
    (path,) = folder.glob("print/*/solutions.pdf")
    with pikepdf.open(path) as solutions:
        assert len(solutions.pages) == 3 * printed.pages
    exams = exams_of(folder)
    assert [exams.at(n)[1] for n in (1, 2, 3)] == [1, 2, 3]
    assert len({exams.of(n).problems[0].values for n in (1, 2, 3)}) == 3


@pytest.mark.nightly
def test_printing_again_adds_booklets_of_the_next_variants(folder: Path) -> None:
    before = exams_of(folder)
    assert printing(folder, 2).exam_number is not None
    after = exams_of(folder)
    assert [after.at(n)[1] for n in (6, 7)] == [3, 1]
    assert after.of(7) == before.of(1)
