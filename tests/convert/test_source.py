"""Bytes of foreign files: encodings, several files at once, files and folders that cannot be."""

from datetime import date
from pathlib import Path

import pytest

from klausur.actions.import_exam import import_exam
from klausur.base.errors import NotFoundError, RefusedError
from klausur.exam import source

from .conftest import Move

GIFT = "::Größe::Wie groß ist die Straße?{~klein =groß}\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_encoding_is_read(move: Move, encoding: str) -> None:
    moved = move("bank.gift", GIFT.replace("\n", "\r\n").encode(encoding))
    (question,) = moved.questions
    assert question.content.text == "Wie groß ist die Straße?"
    assert question.title == "Größe"


def test_several_files_make_one_exam(tmp_path: Path) -> None:
    for name in ("waves", "heat"):
        (tmp_path / f"{name}.gift").write_text("Same?{T}\n")
    done = import_exam(
        [tmp_path / "waves.gift", tmp_path / "heat.gift"], tmp_path / "here", today=date(2026, 1, 5)
    )
    exam = source.parse(done.folder).exam
    assert exam is not None
    assert [p.title for p in exam.problems] == ["waves", "heat"]
    assert len({q.id for q in exam.questions}) == 2


def test_nothing_is_written_over_and_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    bank = tmp_path / "bank.gift"
    bank.write_text(GIFT)
    assert import_exam([bank], tmp_path / "here", dry=True).files == ()
    assert not (tmp_path / "here").exists()
    with pytest.raises(NotFoundError, match="no file"):
        import_exam([tmp_path / "other.gift"], tmp_path / "here")
    with pytest.raises(RefusedError, match="not empty"):
        import_exam([bank], tmp_path)
