"""Which exam a booklet asks, among editions and variants."""

from dataclasses import replace
from typing import cast

import pytest
from tests.state.conftest import NOW

from klausur.exam.model import Exam, Variants
from klausur.state.exams import PrintedExams
from klausur.state.facts import Numbers, Printing

NONE = Numbers(1, 0)
FIRST = Printing(1, 1, Numbers(1, 3), NONE, NONE, NONE, Variants(2), "Ada Example", NOW, "1", NOW)
UNDER_WAY = replace(FIRST, number=2, booklets=Numbers(4, 2), done=None)
SECOND = replace(FIRST, number=3, edition=2, booklets=Numbers(6, 2), variants=Variants())


def exam(name: str) -> Exam:
    return cast("Exam", name)


EXAMS = PrintedExams(
    (FIRST, UNDER_WAY, SECOND),
    # as records may come, in no order
    {(2, 1): exam("new 1"), (1, 2): exam("old 2"), (1, 1): exam("old 1"), (2, 3): exam("new 3")},
)


def test_the_newest_edition_s_lowest_variant_stands_for_all() -> None:
    assert EXAMS.first == exam("new 1")
    assert EXAMS.editions == (exam("old 1"), exam("new 1"))


def test_a_booklet_asks_what_its_printing_did() -> None:
    assert [EXAMS.of(n) for n in (1, 2, 3, 6, 7)] == list(
        map(exam, ("old 1", "old 2", "old 1", "new 1", "new 1"))
    )


@pytest.mark.parametrize("number", [4, 5, 8, 0])
def test_what_no_printing_finished_is_no_booklet(number: int) -> None:
    with pytest.raises(LookupError, match=f"no booklet {number}"):
        EXAMS.at(number)


def test_an_exam_that_was_not_kept_is_told() -> None:
    lost = PrintedExams((FIRST,), {(1, 1): exam("old 1")})
    with pytest.raises(LookupError, match="variant 2 of edition 1"):
        lost.of(2)
