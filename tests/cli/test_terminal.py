"""What people see on a terminal of 80 columns, and in a pipe."""

import json

import pytest
from rich.cells import cell_len

from klausur.cli import terminal
from klausur.cli.shown import Shown
from klausur.paper.answers import Doubt
from klausur.report.reasons import OPEN, UNPLACED
from klausur.scan.result import Reason

HEADINGS = ("booklet", "registration", "name", "P1", "P2", "P3", "total", "status", "nothing")
ROWS = [
    (
        *("1", "05833956", "Candidate 001 Freifrau von und zu Langenbeispiel-Mustermannshausen"),
        *("4", "11.5", "10", "59", "final", ""),
    ),
    ("2", "04153463", "Örnek", "4", "1.5", "1", "", "open: 1.2 mark-unclear; 5.9 mark-unclear; page 9", ""),
]


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of 80 columns, without colours."""
    monkeypatch.setenv("FORCE_COLOR", "1")  # a terminal, for Rich
    monkeypatch.setenv("TERM", "dumb")  # and one without colours
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "50")


def shown(capsys: pytest.CaptureFixture[str], *spare: str) -> str:
    terminal.table(HEADINGS, ROWS, title="Results", spare=spare)
    return capsys.readouterr().out


@pytest.mark.usefixtures("screen")
def test_a_table_keeps_to_the_terminal_and_breaks_no_number(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "P3", "P2", "P1", "registration")
    assert text.startswith("Results\n")
    assert max(map(cell_len, text.splitlines())) <= 80
    for whole in ("05833956", "11.5", "booklet", "mark-unclear;"):
        assert whole in text
    assert "nothing" not in text, "an empty column"
    assert text.splitlines()[-1] == "No room for: P3"


@pytest.mark.usefixtures("screen")
def test_on_a_wide_terminal_nothing_is_spared(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    text = shown(capsys, "P3", "P2", "P1", "registration")
    assert "P3" in text
    assert "No room" not in text


@pytest.mark.usefixtures("screen")
def test_columns_that_can_be_spared_go_one_by_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    text = shown(capsys, "P3", "P2", "P1", "registration")
    *_, last = text.splitlines()
    assert last.startswith("No room for: ")
    gone = last.removeprefix("No room for: ").split(", ")
    assert gone == sorted(gone)
    assert "P3" in gone
    assert "registration" not in gone
    head = text.splitlines()[1]
    assert [name in head for name in ("P1", "P2", "P3")] == [name not in gone for name in ("P1", "P2", "P3")]


@pytest.mark.usefixtures("screen")
def test_where_there_is_no_room_at_all_the_longest_cells_are_broken(
    capsys: pytest.CaptureFixture[str],
) -> None:
    headings = ("image", "why", "probably", "page", "because of", "look at")
    row = ("137", "no-code", "booklet 8, page 9", "9", "the other side of its sheet", "x" * 200)
    terminal.table(headings, [row, (" " * 20, "", "", "", "", "")])
    text = capsys.readouterr().out
    assert max(map(cell_len, text.splitlines())) <= 80
    assert text.count("x") == 200
    for whole in ("image", "137", "no-code", "because of", "sheet"):
        assert whole in text


def test_in_a_pipe_a_table_has_every_column(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, "P3").splitlines() == ["\t".join(line) for line in (HEADINGS, *ROWS)]


def test_in_a_pipe_progress_is_a_line_for_each_twentieth(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal.working("Reading", "pages") as progress:
        for done in range(101):
            progress(done, 100)
        progress(0, 0)
    said = capsys.readouterr()
    assert said.err.splitlines() == [f"Reading: {n} of 100 pages" for n in range(5, 101, 5)]
    assert said.out == ""
    with terminal.working("Reading", "pages", stays=True) as progress:
        progress(1, 2)
        progress(1, 2)
        progress(2, 2)
    assert capsys.readouterr().err.splitlines() == ["Reading", "  1 of 2 pages", "  2 of 2 pages"]


def test_progress_for_programs_is_json_and_may_be_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal.working("Reading", "pages", shown=Shown.JSON) as progress:
        for done in range(0, 1001, 5):
            progress(done, 1000)
    said = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert len(said) == 100
    assert said[0] == {"what": "Reading", "unit": "pages", "done": 10, "total": 1000}
    assert said[-1]["done"] == 1000
    with terminal.working("Reading", "pages", shown=Shown.NONE) as progress:
        progress(1, 1)
    assert capsys.readouterr().err == ""


def test_every_reason_is_told_in_words() -> None:
    assert set(UNPLACED) == set(Reason)
    assert set(OPEN) == set(Doubt)
