"""Mistakes planted in a key: which there are, and what evidence says of each."""

from collections import Counter
from pathlib import Path

import pytest

from klausur.exam import source
from klausur.exam.evidence import mutate
from klausur.exam.evidence.key_mutants import Fault, KeyMutant, planted
from klausur.exam.evidence.noticed import Noticed, Planted, fault_counts
from klausur.exam.evidence.statements import asked_in
from klausur.exam.model import Exam

HEADER = 'title = "Planted"\ndate = 2026-02-10\nstart = "10:00"\nminutes = 60\n'

PROBLEM = r"""# Numbers

## Sums {#sums credits=2}

Which hold for 2 numbers?

- [x] $a + b = b + a$
- [ ] the larger one is 3 cm

## A root {#root credits=1 space=20mm}

How large is it?

::: solution
It is $-x \cdot 2.5 = 4$ and not `7`. It takes 20 ms.
:::

::: rubric
- [+0.5] always $4$
- [+0.5] a word
:::
"""

EVIDENCE = r"""
import sympy

from klausur.evidence import always, exact, experiment, simulated

RUNS = []


@exact("sums", choice="a + b")
def commutes():
    RUNS.append(1)
    assert len(RUNS) == 1, "no program runs twice"
    return True


@simulated("root", solution="2.5 = @$", within=0.5, runs=50)
def four(rng):
    return 4 + rng.normal() / 100


@exact("root", solution="It takes @ ms", )
def takes():
    return 20


@always("root", rubric="always $4$")
def holds(rng):
    return True
"""


@pytest.fixture
def exam(tmp_path: Path) -> Exam:
    (tmp_path / "problems").mkdir()
    (tmp_path / "exam.toml").write_text(HEADER, "utf-8")
    (tmp_path / "problems/1.md").write_text(PROBLEM, "utf-8")
    (tmp_path / "problems/1.py").write_text(EVIDENCE, "utf-8")
    found = source.parse(tmp_path).exam
    assert found is not None
    return found


def changes(found: list[KeyMutant]) -> list[tuple[int, Fault, str]]:
    return [(mutant.place.line, mutant.fault, mutant.after) for mutant in found]


def test_each_sort_of_mistake_is_planted_where_it_stands(exam: Exam) -> None:
    problem = exam.problems[0]
    found = [m for asked in asked_in(problem).values() for m in planted(asked, problem.source)]
    assert {m.fault for m in found} == set(Fault)
    assert all(m.source != problem.source for m in found)
    assert all(m.source.count("\n") == problem.source.count("\n") for m in found)
    every = changes(found)
    assert (7, Fault.CROSS, "- [ ] $a + b = b + a$") in every
    assert (7, Fault.OPERATOR, "- [x] $a -  b = b + a$") in every
    assert (8, Fault.CROSS, "- [x] the larger one is 3 cm") in every
    assert (8, Fault.WORD, "- [ ] the smaller one is 3 cm") in every
    assert (8, Fault.UNIT, "- [ ] the larger one is 3 mm") in every
    assert (15, Fault.SIGN, r"It is $x \cdot 2.5 = 4$ and not `7`. It takes 20 ms.") in every
    assert (15, Fault.NUMBER, r"It is $-x \cdot 2.6 = 4$ and not `7`. It takes 20 ms.") in every
    assert (15, Fault.WORD, r"It is $-x \cdot 2.5 = 4$ and `7`. It takes 20 ms.") in every
    assert (19, Fault.WORD, "- [+0.5] never $4$") in every
    assert not [after for line, _, after in every if line == 5 or "`8`" in after or "+0.6" in after]


def test_a_mistake_is_contradicted_told_by_its_words_or_unnoticed(exam: Exam) -> None:
    found = mutate.key_mutants(exam)

    def of(before: str, after: str) -> Planted:
        (one,) = (f for f in found if before in f.mutant.before and after in f.mutant.after)
        return one

    flipped = of("[x] $a + b", "[ ] $a + b")
    assert (flipped.noticed, flipped.functions, flipped.at_its_line) == (
        *(Noticed.CONTRADICTED, ("commutes",)),
        True,
    )
    assert of("= 4$ and", "= 5$ and").noticed is Noticed.CONTRADICTED
    assert of("20 ms", "21 ms").noticed is Noticed.CONTRADICTED
    assert (of("20 ms", "20 s").noticed, of("20 ms", "20 s").functions) == (Noticed.WORDS, ("takes",))
    assert of("always $4$", "never $4$").noticed is Noticed.WORDS
    assert of("2.5 = 4", "2.6 = 4").noticed is Noticed.WORDS
    assert of("3 cm", "4 cm").noticed is Noticed.UNNOTICED
    assert of("3 cm", "[x] the larger").noticed is Noticed.UNNOTICED
    counts = fault_counts(found)
    assert counts[Fault.CROSS] == {Noticed.CONTRADICTED: 1, Noticed.WORDS: 0, Noticed.UNNOTICED: 1}
    assert sum(sum(each.values()) for each in counts.values()) == len(found)
    assert Counter(f.noticed for f in found)[Noticed.CONTRADICTED] >= 3


def test_nothing_is_written(exam: Exam) -> None:
    before = {path: path.read_bytes() for path in exam.folder.rglob("*") if path.is_file()}
    mutate.key_mutants(exam)
    after = {path: path.read_bytes() for path in exam.folder.rglob("*") if path.is_file()}
    assert {p: b for p, b in after.items() if "__pycache__" not in p.parts} == before
