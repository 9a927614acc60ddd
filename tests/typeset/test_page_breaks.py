"""Where pages break: exams of awkward lengths, judged by their Fields and by where the PDF's words stand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klausur.base.geometry import PAPERS, Box
from klausur.exam.content import Content
from klausur.exam.model import Choice, Exam, Problem, Question, QuestionKind, Ruling, Space
from klausur.paper.fields import Field, FieldKind
from klausur.typeset.page_frame import MARGIN
from klausur.typeset.papers import Form, Paper, compile_paper

MM = 25.4 / 72
LEFT = 30.0
HOLE = 40.0
"""mm that a space takes as well where no more would stay white below it."""

"""The left margin in mm."""
A4, LETTER = (pytest.param(sheet, marks=pytest.mark.nightly) for sheet in ("a4", "letter"))
"""By day, each of these tests has one of the papers; `test_awkward_lengths` draws from both."""
LINE = "A line that is about as wide as the page, of words that say nothing in particular to anybody at all."


@dataclass(frozen=True)
class Spot:
    """Where a word stands: its page, from 1, and the y of its upper edge in mm."""

    page: int
    y: float


class Words:
    """Where the words of a PDF stand; each is looked for once."""

    def __init__(self, pdf: bytes) -> None:
        self.spots: dict[str, Spot] = {}
        with pdfium.PdfDocument(pdf) as document:
            for number in range(len(document)):
                page = document[number]
                text = page.get_textpage()
                said = text.get_text_range()
                start = 0
                for word in said.split():
                    start = said.index(word, start)
                    if word.startswith("Q"):
                        top = text.get_charbox(start)[3]
                        self.spots.setdefault(word, Spot(number + 1, (page.get_height() - top) * MM))
                    start += len(word)

    def __getitem__(self, word: str) -> Spot:
        return self.spots[word]


def asked(name: str, paragraphs: int, typst: Callable[..., Content]) -> Content:
    """Text of some paragraphs, with a word that nobody else says at its beginning and its end."""
    middle = "\n\n".join([" ".join([LINE] * 3)] * max(0, paragraphs - 2))
    return typst(f"Q{name}begin {LINE}\n\n{middle}\n\n{LINE} Q{name}end")


def choice_question(
    name: str, paragraphs: int, choices: str, columns: int | None, typst: Callable[..., Content]
) -> Question:
    """A multiple-choice question with a choice for each letter, three lines long if they are capitals."""
    letters = choices.lower()
    said = "" if choices == letters else f" {LINE} {LINE}"
    return replace(
        bare(name, QuestionKind.CHOICE, asked(name, paragraphs, typst)),
        choices=tuple(Choice(c, typst(f"Q{name}{c}{said}"), right=c == "b") for c in letters),
        columns=columns,
    )


def letters(count: int, long: int) -> str:
    """The first letters, as capitals for long choices."""
    found = "abcdefghijklmnopqrstuvwxyz"[:count]
    return found.upper() if long else found


def text_question(
    name: str, paragraphs: int, height: float, boxes: int, typst: Callable[..., Content]
) -> Question:
    """A question with an answer space and credit boxes from 0 on."""
    return replace(
        bare(name, QuestionKind.TEXT, asked(name, paragraphs, typst)),
        credits=Fraction(boxes - 1, 4),
        step=Fraction(1, 4),
        space=Space(height, Ruling.LINED),
    )


def bare(name: str, kind: QuestionKind, content: Content) -> Question:
    """A question without its answer."""
    return Question(name, "1.1", kind, f"Q{name}title", content, Fraction(1), content.place)


def exam_of(exam: Exam, groups: list[list[Question]], sheet: str, typst: Callable[..., Content]) -> Exam:
    """An exam with a problem for each group of questions."""
    problems = tuple(
        Problem(
            f"p{n}",
            n,
            f"Qp{n}title",
            typst(f"Qp{n}begin {LINE}") if n % 2 else None,
            tuple(replace(q, number=f"{n}.{m}") for m, q in enumerate(group, start=1)),
            exam.problems[0].place,
        )
        for n, group in enumerate(groups, start=1)
    )
    return replace(exam, problems=problems, paper=sheet)


def fields(paper: Paper, question: str) -> Iterator[tuple[int, Field]]:
    """The Fields of a question with their pages."""
    for page in paper.pages:
        yield from ((page.number, f) for f in page.fields if f.question == question)


def check(exam: Exam, *, fits: Callable[[Question], bool]) -> Paper:
    """Everything that must hold of where an exam's pages break; its exam paper."""
    paper = compile_paper(exam, Form.EXAM)
    assert [d for d in paper.diagnostics if d.code not in {"solution-overflow", "page-half-empty"}] == []
    words = Words(paper.pdf)
    size = PAPERS[exam.paper]
    lowest = size.h - MARGIN["bottom"] + 0.1
    for problem in exam.problems:
        head = words[f"Q{problem.id}title"]
        first = words[f"Q{problem.questions[0].id}title"]
        if problem.content is not None:
            assert words[f"Q{problem.id}begin"].page == head.page
        assert first.page == head.page, "a problem's heading is alone"
    for question in exam.questions:
        here = list(fields(paper, question.id))
        head, begin, end = (words[f"Q{question.id}{part}"] for part in ("title", "begin", "end"))
        assert head.page == begin.page, "a question's heading is alone"
        assert all(f.box.bottom <= lowest for _, f in here)
        if fits(question):
            pages = {page for page, f in here if f.kind is not FieldKind.ANSWER_AREA}
            assert pages | {end.page} == {head.page}
        check_choices(question, here, words, end)
        boxes = [(page, f.box) for page, f in here if f.kind is FieldKind.CREDIT_BOX]
        if boxes:
            assert {page for page, _ in boxes} == {head.page}, "credit boxes have left their question"
            if all(box.x < LEFT for _, box in boxes):
                assert min(box.y for _, box in boxes) == pytest.approx(head.y, abs=3)
            else:  # in rows under the heading, above the text
                assert all(head.y + 5 < box.y for _, box in boxes)
                assert max(box.bottom for _, box in boxes) < begin.y
        for page, field in here:
            if field.kind is FieldKind.ANSWER_AREA:
                assert question.space is not None
                # to its credit boxes' foot, as much as it has itself of what is left of its page, and a hole
                least = question.space.height
                assert least - 0.01 <= field.box.h
                beside = max(0, max(f.bottom for _, f in boxes) - end.y)
                assert field.box.h <= 2 * least + HOLE + beside + 0.01
                assert page in {end.page, end.page + 1}
    return paper


