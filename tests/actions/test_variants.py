"""What printing records of variants, and what holds later verbs to it."""

import re
from pathlib import Path

import pikepdf
import pytest
from tests.cast import EXAMINER
from tests.exam import varied
from tests.exams import copy_exam

from klausur.actions import current
from klausur.actions.check import Checked, check
from klausur.actions.grade import grade
from klausur.actions.print_booklets import Printed, print_booklets
from klausur.actions.settle import settle
from klausur.actions.status import status
from klausur.actions.waiting import waiting
from klausur.actions.wanted import Wanted
from klausur.base.errors import RefusedError
from klausur.exam.source import parse
from klausur.paper.answers import Chosen
from klausur.state.facts import Author, Papers
from klausur.store import runs
from klausur.store.folder import opened

ADA = Author(EXAMINER)


def printing(
    folder: Path, spare: int = 5, despite: tuple[str, ...] = (), checked: Checked | None = None
) -> Printed:
    wanted = Wanted(spare=spare, despite=despite, why="only a test" if despite else "")
    return print_booklets(folder, actor=EXAMINER, wanted=wanted, seed=7, checked=checked)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = varied.write(tmp_path_factory.mktemp("varied") / "exam")
    assert printing(folder).exam_number is not None
    return folder


@pytest.fixture
def folder(once: Path, tmp_path: Path) -> Path:
    return copy_exam(once, tmp_path / "exam")


def run_of(folder: Path) -> Papers:
    with opened(folder):
        return current.run()


def edit(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_print_run_keeps_what_was_drawn(once: Path) -> None:
    run = run_of(once)
    assert run.run.variants.count == 3
    assert [run.run.variants.of(b.number) for b in run.run.booklets] == [1, 2, 3, 1, 2]
    assert [(d.variant, d.problem) for d in run.drawn] == [(n, "1-balls") for n in (1, 2, 3)]
    exam = parse(once, 2).exam
    assert exam is not None
    assert run.drawn[1].values == next(p.values for p in exam.problems if p.values)
    kept = {(q.variant, q.question) for q in run.asked}
    assert {v for v, question in kept if question == "share"} == {1, 2, 3}
    assert {v for v, question in kept if question == "colours"} == {1}


def test_an_exam_without_variants_leaves_no_trace_of_them(tmp_path: Path) -> None:
    folder = varied.write(
        tmp_path / "exam", variants="", balls=varied.WORDS.replace("{#", "{#x-"), balls_py=""
    )
    printing(folder, 2)
    run = run_of(folder)
    assert (run.run.variants.many, run.drawn) == (False, ())
    with opened(folder):
        assert {b.variant for b in runs.layout(run).booklets} == {1}
    assert {q.variant for q in run.asked} == {1}


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("problems/1-balls.py", "range(2, 20)", "range(3, 20)"),
        ("exam.toml", "seed = 5", "seed = 6"),
        ("exam.toml", "count = 3", "count = 4"),
        ("exam.toml", '"problems", ', ""),
    ],
)
def test_other_variants_than_those_printed_are_refused(folder: Path, name: str, old: str, new: str) -> None:
    grade(folder, actor=EXAMINER)
    edit(folder, name, old, new)
    for verb in (status, waiting, lambda place: grade(place, actor=EXAMINER)):
        with pytest.raises(RefusedError, match=r"printed"):
            verb(folder)
    with pytest.raises(RefusedError, match=r"printed"):
        settle(folder, 2, "1.1", Chosen(frozenset("a")), ADA)


def test_a_key_may_be_mended_and_a_parameter_added(folder: Path) -> None:
    edit(folder, "problems/1-balls.md", "- [ ] It is red", "- [x] It is red")
    edit(folder, "problems/1-balls.py", '"left":', '"more": red - 1, "left":')
    graded = grade(folder, actor=EXAMINER)
    assert [(c.question, c.letters) for c in graded.key_changed] == [("share", ("b",))]
    assert graded.source_changed
    assert graded.diagnostics == ()


def test_exchanged_choices_are_refused_in_all_variants(folder: Path) -> None:
    edit(folder, "problems/1-balls.md", "${{p}}$", "${{swap}}$")
    edit(folder, "problems/1-balls.md", "${{wrong}}$", "${{p}}$")
    edit(folder, "problems/1-balls.md", "${{swap}}$", "${{wrong}}$")
    with pytest.raises(RefusedError, match="changed places"):
        grade(folder, actor=EXAMINER)


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
        assert any(said.startswith(f"{column}{on_paper} page-missing") for said in row.open), row.open


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
    with opened(folder):
        run = current.run()
        assert [b.variant for b in runs.layout(run).booklets] == [1, 2, 3]
    assert [d.variant for d in run.drawn] == [1, 2, 3]
    assert len({d.values for d in run.drawn}) == 3


def test_printing_again_with_more_booklets_keeps_the_number(folder: Path) -> None:
    before = run_of(folder).run.exam_number
    assert printing(folder, 9).exam_number == before
