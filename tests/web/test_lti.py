"""Coming from a course: who is let in, and what of what platforms say is believed."""

import base64
import hashlib
import hmac
import html
import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.cookies import Morsel
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.conf import settings
from django.test import Client
from tests.actions.conftest import layout, small  # noqa: F401 - fixtures
from tests.cast import EXAMINER
from tests.web.by_hand import site_with
from tests.web.conftest import Site
from tests.web.lti_platform import (
    ACTIVITY,
    CLAIM,
    CLIENT,
    KEYS,
    MEMBER,
    STRANGER,
    Course,
    begin,
    come,
    served,
)
from tests.web.test_mine import Listed
from tests.web.test_oidc import who

from klausur.actions import publish
from klausur.actions.change_candidate import Correction, change
from klausur.paper.layout import Layout
from klausur.site.candidate_logins import LoginRule
from klausur.site.lti import keys, launches, platforms
from klausur.site.models import (
    LtiKey,
    LtiLaunch,
    LtiLink,
    LtiPlatform,
    LtiUser,
    Member,
    Person,
    SiteEvent,
)
from klausur.state.facts import Author, Role
from klausur.state.publication import Part, Terms
from klausur.web import headers

WHY = Author(EXAMINER, "they wrote")
SOURCED = CLAIM + "lis"


@pytest.fixture(scope="module")
def running() -> Iterator[Course]:
    with served() as found:
        yield found


@pytest.fixture
def course(running: Course) -> Course:
    """A platform that has never heard of anybody."""
    fresh = Course(running.address)
    for name in fresh.__slots__:
        setattr(running, name, getattr(fresh, name))
    return running


@pytest.fixture
def listed(tmp_path: Path, layout: Layout) -> Listed:  # noqa: F811
    """A published exam for four, who log in by registration number."""
    made = Listed(site_with(tmp_path / "four", layout, 4))
    publish.set_terms(made.site.folder, Terms(frozenset(Part)), Author(EXAMINER))
    publish.publish(made.site.folder, Author(EXAMINER))
    made.rule(LoginRule.REGISTRATION)
    return made


@pytest.fixture
def platform(course: Course) -> LtiPlatform:
    by = Person.objects.create_user("root@example.org", "Alex Rechenzentrum", administrator=True)
    return course.registered(by)


@pytest.fixture
def tied(listed: Listed, course: Course, platform: LtiPlatform) -> Listed:
    """The activity is tied to the exam."""
    assert platform.active
    teaches(listed.site, course)
    return listed


def teaches(site: Site, course: Course, sub: str = "teacher") -> Client:
    """Tie the activity to the exam as its examiner does; their browser."""
    client = site.as_(Role.EXAMINER)
    page = come(client, course, sub, "Instructor")
    at = page.redirect_chain[-1][0]
    assert "Which exam?" in page.content.decode()
    answer = client.post(f"{at}tie/", {"exam": site.exam.pk})
    assert answer["Location"] == site.at("results/courses/")
    return client


def numbered(number: str) -> dict[str, Any]:
    return {SOURCED: {"person_sourcedid": number}}


def signed(
    course: Course,
    nonce: str,
    key: RSAPrivateKey = KEYS["first"],
    header: dict[str, str] | None = None,
    **said: object,
) -> str:
    claims = course.claims("learner", "Learner", nonce, **said)
    return jwt.encode(claims, key, "RS256", header or {"kid": "first"})


@pytest.mark.usefixtures("platform")
def test_an_instructor_ties_an_activity_to_an_exam_of_theirs(listed: Listed, course: Course) -> None:
    client = teaches(listed.site, course)
    (link,) = LtiLink.objects.all()
    assert (link.exam, link.resource, link.context) == (listed.site.exam, ACTIVITY, "course-3")
    assert "The exam" in client.get(listed.site.at("results/courses/")).content.decode()
    assert LtiUser.objects.get(sub="teacher").person == listed.site.people[Role.EXAMINER]
    assert SiteEvent.objects.filter(verb="tie-course", detail__exam=listed.site.exam.slug).exists()
    again = come(client, course, "teacher", "Instructor")
    assert again.redirect_chain[-1][0] == listed.site.at("results/courses/")


