"""Statistics of a scanned exam: what counts, what is left out, and all answers as rows."""

import csv
import json
from fractions import Fraction
from pathlib import Path

import pypdfium2
import pytest
from tests.cast import EXAMINER

from klausur.actions.mend_key import Mend, mend_key
from klausur.actions.settle import settle
from klausur.actions.statistics import COLUMNS, NAMED, copying, plain, statistics, write_report, write_rows
from klausur.base.errors import UsageError
from klausur.exam.differences import DifferenceKind
from klausur.exam.differences.parts import Item
from klausur.exam.model import Strike
from klausur.paper.answers import Chosen, Worth
from klausur.report.copying import Copying, Sitter
from klausur.state.facts import Author

ADA = Author(EXAMINER)
pytestmark = pytest.mark.usefixtures("scanned")


@pytest.fixture
def settled(folder: Path) -> Path:
    settle(folder, 2, "numbers", Chosen(frozenset("b")), ADA)
    settle(folder, 2, "word", Worth(Fraction(1)), ADA)
    return folder


def test_an_open_booklet_is_counted_as_such(folder: Path) -> None:
    found = statistics(folder)
    assert (found.analysis.people, found.open, found.incomplete) == (1, 1, 0)


def test_figures_are_those_of_what_was_earned_and_crossed(settled: Path) -> None:
    found = statistics(settled)
    letters, numbers, word = found.analysis.items
    assert (found.analysis.people, found.open, found.analysis.mean) == (2, 0, 4.5)
    assert [item.facility for item in (letters, numbers, word)] == [0.5, 1.0, 0.75]
    crossed = {choice.letter: (choice.chosen, choice.right) for choice in numbers.choices}
    assert crossed["b"] == (1.0, True)
    assert word.choices == ()
    assert plain(found)["people"] == 2


def test_a_struck_question_is_left_out(settled: Path) -> None:
    mend_key(settled, [Mend(Item(DifferenceKind.STRUCK, "numbers"), Strike.FULL)], Author(EXAMINER, "wrong"))
    found = statistics(settled)
    assert [item.question for item in found.analysis.items] == ["letters", "word"]
    assert (found.struck, found.analysis.of) == (("1.2",), 4.0)


def test_a_committee_reads_a_report(settled: Path, tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    assert write_report(settled, file) == 2
    text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(file))
    for words in ("Statistics", "Final booklets", "Facility", "Choices", "1.2"):
        assert words in text


def test_too_few_people_are_not_compared(settled: Path) -> None:
    found = copying(settled)
    assert (found.pairs, found.neighbours, found.seated) == ((), 0, False)


def test_answers_are_compared_as_they_were_crossed_or_judged(
    settled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Sitter] = []

    def hints(sitters: list[Sitter], *_of: object) -> Copying:
        seen.extend(sitters)
        return Copying((), 0, 0, seated=False)

    monkeypatch.setattr("klausur.actions.statistics.hints", hints)
    copying(settled)
    copying(settled)
    assert [one.booklet for one in seen] == [1, 2], "once for what the records hold"
    assert {one.booklet: one.answers for one in seen}[2] == ("b", "b", "1 credits")


def rows_of(folder: Path, file: Path, *, named: bool = False) -> list[dict[str, str]]:
    many = write_rows(folder, file, named=named)
    with file.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    assert len(rows) == many
    return rows


def test_every_answer_is_a_row_and_nobody_is_named_in_it(settled: Path, tmp_path: Path) -> None:
    named = rows_of(settled, tmp_path / "named.csv", named=True)
    assert tuple(named[0]) == (*NAMED, *COLUMNS)
    assert {row["booklet"] for row in named} == {"1", "2"}
    (word,) = (r for r in named if (r["booklet"], r["question"]) == ("2", "word"))
    shown = ("credits", "of", "choice", "crossed", "total", "kind", "written")
    assert [word[name] for name in shown] == ["1.0", "2.0", "", "", "3.0", "text", ""]
    numbers = {r["choice"]: r["crossed"] for r in named if (r["booklet"], r["question"]) == ("2", "numbers")}
    assert [letter for letter, crossed in numbers.items() if crossed == "1"] == ["b"]
    people = {(row["person"], row["registration"]) for row in named}
    assert len(people) == len({person for person, _ in people}) == 2
    rows = rows_of(settled, tmp_path / "rows.csv")
    assert rows == [{name: value for name, value in row.items() if name not in NAMED} for row in named]
    text = (tmp_path / "rows.csv").read_text("utf-8")
    assert not any(row["registration"] in text or row["name"] in text for row in named)
    write_rows(settled, tmp_path / "rows.jsonl")
    lines = (tmp_path / "rows.jsonl").read_text("utf-8").splitlines()
    assert [{name: str(value) for name, value in json.loads(line).items()} for line in lines] == rows


def test_rows_are_written_in_two_forms_alone(settled: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"rows\.xlsx"):
        write_rows(settled, tmp_path / "rows.xlsx")
    assert not (tmp_path / "rows.xlsx").exists()
