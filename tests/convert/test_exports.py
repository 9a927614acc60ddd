"""Exams taken away, and brought back: what the target can carry is as it was, the rest is named."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from lxml import etree

from klausur.actions.import_exam import import_exam
from klausur.convert import exports
from klausur.convert.leaving import Exported
from klausur.convert.to_moodle import FRACTIONS
from klausur.exam import source
from klausur.exam.content import Content
from klausur.exam.model import Exam, Question, QuestionKind, Scheme, SchemeKind

REFERENCE = Path(__file__).parents[2] / "exams/deep-learning"
FILES = {
    "moodle": "moodle.xml", "gift": "questions.gift", "qti": "qti.zip", "canvas": "canvas.zip",
    "latex": "exam.tex", "amc": "exam.tex", "docx": "exam.docx",
}  # fmt: skip


@pytest.fixture(scope="module")
def exam() -> Exam:
    parsed = source.parse(REFERENCE).exam
    assert parsed is not None
    return parsed


Back = Callable[[str, Exam], Exam]


@pytest.fixture
def back(tmp_path: Path) -> Back:
    """An exam, exported to a form and imported again, with nothing lost on the way back."""

    def moved(form: str, exam: Exam) -> Exam:
        for name, data in exports.of(form).write(exam).files.items():
            path = tmp_path / "away" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        done = import_exam([tmp_path / "away" / FILES[form]], tmp_path / "here", today=date(2026, 1, 5))
        assert done.lost == ()
        assert [str(d) for d in done.diagnostics if d.severity == "error"] == []
        found = source.parse(tmp_path / "here").exam
        assert found is not None
        return found

    return moved


def words(content: Content | None) -> str:
    """What a text says; how its lists are labelled is up to the target."""
    return "" if content is None else re.sub(r"\(?\b[a-d1-4][.)] ", "- ", " ".join(content.text.split()))


def asked(question: Question) -> tuple[object, ...]:
    """What must come back of a question."""
    choices = [(words(c.content), c.right) for c in question.choices]
    return (
        question.title,
        question.kind,
        question.credits,
        words(question.content),
        choices,
        words(question.solution),
    )


WHOLE = pytest.param("1234567", marks=pytest.mark.nightly)
"""All problems of the exam. By day, some: the first has choices, the fourth a figure and a short answer, the
seventh figures in its questions."""


def some(exam: Exam, problems: str) -> Exam:
    """The problems with these numbers."""
    return replace(exam, problems=tuple(p for p in exam.problems if str(p.number) in problems))


@pytest.mark.long
@pytest.mark.parametrize("problems", ["147", WHOLE])
@pytest.mark.parametrize("form", ["moodle", "qti"])
def test_all_of_the_reference_exam_comes_back(exam: Exam, back: Back, form: str, problems: str) -> None:
    exam = some(exam, problems)
    again = {question.title: question for question in back(form, exam).questions}
    for question in exam.questions:
        assert asked(again[question.title]) == asked(question)
        assert (again[question.title].rubric is None) == (question.rubric is None)


@pytest.mark.long
@pytest.mark.parametrize("problems", ["17", WHOLE])
@pytest.mark.parametrize(
    ("form", "credits_kept"), [("gift", False), ("canvas", True), ("amc", True), ("latex", True)]
)
def test_its_choices_come_back(
    exam: Exam,
    back: Back,
    form: str,
    credits_kept: bool,  # noqa: FBT001
    problems: str,
) -> None:
    exam = some(exam, problems)
    again = [q for q in back(form, exam).questions if q.kind is QuestionKind.CHOICE]
    there = [q for q in exam.questions if q.kind is QuestionKind.CHOICE]
    assert [asked(q)[4] for q in again] == [asked(q)[4] for q in there]
    if credits_kept:
        assert [q.credits for q in again] == [q.credits for q in there]


def written(exam: Exam, form: str, **changes: object) -> tuple[Exported, Question]:
    """An export of the first question alone, changed, under a scheme."""
    problem = exam.problems[0]
    question = replace(problem.questions[0], **changes)  # type: ignore[arg-type]
    alone = replace(exam, problems=(replace(problem, questions=(question,)),))
    return exports.of(form).write(alone), question


@pytest.mark.parametrize(
    ("kind", "shares"),
    [
        (SchemeKind.PARTIAL, ["33.33333", "-100", "33.33333", "33.33333"]),
        (SchemeKind.RIGHT_MINUS_WRONG, ["33.33333", "-33.33333", "33.33333", "33.33333"]),
    ],
)
def test_moodle_is_told_the_shares_that_it_knows(exam: Exam, kind: SchemeKind, shares: list[str]) -> None:
    made, _ = written(exam, "moodle", scheme=Scheme(kind))
    root = etree.fromstring(made.files["moodle.xml"])
    assert [a.get("fraction") for a in root.iter("answer")] == shares
    assert made.said == ()


def test_what_moodle_cannot_be_told_is_named(exam: Exam) -> None:
    made, question = written(exam, "moodle")
    assert made.said == (
        (
            f"1.1 {question.title}",
            "the scheme all-or-nothing: right choices share the credits there, a wrong one takes all",
        ),
    )
    none = tuple(replace(choice, right=False) for choice in question.choices)
    made, _ = written(exam, "moodle", choices=none)
    assert made.questions == 0
    assert "no choice is right" in made.said[0][1]


def test_a_file_of_moodle_keeps_its_rules(exam: Exam) -> None:
    root = etree.fromstring(exports.of("moodle").write(exam).files["moodle.xml"])
    questions = [q for q in root if q.get("type") not in {"category", "description"}]
    assert len(questions) == len(list(exam.questions))
    for question in questions:
        assert question.findtext("name/text")
        assert Fraction(question.findtext("defaultgrade") or "0") > 0
        shares = [a.get("fraction") or "" for a in question.findall("answer")]
        assert {share.lstrip("-") for share in shares} <= set(FRACTIONS)
        named = {
            n for t in question.iter("text") for n in re.findall(r"@@PLUGINFILE@@/([^\"]+)", t.text or "")
        }
        assert named == {f.get("name") for f in question.iter("file")}


def test_a_page_of_html_shows_formulas_and_figures(exam: Exam) -> None:
    page = exports.of("html").write(exam).files["exam.html"].decode()
    assert "<math" in page
    assert "\\(" not in page
    assert page.count('src="data:image/') == sum(len(q.content.figures) for q in exam.questions) + sum(
        len(p.content.figures) for p in exam.problems if p.content is not None
    )
