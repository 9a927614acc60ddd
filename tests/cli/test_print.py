"""``klausur print`` on the command line: what it says of a plan, and its exit codes, dry or not."""

import json
from pathlib import Path

import pytest
from tests.cast import EXAMINER
from tests.exams import copy_exam

from klausur.actions.new import new
from klausur.actions.print_booklets import print_booklets
from klausur.actions.print_request import PrintRequest

from .conftest import Call, Said


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new exam with one spare booklet printed. Copy it before use."""
    place = tmp_path_factory.mktemp("once") / "exam"
    new(place)
    (place / "rooms.toml").unlink()
    print_booklets(place, actor=EXAMINER, wanted=PrintRequest(spare=1))
    return place


@pytest.fixture
def printed(once: Path, tmp_path: Path) -> Path:
    return copy_exam(once, tmp_path / "exam")


def both(klausur: Call, *words: object) -> Said:
    """Dry first, then in earnest: both end with the same code, and plan the same."""
    dry, dry_json = klausur("print", *words, "--dry-run"), klausur("print", *words, "--dry-run", "--json")
    told = klausur("print", *words, "--json")
    assert dry.code == dry_json.code == told.code
    if told.out.strip():
        would, did = (json.loads(said.out.splitlines()[-1]) for said in (dry_json, told))
        for name in ("printing", "edition", "numbers", "before", "differences", "key", "refused", "piles"):
            assert would[name] == did[name], name
    return dry


@pytest.mark.nightly
def test_an_addition_says_that_everything_before_stays_valid(klausur: Call, printed: Path) -> None:
    said = both(klausur, printed, "--spare", 2)
    assert said.code == 0
    assert "This is printing 2, of edition 1. The booklet that was printed before" in said.out
    assert "stay valid" in said.out


@pytest.mark.nightly
def test_another_paper_is_refused_with_what_differs(klausur: Call, printed: Path) -> None:
    toml = printed / "exam.toml"
    toml.write_text(toml.read_text("utf-8").replace("minutes = ", "minutes = 1"), encoding="utf-8")
    said = both(klausur, printed, "--spare", 1)
    assert said.code == 4
    assert "exam.toml: the minutes" in said.out
    assert "1 booklet exists" in said.err
    assert "--new-edition" in said.err
    said = both(klausur, printed, "--spare", 1, "--new-edition", "--why", "more time")
    assert said.code == 0
    assert "begins edition 2" in said.out


@pytest.mark.long
@pytest.mark.parametrize(
    ("words", "code"),
    [((), 2), (("--again", "1"), 2), (("--again", "x"), 2), (("--for-all", "--spare", 1), 2)],
)
def test_what_cannot_be_added_is_a_wrong_call(
    klausur: Call, printed: Path, words: tuple[object, ...], code: int
) -> None:
    assert both(klausur, printed, *words).code == code


def test_without_the_records_nothing_is_printed(klausur: Call, printed: Path) -> None:
    (printed / ".klausur").rename(printed / "gone")
    said = both(klausur, printed, "--spare", 1)
    assert said.code == 4
    assert "klausur restore" in said.err


def test_with_nobody_to_print_for_both_ways_are_named(klausur: Call, begun: Path) -> None:
    said = klausur("print", begun)
    assert said.code == 2
    assert "--candidates" in said.err
    assert "--spare" in said.err


@pytest.mark.long
def test_pages_that_nobody_asked_for_are_said(klausur: Call, begun: Path) -> None:
    toml = begun / "exam.toml"
    text = toml.read_text("utf-8")
    told = {}
    for asked in (0, 1, 2):
        toml.write_text(text.replace("extra_pages = 2", f"extra_pages = {asked}"), encoding="utf-8")
        told[asked] = klausur("print", begun, "--spare", 1, "--dry-run").out
    assert "Added 1 page for further answers: 1 asked for" in told[1]
    assert "Added" not in told[2]
    assert "blank" not in told[0] + told[2]
