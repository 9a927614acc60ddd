"""Candidates who log in: whose account is which candidate's, what they see, and how they get an account."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from tests.actions.conftest import layout, small  # noqa: F401 - fixtures
from tests.cast import EXAMINER
from tests.web.by_hand import site_with
from tests.web.conftest import Site
from tests.web.oidc_provider import Provider, provider
from tests.web.test_oidc import come, configure, who

from klausur.actions import publish
from klausur.actions.change_candidate import Correction, change
from klausur.paper.layout import Layout
from klausur.site import exams
from klausur.site.candidate_logins import LoginRule, guest_of
from klausur.site.home import Login, Mail
from klausur.site.models import Exam, Invitation, Person
from klausur.state.facts import Author, Role
from klausur.state.publication import Part, Terms
from klausur.store import candidates
from klausur.store.folder import opened
from klausur.web import start
from klausur.web.limits import Limit

ADA = Author(EXAMINER)
WHY = Author(EXAMINER, "they wrote")
PASSWORD = "seven green apples"  # noqa: S105 - of nobody


@dataclass(slots=True)
class Listed:
    """A published exam for four, each with an address on the list."""

    site: Site

    @property
    def at(self) -> str:
        return f"/review/{self.site.exam.slug}/mine/"

    def rule(self, rule: LoginRule) -> None:
        exams.let_in(self.site.exam, self.site.people[Role.EXAMINER], rule)

    def registration(self, n: int) -> str:
        with opened(self.site.folder):
            return candidates.enrolled()[n].candidate.registration

    def name(self, n: int) -> str:
        with opened(self.site.folder):
            return candidates.enrolled()[n].candidate.name


@pytest.fixture
def listed(tmp_path: Path, layout: Layout) -> Listed:  # noqa: F811
    site = site_with(tmp_path / "four", layout, 4)
    made = Listed(site)
    for n in range(4):
        change(site.folder, made.registration(n), Correction(mail=f"Sits{n}@Example.org"), WHY)
    publish.set_terms(site.folder, Terms(frozenset(Part)), ADA)
    publish.publish(site.folder, ADA)
    made.rule(LoginRule.MAIL)
    return made


def account(email: str, name: str = "Somebody", *, checked: bool = True, registration: str = "") -> Person:
    person = Person.objects.create_user(email, name, PASSWORD)
    Person.objects.filter(pk=person.pk).update(mail_checked=checked, registration=registration)
    person.refresh_from_db()
    return person


def browser(person: Person) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person, "django.contrib.auth.backends.ModelBackend")
    return client


def test_by_a_checked_address_they_see_their_own_exams_and_results(listed: Listed) -> None:
    client = browser(account("sits1@example.org"))
    assert client.get("/").headers["Location"] == "/mine/"
    page = client.get("/mine/").content.decode()
    assert listed.site.exam.title in page
    assert listed.at in page
    results = client.get(listed.at).content.decode()
    assert listed.name(1) in results
    assert listed.registration(1) in results
    for n in (0, 2, 3):
        assert listed.name(n) not in results
        assert listed.registration(n) not in results
    assert "Log out" in results
    assert client.get(listed.site.at()).status_code == 404, "the desks are none of theirs"


def test_an_address_that_nothing_has_shown_to_be_theirs_opens_nothing(listed: Listed) -> None:
    client = browser(account("sits1@example.org", checked=False))
    assert listed.site.exam.title not in client.get("/mine/").content.decode()
    assert client.get(listed.at).status_code == 404


def test_an_address_that_two_share_opens_nothing(listed: Listed) -> None:
    change(listed.site.folder, listed.registration(2), Correction(mail="sits1@example.org"), WHY)
    client = browser(account("sits1@example.org"))
    assert client.get(listed.at).status_code == 404
    page = listed.site.as_(Role.EXAMINER).get(listed.site.at("results/publication/")).content.decode()
    assert "2 candidates have no address on the list, or share one" in page


def test_only_the_way_that_the_examiner_says_counts_and_none_by_itself(listed: Listed) -> None:
    by_mail = account("sits1@example.org")
    by_number = account("private@example.org", "Another", registration=listed.registration(2))
    found = {}
    for rule in LoginRule:
        listed.rule(rule)
        exam = Exam.objects.get(pk=listed.site.exam.pk)
        guests = [guest_of(exam, each) for each in (by_mail, by_number)]
        found[rule] = [each and each.candidate.candidate.registration for each in guests]
    assert found == {
        LoginRule.NOBODY: [None, None],
        LoginRule.MAIL: [listed.registration(1), None],
        LoginRule.REGISTRATION: [None, listed.registration(2)],
    }


def test_what_is_not_published_is_not_there(listed: Listed) -> None:
    client = browser(account("sits1@example.org"))
    publish.revoke(listed.site.folder, ADA)
    assert "no results yet" in client.get("/mine/").content.decode()
    assert "No results are published" in client.get(listed.at).content.decode()
    for rest in ("script.pdf", "data.zip", "papers/", "questions/word/", "pages/booklet/2/1/"):
        assert client.get(listed.at + rest).status_code == 404


def test_nobody_comes_to_another_s_pages_or_sets_who_they_are(listed: Listed) -> None:
    client = browser(account("sits1@example.org"))
    for n in (1, 3, 4, 10**9):
        for part in ("", "drawn.svg"):
            assert client.get(f"{listed.at}pages/booklet/{n}/1/{part}").status_code == 404
    forged = {"candidate": "1", "registration": listed.registration(0), "mail": "sits0@example.org"}
    assert listed.name(0) not in client.get(listed.at, forged).content.decode()
    for address in ("/mine/", "/account/", listed.at):
        client.post(address, {**forged, "email": "sits0@example.org"})
    assert listed.name(1) in client.get(listed.at).content.decode()
    for secret in ("Mine", "MINE", "mine%00", "mine.", "min"):
        assert client.get(f"/review/{listed.site.exam.slug}/{secret}/").status_code in {400, 404}


def test_the_examiner_alone_says_how_candidates_log_in(listed: Listed) -> None:
    site = listed.site
    at = site.at("results/publication/logins/")
    for role in (Role.CORRECTOR, Role.PROCTOR):
        assert site.as_(role).post(at, {"rule": ""}).status_code == 403
    client = site.as_(Role.EXAMINER)
    client.raise_request_exception = False
    assert client.post(at, {"rule": "everybody"}).status_code == 400
    client.post(at, {"rule": "registration"})
    assert Exam.objects.get(pk=site.exam.pk).login_by == "registration"


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> None:
    home = replace(settings.KLAUSUR_HOME, mail=Mail("localhost", "Exams <exams@example.org>"))
    monkeypatch.setattr(settings, "KLAUSUR_HOME", home)
    monkeypatch.setattr(settings, "EMAIL_BACKEND", "django.core.mail.backends.locmem.EmailBackend")
    monkeypatch.setattr(mail, "outbox", [], raising=False)
    for name, times in (("ASKED", 20), ("MAILED", 3)):
        monkeypatch.setattr(f"klausur.web.mine.views.{name}", Limit(times, 3600))


@pytest.mark.usefixtures("mails")
def test_who_is_on_a_list_gets_an_account_by_a_mail_and_nobody_is_told_who_is(listed: Listed) -> None:
    client = Client()
    answers = [
        client.post("/mine/account/", {"email": each}).content.decode().replace(each, "")
        for each in ("sits2@example.org", "nobody@example.org")
    ]
    assert re.sub(r'"[^"]{64}"', "", answers[0]) == re.sub(r'"[^"]{64}"', "", answers[1])
    (sent,) = mail.outbox
    assert sent.to == ["sits2@example.org"]
    (link,) = re.findall(r"/invited/[^/]+/", str(sent.body))
    client.post(link, {"name": "Any Name", "password": PASSWORD})
    assert who(client) == "Any Name"
    assert listed.name(2) in client.get(listed.at).content.decode()
    assert client.get(link).status_code == 410


@pytest.mark.usefixtures("mails")
def test_an_address_gets_few_mails_and_a_place_asks_few_times(listed: Listed) -> None:
    assert listed
    client = Client()
    codes = [client.post("/mine/account/", {"email": "sits2@example.org"}).status_code for _ in range(21)]
    assert codes == [200] * 20 + [429]
    assert len(mail.outbox) == 3


def test_an_invitation_that_somebody_else_saw_shows_nothing_of_an_address(listed: Listed) -> None:
    """An examiner of another exam invites a candidate's address, and follows the link alone."""
    site = listed.site
    team = site.at("team/")
    examiner = site.as_(Role.EXAMINER)
    said = {"email": "sits3@example.org", "role": "corrector"}
    page = examiner.post(f"{team}invite/", said, follow=True).content.decode()
    (link,) = set(re.findall(r"/invited/[^/]+/", page))
    client = Client(raise_request_exception=False)
    client.post(link, {"name": "Not Them", "password": PASSWORD})
    assert who(client) == "Not Them"
    assert client.get(listed.at).status_code == 404
    assert not Invitation.objects.filter(mailed=True).exists()


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with provider() as found:
        yield found


