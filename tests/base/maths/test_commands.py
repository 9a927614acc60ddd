"""Every command of the benchmark's sets is set, or refused as docs/reference/maths.md says."""

import re
from pathlib import Path

import pytest

from klausur.base.maths import Formula, Mistake, resolved, typeset

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/reference/maths.md").read_text("utf-8")
REFUSED = set(
    re.findall(r"`([^`]+)`", PAGE.partition("## What is refused")[2].partition("\n\nRules across")[0])
)


def rows(name: str) -> list[list[str]]:
    lines = (ROOT / f"benchmarks/formulas/{name}.tsv").read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines]


def test_what_is_refused_is_listed_and_little() -> None:
    made = [(name, typeset(resolved([tex])[0], display=True)) for _, name, tex in rows("commands")]
    refused = {name for name, one in made if isinstance(one, Mistake)}
    assert refused == REFUSED
    assert len(refused) <= 0.03 * len(made)
    assert all(one.hint and one.message for _, one in made if isinstance(one, Mistake))


@pytest.mark.parametrize("name", ["subjects", "cases"])
def test_formulas_of_subjects_are_all_set(name: str) -> None:
    wrong = [row[-1] for row in rows(name) if not isinstance(typeset(row[-1], display=True), Formula)]
    assert wrong == []
