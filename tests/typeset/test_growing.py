"""Answer spaces share what is left of their page; long text before a question leaves no hole."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from tests.typeset.conftest import choice_question, make_exam, text_question

from klausur.exam.content import Content
from klausur.exam.model import Exam, Problem, Question, Ruling, Space
from klausur.paper.fields import Field, FieldKind
from klausur.typeset.papers import Form, Paper, compile_paper

FOOT = 297.0 - 17.0
LINE = "A line that is about as wide as the page, of words that say nothing in particular to anybody at all."


def of(
    name: str, number: str, height: float, ruling: Ruling = Ruling.BLANK, *, rest: bool = False
) -> Question:
    question = text_question(number, Fraction(1))
    return replace(question, id=name, space=Space(height, ruling, rest=rest), rubric=None, solution=None)


def space(paper: Paper, question: str) -> tuple[int, Field]:
    (found,) = [
        (page.number, f)
        for page in paper.pages
        for f in page.fields
        if f.question == question and f.kind is FieldKind.ANSWER_AREA
    ]
    return found


def test_what_is_left_of_a_page_is_shared_by_height(of_questions: Callable[..., Exam]) -> None:
    paper = compile_paper(
        of_questions(of("a", "1.1", 60), of("b", "1.2", 30), of("c", "1.3", 200)), Form.EXAM
    )
    (page, a), (same, b), (next_, _) = (space(paper, name) for name in "abc")
    assert (page, same, next_) == (2, 2, 3)
    assert b.box.bottom == pytest.approx(FOOT, abs=0.2)
    assert 1.05 < a.box.h / 60 < 2
    assert a.box.h / 60 == pytest.approx(b.box.h / 30, abs=0.02)


def test_no_space_becomes_more_than_twice_as_high(of_questions: Callable[..., Exam]) -> None:
    paper = compile_paper(of_questions(of("a", "1.1", 20)), Form.EXAM)
    assert space(paper, "a")[1].box.h == pytest.approx(40, abs=0.01)


def test_no_low_hole_is_left_below_a_space(of_questions: Callable[..., Exam]) -> None:
    paper = compile_paper(of_questions(of("a", "1.1", 85)), Form.EXAM)
    box = space(paper, "a")[1].box
    assert box.h > 2 * 85
    assert box.bottom == pytest.approx(FOOT, abs=0.5)


def test_a_grid_grows_by_whole_squares(of_questions: Callable[..., Exam]) -> None:
    paper = compile_paper(of_questions(of("a", "1.1", 95, Ruling.GRID), of("b", "1.2", 200)), Form.EXAM)
    height = space(paper, "a")[1].box.h
    assert height > 95
    assert height % 5 == pytest.approx(0, abs=0.01) or height % 5 == pytest.approx(5, abs=0.01)


def test_a_space_that_takes_the_rest_leaves_the_others_as_they_are(of_questions: Callable[..., Exam]) -> None:
    asked = of("a", "1.1", 60), of("b", "1.2", 30, rest=True), of("c", "1.3", 20)
    paper = compile_paper(of_questions(*asked), Form.EXAM)
    assert space(paper, "a")[1].box.h == pytest.approx(60, abs=0.02)
    assert space(paper, "b")[1].box.bottom == pytest.approx(FOOT, abs=0.2)
    assert space(paper, "c")[0] == space(paper, "b")[0] + 1  # whatever room there would have been


def test_a_space_reaches_to_the_foot_of_its_credit_boxes(of_questions: Callable[..., Exam]) -> None:
    question = replace(of("a", "1.1", 12), credits=Fraction(5, 2), step=Fraction(1, 2))
    paper = compile_paper(of_questions(question, of("b", "1.2", 155), of("c", "1.3", 220)), Form.EXAM)
    boxes = [f.box for f in paper.pages[1].fields if f.question == "a" and f.kind is FieldKind.CREDIT_BOX]
    assert space(paper, "a")[1].box.bottom >= max(box.bottom for box in boxes) - 0.01


def test_all_papers_grow_alike(of_questions: Callable[..., Exam]) -> None:
    exam = of_questions(of("a", "1.1", 60), of("b", "1.2", 30), of("c", "1.3", 200))
    pages = {form: compile_paper(exam, form).pages for form in Form}
    assert pages[Form.EXAM] == pages[Form.BLACKENED] == pages[Form.SOLUTION]


def long_problem(exam: Exam, typst: Callable[..., Content], paragraphs: int, *asked: Question) -> Exam:
    told = typst("\n\n".join([f"{LINE} {LINE} {LINE}"] * paragraphs))
    problem = replace(exam.problems[0], content=told, questions=asked)
    return make_exam(exam.folder, (problem,))


def test_long_text_fills_its_page_without_the_question(exam: Exam, typst: Callable[..., Content]) -> None:
    """Its last paragraph used to go to the next page with the question."""
    made = long_problem(exam, typst, 12, of("a", "1.1", 150))
    paper = compile_paper(made, Form.EXAM)
    assert paper.diagnostics == ()
    page, area = space(paper, "a")
    assert page == 3
    short = compile_paper(long_problem(exam, typst, 11, of("a", "1.1", 150)), Form.EXAM)
    assert space(short, "a")[1].box.y == pytest.approx(area.box.y, abs=0.01)  # no paragraph came along


def test_a_page_that_is_less_than_half_full_is_named(of_questions: Callable[..., Exam]) -> None:
    exam = of_questions(choice_question("1.1"), of("b", "1.2", 220))
    (found,) = compile_paper(exam, Form.EXAM).diagnostics
    assert found.code == "page-half-empty"
    assert found.message.startswith("page 2 is only ")
    assert found.message.endswith("full: question 1.2 did not fit on it")
    assert found.place == [*exam.questions][1].place


def test_a_page_that_its_author_ends_is_not(of_questions: Callable[..., Exam]) -> None:
    exam = of_questions(choice_question("1.1"), replace(of("b", "1.2", 220), on_new_page=True))
    assert compile_paper(exam, Form.EXAM).diagnostics == ()
    first, second = exam.problems[0], exam.problems[0]
    first = replace(first, questions=(choice_question("1.1"),))
    second = Problem("second", 2, "More", None, (of("b", "2.1", 220),), second.place, on_new_page=True)
    assert compile_paper(replace(exam, problems=(first, second)), Form.EXAM).diagnostics == ()


def test_questions_without_spaces_share_what_is_left_of_a_page_on_which_their_problem_goes_on(
    of_questions: Callable[..., Exam],
) -> None:
    exam = of_questions(*(choice_question(f"1.{n}") for n in range(1, 7)))
    papers = {form: compile_paper(exam, form) for form in Form}
    assert papers[Form.EXAM].pages == papers[Form.BLACKENED].pages == papers[Form.SOLUTION].pages

    def gaps(page: int) -> tuple[list[float], float]:
        """Between the boxes of one question and of the next; and where the last one ends."""
        boxes: dict[str, list[float]] = {}
        for f in papers[Form.EXAM].pages[page - 1].fields:
            if f.kind is FieldKind.CHOICE_BOX and f.question:
                boxes.setdefault(f.question, []).append(f.box.y)
        whole = list(boxes.values())
        return [below[0] - above[-1] for above, below in pairwise(whole)], whole[-1][-1]

    spread, foot = gaps(2)
    usual, end = gaps(3)
    assert FOOT - 10 < foot < FOOT
    assert max(spread) == pytest.approx(min(spread), abs=0.2)
    assert min(spread) > max(usual) + 3
    assert end < FOOT - 50
