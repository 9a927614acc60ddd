"""Exams whose candidates fill boxes, or mark them as they like: printed, filled, scanned, settled, graded."""

import csv
import json
from collections import defaultdict
from fractions import Fraction
from typing import Any

import pytest

from klausur.exam.model import Marking
from klausur.read.model import Mark
from klausur.rehearse.ruled_marks import RuledStyle
from klausur.roster import made_up

from . import kinds
from .conftest import Desk

pytestmark = pytest.mark.nightly

CANDIDATES = 8
KEY = {"smallest": [{"a"}, {"b"}], "odd": [{"a"}, {"a", "c"}]}
WORTH = {"smallest": 1, "odd": 2}


def chosen(boxes: dict[str, tuple[str, str]], rule: Marking) -> set[str]:
    """The letters that a candidate has chosen, by the truth of each box: its mark, and how it was drawn."""
    ways = {Marking.ANY: {Mark.CROSSED, Mark.FILLED}, Marking.FILL: {Mark.FILLED}}[rule]
    return {letter for letter, (mark, note) in boxes.items() if mark in ways or note == RuledStyle.TICK}


@pytest.mark.parametrize("rule", [Marking.ANY, Marking.FILL])
def test_everybody_gets_what_they_chose(desk: Desk, rule: Marking) -> None:
    name = f"by-{rule}"
    folder = desk.folder / name
    (folder / "problems").mkdir(parents=True)
    (folder / "exam.toml").write_text(f'marking = "{rule}"\n{kinds.TOML}', encoding="utf-8")
    (folder / "problems/1-choices.md").write_text(kinds.CHOICES, encoding="utf-8")
    made_up.write(made_up.made_up(CANDIDATES, 3), folder / "candidates.csv")
    desk.run("print", name)
    desk.run("rehearse", name, "--seed", "3", "--jobs", "2")
    desk.run("scan", "--exam", name, "--jobs", "2", str(folder / "rehearsal"))
    truth: dict[tuple[int, str], dict[str, tuple[str, str]]] = defaultdict(dict)
    with (folder / "rehearsal/truth-marks.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            letter = row["field"].rpartition("/")[2]
            truth[int(row["booklet"]), row["question"]][letter] = row["mark"], row["note"]
    clear = {at for at, boxes in truth.items() if legible(boxes)}
    for waits in desk.ask("settle", "--exam", name, "--list")["questions"]:
        at = waits["booklet"], waits["question"]
        if at in clear and waits["image"] is not None:
            said = ",".join(sorted(chosen(truth[at], rule))) or "none"
            desk.run("settle", "--exam", name, str(waits["booklet"]), waits["number"], "--chosen", said)
    desk.run("grade", name)
    compared = check(json.loads((folder / "results.json").read_text(encoding="utf-8")), truth, clear, rule)
    assert len(compared) >= 2 * (CANDIDATES - 2)
    assert len(set(compared)) > 1


def legible(boxes: dict[str, tuple[str, str]]) -> bool:
    """Whether a person could tell what was chosen: an odd mark of the rehearsal's own tells nobody."""
    return all(mark != Mark.OTHER or note in set(RuledStyle) for mark, note in boxes.values())


def check(
    results: Any,  # noqa: ANN401 - JSON
    truth: dict[tuple[int, str], dict[str, tuple[str, str]]],
    clear: set[tuple[int, str]],
    rule: Marking,
) -> list[Fraction]:
    found = []
    for row in results["rows"]:
        for question, credits in zip(KEY, row["questions"], strict=True):
            at = row["booklet"], question
            if credits is None or at not in clear:
                continue
            right = chosen(truth[at], rule) in KEY[question]
            assert Fraction(credits) == WORTH[question] * right, (at, truth[at])
            found.append(Fraction(credits))
    return found
