"""The short forms of ``klausur settle`` mean their long forms."""

import pytest

from klausur.cli.commands import COMMANDS, group
from klausur.cli.settle.short import ROWS, long


@pytest.mark.parametrize(
    ("short", "command", "arguments"),
    [
        ("--list --exam endterm", "list", "--exam endterm"),
        ("--exam endterm --list", "list", "--exam endterm"),
        ("12 4.1/choice/b crossed --why circled", "box", "12 4.1/choice/b crossed --why circled"),
        ("12 4.1 --chosen a,c", "question", "12 4.1 --chosen a,c"),
        ("--credits 1.5 12 4.1", "question", "--credits 1.5 12 4.1"),
        ("12 4.1/choice/b --undo", "question", "12 4.1/choice/b --undo"),
        ("--image 57 --page 12:3", "page", "57 --is 12:3"),
        ("--page=12:3 --dry-run --image=57", "page", "57 --is 12:3 --dry-run"),
        ("--accept --image 57", "page", "57 --accept"),
        ("--image 57 --page 12:3 --turned 180", "page", "57 --is 12:3 --turned 180"),
        ("--image 57 --undo", "page", "57 --undo"),
        ("--booklet 12 --candidate 0371", "owner", "12 --candidate 0371"),
        ("--candidate 0371 --booklet 12", "owner", "12 --candidate 0371"),
        ("--booklet 12 --undo", "owner", "12 --undo"),
        ("--missing 12:3 12:4 --why torn", "missing", "12:3 12:4 --why torn"),
        ("--booklet 12 --extra 4", "extra", "4 --booklet 12"),
        ("--candidate 0371 --unsigned", "signature", "0371 --unsigned"),
        ("--booklet", "owner", ""),
    ],
)
def test_a_short_form_is_its_long_form(short: str, command: str, arguments: str) -> None:
    assert long(short.split()) == (command, arguments.split())


def test_a_reason_stays_one_word_whatever_it_holds() -> None:
    reason = "--why=he said: a=b"
    assert long(["12", "4.1", "--undo", reason]) == ("question", ["12", "4.1", "--undo", reason])


def test_every_short_form_is_that_of_a_command_and_every_command_has_one() -> None:
    named = {f"settle {row.command}" for row in ROWS} | {"settle question", "settle box"}
    assert named == set(group("settle")) <= set(COMMANDS)
