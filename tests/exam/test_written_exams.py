"""The starter exam and the reference exam: clean, complete, and never written over anything."""

from fractions import Fraction
from pathlib import Path

import pytest

from klausur.base.errors import KlausurError, RefusedError, UsageError
from klausur.exam import reference, scaffold
from klausur.exam.model import Exam, QuestionKind
from klausur.exam.rubric import RubricGroup
from klausur.exam.source import parse
from klausur.score.rubric import earned
from klausur.typeset.papers import Form, compile_paper


@pytest.fixture(scope="module")
def deep_learning(tmp_path_factory: pytest.TempPathFactory) -> Exam:
    folder = tmp_path_factory.mktemp("exams") / "deep-learning"
    reference.write(folder)
    parsed = parse(folder)
    assert parsed.diagnostics == ()
    assert parsed.exam is not None
    return parsed.exam


def test_the_starter_exam_has_one_question_of_each_kind(tmp_path: Path) -> None:
    written = scaffold.write(tmp_path / "new" / "exam")
    assert all(path.is_file() for path in written)
    parsed = parse(tmp_path / "new" / "exam")
    assert parsed.diagnostics == ()
    assert parsed.exam is not None
    questions = list(parsed.exam.questions)
    assert {q.kind for q in questions} == {QuestionKind.CHOICE, QuestionKind.TEXT, QuestionKind.SHORT}
    groups = [m for q in questions if q.rubric for m in q.rubric.root.members if isinstance(m, RubricGroup)]
    assert any(group.cap is not None for group in groups)
    for form in Form:
        assert compile_paper(parsed.exam, form).diagnostics == ()


@pytest.mark.parametrize("writer", [scaffold.write, reference.write])
def test_nothing_is_written_over(tmp_path: Path, writer: object) -> None:
    assert callable(writer)
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(RefusedError, match="not empty"):
        writer(tmp_path)
    with pytest.raises(UsageError, match="is a file"):
        writer(tmp_path / "mine.txt")
    with pytest.raises(KlausurError, match="cannot be written"):
        writer(tmp_path / "mine.txt" / "below")
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_credits_of_the_reference_exam(deep_learning: Exam) -> None:
    assert [p.credits for p in deep_learning.problems] == [18, 18, 11, 10, 16, 9, 8]
    assert [len(p.questions) for p in deep_learning.problems] == [9, 7, 5, 5, 9, 4, 4]
    assert [q.credits for q in deep_learning.problems[5].questions] == [1, 1, 3, 4]
    assert deep_learning.credits == 90
    assert deep_learning.minutes == 90
    assert {q.kind for q in deep_learning.questions} == {
        QuestionKind.CHOICE,
        QuestionKind.TEXT,
        QuestionKind.SHORT,
    }


def test_key_of_the_reference_exam(deep_learning: Exam) -> None:
    right = ["acd", "bc", "b", "ac", "bc", "bc", "bc", "bd", "ad"]
    key = ["".join(c.id for c in q.choices if c.right) for q in deep_learning.problems[0].questions]
    assert key == right


def test_facts_of_the_reference_exam(deep_learning: Exam) -> None:
    solutions = {q.id: q.solution.text for q in deep_learning.questions if q.solution is not None}
    sides = 80 // 2 // 2 // 2
    assert str(32 * sides**2) in solutions["flat-size"]
    assert str(8 * (3 * 3 * 3 + 1)) in solutions["first-convolution"]
    assert str(2 * (8 + 16 + 32)) in solutions["norm-parameters"]


@pytest.mark.parametrize(
    ("question", "said", "credits"),
    [
        ("last-layer", ["is wrong or left out"], Fraction(1)),
        ("first-convolution", ["biases are left out"], Fraction(1)),
        ("first-convolution", ["batch normalisation are added"], Fraction(3, 2)),
        ("nesterov", ["just the idea"], Fraction(1, 2)),
        ("parabola-faster", ["gradients clipped"], Fraction(0)),
        (
            "back-layer",
            ["the weights", "matrices", "the result", "the bias", "samples", "factor"],
            Fraction(7, 2),
        ),
    ],
)
def test_slips_cost_what_they_cost_in_the_exam_that_it_follows(
    deep_learning: Exam, question: str, said: list[str], credits: Fraction
) -> None:
    (asked,) = [q for q in deep_learning.questions if q.id == question]
    assert asked.rubric is not None
    items = asked.rubric.root.items
    ticks = {item.id: 1 for words in said for item in items if words in item.content.text}
    assert len(ticks) >= len(said)
    assert earned(asked.rubric, ticks, asked.credits) == credits


def test_the_reference_exam_uses_what_rubrics_can_say(deep_learning: Exam) -> None:
    rubrics = [q.rubric for q in deep_learning.questions if q.rubric is not None]
    items = [item for rubric in rubrics for item in rubric.root.items]
    groups = [m for rubric in rubrics for m in rubric.root.members if isinstance(m, RubricGroup)]
    assert any(item.credits < 0 for item in items)
    assert any(item.credits == 0 for item in items)
    assert any(item.full is not None for item in items)
    assert any(item.credits == Fraction(1, 2) for item in items)
    assert any(group.either for group in groups)
    assert any(group.cap is not None for group in groups)
    assert any(rubric.notes for rubric in rubrics)


@pytest.mark.long
def test_the_reference_exam_can_be_typeset(deep_learning: Exam) -> None:
    for form in Form:
        assert compile_paper(deep_learning, form).diagnostics == ()
