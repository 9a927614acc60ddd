"""``klausur check --variants``: how many are clean, what is wrong how often, and where first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.exam import varied

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Call

ONE = '\n[variants]\nseed = 3\nshuffle = ["choices"]\n'
"""One variant is printed, whatever number is drawn: that keeps these tests quick."""

DRAWN = 30


@pytest.fixture
def unlucky(tmp_path: Path) -> Path:
    """An exam with equal choices where both colours are equal, which is rare."""
    program = varied.BALLS_PY.replace(
        "rng.choice(range(2, 20), size=2, replace=False)", "rng.integers(2, 20, size=2)"
    )
    return varied.write(tmp_path / "exam", variants=ONE, balls_py=program)


@pytest.mark.nightly
def test_findings_come_with_their_rate(klausur: Call, unlucky: Path) -> None:
    said = klausur("check", unlucky, "--variants", DRAWN, "--json")
    assert said.code == 1
    found = said.json["variants"]
    assert (found["seed"], found["drawn"]) == (3, DRAWN)
    (finding,) = found["findings"]
    assert finding["code"] == "choices-equal"
    assert 0 < finding["count"] == DRAWN - found["clean"]
    assert finding["of"] == DRAWN
    assert 1 < finding["first"] <= DRAWN
    assert not said.json["ok"]
    assert said.json["diagnostics"] == []

    shown = klausur("check", unlucky, "--variants", DRAWN)
    assert shown.code == 1
    rate = f"{finding['count']} of {DRAWN}\t{finding['count'] / DRAWN:.2%}\t{finding['first']}"
    assert f"choices-equal\tproblems/1-balls.md:10\t{rate}\n" in shown.out
    assert f"variants: {found['clean']} of {DRAWN} are clean" in shown.out
    assert "1 error, 0 warnings" in shown.out


@pytest.mark.long
def test_clean_variants_are_no_finding(klausur: Call, tmp_path: Path) -> None:
    said = klausur("check", varied.write(tmp_path / "exam", variants=ONE), "--variants", 5, "--json")
    assert said.code == 0
    assert said.json["ok"]
    assert (said.json["variants"]["clean"], said.json["variants"]["findings"]) == (5, [])
    assert said.json["exam"]["variants"] == 1


def test_an_exam_with_errors_is_not_varied(klausur: Call, tmp_path: Path) -> None:
    folder = varied.write(tmp_path / "exam", variants=ONE, words=varied.WORDS.replace(" credits=1", ""))
    said = klausur("check", folder, "--variants", 5, "--json")
    assert said.code == 1
    assert said.json["variants"] is None
