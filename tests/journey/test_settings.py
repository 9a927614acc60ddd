"""One exam in two languages, for some in large print: from the list to grades, by the rehearsal's truth.

The variants have their choices in other orders; nothing of it may change what a cross is worth.
"""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from klausur.exam.setting import setting_of
from klausur.paper import layout as layouts
from klausur.read.model import Mark
from klausur.rehearse.truth import read_marks

from .conftest import Desk

pytestmark = pytest.mark.nightly

TOML = """\
title = "Light and maps"
date = 2027-01-12
start = "10:00"
minutes = 30
[variants]
count = 2
shuffle = ["choices"]
[translations.de]
title = "Licht und Karten"
"""
OWN = """\
# Light

## Waves {#waves credits=2}

What holds?

- [x] It is a wave.
- [ ] It is slow.
- [x] It is fast.
- [ ] It is heavy.

## Longest {#longest credits=1 kind=single}

Which is longest?

- [ ] blue
- [x] red
- [ ] green
"""
OTHER = """\
# Licht

## Wellen {#waves credits=2}

Was gilt?

- [x] Es ist eine Welle.
- [ ] Es ist langsam.
- [x] Es ist schnell.
- [ ] Es ist schwer.

## Am längsten {#longest credits=1 kind=single}

Was ist am längsten?

- [ ] blau
- [x] rot
- [ ] grün
"""
LIST = """\
Registration number,Name,Print,Language
03700001,Ada Example,,
03700002,Ben Example,16 pt,
03700003,Cy Example,,Deutsch
03700004,Di Example,16 pt,de
03700005,Eve Example,,both
03700006,Fay Example,16 pt,en+de
"""
KEY = {"waves": ({"a", "c"}, 2), "longest": ({"b"}, 1)}


@pytest.fixture(scope="module")
def folder(desk: Desk) -> Path:
    place = desk.folder / "maps"
    (place / "problems").mkdir(parents=True)
    for name, text in (
        ("exam.toml", TOML),
        ("problems/1-light.md", OWN),
        ("problems/1-light.de.md", OTHER),
        ("candidates.csv", LIST),
    ):
        (place / name).write_text(text, encoding="utf-8")
    assert "0 errors, 0 warnings" in desk.run("check", "maps")
    desk.run("print", "maps")
    desk.run("rehearse", "maps", "--seed", "3", "--level", "light", "--jobs", "2")
    desk.run("scan", "--exam", "maps", "--jobs", "2", str(place / "rehearsal"))
    desk.run("grade", "maps", expect=(0, 1))
    return place


def test_each_candidate_has_the_paper_that_the_list_says(folder: Path) -> None:
    (file,) = folder.glob("print/*/layout.json")
    layout = layouts.read(file)
    assert [setting_of(b.variant).large for b in layout.booklets] == [False, True] * 3
    assert [setting_of(b.variant).language for b in layout.booklets] == [0, 0, 1, 1, 2, 2]
    ids = [{f.id for _, f in layout.fields(b.number) if f.question} for b in layout.booklets]
    assert all(one == ids[0] for one in ids)
    usual, large = layout.booklets[:2]
    assert usual.pages != large.pages


def test_every_cross_is_worth_the_same_on_every_paper(folder: Path) -> None:
    chosen: dict[tuple[int, str], set[str]] = defaultdict(set)
    odd = set()
    for row in read_marks(folder / "rehearsal/truth-marks.csv"):
        if row.mark == Mark.CROSSED:
            chosen[row.booklet, row.question].add(row.field.rpartition("/")[2])
        if row.mark == Mark.OTHER:
            odd.add((row.booklet, row.question))
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    compared = 0
    assert [(row["booklet"], row["registration"][-1]) for row in results["rows"]] == [
        (n, str(n)) for n in range(1, 7)
    ]
    for row in results["rows"]:
        compared += check(row, chosen, odd)
    assert compared >= 9


def check(row: Any, chosen: dict[tuple[int, str], set[str]], odd: set[tuple[int, str]]) -> int:  # noqa: ANN401
    found = 0
    for (question, (right, worth)), credits in zip(KEY.items(), row["questions"], strict=True):
        at = row["booklet"], question
        if credits is not None and at not in odd:
            assert float(credits) == worth * (chosen[at] == right), (at, chosen[at])
            found += 1
    return found


def test_what_stands_in_the_records_follows_from_them(desk: Desk, folder: Path) -> None:
    assert folder.is_dir()
    assert "All is as it was written" in desk.run("verify", "maps")
