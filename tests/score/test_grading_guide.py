"""docs/guide/grading.md says what the code does: every worked example of the page is worked here."""

import re
import tomllib
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from tests.exam.plain_exam import PLAIN

from klausur.base.credits import parse_credits, show_credits
from klausur.base.diagnostics import Place
from klausur.exam import formula
from klausur.exam.content import Content
from klausur.exam.curve import GRADES
from klausur.exam.header import Header
from klausur.exam.model import (
    ROW_SCHEMES,
    BonusFor,
    Choice,
    GradeKey,
    Grading,
    Problem,
    Question,
    QuestionKind,
    Rounding,
    RoundKind,
    Scheme,
    SchemeKind,
    Strike,
)
from klausur.exam.source import exam_toml, parse
from klausur.exam.source.pieces import Source
from klausur.paper.answers import Answer, Doubt, Worth
from klausur.report.results import BookletOutcome, QuestionColumn, ResultRow, Results, Status, tabulate
from klausur.report.said import said
from klausur.report.text import header
from klausur.report.workbook_cells import COUNTING
from klausur.roster.model import Candidate
from klausur.score.better import counting
from klausur.score.curve import fit
from klausur.score.key import grade
from klausur.score.model import BookletScore, Mismatch
from klausur.score.rounding import rounded
from klausur.score.rubric import earned
from klausur.score.scheme import score
from klausur.score.total import total

GUIDE = (Path(__file__).parents[2] / "docs/guide/grading.md").read_text(encoding="utf-8")
PLACE = Place("problems/1.md", 1)
TEXT = Content("x", "x", "x", PLACE)


NOTHING = BookletScore((), (), Fraction(0), Fraction(2), Fraction(0), Fraction(0))


def tables(first_heading: str) -> list[list[list[str]]]:
    """The body rows of every table whose first heading is this."""
    found: list[list[list[str]]] = []
    for block in re.findall(r"(?:^\|.*\n)+", GUIDE, re.MULTILINE):
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()]
        if rows[0][0] == first_heading:
            found.append(rows[2:])
    return found


