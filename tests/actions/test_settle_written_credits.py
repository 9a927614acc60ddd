"""Credits that were written as a number: what waits, what people may say of it, and what it is worth then."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from tests.actions.conftest import EXAM_NUMBER, print_by_hand, result, scan_by_hand, write_exam
from tests.cast import EXAMINER

from klausur.actions.crossed_credits import crossed_credits
from klausur.actions.grade import grade
from klausur.actions.settle import Marked, settle
from klausur.actions.waiting import waiting
from klausur.base.errors import UsageError
from klausur.base.geometry import Box
from klausur.paper.answers import Doubt, Worth
from klausur.paper.fields import Field, FieldKind
from klausur.paper.layout import Layout, PageLayout
from klausur.paper.run import Booklet, PrintRun
from klausur.read.model import PageResult
from klausur.roster.model import Candidate
from klausur.state.facts import Author
from klausur.store.folder import opened

ADA = Author(EXAMINER, "")
BOX = Field(
    "word/credits",
    FieldKind.CREDIT_NUMBER,
    Box(100, 40, 30, 12),
    "word",
    credits=Fraction(2),
    step=Fraction(1),
)


def page(layout: Layout, index: int, booklet: int, value: str, *, flagged: bool = False) -> PageResult:
    """A second page with this number in its box."""
    seen = result(layout, index, booklet, 2)
    (reading,) = seen.readings
    return replace(seen, readings=(replace(reading, value=value, flagged=flagged),))


@pytest.fixture
def folder(tmp_path: Path, layout: Layout) -> Path:
    """Ada's credits are plain, those of the second booklet in doubt; in the third there are none."""
    place = tmp_path / "exam"
    write_exam(place)
    written = replace(layout, pages=(layout.pages[0], PageLayout(2, (BOX,))))
    people = Candidate("0371", "Ada Example"), Candidate("0372", "Jürgen Muster")
    print_by_hand(place, PrintRun(EXAM_NUMBER, (*map(Booklet, (1, 2), people), Booklet(3))), written)
    scan_by_hand(
        place,
        page(written, 0, 1, "2"),
        page(written, 1, 2, "1", flagged=True),
        page(written, 2, 3, "none"),
        result(written, 3, 1, 1),
    )
    return place


def test_what_is_plain_counts_and_the_rest_waits_until_somebody_says_what_the_question_can_give(
    folder: Path,
) -> None:
    doubts = {q.booklet: q.doubts for q in waiting(folder).questions if q.question == "word"}
    assert doubts == {2: (Doubt.DIGITS_UNCLEAR,), 3: (Doubt.NO_CREDIT,)}
    with opened(folder):
        guessed = crossed_credits(2, "word", [BOX])
        assert (guessed.only, guessed.sure) == (Fraction(1), False)
        assert crossed_credits(3, "word", [BOX]).only is None
    for wrong in ("3", "0.5", "-1"):
        with pytest.raises(UsageError, match="settles nothing") as told:
            settle(folder, 2, "word/credits", Marked(wrong), ADA)
        assert told.value.remedy == "say 0 to 2, in steps of 1, or none"
    with pytest.raises(UsageError, match="cannot give 3 credits"):
        settle(folder, 2, "word", Worth(Fraction(3)), ADA)
    settle(folder, 2, "word/credits", Marked("1"), ADA)
    settle(folder, 3, "word", Worth(Fraction(0)), ADA)
    assert not [q for q in waiting(folder).questions if q.question == "word"]
    rows = {row.booklet: row.questions[-1] for row in grade(folder, actor=EXAMINER).results.rows}
    assert rows[1] == 2
    assert rows[2] == 1