def check_choices(question: Question, here: list[tuple[int, Field]], words: Words, end: Spot) -> None:
    """Choices follow the text and one another, each beside its box, the first at the end of the text."""
    at = {f.choice: (page, f.box) for page, f in here if f.kind is FieldKind.CHOICE_BOX}
    for choice in question.choices:
        page, box = at[choice.id]
        said = words[f"Q{question.id}{choice.id}"]
        assert said.page == page
        assert box.y - 1.5 <= said.y <= box.bottom
    if question.choices:
        assert at["a"][0] == end.page, "the first choice is torn from what is asked"
        assert at["a"][1].y > end.y
        order = [at[choice.id] for choice in question.choices]
        assert all((one[0], one[1].y) <= (two[0], two[1].y + 0.01) for one, two in pairwise(order)), (
            "choices stand in the order of the source"
        )


def same(exam: Exam, first: Paper) -> None:
    """The other papers have their Fields at the same places, to a tenth of a millimetre."""
    for other in (compile_paper(exam, form) for form in (Form.BLACKENED, Form.SOLUTION)):
        assert len(other.pages) == len(first.pages)
        for page, twin in zip(first.pages, other.pages, strict=True):
            for one, two in zip(page.fields, twin.fields, strict=True):
                assert replace(one, box=Box(0, 0, 0, 0)) == replace(two, box=Box(0, 0, 0, 0))
                for side in ("x", "y", "w", "h"):
                    assert getattr(one.box, side) == pytest.approx(getattr(two.box, side), abs=0.1)


