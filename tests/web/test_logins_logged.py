"""Who comes in and who is kept out stands in the site's log, and no password does."""

import ast
import re
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.signals import social_account_removed
from django.conf import settings
from django.test import Client, RequestFactory, TestCase
from tests.web.conftest import Site

from klausur.site import audit, invitations, tidying
from klausur.site.models import Person, SiteEvent
from klausur.state.facts import Role
from klausur.web.accounts.logged import NOBODY
from klausur.web.site import events
from klausur.web.words import WEB

PASSWORD, PEARS = "seven green apples", "nine yellow pears"
AT = "192.0.2.7"


@pytest.fixture
def person(site: Site) -> Person:
    found = site.people[Role.CORRECTOR]
    found.set_password(PASSWORD)
    found.save()
    return found


def log_in(browser: Client, person: Person, password: str = PASSWORD) -> None:
    browser.post("/accounts/login/", {"login": person.email, "password": password})


def told() -> list[tuple[str, str, dict[str, Any]]]:
    """Events of coming in, in their order."""
    rows = SiteEvent.objects.filter(verb__in=audit.LOGINS).order_by("pk")
    return [(row.verb, row.who, row.detail) for row in rows]


def committed() -> AbstractContextManager[object]:
    """What is to happen when a transaction ends does so, though the test's own is taken back."""
    return TestCase.captureOnCommitCallbacks(using="default", execute=True)


def code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def test_coming_and_going_is_written_down(person: Person) -> None:
    browser = Client(REMOTE_ADDR=AT)
    log_in(browser, person)
    browser.post("/accounts/logout/")
    assert told() == [
        ("login", person.name, {"by": "password", "address": AT}),
        ("logout", person.name, {"address": AT}),
    ]


def test_who_fails_is_written_down_with_the_name_that_was_tried_and_without_the_password(
    person: Person,
) -> None:
    browser = Client(REMOTE_ADDR=AT)
    log_in(browser, person, "eight red plums")
    browser.post("/accounts/login/", {"login": "nobody@example.org", "password": "eight red plums"})
    assert told() == [
        ("login-failed", NOBODY, {"tried": person.email, "address": AT}),
        ("login-failed", NOBODY, {"tried": "nobody@example.org", "address": AT}),
    ]
    assert "plums" not in str(told())


def test_a_lock_out_is_written_down_once(person: Person) -> None:
    browser = Client(REMOTE_ADDR="192.0.2.8")
    for _ in range(settings.AXES_FAILURE_LIMIT + 4):
        log_in(browser, person, "eight red plums")
    log_in(browser, person)
    verbs = [verb for verb, _, _ in told()]
    assert verbs.count("lock-out") == 1
    assert verbs.count("login-failed") == settings.AXES_FAILURE_LIMIT - 1, "the last one locks out"
    assert "login" not in verbs


def test_passwords_that_are_chosen_anew_are_written_down(site: Site, person: Person) -> None:
    admin = site.as_(Role.ADMINISTRATOR)
    page = admin.post(f"/site/people/{person.pk}/password/", follow=True).content.decode()
    link = page[page.index("/accounts/password/reset/key/") :].split("<")[0].split('"')[0].strip()
    browser = Client(REMOTE_ADDR=AT)
    form = browser.get(link, follow=True)
    browser.post(form.redirect_chain[-1][0], {"password1": PEARS, "password2": PEARS})
    log_in(browser, person, PEARS)
    changed = {"oldpassword": PEARS, "password1": PASSWORD, "password2": PASSWORD}
    browser.post("/accounts/password/change/", changed)
    ours = [(verb, who) for verb, who, _ in told() if who == person.name]
    assert ("password-reset", person.name) in ours
    assert ours.count(("password-change", person.name)) == 1
    assert not re.search("pears|apples", str(told()))


def test_a_second_factor_is_written_down_from_its_beginning_to_its_end(person: Person) -> None:
    browser = Client(REMOTE_ADDR=AT)
    log_in(browser, person)
    browser.post("/accounts/reauthenticate/?next=/", {"password": PASSWORD})
    browser.get("/accounts/2fa/totp/activate/")
    secret = browser.session["mfa.totp.secret"]
    with committed():
        browser.post("/accounts/2fa/totp/activate/", {"code": code(secret)})
    other = Client(REMOTE_ADDR=AT)
    log_in(other, person)
    assert [verb for verb, _, _ in told()].count("login") == 1, "the code is still to come"
    other.post("/accounts/2fa/authenticate/", {"code": "000000"})
    kept = Authenticator.objects.get(user=person, type=Authenticator.Type.RECOVERY_CODES)
    spare = kept.wrap().get_unused_codes()
    assert other.post("/accounts/2fa/authenticate/", {"code": spare[0]}).status_code == 302
    with committed():
        browser.post("/accounts/2fa/recovery-codes/generate/")
    browser.post("/accounts/2fa/totp/deactivate/")
    found = told()
    verbs = [verb for verb, _, _ in found]
    assert verbs[:2] == ["login", "second-factor-added"]
    assert ("code-failed", NOBODY, {"tried": person.email, "address": AT}) in found
    assert ("login", person.name, {"by": "password + recovery_codes", "address": AT}) in found
    assert {"second-factor-renewed", "second-factor-removed"} <= set(verbs)
    assert secret not in str(found)


