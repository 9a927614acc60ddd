"""Second correction in Chromium: an examiner arranges it, a second judges blind, a third decides."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.actions.conftest import Record, folder, layout, record, recorded, result, small  # noqa: F401 - fixtures
from tests.web.browser import chromium, look, person, served
from tests.web.test_grading_two import judge, open_desk

from klausur.actions.judge import Ticked
from klausur.actions.judge import judge as judge_by_hand
from klausur.paper.layout import Layout
from klausur.state.facts import Actor, Author, Role
from klausur.state.judgements import Round
from klausur.store import judgements, looks
from klausur.store.folder import opened

pytestmark = pytest.mark.nightly

T = TypeVar("T")
KIM = Author(Actor("Kim Korrektor", Role.CORRECTOR))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def apart(call: Callable[[], T]) -> T:
    """Playwright's own thread is no place for a database."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(call).result()


def given(place: Path, booklet: int) -> tuple[list[tuple[Round, str]], str]:
    """What was given to a booklet's word, by round; and what that counts now."""
    with opened(place):
        found = [(j.round, str(j.judged.credits)) for j in judgements.about(frozenset({booklet}), "word")]
        (now,) = [str(a.credits) for a in looks.answers(booklet=booklet) if a.question == "word"]
        return found, now


def first_by_hand(place: Path) -> None:
    for number in (1, 2):
        judge_by_hand(
            place, number, "word", Ticked({"1": 1}, comment="plainly"), KIM, act=f"by hand {number}"
        )


def arrange(page: Page, address: str) -> str:
    """Second correction of all, of which the corrector is to do the second; the exam's address."""
    page.goto(f"{address}/")
    if page.locator("a.card").count():
        page.locator("a.card").first.click()
    exam = page.url
    page.goto(f"{exam}grading/")
    page.get_by_role("link", name="Who judges what").click()
    page.get_by_role("link", name="Change").click()
    page.get_by_label("Second correction, in percent of the answers").fill("100")
    page.get_by_label("Tolerance in credits").fill("0.5")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".message")).to_contain_text("It is judged so from now on.")
    page.locator("input[name='to']").first.check()
    page.get_by_label("As", exact=True).select_option("second")
    page.get_by_role("button", name="Assign").click()
    expect(page.locator(".judging-portion")).to_contain_text("second correction")
    expect(page.get_by_label("Tolerance in credits")).to_have_value("0.5")
    return exam


def test_a_blind_second_beyond_the_tolerance_goes_to_a_third(
    browser: Browser,
    folder: Path,  # noqa: F811 - the fixture
    record: Record,  # noqa: F811 - the same
    layout: Layout,  # noqa: F811 - the same
) -> None:
    record(*(result(layout, number, number, 2) for number in (1, 2)))
    with served("--exam", str(folder), "--role=corrector", "--role=examiner") as site:
        konrad, ada = (person(browser, site.links[role]) for role in ("corrector", "examiner"))
        exam = arrange(ada, site.address)
        apart(lambda: first_by_hand(folder))
        konrad.goto(f"{exam}grading/")
        expect(konrad.locator(".judging-portion")).to_contain_text("2 of 2 left")
        seconds = [open_desk(konrad, site.address)]
        page = konrad.content()
        assert "Kim" not in page
        assert "plainly" not in page
        expect(konrad.locator(".grading-item[aria-pressed='true']")).to_have_count(0)
        judge(konrad, "n")  # nothing is right
        expect(konrad.locator(f".grading-card[data-booklet='{seconds[0]}']")).to_have_count(0)
        judge(konrad, "1", "Enter")  # the other one is right
        expect(konrad.locator(".grading-done")).to_be_visible()
        number = int(seconds[0])
        assert apart(lambda: given(folder, number)) == ([(Round.FIRST, "2"), (Round.SECOND, "0")], "None")
        assert apart(lambda: given(folder, 3 - number)) == ([(Round.FIRST, "2"), (Round.SECOND, "2")], "2")
        assert open_desk(ada, site.address) == seconds[0]
        expect(ada.locator(".grading-said")).to_have_count(2)
        expect(ada.locator(".grading-said").first).to_contain_text("Kim Korrektor gave 2.")
        expect(ada.locator(".grading-said").first).to_contain_text("plainly")
        judge(ada, "1", "Enter")
        assert apart(lambda: given(folder, number))[1] == "2"
        ada.goto(f"{exam}grading-plan/word/")
        look(ada, "examiner-grading-plan")
        ada.get_by_role("link", name="Decide").first.click()
        expect(ada.locator(f".grading-card[data-booklet='{number}'] .grading-said")).to_have_count(3)
        judge(ada, "n")
        found, now = apart(lambda: given(folder, number))
        assert (found[-1], now) == ((Round.FINAL, "0"), "0")
        ada.goto(f"{exam}grading-figures/")
        expect(ada.locator(".judging-plot circle")).to_have_count(3)
        look(ada, "examiner-grading-figures")
