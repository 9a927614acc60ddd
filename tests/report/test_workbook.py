"""results.xlsx: its formulas, computed by a spreadsheet engine, give what results.csv says."""

import re
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import ironcalc
import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter
from tests.exam.plain_exam import PLAIN

from klausur.base import words
from klausur.base.diagnostics import Place
from klausur.exam.content import Content
from klausur.exam.curve import linear, marks
from klausur.exam.model import (
    BonusFor,
    Exam,
    GradeKey,
    Grading,
    Problem,
    Question,
    QuestionKind,
    RoundAt,
    Rounding,
    RoundKind,
    Strike,
)
from klausur.paper.answers import Answer, Doubt, Open, Worth
from klausur.report.results import BookletOutcome, Results, Status, summarise, tabulate
from klausur.report.said import said
from klausur.report.text import to_csv
from klausur.report.workbook import write_xlsx
from klausur.report.workbook_cells import FIRST, KEY_FIRST
from klausur.roster.model import Candidate
from klausur.score.total import total

PLACE = Place("problems/1.md", 1)
TEXT = Content("x", "x", "x", PLACE)
RESULTS, KEY = "Results", "Grade key"


def question(id_: str, number: str, credits: int, *, bonus: bool = False) -> Question:
    return Question(id_, number, QuestionKind.TEXT, "", TEXT, Fraction(credits), PLACE, bonus=bonus)


EXAM = replace(
    PLAIN,
    grades=GradeKey(linear(("1.0", "2.0", "3.0", "4.0"), Fraction(90), Fraction(50)), "5.0", percent=True),
    problems=(
        Problem("one", 1, "A", None, (question("a", "1.1", 2), question("b", "1.2", 4)), PLACE),
        Problem("two", 2, "B", None, (question("c", "2.1", 3), question("d", "2.2", 2, bonus=True)), PLACE),
        Problem("three", 3, "C", None, (question("e", "3.1", 1),), PLACE),
    ),
)

Given_ = tuple[str | None, ...]


def results_of(
    exam: Exam,
    rows: Iterable[Given_ | None],
    names: Iterable[str] = (),
    standings: Iterable[str] = (),
    homework: Fraction = Fraction(0),
) -> Results:
    """The table. ``homework`` is brought along by the second, and every second after them."""
    called, said = [*names], [*standings]
    outcomes = []
    for n, credits in enumerate(rows):
        person = Candidate(f"{n:03d}", called[n] if n < len(called) else f"Candidate {n}")
        score = None
        if credits is not None:
            answers = [
                Answer(q.id, Open((Doubt.MARK_UNCLEAR,)) if c is None else Worth(Fraction(c)))
                for q, c in zip(exam.questions, credits, strict=True)
            ]
            score = total(exam, answers, homework=homework * (n % 2))
        outcomes.append(BookletOutcome(n + 1, person, score, standing=said[n] if n < len(said) else ""))
    return tabulate(exam, outcomes)


def computed(path: Path) -> ironcalc.Model:
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()
    return model


def cell(model: ironcalc.Model, sheet: int, row: int, column: int) -> object:
    """What a cell holds, rows and columns from 0; an empty text as None."""
    value = model.get_cell_value(sheet, row + 1, column + 1)
    return None if value == "" else value


def written(results: Results, folder: Path) -> Path:
    path = folder / "results.xlsx"
    write_xlsx(results, path, EXAM.date)
    return path


def near(value: object, expected: Fraction | None) -> bool:
    if expected is None or value is None:
        return value is expected
    return isinstance(value, int | float) and abs(value - float(expected)) < 1e-6


