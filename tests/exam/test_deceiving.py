"""Evidence that would say yes to anything: refused, with what is wrong with it."""

from pathlib import Path

import pytest

from klausur.exam import source
from klausur.exam.evidence import Outcome
from klausur.exam.evidence.coverage import Reach
from klausur.exam.evidence.run import run as evidence_run

HEADER = 'title = "Deceived"\ndate = 2026-02-10\nstart = "10:00"\nminutes = 60\n'

PROBLEM = """# Numbers

## Sums {#sums credits=1}

Which holds?

- [x] it holds
- [ ] it does not

## A mean {#mean credits=1 space=20mm}

How large?

::: solution
It is $4$, all told.
:::

::: rubric
- [+1] 4
:::
"""

HEAD = """
import numpy as np
from fractions import Fraction
from pathlib import Path
from klausur.evidence import always, exact, simulated


class Yes:
    def __eq__(self, other): return True
    def __str__(self): return "True"
    def __bool__(self): return True
    __hash__ = None


class Four(Fraction):
    def __eq__(self, other): return True
    __hash__ = None

"""

CHOICE = '@exact("sums", choice="it holds")\ndef shown():\n    '
MEAN = "@simulated('mean', solution='It is $@$', within=4, runs=50)"
SUMS = "@simulated('sums', choice='it holds', within=1e9, runs=50, expected=0.0)"
NORMAL = "def shown(rng):\n    return rng.normal()"
KEY = 'text = (Path(__file__).parent / "1.md").read_text()\n    return int(text.split("It is $")[1][0])'
FOUR = '@exact("mean", solution="It is $@$")\ndef shown():\n    '

DECEIVING = {
    "all of nothing": (CHOICE + "return all(x > 1 for x in [])", "all() of nothing"),
    "numpy's all of nothing": (CHOICE + "return bool(np.all(np.array([]) > 1))", "numpy.all() of nothing"),
    "nothing is like nothing": (CHOICE + "return bool(np.allclose([], []))", "numpy.allclose() of nothing"),
    "an array of nothing": (FOUR + "return np.array([])", "empty list or array"),
    "pairs of nothing": (
        '@always("sums", choice="it holds")\ndef shown(rng):\n    return [], []',
        "empty list or array",
    ),
    "a truth of its own": (CHOICE + "return Yes()", "returned a Yes"),
    "a number of its own": (FOUR + "return Four(1)", "returned a Four"),
    "a pair of its own": (
        '@always("sums", choice="it holds")\ndef shown(rng):\n    return Yes(), 1',
        "returned a Yes",
    ),
    "the key itself": (FOUR + KEY, "it reads the key itself, problems/1.md"),
    "a distance for anything": (f"{MEAN}\n{NORMAL}", "nearly anything would be right"),
    "a distance without end": (f"{SUMS}\n{NORMAL}", "nearly anything would be right"),
}

AT_LOADING = {
    "no draws": ('@always("sums", choice="it holds", draws=0)\ndef shown(rng):\n    return True', "draws=0"),
    "one run": (
        '@simulated("mean", solution="It is $@$", within=1, runs=1)\ndef shown(rng):\n    return 4',
        "runs=1 shows too little",
    ),
}


def folder(at: Path, evidence: str) -> Path:
    (at / "problems").mkdir()
    (at / "exam.toml").write_text(HEADER, "utf-8")
    (at / "problems/1.md").write_text(PROBLEM, "utf-8")
    (at / "problems/1.py").write_text(f"{HEAD}\n{evidence}\n", "utf-8")
    return at


@pytest.mark.long
@pytest.mark.parametrize("name", DECEIVING)
def test_evidence_that_would_say_yes_to_anything_fails(name: str, tmp_path: Path) -> None:
    evidence, why = DECEIVING[name]
    exam = source.parse(folder(tmp_path, evidence)).exam
    assert exam is not None
    (claim,) = (c for c in evidence_run(exam).claims if c.function == "shown")
    assert claim.outcome is Outcome.FAILED
    assert why in claim.detail


@pytest.mark.parametrize("name", AT_LOADING)
def test_too_little_is_refused_where_it_is_written(name: str, tmp_path: Path) -> None:
    evidence, why = AT_LOADING[name]
    exam = source.parse(folder(tmp_path, evidence)).exam
    assert exam is not None
    (found,) = evidence_run(exam).diagnostics
    assert (found.code, why in found.message) == ("evidence-failed", True)


REFUTES = """
def equal(a, b): return a == b


@exact("sums", choice="it does not"{control})
def shown(value={value}):
    return value == 5
"""


@pytest.mark.long
@pytest.mark.parametrize(
    ("control", "outcome", "reach"),
    [
        ("", Outcome.PROVED, Reach.UNBOUND),
        (', control={"value": 5}', Outcome.PROVED, Reach.SUPPORTED),
        (', control={"value": 6}', Outcome.FAILED, Reach.UNBOUND),
    ],
)
def test_who_refutes_a_choice_has_to_be_seen_to_say_yes(
    control: str, outcome: Outcome, reach: Reach, tmp_path: Path
) -> None:
    exam = source.parse(folder(tmp_path, REFUTES.replace("{control}", control).replace("{value}", "4"))).exam
    assert exam is not None
    proof = evidence_run(exam)
    (claim,) = (c for c in proof.claims if c.function == "shown")
    assert claim.outcome is outcome
    assert (outcome is Outcome.FAILED) == ("never says yes" in claim.detail)
    assert [s.reach for s in proof.stated if s.text.startswith("- [ ]")] == [reach]


def test_all_is_as_it_was_where_there_is_something(tmp_path: Path) -> None:
    evidence = (
        CHOICE + "return all(x > 1 for x in [2, 3]) and not all([1, 0]) and bool(np.all(np.array([1, 2])))"
    )
    exam = source.parse(folder(tmp_path, evidence)).exam
    assert exam is not None
    (claim,) = (c for c in evidence_run(exam).claims if c.function == "shown")
    assert claim.outcome is Outcome.PROVED
