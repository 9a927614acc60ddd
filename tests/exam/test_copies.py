"""Numbers that a program repeats although its question types them."""

from pathlib import Path

import pytest

from klausur.base.diagnostics import Place
from klausur.evidence import Part
from klausur.exam import source
from klausur.exam.evidence import Claim, Outcome, statements
from klausur.exam.evidence.copies import copies
from klausur.exam.evidence.run import run
from klausur.exam.model import Exam

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


def written(folder: Path, program: str) -> Exam:
    (folder / "problems").mkdir()
    (folder / "exam.toml").write_text(HEADER, "utf-8")
    (folder / "problems/1.md").write_text(PROBLEM, "utf-8")
    (folder / "problems/1.py").write_text(program, "utf-8")
    exam = source.parse(folder).exam
    assert exam is not None
    return exam


def program(body: str, inside: str = "1", head: str = HEAD) -> str:
    return head.replace("BODY", body).replace("INSIDE", inside)


def told_when_run(folder: Path, body: str) -> list[tuple[int, str, str]]:
    found = [d for d in run(written(folder, program(body))).diagnostics if d.code == "evidence-copy"]
    assert {d.place.file for d in found} <= {"problems/1.py"}
    return [(d.place.line, d.message, d.hint) for d in found]


def told(folder: Path, text: str, question: str, part: Part, words: str) -> list[tuple[int, str]]:
    """What is told of the program's one claim, as if it had been run and given nothing."""
    asked = statements.asked(written(folder, text))
    place = Place("problems/1.md", 1)
    claim = Claim(question, part, words, place, Outcome.PROVED, function="shown", words=words)
    return [(d.place.line, d.message) for d in copies("problems/1.py", text, [claim], asked)]


WIDE = "write given('halved', text='Pictures are @ pixels wide,'), so that it changes with the question"


def test_a_copy_is_told_at_its_line_with_what_to_write(tmp_path: Path) -> None:
    assert told_when_run(tmp_path, "return 80 > 3") == [
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
    ],
)
def test_which_numbers_are_copies(tmp_path: Path, body: str, inside: str, lines: list[int]) -> None:
    found = told(tmp_path, program(body, inside), "halved", Part.RUBRIC, "all 44 of them")
    assert [line for line, _ in found] == lines


def test_a_number_that_the_program_is_given_is_no_copy(tmp_path: Path) -> None:
    body = "return given('halved', text='Pictures are @ pixels') == 80 > 10"
    ((line, message, _),) = told_when_run(tmp_path, body)
    assert (line, message.partition(" ")[0]) == (10, "10")


def test_a_number_of_the_choice_itself_is_no_copy(tmp_path: Path) -> None:
    head = HEAD.replace('"halved", rubric="all 44 of them"', '"other", choice="92 of them"')
    text = program("return 80 + 92 + 66 < 0", head=head)
    found = told(tmp_path, text, "other", Part.CHOICE, "92 of them")
    assert [message.partition(" ")[0] for _, message in found] == ["80", "66"]
