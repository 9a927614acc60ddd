"""The grading desk in Chromium: two keys an answer, undo, a lost connection, keys of one's own."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests import cast
from tests.actions.conftest import write_exam
from tests.web.browser import chromium, complaints, look, person, served

from klausur.actions.judging_progress import judging_progress
from klausur.actions.print_booklets import print_booklets
from klausur.actions.rehearse import rehearse
from klausur.actions.scan import scan
from klausur.rehearse.level import Level
from klausur.roster import made_up

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def unjudged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An exam of which nobody has corrected anything on the paper."""
    place = tmp_path_factory.mktemp("unjudged") / "exam"
    write_exam(place)
    made_up.write(made_up.made_up(4, seed=1), place / "candidates.csv")
    print_booklets(place, actor=cast.EXAMINER, seed=11)
    rehearse(place, actor=cast.EXAMINER, seed=11, level=Level.CLEAN, corrected=False, jobs=1)
    scan(place, [place / "rehearsal"], actor=cast.EXAMINER, jobs=0)
    return place


def state(place: Path) -> tuple[int, int]:
    """How many answers are open, and how many somebody has judged."""
    with ThreadPoolExecutor(1) as apart:  # Playwright's own thread is no place for a database
        (word,) = apart.submit(judging_progress, place).result().questions
    return word.open, sum(word.judged.values())


def at(page: Page) -> str:
    found = page.locator(".grading-card").get_attribute("data-booklet")
    assert found is not None
    return found


def press(page: Page, key: str) -> str:
    """Press a key that goes to another answer, and wait for that."""
    before = at(page)
    page.keyboard.press(key)
    expect(page.locator(f".grading-card[data-booklet='{before}']")).to_have_count(0)
    return before


def test_a_question_is_graded_by_keys_alone(browser: Browser, unjudged: Path) -> None:
    with served("--exam", str(unjudged), "--role=corrector") as site:
        page = person(browser, site.links["corrector"])
        wrong = complaints(page)
        page.goto(f"{site.address}/")
        if page.locator("a.card").count():
            page.locator("a.card").first.click()
        page.goto(f"{page.url}grading/")
        page.locator("table a.button").click()
        expect(page.locator(".grading-item kbd")).to_have_text("1")
        look(page, "corrector-grading-desk")
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), "nothing scrolls"

        page.keyboard.press("1")
        expect(page.locator(".grading-credits")).to_have_text("2")
        first = press(page, "Enter")
        expect(page.locator(".grading-sent")).to_have_text("saved")
        expect(page.locator(".grading-counts")).to_have_text("1 of 4")
        assert state(unjudged) == (3, 1)

        page.keyboard.press("Control+z")
        expect(page.locator(f".grading-card[data-booklet='{first}']")).to_be_visible()
        expect(page.locator(".grading-item")).to_have_attribute("aria-pressed", "true")
        assert state(unjudged) == (4, 0)
        press(page, "n")
        expect(page.locator(".grading-sent")).to_have_text("saved")
        assert state(unjudged) == (3, 1)

        page.keyboard.press("p")
        page.keyboard.type("Is that a word?")
        page.locator("#grading-park button[value='park']").click()
        expect(page.locator(".grading-counts")).to_contain_text("1 put aside")

        # The connection is lost while somebody judges; what they judged is sent when it is back.
        expect(page.locator(".grading-sent")).to_have_text("saved")
        page.wait_for_load_state("networkidle")
        page.context.set_offline(True)
        page.keyboard.press("1")
        press(page, "Enter")
        expect(page.locator(".grading-sent")).to_have_text("waiting to be sent: 1")
        expect(page.locator(".grading-note")).to_contain_text("The connection is lost")
        assert state(unjudged) == (3, 1)
        page.context.set_offline(False)
        expect(page.locator(".grading-sent")).to_have_text("saved")
        assert state(unjudged) == (2, 2)

        page.keyboard.press("?")
        page.locator("[data-remap='judge']").click()
        page.keyboard.press("j")
        expect(page.locator("[data-remap='judge'] kbd")).to_have_text("j")
        page.locator("#grading-keys [data-close]").click()
        page.keyboard.press("j")
        expect(page.locator(".grading-done")).to_contain_text("Every answer that was found is judged.")
        expect(page.locator(".grading-done")).to_contain_text("1 was put aside")
        assert state(unjudged) == (1, 3)
        offline = [said for said in wrong if "ERR_INTERNET_DISCONNECTED" not in said]
        assert not offline, offline
