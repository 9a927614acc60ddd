"""What has changed in a key is told at the line on which it has, also within a sentence of several lines."""

import pytest

from klausur.base.diagnostics import Place
from klausur.evidence import Part
from klausur.exam.evidence import acceptance, statements
from klausur.exam.evidence.statements import SourceStretch, WrittenQuestion

SOLUTION = """\
Yes. The two decide independently. One layer does
the same if it drops with probability $p$, and a
third one would not
change it.

No sentence is like that."""


def asked(text: str = SOLUTION) -> WrittenQuestion:
    parts = {part: [SourceStretch(10, text)] if part is Part.SOLUTION else [] for part in Part}
    return WrittenQuestion("q", Place("1.md", 8), parts)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("One layer does\nthe work if it drops", 11),
        ("One layer makes\nthe same if it drops", 10),
        ("One layer does the same if it drops with probability $@$ and no third one", 11),
        ("and a third one would change", 12),
        ("Each sentence is like that.", 15),
    ],
)
def test_words_that_are_gone_are_told_where_they_first_differ(words: str, line: int) -> None:
    found = statements.nearest(asked(), Part.SOLUTION, words)
    assert found is not None
    assert (found[0], found[1]) == (line, SOLUTION.split("\n")[line - 10])


def test_words_that_nothing_is_like_are_told_nowhere() -> None:
    assert statements.nearest(asked(), Part.SOLUTION, "gradients vanish quickly") is None
    assert statements.nearest(asked(), Part.RUBRIC, "One layer does") is None


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("would not\n", "would\n", 13),
        ("the same if", "not the same if", 11),
        ("One layer", "No layer", 10),
        ("change it", "change them", 13),
        ("No sentence", "Each sentence", None),
    ],
)
def test_a_statement_that_was_accepted_is_told_where_it_first_differs(
    old: str, new: str, line: int | None
) -> None:
    before = acceptance.digest(asked(), Part.SOLUTION, "layer does\nthe")[1]
    words = "layer does\nnot the" if "not the same" in new else "layer does\nthe"
    changed = asked(SOLUTION.replace(old, new, 1))
    assert acceptance.changed_at(changed, Part.SOLUTION, words, (), before) == line


def test_what_a_program_is_held_against_is_no_change() -> None:
    before = acceptance.digest(asked(), Part.SOLUTION, "with probability $@$")[1]
    changed = asked(SOLUTION.replace("$p$", "$p + q$"))
    assert acceptance.changed_at(changed, Part.SOLUTION, "with probability $@$", (), before) is None
