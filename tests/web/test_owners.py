"""Whose a booklet is: the likeliest people, one key for each, and nobody overwrites what another said."""

from pathlib import Path

import pytest
from django.utils import translation
from tests.actions.conftest import layout, small  # noqa: F401 - fixtures
from tests.web.by_hand import Answer, site_with
from tests.web.conftest import Site

from klausur.paper.layout import Layout
from klausur.state.facts import Role
from klausur.state.owners import UNREADABLE, OwnerClaim, Source
from klausur.store import candidates, looks, models
from klausur.store.folder import opened
from klausur.web.owners.views import claimed


@pytest.fixture
def nobodys(tmp_path: Path, layout: Layout) -> Site:  # noqa: F811 - the fixture
    """An exam with three booklets on which nobody's name stands."""
    return site_with(tmp_path / "nobodys", layout, 3, named=False)


def settle(site: Site, role: Role = Role.PROCTOR, booklet: int = 1, looked: int = 0, **said: str) -> Answer:
    return site.as_(role).post(site.at("owners/settle/"), {"booklet": booklet, "looked": looked, **said})


def text(answer: Answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def owner(site: Site, booklet: int = 1) -> str | None:
    with opened(site.folder):
        tie = looks.tie(booklet)
    assert tie is not None
    return None if tie.candidate is None else tie.candidate.registration


def somebody(site: Site, at: int = 0) -> str:
    with opened(site.folder):
        return candidates.enrolled()[at].candidate.registration


def decisions(site: Site) -> int:
    """How many there are about the first booklet."""
    with opened(site.folder):
        return models.TieSettlement.objects.filter(sheet="booklet", number=1).count()


def looked(answer: str) -> int:
    return int(answer.partition('data-looked="')[2].partition('"')[0])


def test_booklets_of_nobody_are_listed_with_why(nobodys: Site) -> None:
    page = text(nobodys.as_(Role.PROCTOR).get(nobodys.at("owners/")))
    assert page.count('class="card owner"') == 3
    assert "No name is printed, no sticker was found" in page
    assert "/pictures/field/1/cover/registration.jpg?i=" in page


def test_an_owner_is_said_and_taken_back(nobodys: Site) -> None:
    whose = somebody(nobodys)
    answer = text(settle(nobodys, registration=whose))
    assert "data-said" in answer
    assert whose in answer
    assert owner(nobodys) == whose
    assert text(nobodys.as_(Role.PROCTOR).get(nobodys.at("owners/"))).count('class="card owner"') == 2
    assert "data-said" not in text(settle(nobodys, looked=looked(answer), undo="1"))
    assert owner(nobodys) is None


def test_who_gets_no_answer_and_asks_once_more_is_recorded_once(nobodys: Site) -> None:
    whose = somebody(nobodys)
    answers = [text(settle(nobodys, registration=whose)) for _ in range(2)]
    assert answers[0] == answers[1]
    assert decisions(nobodys) == 1
    for _ in range(2):
        assert "data-said" not in text(settle(nobodys, looked=looked(answers[0]), undo="1"))
    assert decisions(nobodys) == 2
    settle(nobodys, Role.EXAMINER, registration=whose, looked=looked(answers[0]) + 1)
    assert decisions(nobodys) == 3, "what was taken back may be said again"


def test_a_booklet_may_be_nobodys(nobodys: Site) -> None:
    assert "nobody&#x27;s" in text(settle(nobodys, nobody="1"))
    assert owner(nobodys) is None
    assert text(nobodys.as_(Role.PROCTOR).get(nobodys.at("owners/"))).count('class="card owner"') == 2


def test_the_second_sees_what_the_first_said(nobodys: Site) -> None:
    first, second = somebody(nobodys, 0), somebody(nobodys, 1)
    settle(nobodys, registration=first)
    answer = text(settle(nobodys, Role.EXAMINER, registration=second))
    assert "was faster" in answer
    assert first in answer
    assert "data-said" not in answer
    assert owner(nobodys) == first
    settle(nobodys, Role.EXAMINER, looked=looked(answer), registration=second)
    assert owner(nobodys) == second


def test_nobody_gets_two_booklets(nobodys: Site) -> None:
    settle(nobodys, registration=somebody(nobodys))
    answer = settle(nobodys, booklet=2, registration=somebody(nobodys))
    assert answer.status_code == 409
    assert "already" in answer.content.decode()


def test_people_are_searched(nobodys: Site) -> None:
    client, whose = nobodys.as_(Role.PROCTOR), somebody(nobodys)
    settle(nobodys, registration=whose)
    found = text(client.get(nobodys.at(f"owners/people/?q={whose[-4:]}")))
    assert whose in found
    assert "has booklet 1" in found
    assert "Nobody on the list" in text(client.get(nobodys.at("owners/people/?q=Nemo")))
    assert not text(client.get(nobodys.at("owners/people/"))).strip()


def test_what_is_no_decision_is_refused(nobodys: Site) -> None:
    assert settle(nobodys).status_code == 400
    assert settle(nobodys, booklet=99, nobody="1").status_code == 404
    assert settle(nobodys, registration="no such").status_code == 404
    assert nobodys.as_(Role.CORRECTOR).get(nobodys.at("owners/")).status_code == 403


def test_owners_speak_german(nobodys: Site) -> None:
    client = nobodys.as_(Role.PROCTOR)
    client.cookies["language"] = "de"
    assert "Kein Name ist gedruckt" in text(client.get(nobodys.at("owners/")))


def test_a_sticker_that_cannot_be_read_is_told_in_german() -> None:
    with translation.override("de"):
        told = claimed(OwnerClaim(Source.STICKER, UNREADABLE, None, ()))
    assert told.read == "nicht zu lesen"
