"""Faults planted in programs of claims: which there are, and after which a claim is still shown."""

import ast

import pytest

from klausur.exam import source
from klausur.exam.evidence import mutate
from klausur.exam.evidence.noticed import Faulty
from klausur.exam.evidence.program_mutants import planted

SOURCE = """
LIMIT = 3


def helper(x):
    if x > 0 and x < 9:
        return -x + 2
    return True


def unused(x):
    return x * 5


def shown():
    '''Three times 7.'''
    return helper(4) ** 2 == 4
"""


def test_faults_lie_in_what_a_function_runs_and_nowhere_else() -> None:
    found = planted(SOURCE, "shown", 100)
    assert {m.function for m in found} == {"helper", "shown"}
    afters = {m.after for m in found}
    assert {
        "if x < 0 and x < 9:", "if x > 0 or x < 9:", "if x > 1 and x < 9:", "return False", "return -x - 2",
        "return +x + 2", "return -x + 3", "return helper(5) ** 2 == 4", "return helper(4) * 2 == 4",
        "return helper(4) ** 2 != 4", "if not (x > 0 and x < 9):",
    } <= afters  # fmt: skip
    for mutant in found:
        assert mutant.before != mutant.after
        assert ast.dump(ast.parse(mutant.source)) != ast.dump(ast.parse(SOURCE))
        assert mutant.before.split()[0] in SOURCE.split("\n")[mutant.line - 1]
    assert not any("8." in after or "Three times 8" in after for after in afters)


TRYING = """
def shown():
    rng = np.random.default_rng(3)
    x = rng.normal(3, 4, size=(5, 6))
    for _ in range(7):
        x = x + 8
    close = np.allclose(x, x, atol=9) and 1e-7 < 20
    return Found(close, {"so much": 30, "more": 5 * x})
"""


def test_none_is_planted_where_it_would_be_none() -> None:
    afters = {m.after for m in planted(TRYING, "shown", 100)}
    assert afters == {
        "x = x - 8", "x = x + 9", "close = np.allclose(x, x, atol=9) or 1e-07 < 20",
        "close = np.allclose(x, x, atol=9) and 1e-07 > 20",
        "close = np.allclose(x, x, atol=9) and 1e-07 < 21",
    }  # fmt: skip


def test_some_are_drawn_and_always_the_same() -> None:
    assert len(planted(SOURCE, "shown", 5)) == 5
    assert planted(SOURCE, "shown", 5) == planted(SOURCE, "shown", 5)
    assert planted(SOURCE, "shown", 5) != planted(SOURCE, "shown", 5, seed=1)


PROBLEM = """# Numbers

## Sums {#sums credits=1}

Which holds?

- [x] it holds
- [ ] it does not

## A mean {#mean credits=1 space=20mm}

How large?

::: solution
It is $4$.
:::

::: rubric
- [+1] 4
:::
"""

EVIDENCE = """
from klausur.evidence import exact


@exact("mean", solution="It is $@$")
def four():
    return 2 * 2


@exact("sums", choice="it holds")
def lenient():
    return 5 > 1


@exact("mean", rubric="4")
def endless():
    n = 0
    while n < 3:
        n = n + 1
    return True
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Faulty, ...]:
    folder = tmp_path_factory.mktemp("exam")
    (folder / "problems").mkdir()
    header = 'title = "Faulty"\ndate = 2026-02-10\nstart = "10:00"\nminutes = 60\n'
    (folder / "exam.toml").write_text(header, "utf-8")
    (folder / "problems/1.md").write_text(PROBLEM, "utf-8")
    (folder / "problems/1.py").write_text(EVIDENCE, "utf-8")
    exam = source.parse(folder).exam
    assert exam is not None
    return mutate.mutate(exam).faulty


@pytest.mark.long
def test_a_value_held_against_what_is_typed_hardly_survives_a_fault(found: tuple[Faulty, ...]) -> None:
    four = [f for f in found if f.claim.function == "four"]
    assert {f.typed for f in four} == {True}
    assert [(f.mutant.after, f.survived) for f in four if f.survived] == [("return 2 + 2", True)]
    assert {f.mutant.after for f in four if not f.survived} == {
        "return 3 * 2",
        "return 2 * 3",
        "return -(2 * 2)",
    }


def test_what_says_yes_to_words_survives_many(found: tuple[Faulty, ...]) -> None:
    lenient = {f.mutant.after: f.survived for f in found if f.claim.function == "lenient"}
    assert lenient == {
        "return 5 < 1": False,
        "return not 5 > 1": False,
        "return 6 > 1": True,
        "return 5 > 2": True,
    }
    assert {str(f.place) for f in found if f.claim.function == "lenient"} == {"problems/1.py:12"}


def test_a_fault_that_never_ends_is_ended_and_noticed(found: tuple[Faulty, ...]) -> None:
    endless = {f.mutant.after: f.survived for f in found if f.claim.function == "endless"}
    assert endless["n = n - 1"] is False
    assert endless["return False"] is False
    assert endless["n = n + 2"] is True
