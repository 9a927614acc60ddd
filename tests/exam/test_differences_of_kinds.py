"""Tables, numbers, weights and marking rules, printed and on disk: what differs, and what is written back."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from klausur.exam.differences import DifferenceKind, differences
from klausur.exam.differences.parts import OF_QUESTION, Item
from klausur.exam.frozen import Frozen, gather
from klausur.exam.model import Exam, Question
from klausur.exam.number import ExpectedNumber
from klausur.exam.source import parse
from klausur.exam.write_back import written

K = DifferenceKind
NAME = "problems/1-light.md"
TEXT = """# Light {best=2}

## Fall {#fall credits=2 kind=number digits=2 decimals=2 unit="m/s"}

How fast?

::: answer
- [+2] 9.81 ± 0.02
- [+1] 10
:::

## Planets {#planets credits=2}

What is true?

|              | true | false |
| ------------ | ---- | ----- |
| It is [1].   | [x]  | [ ]   |
| It is two.   | [ ]  | [x]   |

## Best {#best credits=2 scheme=weights}

Which?

- [+2] one
- [0] two
- [-1] three

## Water {#water credits=2 kind=blanks}

It boils at [100]{.blank digits=3} and
freezes at [[+1] 0 ± 1; [+0.5] 2]{.blank digits=2 decimals=1 unit="°C"}.
"""


@pytest.fixture
def read(make: Callable[..., Path]) -> Callable[..., Frozen]:
    def made(old: str = "", new: str = "", header: str = "") -> Frozen:
        assert not old or TEXT.count(old) == 1
        toml = {"exam.toml": f'{header}\ntitle = "T"\ndate = 2030-02-08\nstart = "10:00"\nminutes = 90\n'}
        parsed = parse(make({NAME: TEXT.replace(old, new) if old else TEXT, **(toml if header else {})}))
        assert parsed.exam is not None
        assert [str(d) for d in parsed.diagnostics] == []
        return gather([parsed.exam], parsed.exam.folder)

    return made


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("9.81 ± 0.02", "9.81 ± 0.05", [(K.EXPECTED, "fall", "")]),
        ("number digits=2", "number digits=3", [(K.DIGIT_BOXES, "fall", "")]),
        ("m/s", "km/h", [(K.WORDING, "fall", "")]),
        ("[100]", "[100 ± 5]", [(K.EXPECTED, "water", "")]),
        ("digits=2 decimals=1", "digits=2", [(K.DIGIT_BOXES, "water", "")]),
        ("°C", "K", [(K.WORDING, "water", "")]),
        ("boils", "cooks", [(K.WORDING, "water", "")]),
        (
            "[100]",
            "[0]{.blank digits=1}[100]",
            [(K.WORDING, "water", ""), (K.DIGIT_BOXES, "water", ""), (K.EXPECTED, "water", "")],
        ),
        ("It is two.", "It is three.", [(K.CHOICE_REWORDED, "planets", "b")]),
        ("true | false |\n", "right | false |\n", [(K.CHOICE_REWORDED, "planets", "1")]),
        ("| [x]  | [ ]   |", "| [ ]  | [x]   |", [(K.RIGHT, "planets", "a1a2")]),
        ("[0] two", "[+2] two", [(K.RIGHT, "best", "b"), (K.WEIGHTS, "best", "")]),
        (" {best=2}", "", [(K.PARAMETERS, None, "")]),
    ],
)
def test_what_differs_is_named(
    read: Callable[..., Frozen], old: str, new: str, expected: list[tuple[K, str | None, str]]
) -> None:
    if old == "[0] two":  # then the best answer earns more
        new_state = replace_question(read(), "best", lambda q: weighed(q, "b", Fraction(2)))
        found = differences(read(), new_state)
    else:
        found = differences(read(), read(old, new))
    assert [(d.kind, d.question, "".join(d.letters)) for d in found] == expected


def test_another_marking_rule_is_another_paper(read: Callable[..., Frozen]) -> None:
    plain, filled = read(header="\n"), read(header='marking = "fill"')
    (found,) = differences(plain, filled)
    assert (found.kind, found.paper) == (K.MARKING, True)


def weighed(question: Question, letter: str, weight: Fraction) -> Question:
    return replace(
        question,
        choices=tuple(
            replace(c, weight=weight, right=weight > 0) if c.id == letter else c for c in question.choices
        ),
    )


def replace_question(state: Frozen, id_: str, change: Callable[[Question], Question]) -> Frozen:
    def changed(exam: Exam) -> Exam:
        problems = (
            replace(p, questions=tuple(change(q) if q.id == id_ else q for q in p.questions))
            for p in exam.problems
        )
        return replace(exam, problems=tuple(problems))

    return replace(state, exams=tuple(changed(exam) for exam in state.exams))


@pytest.mark.parametrize(
    ("item", "value", "old", "new"),
    [
        (
            Item(K.EXPECTED, "fall"),
            (ExpectedNumber(Fraction("9.8"), Fraction(2), Fraction("0.1")),),
            "- [+2] 9.81 ± 0.02\n- [+1] 10",
            "- [+2] 9.8 ± 0.1",
        ),
        (
            Item(K.EXPECTED, "water"),
            (
                (ExpectedNumber(Fraction(100), Fraction(1)),),
                (
                    ExpectedNumber(Fraction(0), Fraction(1), Fraction("1.5")),
                    ExpectedNumber(Fraction(2), Fraction("0.5")),
                ),
            ),
            "[100]{.blank digits=3} and\nfreezes at [[+1] 0 ± 1; ",
            "[[+1] 100]{.blank digits=3} and\nfreezes at [[+1] 0 ± 1.5; ",
        ),
        (
            Item(K.RIGHT, "planets"),
            ("a2", "b2"),
            "| It is [1].   | [x]  | [ ]   |",
            "| It is [1].   | [ ]  | [x]   |",
        ),
        (
            Item(K.WEIGHTS, "best"),
            (("a", Fraction(2)), ("b", Fraction(1, 2)), ("c", Fraction(-1))),
            "- [0] two",
            "- [+0.5] two",
        ),
    ],
)
def test_an_item_is_written_back(
    read: Callable[..., Frozen], item: Item, value: object, old: str, new: str
) -> None:
    disk = read()
    part = OF_QUESTION[item.kind]
    counts = replace_question(disk, item.question or "", lambda q: part.put(q, value))
    texts = written({NAME: TEXT}, item, counts, disk, [])
    assert texts == {NAME: TEXT.replace(old, new)}
