"""The second look at the readings desk: a sample is drawn, looked at by tile or by page, and told."""

import re
from pathlib import Path

import pytest
from django.test import Client
from tests.actions.conftest import layout, small  # noqa: F401 - fixtures
from tests.web.by_hand import CROSSED, Answer, site_with
from tests.web.conftest import Site

from klausur.actions.audit_marks import MarkAudit, look
from klausur.paper.layout import Layout
from klausur.state.facts import Role
from klausur.store import boxes, readings
from klausur.store.folder import opened
from klausur.web.readings import second


@pytest.fixture
def three(tmp_path: Path, layout: Layout) -> Site:  # noqa: F811 - the fixture
    """An exam with three booklets: of each five boxes, one unclear, one crossed, and three empty."""
    return site_with(tmp_path / "three", layout, 3)


def text(answer: Answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def drawn(client: Client, site: Site, size: int = 400) -> MarkAudit:
    assert client.post(site.at("readings/second/draw/"), {"size": size}).status_code == 302
    return look(site.folder)


def tiles(page: str) -> dict[int, str]:
    """What each tile says was read, by its number."""
    found = re.findall(r'data-read="(\w+)".*?data-target="(\d+)"', page)
    return {int(key): state for state, key in found}


def test_nothing_is_shown_before_marks_are_drawn(three: Site) -> None:
    page = text(three.as_(Role.CORRECTOR).get(three.at("readings/second/")))
    assert "Draw marks" in page
    assert 'class="box tile' not in page
    assert "By the reader" in page


def test_marks_are_shown_below_what_they_were_read_as(three: Site) -> None:
    client = three.as_(Role.CORRECTOR)
    found = drawn(client, three)
    page = text(client.get(three.at("readings/second/")))
    with opened(three.folder):
        read = {key: str(box.reading.value) for key, box in boxes.of_readings(set(found.drawn)).items()}
    assert tiles(page) == read
    assert set(read.values()) == {"empty", "crossed"}
    assert page.index("Read as empty") < page.index("Read as crossed")
    assert "Read as filled" not in page
    assert "in a million" not in page


def test_a_mark_is_called_otherwise_and_that_is_taken_back(three: Site) -> None:
    client = three.as_(Role.CORRECTOR)
    drawn(client, three)
    page = tiles(text(client.get(three.at("readings/second/"))))
    key = next(key for key, state in page.items() if state == "crossed")
    answer = text(client.post(three.at("readings/second/look/"), {"target": key, "mark": "empty"}))
    assert "data-said" in answer
    assert look(three.folder).wrong == ((key, "empty"),)
    with opened(three.folder):
        assert [(s.field, s.value, s.who) for s in readings.settlements()] == [
            (CROSSED, "empty", "corrector 3")
        ]
    answer = text(client.post(three.at("readings/second/look/"), {"target": key, "undo": "1"}))
    assert "data-said" not in answer
    assert look(three.folder).wrong == ()
    assert key in look(three.folder).waiting


def test_the_rest_of_a_page_is_as_it_was_read_but_not_what_was_said_of_it(
    three: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second, "TILES", 5)
    client = three.as_(Role.CORRECTOR)
    found = drawn(client, three)
    first = tiles(text(client.get(three.at("readings/second/"))))
    assert list(first)
    assert set(first) == set(found.waiting[:5])
    odd = next(iter(first))
    client.post(three.at("readings/second/look/"), {"target": odd, "mark": "filled"})
    client.post(three.at("readings/second/rest/"), {"mark": [str(key) for key in first]})
    after = look(three.folder)
    assert after.wrong == ((odd, "filled"),)
    assert set(after.waiting) == set(found.waiting) - set(first)
    page = text(client.get(three.at("readings/second/")))
    assert "in a million marks" in page
    assert not set(tiles(page)) & set(first)
    while left := look(three.folder).waiting:
        client.post(three.at("readings/second/rest/"), {"mark": [str(key) for key in left[:5]]})
    assert "All marks that are drawn were looked at." in text(client.get(three.at("readings/second/")))


@pytest.mark.parametrize("said", [{"target": "1", "mark": "crossed"}, {"target": "x", "mark": "crossed"}])
def test_what_is_not_drawn_is_refused_in_words(three: Site, said: dict[str, str]) -> None:
    answer = three.as_(Role.CORRECTOR).post(three.at("readings/second/look/"), said)
    assert answer.status_code in {400, 404, 409, 422}
    assert look(three.folder).looked == 0


def test_it_speaks_german(three: Site) -> None:
    client = three.as_(Role.CORRECTOR)
    drawn(client, three)
    client.cookies["language"] = "de"
    page = text(client.get(three.at("readings/second/")))
    assert "Als leer gelesen" in page
    assert "Read as" not in page
