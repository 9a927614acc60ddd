"""Statistics in the browser: figures of final booklets, for examiners alone, and answers as rows."""

import csv
import io
import json
from pathlib import Path

import pytest
from tests.actions.conftest import layout, small  # noqa: F401 - fixtures
from tests.cast import EXAMINER
from tests.web.by_hand import UNCLEAR, Answer, site_with
from tests.web.conftest import Site

from klausur.actions import settle
from klausur.actions.settle import Marked
from klausur.base.credits import parse_credits
from klausur.paper.answers import Chosen, Worth
from klausur.paper.layout import Layout
from klausur.state.facts import Author, Role

PAGE = "results/statistics/"


@pytest.fixture
def three(tmp_path: Path, layout: Layout) -> Site:  # noqa: F811 - the fixture
    """An exam with three booklets, all final."""
    site = site_with(tmp_path / "three", layout, 3)
    for booklet, credits in ((1, "2"), (2, "1"), (3, "0")):
        settle.settle(site.folder, booklet, UNCLEAR, Marked("empty"), Author(EXAMINER))
        settle.settle(site.folder, booklet, "word", Worth(parse_credits(credits)), Author(EXAMINER))
    settle.settle(site.folder, 1, "letters", Chosen(frozenset("ac")), Author(EXAMINER))
    return site


def get(site: Site, path: str, role: Role = Role.EXAMINER, language: str = "en") -> Answer:
    return site.as_(role).get(site.at(path), headers={"accept-language": language})


def test_each_question_has_its_figures_and_its_place_in_the_picture(three: Site) -> None:
    answer = get(three, PAGE)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert '<span class="count">3</span> final booklets' in text
    assert text.count("<circle ") >= 1
    for number in ("1.1", "1.2", "2.1"):
        assert f'<th scope="row">{number}</th>' in text
    assert "50\N{NO-BREAK SPACE}%" in text
    assert " style=" not in text


def test_numbers_are_written_as_the_language_has_them(three: Site) -> None:
    text = get(three, PAGE, language="de").content.decode()
    assert "Trennschärfe" in text
    assert "1,00" in text
    assert "1.00" not in text


def test_an_exam_without_a_final_booklet_says_so(tmp_path: Path, layout: Layout) -> None:  # noqa: F811 - the fixture
    text = get(site_with(tmp_path / "open", layout, 1), PAGE).content.decode()
    assert "No booklet is final yet" in text
    assert "<svg viewBox" not in text


def test_every_answer_can_be_taken_away(three: Site) -> None:
    table = get(three, "results/rows.csv")
    rows = list(csv.DictReader(io.StringIO(table.content.decode())))
    assert len({row["person"] for row in rows}) == 3
    lines = get(three, "results/rows.jsonl").content.decode().splitlines()
    assert len(lines) == len(rows)
    assert set(json.loads(lines[0])) == set(rows[0])
    assert get(three, "results/rows.xlsx").status_code == 404


@pytest.mark.parametrize("path", [PAGE, "results/rows.csv"])
@pytest.mark.parametrize("role", [Role.CORRECTOR, Role.PROCTOR])
def test_it_is_for_examiners_alone(three: Site, path: str, role: Role) -> None:
    assert get(three, path, role).status_code in {403, 404}
