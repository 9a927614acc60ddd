"""Every kind of page that an exam has on paper becomes a picture, in grey and in dots of pure black."""

from pathlib import Path

import pytest

from klausur.typeset import engine
from lab import paper_pictures


@pytest.mark.nightly
def test_every_kind_of_page_becomes_a_picture(tmp_path: Path) -> None:
    paper_pictures.main([str(tmp_path), str(paper_pictures.SUBJECTS / "statistics"), "--dpi", "40"])
    shown = {file.stem.rpartition("-")[0] for file in (tmp_path / "statistics-letter").glob("*.png")}
    assert shown >= {
        *("exam", "blackened", "solution", "booklets", "extra-sheets", "attendance", "proof", "stickers"),
        *("door-lists", "seat-plans", "checklist", "name-signs"),
    }


def test_pure_black_is_black_and_white(tmp_path: Path) -> None:
    made = engine.typeset("#rect(fill: luma(50%))", {}, root=tmp_path)
    assert isinstance(made, engine.Typeset)
    (tmp_path / "grey.pdf").write_bytes(made.pdf)
    ((number, picture),) = paper_pictures.pictures(tmp_path / "grey.pdf", dpi=50, black=True)
    assert (number, picture.mode) == (1, "1")
    black, white = picture.histogram()[0], picture.histogram()[255]
    assert 0 < black < white
