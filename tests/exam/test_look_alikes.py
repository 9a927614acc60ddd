"""Words that were meant as structure are named, each with the way to write it; other words are left alone."""

import pytest

from klausur.exam.source import boxed_code, look_alikes, pandoc, stray_tex, tree

MEANT = {
    "+---+---+\n| a | b |\n+===+===+\n| 1 | 2 |\n+---+---+": "grid table",
    "| a | b |\n| 1 | 2 |": "without the line below its head",
    "Compute\na) one\nb) two": "runs together",
    "Name\n2. one\n3. two": "runs together",
    "• one\n• two": "runs together",
    "• one": "bullet",
    "##Title": "blank behind #",
    "a\\{width=60%} b": "braces",
    ":: shared": "does not begin",
    "text\n:::": "did not begin",
    "a ```python b": "fence",
    "** bold** words": "**",
    "**bold ** words": "**",
    "![words] (a.svg)": "figure or link",
    "words ^[a note]": "footnote",
    "words[^1]": "footnote",
    "a\n\n\\===": "line of signs",
    "==words==": "==",
    "| a | b |\n|---|---|\n| [^n] | **x ** |": "footnote",
}
PLAIN = (
    "2**3 and a ** b, snake_case, x_1",
    "Fill in: ____ and ........",
    "C# and #1 and 5 # 3",
    "{a, b} and {x | x = 1}",
    "In the year\n1984. That is it.",
    "|x| is positive",
    "a = b == c and d == e",
    "`a **b ```c`",
    "$a$ **bold** *slanted*",
    "[words **so **]{.literal}",
    "| a |\n|---|\n| 1 |",
)


@pytest.mark.parametrize("text", MEANT)
def test_it_was_meant_as_structure(text: str) -> None:
    assert MEANT[text] in " ".join(f.message + f.words for f in _found(text))


def test_plain_words_are_none() -> None:
    for text, blocks in zip(PLAIN, pandoc.read(PLAIN), strict=True):
        assert not isinstance(blocks, pandoc.PandocError)
        assert (text, list(look_alikes.find(tree.unwrap(blocks)))) == (text, [])


def _found(text: str) -> list[look_alikes.Finding]:
    (blocks,) = pandoc.read([text])
    assert not isinstance(blocks, pandoc.PandocError)
    return list(look_alikes.find(tree.unwrap(blocks)))


@pytest.mark.parametrize("text", ["( ) yes ( ) no", "- ☐ yes", "[ ] yes", "| a |\n|---|\n| [ ] |"])
def test_boxes_that_nobody_reads(text: str) -> None:
    (blocks,) = pandoc.read([text])
    assert not isinstance(blocks, pandoc.PandocError)
    assert list(look_alikes.boxes(tree.unwrap(blocks)))


@pytest.mark.parametrize(
    ("text", "opened"),
    [
        ("- [x] ```python\n  a\n    b\n  ```", '- ```{.python box="x"}\n  a\n    b\n  ```'),
        ("- [ ] ```c++\n      a\n        b\n      ```", '- ```{.cpp box=""}\n  a\n    b\n  ```'),
        ("* [X] ~~~ {.r .literal}\n  a\n  ~~~", '* ~~~{.r .literal box="X"}\n  a\n  ~~~'),
        ("- [x] ```a``` b", "- [x] ```a``` b"),
        ("- [x] ```\n\nno end", "- [x] ```\n\nno end"),
    ],
)
def test_code_in_the_line_of_its_box(text: str, opened: str) -> None:
    assert boxed_code.opened(text) == opened


@pytest.mark.parametrize(
    ("words", "way"),
    [
        ("\\newpage", "break=before"),
        ("\\begin{itemize}", "a list"),
        ("\\vspace", "space=40mm"),
        ("\\textbf", "**"),
    ],
)
def test_tex_for_the_layout_is_told_how_it_is_written_here(words: str, way: str) -> None:
    assert way in (stray_tex.hint(words) or "")
    assert stray_tex.hint("\\frac") is None