def check(results: Results, path: Path) -> None:
    """Every formula of the results and the key, computed anew, against the exact table."""
    model = computed(path)
    problems = 3 + len(results.asked)
    after = problems + len(results.problems) + results.homework
    for line, row in enumerate(results.rows, start=FIRST):
        for at, credits in [*enumerate(row.problems, start=problems), (after, row.total)]:
            assert near(cell(model, 0, line, at), credits), (row, at)
        share = None if row.total is None else row.total * 100 / row.worth
        if results.better:
            assert near(cell(model, 0, line, after + 1), None if row.total is None else row.worth)
        percent = after + 1 + results.better
        assert near(cell(model, 0, line, percent), share)
        assert cell(model, 0, line, percent + 1) == (row.grade or None), row
    summary = summarise(results)
    for line, (name, many) in enumerate(summary.grades, start=KEY_FIRST):
        assert (cell(model, 1, line, 0), cell(model, 1, line, 3)) == (name, many)
    assert near(cell(model, 1, 1, 1), results.of)
    assert near(cell(model, 1, 2, 1), results.reachable)
    mean = cell(model, 2, 1 + len(results.asked) + len(results.problems), 3)
    assert near(mean, summary.mean)
    same_as_cached(model, path)


def same_as_cached(model: ironcalc.Model, path: Path) -> None:
    """What stands beside the formulas is what they give."""
    cached = openpyxl.load_workbook(path, data_only=True)
    for n, name in enumerate(cached.sheetnames):
        for row in cached[name].iter_rows():
            for there in row:
                value = None if there.value == "" else there.value
                gives = cell(model, n, (there.row or 1) - 1, (there.column or 1) - 1)
                if isinstance(value, int | float):
                    assert near(gives, Fraction(value)), (name, there.coordinate, value, gives)
                else:
                    assert gives == value, (name, there.coordinate)


CLASS: tuple[Given_ | None, ...] = (
    ("2", "4", "3", "2", "1"),
    ("1.5", "4/3", "2", "0", "1"),
    ("0", None, "3", "1", "1"),
    None,
    ("0", "0", "0.5", "0", "0"),
    ("2", "1", "1", "1", "0"),
)


def test_a_small_class(tmp_path: Path) -> None:
    results = results_of(EXAM, CLASS)
    assert [row.grade for row in results.rows] == ["1.0", "4.0", "", "", "5.0", "4.0"]
    check(results, written(results, tmp_path))


def test_no_results_at_all(tmp_path: Path) -> None:
    results = results_of(EXAM, ())
    check(results, written(results, tmp_path))


def test_the_statistics_of_a_question(tmp_path: Path) -> None:
    model = computed(written(results_of(EXAM, CLASS), tmp_path))
    # question 1.2 of 4 credits: 4, 4/3, open, absent, 0 and 1
    line = [cell(model, 2, 2, at) for at in range(14)]
    assert line[:3] == ["1.2", 4, 4]
    assert [round(float(str(value)), 6) for value in line[3:8]] == [1.583333, 1.166667, 0, 4, 0.395833]
    assert line[8:] == [1, 1, 1, 0, 0, 1]


NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
"""A workbook takes 50 ms, and shrinking takes thousands."""

SHAPES = st.builds(
    lambda kind, step, at, struck, key, whose: replace(
        EXAM,
        grading=Grading(
            None if kind is None else Rounding(kind, Fraction(step), at), tuple(struck.items()), whose
        ),
        grades=key,
    ),
    st.none() | st.sampled_from(RoundKind),
    st.sampled_from(["1", "0.5", "0.25", "0.1"]),
    st.sampled_from(RoundAt),
    st.dictionaries(st.sampled_from(["a", "b", "d", "e"]), st.sampled_from(Strike), max_size=2),
    st.sampled_from(
        [
            EXAM.grades,
            GradeKey(linear(("1", "2", "3", "4", "5"), Fraction(100), Fraction(100, 3)), "6", percent=True),
            GradeKey((("pass", Fraction(10, 3)),), "fail"),
            GradeKey((), "none"),
            replace(EXAM.grades, linear=True, best_share=Fraction(20), pass_share=Fraction(70)),
            replace(EXAM.grades, glide=Fraction(22)),
            GradeKey(
                marks(Fraction(0), Fraction(5), Fraction(1), half_up=True), "0", percent=True, passes="2"
            ),
        ]
    ),
    st.sampled_from(BonusFor),
)
ANSWERS = st.tuples(*[st.none() | st.sampled_from(["0", "1/3", "0.5", "2/3", "1"])] * 5)
WHOLE = st.tuples(*[st.sampled_from(["0", "1/3", "0.5", "1/7", "1"])] * 5)


