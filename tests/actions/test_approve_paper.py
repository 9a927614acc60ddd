"""A second person approves just the paper that is printed, where the exam asks for it."""

from pathlib import Path

import pytest
from tests.cast import CORRECTOR, EXAMINER

from klausur.actions import approve_paper
from klausur.actions.approve_paper import approve, look
from klausur.actions.print_booklets import print_booklets
from klausur.actions.print_request import PrintRequest
from klausur.actions.verify import verify
from klausur.base.diagnostics import errors
from klausur.base.errors import KlausurError, RefusedError, UsageError
from klausur.state.facts import Actor, Author, Role

from .conftest import write_exam

BERTA = Actor("Berta Zweite", Role.EXAMINER)


@pytest.fixture
def exam(tmp_path: Path) -> Path:
    place = tmp_path / "exam"
    write_exam(place)
    with (place / "exam.toml").open("a") as file:
        file.write("\n[print]\nfour_eyes = true\n")
    return place


def codes(place: Path, who: Actor = EXAMINER, *, dry_run: bool = True, **wanted: object) -> list[str]:
    asked = PrintRequest(spare=1, **wanted)  # type: ignore[arg-type]
    done = print_booklets(place, actor=who, wanted=asked, dry_run=dry_run, seed=11)
    return [each.code for each in errors(done.diagnostics)]


@pytest.mark.long
def test_print_waits_for_somebody_else_who_approves_just_this_paper(exam: Path) -> None:
    assert codes(exam) == ["paper-unapproved"]
    found = look(exam)
    assert (found.asked, found.approved) == (True, ())
    approve(exam, found.paper, found.source, Author(EXAMINER))
    assert codes(exam) == ["paper-unapproved"], "who prints approves nothing for themselves"
    for _ in range(2):
        approved = approve(exam, found.paper, found.source, Author(BERTA))
    assert [each.who for each in approved] == [EXAMINER.name, BERTA.name]
    assert codes(exam) == []
    text = exam / "problems" / "2-words.md"
    text.write_text(text.read_text().replace("Name a word.", "Name a verb."))
    assert codes(exam) == ["paper-unapproved"]
    text.write_text(text.read_text().replace("Name a verb.", "Name a word."))
    assert codes(exam, dry_run=False) == []
    assert verify(exam, actor=EXAMINER).holds
    # What is added is the paper that was approved; another edition is another paper.
    assert codes(exam) == []
    text.write_text(text.read_text().replace("Name a word.", "Name a verb."))
    assert codes(exam, new_edition=True, why="a mistake") == ["paper-unapproved"]


def test_it_is_printed_all_the_same_if_that_is_said_with_a_reason(exam: Path) -> None:
    with pytest.raises(UsageError, match="without a reason"):
        codes(exam, despite=("paper-unapproved",))
    assert codes(exam, dry_run=False, despite=("paper-unapproved",), why="nobody is there") == []


def test_what_has_errors_or_is_no_paper_is_not_approved(exam: Path) -> None:
    with pytest.raises(UsageError, match="names no paper"):
        approve(exam, "x", "y", Author(BERTA))
    with pytest.raises(RefusedError, match="may not approve"):
        approve(exam, "a" * 64, "b" * 64, Author(CORRECTOR))
    assert not (exam / ".klausur").exists()
    (exam / "problems" / "2-words.md").write_text("# Words\n")
    with pytest.raises(KlausurError, match="has errors"):
        look(exam)
    assert approve_paper.of(exam, "a" * 64) == ()
