"""A rubric in use in Chromium: two who change it at once, and a corrector who has the older one open."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.web.browser import chromium, complaints, look, person, served
from tests.web.test_grading_browser import unjudged  # noqa: F401 - a fixture

pytestmark = pytest.mark.nightly


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def home(page: Page, address: str) -> str:
    page.goto(f"{address}/")
    if page.locator("a.card").count():
        page.locator("a.card").first.click()
    return page.url


def open_rubric(page: Page, address: str) -> None:
    page.goto(f"{home(page, address)}grading/")
    page.locator("table a", has_text="Rubric").click()
    expect(page.locator(".rubric-line")).to_have_count(9)


def save(page: Page) -> None:
    page.locator("button", has_text="Change the rubric").click()
    expect(page.locator(".rubric-done")).to_contain_text("The rubric is changed.")


def test_two_change_one_rubric_while_a_third_grades(browser: Browser, unjudged: Path) -> None:  # noqa: F811
    with served("--exam", str(unjudged), "--role=corrector", "--role=examiner") as site:
        ada = person(browser, site.links["examiner"])
        other = ada.context.new_page()  # another window does what another examiner's would
        konrad = person(browser, site.links["corrector"])
        wrong = [complaints(page) for page in (ada, other, konrad)]
        grade_one(konrad, site.address)
        for page in (ada, other):
            open_rubric(page, site.address)
        look(ada, "examiner-rubric")
        change_first(ada)
        change_second(other)
        go_on_grading(konrad)
        told = [said for each in wrong for said in each if "409 (Conflict)" not in said]  # that was meant
        assert not told, told


def grade_one(page: Page, address: str) -> None:
    page.goto(f"{home(page, address)}grading/")
    page.locator("table a.button").click()
    expect(page.locator(".grading-item")).to_have_count(8)
    page.keyboard.press("1")
    page.keyboard.press("8")
    expect(page.locator(".grading-credits")).to_have_text("0")
    page.keyboard.press("Shift+Digit8")
    first = page.locator(".grading-card").get_attribute("data-booklet")
    page.keyboard.press("Enter")
    expect(page.locator(f".grading-card[data-booklet='{first}']")).to_have_count(0)
    expect(page.locator(".grading-sent")).to_have_text("saved")
    page.keyboard.press("1")
    expect(page.locator(".grading-credits")).to_have_text("0.5")


def change_first(page: Page) -> None:
    """ReLU is worth more, and there is one more way."""
    page.locator(".rubric-line").nth(1).locator("[data-part='credits']").fill("0,75")
    page.locator(".rubric-line").nth(0).locator("[data-add-in]").click()
    new = page.locator(".rubric-line").nth(7)
    expect(new).to_have_attribute("data-depth", "1")
    new.locator("[data-part='credits']").fill("0.5")
    new.locator("[data-part='text']").fill("another way, with $W^\\top W = 1$")
    new.locator("[data-move='up']").click()
    expect(page.locator(".rubric-line").nth(6).locator("[data-part='text']")).to_have_value(
        "another way, with $W^\\top W = 1$"
    )
    page.locator(".rubric-next").click()
    expect(page.locator(".tally")).to_contain_text("1 would get more")
    expect(page.locator(".tally")).to_contain_text("1 want a new look")
    look(page, "examiner-rubric-preview")
    page.locator("input[value='apply']").check()
    page.locator("input[name='why']").fill("orthogonal weights help, too")
    save(page)
    expect(page.locator(".rubric-done")).to_contain_text(
        "1 answer has other credits. 1 answer is open again."
    )


def change_second(page: Page) -> None:
    """The group has another heading; ReLU is worth something else again."""
    page.locator(".rubric-line").nth(0).locator("[data-part='text']").fill("two changes that help")
    page.locator(".rubric-line").nth(1).locator("[data-part='credits']").fill("1")
    page.locator(".rubric-next").click()
    expect(page.locator(".warned")).to_contain_text("changed this rubric while you did")
    expect(page.locator(".warned")).to_contain_text("ReLU named")
    look(page, "examiner-rubric-both")
    page.locator("button", has_text="Both together").click()
    expect(page.locator(".rubric-changes")).to_contain_text("two changes that help")
    page.locator("button", has_text="Back to the lines").click()
    expect(page.locator(".rubric-line")).to_have_count(10)
    expect(page.locator(".rubric-line").nth(1).locator("[data-part='credits']")).to_have_value("1")
    page.locator(".rubric-line").nth(1).locator("[data-part='credits']").fill("0.75")
    page.locator(".rubric-next").click()
    expect(page.locator(".rubric-changes")).not_to_contain_text("ReLU named")
    save(page)


def go_on_grading(page: Page) -> None:
    """What was ticked by the older rubric is told, and stays ticked."""
    at = page.locator(".grading-card").get_attribute("data-booklet")
    page.keyboard.press("Enter")
    expect(page.locator(".grading-note")).to_contain_text("The rubric was changed while")
    page.locator(".grading-note button").click()
    expect(page.locator(f".grading-card[data-booklet='{at}'] .grading-news")).to_be_visible()
    expect(page.locator(".grading-item[aria-pressed='true']")).to_have_count(1)
    expect(page.locator(".grading-credits")).to_have_text("0.75")
    expect(page.locator(".grading-group").first).to_contain_text("two changes that help")
    look(page, "corrector-rubric-changed")
    page.keyboard.press("Enter")
    expect(page.locator(f".grading-card[data-booklet='{at}']")).to_have_count(0)
    expect(page.locator(".grading-sent")).to_have_text("saved")
    for _ in range(4):
        if page.locator(".grading-said").count():
            break
        before = page.locator(".grading-card").get_attribute("data-booklet")
        page.keyboard.press("n")
        expect(page.locator(f".grading-card[data-booklet='{before}']")).to_have_count(0)
    expect(page.locator(".grading-said").last).to_contain_text("There is an item that was not there yet.")
    expect(page.locator(".grading-said").last).to_contain_text("orthogonal weights help, too")