@pytest.mark.usefixtures("platform")
def test_an_instructor_is_nobody_here_before_they_log_in(listed: Listed, course: Course) -> None:
    client = Client()
    page = come(client, course, "teacher", "Instructor")
    at, _ = page.redirect_chain[-1]
    assert at.startswith("/accounts/login/?next=/lti/launched/")
    assert who(client) is None
    assert not Person.objects.filter(name__contains="teacher").exists()
    assert not LtiUser.objects.exists()
    client.force_login(listed.site.people[Role.EXAMINER], "django.contrib.auth.backends.ModelBackend")
    page = client.get(at.partition("?next=")[2])
    assert listed.site.exam.title in page.content.decode(), "they go on where they were"


@pytest.mark.usefixtures("platform")
def test_no_activity_is_tied_to_an_exam_of_others(listed: Listed, course: Course) -> None:
    for role in (Role.CORRECTOR, Role.PROCTOR):
        client = listed.site.as_(role)
        page = come(client, course, f"teacher {role}", "Instructor")
        assert "You examine in no exam here" in page.content.decode()
        answer = client.post(f"{page.redirect_chain[-1][0]}tie/", {"exam": listed.site.exam.pk})
        assert answer.status_code == 400
    assert not LtiLink.objects.exists()
    assert Member.objects.count() == 3, "nobody became anything"


@pytest.mark.usefixtures("platform")
def test_a_learner_who_examines_here_ties_nothing(listed: Listed, course: Course) -> None:
    client = listed.site.as_(Role.EXAMINER)
    page = come(client, course, "learner", "Learner")
    assert page.status_code == 404
    at = page.redirect_chain[-1][0]
    assert client.post(f"{at}tie/", {"exam": listed.site.exam.pk}).status_code == 409
    assert not LtiLink.objects.exists()


def test_what_is_tied_is_not_tied_by_others_again(tied: Listed, course: Course) -> None:
    other = Person.objects.create_user("other@example.org", "Otto Anders")
    client = Client()
    client.force_login(other, "django.contrib.auth.backends.ModelBackend")
    assert come(client, course, "other teacher", "Instructor").status_code == 409
    mine = tied.site.as_(Role.EXAMINER)
    assert come(mine, course, "other teacher", "Instructor").status_code == 200
    assert come(mine, course, "teacher", "Instructor").status_code == 200
    other_browser = Client()
    other_browser.force_login(other, "django.contrib.auth.backends.ModelBackend")
    page = come(other_browser, course, "teacher", "Instructor")
    assert "somebody else" in page.content.decode()


def test_a_learner_comes_to_their_own_results_and_to_no_others(tied: Listed, course: Course) -> None:
    client = Client()
    page = come(client, course, "learner", **numbered(tied.registration(1)))
    assert page.redirect_chain[-1][0] == tied.at
    said = page.content.decode()
    assert tied.registration(1) in said
    assert tied.registration(0) not in said
    person = LtiUser.objects.get(sub="learner").person
    assert (person.registration, person.administrator) == (tied.registration(1), False)
    assert not Member.objects.filter(person=person).exists()
    assert SiteEvent.objects.filter(verb="login", detail__by="course").exists()
    assert come(client, course, "learner", **numbered(tied.registration(1))).status_code == 200
    assert Person.objects.filter(registration=tied.registration(1)).count() == 1


def test_before_publication_a_learner_comes_to_their_exams(tied: Listed, course: Course) -> None:
    publish.revoke(tied.site.folder, WHY)
    page = come(Client(), course, "learner", **numbered(tied.registration(1)))
    assert page.redirect_chain[-1][0] == "/mine/"


@pytest.mark.parametrize("number", ["", "no-such-number", "$Person.sourcedId"])
@pytest.mark.usefixtures("tied")
def test_a_learner_whom_no_list_has_gets_no_account(course: Course, number: str) -> None:
    people = Person.objects.count()
    client = Client()
    page = come(client, course, "learner", **numbered(number), email="sits1@example.org")
    assert page.status_code == 409
    assert who(client) is None
    assert Person.objects.count() == people


@pytest.mark.usefixtures("platform")
def test_an_address_counts_only_where_it_is_trusted(tied: Listed, course: Course) -> None:
    tied.rule(LoginRule.MAIL)
    change(tied.site.folder, tied.registration(1), Correction(mail="sits1@example.org"), WHY)
    said = {"email": "Sits1@Example.org"}
    assert come(Client(), course, "learner", **said).status_code == 409
    LtiPlatform.objects.update(trust_mail=True)
    assert come(Client(), course, "learner", **said, email_verified=False).status_code == 409
    assert come(Client(), course, "learner", **said).redirect_chain[-1][0] == tied.at
    change(tied.site.folder, tied.registration(2), Correction(mail="sits1@example.org"), WHY)
    client = Client()
    page = come(client, course, "learner", **said)
    assert page.status_code == 404, "two candidates share the address: nobody is told apart"
    assert who(client) is None


