"""The exam as it is kept: nothing is lost on the way through JSON, and every release reads version 1."""

import json
from dataclasses import replace
from datetime import date, time
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from tests.exam import varied
from tests.exam.conftest import Made
from tests.exam.made_exams import FOLDER, frozens

from klausur.base.diagnostics import Place
from klausur.base.errors import NotFoundError, RefusedError, ToolError
from klausur.exam import reference
from klausur.exam.content import Content, Figure, Formula
from klausur.exam.frozen import Frozen, freeze, gather, joined, materialise, thaw, thaw_bare
from klausur.exam.model import (
    Question,
    RoundAt,
    Rounding,
    RoundKind,
    Scheme,
    SchemeKind,
    Shuffled,
    Strike,
    Variants,
)
from klausur.exam.source import parse_variants
from klausur.exam.variants import as_printed
from klausur.score.total import worth

FIXTURE = Path(__file__).parent / "kept" / "exam-1.json"
"""Written by the first release that kept exams. It is never written anew: later releases must read it."""


def parsed(folder: Path, *numbers: int) -> Frozen:
    exams = [p.exam for p in parse_variants(folder, numbers) if p.exam is not None]
    return gather(exams, folder)


@settings(max_examples=30)
@given(frozens())
def test_nothing_is_lost(frozen: Frozen) -> None:
    assert thaw(freeze(frozen), FOLDER) == frozen


@pytest.mark.long
@settings(max_examples=30)
@given(frozens())
def test_all_that_scoring_needs_is_there_without_the_texts(frozen: Frozen) -> None:
    bare = thaw_bare(freeze(frozen), FOLDER)
    assert bare.files == {}
    for whole, light in zip(frozen.exams, bare.exams, strict=True):
        assert replace(light, problems=(), instructions=()) == replace(whole, problems=(), instructions=())
        assert worth(light) == worth(whole)
        for one, other in zip(as_printed(whole).problems, as_printed(light).problems, strict=True):
            assert [_scored(q) for q in one.questions] == [_scored(q) for q in other.questions]


def _scored(question: Question) -> tuple[object, ...]:
    choices = [(c.id, c.right) for c in question.choices]
    return question.id, question.number, question.kind, question.credits, question.scheme, choices


def test_reference_exam_is_kept_whole(tmp_path: Path) -> None:
    reference.write(tmp_path)
    frozen = parsed(tmp_path, 1)
    assert thaw(freeze(frozen), tmp_path) == frozen
    assert {path for path in frozen.files if path.startswith("figures/")} == set(frozen.files)
    assert "figures/network.svg" in frozen.files


def test_variants_share_what_is_equal(tmp_path: Path) -> None:
    folder = varied.write(tmp_path)
    one, many = parsed(folder, 1), parsed(folder, *range(1, 41))
    plain = json.loads(freeze(many))
    assert thaw(freeze(many), folder) == many
    assert len(plain["heads"]) == 1
    assert sum(problem["id"] == "2-words" for problem in plain["problems"]) == 1
    assert len(freeze(many)) < 20 * len(freeze(one))
    again = thaw(freeze(many), folder)
    assert again.exams[0].problems[1] is again.exams[39].problems[1]


def test_folder_is_not_kept(tmp_path: Path) -> None:
    folder = varied.write(tmp_path)
    text = freeze(parsed(folder, 1))
    assert str(tmp_path) not in text
    assert thaw(text, Path("elsewhere")).first.folder == Path("elsewhere")


def test_first_version_is_read() -> None:
    frozen = thaw(FIXTURE.read_bytes(), Path("there"))
    assert frozen.numbers == (1, 7)
    exam = frozen.of(7)
    assert (exam.folder, exam.slug, exam.title) == (Path("there"), "balls", "Balls and words")
    assert (exam.date, exam.start, exam.minutes) == (date(2026, 2, 10), time(10, 5), 60)
    assert (exam.module, exam.kind, exam.examiner) == ("XY1", "retake", "E. Example")
    assert (exam.paper, exam.language, exam.extra_pages) == ("letter", "de", 2)
    assert (exam.registration_digits, exam.declared_pages) == (0, 4)
    assert exam.candidate_columns == (("registration", ("Matrikel",)),)
    assert exam.variants == Variants(None, 5, (Shuffled.PROBLEMS, Shuffled.CHOICES))
    assert exam.scheme == Scheme(SchemeKind.RIGHT_MINUS_WRONG, Fraction(-1, 2))
    assert exam.grades.thresholds[0] == ("1.0", Fraction(95))
    assert exam.grades.thresholds[1] == ("1.3", Fraction(90))
    assert (exam.grades.fail, exam.grades.percent, exam.grades.linear) == ("5.0", True, True)
    assert (exam.grades.best_share, exam.grades.pass_share) == (Fraction(5), Fraction(601, 10))
    assert exam.grading.rounding == Rounding(RoundKind.UP, Fraction(1, 2), RoundAt.QUESTION)
    assert exam.grading.struck == (("colours", Strike.FULL),)
    assert [c.text for c in exam.instructions] == ["No tools."]
    balls, words = exam.problems
    assert (balls.id, balls.number, balls.place) == ("1-balls", 1, Place("problems/1-balls.md", 1))
    assert ("red", "19") in balls.values
    assert balls.source.startswith("# Balls\n")
    share, mean = balls.questions
    assert [(c.id, c.right, c.fixed) for c in share.choices] == [
        ("a", True, False),
        ("b", False, False),
        ("c", False, True),
    ]
    assert share.scheme == Scheme(SchemeKind.FORMULA, formula="rt/r*credits")
    assert (share.columns, share.credits, share.shuffle) == (2, Fraction(2), True)
    assert share.choices[1].content == Content(
        '#align(center, image("/figures/lens.svg", alt: ""))',
        '<img src="figures/lens.svg" />',
        "[]",
        Place("problems/1-balls.md", 10),
        (Figure("figures/lens.svg", Place("problems/1-balls.md", 10)),),
    )
    assert mean.before is not None
    assert mean.content.formulas == (Formula("$n$", Place("problems/1-balls.md", 19)),)
    assert mean.space is not None
    assert (mean.space.height, mean.space.ruling, mean.step) == (22.5, "grid", Fraction(1, 2))
    assert mean.rubric is not None
    assert [(i.id, i.credits, i.each) for i in mean.rubric.root.items] == [
        ("1", Fraction(1), False),
        ("2.1", Fraction(1, 2), True),
        ("2.2", Fraction(-1, 2), False),
    ]
    assert [n.text for n in mean.rubric.notes] == ["Be kind."]
    assert (mean.bonus, mean.fixed, words.fixed, words.shuffle) == (True, True, True, False)
    assert frozen.files == {"figures/lens.svg": b"<svg/>", "fonts/own.ttf": b"\x00\x01\xff"}
    assert frozen.of(1).problems[1] is words