def test_by_another_place_they_get_an_account_where_they_are_on_a_list(
    listed: Listed, running: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    running.claims = {"sub": "1", "email": "new@example.org", "email_verified": True, "name": "New Here"}
    running.token = {}
    configure(running, monkeypatch)
    (login,) = settings.KLAUSUR_HOME.logins
    _let_in(monkeypatch, login, candidates=True, registration="matriculation")
    listed.rule(LoginRule.REGISTRATION)
    client = Client()
    come(client)
    assert who(client) is None, "on no list"
    running.claims["matriculation"] = listed.registration(3)
    come(client)
    assert who(client) == "New Here"
    assert listed.name(3) in client.get(listed.at).content.decode()
    running.claims |= {"sub": "2", "email": "other@example.org"}
    second = Client()
    page = come(second)
    assert who(second) is None
    assert "Somebody else here has the registration number" in page
    running.claims |= {"email_verified": False, "matriculation": listed.registration(0)}
    come(second)
    assert who(second) is None, "an address that was not checked makes no account"


def _let_in(monkeypatch: pytest.MonkeyPatch, login: Login, *, candidates: bool, registration: str) -> None:
    logins = (replace(login, candidates=candidates, registration=registration),)
    home = replace(settings.KLAUSUR_HOME, logins=logins)
    monkeypatch.setattr(settings, "KLAUSUR_HOME", home)
    found = start.single_sign_on(home)["SOCIALACCOUNT_PROVIDERS"]
    monkeypatch.setattr(settings, "SOCIALACCOUNT_PROVIDERS", found, raising=False)


def test_the_administrator_writes_a_registration_number_that_nobody_else_has(listed: Listed) -> None:
    admin = Person.objects.create_user("root@example.org", "Root", PASSWORD, administrator=True)
    one, two = account("a@example.org", "A"), account("b@example.org", "B")
    client = browser(admin)
    said = {"is_active": "on", "registration": listed.registration(0)}
    client.post(f"/site/people/{one.pk}/", {"name": "A", "email": "a@example.org", **said})
    page = client.post(f"/site/people/{two.pk}/", {"name": "B", "email": "b@example.org", **said})
    assert "Somebody else has this registration number." in page.content.decode()
    one.refresh_from_db()
    assert one.registration == listed.registration(0)
    client.post(f"/site/people/{one.pk}/", {"name": "A", "email": "sits0@example.org", **said})
    one.refresh_from_db()
    assert not one.mail_checked, "an address that somebody else wrote was not checked"