@pytest.mark.usefixtures("platform")
def test_what_fits_two_accounts_opens_none(tied: Listed, course: Course) -> None:
    LtiPlatform.objects.update(trust_mail=True)
    one = Person.objects.create_user("one@example.org", "One")
    other = Person.objects.create_user("other@example.org", "Other")
    Person.objects.filter(pk=other.pk).update(registration=tied.registration(1))
    client = Client()
    page = come(client, course, "learner", **numbered(tied.registration(1)), email=one.email)
    assert "fits several accounts" in page.content.decode()
    assert who(client) is None


def test_another_number_than_is_known_opens_nothing(tied: Listed, course: Course) -> None:
    come(Client(), course, "learner", **numbered(tied.registration(1)))
    client = Client()
    page = come(client, course, "learner", **numbered(tied.registration(2)))
    assert "another registration number" in page.content.decode()
    assert who(client) is None


@pytest.mark.parametrize("role", [Role.EXAMINER, Role.CORRECTOR, Role.PROCTOR])
def test_a_course_opens_no_account_that_has_a_role(tied: Listed, course: Course, role: Role) -> None:
    """Whatever the platform says of a number: who has a role logs in as ever."""
    person = tied.site.people[role]
    Person.objects.filter(pk=person.pk).update(registration=tied.registration(1))
    client = Client()
    page = come(client, course, "learner", **numbered(tied.registration(1)))
    assert page.redirect_chain[-1][0].startswith("/accounts/login/")
    assert who(client) is None
    assert not LtiUser.objects.filter(sub="learner").exists()


def test_a_course_opens_no_administrator_s_account(tied: Listed, course: Course) -> None:
    Person.objects.filter(administrator=True).update(registration=tied.registration(1))
    client = Client()
    come(client, course, "learner", **numbered(tied.registration(1)))
    assert who(client) is None


def test_who_is_logged_in_as_somebody_else_stays_that(tied: Listed, course: Course) -> None:
    client = tied.site.as_(Role.CORRECTOR)
    page = come(client, course, "learner", **numbered(tied.registration(1)))
    assert page.status_code == 409
    assert who(client) == tied.site.people[Role.CORRECTOR].name


def test_candidates_come_only_where_the_examiner_lets_them(tied: Listed, course: Course) -> None:
    tied.rule(LoginRule.NOBODY)
    client = Client()
    page = come(client, course, "learner", **numbered(tied.registration(1)))
    assert page.status_code == 409
    assert who(client) is None


@pytest.mark.usefixtures("platform")
def test_an_activity_that_is_tied_to_nothing_leads_nowhere(listed: Listed, course: Course) -> None:
    client = Client()
    page = come(client, course, "learner", **numbered(listed.registration(1)))
    assert page.status_code == 404
    assert who(client) is None


def _old(**said: int) -> dict[str, Any]:
    now = int(time.time())
    return {name: now + seconds for name, seconds in said.items()}


