"""Review on site: slots at the desk, a code at the table, and what the browser there shows and does not."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from tests.actions.conftest import layout, small  # noqa: F401 - fixtures
from tests.cast import EXAMINER, PROCTOR
from tests.web.by_hand import site_with
from tests.web.conftest import Site
from tests.web.test_access import _addresses  # the table of addresses

from klausur.actions import publish, review_on_site
from klausur.paper.layout import Layout
from klausur.state.facts import Author, Role
from klausur.state.publication import Part, Terms, Window
from klausur.state.review_slots import SlotGrid
from klausur.store import candidates, models
from klausur.store.folder import opened
from klausur.web.guests import SITS
from klausur.web.limits import Tries

ADA, PETRA = Author(EXAMINER), Author(PROCTOR)
HALF = timedelta(minutes=30)
ON_SITE = frozenset({Part.QUESTIONS, Part.ITEMS, Part.SCRIPT})


@pytest.fixture
def site(tmp_path: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch) -> Site:  # noqa: F811
    """A published exam, of which candidates see the total from afar, and scripts on site; two slots now."""
    monkeypatch.setattr("klausur.web.table.views.TRIES", Tries(20, 600))
    made = site_with(tmp_path / "four", layout, 4)
    window = Window(datetime.now(UTC) + timedelta(days=5))
    terms = Terms(frozenset({Part.TOTAL}), objections=window, on_site=ON_SITE)
    publish.set_terms(made.folder, terms, ADA)
    publish.publish(made.folder, ADA)
    now = datetime.now(UTC)
    grid = SlotGrid(now, now + HALF, HALF, timedelta(0), ("Table 1", "Table 2"))
    review_on_site.plan(made.folder, grid, ADA, registrations=[who(made, n) for n in (0, 1)])
    return made


def who(site: Site, n: int) -> str:
    with opened(site.folder):
        return candidates.enrolled()[n].candidate.registration


def name(site: Site, n: int) -> str:
    with opened(site.folder):
        return candidates.enrolled()[n].candidate.name


def slot(site: Site, n: int) -> int:
    return next(
        each.of.id
        for each in review_on_site.listed(site.folder)
        if each.candidate.candidate.registration == who(site, n)
    )


def sit(site: Site, n: int = 0) -> Client:
    """A browser at a table, let in."""
    client = Client(raise_request_exception=False)
    code = review_on_site.open_slot(site.folder, slot(site, n), PETRA).code
    answer = client.post(f"/table/{site.exam.slug}/", {"code": code.lower()})
    assert answer.headers["Location"] == at(site)
    return client


def at(site: Site, rest: str = "") -> str:
    return f"/review/{site.exam.slug}/table/{rest}"


def test_the_proctor_opens_a_slot_and_the_browser_shows_that_script_alone(site: Site) -> None:
    desk = site.as_(Role.PROCTOR)
    page = desk.get(site.at("review/")).content.decode()
    assert name(site, 0) in page
    assert "Plan slots" not in page
    page = desk.post(site.at("review/open/"), {"slot": slot(site, 0)}).content.decode()
    (code,) = re.findall(r'id="code">([A-Z2-9-]+)<', page)
    browser = Client(raise_request_exception=False)
    assert browser.post(f"/table/{site.exam.slug}/", {"code": code}).status_code == 302
    page = browser.get(at(site)).content.decode()
    assert name(site, 0) in page
    assert name(site, 1) not in page
    assert "A word" in page, "more than from afar"
    assert "I am done" in page
    for gone in ("script.pdf", "data.zip", "download"):
        assert gone not in page


def test_nothing_can_be_taken_away_and_nobody_else_s_is_there(site: Site) -> None:
    browser = sit(site)
    for rest in ("script.pdf", "data.zip", "home/", "home/booklet.pdf", "home/receipts/1.pdf"):
        assert browser.get(at(site, rest)).status_code == 404
    for rest in ("home/uploads/", "home/hand-in/"):
        assert browser.post(at(site, rest)).status_code == 404
    for n in (0, 2, 3, 4, 10**9):
        for part in ("", "drawn.svg"):
            assert browser.get(at(site, f"pages/booklet/{n}/1/{part}")).status_code == 404
    for address in _addresses(site):
        if address.access.kind not in {"link", "open", "watch"}:
            assert browser.get(address.path).status_code in {302, 401, 405}, address.path


def test_a_code_lets_one_browser_in_once_and_another_one_takes_its_place(site: Site) -> None:
    opened_ = review_on_site.open_slot(site.folder, slot(site, 0), PETRA)
    first, second = Client(), Client()
    door = f"/table/{site.exam.slug}/"
    assert first.post(door, {"code": opened_.code}).status_code == 302
    assert second.post(door, {"code": opened_.code}).status_code == 400
    assert second.get(at(site)).headers["Location"] == door
    again = review_on_site.open_slot(site.folder, slot(site, 0), PETRA)
    assert first.get(at(site)).headers["Location"] == door, "the table was opened for another browser"
    assert second.post(door, {"code": again.code}).status_code == 302


def test_once_it_is_ended_or_its_time_is_over_nothing_is_shown(site: Site) -> None:
    door = f"/table/{site.exam.slug}/"
    browser = sit(site)
    kept = browser.session[SITS]
    late = datetime.now(UTC) + timedelta(hours=2)
    assert review_on_site.sitting(site.folder, kept["slot"], kept["key"]) is not None
    assert review_on_site.sitting(site.folder, kept["slot"], kept["key"], now=late) is None
    assert 1700 < browser.get(f"{door}left/").json()["left"] <= 1800
    site.as_(Role.PROCTOR).post(site.at("review/end/"), {"slot": slot(site, 0)})
    assert browser.get(at(site)).headers["Location"] == door
    assert browser.post(at(site, "object/"), {"text": "a"}).status_code == 401
    assert browser.get(f"{door}left/").json() == {"left": 0}
    other = sit(site, 1)
    assert other.post(f"{door}end/").headers["Location"] == door, "by the candidate"
    assert other.get(at(site)).status_code == 302
    with opened(site.folder):
        assert models.ReviewStep.objects.filter(step="ended").count() == 2


def test_an_objection_is_written_at_the_table_where_questions_are_shown_there(site: Site) -> None:
    said = {"question": "word", "text": "It is right.", "act": str(uuid.uuid4())}
    assert sit(site).post(at(site, "object/"), said).headers["Location"].startswith(at(site))
    with opened(site.folder):
        assert models.Objection.objects.get().who == who(site, 0)


def test_who_guesses_codes_gets_no_further(site: Site) -> None:
    review_on_site.open_slot(site.folder, slot(site, 0), PETRA)
    client = Client()
    door = f"/table/{site.exam.slug}/"
    codes = [client.post(door, {"code": f"AAAA-{n:04}"}).status_code for n in range(25)]
    assert codes == [400] * 20 + [429] * 5


def test_a_slot_is_opened_only_at_its_time_and_once_results_are_published(site: Site) -> None:
    desk = site.as_(Role.PROCTOR)
    desk.raise_request_exception = False
    publish.revoke(site.folder, ADA)
    assert desk.post(site.at("review/open/"), {"slot": slot(site, 0)}).status_code == 409
    publish.publish(site.folder, ADA)
    later = datetime.now(UTC) + timedelta(days=1)
    grid = SlotGrid(later, later + HALF, HALF, timedelta(0), ("Table 1",))
    review_on_site.plan(site.folder, grid, ADA, registrations=[who(site, 2)])
    assert desk.post(site.at("review/open/"), {"slot": slot(site, 2)}).status_code == 409
    assert desk.post(site.at("review/open/"), {"slot": 999}).status_code == 404
    assert desk.post(site.at("review/plan/"), {}).status_code == 403


def test_the_examiner_plans_and_calls_off_and_the_candidate_sees_their_time(site: Site) -> None:
    desk = site.as_(Role.EXAMINER)
    desk.raise_request_exception = False
    form = {
        "begin": "2090-01-02T10:00",
        "end": "2090-01-02T11:00",
        "minutes": "30",
        "pause": "0",
        "tables": "Table 1",
    }
    refused = desk.post(site.at("review/plan/"), {**form, "end": "2090-01-02T10:30"})
    assert refused.status_code == 400
    assert "1 times, and 2 candidates" in refused.content.decode()
    desk.post(site.at("review/plan/"), form)
    page = desk.get(site.at("review/")).content.decode()
    assert name(site, 3) in page
    site.exam.login_by = "registration"
    site.exam.save()
    person = site.people[Role.CORRECTOR]
    person.registration = who(site, 3)
    person.save()
    own = site.as_(Role.CORRECTOR).get(f"/review/{site.exam.slug}/mine/").content.decode()
    assert "2 Jan 2090" in own
    assert "Table 1" in own
    desk.post(site.at("review/cancel/"), {"slot": slot(site, 3)})
    own = site.as_(Role.CORRECTOR).get(f"/review/{site.exam.slug}/mine/").content.decode()
    assert "2090" not in own
    assert desk.post(site.at("review/cancel/"), {"slot": slot(site, 3)}).status_code == 409
