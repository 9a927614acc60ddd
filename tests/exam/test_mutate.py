"""Mistakes planted in a key: which there are, and what evidence says of each."""

from collections import Counter
from pathlib import Path

import pytest

from klausur.exam import source
from klausur.exam.evidence import mutate
from klausur.exam.evidence.file import Limits
from klausur.exam.evidence.key_mutants import Fault, KeyMutant, others, planted
from klausur.exam.evidence.model import Rate
from klausur.exam.evidence.noticed import LeftOut, Noticed, Planted, fault_counts
from klausur.exam.evidence.run import run
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


@pytest.mark.long
def test_a_mistake_is_contradicted_told_by_its_words_or_unnoticed(exam: Exam) -> None:
    found = mutate.mutate(exam).planted

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
    assert of("and not `7`", "and `7`").noticed is Noticed.ACCEPTANCE, "another part of the sentence"
    assert of("3 cm", "4 cm").noticed is Noticed.UNNOTICED
    assert of("3 cm", "[x] the larger").noticed is Noticed.UNNOTICED
    counts = fault_counts(found)
    crosses = {Noticed.CONTRADICTED: 1, Noticed.WORDS: 0, Noticed.ACCEPTANCE: 0, Noticed.UNNOTICED: 1}
    assert counts[Fault.CROSS] == crosses
    assert sum(sum(each.values()) for each in counts.values()) == len(found)
    assert Counter(f.noticed for f in found)[Noticed.CONTRADICTED] >= 3


@pytest.mark.long
def test_nothing_is_written_but_what_was_noticed(exam: Exam) -> None:
    before = {path: path.read_bytes() for path in exam.folder.rglob("*") if path.is_file()}
    mutate.mutate(exam)
    after = {path: path.read_bytes() for path in exam.folder.rglob("*") if path.is_file()}
    assert after.pop(exam.folder / "evidence.lock")
    assert {p: b for p, b in after.items() if "__pycache__" not in p.parts} == before


@pytest.mark.long
def test_what_was_noticed_is_told_of_each_claim_until_it_changes(exam: Exam) -> None:
    def rates() -> dict[str, Rate | None]:
        found = source.parse(exam.folder).exam
        assert found is not None
        return {c.function: c.rate for c in run(found).claims if c.function}

    assert set(rates().values()) == {None}
    found = mutate.mutate(exam)
    kept = rates()
    for name, rate in kept.items():
        mine = [f for f in found.faulty if f.claim.function == name]
        assert rate is not None
        assert (rate.faults, rate.noticed) == (len(mine), sum(not f.survived for f in mine))
    four, takes = kept["four"], kept["takes"]
    assert four is not None
    assert takes is not None
    assert (four.mistakes, four.contradicted) == (2, 1), "2.5 and 4, of which only 4 is held against it"
    assert (takes.mistakes, takes.contradicted) == (2, 1), "the number and its unit"
    program = exam.folder / "problems/1.py"
    program.write_text(program.read_text("utf-8").replace("return 20", "return 40 // 2"), "utf-8")
    assert {name for name, rate in rates().items() if rate is None} == {"takes"}
    problem = exam.folder / "problems/1.md"
    problem.write_text(problem.read_text("utf-8").replace("for 2 numbers", "for two numbers"), "utf-8")
    assert {name for name, rate in rates().items() if rate is None} == {"takes", "commutes"}


@pytest.mark.long
def test_a_budget_leaves_out_what_it_has_no_time_for_and_says_so(exam: Exam) -> None:
    whole, none = mutate.mutate(exam), mutate.mutate(exam, budget=0)
    assert whole.left_out == LeftOut()
    assert (none.planted, none.faulty, none.moved) == ((), (), ()), "what was not tried counts as nothing"
    assert none.left_out == LeftOut(mistakes=len(whole.planted), faults=len(whole.faulty))


GIVEN = """
from klausur.evidence import exact, given

@exact("root", solution="It takes @ ms")
def takes():
    return 10 * given("sums", text="hold for @ numbers")


@exact("root", rubric="always $4$")
def idle():
    return given("sums", choice="one is @ cm") > 0
"""


def test_a_result_moves_with_what_is_given(exam: Exam) -> None:
    (exam.folder / "problems/1.py").write_text(GIVEN, "utf-8")
    moved = {
        one.claim.function: (one.given.typed, one.instead, one.moved) for one in mutate.mutate(exam).moved
    }
    assert moved == {"takes": ("2", ("3", "4"), True), "idle": ("3", ("4", "6"), False)}


@pytest.mark.parametrize(
    ("typed", "instead"),
    [
        ("80", ("81", "160")),
        ("2.5", ("2.6", "5.0")),
        ("x^2 + 3x", ("x^3 + 3x", "x^4 + 3x")),
        ("x + y", ("x -  y",)),
        ("x", ("2 x",)),
    ],
)
def test_something_else_is_given(typed: str, instead: tuple[str, ...]) -> None:
    assert others(typed) == instead


VARIED = """# Varied

## Doubled {#doubled credits=1}

What is twice {{n}}, and is it even?

::: solution
It is $= {{twice}}$. It is even for all ${{n}}$.
:::

::: rubric
- [+1] $= {{twice}}$
:::
"""

DRAWING = """
from klausur.evidence import exact, experiment, given


def parameters(rng):
    n = int(rng.integers(10, 99))
    return {"n": n, "twice": 2 * n}


@exact("doubled", solution="It is $= @$")
def doubled(n):
    return n * 2


@exact("doubled", rubric="$= @$")
def asked():
    return given("doubled", text="twice @, and") * 2


@experiment("doubled", solution="It is even", seconds=5)
def measured(seed):
    return 2 * 3 == 6
"""


@pytest.mark.long
def test_variants_and_experiments_have_their_share_of_mistakes(exam: Exam) -> None:
    (exam.folder / "problems/1.md").write_text(VARIED, "utf-8")
    (exam.folder / "problems/1.py").write_text(DRAWING, "utf-8")
    (exam.folder / "exam.toml").write_text(HEADER + "\n[variants]\ncount = 3\n", "utf-8")
    varied = source.parse(exam.folder, 2).exam
    assert varied is not None
    run(varied, limits=Limits(experiments=True))
    found = mutate.mutate(varied)
    numbers = [one for one in found.planted if one.mutant.fault is Fault.NUMBER]
    assert Counter(one.noticed for one in numbers)[Noticed.CONTRADICTED] == 2, (
        "the solution's and the rubric's"
    )
    assert [(one.claim.function, one.moved) for one in found.moved] == [("asked", True)]
    assert {f.mutant.after: f.survived for f in found.faulty if f.claim.function == "doubled"} == {
        "return n + 2": False,
        "return n * 3": False,
        "return -(n * 2)": False,
    }
    assert "measured" not in {f.claim.function for f in found.faulty}
    assert found.left_out == LeftOut(experiments=6)
    heavy = mutate.mutate(varied, limits=Limits(experiments=True))
    assert [f.survived for f in heavy.faulty if f.claim.function == "measured"] == [False] * 6
    assert heavy.left_out == LeftOut()
    lighter = mutate.mutate(varied)
    assert lighter.left_out == LeftOut(experiments=6)
    rates = {claim.function: claim.rate for claim in run(varied).claims if claim.function}
    assert rates["measured"] is not None
    assert (rates["measured"].faults, rates["measured"].noticed) == (6, 6), "kept from the time before"
