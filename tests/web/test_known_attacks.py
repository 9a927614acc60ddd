"""Attacks that have a name, each tried on the site: what docs/security.md says of them is held here."""

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core import mail
from django.test import Client
from tests.actions.conftest import layout, small  # noqa: F401 - fixtures
from tests.cast import EXAMINER
from tests.web.by_hand import site_with
from tests.web.conftest import Site

from klausur.actions import publish
from klausur.actions.change_candidate import Correction, change
from klausur.paper.layout import Layout
from klausur.site import invitations
from klausur.site.home import Mail
from klausur.site.models import Member, Person
from klausur.state.facts import Author, Role
from klausur.state.publication import Part, Terms
from klausur.store import candidates
from klausur.store.folder import opened

PASSWORD = "seven green apples"  # noqa: S105 - of nobody
EVIL = "evil.example.net"


@pytest.fixture
def corrector(site: Site) -> Person:
    person = site.people[Role.CORRECTOR]
    person.set_password(PASSWORD)
    person.save()
    return person


def log_in(browser: Client, person: Person, **more: str) -> Any:  # noqa: ANN401 - what the browser gets
    return browser.post("/accounts/login/", {"login": person.email, "password": PASSWORD, **more})


@pytest.mark.parametrize("secret", ["made up by somebody", "0" * 32])
def test_a_session_that_somebody_put_into_the_browser_is_nobodys(
    site: Site, corrector: Person, secret: str
) -> None:
    browser, evil = Client(), Client()
    for each in (browser, evil):
        each.cookies["sessionid"] = secret
    assert log_in(browser, corrector).status_code == 302
    assert browser.get(site.at()).status_code == 200
    assert browser.cookies["sessionid"].value != secret
    assert evil.get(site.at()).status_code == 302


def test_a_session_from_before_the_login_does_not_come_to_be_theirs(site: Site, corrector: Person) -> None:
    browser, evil = Client(), Client()
    browser.get(f"/accounts/login/?next={site.at()}")
    browser.post("/language/", {"language": "de"})
    before = browser.session  # made where there was none, as somebody makes one and puts it into a browser
    before["anything"] = "kept"
    before.save()
    browser.cookies["sessionid"] = evil.cookies["sessionid"] = str(before.session_key)
    log_in(browser, corrector)
    assert browser.cookies["sessionid"].value != str(before.session_key)
    assert evil.get(site.at()).status_code == 302
    held = browser.cookies["sessionid"].value
    browser.post("/accounts/logout/")
    evil.cookies["sessionid"] = held
    assert evil.get(site.at()).status_code == 302, "and after the logout it is over"


def test_an_invitation_begins_a_session_of_its_own(site: Site) -> None:
    made = invitations.invite(
        "new@example.org", site.people[Role.EXAMINER], exam=site.exam, role=Role.CORRECTOR
    )
    browser, evil = Client(), Client()
    before = browser.session
    before["anything"] = "kept"
    before.save()
    browser.cookies["sessionid"] = evil.cookies["sessionid"] = str(before.session_key)
    browser.post(f"/invited/{made}/", {"name": "Nora Neu", "password": PASSWORD})
    assert browser.get(site.at()).status_code == 200
    assert evil.get(site.at()).status_code == 302


def test_no_page_is_shown_inside_of_another_site(site: Site) -> None:
    for role, address in ((Role.EXAMINER, site.at()), (Role.EXAMINER, site.at("people/")), (None, "/")):
        answer = site.as_(role).get(address)
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "to",
    [
        f"https://{EVIL}/",
        f"//{EVIL}/",
        f"///{EVIL}",
        f"/\\{EVIL}",
        f"\\\\{EVIL}",
        f"https:{EVIL}",
        f"http:///{EVIL}",
        f" https://{EVIL}",
        f"/\t/{EVIL}",
        "javascript:alert(1)",
        f"https://testserver@{EVIL}/",
        f"https://testserver.{EVIL}/",
    ],
)
def test_nobody_is_led_elsewhere_after_a_form(site: Site, corrector: Person, to: str) -> None:
    browser = Client()
    answers = [
        log_in(browser, corrector, next=to),
        browser.get("/accounts/login/", {"next": to}),
        browser.post("/language/", {"language": "de", "next": to}),
        site.as_(Role.EXAMINER).post(site.at("people/mark/back/"), {"event": "1", "next": to}),
        browser.post("/accounts/logout/", {"next": to}),
    ]
    for answer in answers:
        place = urlsplit(answer.headers.get("Location", "/"))
        assert (place.scheme, place.netloc) in {("", ""), ("http", "testserver")}
        assert not answer.headers.get("Location", "/").startswith(("//", "/\\", "/\t")), answer


MORE = {
    "administrator": "on",
    "is_superuser": "on",
    "is_staff": "on",
    "is_active": "on",
    "role": "examiner",
    "exam": "1",
    "registration": "4711",
    "mail_checked": "on",
    "email": "root@example.org",
    "pk": "1",
    "id": "1",
}
"""What a form has no field for, and a row has a column."""


