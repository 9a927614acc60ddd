"""Pages that are there because a sheet has a back."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from klausur.exam.model import Exam
from klausur.typeset.added_pages import AddedPages, added
from klausur.typeset.papers import Form, compile_paper


@pytest.mark.parametrize(("questions", "asked"), [(1, 0), (1, 1), (1, 2), (1, 3), (8, 0), (8, 1), (8, 2)])
def test_what_is_added_makes_the_pages_even(
    exam: Exam, of_questions: Callable[..., Exam], questions: int, asked: int
) -> None:
    text = exam.questions[2] if isinstance(exam.questions, tuple) else list(exam.questions)[2]
    several = [replace(text, id=f"q{n}", number=f"1.{n}") for n in range(questions)]
    made = of_questions(*several, extra_pages=asked)
    pages = compile_paper(made, Form.EXAM).pages
    found = added(pages, asked)
    last = max(page.number for page in pages if any(f.question is not None for f in page.fields))
    assert len(pages) == last + (asked + found.more) + found.blank
    assert len(pages) % 2 == 0
    assert found in ({AddedPages(), AddedPages(more=1)} if asked else {AddedPages(), AddedPages(blank=1)})
    assert (found == AddedPages()) == ((last + asked) % 2 == 0)
