"""The key after the exam in Chromium: a choice is mended, looked at, recorded and taken back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.exams import copy_exam
from tests.web.browser import chromium, complaints, look, person, served
from tests.web.test_rubric_browser import home

pytestmark = pytest.mark.nightly


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def test_an_examiner_mends_a_key(browser: Browser, sat: Path, tmp_path: Path) -> None:
    place = copy_exam(sat, tmp_path / "exam")
    with served("--exam", str(place)) as site:
        page = person(browser, site.links["examiner"])
        wrong = complaints(page)
        page.goto(f"{home(page, site.address)}results/")
        page.locator(".head a.button", has_text="Key").click()
        look(page, "examiner-key")
        page.locator("a.button[aria-label='Mend 1.1']").click()
        page.locator("input[name='choice-a'][value='wrong']").check()
        page.locator("input[name='choice-b'][value='either']").check()
        expect(page.locator("input[name='floor']")).to_be_hidden()
        page.locator("select[name='scheme']").select_option("right-minus-wrong")
        page.locator("input[name='floor']").fill("-1")
        page.locator("input[name='strike'][value='better']").check()
        look(page, "examiner-key-question")
        page.locator("button", has_text="What would this do?").click()
        expect(page.locator(".tally")).to_contain_text("booklets concerned")
        look(page, "examiner-key-preview")
        page.locator("button", has_text="Another way").click()
        expect(page.locator("input[name='choice-b'][value='either']")).to_be_checked()
        page.locator("button", has_text="What would this do?").click()
        page.locator("#why").fill("B may be read as a vowel")
        page.locator("button", has_text="Let it count").click()
        expect(page.locator(".rubric-done")).to_contain_text("This key counts from now on.")
        expect(page.locator(".key-list")).to_contain_text("also b, c")
        look(page, "examiner-key-mended")
        page.locator("button", has_text="Take back").click()
        expect(page.locator(".key-list")).not_to_contain_text("also b, c")
        assert not wrong, wrong