def test_fields_that_a_form_does_not_have_change_nothing(site: Site, corrector: Person) -> None:
    made = invitations.invite(
        "new@example.org", site.people[Role.EXAMINER], exam=site.exam, role=Role.PROCTOR
    )
    Client().post(f"/invited/{made}/", {"name": "Nora Neu", "password": PASSWORD, **MORE})
    new = Person.objects.get(name="Nora Neu")
    assert (new.email, new.administrator, new.registration) == ("new@example.org", False, "")
    given = Member.objects.filter(person=new)
    assert [(member.exam, member.role) for member in given] == [(site.exam, "proctor")]
    browser = Client()
    before: dict[str, Any] = dict(Person.objects.filter(pk=corrector.pk).values().get())
    log_in(browser, corrector, **MORE)
    for address in ("/account/", "/accounts/email/", "/language/", "/accounts/password/change/"):
        browser.post(address, {"language": "en", **MORE})
    after: dict[str, Any] = dict(Person.objects.filter(pk=corrector.pk).values().get())
    assert {name for name in after if after[name] != before[name]} <= {"last_login", "language"}
    kept = {"name": corrector.name, "email": corrector.email, "is_active": "on"}
    site.as_(Role.ADMINISTRATOR).post(
        f"/site/people/{corrector.pk}/", {**kept, "mail_checked": "on", "is_superuser": "on", "password": "x"}
    )
    changed = Person.objects.filter(pk=corrector.pk).values().get()
    assert changed["password"] == before["password"]
    assert changed["mail_checked"] == before["mail_checked"]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1"])
def test_a_name_is_no_formula_in_the_list_of_links(tmp_path: Path, layout: Layout, name: str) -> None:  # noqa: F811
    site = site_with(tmp_path / "two", layout, 2)
    with opened(site.folder):
        registration = candidates.enrolled()[0].candidate.registration
    change(site.folder, registration, Correction(name=name), Author(EXAMINER, "so it is"))
    publish.set_terms(site.folder, Terms(frozenset(Part)), Author(EXAMINER))
    publish.publish(site.folder, Author(EXAMINER))
    day = datetime.now(UTC).date() + timedelta(days=7)
    answer = site.as_(Role.EXAMINER).post(site.at("results/publication/links/"), {"until": day.isoformat()})
    text = b"".join(answer) if answer.streaming else answer.content
    lines = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert len(lines) == 2
    assert not any(line["name"].startswith(("=", "+", "-", "@", "\t")) for line in lines)


def test_a_wrong_password_costs_as_much_whoever_is_named(
    corrector: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted, not timed: a time hangs on the machine."""
    digested: list[int] = []
    encode = PBKDF2PasswordHasher.encode

    def counted(self: PBKDF2PasswordHasher, *given: Any, **more: Any) -> str:  # noqa: ANN401 - Django's own
        digested.append(more.get("iterations") or (given[2] if len(given) > 2 else None) or self.iterations)
        return encode(self, *given, **more)

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", counted)
    costs = []
    for email in (corrector.email, "nobody@example.org"):
        digested.clear()
        page = Client().post("/accounts/login/", {"login": email, "password": "wrong"})
        assert page.status_code == 200
        costs.append(sum(digested))
    assert costs[0] == costs[1] > 0


@pytest.mark.parametrize("host", [EVIL, "localhost", f"localhost:1@{EVIL}", "127.0.0.1"])
def test_a_link_for_another_password_leads_to_the_site_whatever_host_was_asked(
    corrector: Person, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    home = replace(
        settings.KLAUSUR_HOME,
        mail=Mail("127.0.0.1", "Exams <exams@example.org>", security="none"),
        address="https://k.example.org",
    )
    monkeypatch.setattr(settings, "KLAUSUR_HOME", home)
    monkeypatch.setattr(settings, "EMAIL_BACKEND", "django.core.mail.backends.locmem.EmailBackend")
    monkeypatch.setattr(mail, "outbox", [], raising=False)
    answer = Client().post(
        "/accounts/password/reset/",
        {"email": corrector.email},
        headers={"host": host, "x-forwarded-host": EVIL, "forwarded": f"host={EVIL}"},
    )
    if answer.status_code == 400:
        assert mail.outbox == []
        return
    (sent,) = mail.outbox
    (link,) = [word for word in str(sent.body).split() if "/password/reset/key/" in word]
    assert link.startswith("https://k.example.org/accounts/password/reset/key/")
    assert EVIL not in f"{sent.subject} {sent.body}"
    assert sent.subject.startswith(f"[{home.name}]")
    assert host not in sent.body


def test_who_asks_for_another_password_is_not_told_who_has_an_account(
    corrector: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = replace(settings.KLAUSUR_HOME, mail=Mail("127.0.0.1", "Exams <exams@example.org>"))
    monkeypatch.setattr(settings, "KLAUSUR_HOME", home)
    monkeypatch.setattr(settings, "EMAIL_BACKEND", "django.core.mail.backends.locmem.EmailBackend")
    monkeypatch.setattr(mail, "outbox", [], raising=False)
    said = []
    for email in (corrector.email, "nobody@example.org"):
        answer = Client().post("/accounts/password/reset/", {"email": email}, follow=True)
        page = re.sub(r'csrf\w+" value="\w+"', "", answer.content.decode().replace(email, ""))
        said.append((answer.status_code, answer.redirect_chain, re.sub(r'"[A-Za-z0-9]{64}"', "", page)))
    assert said[0] == said[1]
    assert [message.to for message in mail.outbox] == [[corrector.email]], "strangers get no mail"
