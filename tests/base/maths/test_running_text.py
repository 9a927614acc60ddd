import pytest

from klausur.base.maths import Formula, running_text
from klausur.base.maths.running_text import html, mistakes, pieces


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("well done", [("well done", False)]),
        ("see $x$ and \\(y\\)", [("see ", False), ("$x$", True), (" and ", False), ("\\(y\\)", True)]),
        ("$$a$$\n\\[b\\]", [("$$a$$", True), ("\n", False), ("\\[b\\]", True)]),
        ("it costs 5 $ or $6", [("it costs 5 $ or $6", False)]),
        ("a\\$b", [("a", False), ("$", False), ("b", False)]),
        ("$x", [("$x", False)]),
        ("$ x $", [("$ x $", False)]),
        ("", []),
    ],
)
def test_formulas_stand_between_dollars_or_brackets(text: str, typed: list[tuple[str, bool]]) -> None:
    assert [(piece.typed, isinstance(piece.made, Formula)) for piece in pieces(text)] == typed


def test_a_formula_is_mathml_and_words_are_words() -> None:
    shown = html("a < b\n& $x^2$")
    assert shown.startswith("a &lt; b<br>&amp; <math")
    assert "<msup>" in shown
    assert 'display="block"' in html("$$x$$")


def test_a_mistake_is_told_with_its_place_and_stays_as_typed() -> None:
    text = r"so: $1 + \foo$, and $x$"
    (wrong,) = mistakes(text)
    assert r"\foo" in wrong.message
    assert wrong.at is not None
    assert text[wrong.at :].startswith(r"\foo")
    assert html(text).startswith(r"so: <code>$1 + \foo$</code>, and <math")
    assert "&lt;script&gt;" in html(r"$\foo<script>$")


def test_a_text_with_too_many_formulas_is_shown_all_the_same() -> None:
    shown = html("$x$ " * (running_text.MOST + 5))
    assert shown.count("</math>") == running_text.MOST
    assert shown.endswith("$x$ $x$ ")


def test_a_formula_without_end_ends() -> None:
    text = r"$\def\a{\a\a}\a$ " * 3
    assert len(mistakes(text)) == 3
