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
    scanned_once,
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


def test_a_question_is_assigned_judged_twice_and_counted(klausur: Call, folder: Path) -> None:  # noqa: F811
    def call(*words: str) -> str:
        done = klausur("judge", *words, "--exam", folder)
        assert done.code == 0, done.err
        return done.out

    assert "judged once" in call("rules", "2.1")
    said = call(
        "rules", "2.1", "--second", "100", "--tolerance", "0.5", "--counts", "first", "--repeat", "20/30"
    )
    assert "blind second correction of 100 % of the answers" in said
    assert "within 0.5 credits counts: first" in said
    assert "each 20. answer is an own one" in call("rules", "2.1")
    assert "assignment" in call(
        "assign", "2.1", "Konrad", "--share", "1/2", "--due", "2020-01-31", "--note", "soon"
    )
    call("assign", "word", "Ada", "--share", "1-2", "--round", "second")
    call("answer", "2", "2.1", "--items", "1", "--who", "Konrad")
    shown = call("assignments")
    assert "1/2" in shown
    assert "1-2" in shown
    assert "2020-01-31" in shown
    (word,) = json.loads(call("assignments", "--json"))["questions"]
    assert [(p["there"], p["left"]) for p in word["portions"]] == [(1, 0), (2, 1)]
    assert word["open"] == {"second": 1}
    made = call("answer", "2", "2.1", "--items", "none", "--who", "Ada")
    assert "0 credits" in made
    figures = json.loads(call("figures", "--json"))
    assert [(f["who"], f["judged"], f["doubles"]["mean"]) for f in figures["figures"]] == [
        ("Ada", 1, "-2"),
        ("Konrad", 1, "2"),
    ]
    header, *rows = call("figures", "--csv").splitlines()
    assert header.startswith("question,who,judged,seconds,mean")
    assert [row.split(",")[1] for row in rows] == ["Ada", "Konrad"]
    assert "2.1\t2\tfirst\tKonrad\t2\tAda\t0" in call("figures")
    call("answer", "2", "2.1", "--items", "1", "--final", "--who", "Eva")
    assert "final" in call("list", "--booklet", "2", "--question", "word")
    assert "to Kim instead" in call("withdraw", "3", "--to", "Kim")
    assert "is no longer Konrad's" in call("withdraw", "2", "--why", "is ill")
    assert "judged once" in call("rules", "2.1", "--second", "0", "--repeat", "none")


@pytest.mark.long
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["answer", "2", "2.1", "--items", "1,1"], "is no item"),
        (["answer", "2", "2.1", "--items", "a"], "is no item"),
        (["answer", "2", "2.1", "--adjust", "x"], "x"),
        (["answer", "2", "2.1", "--adjust", "1", "--credits", "1"], "different questions"),
        (["answer", "2", "1.1"], "scored by what is crossed"),
        (["assign", "2.1", "Ada", "--share", "half"], "no share"),
        (["assign", "2.1", "Ada", "--due", "soon"], "no day"),
        (["rules", "2.1", "--blind"], "no second correction"),
        (["rules", "2.1", "--second", "100", "--tolerance", "x"], "x"),
        (["rules", "2.1", "--repeat", "20"], "how often"),
        (["rules", "2.1", "--seeds", "a"], "no booklets"),
        (["figures", "--csv", "--json"], "two forms"),
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