@settings(
    max_examples=60,
    phases=NO_SHRINKING,
)
@given(
    exam=SHAPES,
    rows=st.lists(st.none() | ANSWERS | WHOLE, max_size=5),
    standings=st.lists(st.sampled_from(["", "", "ill: certificate", "=excluded"]), max_size=5),
    homework=st.sampled_from([Fraction(0), Fraction(1), Fraction(4, 3)]),
)
def test_the_formulas_give_what_the_exact_table_says(
    tmp_path: Path, exam: Exam, rows: list[Given_ | None], standings: list[str], homework: Fraction
) -> None:
    results = results_of(exam, rows, standings=standings, homework=homework)
    check(results, written(results, tmp_path))


@pytest.mark.parametrize("homework", [Fraction(0), Fraction(4, 3)])
def test_all_rules_at_once(tmp_path: Path, homework: Fraction) -> None:
    """Totals are rounded, a bonus helps those alone who pass without it, one question never harms."""
    exam = replace(
        EXAM,
        grading=Grading(
            Rounding(RoundKind.HALF_UP, Fraction(1, 2)), (("b", Strike.BETTER),), BonusFor.PASSED
        ),
        grades=replace(EXAM.grades, glide=Fraction(22)),
    )
    rows: tuple[Given_, ...] = (
        ("0.5", "0.5", "1/3", "1", "0"),
        ("2", "1/3", "3", "2", "1"),
        ("1", "4", "1/3", "2", "0"),
        ("2", "3", "2", "0", "1"),
    )
    results = results_of(exam, rows, homework=homework)
    assert {row.worth for row in results.rows} == {Fraction(6), Fraction(10)}
    assert "5.0" in {row.grade for row in results.rows}
    check(results, written(results, tmp_path))


def test_a_changed_credit_changes_the_grade(tmp_path: Path) -> None:
    path = written(results_of(EXAM, CLASS), tmp_path)
    book = openpyxl.load_workbook(path)
    book[RESULTS].cell(FIRST + 5, 4, 2)  # the booklet with half a credit in all
    book[RESULTS].cell(FIRST + 5, 5, 4)
    book.save(path)
    assert cell(computed(path), 0, FIRST + 4, 3 + 5 + 3 + 2) == "3.0"


def test_who_is_not_graded_has_sums_but_no_grade_until_the_status_says_final(tmp_path: Path) -> None:
    exam = replace(EXAM, grading=Grading(None, (("c", Strike.DROPPED), ("d", Strike.DROPPED))))
    results = results_of(exam, (*CLASS[:1], None), standings=["excluded: notes", "ill"])
    path = written(results, tmp_path)
    check(results, path)
    sums, status = 3 + 5, 3 + 5 + 3 + 3
    model = computed(path)
    assert [cell(model, 0, FIRST, at) for at in range(sums, status)] == [6, 0, 1, None, None, None]
    assert [cell(model, 0, FIRST + 1, at) for at in range(sums, status)] == [None] * 6
    assert [cell(model, 0, FIRST + n, status + 2) for n in (0, 1)] == ["excluded: notes", "ill"]
    book = openpyxl.load_workbook(path)
    book[RESULTS].cell(FIRST + 1, status + 1, str(Status.FINAL))
    book.save(path)
    assert cell(computed(path), 0, FIRST, status - 1) == "1.0"


