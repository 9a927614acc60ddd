"""Characters that no font can show are found, each at its line; a font in the exam's folder brings them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from klausur.base.diagnostics import Place
from klausur.exam.content import Content
from klausur.exam.model import Exam
from klausur.exam.source import parse
from klausur.roster.model import Candidate
from klausur.typeset.missing_glyphs import in_names, unprintable
from klausur.typeset.papers import Form, Paper, compile_paper

PROBLEM = """\
# Scripts ⴰ

<!-- ⴱ in a comment is not printed -->
Words.

## Signs {#signs credits=1}

Greek αβγ, Cyrillic Жѣ, $\\sum_i ∮$, → and ✓ are fine, and so is `code`.
The second line has ⴱⵣ.

- [x] Ölçü
- [ ] &#x2D3C;
"""


def write(folder: Path, problem: str = PROBLEM) -> Exam:
    """The exam in a folder with this problem."""
    (folder / "problems").mkdir(exist_ok=True)
    (folder / "exam.toml").write_text(
        'title = "ⴻ"\ndate = 2031-02-07\nstart = "10:00"\nminutes = 5\n', encoding="utf-8"
    )
    (folder / "problems" / "1.md").write_text(problem, encoding="utf-8")
    exam = parse(folder).exam
    assert exam is not None
    return exam


def missing(paper: Paper) -> list[tuple[str, str]]:
    """Where characters are missing, and which; nothing else may be found."""
    assert {d.code for d in paper.diagnostics} <= {"glyph-missing"}
    return [(str(d.place), d.message.split(" show ")[1].split(" (")[0]) for d in paper.diagnostics]


def font(path: Path, characters: str) -> None:
    """A font in which these characters are black squares."""
    builder = FontBuilder(1000, isTTF=True)
    names = [".notdef", *(f"g{ord(c):X}" for c in characters)]
    pen = TTGlyphPen(None)
    for at, step in enumerate(((0, 0), (0, 800), (800, 800), (800, 0))):
        (pen.lineTo if at else pen.moveTo)(step)
    pen.closePath()
    square = pen.glyph()
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(c): f"g{ord(c):X}" for c in characters})
    builder.setupGlyf(dict.fromkeys(names, square))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Squares", "styleName": "Regular", "psName": "Squares-Regular"})
    builder.setupOS2(sTypoAscender=800, usWinAscent=800, usWinDescent=200)
    builder.setupPost()
    builder.save(path)


def test_each_is_reported_at_its_line(tmp_path: Path) -> None:
    found = missing(compile_paper(write(tmp_path), Form.EXAM))
    assert sorted(found) == [
        ("exam.toml:1", "ⴻ"),
        ("problems/1.md:1", "ⴰ"),
        ("problems/1.md:12", "ⴼ"),
        ("problems/1.md:9", "ⴱ"),
    ]


def test_a_font_in_the_folder_brings_them(tmp_path: Path) -> None:
    before = write(tmp_path)
    (tmp_path / "fonts").mkdir()
    font(tmp_path / "fonts" / "squares.ttf", "ⴻⴰⴱⵣ")
    after = write(tmp_path)
    assert missing(compile_paper(after, Form.EXAM)) == [("problems/1.md:12", "ⴼ")]
    assert before.digest != after.digest, "the font belongs to the exam's source"


@pytest.mark.parametrize("name", ["squares.ttf", "squares.txt"])
def test_a_file_that_is_no_font_is_passed_over(tmp_path: Path, name: str) -> None:
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / name).write_bytes(b"no font")
    assert len(missing(compile_paper(write(tmp_path), Form.EXAM))) == 4


def test_a_piece_that_typst_refuses_hides_nothing(
    exam: Exam, of_questions: Callable[..., Exam], typst: Callable[..., Content]
) -> None:
    first, second, *_ = exam.questions
    bad = of_questions(
        replace(first, content=typst("#nosuchfunction[x]", 3)), replace(second, content=typst("ⴱ", 5))
    )
    found = {(d.code, d.place) for d in compile_paper(bad, Form.EXAM).diagnostics}
    file = "problems/1-first.md"
    assert found == {("typeset-failed", Place(file, 3)), ("glyph-missing", Place(file, 5))}


def test_names_that_cannot_be_printed(tmp_path: Path) -> None:
    names = ["Şükrü Ölçer", "Ελένη", "Ольга", "Nguyễn Thị", "王小明", "Юлія", "محمد", "שרה", "สมชาย", "नीता"]
    assert unprintable([*names, "さくら 김민수 #x *y* $z$"], tmp_path) == frozenset()
    assert unprintable(["ⴰⴱ (Ada)", "#x *y* $z$"], tmp_path) == frozenset("ⴰⴱ")


def test_the_candidate_with_such_a_name_is_told(tmp_path: Path) -> None:
    people = [Candidate("01234567", "Ada"), Candidate("12345678", "ⴰⴱ"), Candidate("23456789", "王小明")]
    (found,) = in_names(people, "list.csv", tmp_path)
    assert (found.code, found.place) == ("glyph-missing", Place("list.csv"))
    assert "ⴰ (U+2D30 TIFINAGH LETTER YA), ⴱ" in found.message
    assert "12345678" in found.message


@pytest.mark.parametrize(
    "text", ["王小明", "日本語のテスト", "한국어", "ما هو الجواب", "מה התשובה", "ไทย हिन्दी"]
)
def test_other_scripts_are_set_in_fonts_that_ship(tmp_path: Path, text: str) -> None:
    exam = write(
        tmp_path,
        f"# Scripts\n\n## Signs {{#signs credits=1}}\n\n{text} **{text}** `{text}`\n\n- [x] {text}\n",
    )
    found = compile_paper(replace(exam, title="Title"), Form.EXAM).diagnostics
    assert not found