def test_links_and_invitations_that_are_taken_up_are_written_down(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = invitations.invite("nora@example.org", None, exam=site.exam, role=Role.CORRECTOR)
    browser = Client(REMOTE_ADDR=AT)
    browser.post(f"/invited/{secret}/", {"name": "Nora Neu", "password": PASSWORD})
    to = {"exam": site.exam.slug, "role": "corrector", "administrator": False}
    joined = SiteEvent.objects.get(verb="join")
    assert (joined.who, joined.detail) == ("Nora Neu", {"email": "nora@example.org", **to})
    assert told() == [("login", "Nora Neu", {"by": "invitation", "address": AT})]
    stranger = site.people[None]
    more = invitations.invite(stranger.email, None, exam=site.exam, role=Role.CORRECTOR)
    site.as_(None).post(f"/invited/{more}/")
    accepted = SiteEvent.objects.get(verb="accept-invitation")
    assert (accepted.who, accepted.detail) == (stranger.name, to)
    monkeypatch.setattr(settings, "KLAUSUR_HOME", replace(settings.KLAUSUR_HOME, single=site.folder))
    link = invitations.invite(site.people[Role.EXAMINER].email, None)
    Client(REMOTE_ADDR=AT).get(f"/enter/{link}/")
    examiner = site.people[Role.EXAMINER].name
    assert told()[-2:] == [
        ("enter-by-link", examiner, {"address": AT}),
        ("login", examiner, {"by": "terminal", "address": AT}),
    ]


def test_another_place_that_is_connected_no_more_is_written_down(person: Person) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=AT)
    account = SocialAccount(user=person, provider="campus", uid="x")
    social_account_removed.send(SocialAccount, request=request, socialaccount=account)
    assert told() == [("disconnect-login", person.name, {"by": "campus", "address": AT})]


@pytest.mark.parametrize(
    ("asks", "forwarded", "written"),
    [
        ("127.0.0.1", "198.51.100.9, 192.0.2.7", "192.0.2.7"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "<script>", "127.0.0.1"),
        ("192.0.2.7", "198.51.100.9", "192.0.2.7"),
    ],
    ids=["by a proxy on this machine", "on this machine", "nonsense", "what anybody may send"],
)
def test_the_address_is_what_a_proxy_on_this_machine_says(
    person: Person, asks: str, forwarded: str, written: str
) -> None:
    log_in(Client(REMOTE_ADDR=asks, HTTP_X_FORWARDED_FOR=forwarded), person)
    assert told()[-1][2]["address"] == written


def test_the_administrator_sees_it_by_kind_in_both_languages(site: Site, person: Person) -> None:
    log_in(Client(REMOTE_ADDR=AT), person, "eight red plums")
    audit.append("give-role", "the tests", to=person.name, role="proctor")
    admin = site.as_(Role.ADMINISTRATOR)
    whole = admin.get("/site/log/").content.decode()
    assert "a login failed" in whole
    assert f"tried as: {person.email} · address: {AT}" in whole
    assert "gave a role" in whole
    refused = admin.get("/site/log/?kind=refused").content.decode()
    assert ("a login failed" in refused, "gave a role" in refused) == (True, False)
    assert "a login failed" not in admin.get("/site/log/?kind=changes").content.decode()
    assert "a login failed" not in admin.get("/site/").content.decode(), "the first page tells of changes"
    admin.cookies["language"] = "de"
    german = admin.get("/site/log/").content.decode()
    assert "eine Anmeldung schlug fehl" in german
    assert "niemand, der angemeldet ist" in german
    assert "Rolle: Aufsicht" in german


def test_logins_are_deleted_after_a_while_and_nothing_else_is(person: Person) -> None:
    log_in(Client(REMOTE_ADDR=AT), person)
    others = SiteEvent.objects.exclude(verb__in=audit.LOGINS).count()
    assert others
    now = datetime.now(UTC)
    tidying.tidy(now + audit.LOGINS_KEPT - timedelta(hours=1))
    assert len(told()) == 1
    tidying.tidy(now + audit.LOGINS_KEPT + timedelta(hours=1))
    assert told() == []
    assert SiteEvent.objects.count() == others


def test_each_event_has_its_words() -> None:
    written: set[object] = set()
    sources = ""
    for path in [*WEB.rglob("*.py"), *(WEB.parent / "site").rglob("*.py")]:
        sources += path.read_text("utf-8") if path.name != "events.py" else ""
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.append":
                written |= {each.value for each in ast.walk(node.args[0]) if isinstance(each, ast.Constant)}
    assert {*written, *audit.LOGINS} <= set(events.DONE)
    assert [verb for verb in events.DONE if f'"{verb}"' not in sources] == [], "nobody writes these"
