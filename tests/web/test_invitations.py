import re

import pytest
from django.test import Client
from tests.web.conftest import Site

from klausur.site import invitations
from klausur.site.models import Invitation, Member, Person, SiteEvent
from klausur.state.facts import Role

NEW = {"name": "Nora Neu", "password": "seven green apples"}


@pytest.fixture
def link(site: Site) -> str:
    secret = invitations.invite(
        "nora@example.org", site.people[Role.ADMINISTRATOR], exam=site.exam, role=Role.CORRECTOR
    )
    return f"/invited/{secret}/"


def test_an_invitation_makes_an_account_with_a_role_and_is_good_once(site: Site, link: str) -> None:
    browser = Client()
    assert "A small exam" in browser.get(link).content.decode()
    assert browser.post(link, NEW).status_code == 302
    nora = Person.objects.get(email="nora@example.org")
    assert Member.objects.get(person=nora, exam=site.exam).role == Role.CORRECTOR
    assert browser.get(site.at()).status_code == 200
    assert Client().get(link).status_code == 410
    assert Client().post(link, {**NEW, "name": "Nils Neu"}).status_code == 410
    assert {"invite", "join", "give-role"} <= set(SiteEvent.objects.values_list("verb", flat=True))


def test_nobody_gets_a_name_that_is_taken_or_a_password_that_is_guessed(site: Site, link: str) -> None:
    for wrong in (
        {"name": site.people[Role.EXAMINER].name.upper()},
        {"password": "password12"},
        {"name": "  "},
    ):
        assert Client().post(link, NEW | wrong).status_code == 200
    assert not Person.objects.filter(email="nora@example.org").exists()


def test_who_has_an_account_logs_in_and_gets_a_role_more(site: Site) -> None:
    stranger = site.people[None]
    secret = invitations.invite(stranger.email, None, exam=site.exam, role=Role.PROCTOR)
    link = f"/invited/{secret}/"
    assert Client().get(link).headers["Location"].startswith("/accounts/login/")
    assert site.as_(Role.CORRECTOR).post(link).headers["Location"].startswith("/accounts/login/")
    browser = site.as_(None)
    assert browser.get(link).status_code == 200
    assert browser.post(link).status_code == 302
    assert browser.get(site.at()).status_code == 200


def test_nobody_signs_up_and_one_time_links_are_for_one_folder_alone(site: Site) -> None:
    assert "password1" not in Client().get("/accounts/signup/").content.decode()
    secret = invitations.invite(site.people[Role.EXAMINER].email, None)
    assert Client().get(f"/enter/{secret}/").status_code == 404


@pytest.mark.parametrize("where", ["team", "site"])
def test_a_reminder_is_another_link_and_the_one_before_is_good_no_more(
    site: Site, link: str, where: str
) -> None:
    number = Invitation.objects.get().pk
    at = site.at("team/again/") if where == "team" else f"/site/invitations/{number}/again/"
    browser = site.as_(Role.EXAMINER if where == "team" else Role.ADMINISTRATOR)
    page = browser.post(at, {"invitation": number}, follow=True).content.decode()
    found = re.search(r"/invited/[A-Za-z0-9_-]+/", page)
    assert found is not None
    assert found[0] != link
    assert Client().get(link).status_code == 410
    assert Client().post(found[0], NEW).status_code == 302
    used = browser.post(at, {"invitation": number}, follow=True).content.decode()
    assert "used up" in used
    assert "/invited/" not in used
    assert SiteEvent.objects.filter(verb="invite-again").count() == 1
