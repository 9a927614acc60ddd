"""Nothing of a key gets onto the paper: what looks like one in a text that candidates read is an error."""

import pytest

from klausur.exam.source import key_on_paper, pandoc, tree

LEAKS = (
    "True or false?\n\n| | true | false |\n|---|---|---|\n| Iron is a metal | [x] | [ ] |",
    "| | true | false |\n|---|---|---|\n| Iron | x | |\n| Wood | | x |",
    "| | true | false |\n|---|---|---|\n| Iron | ✓ | |\n| Wood | | ✓ |",
    "| | true |\n|---|---|\n| Iron | **[x]** |",
    "| [x] Iron | [ ] Wood |\n|---|---|\n| a | b |",
    "- (x) Rome\n- ( ) Oslo",
    "(x) Rome\n( ) Oslo",
    "( ) Oslo\n(X) Rome",
    "1. [x] Rome\n2. [ ] Oslo",
    "a) [ ] Oslo\nb) [X] Rome",
    "[x] Rome",
    "Rome [x]",
    "-[x] Rome",
    "* [*] Rome\n* [ ] Oslo",
    "- [✓] Rome",
    "- {x} Rome",
    "- ☒ Rome\n- ☐ Oslo",
    "☑ Rome",
    "- (*) Rome\n- ( ) Oslo",
    "- [х] Rome",  # a Cyrillic letter
    "- Rome ✓\n- Oslo",
    "- Rome (x)\n- Oslo",
    "- Rome (correct)\n- Oslo",
    "- Rom (richtig)",
    "- Rome <-- correct",
    "- [R] Rome\n- [F] Oslo",
    "- (true) Rome",
    "- **[x]** Rome",
    "> [x] Rome",
    "yes [x] no [ ]",
    "yes ☒ no ☐",
    "Key: B",
    "a) yes [x]\nb) no [ ]",
    "Rome | Oslo [x]\n--|--\na | b",
    "yes ( ) no (x) neither ( )",
    "yes [x] or no",
    "- [+1] the idea\n- [+0.5 each] a reason",
    "- [max 2] the ways",
    "- [-0.5] a slip",
    "- [note] for correctors",
    "ANSWER: B",
    "**Answer:** 42",
    "Solution: $x = 2$",
    "Lösung: 42",
    "**Musterlösung**\n\n42",
    "Solution\n\nIt is two.",
    "Richtige Antwort: b",
    "Réponse correcte : b",
    "Rome is {=in Italy ~in Spain}.",
    "The capital is {1:SHORTANSWER:=Rome}.",
    "It is flat. {T}",
    ":: solution\n\nIt is two.",
    "    - [x] Rome\n    - [ ] Oslo",
    "```\n- [x] Rome\n```",
    "```solution\n42\n```",
    "```python\nx = 1\n# answer: 2\n```",
    "Which? `[x]` Rome",
    "![the answer: Rome [x]](a.svg)",
    "- one\n    - [x] Rome",
    "term\n: [x] meaning",
)
HARMLESS = (
    "What is f(x), where $f(x) = x$?",
    "Find the zeros of f (x).",
    "the interval [x, y] and a[x] and list[x][y]",
    "```python\na[x] = (x)\nprint([x for x in y])\n```",
    "`a[x]` and `f(x)`",
    "See [1] and (2).",
    "Tick (a) or (b).",
    "(a) one\n(b) two",
    "Answer:",
    "Answer: ______",
    "Answer: …………",
    "Write your answer: one word.",
    "The solution: why is it blue?",
    "Turn right (east).",
    "- Is it right or wrong?\n- True or false: it is.",
    "| x | f(x) |\n|---|---|\n| 1 | 2 |",
    "| team | played | won |\n|---|---|---|\n| A | x | y |",
    "| step | value |\n|---|---|\n| | |",
    "[[x]]{.literal} and `[x]`{.literal}",
    "::: literal\n- [x] so\n:::",
    "``` {.literal}\n- [x] so\n```",
    "The set {a, b} and the map {x}.",
    "Rate from 1 (x = no) to 5.",
    "5 x 3 and x",
    "Key: A = area, V = volume",
    "(1 Punkt) Why?",
)


@pytest.fixture(scope="module")
def read() -> dict[str, list[str]]:
    """What is found in each text: one call of pandoc for all."""
    texts = (*LEAKS, *HARMLESS)
    trees = pandoc.read(texts)
    return {
        text: [words for words, _ in key_on_paper.find(tree.unwrap(blocks))]
        for text, blocks in zip(texts, trees, strict=True)
        if not isinstance(blocks, pandoc.PandocError)
    }


@pytest.mark.parametrize("text", LEAKS)
def test_it_looks_like_a_key(read: dict[str, list[str]], text: str) -> None:
    assert read[text]


@pytest.mark.parametrize("text", HARMLESS)
def test_it_is_none(read: dict[str, list[str]], text: str) -> None:
    assert read[text] == []


@pytest.mark.parametrize("title", ["[x] Rome", "Rome ✓", "Rome (correct)", "(x) Rome"])
def test_titles(title: str) -> None:
    assert key_on_paper.in_title(title)
    assert key_on_paper.in_title("What is f(x)?") is None


def test_choices_are_looked_through_as_such() -> None:
    for text, leaks in (
        ("Rome (x)", True),
        ("Rome <-- right", True),
        ("[0] and [1]", False),
        ("f (x)", False),
    ):
        (blocks,) = pandoc.read([text])
        assert not isinstance(blocks, pandoc.PandocError)
        assert bool(list(key_on_paper.find(tree.unwrap(blocks), in_choice=True))) is leaks


def test_where_it_stands() -> None:
    (blocks,) = pandoc.read(["one\n\ntwo\n(x) three\n\n| a | b |\n|---|---|\n| c | [x] |"])
    assert not isinstance(blocks, pandoc.PandocError)
    assert [line for _, line in key_on_paper.find(tree.unwrap(blocks))] == [4, 8]
