import csv
import io
import json
import pickle
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.exam.plain_exam import PLAIN
from tests.open_points import told

from klausur.base.diagnostics import Place
from klausur.exam.content import Content
from klausur.exam.model import (
    BonusFor,
    Exam,
    GradeKey,
    Grading,
    Problem,
    Question,
    QuestionKind,
    Strike,
)
from klausur.paper.answers import Answer, Doubt, Open, Worth
from klausur.report.columns import Form, records
from klausur.report.open_points import OpenKind, OpenPoint
from klausur.report.results import (
    BookletOutcome,
    Results,
    Status,
    Summary,
    summarise,
    tabulate,
)
from klausur.report.said import said
from klausur.report.text import header, lines, to_csv, write_csv
from klausur.roster.model import Candidate
from klausur.score.total import total
from klausur.state.owners import TieDoubt

PLACE = Place("problems/4.md", 1)
MAYBE = OpenPoint(OpenKind.MAY_BE_THEIRS, 5)
UNCLEAR = OpenPoint(OpenKind.TIE, doubts=("number-unclear",))
TEXT = Content("x", "x", "x", PLACE)


def question(id_: str, number: str, credits: int) -> Question:
    return Question(id_, number, QuestionKind.TEXT, "", TEXT, Fraction(credits), PLACE)


EXAM = replace(
    PLAIN,
    problems=(
        Problem("cnn", 4, "C", None, (question("last", "4.1", 2), question("size", "4.2", 4)), PLACE),
        Problem("slope", 6, "D", None, (question("sigma", "6.1", 4),), PLACE),
    ),
)
ADA = Candidate("00012345", "Ada Example", "Hall 1", "A1")
JUERGEN = Candidate("03712345", "Jürgen Muster")


def answers(*credits: str | None) -> list[Answer]:
    """Credits by question; None leaves it open."""
    return [
        Answer(q.id, Worth(Fraction(c)) if c else Open((Doubt.NO_CREDIT,)))
        for q, c in zip(EXAM.questions, credits, strict=True)
    ]


def outcome(
    number: int,
    candidate: Candidate | None,
    *credits: str | None,
    missing: tuple[int, ...] = (),
    exam: Exam = EXAM,
) -> BookletOutcome:
    score = total(exam, answers(*credits)) if credits else None
    return BookletOutcome(number, candidate, score, missing)


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_the_table_of_a_small_class() -> None:
    results = tabulate(
        EXAM,
        [
            BookletOutcome(
                None, Candidate("0816", "Zoe Absent"), None, remarks=(OpenPoint(OpenKind.MAY_BE_THEIRS, 5),)
            ),
            outcome(2, JUERGEN, "2", None, "3", missing=(7, 5)),
            outcome(3, Candidate("0815", "Alan Absent")),
            outcome(1, ADA, "1.5", "4", "3.5"),
            replace(
                outcome(5, None, "0", "0", "4"),
                remarks=(UNCLEAR,),
            ),
            outcome(6, Candidate("1", "Max Muster"), "0", "0", "4"),
        ],
    )
    assert to_csv(results).split("\r\n") == [
        "booklet,registration,name,4.1,4.2,6.1,problem 4,problem 6,total,grade,status,open",
        "1,00012345,Ada Example,1.5,4,3.5,5.5,3.5,9,1.0,final,",
        "2,03712345,Jürgen Muster,2,,3,,3,,,open,4.2 no-credit-crossed; page 5 missing; page 7 missing",
        "3,0815,Alan Absent,,,,,,,,missing,no page scanned",
        "5,,,0,0,4,0,4,,,open,no candidate; number-unclear",
        "6,1,Max Muster,0,0,4,0,4,4,5.0,final,",
        ",0816,Zoe Absent,,,,,,,,missing,no booklet found; booklet 5 may be theirs",
        "",
    ]


def bonus_outcome(number: int, *credits: str, homework: str = "0", exam: Exam) -> BookletOutcome:
    score = total(exam, answers(*credits), homework=Fraction(homework))
    return BookletOutcome(number, Candidate(str(number), f"Candidate {number}"), score)


