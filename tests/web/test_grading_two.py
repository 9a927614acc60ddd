"""Two people at the grading desk in Chromium: answers of their own; on one answer, the second chooses."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.actions.conftest import Record, folder, layout, record, recorded, result, small  # noqa: F401 - fixtures
from tests.web.browser import chromium, person, served

from klausur.paper.layout import Layout
from klausur.store import judgements, looks
from klausur.store.folder import opened

pytestmark = pytest.mark.nightly


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def kept(place: Path) -> tuple[list[str], str]:
    """What was given to the first booklet's word, in its order; and what that counts now."""

    def asked() -> tuple[list[str], str]:
        with opened(place):
            given = [str(each.judged.credits) for each in judgements.about(frozenset({1}), "word")]
            (now,) = [str(a.credits) for a in looks.answers(booklet=1) if a.question == "word"]
            return given, now

    with ThreadPoolExecutor(1) as apart:  # Playwright's own thread is no place for a database
        return apart.submit(asked).result()


def open_desk(page: Page, address: str, rest: str = "") -> str:
    """Open the desk of the word; which booklet is shown."""
    page.goto(f"{address}/")
    if page.locator("a.card").count():
        page.locator("a.card").first.click()
    page.goto(f"{page.url.partition('grading/')[0]}grading/word/{rest}")
    expect(page.locator(".grading-item kbd")).to_have_text(["1"])
    return page.locator(".grading-card").get_attribute("data-booklet") or ""


def judge(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)
    expect(page.locator(".grading-sent")).to_have_text("saved")


def test_two_people_at_one_question_and_at_one_answer(
    browser: Browser,
    folder: Path,  # noqa: F811 - the fixture
    record: Record,  # noqa: F811 - the same
    layout: Layout,  # noqa: F811 - the same
) -> None:
    record(*(result(layout, number, number, 2) for number in (1, 2, 3)))
    with served("--exam", str(folder), "--role=corrector", "--role=examiner") as site:
        first, second = (person(browser, site.links[role]) for role in ("corrector", "examiner"))
        assert open_desk(first, site.address) != open_desk(second, site.address)
        for page in (first, second):
            open_desk(page, site.address, "?booklet=1")
        judge(first, "1", "Enter")
        assert kept(folder) == (["2"], "2")
        judge(second, "n")
        expect(second.locator(".grading-note")).to_contain_text("gave 2 to booklet 1 meanwhile")
        assert kept(folder) == (["2"], "2")  # what the second one gave waits for their choice
        second.locator(".grading-note button").click()
        expect(second.locator(".grading-card[data-booklet='1']")).to_be_visible()
        expect(second.locator(".grading-said")).to_contain_text("gave 2.")
        expect(second.locator(".grading-item[aria-pressed='true']")).to_have_count(1)
        judge(second, "n")
        assert kept(folder) == (["2", "0"], "0")  # nothing is lost: the first judgement stands beside it
