"""docs/guide/grade-lists.md says what the code does."""

import re
from pathlib import Path

from klausur.report.grade_list.fill import Unfilled
from klausur.report.grade_list.headings import CREDITS, GRADES, NUMBERS
from klausur.report.grade_list.request import Wanted
from klausur.report.grade_list.written import PLACES

GUIDE = (Path(__file__).parents[3] / "docs/guide/grade-lists.md").read_text(encoding="utf-8")


def test_the_headings_are_listed() -> None:
    text = " ".join(GUIDE.split())
    assert f"Headings of grades are {', '.join(GRADES)}." in text
    assert f"Headings of credits are {', '.join(CREDITS)}." in text
    assert f"or under {', '.join(NUMBERS)}." in text
    assert f"rounded to {PLACES} digits" in text


def test_what_columns_want_and_why_rows_get_nothing_is_listed() -> None:
    codes = re.findall(r"^\| `([a-z-]+)` \|", GUIDE, re.MULTILINE)
    assert codes == [*Wanted, *Unfilled]