def test_a_bonus_counts_for_those_alone_who_pass_without_it() -> None:
    """Questions of 2 and 4, and of 4 as a bonus; 6 credits are 100 %, and 3 are needed to pass."""
    first, second = EXAM.problems
    extra = replace(second, questions=(replace(second.questions[0], bonus=True),))
    whose = replace(
        EXAM,
        problems=(first, extra),
        grades=GradeKey(
            (("1.0", Fraction(100)), ("2.0", Fraction(75)), ("4.0", Fraction(50))), "5.0", percent=True
        ),
    )
    rows = (("2", "1", "4", "0"), ("2", "0.5", "4", "3"), ("2", "1", "0", "1.5"), ("0", "3", "1", "0.5"))
    for bonus_for, expected in (
        (BonusFor.ALL, [("7", "1.0"), ("9.5", "1.0"), ("4.5", "2.0"), ("4.5", "2.0")]),
        # 3 of 6 pass, 2.5 do not: no bonus question and no homework helps the second one
        (BonusFor.PASSED, [("7", "1.0"), ("2.5", "5.0"), ("4.5", "2.0"), ("4.5", "2.0")]),
    ):
        exam = replace(whose, grading=Grading(bonus_for=bonus_for))
        found = tabulate(
            exam,
            [bonus_outcome(n, *row[:3], homework=row[3], exam=exam) for n, row in enumerate(rows, start=1)],
        )
        assert [(row.total, row.grade) for row in found.rows] == [(Fraction(t), g) for t, g in expected]
        assert [row.homework for row in found.rows] == [Fraction(row[3]) for row in rows]


def test_a_key_is_fitted_without_the_bonus_where_it_does_not_count_for_all() -> None:
    """Results of 2, 3 and 4 of 10 without bonus: 22 % below their mean is 2.34."""
    key = GradeKey((("1.0", Fraction(9)), ("4.0", Fraction(5))), "5.0", glide=Fraction(22))
    exam = replace(EXAM, grades=key, grading=Grading(bonus_for=BonusFor.PASSED))
    rows = [bonus_outcome(n, "0", str(n), "0", homework="5", exam=exam) for n in (2, 3, 4)]
    found = tabulate(exam, rows)
    assert found.key.pass_mark == Fraction(234, 100)
    assert [row.total for row in found.rows] == [2, 8, 9]
    assert [row.grade for row in found.rows] == ["5.0", "4.0", "1.0"]


def test_a_missing_page_without_boxes_is_named_but_leaves_the_result_final() -> None:
    (row,) = tabulate(EXAM, [outcome(1, ADA, "1", "1", "4", missing=(16,))]).rows
    assert (row.status, row.grade) == (Status.FINAL, "3.0")
    assert row.total == 6
    assert told(row) == ("page 16 missing",)


def test_the_summary_counts_final_booklets_only() -> None:
    results = tabulate(
        EXAM,
        [
            outcome(1, ADA, "2", "4", "4"),
            outcome(2, JUERGEN, "2", None, "4"),
            outcome(3, Candidate("3", "Max Muster"), "1", "1", "3"),
            outcome(4, Candidate("0815", "Alan Absent")),
            outcome(5, Candidate("5", "Eva Muster"), "0", "0.5", "0.5"),
            outcome(6, None, "2", "2", "2"),
        ],
    )
    # totals 10, 5 and 1
    assert summarise(results) == Summary(
        final=3,
        open=2,
        missing=1,
        ungraded=0,
        of=Fraction(10),
        mean=Fraction(16, 3),
        lowest=Fraction(1),
        highest=Fraction(10),
        grades=(("1.0", 1), ("3.0", 0), ("4.0", 1), ("5.0", 1)),
    )


def test_who_is_not_graded_keeps_credits_and_has_no_grade() -> None:
    results = tabulate(
        EXAM,
        [
            outcome(1, ADA, "2", "4", "4"),
            replace(outcome(2, JUERGEN, "2", None, "4"), standing="excluded: notes under the desk"),
            replace(outcome(3, Candidate("3", "Max Muster"), "2", "4", "3"), standing="=ill"),
            BookletOutcome(None, Candidate("4", "Eva Muster"), None, standing="withdrawn: by mail"),
        ],
    )
    assert to_csv(results).split("\r\n") == [
        "booklet,registration,name,4.1,4.2,6.1,problem 4,problem 6,total,grade,status,open,standing",
        "1,00012345,Ada Example,2,4,4,6,4,10,1.0,final,,",
        "2,03712345,Jürgen Muster,2,,4,,4,,,ungraded,4.2 no-credit-crossed,excluded: notes under the desk",
        "3,3,Max Muster,2,4,3,6,3,,,ungraded,,'=ill",
        ",4,Eva Muster,,,,,,,,ungraded,no booklet found,withdrawn: by mail",
        "",
    ]
    summary = summarise(results)
    assert (summary.final, summary.open, summary.missing, summary.ungraded) == (1, 0, 0, 3)
    assert summary.mean == 10, "who is not graded is in no average"


def test_a_booklet_that_is_not_graded_does_not_move_a_fitted_key() -> None:
    exam = replace(EXAM, grades=replace(EXAM.grades, pass_share=Fraction(100)))
    weak = outcome(2, JUERGEN, "0.5", "0", "0", exam=exam)
    fitted = tabulate(exam, [outcome(1, ADA, "2", "4", "4", exam=exam), weak]).key
    kept = tabulate(exam, [outcome(1, ADA, "2", "4", "4", exam=exam), replace(weak, standing="ill")]).key
    assert fitted != EXAM.grades
    assert kept.thresholds == EXAM.grades.thresholds


