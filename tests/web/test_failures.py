"""What broke is told where people look, in their language."""

from dataclasses import replace

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from tests.web.conftest import Site

from klausur.site import invitations
from klausur.state.facts import Role
from klausur.web.home import views


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Something broke."), ("de", "Etwas ist schiefgegangen.")]
)
def test_what_broke_is_told(site: Site, monkeypatch: pytest.MonkeyPatch, language: str, said: str) -> None:
    def breaks(*_: object) -> HttpResponse:
        raise ZeroDivisionError

    browser = site.as_(Role.ADMINISTRATOR)
    browser.raise_request_exception = False
    browser.cookies["language"] = language
    monkeypatch.setattr(views, "render", breaks)
    page = browser.get("/")
    part = browser.get("/", headers={"HX-Request": "true"})
    assert page.status_code == part.status_code == 500
    assert f"<h1>{said}</h1>" in page.content.decode()
    assert f'lang="{language}"' in page.content.decode()
    assert part.content.decode().startswith('<p class="message error"'), "what page.js takes out of an answer"
    assert said in part.content.decode()
    for answer in (page, part):  # by which the log is searched
        assert f": {answer.headers['X-Request-ID']}</p>" in answer.content.decode()


def test_where_one_exam_is_served_alone_the_terminal_lets_in(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "password" in Client().get("/accounts/login/").content.decode()
    monkeypatch.setattr(settings, "KLAUSUR_HOME", replace(settings.KLAUSUR_HOME, single=site.folder))
    login = Client().get("/accounts/login/").content.decode()
    assert "klausur serve" in login
    assert "<input" not in login.partition("<main")[2], "nobody has a password to type"
    link = f"/enter/{invitations.invite(site.people[Role.EXAMINER].email, None)}/"
    assert Client().get(link).status_code == 302
    again = Client().get(link)
    assert again.status_code == 410
    assert "klausur serve" in again.content.decode()
