"""Findings look the same everywhere, and each has a known code."""

import json
import pickle
import re

import pytest

from klausur.base.codes import CODES
from klausur.base.diagnostics import Diagnostic, Place, Severity, errors


@pytest.mark.parametrize(
    ("place", "text"),
    [(Place("exam.toml"), "exam.toml"), (Place("a.md", 3), "a.md:3"), (Place("a.md", 3, 9), "a.md:3:9")],
)
def test_places(place: Place, text: str) -> None:
    assert str(place) == text


def test_two_lines_for_a_terminal() -> None:
    found = Diagnostic("rubric-over", "too much", Place("problems/1.md", 7), "take something off")
    assert str(found) == "problems/1.md:7: error[rubric-over] too much\n    take something off"


def test_plain_values_for_other_programs() -> None:
    found = Diagnostic("solution-missing", "none", Place("problems/1.md", 7), "add one")
    assert json.loads(json.dumps(found.as_json())) == {
        "code": "solution-missing",
        "severity": "warning",
        "message": "none",
        "hint": "add one",
        "place": {"file": "problems/1.md", "line": 7, "column": 0},
    }


def test_a_code_that_is_not_documented_is_refused() -> None:
    with pytest.raises(KeyError, match="no-such-code"):
        Diagnostic("no-such-code", "m", Place("f"), "h")


def test_errors_leave_warnings_out_and_keep_the_order() -> None:
    found = [Diagnostic(code, code, Place("f"), "h") for code in CODES]
    stopped = errors(found)
    assert [d.code for d in stopped] == [code for code, entry in CODES.items() if entry.severity == "error"]
    assert len(stopped) < len(found)


def test_findings_pickle_and_compare() -> None:
    found = Diagnostic("time-order", "m", Place("exam.toml", 4), "h")
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301 - our own bytes
    assert len({found, Diagnostic("time-order", "m", Place("exam.toml", 4), "h")}) == 1


def test_the_table_is_well_formed() -> None:
    for code, entry in CODES.items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)+", code)
        assert entry.severity in set(Severity)
        assert entry.meaning
        assert not entry.meaning.endswith(".")
