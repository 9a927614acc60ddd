"""Printing an exam whose key its evidence contradicts: refused, and the way past it is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from klausur.exam import source

if TYPE_CHECKING:
    from tests.cli.conftest import Call


@pytest.fixture
def contradicted(begun: Path) -> Path:
    """The starter exam with evidence against the first of its choices."""
    exam = source.parse(begun).exam
    assert exam is not None
    question = next(q for q in exam.questions if q.choices)
    first = question.choices[0]
    words = (begun / question.place.file).read_text("utf-8").splitlines()[first.content.place.line - 1]
    (begun / question.place.file).with_suffix(".py").write_text(
        "from klausur.evidence import exact\n\n\n"
        f"@exact({question.id!r}, choice={words.split('] ', 1)[1]!r})\n"
        f"def otherwise():\n    return {not first.right}\n",
        "utf-8",
    )
    return begun


@pytest.mark.nightly
def test_printing_says_how_to_go_on_and_the_way_works(klausur: Call, contradicted: Path) -> None:
    refused = klausur("print", contradicted, "--spare", 1)
    assert refused.code == 1
    assert "claim-contradicted" in refused.err + refused.out
    assert "--despite claim-contradicted --why" in refused.err + refused.out
    assert not (contradicted / "print").exists()

    done = klausur(
        "print", contradicted, "--spare", 1, "--despite", "claim-contradicted", "--why", "seen", "--json"
    )
    assert done.code == 0
    told = json.loads(done.out.splitlines()[-1])
    assert [d["code"] for d in told["despite"]] == ["claim-contradicted"]
    assert told["claims"]["contradicted"] == 1
    assert (Path(told["folder"]) / "solution.pdf").is_file()


def test_what_cannot_be_passed_is_a_wrong_call(klausur: Call, contradicted: Path) -> None:
    assert klausur("print", contradicted, "--spare", 1, "--despite", "off-page", "--why", "no time").code == 2
    assert klausur("print", contradicted, "--spare", 1, "--despite", "claim-contradicted").code == 2
