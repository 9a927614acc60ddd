"""Signatures at the owners' desk: those that wait, one key for each decision, what two say at once."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test.utils import CaptureQueriesContext
from tests import cast
from tests.actions.conftest import layout, small  # noqa: F401 - fixtures
from tests.actions.test_day import (
    ADA,
    EVA,
    JUERGEN,
    booklet,
    place,  # noqa: F401 - fixtures
    printed,  # noqa: F401
    record,
    sheet,
    signed,
    untouched,  # noqa: F401
)
from tests.web.by_hand import Answer
from tests.web.conftest import Site

from klausur.actions.attendance import Presence, attendance
from klausur.actions.signature_look import signature_look
from klausur.paper.code import Sheet
from klausur.paper.layout import Layout
from klausur.site import exams
from klausur.site.models import Person
from klausur.state.facts import Role
from klausur.store.connections import connection
from klausur.store.folder import opened


@pytest.fixture
def desk(place: Path, printed: Layout) -> Site:  # noqa: F811 - fixtures
    """Ada's signature is unclear, Jürgen signed nothing and has a booklet, Eva's list was not scanned."""
    lists = sheet(Sheet.ATTENDANCE, 1, signed(ADA, flagged=True), signed(JUERGEN, yes=False))
    record(place, *booklet(printed, 1, written="0382"), lists)
    made = Site(exams.add(settings.KLAUSUR_HOME, place, "A small exam", "the tests"), place)
    for role in (Role.EXAMINER, Role.PROCTOR, Role.CORRECTOR):
        person = Person.objects.create_user(f"{role.value}@example.org", cast.CAST[role].name)
        exams.give_role(made.exam, person, role, "the tests")
        made.people[role] = person
    return made


def settle(site: Site, who: str = ADA.registration, looked: int = 0, **said: str) -> Answer:
    given = {"registration": who, "looked": looked, **said}
    return site.as_(Role.PROCTOR).post(site.at("owners/signatures/settle/"), given)


def text(answer: Answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def presence(site: Site) -> list[Presence]:
    return [each.presence for each in attendance(site.folder).people]


def looked(answer: str) -> int:
    return int(answer.partition('data-looked="')[2].partition('"')[0])


def test_what_is_unclear_stands_first_and_then_what_fits_no_booklet(desk: Site) -> None:
    page = text(desk.as_(Role.PROCTOR).get(desk.at("owners/signatures/")))
    assert page.count('class="card owner"') == 2
    assert page.index(ADA.name) < page.index(JUERGEN.name)
    assert EVA.name not in page
    assert "The reader is not sure whether this is a signature." in page
    assert "A booklet of theirs was found, but nothing is signed here." in page
    assert f"pictures/list/1/candidate/{ADA.registration}/signature.jpg?i=" in page
    owners = text(desk.as_(Role.PROCTOR).get(desk.at("owners/")))
    assert 'href="/exams/a-small-exam/owners/signatures/"' in owners


def test_a_signature_is_settled_and_taken_back(desk: Site) -> None:
    assert presence(desk) == [Presence.UNCLEAR, Presence.UNSIGNED, Presence.NOT_SCANNED]
    answer = text(settle(desk, signed="signed"))
    assert "data-said" in answer
    assert presence(desk)[0] is Presence.SIGNED
    decided = text(desk.as_(Role.PROCTOR).get(desk.at("owners/signatures/decided/")))
    assert ADA.name in decided
    assert cast.CAST[Role.PROCTOR].name in decided
    assert "data-said" not in text(settle(desk, looked=looked(answer), undo="1"))
    assert presence(desk)[0] is Presence.UNCLEAR
    assert signature_look(desk.folder).decided == ()


def test_the_second_sees_what_the_first_said_of_a_signature(desk: Site) -> None:
    settle(desk, signed="signed")
    answer = text(settle(desk, signed="unsigned"))
    assert "was faster and said: signed" in answer
    assert "data-said" not in answer
    assert presence(desk)[0] is Presence.SIGNED
    settle(desk, looked=looked(answer), signed="unsigned")
    assert presence(desk)[0] is Presence.UNSIGNED


def test_what_is_no_decision_about_a_signature_is_refused(desk: Site) -> None:
    assert settle(desk).status_code == 400
    assert settle(desk, signed="perhaps").status_code == 400
    assert settle(desk, who="", signed="signed").status_code == 400
    assert settle(desk, who="no such", signed="signed").status_code == 404
    assert settle(desk, undo="1").status_code == 404
    assert presence(desk)[0] is Presence.UNCLEAR


def test_correctors_see_no_signature(desk: Site) -> None:
    client = desk.as_(Role.CORRECTOR)
    for rest in ("owners/signatures/", f"pictures/list/1/candidate/{ADA.registration}/signature.jpg"):
        assert client.get(desk.at(rest)).status_code == 403


def test_signatures_cost_as_many_queries_whoever_waits(desk: Site) -> None:
    asked = []
    for _ in range(2):
        client = desk.as_(Role.EXAMINER)
        client.get(desk.at("owners/signatures/"))
        with opened(desk.folder), CaptureQueriesContext(connection()) as queries:
            assert client.get(desk.at("owners/signatures/")).status_code == 200
        asked.append(len(queries))
        settle(desk, signed="signed")  # one fewer waits
    assert asked[0] == asked[1] <= 45
