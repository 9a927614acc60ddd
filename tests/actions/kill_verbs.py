"""What is done to an exam folder and killed: all that writes, but scans and printing.

Candidates are 0371 and 0372, the exam is the small one; what waits is looked up.
"""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from tests.actions.kill_trials import Verb
from tests.cast import EXAMINER
from tests.exams import by_hand

from klausur.actions.archive import archive
from klausur.actions.bring_homework import bring_homework
from klausur.actions.change_candidate import Correction, add, change
from klausur.actions.change_rubric import change_rubric
from klausur.actions.fill_grades import fill_grades
from klausur.actions.grade import grade
from klausur.actions.judge import Ticked, judge
from klausur.actions.mark_candidates import mark
from klausur.actions.settle import Marked, settle
from klausur.actions.settle_page import accept, settle_page
from klausur.actions.settle_tie import settle_booklet, settle_extra, settle_signature
from klausur.actions.take_over_key import take_over_key
from klausur.actions.update_candidates import update_candidates
from klausur.actions.waive_pages import waive_pages
from klausur.actions.write_back_key import write_back_key
from klausur.exam.differences import DifferenceKind
from klausur.exam.differences.parts import OF_QUESTION, Item, strike
from klausur.exam.frozen import Frozen, freeze
from klausur.exam.model import Exam, Strike
from klausur.exam.rubric_lines import RubricLine
from klausur.paper.answers import Chosen, Worth
from klausur.read.model import Mark, Signed
from klausur.report.grade_list.request import FillRequest
from klausur.roster.model import Candidate
from klausur.scan.model import Reason
from klausur.state.facts import Author, Bond, Spot, Standing, StoredImage, Verdict
from klausur.store import derive, exams, pages
from klausur.store.derive import EVERYTHING
from klausur.store.folder import opened
from klausur.store.frame import Frame

ME = Author(EXAMINER, "killed on the way")
CHOICES = "problems/1-choices.md"


def image(folder: Path, reason: Reason) -> StoredImage:
    """The first image that could not be placed for this reason, whatever was decided about it since."""
    with opened(folder):
        return next(i for i in pages.images() if i.unplaced is not None and i.unplaced.reason is reason)


def page_twice(folder: Path) -> Spot:
    """The page that is there twice."""
    why = image(folder, Reason.TWICE).unplaced
    if why is None or why.code is None:
        raise ValueError("no page is there twice")
    return Spot.of(why.code)


def first_ignored(folder: Path) -> None:
    """Of a page that is there twice, ignore the image that counts."""
    spot = page_twice(folder)
    with opened(folder):
        counting = next(i.id for i in pages.images() if i.machine == spot)
    settle_page(folder, counting, Verdict.IGNORED, ME)


def placed(folder: Path) -> None:
    """Place the other one by hand."""
    settle_page(folder, image(folder, Reason.TWICE).id, Verdict.PLACED, ME, spot=page_twice(folder))


def key_on_disk(folder: Path) -> None:
    """The author mends the key in the source."""
    path = folder / CHOICES
    text = path.read_text("utf-8")
    path.write_text(text.replace("- [ ] The number 1.", "- [x] The number 1."), "utf-8")


def key_in_records(folder: Path) -> None:
    """Somebody mends the key in the records: what is in two files of the source."""
    with opened(folder):
        printed = exams.as_printed(1, folder)
        if printed is None:
            raise ValueError("the exam was not kept")
        texts = freeze(Frozen(tuple(map(_mended, printed.exams)), printed.files)), freeze(printed)
        with by_hand():
            exams.decide(1, *texts, printed.first.digest, ["mended"], ME)
            derive.refresh(Frame(folder), EVERYTHING)


def _mended(exam: Exam) -> Exam:
    right = Item(DifferenceKind.RIGHT, "letters")
    problems = tuple(
        replace(
            problem,
            questions=tuple(
                OF_QUESTION[right.kind].put(q, ("b",)) if q.id == right.question else q
                for q in problem.questions
            ),
        )
        for problem in exam.problems
    )
    return replace(exam, problems=problems, grading=strike(exam.grading, "numbers", Strike.FULL))