def test_an_empty_table_has_headings_and_a_summary() -> None:
    results = tabulate(EXAM, [])
    assert len(read(to_csv(results))) == 1
    assert summarise(results).mean is None
    assert summarise(results).highest is None


@pytest.mark.parametrize("name", ["=1+1", "+49 Example", "-Example", "@Example", '=HYPERLINK("x")'])
def test_a_name_that_is_a_formula_is_disarmed_in_the_file_only(name: str) -> None:
    results = tabulate(EXAM, [outcome(1, Candidate("1", name), "1", "1", "1")])
    assert read(to_csv(results))[1][2] == f"'{name}"
    assert next(iter(lines(results)))[2] == name


def test_a_negative_credit_is_a_number_and_no_formula() -> None:
    plain = tabulate(EXAM, [outcome(1, ADA, "1", "1", "1")])
    minus = replace(plain.rows[0], questions=(Fraction(-1, 2), Fraction(-4, 3), Fraction(1)))
    assert read(to_csv(replace(plain, rows=(minus,))))[1][3:6] == ["-0.5", "-1 1/3", "1"]


def test_thirds_are_exact_and_no_dates() -> None:
    results = tabulate(EXAM, [outcome(1, ADA, "1/3", "7/6", "5/2")])
    assert next(iter(lines(results)))[3:9] == ("0 1/3", "1 1/6", "2.5", "1.5", "2.5", "4")


def test_a_german_exam_has_decimal_commas_semicolons_and_a_byte_order_mark(tmp_path: Path) -> None:
    german = replace(EXAM, language="de")
    results = tabulate(german, [outcome(1, JUERGEN, "1.5", "4", "7/6", exam=german)])
    write_csv(results, tmp_path / "results.csv")
    text = (tmp_path / "results.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbfHeft;Matrikelnummer;Name;4.1;")
    assert (
        text.decode("utf-8-sig").split("\r\n")[1]
        == "1;03712345;Jürgen Muster;1,5;4;1 1/6;5,5;1 1/6;6 2/3;3.0;fertig;"
    )


def struck(**strikes: Strike) -> Exam:
    return replace(EXAM, grading=Grading(struck=tuple(strikes.items())))


def test_a_dropped_question_counts_for_nobody_and_is_never_open() -> None:
    exam = struck(size=Strike.DROPPED)
    results = tabulate(
        exam,
        [outcome(1, ADA, "2", None, "4", exam=exam), outcome(2, Candidate("2", "Zoe Absent"), exam=exam)],
    )
    assert results.of == 6
    assert results.struck == (("4.2", Strike.DROPPED),)
    assert [line.split(",", 3)[3] for line in to_csv(results).split("\r\n")[1:3]] == [
        "2,struck,4,2,4,6,3.0,final,",
        ",struck,,,,,,missing,no page scanned",
    ]


def test_a_question_can_be_given_to_everybody() -> None:
    exam = struck(size=Strike.FULL)
    results = tabulate(exam, [outcome(1, ADA, "2", None, "4", exam=exam)])
    assert results.of == results.rows[0].total == 10
    assert results.rows[0].status is Status.FINAL


def test_a_bonus_counts_but_percentages_are_of_the_rest() -> None:
    (cnn, slope) = EXAM.problems
    extra = replace(slope, questions=(replace(slope.questions[0], bonus=True),))
    key = GradeKey((("1.0", Fraction(150)), ("4.0", Fraction(100))), "5.0", percent=True)
    exam = replace(EXAM, problems=(cnn, extra), grades=key)
    results = tabulate(
        exam, [outcome(1, ADA, "2", "4", "3", exam=exam), outcome(2, JUERGEN, "2", "3", "0.5", exam=exam)]
    )
    assert results.of == 6
    assert results.reachable == 10
    assert [(row.total, row.grade) for row in results.rows] == [(9, "1.0"), (Fraction(11, 2), "5.0")]


def test_a_fitted_key_is_fitted_to_final_booklets_only() -> None:
    exam = replace(EXAM, grades=replace(EXAM.grades, pass_share=Fraction(50)))
    found = [
        outcome(1, ADA, "1", "1", "1", exam=exam),
        outcome(2, JUERGEN, "0", "1", "1", exam=exam),
        outcome(3, Candidate("3", "Max Muster"), "0", None, "0", exam=exam),
    ]
    results = tabulate(exam, found)
    assert results.key.thresholds == (("1.0", Fraction(7)), ("3.0", Fraction(4)), ("4.0", Fraction(3)))
    assert [row.grade for row in results.rows] == ["4.0", "5.0", ""]


