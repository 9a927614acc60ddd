"""Logging in at an OpenID Connect provider: it opens accounts that are there, by addresses it has checked."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.test import Client
from tests.web.oidc_provider import CLIENT, SECRET, Provider, provider

from klausur.site.home import Login
from klausur.site.models import Person
from klausur.web import start

PASSWORD = "seven green apples"  # noqa: S105 - of nobody


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with provider() as found:
        yield found


@pytest.fixture
def campus(running: Provider, monkeypatch: pytest.MonkeyPatch) -> Provider:
    """A provider that has checked its people's addresses, and says so."""
    running.claims = {"sub": "4711", "email": "ada@example.org", "email_verified": True}
    running.token = {}
    running.asked.clear()
    configure(running, monkeypatch)
    return running


def configure(at: Provider, monkeypatch: pytest.MonkeyPatch, *, trust_mail: bool = False) -> None:
    login = Login("oidc", "campus", "Campus login", at.address, CLIENT, SECRET, trust_mail=trust_mail)
    home = replace(settings.KLAUSUR_HOME, logins=(login,))
    monkeypatch.setattr(settings, "KLAUSUR_HOME", home)
    found = start.single_sign_on(home)["SOCIALACCOUNT_PROVIDERS"]
    monkeypatch.setattr(settings, "SOCIALACCOUNT_PROVIDERS", found, raising=False)


@pytest.fixture
def ada() -> Person:
    return Person.objects.create_user("ada@example.org", "Ada Example", PASSWORD)


def back(client: Client, process: str = "login") -> str:
    """Go to the other place, and to where it sends one back."""
    answer = client.post(f"/accounts/oidc/campus/login/?process={process}")
    assert answer.status_code == 302
    there = requests.get(answer["Location"], allow_redirects=False, timeout=30)
    assert there.status_code == 302, there.text
    return there.headers["Location"].removeprefix("http://testserver")


def come(client: Client, process: str = "login") -> str:
    """Log in there; what the page says to which one comes."""
    answer = client.get(back(client, process), follow=True)
    return answer.content.decode()


def who(client: Client) -> str | None:
    """Whose browser it is."""
    pk = client.session.get("_auth_user_id")
    return None if pk is None else Person.objects.get(pk=pk).name


def test_an_address_that_was_checked_opens_the_account_and_its_password_stays(
    campus: Provider, ada: Person
) -> None:
    client = Client()
    assert "Campus login" in client.get("/accounts/login/").content.decode()
    come(client)
    assert who(client) == "Ada Example"
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)
    (asked,) = campus.asked
    assert asked["code_challenge_method"] == "S256"
    client.post("/accounts/logout/")
    assert who(client) is None
    campus.claims["email"] = "ADA@Example.org"
    come(client)
    assert who(client) == "Ada Example"


@pytest.mark.parametrize("verified", [False, "false", None, 0, "missing"])
@pytest.mark.parametrize("trusted", [False, True])
def test_an_address_that_was_not_checked_opens_no_account(
    campus: Provider, ada: Person, monkeypatch: pytest.MonkeyPatch, *, verified: object, trusted: bool
) -> None:
    configure(campus, monkeypatch, trust_mail=trusted)
    campus.claims["email_verified"] = verified
    if verified == "missing":
        del campus.claims["email_verified"]
    client = Client()
    page = come(client)
    if trusted and verified == "missing":
        assert who(client) == ada.name, "its people's addresses are its own"
        return
    assert who(client) is None
    assert "opens no account here" in page
    assert not SocialAccount.objects.exists()


def test_who_has_no_account_gets_none(campus: Provider) -> None:
    client = Client()
    assert "opens no account here" in come(client)
    for answer in (
        client.get("/accounts/3rdparty/signup/"),
        client.post("/accounts/3rdparty/signup/", {"email": "ada@example.org"}),
    ):
        assert answer.headers["Location"] == "/accounts/login/", "nothing waits to be signed up"
    assert not Person.objects.exists()
    assert campus.asked


def test_who_may_no_longer_log_in_does_not_so_either(campus: Provider, ada: Person) -> None:
    del campus
    ada.is_active = False
    ada.save()
    client = Client()
    come(client)
    assert who(client) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "another site"},
        {"iss": "https://elsewhere.example.org"},
        {"exp": 1_000_000_000},
        {"sub": "another person"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_token_of_another_site_time_or_person_opens_nothing(
    campus: Provider, ada: Person, wrong: dict[str, object]
) -> None:
    campus.token = wrong
    client = Client()
    come(client)
    assert who(client) is None
    assert ada.check_password(PASSWORD)


def test_an_answer_is_good_once_and_in_its_own_browser_alone(campus: Provider, ada: Person) -> None:
    first, second = Client(), Client()
    answer = back(first)
    second.get(answer)
    assert who(second) is None, "it is another browser's"
    first.get(answer)
    assert who(first) == ada.name
    first.post("/accounts/logout/")
    first.get(answer)
    assert who(first) is None, "it was used"
    state = parse_qs(urlsplit(answer).query)["state"][0]
    first.get(f"/accounts/oidc/campus/login/callback/?code=made-up&state={state}")
    assert who(first) is None
    assert campus.asked


def test_a_code_that_nobody_handed_out_opens_nothing(campus: Provider, ada: Person) -> None:
    client = Client()
    answer = back(client)
    campus.codes.clear()
    client.get(answer)
    assert who(client) is None
    assert ada.pk


def test_who_connects_the_other_place_is_known_there_by_another_address(
    campus: Provider, ada: Person
) -> None:
    campus.claims |= {"email": "private@example.com", "email_verified": False}
    client = Client()
    client.force_login(ada, "django.contrib.auth.backends.ModelBackend")
    assert "Connect" in client.get("/account/").content.decode()
    come(client, "connect")
    assert SocialAccount.objects.get().user == ada
    client.post("/accounts/logout/")
    come(client)
    assert who(client) == "Ada Example"
    other = Person.objects.create_user("eve@example.org", "Eve Example", PASSWORD)
    third = Client()
    third.force_login(other, "django.contrib.auth.backends.ModelBackend")
    come(third, "connect")
    assert SocialAccount.objects.get().user == ada, "it is nobody else's any more"


def test_a_provider_that_does_not_answer_or_talks_nonsense_is_told_of(
    campus: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    configure(replace(campus, address="http://127.0.0.1:9"), monkeypatch)
    answer = client.post("/accounts/oidc/campus/login/")
    assert (answer.status_code, b"does not answer" in answer.content) == (503, True)
    configure(replace(campus, address=f"{campus.address}/keys/.well-known/"), monkeypatch)
    answer = client.post("/accounts/oidc/campus/login/")
    assert answer.status_code in {400, 503}


def test_nothing_is_begun_by_following_a_link(campus: Provider) -> None:
    answer = Client().get("/accounts/oidc/campus/login/")
    assert answer.status_code == 200
    assert not campus.asked
    assert f"form-action 'self' https: {campus.address};" in answer["Content-Security-Policy"]
    assert "form-action 'self';" in Client().get("/accounts/login/")["Content-Security-Policy"]