def updated(folder: Path) -> None:
    """Take over a newer list."""
    update_candidates(folder, folder / "newer.csv", ME)


def newer(folder: Path) -> None:
    """Write a newer list."""
    text = "Registration number,Name\n0371,Ada Beispiel\n0372,Jürgen Muster\n0375,Fay Example\n"
    (folder / "newer.csv").write_text(text, "utf-8")


def sheets(folder: Path) -> None:
    """Somebody hands out a list with credits, and an empty column for grades."""
    (folder / "sheets.csv").write_text("Matrikelnummer,Sheets,Note\n0371,1,\n0372,2,\n", "utf-8")


def brought(folder: Path) -> None:
    """Bring the credits of the list in."""
    bring_homework(folder, folder / "sheets.csv", "Sheets", ME)


def filled(folder: Path) -> None:
    """Fill the list."""
    fill_grades(folder, FillRequest(folder / "sheets.csv", overwrite=True), actor=EXAMINER)


def word_judged(folder: Path) -> None:
    """Somebody judges the word."""
    judge(folder, 2, "word", Ticked({"1": 1}), ME, act="before")


def rubric_changed(folder: Path) -> None:
    """Change its rubric, count what is judged anew, and open it."""
    worth = RubricLine("1", credits=Fraction(1), text="a word")
    more = RubricLine("", credits=Fraction(1), text="another")
    change_rubric(folder, "word", [worth, more], ME, apply=True, again=True)


def archived(folder: Path) -> None:
    """Archive to a file beside the folder."""
    file = folder.with_name(f"{folder.name}.zip")
    file.unlink(missing_ok=True)
    archive(folder, file, actor=EXAMINER)


def _verbs() -> dict[str, Verb]:
    found = (
        Verb("settle box", lambda f: settle(f, 2, "numbers/choice/a", Marked(Mark.CROSSED), ME)),
        Verb("settle choices", lambda f: settle(f, 2, "letters", Chosen(frozenset("ac")), ME)),
        Verb("settle credits", lambda f: settle(f, 2, "word", Worth(Fraction(1)), ME)),
        Verb("settle ignored", lambda f: settle_page(f, image(f, Reason.DUPLICATE).id, Verdict.IGNORED, ME)),
        Verb("settle accepted", lambda f: accept(f, image(f, Reason.TWICE).id, ME)),
        Verb("settle placed", placed, prepare=first_ignored),
        Verb("settle owner", lambda f: settle_booklet(f, 3, Bond.TIED, ME, registration="0372")),
        Verb("settle nobody", lambda f: settle_booklet(f, 2, Bond.NOBODY, ME)),
        Verb("settle extra", lambda f: settle_extra(f, 1, Bond.TIED, ME, booklet=1)),
        Verb("settle signature", lambda f: settle_signature(f, "0371", Signed.YES, ME)),
        Verb("settle missing", lambda f: waive_pages(f, [(3, 1), (3, 2)], ME)),
        Verb("candidates add", lambda f: add(f, Candidate("0399", "Zoë Neu"), ME, booklet=3)),
        Verb("candidates change", lambda f: change(f, "0371", Correction(name="Ada Beispiel"), ME)),
        Verb("candidates mark", lambda f: mark(f, "0372", Standing.ILL, ME)),
        Verb("candidates update", updated, prepare=newer),
        Verb("key take-over", lambda f: take_over_key(f, ME), prepare=key_on_disk, once=False),
        Verb("key write-back", lambda f: write_back_key(f, ME), prepare=key_in_records, once=False),
        Verb("rubric", rubric_changed, prepare=word_judged),
        Verb("homework", brought, prepare=sheets, once=False),
        Verb("grades", filled, prepare=sheets, once=False),
        Verb("grade", lambda f: grade(f, actor=EXAMINER), once=False),
        Verb("archive", archived),
    )
    return {verb.name: verb for verb in found}


VERBS = _verbs()
