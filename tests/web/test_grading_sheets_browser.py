"""Contact sheet and groups in Chromium, by keys alone: ticks, undo, a lost connection, one taken out."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests import cast
from tests.actions.conftest import write_exam
from tests.exams import copy_exam
from tests.web.browser import chromium, complaints, look, person, served

from klausur.actions.judge import AS_CROSSED
from klausur.actions.judging_progress import judging_progress
from klausur.actions.print_booklets import print_booklets
from klausur.actions.rehearse import rehearse
from klausur.actions.scan import scan
from klausur.base.credits import show_credits
from klausur.rehearse.level import Level
from klausur.roster import made_up
from klausur.state.booklets import Answered
from klausur.store import alike, judgements, looks
from klausur.store.folder import opened

pytestmark = pytest.mark.nightly

BOOKLETS = 14

SHORT = r"""# Short answers

## The derivative {#word credits=2 space=26mm step=0.5}

What is the derivative of $\tanh$?

::: solution
$1 - \tanh^2(x)$
:::

::: rubric
- [+1] the one
- [+1] the square
- [-0.5 each] a wrong sign
:::
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def unjudged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An exam with short answers that nobody has corrected, some of which are blank."""
    place = tmp_path_factory.mktemp("short") / "exam"
    write_exam(place)
    (place / "problems/2-words.md").write_text(SHORT, encoding="utf-8")
    made_up.write(made_up.made_up(BOOKLETS, seed=1), place / "candidates.csv")
    print_booklets(place, actor=cast.EXAMINER, seed=11)
    rehearse(place, actor=cast.EXAMINER, seed=12, level=Level.LIGHT, corrected=False, jobs=1)
    scan(place, [place / "rehearsal"], actor=cast.EXAMINER, jobs=0)
    return place


def state(place: Path) -> tuple[int, int, int]:
    """How many answers are open, how many somebody has judged, and how many open ones are alike."""

    def ask() -> tuple[int, int, int]:
        (word,) = judging_progress(place).questions
        with opened(place):
            return word.open, sum(word.judged.values()), len(alike.said("word"))

    with ThreadPoolExecutor(1) as apart:  # Playwright's own thread is no place for a database
        return apart.submit(ask).result()


def saved(page: Page) -> None:
    expect(page.locator(".grading-sent")).to_have_text("saved")


def open_desk(page: Page, address: str) -> None:
    page.goto(f"{address}/")
    if page.locator("a.card").count():
        page.locator("a.card").first.click()
    page.goto(f"{page.url}grading/")
    page.locator("table a.button").click()
    expect(page.locator(".grading-card")).to_be_visible()


def focused(page: Page) -> str:
    found = page.locator('.grading-tile[aria-selected="true"]').get_attribute("data-booklet")
    assert found is not None
    return found


def fits(page: Page) -> None:
    """Nothing scrolls, nothing is cut off, and every row of commands stays within the window."""
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert page.evaluate(
        "[...document.querySelectorAll('.grading-tile:not([hidden]), .grading-acts button')]"
        ".every((e) => e.getBoundingClientRect().bottom <= innerHeight)"
    )


def find_group(page: Page) -> None:
    """Leave single answers for later until the group of blank ones comes."""
    for _ in range(BOOKLETS):
        if page.locator('[data-many="group"]').count():
            return
        before = page.locator(".grading-card").get_attribute("data-booklet")
        page.keyboard.press("s")
        expect(page.locator(f".grading-card[data-booklet='{before}']")).to_have_count(0)
    raise AssertionError("no group came")


def judge_a_group(page: Page, place: Path) -> None:
    everything, _, blank = state(place)
    assert blank >= 3
    find_group(page)
    expect(page.locator(".grading-tile")).to_have_count(blank)
    look(page, "corrector-grading-group")
    fits(page)
    page.keyboard.press("c")
    page.keyboard.type("nothing, so $0$")
    expect(page.locator(".grading-preview math")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("d")  # answers side by side are not drawn on
    out = focused(page)
    page.keyboard.press("Delete")
    expect(page.locator(".grading-tile")).to_have_count(blank - 1)
    assert focused(page) != out
    page.keyboard.press("Enter")
    expect(page.locator('[data-many="group"]')).to_have_count(0)
    saved(page)
    assert state(place) == (everything - blank + 1, blank - 1, 1)
    page.keyboard.press("Control+z")
    expect(page.locator(".grading-tile")).to_have_count(blank - 1)
    assert state(place) == (everything, 0, blank)
    expect(page.locator(".grading-counts")).to_have_text(f"0 of {everything}")
    page.keyboard.press("n")
    expect(page.locator('[data-many="group"]')).to_have_count(0)
    saved(page)
    assert state(place) == (everything - blank + 1, blank - 1, 1)
    for more in range(1, 4):  # asked for while those before were on their way, which count once all the same
        here = page.locator(".grading-card").get_attribute("data-booklet")
        page.keyboard.press("n")
        expect(page.locator(f".grading-card[data-booklet='{here}']")).to_have_count(0)
        saved(page)
        expect(page.locator(".grading-counts")).to_have_text(f"{blank - 1 + more} of {everything}")


def judge_a_sheet(page: Page, place: Path) -> None:
    left, judged, _ = state(place)
    page.keyboard.press("g")
    expect(page.locator('[data-many="sheet"]')).to_be_visible()
    tiles = page.locator(".grading-tile")
    shown = tiles.count()
    assert 6 <= shown <= 12
    first = focused(page)
    page.keyboard.press("1")
    page.keyboard.press("3")
    tile = page.locator(f".grading-tile[data-booklet='{first}']")
    expect(tile.locator(".grading-tile-credits")).to_have_text("0.5")
    expect(tile.locator("kbd")).to_have_text(["1", "3"])
    page.keyboard.press("Tab")
    assert focused(page) == tiles.nth(1).get_attribute("data-booklet")
    expect(page.locator(".grading-item[aria-pressed='true']")).to_have_count(0)  # nothing is carried over
    page.keyboard.press("ArrowDown")
    assert focused(page) == tiles.nth(3).get_attribute("data-booklet")
    page.keyboard.press("1")
    page.keyboard.press("2")
    expect(tiles.nth(3).locator(".grading-tile-credits")).to_have_text("2")
    look(page, "corrector-grading-sheet")
    fits(page)
    page.keyboard.press("Enter")
    saved(page)
    assert state(place)[:2] == (left - 1, judged + 1)
    assert focused(page) == tiles.nth(4).get_attribute("data-booklet")
    page.keyboard.press("Control+z")
    expect(page.locator(".grading-tile[data-done]")).to_have_count(0)
    assert focused(page) == tiles.nth(3).get_attribute("data-booklet")
    expect(page.locator(".grading-item[aria-pressed='true']")).to_have_count(2)
    page.keyboard.press("Shift+Enter")  # this one and the first
    expect(page.locator(".grading-tile[data-done]")).to_have_count(2)
    saved(page)
    assert state(place)[:2] == (left - 2, judged + 2)


def come_to_the_last_three(page: Page) -> None:
    """What comes after them is asked for before they are judged, and not earlier."""
    left = page.locator(".grading-tile:not([data-done])")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/next/") else None)
    for n in range(left.count() - 1, 3, -1):
        page.keyboard.press("Enter")
        expect(left).to_have_count(n)
    saved(page)
    assert asked == []
    with page.expect_response("**/next/"):
        page.keyboard.press("Enter")
    expect(left).to_have_count(3)
    saved(page)
    assert len(asked) == 1


def judge_the_rest_without_connection(page: Page, place: Path) -> None:
    left, judged, _ = state(place)
    waiting = page.locator(".grading-tile:not([data-done])").count()
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    for n in range(waiting - 1):
        if n % 2:
            page.keyboard.press("2")
        page.keyboard.press("Enter")
    expect(page.locator(".grading-sent")).to_have_text(f"waiting to be sent: {waiting - 1}")
    page.keyboard.press("Control+z")
    expect(page.locator(".grading-tile:not([data-done])")).to_have_count(2)
    page.keyboard.press("Enter")
    assert state(place)[:2] == (left, judged)
    page.context.set_offline(False)
    saved(page)
    assert state(place)[:2] == (left - waiting + 1, judged + waiting - 1)
    aside = focused(page)
    page.keyboard.press("p")
    page.keyboard.type("Is that enough?")
    page.locator("#grading-park button[value='park']").click()
    expect(page.locator(f".grading-tile[data-booklet='{aside}']:not([data-done])")).to_have_count(0)
    saved(page)
    assert state(place)[0] == left - waiting


def finish(page: Page) -> None:
    """Sheet by sheet, with nothing right, until all is judged."""
    while page.locator(".grading-card").count():
        many = page.locator(".grading-many").count()
        here = focused(page) if many else page.locator(".grading-card").get_attribute("data-booklet")
        kind = "tile" if many else "card"
        page.keyboard.press("n")
        expect(page.locator(f".grading-{kind}[data-booklet='{here}']:not([data-done])")).to_have_count(0)
    expect(page.locator(".grading-done")).to_contain_text("Every answer that was found is judged.")
    saved(page)


def test_short_answers_are_judged_many_at_a_time_by_keys_alone(browser: Browser, unjudged: Path) -> None:
    with served("--exam", str(unjudged), "--role=corrector") as site:
        page = person(browser, site.links["corrector"])
        wrong = complaints(page)
        open_desk(page, site.address)
        everything, *_ = state(unjudged)
        judge_a_group(page, unjudged)
        judge_a_sheet(page, unjudged)
        come_to_the_last_three(page)
        judge_the_rest_without_connection(page, unjudged)
        finish(page)
        assert state(unjudged)[:2] == (0, everything - 1)
        told = [said for said in wrong if "ERR_INTERNET_DISCONNECTED" not in said]
        assert not told, told


def test_credits_on_the_paper_are_confirmed_by_one_key_or_overruled(
    browser: Browser, sat: Path, tmp_path: Path
) -> None:
    place = copy_exam(sat, tmp_path / "exam")

    def crossed() -> Answered:
        judged = {q.question for q in judging_progress(place).questions if q.there}
        with opened(place):
            return next(a for a in looks.answers() if a.question in judged and a.credits)

    with ThreadPoolExecutor(1) as apart:
        known = apart.submit(crossed).result()
    question, number = known.question, known.booklet
    with served("--exam", str(place), "--role=corrector") as site:
        page = person(browser, site.links["corrector"])
        page.goto(f"{site.address}/")
        if page.locator("a.card").count():
            page.locator("a.card").first.click()
        page.goto(f"{page.url}grading/{question}/?booklet={number}")
        expect(page.locator(".grading-credits")).to_have_text(show_credits(known.credits or Fraction(0)))
        expect(page.locator(".confirms")).to_be_visible()
        page.keyboard.press("1")
        expect(page.locator(".overrules")).to_be_visible()
        if page.locator(".grading-item").count():
            page.keyboard.press("1")
            expect(page.locator(".confirms")).to_be_visible()
            page.keyboard.press("Enter")
        else:
            page.locator("[name='adjustment']").fill("")
            expect(page.locator(".confirms")).to_be_visible()
            page.locator(".grading-worth button").click()
        saved(page)

    def given() -> list[tuple[object, str]]:
        with opened(place):
            found = judgements.about(frozenset({number}), question)
        return [(each.judged.credits, each.judged.reason) for each in found]

    with ThreadPoolExecutor(1) as apart:
        assert apart.submit(given).result() == [(known.credits, AS_CROSSED)]