def test_a_changed_threshold_changes_the_grades(tmp_path: Path) -> None:
    path = written(results_of(EXAM, CLASS), tmp_path)
    book = openpyxl.load_workbook(path)
    book[KEY].cell(KEY_FIRST + 4, 2, 4)
    book.save(path)
    assert cell(computed(path), 0, FIRST + 4, 3 + 5 + 3 + 2) == "4.0"


@pytest.mark.parametrize(
    "name", ["=1+1", "+49", "-2+3", "@SUM(A1)", '=HYPERLINK("x";"y")', "Jürgen Größe-Müller"]
)
def test_a_name_is_text_whatever_it_looks_like(tmp_path: Path, name: str) -> None:
    path = written(results_of(EXAM, CLASS[:1], [name]), tmp_path)
    there = openpyxl.load_workbook(path)[RESULTS].cell(FIRST + 1, 3)
    assert (there.value, there.data_type) == (name, "s")
    assert there.quotePrefix == (name[0] in "=+-@")
    assert cell(computed(path), 0, FIRST, 2) == name


def test_headings_stay_in_sight_and_numbers_keep_their_zeros(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(written(results_of(EXAM, CLASS), tmp_path))[RESULTS]
    assert sheet.freeze_panes == "D4"
    assert sheet["B4"].value == "000"
    assert sheet.column_dimensions["C"].width > len("Candidate 0")


@pytest.mark.parametrize(("paper", "number"), [("a4", "9"), ("letter", "1")])
def test_each_sheet_is_printed_on_the_exams_paper_as_wide_as_that(
    tmp_path: Path, paper: str, number: str
) -> None:
    book = openpyxl.load_workbook(written(results_of(replace(EXAM, paper=paper), CLASS), tmp_path))
    for sheet in book:
        assert str(sheet.page_setup.paperSize) == number
        fitted = sheet.sheet_properties.pageSetUpPr
        assert fitted is not None
        assert fitted.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight or 1) == (1, 1)
        assert sheet.print_title_rows
        assert sheet.freeze_panes


def test_numbers_stand_with_their_decimal_signs_below_one_another_and_headings_over_them(
    tmp_path: Path,
) -> None:
    results = results_of(EXAM, CLASS)
    sheet = openpyxl.load_workbook(written(results, tmp_path))[RESULTS]
    rows = range(FIRST + 1, FIRST + 1 + len(CLASS))
    formats = {4: "0.0##", 5: "0.00", 6: "0.0##", 7: "General", 9: "0.00", 12: "0.00", 13: "0.0"}
    for column, number_format in formats.items():
        assert sheet.cell(1, column).alignment.horizontal == "right"
        cells = [sheet.cell(row, column) for row in rows]
        assert {of.number_format for of in cells if of.value is not None} == {number_format}, column
    assert {sheet.cell(row, 14).alignment.horizontal for row in (1, *rows)} == {"center"}  # grades
    for column in (2, 3, 15):
        assert sheet.cell(1, column).alignment.horizontal == "left"


def test_no_heading_is_wider_than_its_column_and_no_name_is_cut(tmp_path: Path) -> None:
    names = ["Freifrau von und zu Langenbeispiel-Mustermannshausen auf Hohenprobe"]
    sheet = openpyxl.load_workbook(written(results_of(EXAM, CLASS, names), tmp_path))[RESULTS]
    for column in range(1, sheet.max_column + 1):
        wide = sheet.column_dimensions[get_column_letter(column)].width
        assert all(len(word) < wide for word in str(sheet.cell(1, column).value).split()), column
    assert sheet.cell(FIRST + 1, 3).alignment.wrap_text


def test_the_chart_lies_on_the_page_whole(tmp_path: Path) -> None:
    path = written(results_of(EXAM, CLASS), tmp_path)
    key = openpyxl.load_workbook(path)[KEY]
    with zipfile.ZipFile(path) as parts:
        drawn = parts.read("xl/drawings/drawing1.xml").decode()
    first, last = (int(column) for column in re.findall(r"<xdr:col>(\d+)</xdr:col>", drawn))
    assert first == 6
    wide = sum(key.column_dimensions[letter].width for letter in "ABCDE") + 9 * (last + 1 - 5)
    assert wide * 1.95 * 0.9 <= 277, "mm of A4 across within the margins, hardly reduced"
    assert (key.page_setup.fitToWidth or 1, key.page_setup.fitToHeight or 1) == (1, 1)