WRONG = {
    "other audience": {"aud": "another client"},
    "two audiences": {"aud": [CLIENT, "another client"]},
    "other party": {"aud": [CLIENT], "azp": "another client"},
    "other issuer": {"iss": "https://elsewhere.example.org"},
    "other nonce": {"nonce": "another nonce"},
    "no nonce": {"nonce": None},
    "expired": _old(iat=-600, exp=-120),
    "issued long ago": _old(iat=-3600, exp=3600),
    "issued in the future": _old(iat=3600, exp=7200),
    "other deployment": {CLAIM + "deployment_id": "deployment-2"},
    "other message": {CLAIM + "message_type": "LtiDeepLinkingRequest"},
    "older version": {CLAIM + "version": "1.1"},
    "no activity": {CLAIM + "resource_link": {}},
    "nobody": {"sub": ""},
    "a number as somebody": {"sub": 7},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_is_wrong_lets_nobody_in(tied: Listed, course: Course, wrong: dict[str, Any]) -> None:
    client = Client()
    asked = begin(client, course, "learner")
    said = {**numbered(tied.registration(1)), **wrong}
    nonce = said.pop("nonce", asked["nonce"])
    token = signed(course, nonce, **said)
    _refused(client, asked["state"], token)
    assert SiteEvent.objects.filter(verb="launch-refused").exists()


def _refused(client: Client, state: str, token: str) -> None:
    launched = LtiLaunch.objects.count()
    answer = client.post("/lti/launch/", {"state": state, "id_token": token})
    assert answer.status_code == 400, answer.content.decode()
    assert who(client) is None
    assert LtiLaunch.objects.count() == launched


def test_what_the_platform_has_not_signed_lets_nobody_in(tied: Listed, course: Course) -> None:
    public = (
        KEYS["first"]
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    said = numbered(tied.registration(1))
    client = Client()
    asked = begin(client, course, "learner")
    good = signed(course, asked["nonce"], **said)
    header, claims, signature = good.split(".")
    other = course.claims("learner", "Learner", asked["nonce"], **numbered(tied.registration(2)))
    for token in (
        signed(course, asked["nonce"], STRANGER, **said),
        f"{header}.{_part(other)}.{signature}",
        f"{_part({'alg': 'none', 'typ': 'JWT'})}.{claims}.",
        f"{_part({'alg': 'none', 'typ': 'JWT', 'kid': 'first'})}.{claims}.",
        _by_hmac(public, {"alg": "HS256", "typ": "JWT", "kid": "first"}, claims),
        f"{header}.{claims}.",
        good[:-6],
        "not.a.token",
        "",
    ):
        _refused(client, asked["state"], token)
    assert client.post("/lti/launch/", {"state": asked["state"], "id_token": good}).status_code == 302


def _part(said: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()


def _by_hmac(key: bytes, header: dict[str, Any], claims: str) -> str:
    text = f"{_part(header)}.{claims}"
    mac = hmac.new(key, text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def test_a_state_is_good_once_in_its_browser_and_for_a_while(
    tied: Listed, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, said = Client(), numbered(tied.registration(1))
    asked = begin(client, course, "learner")
    good = {"state": asked["state"], "id_token": signed(course, asked["nonce"], **said)}
    for other in (Client(), _with_cookie("another browser")):
        assert other.post("/lti/launch/", good).status_code == 400
    assert client.post("/lti/launch/", {**good, "state": asked["state"][:-1]}).status_code == 400
    assert client.post("/lti/launch/", {**good, "state": ""}).status_code == 400
    monkeypatch.setattr(launches, "STATE_GOOD", timedelta(seconds=-1))
    assert client.post("/lti/launch/", good).status_code == 400
    monkeypatch.undo()
    first = client.post("/lti/launch/", good)
    assert first.status_code == 302
    assert client.post("/lti/launch/", good).status_code == 400, "it was replayed"
    assert Client().get(first["Location"]).status_code == 410, "another browser goes nowhere"
    assert client.get(first["Location"])["Location"] == tied.at
    client.post("/accounts/logout/")
    assert client.get(first["Location"]).status_code == 410, "nobody goes on with it a second time"
    assert who(client) is None


def _with_cookie(value: str) -> Client:
    client = Client()
    client.cookies["course"] = value
    return client


def test_a_launch_that_nobody_goes_on_with_is_over_and_deleted(tied: Listed, course: Course) -> None:
    client = Client()
    asked = begin(client, course, "learner")
    token = signed(course, asked["nonce"], **numbered(tied.registration(1)))
    at = client.post("/lti/launch/", {"state": asked["state"], "id_token": token})["Location"]
    LtiLaunch.objects.update(until=datetime.now(UTC) - timedelta(seconds=1))
    assert client.get(at).status_code == 410
    platforms.forget(datetime.now(UTC))
    assert not LtiLaunch.objects.exists()


@pytest.mark.usefixtures("platform")
def test_keys_that_the_platform_exchanges_are_fetched_once_more(tied: Listed, course: Course) -> None:
    said = numbered(tied.registration(1))
    assert come(Client(), course, "learner", **said).status_code == 200
    fetched = course.fetched
    course.key, course.shown = "second", ("second",)
    assert come(Client(), course, "learner", **said).status_code == 400, "not at once again"
    assert course.fetched == fetched
    _fetched_before(launches.FETCHED_AGAIN)
    assert come(Client(), course, "learner", **said).status_code == 200
    assert course.fetched == fetched + 1
    course.key = "first"
    assert come(Client(), course, "learner", **said).status_code == 400, "it has taken that one back"
    assert course.fetched == fetched + 1


def test_a_key_that_the_platform_takes_back_is_believed_no_longer_than_an_hour(
    tied: Listed, course: Course
) -> None:
    course.shown = ()
    _fetched_before(launches.KEYS_KEPT)
    assert come(Client(), course, "learner", **numbered(tied.registration(1))).status_code == 400


def _fetched_before(ago: timedelta) -> None:
    LtiPlatform.objects.update(keys_fetched=datetime.now(UTC) - ago - timedelta(seconds=1))


@pytest.mark.usefixtures("platform")
def test_a_platform_that_is_not_registered_or_not_in_use_sends_nobody(tied: Listed, course: Course) -> None:
    client = Client()
    for given in (
        {},
        {"iss": course.address},
        {"iss": "https://elsewhere.example.org", "login_hint": "a"},
        {"iss": course.address, "client_id": "another", "login_hint": "a"},
    ):
        assert client.get("/lti/login/", given).status_code == 400
        assert client.post("/lti/login/", given).status_code == 400
    asked = begin(client, course, "learner")
    token = signed(course, asked["nonce"], **numbered(tied.registration(1)))
    LtiPlatform.objects.update(active=False)
    assert client.get("/lti/login/", {"iss": course.address, "login_hint": "a"}).status_code == 400
    _refused(client, asked["state"], token)


@pytest.mark.usefixtures("platform")
def test_two_clients_of_an_issuer_are_told_apart(course: Course) -> None:
    by = Person.objects.get(administrator=True)
    course.registered(by, client="another client")
    client = Client()
    given = {"iss": course.address, "login_hint": "a"}
    assert client.get("/lti/login/", given).status_code == 400, "which of the two is not said"
    answer = client.post("/lti/login/", {**given, "client_id": "another client"})
    assert "client_id=another+client" in answer["Location"]


@pytest.mark.usefixtures("platform")
def test_in_a_frame_a_window_of_its_own_is_offered_and_nothing_else(course: Course) -> None:
    client = Client()
    given = {"iss": course.address, "login_hint": "<learner>", "lti_message_hint": "m&m"}
    answer = client.post("/lti/login/", given, headers={"sec-fetch-dest": "iframe"})
    page = answer.content.decode()
    assert "window of its own" in page
    assert 'target="_blank"' in page
    assert "<learner>" not in page
    assert f"frame-ancestors {course.address}" in answer.headers["Content-Security-Policy"]
    assert "course" not in answer.cookies
    after = client.get("/lti/login/", given)
    assert "frame-ancestors 'self'" in after.headers["Content-Security-Policy"]
    assert headers.policy(settings.SECURE_CSP) == after.headers["Content-Security-Policy"]


@pytest.mark.usefixtures("tied")
def test_who_comes_back_without_a_cookie_is_offered_a_window_in_which_it_begins_anew(
    course: Course, platform: LtiPlatform
) -> None:
    asked = begin(Client(), course, "<learner>")
    back = {"state": asked["state"], "id_token": signed(course, asked["nonce"])}
    answer = Client().post("/lti/launch/", back)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "keeps no cookies of this site" in page
    assert "<learner>" not in page
    assert f"frame-ancestors {course.address}" in answer.headers["Content-Security-Policy"]
    (on,) = re.findall(r'href="(/lti/login/[^"]*)"', page)
    anew = Client().get(html.unescape(on))
    there = parse_qs(urlsplit(anew.headers["Location"]).query)
    assert (there["login_hint"], there["lti_message_hint"]) == (["<learner>"], ["m"])
    assert there["nonce"] != [asked["nonce"]]
    assert "/lti/login/" not in _with_cookie("x").post("/lti/launch/", back).content.decode()
    long = launches.begin(platform, "a", "m" * 1001, "https://back", "browser")
    asked = {name: found[0] for name, found in parse_qs(urlsplit(long).query).items()}
    answer = Client().post("/lti/launch/", {"state": asked["state"], "id_token": "any"})
    assert (answer.status_code, "/lti/login/" in answer.content.decode()) == (400, False), "too long to keep"
    assert not LtiLaunch.objects.filter(used=None).exclude(said__sub="teacher").exists()


@pytest.mark.usefixtures("platform")
def test_the_cookie_comes_from_other_sites_by_https_alone(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cookie() -> Morsel[str]:
        return Client().get("/lti/login/", {"iss": course.address, "login_hint": "a"}).cookies["course"]

    plain = cookie()
    assert (plain["samesite"], plain["secure"], plain["httponly"]) == ("Lax", "", True)
    secure = replace(settings.KLAUSUR_HOME, address="https://exams.example.org")
    monkeypatch.setattr(settings, "KLAUSUR_HOME", secure)
    other = cookie()
    assert (other["samesite"], other["secure"], other["path"]) == ("None", True, "/lti/")


@pytest.mark.usefixtures("platform")
def test_instructors_are_told_by_the_role_in_the_course_alone(listed: Listed, course: Course) -> None:
    client = listed.site.as_(Role.EXAMINER)
    for roles in (
        ["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"],
        [MEMBER.removesuffix("#") + "/Instructor#TeachingAssistant"],
        "Instructor",
        [],
        None,
    ):
        page = come(client, course, "teacher", **{CLAIM + "roles": roles})
        assert page.status_code == 404, roles


@pytest.mark.usefixtures("platform")
def test_the_site_s_keys_are_made_once_and_exchanged() -> None:
    client = Client()
    (first,) = client.get("/lti/keys/").json()["keys"]
    assert client.get("/lti/keys/").json()["keys"] == [first]
    assert set(first) == {"kty", "n", "e", "kid", "alg", "use"}, "nothing of the private key"
    by = Person.objects.get(administrator=True)
    second = keys.rotate(by)
    assert [each["kid"] for each in keys.published()["keys"]] == [second.name, first["kid"]]
    assert keys.current() == second
    LtiKey.objects.update(made=datetime.now(UTC) - keys.SHOWN_ON - timedelta(seconds=1))
    assert [each["kid"] for each in keys.published()["keys"]] == [second.name]
    keys.rotate(by)
    assert not LtiKey.objects.filter(name=first["kid"]).exists()


def test_the_administrator_registers_a_platform_and_changes_it() -> None:
    by = Person.objects.create_user("root@example.org", "Alex Rechenzentrum", administrator=True)
    client = Client()
    client.force_login(by, "django.contrib.auth.backends.ModelBackend")
    page = client.get("/site/platforms/").content.decode()
    for told in ("/lti/login/", "/lti/launch/", "/lti/keys/"):
        assert settings.KLAUSUR_HOME.address + told in page
    said = {
        "name": "Campus",
        "issuer": "https://campus.example.org",
        "client": "abc",
        "login_url": "https://campus.example.org/auth",
        "token_url": "https://campus.example.org/token",
        "keys_url": "https://campus.example.org/keys",
        "deployments": "1\n2\n",
        "hosts": "Campus-2.example.org",
        "registration": "lis.person_sourcedid",
        "active": "on",
    }
    for wrong in (
        {"token_url": "http://campus.example.org/token"},
        {"login_url": "javascript:alert(1)"},
        {"hosts": "https://campus-2.example.org/"},
        {"registration": "email"},
        {"registration": "custom.a b"},
        {"issuer": ""},
    ):
        assert client.post("/site/platforms/", {**said, **wrong}).status_code == 200
        assert not LtiPlatform.objects.exists(), wrong
    assert client.post("/site/platforms/", said).status_code == 302
    found = LtiPlatform.objects.get()
    assert (found.deployments, found.hosts) == (["1", "2"], ["campus-2.example.org"])
    assert client.post("/site/platforms/", said).status_code == 200, "it is there already"
    at = f"/site/platforms/{found.pk}/"
    assert "campus-2.example.org" in client.get(at).content.decode()
    assert client.post(at, {**said, "active": "", "deployments": "3"}).status_code == 302
    found.refresh_from_db()
    assert (found.active, found.deployments) == (False, ["3"])
    assert client.post("/site/platforms/key/").status_code == 302
    verbs = SiteEvent.objects.order_by("pk").values_list("verb", "detail")
    assert [verb for verb, _ in verbs if "platform" in verb or "key" in verb] == [
        "add-platform",
        "change-platform",
        "make-lti-key",
    ]
    log = client.get("/site/log/").content.decode()
    assert "registered a learning platform" in log
    assert "PRIVATE KEY" not in log
