"""``klausur judge``, as somebody at a keyboard calls it."""

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
    small,
)

from .conftest import Call

pytestmark = pytest.mark.usefixtures("scanned")


def test_an_answer_from_its_question_to_the_examiner_to_what_it_earns(klausur: Call, folder: Path) -> None:  # noqa: F811
    def call(*words: str) -> str:
        done = klausur("judge", *words, "--exam", folder)
        assert done.code == 0, done.err
        return done.out

    assert "put aside" in call("park", "2", "2.1", "Is that a word?", "--who", "Konrad Korrektor")
    assert "Is that a word?" in call("list")
    assert "is judged again" in call("reply", "1", "It is.")
    tried = call("answer", "2", "2.1", "--items", "1", "--dry-run")
    assert "booklet 2, word: 2 credits, items 1 (dry run: nothing was recorded)" in tried
    call("answer", "2", "2.1", "--items", "1", "--comment", "well done")
    made = json.loads(
        call("answer", "2", "2.1", "--items", "1", "--adjust", "-0,5", "--reason", "x", "--json")
    )
    assert (made["judged"]["credits"], made["judged"]["adjustment"]) == ("1.5", "-0.5")
    assert "counts no more" in call("undo", str(made["id"]))
    shown = call("list", "--booklet", "2", "--question", "word")
    assert "well done" in shown
    assert "taken back" in shown
    (word,) = json.loads(call("list", "--json"))["questions"]
    assert (word["there"], word["open"], sum(word["judged"].values())) == (2, 0, 1)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["answer", "2", "2.1", "--items", "1,1"], "is no item"),
        (["answer", "2", "2.1", "--items", "a"], "is no item"),
        (["answer", "2", "2.1", "--adjust", "x"], "x"),
        (["answer", "2", "2.1", "--adjust", "1", "--credits", "1"], "different questions"),
        (["answer", "2", "1.1"], "scored by what is crossed"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    klausur: Call,
    folder: Path,  # noqa: F811
    words: list[str],
    says: str,
) -> None:
    done = klausur("judge", *words, "--exam", folder)
    assert done.code == 2
    assert says in done.err