def test_names_with_commas_quotes_and_line_breaks_survive() -> None:
    name = 'Example, "Ada"\nMaria'
    text = to_csv(tabulate(EXAM, [outcome(1, Candidate("1", name), "1", "1", "1")]))
    assert read(text)[1][2] == name
    assert text.endswith("\r\n")


def test_two_outcomes_for_one_booklet_are_refused() -> None:
    with pytest.raises(ValueError, match="booklet 3 has two outcomes"):
        tabulate(EXAM, [outcome(3, ADA, "1", "1", "1"), outcome(3, JUERGEN)])


def test_an_outcome_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="neither score nor candidate"):
        tabulate(EXAM, [outcome(3, None)])


def test_the_file_is_plain_utf_8_and_replaces_an_older_one(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    path.write_text("old", encoding="utf-8")
    results = tabulate(EXAM, [outcome(1, JUERGEN, "1", "1", "1")])
    write_csv(results, path)
    assert path.read_bytes() == to_csv(results).encode()
    assert "Jürgen Muster".encode() in path.read_bytes()
    assert list(tmp_path.iterdir()) == [path]


def test_results_travel_between_processes() -> None:
    results = tabulate(EXAM, [outcome(1, JUERGEN, "1", None, "1")])
    assert pickle.loads(pickle.dumps(results)) == results  # noqa: S301  bytes of this test's own


spelled = st.none() | st.sampled_from(["0", "0.5", "1", "4/3", "2"])
people = st.none() | st.builds(Candidate, st.from_regex(r"[0-9]{3}", fullmatch=True), st.text(max_size=20))
classes = st.lists(
    st.tuples(
        people, st.none() | st.tuples(spelled, spelled, spelled), st.sets(st.integers(1, 9)).map(tuple)
    ).filter(lambda row: row[0] is not None or row[1] is not None),
    max_size=8,
).map(
    lambda rows: [
        outcome(n, who, *(credits or ()), missing=pages)
        for n, (who, credits, pages) in enumerate(rows, start=1)
    ]
)


@given(classes, st.data())
def test_the_order_of_the_booklets_does_not_matter(found: list[BookletOutcome], data: st.DataObject) -> None:
    assert tabulate(EXAM, data.draw(st.permutations(found))) == tabulate(EXAM, found)


@given(classes)
def test_nothing_open_has_a_grade_and_everything_final_has_one(found: list[BookletOutcome]) -> None:
    results: Results = tabulate(EXAM, found)
    table = read(to_csv(results))
    assert [len(line) for line in table] == [len(header(results))] * (len(results.rows) + 1)
    for row, line in zip(results.rows, table[1:], strict=True):
        final = row.status is Status.FINAL
        assert final == (row.total is not None) == bool(row.grade) == bool(line[-4]) == bool(line[-3])
        assert final == (bool(row.registration) and all(c is not None for c in row.questions))
        assert final or row.open
    assert [row.booklet for row in results.rows] == sorted(o.booklet for o in found if o.booklet is not None)
    summary = summarise(results)
    assert summary.final + summary.open + summary.missing == len(results.rows)
    assert sum(n for _, n in summary.grades) == summary.final


def test_what_is_open_is_said_in_the_exams_language_and_kept_as_values() -> None:
    german = replace(EXAM, language="de")
    open_ = outcome(2, None, "2", None, "3", missing=(7,), exam=german)
    results = tabulate(
        german, [replace(open_, remarks=(OpenPoint(OpenKind.TIE, doubts=("cover-missing",)),))]
    )
    (record,) = records(results)
    assert record["open"] == [
        "kein Prüfling",
        "Deckblatt fehlt",
        "4.2 keine Punkte angekreuzt",
        "Seite 7 fehlt",
    ]
    assert json.loads(msgspec.json.encode(record["open_points"]))[2:] == [
        {
            "kind": "question",
            "number": None,
            "question": "4.2",
            "printed": "",
            "doubts": ["no-credit-crossed"],
        },
        {"kind": "page-missing", "number": 7, "question": "", "printed": "", "doubts": []},
    ]
    assert "offen;kein Prüfling; Deckblatt fehlt; 4.2 keine" in to_csv(results).replace('"', "")
    assert next(lines(results, Form.TERMINAL))[-1].startswith("no candidate; cover-missing; 4.2 no-credit")


def test_every_doubt_and_every_kind_has_its_words() -> None:
    say = said("en")
    for doubt in (*Doubt, *TieDoubt):
        assert say[f"doubts.{doubt}"]
    for kind in OpenKind:
        assert OpenPoint(kind, 3, "1.2", "2.1", ("mark-unclear",)).said(say)