def test_the_same_table_makes_the_same_file_and_replaces_an_older_one(tmp_path: Path) -> None:
    results = results_of(EXAM, CLASS)
    first = written(results, tmp_path).read_bytes()
    assert written(results, tmp_path).read_bytes() == first
    assert [path.name for path in tmp_path.iterdir()] == ["results.xlsx"]


def test_status_words_are_those_of_the_formulas(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(written(results_of(EXAM, CLASS), tmp_path))[RESULTS]
    total_ = str(sheet.cell(FIRST + 1, 3 + 5 + 3 + 1).value)
    assert f'"{Status.FINAL}"' in total_


@pytest.mark.parametrize("struck", [(), (("a", Strike.DROPPED),), (("b", Strike.FULL),)], ids=str)
def test_of_some_questions_the_best_count(tmp_path: Path, struck: tuple[tuple[str, Strike], ...]) -> None:
    asked = tuple(question(id_, f"1.{n}", 3) for n, id_ in enumerate("abf", start=1))
    best = Problem("one", 1, "A", None, asked, PLACE, best=2)
    exam = replace(EXAM, problems=(best, *EXAM.problems[1:]), grading=Grading(struck=struck))
    rows: list[Given_ | None] = [
        ("1", "3", "2", "3", "2", "1"),
        ("0", "0", "3", "0", "0", "0"),
        ("3", "3", "3", "3", "0", "1"),
        ("1", None, "3", "3", "0", "1"),
        None,
    ]
    results = results_of(exam, rows)
    check(results, written(results, tmp_path))
    assert results.of == 10
    assert results.rows[2].problems[0] == 6


@pytest.mark.parametrize("language", words.languages())
def test_formulas_find_the_words_of_every_language(tmp_path: Path, language: str) -> None:
    exam = replace(
        EXAM,
        grading=Grading(None, (("b", Strike.BETTER), ("c", Strike.DROPPED)), BonusFor.PASSED),
        language=language,
    )
    results = results_of(exam, (*CLASS[:3], None), standings=["", "", "excluded: notes", "ill"])
    check(results, written(results, tmp_path))
    say = said(language)
    for group in ("statuses.", "hows.", "sheets."):
        told = [text for name, text in say.items() if name.startswith(group)]
        assert len(set(told)) == len(told)
    for name in ("sheets.results", "sheets.key", "sheets.statistics"):
        assert len(say[name]) <= 31
        assert not set(say[name]) & set("[]:*?/\\'")


def test_who_reads_the_workbook_reads_the_exams_language(tmp_path: Path) -> None:
    exam = replace(EXAM, language="de", grading=Grading(None, (("c", Strike.DROPPED),)))
    results = results_of(exam, (*CLASS[:1], None), standings=["excluded: notes", ""])
    book = openpyxl.load_workbook(written(results, tmp_path))
    assert book.sheetnames == ["Ergebnisse", "Notenschlüssel", "Statistik"]
    table = {str(of.value) for row in book["Ergebnisse"].iter_rows() for of in row}
    assert {"Heft", "Matrikelnummer", "Aufgabe 1", "Note", "Stand", "unbenotet", "fehlt", "zählt"} <= table
    assert {"ausgeschlossen: notes", "gestrichen", "entfällt"} <= table
    assert not table & {"booklet", "grade", "status", "ungraded", "missing", "counts", "struck"}
    assert [of.value for of in book["Statistik"][1]][1:4] == ["Punkte", "entschieden", "Mittelwert"]
    assert to_csv(results).startswith("Heft;Matrikelnummer;Name;")
    assert "fehlt;keine Seite gescannt;" in to_csv(results)