def code(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


def question(rights: str) -> Question:
    choices = tuple(Choice(letter, TEXT, right == "1") for letter, right in zip("abcd", rights, strict=True))
    return Question("q", "1.1", QuestionKind.CHOICE, "", TEXT, Fraction(2), PLACE, choices)


@pytest.mark.parametrize(("table", "rights"), list(enumerate(["1011", "0100", "0000"])))
def test_the_examples_of_the_schemes(table: int, rights: str) -> None:
    columns = (
        Scheme(SchemeKind.ALL_OR_NOTHING),
        Scheme(SchemeKind.PER_CHOICE),
        Scheme(SchemeKind.RIGHT_MINUS_WRONG),
        Scheme(SchemeKind.RIGHT_MINUS_WRONG, floor=Fraction(-1)),
        Scheme(SchemeKind.PARTIAL),
    )
    examples = tables("crossed")[table]
    assert len(examples) >= 4
    for crossed, *expected in examples:
        chosen = frozenset(crossed.split()) if crossed != "none" else frozenset()
        found = [score(question(rights), chosen, scheme) for scheme in columns]
        assert found == [parse_credits(text) for text in expected], crossed


def test_every_scheme_has_its_formula() -> None:
    assert [row[0].strip("`") for row in tables("scheme")[0]] == [
        str(kind) for kind in SchemeKind if kind not in ROW_SCHEMES
    ]


ROWS = {"right": "1", "wrong": "2", "empty": ""}


def test_the_example_of_a_table() -> None:
    schemes = [
        Scheme(SchemeKind.PER_ROW),
        Scheme(SchemeKind.KPRIM),
        Scheme(),
        Scheme(SchemeKind.RIGHT_MINUS_WRONG),
        Scheme(SchemeKind.RIGHT_MINUS_WRONG, floor=Fraction(-1)),
    ]
    boxes = tuple(Choice(f"{row}{n}", TEXT, n == 1) for row in "abcd" for n in (1, 2))
    asked = Question("q", "1.1", QuestionKind.TABLE, "", TEXT, Fraction(2), PLACE, boxes, heads=(TEXT, TEXT))
    (examples,) = tables("rows")
    for told, *expected in examples:
        parts = [part.split() for part in told.split(", ")]
        columns = [ROWS[what] for count, what in parts for _ in range(int(count))]
        chosen = frozenset(f"{row}{n}" for row, n in zip("abcd", columns, strict=True) if n)
        assert [score(asked, chosen, scheme) for scheme in schemes] == [parse_credits(e) for e in expected], (
            told
        )
    assert {row[0].strip("`") for row in tables("scheme of a table")[0]} >= {str(k) for k in ROW_SCHEMES}


def test_the_example_of_a_rubric(tmp_path: Path) -> None:
    (tmp_path / "problems").mkdir()
    (tmp_path / "exam.toml").write_text('title = "T"\ndate = 2030-02-08\nstart = "10:00"\nminutes = 90\n')
    (rubric_text,) = code("markdown")
    (tmp_path / "problems" / "1-one.md").write_text(
        f"# One\n\n## Two {{#two credits=4 space=40mm}}\n\nWhy?\n\n::: rubric\n{rubric_text}:::\n"
    )
    exam = parse(tmp_path).exam
    assert exam is not None
    (asked,) = exam.questions
    assert asked.rubric is not None
    (examples,) = tables("ticked")
    assert len(examples) >= 8
    for ticked, expected, _ in examples:
        ticks: dict[str, int] = {}
        for part in ticked.split(", ") if ticked != "nothing" else []:
            name, _, times = part.partition(" ×")
            ticks[name] = int(times or 1)
        assert earned(asked.rubric, ticks, asked.credits) == parse_credits(expected), ticked


def test_the_example_of_a_grade_key() -> None:
    plain = next(t["grades"] for t in map(tomllib.loads, code("toml")) if "thresholds" in t.get("grades", {}))
    thresholds = tuple((name, Fraction(percent)) for name, percent in plain["thresholds"].items())
    key = GradeKey(thresholds, plain["fail"], percent=plain["unit"] == "percent")
    (examples,) = tables("total")
    for credits, expected in examples:
        assert grade(key, parse_credits(credits), Fraction(37)) == expected


def test_the_examples_of_formulas() -> None:
    (examples,) = tables("right")
    (heading,) = re.findall(r"^\| right \| wrong \| `(.*?)` \| `(.*?)` \|$", GUIDE, re.MULTILINE)
    for right, wrong, *expected in examples:
        of = formula.counts(3, 1, int(right), int(wrong), Fraction(2))
        assert [formula.value(text, of) for text in heading] == [Fraction(e) for e in expected]
    assert [row[0].strip("`") for row in tables("name")[0]] == list(formula.NAMES)
    assert f"at most {formula.LONGEST} characters" in GUIDE


def test_the_examples_of_rounding() -> None:
    (examples,) = tables("earned")
    for earned_, *expected in examples:
        found = [
            rounded(Fraction(earned_), Rounding(kind, Fraction(1, 2)), Fraction(9)) for kind in RoundKind
        ]
        assert found == [Fraction(e) for e in expected]
    kinds = [row[0].strip("`").split(" ")[0] for row in tables("`round`")[0]]
    assert kinds == ["none", *map(str, RoundKind)]


def test_every_way_to_strike_a_question_is_explained() -> None:
    assert [row[0].strip("`") for row in tables("how")[0]] == [str(strike) for strike in Strike]


def test_the_example_of_what_is_better() -> None:
    (examples,) = tables("elsewhere, of 6")
    assert len(examples) == 4
    asked = [Question(str(most), "", QuestionKind.TEXT, "", TEXT, Fraction(most), PLACE) for most in (2, 4)]
    for elsewhere, two, four, *expected in examples:
        got = [Fraction(two), Fraction(four)]
        counts = counting(Fraction(elsewhere), Fraction(6), list(zip(asked, got, strict=True)), percent=True)
        found = []
        for ids in (set(), {"2", "4"}, counts):
            total = sum((c for q, c in zip(asked, got, strict=True) if q.id in ids), Fraction(elsewhere))
            found.append(f"{total}/{6 + sum(int(id_) for id_ in ids)}")
        assert found == expected


def test_the_example_of_an_answer_that_is_accepted() -> None:
    (examples,) = tables("crosses")
    assert len(examples) == 5
    choices = tuple(Choice(letter, TEXT, letter == "a") for letter in "abc")
    asked = Question(
        "q", "1.1", QuestionKind.CHOICE, "", TEXT, Fraction(1), PLACE, choices, accepted=(("c",),)
    )
    kinds = (SchemeKind.ALL_OR_NOTHING, SchemeKind.PER_CHOICE, SchemeKind.PARTIAL)
    for crossed, *expected in examples:
        chosen = frozenset(crossed.split()) if crossed != "none" else frozenset()
        assert [score(asked, chosen, Scheme(kind)) for kind in kinds] == [Fraction(e) for e in expected]


def parsed(example: str, folder: Path) -> tuple[Header, list[str]]:
    """exam.toml with an example of the guide in it, and the findings about the example."""
    source = Source(folder, "exam.toml", [])
    header_ = exam_toml.read(
        source, f'title = "T"\ndate = 2030-02-08\nstart = "10:00"\nminutes = 90\n{example}'
    )
    assert header_ is not None
    return header_, [str(d) for d in source.found]


@pytest.mark.parametrize("example", code("toml"))
def test_every_example_of_exam_toml_can_be_used(example: str, tmp_path: Path) -> None:
    assert parsed(example, tmp_path)[1] == []


def test_the_example_of_a_curve(tmp_path: Path) -> None:
    (example,) = (e for e in code("toml") if "curve" in e)
    key = parsed(example, tmp_path)[0].grades
    shown = " ".join(show_credits(at) for _, at in key.thresholds)
    assert shown == "90 85 80 75 70 65 60 55 50 45"
    assert tuple(name for name, _ in key.thresholds) == GRADES


def test_the_example_of_a_gliding_pass_mark(tmp_path: Path) -> None:
    (example,) = (e for e in code("toml") if "glide" in e)
    key = parsed(example, tmp_path)[0].grades
    (examples,) = tables("mean")
    for mean, *thresholds in examples:
        found = fit(key, [Fraction(mean)]).thresholds
        assert [at for _, at in found] == [Fraction(t) for t in thresholds]


def test_the_example_of_marks_in_proportion(tmp_path: Path) -> None:
    (example,) = (e for e in code("toml") if '"linear"' in e)
    french = parsed(example, tmp_path)[0].grades
    assert parsed('[grades]\nunit = "linear"\n', tmp_path)[0].grades == french
    swiss = parsed('[grades]\nunit = "linear"\nfrom = 1\nto = 6\npass = 4\n', tmp_path)[0].grades
    assert (french.passing[-1], swiss.passing[-1]) == ("10", "4")
    (examples,) = tables("credits of 40")
    for credits, value, *marks in examples:
        assert Fraction(credits) / 2 == Fraction(value)
        assert [grade(key, Fraction(credits), Fraction(40)) for key in (french, swiss)] == marks


def test_the_example_of_a_bonus_for_those_who_passed() -> None:
    key = GradeKey(
        (("1.0", Fraction(100)), ("2.0", Fraction(75)), ("4.0", Fraction(50))), "5.0", percent=True
    )
    asked = (
        Question("q", "1.1", QuestionKind.TEXT, "", TEXT, Fraction(6), PLACE),
        Question("b", "1.2", QuestionKind.TEXT, "", TEXT, Fraction(7), PLACE, bonus=True),
    )
    (examples,) = tables("without bonus")
    assert len(examples) == 3
    for base, bonus, *expected in examples:
        found: list[str] = []
        for whose in BonusFor:
            problem = Problem("p", 1, "", None, asked, PLACE)
            exam = replace(PLAIN, problems=(problem,), grades=key, grading=Grading(bonus_for=whose))
            given = (Answer("q", Worth(Fraction(base))), Answer("b", Worth(Fraction(bonus))))
            (row,) = tabulate(exam, [BookletOutcome(1, Candidate("1", "Ada"), total(exam, given))]).rows
            assert row.total is not None
            found += (show_credits(row.total), row.grade)
        assert found == expected


def test_the_sheets_of_the_workbook_are_explained() -> None:
    assert [row[0].strip("`") for row in tables("sheet")[0]] == [
        said("en")[f"sheets.{name}"] for name in ("results", "key", "statistics")
    ]
    assert all(f"`{word}`" in GUIDE for word in (*COUNTING, "bonus", Strike.DROPPED))


def test_every_reason_and_status_of_the_results_is_explained() -> None:
    reasons = {row[0].strip("`") for row in tables("reason")[0]}
    assert reasons == {*map(str, Doubt), *map(str, Mismatch)}
    assert [row[0].strip("`") for row in tables("status")[0]] == [str(status) for status in Status]


def test_every_column_of_the_results_is_explained() -> None:
    documented = [row[0].strip("`") for row in tables("column")[0]]
    asked = (QuestionColumn("4.1", 4, Fraction(2), struck=Strike.BETTER),)
    key = GradeKey((), "5.0")
    outcome = BookletOutcome(1, None, None, variant=2, standing="ill")
    row = ResultRow(outcome, (None,), (None,), None, "", Status.OPEN, ())
    of_variants = Results(asked, (4,), Fraction(2), Fraction(2), key, None, "en", (row,))
    booklet = replace(outcome, score=replace(NOTHING, homework=Fraction(1)))
    of_variants = replace(of_variants, rows=(replace(row, of=booklet),))
    assert documented == list(header(of_variants))
    plain = replace(of_variants, rows=(), asked=(QuestionColumn("4.1", 4, Fraction(2)),))
    assert [name for name in documented[:-2] if name not in {"of", "homework"}] == list(header(plain))
