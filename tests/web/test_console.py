"""Parts of pages that are exchanged: nothing is blocked or broken on any desk, by what the browser says."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.web.browser import chromium, complaints, person, served
from tests.web.scans_site import make_messy

pytestmark = pytest.mark.nightly


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


NOT_THERE = re.compile(r"status of 404.*/pictures/image/")
"""Pictures of images that the tests have only recorded."""

COUNT = "window.swapped = 0; addEventListener('htmx:afterSettle', () => { window.swapped += 1; });"
STYLED = "for (const one of document.querySelectorAll('[id]')) { one.style.top = '1px'; one.style.top = ''; }"
"""As extensions of browsers do, and programs that look at pages: an empty style is left at each part."""


def exchanged(page: Page, act: Callable[[], None]) -> None:
    """Do something that exchanges a part of the page, and wait until the other one is there."""
    page.evaluate(STYLED)
    before = page.evaluate("window.swapped")
    act()
    page.wait_for_function("before => window.swapped > before", arg=before)


def press(page: Page, what: str) -> None:
    """Press the first of these."""
    exchanged(page, page.locator(what).first.click)


def test_parts_are_exchanged_and_the_console_stays_empty(browser: Browser, sat: Path, tmp_path: Path) -> None:
    folder = make_messy(sat, tmp_path / "messy")
    with served("--exam", str(folder), "--role", "examiner") as site:
        page = person(browser, site.links["examiner"])
        page.add_init_script(COUNT)
        wrong = complaints(page)
        page.goto(f"{site.address}/")
        page.locator("a.card, header a.exam").first.click()
        start = page.url
        page.goto(f"{start}scans/images/twice/")
        press(page, "#look form.decisions button[value=aside]")
        press(page, "#desk form.last button")
        page.goto(f"{start}scans/images/unplaced/")
        press(page, ".rows li:last-child a")
        page.goto(f"{start}scans/extras/")
        press(page, "#desk form button[value=nobody]")
        page.goto(f"{start}readings/")
        press(page, ".box .presses button")
        press(page, ".box .settled button")
        page.goto(f"{start}readings/gallery/?as=empty")
        page.keyboard.press("ArrowRight")
        exchanged(page, lambda: page.keyboard.press("x"))
        page.goto(f"{start}prints/")
        page.get_by_role("button", name="Look").first.click()
        exchanged(page, lambda: page.locator("#job").wait_for())
        assert not [each for each in wrong if not NOT_THERE.search(each)]
