"""Logging in at a SAML provider, end to end: what it signs opens accounts that are there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import requests
from tests.web.browser import Served, served
from tests.web.saml_provider import Key, Said, asked, log_out, metadata

pytestmark = pytest.mark.long

NAME, PASSWORD = "Ada Example", "seven green apples"
RIGHT, OTHER = Key.made(), Key.made()


@dataclass(frozen=True, slots=True)
class Campus:
    """A site, and two providers: one that is trusted with mail addresses, and one that is not."""

    site: Served
    provider: str

    def begin(self, browser: requests.Session, login: str = "campus", process: str = "login") -> Said:
        """Go to the provider; what it would say to that."""
        place = f"{self.site.address}/accounts/saml/{login}/login/?process={process}"
        browser.get(place, timeout=60)
        given = {"csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        answer = browser.post(place, data=given, allow_redirects=False, timeout=60)
        assert answer.status_code == 302, answer.text
        return asked(f"{self.provider}/{login}", answer.headers["Location"])

    def come(self, browser: requests.Session, said: Said, response: str) -> str | None:
        """Come with what the provider has said; whose browser it is then."""
        answer = browser.post(said.place, data={"SAMLResponse": response}, timeout=60)
        assert answer.status_code < 500, answer.text
        return self.who(browser)

    def who(self, browser: requests.Session) -> str | None:
        """Whose browser it is."""
        page = browser.get(f"{self.site.address}/account/", timeout=60)
        return None if "/accounts/login/" in page.url else NAME if f"<h1>{NAME}</h1>" in page.text else "?"

    def log_out(self, browser: requests.Session) -> str:
        """Log out; the page that tells of it."""
        browser.get(f"{self.site.address}/account/", timeout=60)
        given = {"csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        return browser.post(f"{self.site.address}/accounts/logout/", data=given, timeout=60).text

    def ended(self, browser: requests.Session, key: Key | None) -> requests.Response:
        """The provider has the browser say that its session has ended."""
        said = self.begin(requests.Session())
        place = f"{self.site.address}/accounts/saml/campus/sls/"
        return browser.get(log_out(said, place, key), allow_redirects=False, timeout=60)


@pytest.fixture(scope="module")
def campus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Campus]:
    home = tmp_path_factory.mktemp("saml") / "home"
    home.mkdir()
    with metadata(RIGHT) as at:
        rows = (
            f'[[login]]\nkind = "saml"\nid = "{name}"\nname = "{name}"\nserver = "{at}/{name}"\n'
            f'entity = "{at}/{name}"\ntrust_mail = {trusted}\n'
            + (f'logout = "{at}/{name}/logout"\n' if name == "campus" else "")
            for name, trusted in (("campus", "true"), ("other", "false"))
        )
        (home / "klausur.toml").write_text("".join(rows))
        with served(str(home), "--administrator", "ada@example.org", "--workers", "0") as site:
            browser = requests.Session()
            browser.get(site.links["administrator"], timeout=60)
            given = {
                "name": NAME,
                "password": PASSWORD,
                "csrfmiddlewaretoken": browser.cookies["csrftoken"],
            }
            browser.post(site.links["administrator"], data=given, timeout=60)
            found = Campus(site, at)
            assert found.who(browser) == NAME
            yield found


@pytest.mark.nightly
def test_what_the_provider_signs_opens_the_account_once(campus: Campus) -> None:
    browser, second = requests.Session(), requests.Session()
    said = campus.begin(browser)
    response = said.response(said.signed(RIGHT))
    assert campus.come(second, said, response) is None, "it was asked for in another browser"
    assert campus.come(browser, said, response) == NAME
    campus.log_out(browser)
    assert campus.who(browser) is None
    assert campus.come(browser, said, response) is None, "it was used"
    said = campus.begin(browser)
    assert campus.come(browser, said, said.response(said.signed(RIGHT))) == NAME


def test_the_password_is_still_good(campus: Campus) -> None:
    browser = requests.Session()
    place = f"{campus.site.address}/accounts/login/"
    browser.get(place, timeout=60)
    token = {"csrfmiddlewaretoken": browser.cookies["csrftoken"]}
    browser.post(place, data={"login": "ada@example.org", "password": PASSWORD, **token}, timeout=60)
    assert campus.who(browser) == NAME


WRONG: dict[str, Callable[[Said], str]] = {
    "another key": lambda said: said.response(said.signed(OTHER)),
    "no signature": lambda said: said.response(said.assertion()),
    "changed since": lambda said: said.response(
        said.but(mail="eve@example.org").signed(RIGHT).replace("eve@example.org", "ada@example.org")
    ),
    "another site": lambda said: said.response(
        said.but(audience="https://other.example.org/metadata/").signed(RIGHT)
    ),
    "sent elsewhere": lambda said: said.but(place="https://other.example.org/acs/").response(
        said.but(place="https://other.example.org/acs/").signed(RIGHT)
    ),
    "too late": lambda said: said.response(said.but(until=-timedelta(hours=1)).signed(RIGHT)),
    "another provider": lambda said: said.but(entity="https://idp.example.org").response(
        said.but(entity="https://idp.example.org").signed(RIGHT)
    ),
    "not asked for": lambda said: said.but(asked=None).response(said.but(asked=None).signed(RIGHT)),
    "asked by somebody else": lambda said: said.but(asked="_1").response(said.but(asked="_1").signed(RIGHT)),
    "a second statement before": lambda said: said.response(
        said.assertion(), said.but(mail="eve@example.org").signed(RIGHT)
    ),
    "a second statement behind": lambda said: said.response(
        said.but(mail="eve@example.org").signed(RIGHT), said.assertion()
    ),
    "of somebody without an account": lambda said: said.response(
        said.but(mail="eve@example.org").signed(RIGHT)
    ),
    "of nobody": lambda said: said.response(said.but(mail="").signed(RIGHT)),
    "no XML": lambda _: "bm8gWE1M",
    "nothing": lambda _: "",
    "no base 64": lambda _: "\N{SNOWMAN}",
}


@pytest.mark.parametrize("made", WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_opens_nothing(campus: Campus, made: Callable[[Said], str]) -> None:
    browser = requests.Session()
    said = campus.begin(browser)
    assert campus.come(browser, said, made(said)) is None


def test_an_address_of_a_provider_that_is_not_trusted_with_it_opens_nothing_until_it_is_connected(
    campus: Campus,
) -> None:
    browser = requests.Session()
    said = campus.begin(browser, "other")
    response = said.response(said.signed(RIGHT))
    answer = browser.post(said.place, data={"SAMLResponse": response}, timeout=60)
    assert "opens no account here" in answer.text
    assert campus.who(browser) is None
    said = campus.begin(browser)
    assert campus.come(browser, said, said.response(said.signed(RIGHT))) == NAME
    said = campus.begin(browser, "other", "connect")
    campus.come(browser, said, said.but(subject="4711").response(said.but(subject="4711").signed(RIGHT)))
    campus.log_out(browser)
    said = campus.begin(browser, "other")
    other = said.but(subject="4712", mail="ada@example.org")
    assert campus.come(browser, said, said.response(other.signed(RIGHT))) is None
    said = campus.begin(browser, "other")
    same = said.but(subject="4711", mail="eve@example.org")
    assert campus.come(browser, said, said.response(same.signed(RIGHT))) == NAME


def test_who_came_by_the_provider_is_told_that_its_session_goes_on(campus: Campus) -> None:
    browser = requests.Session()
    said = campus.begin(browser)
    assert campus.come(browser, said, said.response(said.signed(RIGHT))) == NAME
    page = campus.log_out(browser)
    assert campus.who(browser) is None
    assert "At campus you may still be logged in" in page
    assert f'href="{campus.provider}/campus/logout"' in page
    other = requests.get(f"{campus.site.address}/left/other/", timeout=60).text
    assert "/other/logout" not in other
    assert "close all windows of the browser" in other
    assert requests.get(f"{campus.site.address}/left/nowhere/", timeout=60).status_code == 404


def test_a_session_ends_when_the_provider_has_signed_that_its_own_has(campus: Campus) -> None:
    browser = requests.Session()
    said = campus.begin(browser)
    assert campus.come(browser, said, said.response(said.signed(RIGHT))) == NAME
    for wrong in (None, OTHER):
        assert campus.ended(browser, wrong).status_code == 400
        assert campus.who(browser) == NAME, "anybody can send a browser somewhere"
    answer = campus.ended(browser, RIGHT)
    assert answer.headers["Location"].startswith(f"{campus.provider}/campus/slo?SAMLResponse=")
    assert campus.who(browser) is None


def test_a_provider_ends_no_session_that_it_did_not_begin(campus: Campus) -> None:
    browser = requests.Session()
    place = f"{campus.site.address}/accounts/login/"
    browser.get(place, timeout=60)
    token = {"csrfmiddlewaretoken": browser.cookies["csrftoken"]}
    given = {"login": "ada@example.org", "password": PASSWORD, **token}
    page = browser.post(place, data=given, timeout=60)
    assert page.status_code == 200
    campus.ended(browser, RIGHT)
    assert campus.who(browser) == NAME
    assert "you may still be logged in" not in campus.log_out(browser)
