import hashlib
from pathlib import Path

import pypdfium2
import pytest
from tests.cast import EXAMINER

from klausur.actions.print_booklets import PrintDone, print_booklets
from klausur.actions.print_request import PrintRequest
from klausur.base.errors import UsageError
from klausur.exam import source
from klausur.exam.evidence import Outcome
from klausur.paper import layout as layouts
from klausur.roster import made_up
from klausur.store import audit, printings
from klausur.store.folder import opened

from .conftest import write_exam

pytestmark = pytest.mark.above_records

ASKED = "Which of these are vowels"
FILES = ["attendance.pdf", "blackened.pdf", "booklets.pdf", "exam.pdf", "layout.json", "solution.pdf"]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "new"
    write_exam(folder)
    made_up.write(made_up.made_up(2, seed=1), folder / "candidates.csv")
    return folder


def printed(place: Path, spare: int = 0, *, dry_run: bool = False, seed: int | None = None) -> PrintDone:
    return print_booklets(place, actor=EXAMINER, wanted=PrintRequest(spare=spare), dry_run=dry_run, seed=seed)


def test_the_papers_the_layout_and_the_records_agree(place: Path) -> None:
    done = printed(place, spare=1)
    assert done.folder is not None
    assert done.folder.parent == place / "print"
    assert sorted(p.name for p in done.folder.iterdir()) == FILES
    assert [p.name for p in done.files] == FILES
    assert (done.candidates, done.booklets) == (2, 3)
    layout = layouts.read(done.folder / "layout.json")
    with opened(place):
        papers = printings.papers()
        assert printings.layout() == layout
        assert papers.exam_number == layout.exam_number == done.exam_number
        assert [e.verb for e in audit.events()] == ["begin-print", "print"]
    (printing,) = papers.printings
    assert dict(printing.files) == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in done.files
    }
    names = [b.candidate.name if b.candidate else "" for b in papers.booklets]
    assert names == [c.name for c in made_up.made_up(2, seed=1)] + [""]
    with pypdfium2.PdfDocument(done.folder / "booklets.pdf") as pdf:
        assert len(pdf) == sum(len(b.pages) for b in layout.booklets)
    assert {len(b.pages) for b in layout.booklets} == {done.pages}


def test_blackened_booklets_are_printed_beside_a_paper_that_asks(place: Path) -> None:
    done = print_booklets(place, actor=EXAMINER, wanted=PrintRequest(blackened=True))
    folder = done.folder
    assert folder is not None

    def said(name: str) -> str:
        with pypdfium2.PdfDocument(folder / name) as pdf:
            return " ".join(pdf[n].get_textpage().get_text_range() for n in range(len(pdf)))

    booklets, asks = said("booklets.pdf"), said("exam.pdf")
    (name,) = {c.name for c in made_up.made_up(1, seed=1)}
    assert name in booklets
    assert "DO NOT SCAN OR UPLOAD" not in booklets
    assert "DO NOT SCAN OR UPLOAD" in asks
    assert ASKED in asks
    assert ASKED not in booklets
    assert layouts.read(folder / "layout.json").booklets


def test_a_dry_run_counts_and_writes_nothing(place: Path) -> None:
    before = sorted(place.rglob("*"))
    done = printed(place, spare=5, dry_run=True)
    assert (done.candidates, done.booklets, done.files) == (2, 7, ())
    assert done.pages >= 2
    assert sorted(place.rglob("*")) == before


def test_errors_stop_printing_and_are_all_there(place: Path) -> None:
    (place / "candidates.csv").write_text("Name\nAda Example\n", encoding="utf-8")
    path = place / "problems/2-words.md"
    path.write_text(path.read_text(encoding="utf-8").replace("[+2]", "[+1]"), encoding="utf-8")
    done = printed(place)
    assert {d.code for d in done.diagnostics} >= {"roster-column", "rubric-short"}
    assert done.files == ()
    assert not (place / "print").exists()
    assert not (place / ".klausur").exists()


def test_without_candidates_there_is_nothing_to_print(place: Path) -> None:
    (place / "candidates.csv").unlink()
    with pytest.raises(UsageError, match="nobody to print for"):
        printed(place)
    assert not (place / ".klausur").exists()
    assert printed(place, spare=2).booklets == 2


def test_a_trial_with_a_seed_can_be_repeated(place: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / place.name
    write_exam(other)
    made_up.write(made_up.made_up(2, seed=1), other / "candidates.csv")
    one, two = printed(place, seed=5), printed(other, seed=5)
    assert one.exam_number == two.exam_number
    assert (place / ".klausur/key").read_bytes() == (other / ".klausur/key").read_bytes()
    assert one.folder is not None
    assert two.folder is not None
    assert (one.folder / "layout.json").read_bytes() == (two.folder / "layout.json").read_bytes()


WRONG = """from klausur.evidence import exact


@exact("{question}", choice="{words}")
def shows_otherwise():
    return {value}
"""


@pytest.fixture
def contradicted(place: Path) -> Path:
    """An exam whose key says of a choice what its evidence does not."""
    exam = source.parse(place).exam
    assert exam is not None
    question = next(q for q in exam.questions if q.choices)
    choice = question.choices[0]
    written = (place / question.place.file).read_text("utf-8").splitlines()[choice.content.place.line - 1]
    program = WRONG.format(question=question.id, words=written.split("] ", 1)[1], value=not choice.right)
    (place / question.place.file).with_suffix(".py").write_text(program, "utf-8")
    return place


def test_an_exam_with_a_contradicted_key_is_not_printed(contradicted: Path) -> None:
    done = printed(contradicted)
    assert [d.code for d in done.diagnostics if d.code.startswith("claim")] == ["claim-contradicted"]
    assert done.files == ()
    assert not (contradicted / "print").exists()
    assert done.proof is not None
    assert done.proof.count(Outcome.CONTRADICTED) == 1


def test_somebody_may_print_it_despite_that_and_says_why(contradicted: Path) -> None:
    wanted = PrintRequest(despite=("claim-contradicted",), why="the lecture defines it so")
    done = print_booklets(contradicted, actor=EXAMINER, wanted=wanted)
    assert [d.code for d in done.passed] == ["claim-contradicted"]
    assert "claim-contradicted" not in {d.code for d in done.diagnostics}
    with opened(contradicted):
        _, event = audit.events()
    assert "the lecture defines it so" in event.detail
    assert str(done.passed[0].place) in event.detail
    assert done.folder is not None
    with pypdfium2.PdfDocument(done.folder / "solution.pdf") as pdf:
        assert "contradicted" in pdf[len(pdf) - 1].get_textpage().get_text_range()


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (PrintRequest(despite=("claim-contradicted",)), "without a reason"),
        (PrintRequest(despite=("claim-contradicted",), why="  "), "without a reason"),
        (PrintRequest(despite=("off-page",), why="no time"), "despite off-page"),
        (PrintRequest(why="no time"), "--why without --despite or --new-edition"),
    ],
)
def test_what_cannot_be_passed_is_refused(contradicted: Path, wanted: PrintRequest, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        print_booklets(contradicted, actor=EXAMINER, wanted=wanted)
    assert not (contradicted / "print").exists()


def test_a_dry_run_proves_and_keeps_nothing(contradicted: Path) -> None:
    before = sorted(p for p in contradicted.rglob("*") if "__pycache__" not in str(p))
    assert "claim-contradicted" in {d.code for d in printed(contradicted, dry_run=True).diagnostics}
    assert sorted(p for p in contradicted.rglob("*") if "__pycache__" not in str(p)) == before
