"""In Chromium: a course at another site opens an activity in a frame of its page, and in a window.

The platform is at ``http://localhost``, Klausur at ``https://127.0.0.1``: two sites for every browser.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect
from tests import site_home
from tests.actions.conftest import layout, small  # noqa: F401 - fixtures
from tests.cast import EXAMINER
from tests.web.browser import WAIT, Served, chromium, look, served
from tests.web.by_hand import site_with
from tests.web.lti_platform import ACTIVITY, CLIENT, DEPLOYMENT, KEYS, Course
from tests.web.lti_platform import served as platform_served
from tests.web.test_lti import numbered
from tests.web.test_mine import Listed

from klausur.actions import publish
from klausur.paper.layout import Layout
from klausur.site.candidate_logins import LoginRule
from klausur.site.models import Exam, LtiLaunch, LtiLink, LtiPlatform, LtiSeen, LtiUser, Person
from klausur.state.facts import Author, Role
from klausur.state.publication import Part, Terms

pytestmark = pytest.mark.long

SENT = """<!doctype html><title>The platform</title><form method="post" action="{to}">
<input name="state" value="{state}"><input name="id_token" value="{token}"></form>
<script>document.forms[0].submit()</script>"""
SHOWS = """<!doctype html><title>The platform</title><h1>Signals</h1>
<a href="{at}" target="_blank">The exam, in a window</a>
<iframe name="tool" src="{at}" width="900" height="500"></iframe>"""


@dataclass(frozen=True, slots=True)
class Tool:
    """The platform and what it opens: the site, and who sits there."""

    course: Course
    site: Served
    listed: Listed

    @property
    def hints(self) -> dict[str, str]:
        return {"iss": self.course.address, "client_id": CLIENT, "login_hint": "learner"}

    def page(self, path: str, given: dict[str, str]) -> tuple[int, str]:
        """The course's page, and where the platform says who comes."""
        if path == "/course":
            return 200, SHOWS.format(at=escape(f"{self.site.address}/lti/login/?{urlencode(self.hints)}"))
        if path == "/back":
            return 200, self.back(given["state"], given["nonce"])
        return 200, self.back(given["state"], given["nonce"], given["redirect_uri"])

    def back(self, state: str, nonce: str, to: str = "") -> str:
        """Send the browser back with what the platform says of a learner."""
        said = self.course.claims("learner", "Learner", nonce, **numbered(self.listed.registration(1)))
        token = jwt.encode(said, KEYS["first"], "RS256", {"kid": "first"})
        to = to or f"{self.site.address}/lti/launch/"
        return SENT.format(to=escape(to), state=escape(state), token=escape(token))


@pytest.fixture(autouse=True)
def kept_apart() -> Iterator[None]:
    """The server sees what this test writes, so that it is deleted afterwards."""
    yield
    for model in (LtiLaunch, LtiSeen, LtiLink, LtiUser, LtiPlatform, Exam, Person):
        model.objects.all().delete()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def tool(tmp_path: Path, layout: Layout) -> Iterator[Tool]:  # noqa: F811
    home = site_home.HOME
    assert home is not None
    listed = Listed(site_with(tmp_path / "four", layout, 4))
    publish.set_terms(listed.site.folder, Terms(frozenset(Part)), Author(EXAMINER))
    publish.publish(listed.site.folder, Author(EXAMINER))
    listed.rule(LoginRule.REGISTRATION)
    with platform_served() as course:
        course.address = course.address.replace("127.0.0.1", "localhost")
        by = Person.objects.create_user("root@example.org", "Alex Rechenzentrum", administrator=True)
        place = {"deployment": DEPLOYMENT, "context": "course-3", "resource": ACTIVITY}
        LtiLink.objects.create(
            platform=course.registered(by),
            **place,
            title="The exam",
            exam=listed.site.exam,
            by=listed.site.people[Role.EXAMINER],
        )
        with served(str(home.root), "--tls") as site:
            made = Tool(course, site, listed)
            course.page = made.page
            yield made


def at_course(browser: Browser, tool: Tool) -> tuple[BrowserContext, Page]:
    context = browser.new_context(ignore_https_errors=True, locale="en-GB")
    context.set_default_timeout(WAIT)
    page = context.new_page()
    page.goto(f"{tool.course.address}/course")
    return context, page


def opened(context: BrowserContext, where: FrameLocator | Page, name: str) -> Page:
    """What opens in a window of its own by a link, once it shows somebody's results."""
    with context.expect_page() as waits:
        where.get_by_role("link", name=name).click()
    page = waits.value
    page.wait_for_url("**/review/**")
    return page


def test_a_frame_offers_a_window_and_the_window_leads_to_the_results(browser: Browser, tool: Tool) -> None:
    context, page = at_course(browser, tool)
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="A window of its own")).to_be_visible()
    assert context.cookies(tool.site.address) == []
    results = opened(context, frame, "Open it")
    expect(results.locator("main")).to_contain_text(tool.listed.registration(1))
    assert tool.listed.registration(0) not in results.content()
    (cookie,) = [each for each in context.cookies(f"{tool.site.address}/lti/") if each["name"] == "course"]
    assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "None")
    (session,) = [each for each in context.cookies(tool.site.address) if each["name"] == "sessionid"]
    assert session["sameSite"] == "Lax"
    page.evaluate("at => { document.querySelector('iframe').src = at }", results.url)
    expect(frame.locator("main")).not_to_be_visible()
    assert tool.listed.registration(1) not in page.frames[1].content(), (
        "no page of ours is shown inside others"
    )
    context.close()


def test_a_window_that_the_platform_opens_leads_there_at_once(browser: Browser, tool: Tool) -> None:
    context, page = at_course(browser, tool)
    results = opened(context, page, "The exam, in a window")
    expect(results.locator("main")).to_contain_text(tool.listed.registration(1))
    context.close()


def test_who_comes_back_into_a_frame_without_a_cookie_is_offered_a_window(
    browser: Browser, tool: Tool
) -> None:
    """As a browser does that does not say it is in a frame, and keeps no cookies there."""
    begun = requests.get(
        f"{tool.site.address}/lti/login/",
        tool.hints,
        verify=False,  # noqa: S501 - whom browsers trust is tested elsewhere
        allow_redirects=False,
        timeout=60,
    )
    asked = {name: found[0] for name, found in parse_qs(urlsplit(begun.headers["Location"]).query).items()}
    context, page = at_course(browser, tool)
    back = {"state": asked["state"], "nonce": asked["nonce"]}
    page.evaluate("at => { document.querySelector('iframe').src = at }", f"/back?{urlencode(back)}")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("keeps no cookies of this site")).to_be_visible()
    alone = context.new_page()
    alone.set_content(tool.back(**back))
    expect(alone.get_by_text("keeps no cookies of this site")).to_be_visible()
    look(alone, "lti-no-cookie")
    results = opened(context, frame, "Open it")
    expect(results.locator("main")).to_contain_text(tool.listed.registration(1))
    context.close()
