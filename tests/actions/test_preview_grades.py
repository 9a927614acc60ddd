import json
from fractions import Fraction
from pathlib import Path

import pytest
from tests.cast import EXAMINER

from klausur.actions.preview_grades import preview_grades, to_json
from klausur.actions.settle import settle
from klausur.base.errors import UsageError
from klausur.paper.answers import Chosen, Worth
from klausur.state.facts import Author

ADA = Author(EXAMINER)
pytestmark = [pytest.mark.above_records, pytest.mark.usefixtures("scanned")]


def settled(folder: Path) -> Path:
    """Both booklets final, with 6 and 3 credits of 6."""
    settle(folder, 2, "numbers", Chosen(frozenset("b")), ADA)
    settle(folder, 2, "word", Worth(Fraction(1)), ADA)
    return folder


def test_the_present_key_and_others_are_counted(folder: Path) -> None:
    found = preview_grades(settled(folder), ["pass=60 best=90", "pass=60 pass-share=100"])
    assert (found.final, found.unfinished) == (2, 0)
    assert [tried.name for tried in found.tried] == ["present", "pass=60 best=90", "pass=60 pass-share=100"]
    assert [tried.passed for tried in found.tried] == [2, 1, 2]
    assert all(sum(many for _, many in tried.counts) == 2 for tried in found.tried)
    fitted = found.tried[2].key
    assert fitted.thresholds[-1][1] == 50


def test_nothing_is_written(folder: Path) -> None:
    preview_grades(settled(folder))
    assert not [path.name for path in folder.iterdir() if path.name.startswith("results")]


def test_open_booklets_are_counted_apart(folder: Path) -> None:
    found = preview_grades(folder)
    assert (found.final, found.unfinished) == (1, 1)


def test_what_is_no_key_is_refused_with_a_remedy(folder: Path) -> None:
    with pytest.raises(UsageError, match="pass=x") as caught:
        preview_grades(folder, ["pass=x"])
    assert caught.value.remedy


def test_the_preview_as_json(folder: Path) -> None:
    plain = json.loads(to_json(preview_grades(settled(folder), ["shift=-10"])))
    present, other = plain["keys"]
    assert present["name"] == "present"
    assert list(present["grades"]) == [*present["thresholds"], present["fail"]]
    assert {
        float(present["thresholds"][g]) - float(other["thresholds"][g]) for g in present["thresholds"]
    } == {10}
