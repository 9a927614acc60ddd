"""docs/reference/commands.md against the program, and every help against what it promises."""

import re
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from klausur.actions.attendance import Finding
from klausur.base import errors
from klausur.base.errors import KlausurError
from klausur.cli.commands import COMMANDS, load
from klausur.cli.main import app
from klausur.paper.fields import FieldKind
from klausur.scan.model import Reason

PAGE = (Path(__file__).parents[2] / "docs/reference/commands.md").read_text(encoding="utf-8")
SECTIONS = {
    part.partition("\n")[0].removeprefix("klausur "): part
    for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
}


def options(command: str) -> set[str]:
    """The long options of a command as the program has them."""
    params = load(command).params if command else typer.main.get_command(app).params
    return {name for param in params for name in param.opts if name.startswith("--")}


def test_the_page_describes_the_commands_and_no_other() -> None:
    assert set(SECTIONS) - {"What holds for all commands"} == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_described_and_no_other(command: str) -> None:
    described = set(re.findall(r"^\| `(--[a-z-]+)", SECTIONS[command], flags=re.MULTILINE))
    assert described == options(command) - {"--help"}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_synopsis_names_every_option(command: str) -> None:
    synopsis = "\n".join(line for line in SECTIONS[command].splitlines() if line.startswith("    klausur "))
    named = set(re.findall(r"--[a-z-]+", synopsis))
    assert options(command) - {"--help"} <= named


def test_the_program_s_own_options_are_described() -> None:
    for name in options(""):
        assert f"`{name}`" in SECTIONS["What holds for all commands"]


def test_every_exit_code_is_described() -> None:
    codes = {
        value.exit_code
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, KlausurError)
    }
    table = SECTIONS["What holds for all commands"]
    assert {int(n) for n in re.findall(r"^\| (\d) \|", table, flags=re.MULTILINE)} == codes | {0}


def test_every_reason_why_an_image_is_unplaced_is_described() -> None:
    assert set(re.findall(r"^\| `([a-z][a-z-]+)` \|", SECTIONS["scan"], flags=re.MULTILINE)) == {
        r.value for r in Reason
    }


def test_every_command_s_summary_is_the_first_line_of_its_help() -> None:
    for name, entry in COMMANDS.items():
        assert (load(name).help or "").splitlines()[0] == entry.says


def test_every_finding_of_the_attendance_lists_is_described() -> None:
    found = set(re.findall(r"^\| `([a-z]+(?:-[a-z]+)+)` \|", SECTIONS["attendance"], flags=re.MULTILINE))
    assert found == {finding.value for finding in Finding}


def test_every_kind_of_field_that_is_read_can_be_asked_for() -> None:
    (row,) = re.findall(r"^\| `--kind KIND` \| (.*) \|$", SECTIONS["readings"], flags=re.MULTILINE)
    assert re.findall(r"`([a-z-]+)`", row) == [kind for kind in FieldKind if kind.row.reader is not None]


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_help_has_an_example_that_calls_the_command(command: str) -> None:
    shown = CliRunner().invoke(app, [*command.split(), "--help"], env={"COLUMNS": "200"})
    assert shown.exit_code == 0
    assert re.search(rf"Example[^:\n]*: klausur {command or 'demo'}\b", shown.output), shown.output