def test_first_version_is_written_as_ever() -> None:
    assert json.loads(freeze(thaw(FIXTURE.read_bytes(), Path()))) == json.loads(FIXTURE.read_bytes())


def test_unknown_keys_are_passed_over() -> None:
    plain = json.loads(FIXTURE.read_bytes())
    known = thaw(json.dumps(plain), Path())
    for part in (
        plain,
        *(thing for name in ("heads", "problems", "questions", "contents") for thing in plain[name]),
    ):
        part["later"] = {"any": "thing"}
    assert thaw(json.dumps(plain), Path()) == known


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"klausur-exam/1"', '"klausur-exam/9"', "klausur-exam/9"),
        ('"schema"', '"skema"', "schema"),
        ('"head":0', '"head":5', "index 5"),
        ('"601/10"', '"1e99999999"', "no fraction"),
        ('"letter"', '"papyrus"', "papyrus"),
        ('"figures/lens.svg":"', '"../lens.svg":"', "../lens.svg"),
        ('"number":7', '"number":1', "rising number"),
        ('"retake"', "", "cannot be read"),
    ],
)
def test_damage_is_told(old: str, new: str, told: str) -> None:
    text = FIXTURE.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(ToolError, match="kept exam") as raised:
        thaw(text.replace(old, new), Path())
    assert told in str(raised.value)
    assert raised.value.remedy


def test_several_are_joined(tmp_path: Path) -> None:
    folder = varied.write(tmp_path)
    whole = parsed(folder, 1, 2, 3)
    assert joined(parsed(folder, 3), parsed(folder, 1), parsed(folder, 2, 3)) == whole
    other = replace(whole.of(2), title="Other")
    with pytest.raises(RefusedError, match="variant 2"):
        joined(whole, Frozen((other,), {}))
    with pytest.raises(RefusedError, match=r"a\.png"):
        joined(replace(whole, files={"a.png": b"1"}), replace(whole, files={"a.png": b"2"}))


def test_drawings_bring_what_they_show(make: Made, tmp_path: Path) -> None:
    link = b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink">%s</svg>'
    shows = b'<image x:href="%s"/>'
    outer = link % (shows % b"parts/in%20ner.svg" + shows % b"gone.png" + shows % b"data:image/png;base64,AA")
    folder = make(
        {
            "problems/1-light.md": "# Light\n\n![](../figures/outer.svg)\n\n## Q {#q credits=1}\n\nWhy?\n",
            "figures/outer.svg": outer,
            "figures/parts/in ner.svg": link % (shows % b"../outer.svg" + shows % b"../../../out.png"),
        }
    )
    (tmp_path / "out.png").write_bytes(b"not of the exam")
    frozen = parsed(folder, 1)
    assert set(frozen.files) == {"figures/outer.svg", "figures/parts/in ner.svg"}
    empty = tmp_path / "empty"
    empty.mkdir()
    there = materialise(frozen, empty)
    assert there.first.folder == empty
    assert (empty / "figures/parts/in ner.svg").read_bytes() == frozen.files["figures/parts/in ner.svg"]
    with pytest.raises(RefusedError, match="not empty"):
        materialise(frozen, empty)
    with pytest.raises(NotFoundError):
        materialise(frozen, tmp_path / "nowhere")


def test_missing_figure_is_told(make: Made) -> None:
    folder = make({"problems/1-light.md": "# L\n\n![](figures/lens.svg)\n\n## Q {#q credits=1}\n\nWhy?\n"})
    exam = parse_variants(folder, (1,))[0].exam
    assert exam is not None
    (folder / "figures/lens.svg").unlink()
    with pytest.raises(NotFoundError, match=r"lens\.svg"):
        gather([exam], folder)
