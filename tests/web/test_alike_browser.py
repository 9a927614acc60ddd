"""What looks alike in Chromium: like answers come as a group, judged ones stand beside others."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.web.browser import chromium, complaints, look, person, served
from tests.web.short_answers import printed, written
from tests.web.test_scans_browser import DROP

pytestmark = pytest.mark.nightly

TEXTS = ("128", "124", "128", "128", "31", "124", "128", "92", "124", "128", "4", "128")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def sat(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An exam with short answers, and the scan of its booklets."""
    place = tmp_path_factory.mktemp("short") / "exam"
    layout = printed(place, len(TEXTS))
    return place, written(place, layout, TEXTS)


def desk(page: Page) -> None:
    page.goto(re.sub(r"(/exams/[^/]+/).*", r"\1grading/word/", page.url))
    expect(page.locator(".grading-card")).to_be_visible()


def come_to_a_group(page: Page) -> None:
    """Look until the worker has told what looks alike, and until such a group comes."""
    while True:
        desk(page)
        for _ in TEXTS:
            if page.locator('[data-many="group"]').count():
                return
            before = page.locator(".grading-card").get_attribute("data-booklet")
            page.keyboard.press("s")
            expect(page.locator(f".grading-card[data-booklet='{before}']")).to_have_count(0)
        page.wait_for_timeout(1000)


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("de", "dark")])
def test_like_answers_are_judged_together_and_shown_beside_others(
    browser: Browser, sat: tuple[Path, Path], language: str, scheme: str
) -> None:
    place, scan = sat
    with served("--exam", str(place)) as site:
        page = person(browser, site.links["examiner"], language=language)
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        wrong = complaints(page)
        page.goto(f"{site.address}/")
        page.locator("a.card").first.click()
        expect(page).to_have_url(re.compile(r"/exams/[^/]+/$"))
        page.goto(f"{page.url}scans/")
        if not page.locator("#files tr", has_text="scan.pdf").count():
            page.evaluate(DROP, [["scan.pdf", base64.b64encode(scan.read_bytes()).decode()]])
            expect(page.locator("#files tr", has_text="scan.pdf")).to_be_visible()
        come_to_a_group(page)
        said = "looks alike" if language == "en" else "sieht gleich aus"
        expect(page.locator(".tag", has_text=said)).to_be_visible()
        look(page, f"alike-group-{scheme}")
        page.locator('[data-item="1"]').click()
        page.keyboard.press("Enter")
        expect(page.locator(".grading-sent")).to_have_text("saved" if language == "en" else "gespeichert")
        at = page.url.partition("?")[0]
        for booklet in range(1, len(TEXTS) + 1):
            page.goto(f"{at}?booklet={booklet}")
            expect(page.locator(f".grading-card[data-booklet='{booklet}']")).to_be_visible()
            if page.locator(".grading-alike").count():
                break
        alike = page.locator(".grading-alike")
        expect(alike.locator("img").first).to_be_visible()
        assert 1 <= alike.locator("li").count() <= 3
        look(page, f"alike-beside-{scheme}")
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        alike.locator("a").first.click()
        expect(page.locator(".grading-said, .grading-card")).not_to_have_count(0)
        assert not wrong
