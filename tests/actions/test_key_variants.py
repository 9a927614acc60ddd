"""The key of an exam with variants, with pictures, and of several editions."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.cast import EXAMINER
from tests.exam import varied
from tests.exams import by_hand, copy_exam

from klausur.actions.compare_key import compare_key
from klausur.actions.take_over_key import take_over_key
from klausur.actions.write_back_key import write_back_key
from klausur.base.errors import RefusedError
from klausur.base.geometry import Box, Size
from klausur.exam.differences import DifferenceKind
from klausur.exam.differences.parts import OF_QUESTION, Item
from klausur.exam.frozen import Frozen, freeze, gather
from klausur.exam.model import Exam, Variants
from klausur.exam.source import parse_variants
from klausur.exam.variants import as_printed
from klausur.paper.fields import Field, FieldKind
from klausur.paper.layout import BookletLayout, Layout, PageLayout
from klausur.paper.run import Booklet, PrintRun
from klausur.state.facts import Author
from klausur.store import derive, exams, printings
from klausur.store.derive import EVERYTHING
from klausur.store.folder import key, opened
from klausur.store.frame import Frame

from .conftest import write_exam
from .test_key import CHOICES, change

pytestmark = pytest.mark.above_records

K = DifferenceKind
WHO = Author(EXAMINER, "the key was wrong")
BALLS = "problems/1-balls.md"


def boxes(exam: Exam) -> tuple[Field, ...]:
    """The boxes of an exam, all on one page."""
    box = Box(20, 40, 4, 4)
    return tuple(
        field
        for q in exam.questions
        for field in (
            *(
                Field(f"{q.id}/choice/{c.id}", FieldKind.CHOICE_BOX, box, q.id, choice=c.id)
                for c in q.choices
            ),
            *(
                Field(f"{q.id}/credit/{v}", FieldKind.CREDIT_BOX, box, q.id, credits=v)
                for v in q.credit_values
            ),
        )
    )


def print_here(folder: Path, variants: int) -> Path:
    """Record a first printing without any paper, a booklet of each variant."""
    numbers = range(1, variants + 1)
    found = [parsed.exam for parsed in parse_variants(folder, numbers)]
    made = [exam for exam in found if exam is not None]
    pages = tuple(PageLayout(1, boxes(as_printed(exam))) for exam in made)
    booklets = tuple(BookletLayout(n, (n - 1,), n) for n in numbers)
    first = made[0]
    layout = Layout(7, first.slug, first.digest, "a4", Size(210, 297), pages, booklets)
    run = PrintRun(7, tuple(Booklet(n) for n in numbers), variants=Variants(variants))
    with opened(folder, create=True) as records:
        key(records, create=True)
        text = freeze(gather(made, folder))
        with by_hand():
            printings.alone(run, layout, "Ada", frozen=text)
            derive.refresh(Frame(folder), EVERYTHING)
    return folder


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return print_here(varied.write(tmp_path_factory.mktemp("varied") / "exam"), 3)


@pytest.fixture
def folder(once: Path, tmp_path: Path) -> Path:
    return copy_exam(once, tmp_path / "exam")


def test_nothing_differs_at_first(folder: Path) -> None:
    found = compare_key(folder)
    assert found.recorded.variants == (1, 2, 3)
    assert (found.merge.changed, found.behind, found.merge.refusals, found.new) == ((), (), (), False)


def test_a_key_is_mended_in_all_variants_and_a_parameter_added(folder: Path) -> None:
    change(folder, BALLS, ("- [ ] It is red", "- [x] It is red"))
    change(folder, "problems/1-balls.py", ('"left": red', '"more": red - 1, "left": red'))
    taken = take_over_key(folder, WHO)
    assert {(d.kind, d.question) for d in taken.compared.merge.changed} == {(K.RIGHT, "share")}
    assert {n for d in taken.compared.merge.changed for n in d.variants} == {1, 2, 3}
    with opened(folder):
        counts = exams.key(1, folder)
    assert counts is not None
    assert counts.numbers == (1, 2, 3)
    assert all(c.right for e in counts.exams for q in e.questions if q.id == "share" for c in q.choices[:2])


@pytest.mark.parametrize(
    ("name", "old", "new", "kind", "told"),
    [
        ("problems/1-balls.py", "range(2, 20)", "range(3, 20)", K.PARAMETERS, "drawn for problem 1-balls"),
        ("exam.toml", "seed = 5", "seed = 6", K.PARAMETERS, "drawn for problem 1-balls"),
    ],
)
def test_what_is_drawn_otherwise_is_refused(
    folder: Path, name: str, old: str, new: str, kind: K, told: str
) -> None:
    change(folder, name, (old, new))
    assert kind in {d.kind for d in compare_key(folder).merge.refusals}
    for same_meaning in (False, True):
        with pytest.raises(RefusedError, match=told):
            take_over_key(folder, WHO, same_meaning=same_meaning)


def test_shuffling_otherwise_is_no_matter_for_the_key(folder: Path) -> None:
    change(folder, "exam.toml", ('"problems", ', ""))
    change(folder, BALLS, ("- [ ] It is red", "- [x] It is red"))
    taken = take_over_key(folder, WHO)
    assert {d.kind for d in taken.compared.merge.beside} >= {K.VARIANTS}
    assert {d.kind for d in taken.compared.merge.changed} == {K.RIGHT}


def test_exchanged_choices_are_refused(folder: Path) -> None:
    for old, new in (
        ("${{p}}$.", "${{swap}}$."),
        ("${{wrong}}$.", "${{p}}$."),
        ("${{swap}}$.", "${{wrong}}$."),
    ):
        change(folder, BALLS, (old, new))
    with pytest.raises(RefusedError, match="share"):
        take_over_key(folder, WHO)


def mend(folder: Path, item: Item, value: object) -> None:
    with opened(folder):
        printed = exams.as_printed(1, folder)
        assert printed is not None
        problems = [
            tuple(
                replace(
                    p,
                    questions=tuple(
                        OF_QUESTION[item.kind].put(q, value) if q.id == item.question else q
                        for q in p.questions
                    ),
                )
                for p in exam.problems
            )
            for exam in printed.exams
        ]
        made = tuple(replace(e, problems=p) for e, p in zip(printed.exams, problems, strict=True))
        texts = freeze(Frozen(made, printed.files)), freeze(printed)
        with by_hand():
            exams.decide(1, *texts, printed.first.digest, ["mended"], WHO)


def test_a_box_that_a_parameter_crosses_is_left_to_the_author(folder: Path) -> None:
    before = (folder / BALLS).read_bytes()
    mend(folder, Item(K.RIGHT, "share"), ("a", "c"))
    back = write_back_key(folder, WHO)
    assert (back.files, back.placed) == ((), ())
    assert {d.question for d, _ in back.by_hand} == {"share"}
    assert (folder / BALLS).read_bytes() == before


def test_boxes_beside_parameters_are_written(folder: Path) -> None:
    mend(folder, Item(K.RIGHT, "colours"), ("a",))
    assert write_back_key(folder, WHO).files == ("problems/2-words.md",)
    assert "- [ ] blue" in (folder / "problems/2-words.md").read_text("utf-8")


RED, BLUE = (
    f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect fill="{c}"/></svg>'
    for c in ("red", "blue")
)


def test_files_of_two_picture_choices_exchanged_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "exam"
    write_exam(folder)
    change(
        folder,
        CHOICES,
        ("The letter A.", "![red](figures/a.svg)"),
        ("The letter B.", "![blue](figures/b.svg)"),
    )
    (folder / "figures").mkdir()
    for name, data in (("a", RED), ("b", BLUE)):
        (folder / f"figures/{name}.svg").write_text(data, "utf-8")
    print_here(folder, 1)
    assert compare_key(folder).merge.clear
    (folder / "figures/a.svg").write_text(BLUE, "utf-8")
    (folder / "figures/b.svg").write_text(RED, "utf-8")
    found = compare_key(folder).merge.refusals
    assert {(d.kind, d.question) for d in found} == {(K.CHOICE_EXCHANGED, "letters")}
    for same_meaning in (False, True):
        with pytest.raises(RefusedError, match="letters"):
            take_over_key(folder, WHO, same_meaning=same_meaning)
    (folder / "figures/b.svg").write_text(BLUE.replace("blue", "green"), "utf-8")
    (folder / "figures/a.svg").write_text(RED, "utf-8")
    with pytest.raises(RefusedError, match="letters"):
        take_over_key(folder, WHO)
    assert not take_over_key(folder, WHO, same_meaning=True).compared.merge.changed