@pytest.mark.parametrize("sheet", ["a4", LETTER])
def test_questions_of_a_page_at_most_stay_whole(
    exam: Exam, typst: Callable[..., Content], sheet: str
) -> None:
    """Behind an answer space of every height, whatever is left of the page."""
    groups = []
    for n, height in enumerate(range(20, 220, 9)):
        groups.append(
            [
                text_question(f"f{n}", 2, height, 2, typst),
                choice_question(f"c{n}", 2 + n % 3, letters(2 + n % 7, n % 2), (None, 1, 2)[n % 3], typst),
                text_question(f"t{n}", 2 + n % 4, 30 + 5 * (n % 9), 3 + n % 12, typst),
            ]
        )
    check(exam_of(exam, groups, sheet, typst), fits=lambda _: True)


@pytest.mark.parametrize(
    ("columns", "sheet"),
    [
        (1, "a4"),
        (2, "letter"),
        *(pytest.param(*other, marks=pytest.mark.nightly) for other in ((1, "letter"), (2, "a4"))),
    ],
)
def test_a_long_question_breaks_between_its_choices(
    exam: Exam, typst: Callable[..., Content], columns: int, sheet: str
) -> None:
    groups = [
        [
            text_question(f"f{n}", 2, height, 2, typst),
            choice_question(f"c{n}", 2 + 9 * n, letters(26, 1), columns, typst),
        ]
        for n, height in enumerate((20, 130))
    ]
    made = exam_of(exam, groups, sheet, typst)
    paper = check(made, fits=lambda q: q.kind is QuestionKind.TEXT)
    spread = [{page for page, f in fields(paper, f"c{n}") if f.choice} for n in range(2)]
    assert any(len(pages) > 1 for pages in spread), "or this test tests nothing"
    same(made, paper)


@pytest.mark.parametrize("sheet", [A4, "letter"])
def test_a_text_longer_than_a_page_breaks_between_its_paragraphs(
    exam: Exam, typst: Callable[..., Content], sheet: str
) -> None:
    groups = [
        [
            text_question(f"f{n}", 2, height, 2, typst),
            text_question(f"t{n}", 25, 60, 9 + 12 * n, typst),
            choice_question(f"c{n}", 22, letters(5, n % 2), None, typst),
        ]
        for n, height in enumerate((20, 130))
    ]
    made = exam_of(exam, groups, sheet, typst)
    same(made, check(made, fits=lambda q: q.id.startswith("f")))


BOXES = 40
"""Credit boxes in a column below a problem's heading and text: above some more of them, these stand alone."""


@st.composite
def lengths(draw: st.DrawFn) -> list[tuple[str, int, int, int, int]]:
    """Kinds of questions, with paragraphs, height or choices, credit boxes or columns, and long choices."""
    return draw(
        st.lists(
            st.tuples(
                st.sampled_from(["choice", "text"]),
                st.integers(2, 18),
                st.integers(2, 26),
                st.integers(1, 2),
                st.integers(0, 1),
            ),
            min_size=1,
            max_size=4,
        )
    )


@pytest.mark.long
@settings(max_examples=10)
@given(lengths(), st.sampled_from(["a4", "letter"]))
def test_awkward_lengths(
    exam: Exam, typst: Callable[..., Content], drawn: list[tuple[str, int, int, int, int]], sheet: str
) -> None:
    groups = [
        [
            choice_question(f"x{n}", paragraphs, letters(many, long), columns, typst)
            if kind == "choice"
            else text_question(f"x{n}", paragraphs, 8 * many, min(1 + 2 * many // columns, BOXES), typst)
        ]
        for n, (kind, paragraphs, many, columns, long) in enumerate(drawn)
    ]
    made = exam_of(exam, groups, sheet, typst)
    check(made, fits=lambda _: False)
