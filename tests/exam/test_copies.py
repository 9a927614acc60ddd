"""Numbers that a program repeats although its question types them."""

from pathlib import Path

import pytest

from klausur.exam import source
from klausur.exam.evidence.run import run

HEADER = 'title = "Copied"\ndate = 2026-02-10\nstart = "10:00"\nminutes = 60\n'

PROBLEM = """# Pictures {credits=2}

Pictures are 80 pixels wide, and there are 2 kinds of 0.25 of them.

## Halved {#halved credits=1 space=33mm}

They are halved 10 times. Or $n_{77}$ times.

::: solution
They are $55$ wide.
:::

::: rubric
- [+0.75] all 44 of them
- [+0.25] both
:::

## Other {#other credits=1}

Which of 66?

- [x] the 91st
- [ ] 92 of them
"""

HEAD = """
import numpy as np
from klausur.evidence import Found, always, exact, given

SIDE = 80
UNUSED = 80

@exact("halved", rubric="all 44 of them")
def shown():
    BODY


def helper(x=80):
    return INSIDE
"""


def told(folder: Path, body: str, inside: str = "1", head: str = HEAD) -> list[tuple[int, str, str]]:
    (folder / "problems").mkdir()
    (folder / "exam.toml").write_text(HEADER, "utf-8")
    (folder / "problems/1.md").write_text(PROBLEM, "utf-8")
    text = head.replace("BODY", body).replace("INSIDE", inside)
    (folder / "problems/1.py").write_text(text, "utf-8")
    exam = source.parse(folder).exam
    assert exam is not None
    found = [d for d in run(exam).diagnostics if d.code == "evidence-copy"]
    assert {d.place.file for d in found} <= {"problems/1.py"}
    return [(d.place.line, d.message, d.hint) for d in found]


WIDE = "write given('halved', text='Pictures are @ pixels wide,'), so that it changes with the question"


def test_a_copy_is_told_at_its_line_with_what_to_write(tmp_path: Path) -> None:
    assert told(tmp_path, "return 80 > 3") == [
        (10, "80 is repeated here, and typed in question 'halved' at problems/1.md:3", WIDE)
    ]


@pytest.mark.parametrize(
    ("body", "inside", "lines"),
    [
        ("return SIDE > 3", "1", [5]),
        ("return helper() > 0", "80 + 1", [14]),
        ("return 0.25 > 0", "1", [10]),
        ("return len('a' * 44) == 44", "1", [10]),
        ("return 10 > 3", "1", [10]),
        ("return helper() > 0", "10 + 1", []),
        ("return 10 ** 2 > 3", "1", []),
        ("return 77 > 3 or 55 > 33", "1", []),
        ("return 66 + 91 + 92 > 0", "1", []),
        ("return 2 > 0.75", "1", []),
        ("return list(range(99))[80] == 80.5", "1", []),
        ("return float(np.random.default_rng(80).normal(80, size=80)[0]) > 0", "1", []),
        ("return all(True for _ in range(80))", "1", []),
        ("return Found(True, {'width': 80})", "1", []),
        ("return given('halved', text='Pictures are @ pixels') == 80", "1", []),
    ],
)
def test_which_numbers_are_copies(tmp_path: Path, body: str, inside: str, lines: list[int]) -> None:
    assert [line for line, _, _ in told(tmp_path, body, inside)] == lines


def test_a_number_of_the_choice_itself_is_no_copy(tmp_path: Path) -> None:
    head = HEAD.replace('"halved", rubric="all 44 of them"', '"other", choice="92 of them"')
    found = told(tmp_path, "return 80 + 92 + 66 < 0", head=head)
    assert [message.partition(" ")[0] for _, message, _ in found] == ["80", "66"]
