from pathlib import Path

import pytest
from tests import cast
from tests.actions.conftest import write_exam

from klausur.actions import bring_list, change_candidate, mark_candidates, update_candidates
from klausur.actions.candidates import listing
from klausur.actions.change_candidate import Correction
from klausur.base.errors import MeanwhileError, NotFoundError, RefusedError
from klausur.base.stamps import stamp
from klausur.state.facts import Author, Standing

HEAD = "Registration number,Name\n"


@pytest.fixture
def unprinted(tmp_path: Path) -> Path:
    write_exam(tmp_path / "fresh")
    return tmp_path / "fresh"


def _bring(folder: Path, rows: str, seen: str = "", name: str = "new.csv") -> bring_list.Brought:
    path = folder.parent / name
    path.write_text(HEAD + rows)
    return bring_list.bring_list(folder, path, cast.EXAMINER, seen=seen)


def test_a_list_takes_the_place_of_the_one_before_which_can_be_taken_back(unprinted: Path) -> None:
    _bring(unprinted, "0371,Ada Example\n")
    (unprinted / "candidates.xlsx").write_bytes(b"passed over, as there is a CSV file")
    brought = _bring(unprinted, "0371,Ada Beispiel\n0372,Nora Neu\n")
    assert [c.name for c in brought.update.came] == ["Nora Neu"]
    assert [c.fields for c in brought.update.changed] == [("name",)]
    assert [p.enrolled.candidate.name for p in listing(unprinted).people] == ["Ada Beispiel", "Nora Neu"]
    assert (unprinted / "candidates-before.xlsx").exists()
    bring_list.take_back(unprinted, cast.EXAMINER)
    assert [p.enrolled.candidate.name for p in listing(unprinted).people] == ["Ada Example"]
    bring_list.take_back(unprinted, cast.EXAMINER)
    assert [p.enrolled.candidate.name for p in listing(unprinted).people] == ["Ada Beispiel", "Nora Neu"]


def test_a_list_with_errors_or_of_who_may_not_bring_one_changes_nothing(unprinted: Path) -> None:
    brought = _bring(unprinted, "0371,Ada Example\n0371,Ada Zwei\n")
    assert brought.file is None
    assert "roster-duplicate" in [d.code for d in brought.diagnostics]
    with pytest.raises(RefusedError, match="may not take over a list"):
        bring_list.bring_list(unprinted, unprinted.parent / "new.csv", cast.PROCTOR)
    with pytest.raises(NotFoundError, match="no earlier list"):
        bring_list.take_back(unprinted, cast.EXAMINER)
    assert not list(unprinted.glob("candidates*"))


def test_what_would_change_otherwise_than_was_shown_is_not_taken_over(unprinted: Path, folder: Path) -> None:
    seen = stamp(_bring(unprinted, "0371,Ada Example\n").update)
    with pytest.raises(MeanwhileError):
        _bring(unprinted, "0371,Ada Example\n", seen=seen)
    with pytest.raises(RefusedError, match="was printed"):
        _bring(folder, "0371,Ada Example\n")
    author, path = Author(cast.EXAMINER), folder.parent / "new.csv"
    shown = update_candidates.update_candidates(folder, path, author, dry_run=True)
    (ada, *_) = (p.enrolled for p in listing(folder).people)
    change_candidate.change(folder, "0371", Correction(name="Ada Beispiel"), author)
    with pytest.raises(MeanwhileError):
        update_candidates.update_candidates(folder, path, author, seen=stamp(shown.update))
    with pytest.raises(MeanwhileError):
        mark_candidates.mark(folder, "0371", Standing.ILL, Author(cast.EXAMINER, "so"), seen=stamp(ada))
    assert [p.enrolled.standing for p in listing(folder).people] == [Standing.REGISTERED] * 2
