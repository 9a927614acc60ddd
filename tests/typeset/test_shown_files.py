"""What Typst is shown of an exam's folder: pictures, and the pictures in them, that really lie there."""

from pathlib import Path

from PIL import Image
from tests.typeset.conftest import text

from klausur.typeset.shown_files import shown_files

_SVG = '<svg xmlns="http://www.w3.org/2000/svg"><image href="{}"/></svg>'


def test_pictures_and_those_in_them(tmp_path: Path) -> None:
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures/outer.svg").write_text(_SVG.format("inner.svg"))
    (tmp_path / "figures/inner.svg").write_text(_SVG.format("../one.png"))
    for name in ("one.png", "figures/other.png"):
        Image.new("L", (4, 2)).save(tmp_path / name)
    contents = [text('#image("/figures/outer.svg")'), text("words"), text('#image("/figures/none.png")')]
    assert shown_files(contents, tmp_path) == ("figures/inner.svg", "figures/outer.svg", "one.png")


def test_no_picture_that_lies_elsewhere_or_is_hidden(tmp_path: Path) -> None:
    exam = tmp_path / "exam"
    (exam / ".klausur").mkdir(parents=True)
    for name in ("mine.png", "exam/.klausur/scan.png"):
        Image.new("L", (4, 2)).save(tmp_path / name)
    (exam / "link.png").symlink_to(tmp_path / "mine.png")
    (exam / "inner.png").symlink_to(exam / ".klausur/scan.png")
    (exam / "drawing.svg").write_text(_SVG.format("link.png"))
    names = ("link.png", "inner.png", ".klausur/scan.png", "../mine.png", "drawing.svg")
    assert shown_files([text(f'#image("/{name}")') for name in names], exam) == ("drawing.svg",)
