"""Foreign files as banks: tags of categories, questions that belong to one text, nothing written over."""

from pathlib import Path

import pytest

from klausur.actions.import_exam import import_banks
from klausur.base.errors import RefusedError
from klausur.exam.source import bank, parse

from .test_moodle import answer, asked, question, quiz

CATEGORY = '<question type="category"><category><text>$course$/top/{}</text></category></question>'
SINGLE = "<single>true</single>" + answer("100", "yes") + answer("0", "no")
TAGS = "<tags><tag><text>Easy one</text></tag></tags>"


def test_a_bank_is_drawn_from(tmp_path: Path) -> None:
    file = tmp_path / "Light bank.xml"
    gaps = asked("Red is {1:MC:=long~short}, blue {1:NUMERICAL:=3:0.1}.")
    file.write_text(
        quiz(
            CATEGORY.format("Waves"),
            question("multichoice", asked("One?") + SINGLE + TAGS, name="One"),
            question("cloze", gaps, name="Gap"),
            question("multichoice", asked("Two?") + SINGLE, name="Two"),
            CATEGORY.format("Rays"),
            question("multichoice", asked("Three?") + SINGLE, name="One"),
        )
    )
    folder = tmp_path / "exam"
    done = import_banks([file], folder)
    assert not done.lost
    units = bank.units((folder / "banks/light-bank.md").read_text())
    assert [(unit.ids, sorted(unit.tags)) for unit in units] == [
        (("one",), ["easy-one", "waves"]),
        (("two",), ["waves"]),
        (("one-1",), ["rays"]),
        (("gap-1", "gap-2"), ["waves"]),
    ]
    (folder / "exam.toml").write_text(
        'title = "Light"\ndate = 2026-02-10\nstart = "10:00"\nminutes = 60\n'
        '[draw.light-bank]\ncount = 2\ntags = ["waves"]\nids = ["gap-1"]\n'
    )
    parsed = parse(folder)
    assert not parsed.diagnostics
    assert parsed.exam is not None
    assert sum(1 for _ in parsed.exam.questions) == 3
    assert "[draw.light-bank]" in (folder / "import-light-bank.md").read_text()
    with pytest.raises(RefusedError, match="is there already"):
        import_banks([file], folder)
