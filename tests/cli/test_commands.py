"""Commands of one word and of two: which one is called, and what their helps say."""

import re
from enum import StrEnum
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from klausur.cli import commands
from klausur.cli.commands import CommandEntry
from klausur.cli.main import app


class Order(StrEnum):
    ALPHABETICAL = "alphabetical"
    CHRONOLOGICAL = "chronological"
    BY_SIZE = "by-size"
    UNSORTED = "unsorted"


def one(place: Annotated[str, typer.Argument()] = "here") -> None:
    """Show it."""
    typer.echo(f"show {place}")


def two(name: str, *, twice: bool = False) -> None:
    """Add one."""
    typer.echo(f"add {name} {twice}")


def three(
    books: Annotated[list[Path], typer.Argument(metavar="BOOK", help="What comes there.")],
    order: Annotated[Order, typer.Option("--order", help="How they stand there.")] = Order.ALPHABETICAL,
) -> None:
    """Fill it."""
    typer.echo(f"fill {books} {order}")


@pytest.fixture(autouse=True)
def shelf(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = {
        "shelf": CommandEntry("shelf", "Show it."),
        "shelf add": CommandEntry("shelf", "Add one.", "two"),
        "shelf fill": CommandEntry("shelf", "Fill it.", "three"),
    }
    monkeypatch.setattr(commands, "COMMANDS", entries)
    module = SimpleNamespace(command=one, two=two, three=three)
    monkeypatch.setattr(commands, "importlib", SimpleNamespace(import_module=lambda _: module))


@pytest.mark.parametrize(
    ("words", "out"),
    [
        ("shelf", "show here"),
        ("shelf there", "show there"),
        ("shelf ./add", "show ./add"),
        ("shelf add book", "add book False"),
        ("shelf add --twice book", "add book True"),
        ("shelf add add", "add add False"),
    ],
)
def test_the_second_word_names_a_command_or_is_an_argument(words: str, out: str) -> None:
    said = CliRunner().invoke(app, words.split())
    assert (said.exit_code, said.output.strip()) == (0, out)


def test_the_help_of_a_group_lists_its_commands_and_theirs_says_how_they_are_called() -> None:
    wide = {"COLUMNS": "200"}
    shown = CliRunner().invoke(app, ["shelf", "--help"], env=wide).output
    assert "klausur shelf add: Add one." in shown
    shown = CliRunner().invoke(app, ["shelf", "add", "--help"], env=wide).output
    assert re.search(r"Usage: .*shelf add .*name", shown, re.IGNORECASE), shown


def test_the_help_names_no_type_beside_a_flag() -> None:
    for words in (["--help"], ["shelf", "add", "--help"]):
        shown = CliRunner().invoke(app, words, env={"COLUMNS": "120"}).output
        assert "--help" in shown
        assert "bool" not in shown.lower()


def test_the_help_shows_no_type_beside_arguments_and_breaks_no_word() -> None:
    shown = CliRunner().invoke(app, ["shelf", "fill", "--help"], env={"COLUMNS": "80"}).output
    assert "{BOOK}..." in shown, "how several are named"
    assert re.search(r"BOOK +What comes", shown), "and nothing of Python beside them"
    assert re.search(r"alphabetical \| +", shown), "each choice is a word of its own"
    assert not re.search(r"\w\|\w|list\[", shown)


def test_the_list_of_commands_has_groups_but_not_their_commands() -> None:
    shown = CliRunner().invoke(app, ["--help"]).output
    assert "Show it." in shown
    assert "Add one." not in shown
