"""The call of Typst: errors as values, facts, and fonts of its own only."""

from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from PIL import Image

from klausur.typeset import engine, shipped_fonts


def test_a_fault_names_line_and_column(tmp_path: Path) -> None:
    found = engine.typeset("one\n\ntwo $x + undefinedname$", {}, root=tmp_path)
    assert isinstance(found, engine.TypstFault)
    assert found.message == "unknown variable: undefinedname"
    assert (found.line, found.column) == (3, 9)
    assert any("undefinedname" in hint for hint in found.hints)


def test_facts_carry_what_the_source_says(tmp_path: Path) -> None:
    fact = "context [#metadata((x: here().position().x / 1mm))<fact>]"
    source = f"#set page(margin: 0mm)\n#place(dx: 7mm, dy: 9mm, {fact})"
    made = engine.typeset(source, {}, root=tmp_path, ask=True)
    assert isinstance(made, engine.Typeset)
    assert made.facts == ({"x": pytest.approx(7)},)
    assert made.pdf.startswith(b"%PDF")


def test_data_reach_the_source_as_they_are(tmp_path: Path) -> None:
    source = "#let data = json(bytes(sys.inputs.data))\n#context [#metadata((name: data.name))<fact>]"
    name = 'Jürgen "O\'Muster" \\ #panic() $x$'
    made = engine.typeset(source, {"name": name}, root=tmp_path, ask=True)
    assert isinstance(made, engine.Typeset)
    assert made.facts == ({"name": name},)


def test_only_fonts_that_ship_are_known(tmp_path: Path) -> None:
    families = set(shipped_fonts.fonts().families())
    latin = {"DejaVu Sans Mono", "Libertinus Serif", "New Computer Modern", "New Computer Modern Math"}
    others = families - latin
    assert len(others) + len(latin) == len(families)
    assert all(name.startswith("Noto Sans ") for name in others)
    listed = (files("klausur.typeset") / "template" / "fonts.typ").read_text()
    assert [name for name in sorted(others) if f'"{name}"' not in listed] == []
    assert isinstance(engine.typeset('#set text(font: "Arial")\nwords', {}, root=tmp_path), engine.Typeset)


def test_equal_input_makes_equal_bytes(tmp_path: Path) -> None:
    one, two = (engine.typeset("words", {}, root=tmp_path, day=date(2031, 2, 7)) for _ in range(2))
    other = engine.typeset("words", {}, root=tmp_path, day=date(2032, 2, 7))
    assert one == two != other


PICTURE = ("figures/one.png",)


def test_without_links_it_comes_to_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "figures").mkdir()
    Image.new("L", (4, 2)).save(tmp_path / PICTURE[0])
    source = '#image("/figures/one.png")\n#context [#metadata(here().page())<fact>]'
    linked = engine.typeset(source, {}, root=tmp_path, files=PICTURE, ask=True)
    assert isinstance(linked, engine.Typeset)
    assert [path.name for path in tmp_path.iterdir()] == ["figures"]

    def refuse(_path: Path, _to: Path) -> None:
        raise OSError("links are not for everybody here")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    monkeypatch.setattr(engine, "apart", lambda function, *given: function(*given))
    assert engine.typeset(source, {}, root=tmp_path, files=PICTURE, ask=True) == linked


@pytest.mark.parametrize(
    "path",
    [
        "/secret",
        "/figures/other.png",
        "/.klausur/key",
        "../secret",
        "/../secret",
        "{root}/secret",
        "/out/secret",
    ],
)
def test_a_source_reads_what_it_is_shown_and_nothing_else(tmp_path: Path, path: str) -> None:
    exam, elsewhere = tmp_path / "exam", tmp_path / "elsewhere"
    for folder in (exam / "figures", exam / ".klausur", elsewhere):
        folder.mkdir(parents=True)
    for file in ("secret", "exam/secret", "exam/figures/other.png", "exam/.klausur/key", "elsewhere/secret"):
        (tmp_path / file).write_text("secret")
    Image.new("L", (4, 2)).save(exam / PICTURE[0])
    (exam / "out").symlink_to(elsewhere)
    source = f'#image("/{PICTURE[0]}")\n#read("{path.format(root=tmp_path)}")'
    found = engine.typeset(source, {}, root=exam, files=PICTURE)
    assert isinstance(found, engine.TypstFault), found
    assert not engine.without_glyph(source, {}, root=exam, files=PICTURE)


def test_what_shows_pictures_or_has_fonts_of_its_own_is_typeset_within_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways: list[str] = []
    monkeypatch.setattr(engine, "apart", lambda *_: ways.append("apart"))
    monkeypatch.setattr(engine, "_typeset", lambda *_: ways.append("here"))
    engine.typeset("names", {}, root=tmp_path)
    engine.typeset("a picture", {}, root=tmp_path, files=PICTURE)
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts/own.ttf").write_bytes(b"no font at all")
    engine.typeset("names", {}, root=tmp_path)
    assert ways == ["here", "apart", "apart"]


def test_a_picture_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    found = engine.typeset('#image("/none.png")', {}, root=tmp_path / "no" / "such", files=["none.png"])
    assert isinstance(found, engine.TypstFault)
