"""``klausur rubric``, as an examiner at a keyboard calls it."""

import json
from pathlib import Path

import pytest
from tests.actions.conftest import (  # noqa: F401 - fixtures
    folder,
    layout,
    papers_remembered,
    record,
    recorded,
    scanned,
    scanned_once,
    small,
)

from .conftest import Call

pytestmark = pytest.mark.usefixtures("scanned")


def test_a_rubric_from_its_lines_to_a_change_that_is_taken_back(klausur: Call, folder: Path) -> None:  # noqa: F811
    def call(*words: str) -> str:
        done = klausur(*words, "--exam", folder)
        assert done.code == 0, done.err
        return done.out

    assert "1\t+2\ta word" in call("rubric", "show", "2.1")
    call("judge", "answer", "2", "2.1", "--items", "1")
    tried = call("rubric", "set", "2.1", "1", "--credits", "1,5", "--dry-run")
    assert "item 1: +2 → +1.5" in tried
    assert "2\t1.5" in tried
    assert "nothing was recorded" in tried
    assert "Recorded as change 1" in call("rubric", "add", "2.1", "a long word", "--credits", "0.5")
    call("rubric", "set", "2.1", "2", "--text", "long", "--each", "--apply")
    call("rubric", "move", "2.1", "2", "--before", "1")
    shown = json.loads(call("rubric", "show", "2.1", "--json"))
    assert [(line["id"], line["text"]) for line in shown["lines"]] == [("2", "long"), ("1", "a word")]
    assert len(shown["changes"]) == 3
    said = (
        "rubric",
        "set",
        "2.1",
        "1",
        "--credits",
        "1",
        "--apply",
        "--again",
        "--why",
        "too much",
        "--json",
    )
    made = json.loads(call(*said))
    assert (made["moved"], made["again"]) == ([2], [2])
    assert made["effects"][0]["looks"] == ["new"]
    assert "is taken back" in call("rubric", "undo", str(made["recorded"]))
    assert "item 3 added: [-0.5 from 2] lacks" in call(
        "rubric", "add", "2.1", "lacks", "--credits=-0.5", "--from", "2", "--dry-run"
    )
    call("rubric", "remove", "2.1", "2")
    assert "too much" in call("rubric", "show", "2.1")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["add", "2.1", "more"], "nothing says what the item gives"),
        (["add", "2.1", "more", "--credits", "much"], "is no number of credits"),
        (["add", "2.1", "more", "--credits", "1", "--in", "1"], "is no group"),
        (["add", "2.1", "more", "--credits", "1", "--before", "1", "--after", "1"], "three places"),
        (["set", "2.1", "1", "--cap", "2"], "is an item"),
        (["add", "2.1", "more", "--credits", "1", "--from", "2"], "takes nothing off"),
        (["set", "2.1", "1", "--from", "much"], "is no number of credits"),
        (["set", "2.1", "9", "--credits", "2"], "no item '9'"),
        (["move", "2.1", "1"], "where it goes"),
        (["remove", "2.1", "1"], "without an item"),
        (["show", "1.1"], "scored by what is crossed"),
        ([], "nothing is said"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    klausur: Call,
    folder: Path,  # noqa: F811
    words: list[str],
    says: str,
) -> None:
    done = klausur("rubric", *words, *(["--exam", folder] if words else []))
    assert done.code == 2
    assert says in done.err
