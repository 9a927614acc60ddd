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


@pytest.mark.usefixtures("screen")
def test_where_cells_may_be_shortened_each_row_is_one_line_and_no_word_is_broken(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    short = {"name": 16, "status": 12}
    terminal.table(HEADINGS, ROWS, spare=("P3", "P2", "P1", "registration"), short=short, wide=False)
    head, rule, first, second, last = capsys.readouterr().out.splitlines()
    assert max(map(cell_len, (head, rule, first, second))) <= 70
    assert "Candidate 001…" in first
    assert "open: 1.2…" in second
    assert last == "No room for: P3. All of it: --wide"
    for line in (first, second):
        parts = (part.removesuffix("…") for part in line.split())
        assert all(any(part in " ".join(row).split() for row in ROWS) for part in parts), line


@pytest.mark.usefixtures("screen")
def test_a_family_name_is_shown_before_given_names(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    names = ("Ada Berta Example-Muster", "Ada Example (absent)", "Adalberta Muster (absent)", "Bo O")
    terminal.table(("booklet", "name"), [(str(n), name) for n, name in enumerate(names)], short={"name": 8})
    _, _, *lines = capsys.readouterr().out.splitlines()
    assert [line[9:].rstrip() for line in lines] == [
        "Ada B. Example-Muster",
        "Ada Example (absent)",
        "A. Muster (absent)",
        "Bo O",
    ]


@pytest.mark.usefixtures("screen")
def test_all_of_it_is_shown_whole_however_narrow_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.table(HEADINGS, ROWS, spare=("P3",), short={"name": 16, "status": 12}, wide=True)
    head, _, *lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert head.split() == list(HEADINGS)
    for line, row in zip(lines, ROWS, strict=True):
        assert all(cell in line for cell in row)


@pytest.mark.usefixtures("screen")
def test_numbers_stand_below_their_heading_with_their_decimal_signs_below_one_another(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [("9", "11.5", "05833956", "1/2"), ("10", "7", "04153463", "12"), ("8", "", "1", "1 1/4")]
    terminal.table(("no", "total", "registration", "part"), rows)
    head, _, *lines = capsys.readouterr().out.splitlines()
    assert lines[0].index(".") == lines[1].index("7") + 1
    assert head.index("total") + len("total") == lines[0].index("11.5") + len("11.5")
    assert head.index("registration") == lines[0].index("05833956"), "digits that begin with 0 are a name"
    assert lines[0].index("9") == lines[1].index("10") + 1


@pytest.mark.usefixtures("screen")
def test_what_people_copy_stands_whole_below_where_the_table_has_no_room(
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = "/srv/exams/2026/endterm of networks/.klausur/unplaced/" + "ab" * 32 + "-3.jpg"
    rows = [("57", "no-code", path), ("58", "blurred", "")]
    terminal.table(("image", "why", "look at"), rows, below="look at", wide=False)
    text = capsys.readouterr().out
    assert f"image 57: {path}\n" in text
    assert "No room" not in text
    assert "image 58" not in text
    terminal.table(("image", "why", "look at"), [("57", "no-code", "a.jpg")], below="look at", wide=False)
    assert "image 57:" not in capsys.readouterr().out


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
