"""In Chromium: a signature on glass at check-in on a tablet, and a table on site that is left in time."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, expect
from tests import cast
from tests.actions.conftest import write_exam
from tests.cast import EXAMINER, PROCTOR
from tests.exams import copy_exam
from tests.web.browser import Served, chromium, complaints, look, person, serious, served

from klausur.actions import personal_links, publish, review_on_site
from klausur.actions.exam_day import ExamDay, exam_day
from klausur.actions.print_booklets import print_booklets
from klausur.roster import made_up
from klausur.state import glass_signature
from klausur.state.facts import Author
from klausur.state.publication import Part, Terms, Window
from klausur.state.review_slots import SlotGrid

pytestmark = pytest.mark.nightly

ADA, PETRA = Author(EXAMINER), Author(PROCTOR)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def day(place: Path) -> ExamDay:
    with ThreadPoolExecutor(1) as apart:  # Playwright's own thread is no place for a database
        return apart.submit(exam_day, place).result()


@pytest.fixture
def signing(tmp_path: Path) -> Iterator[tuple[Path, Served]]:
    """An exam that asks for signatures on glass, served to a proctor."""
    place = tmp_path / "exam"
    write_exam(place)
    with (place / "exam.toml").open("a") as toml:
        toml.write("\n[day]\nsignature = true\n")
    made_up.write(made_up.made_up(3, seed=1), place / "candidates.csv")
    print_booklets(place, actor=cast.EXAMINER, seed=11)
    with served("--exam", str(place), "--role", "proctor") as found:
        yield place, found


def test_who_is_checked_in_signs_on_the_tablet(browser: Browser, signing: tuple[Path, Served]) -> None:
    place, site = signing
    page = person(browser, site.links["proctor"])
    said = complaints(page)
    page.set_viewport_size({"width": 820, "height": 1180})
    slug = page.evaluate("document.querySelector('a[href*=\"/exams/\"]').href.split('/')[4]")
    page.goto(f"{site.address}/exams/{slug}/day/room/?room={quote('Hall 1')}")
    page.locator("[data-say=present]").first.click()
    field = page.locator("#sign-field")
    expect(field).to_be_visible()
    expect(page.locator("#sign-keep")).to_be_disabled()
    box = field.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + 90)
    page.mouse.down()
    for n in range(1, 40):
        page.mouse.move(box["x"] + 60 + 9 * n, box["y"] + 90 + 50 * (-1) ** n)
    page.mouse.up()
    look(page, "sign-on-glass")
    assert serious(page) == []
    page.locator("#sign-keep").click()
    expect(page.locator(".signed:visible")).to_have_count(1)
    expect(page.locator("#sent")).to_have_text("All is sent")
    expect(page.locator(".signed:visible")).to_contain_text(re.compile(r"signed \d\d:\d\d"))
    page.locator("[data-say=present]").first.click()
    expect(page.locator("#sign")).not_to_be_visible()
    (act,) = (each.signed for each in day(place).rooms[0].people if each.signed is not None)
    (line,) = glass_signature.lines(act.done.text) or ()
    assert len(line) > 20
    assert said == []


def test_a_table_shows_a_script_until_the_proctor_ends_it(
    browser: Browser, sat: Path, tmp_path: Path
) -> None:
    place = copy_exam(sat, tmp_path / "exam")
    window = Window(datetime.now(UTC) + timedelta(days=1))
    terms = Terms(
        frozenset({Part.TOTAL}), objections=window, on_site=frozenset({Part.QUESTIONS, Part.SCRIPT})
    )
    publish.set_terms(place, terms, ADA)
    publish.publish(place, ADA)
    now, half = datetime.now(UTC), timedelta(minutes=30)
    first = personal_links.listed(place)[0][0].candidate
    grid = SlotGrid(now, now + half, half, timedelta(0), ("Table 1",))
    review_on_site.plan(place, grid, ADA, registrations=[first.registration])
    slot = review_on_site.listed(place)[0].of.id
    code = review_on_site.open_slot(place, slot, PETRA).code
    with served("--exam", str(place), "--role", "proctor") as site:
        desk = person(browser, site.links["proctor"])
        slug = desk.evaluate("document.querySelector('a[href*=\"/exams/\"]').href.split('/')[4]")
        page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        page.goto(f"{site.address}/table/{slug}/")
        page.locator("#code").fill(code)
        page.keyboard.press("Enter")
        expect(page.locator("#table-left strong")).to_have_text(re.compile(r"^2\d:\d\d$"))
        expect(page.locator("main")).to_contain_text(first.name)
        page.locator(".own-question summary").first.click()
        page.locator(".own-question[open] a.button").first.click()
        expect(page.locator(".own-page img").first).to_have_js_property("complete", value=True)
        look(page, "table-question")
        assert serious(page) == []
        desk.goto(f"{site.address}/exams/{slug}/review/")
        desk.locator(".review-slots .danger").click()
        expect(page.locator("input.code")).to_be_visible()
        page.go_back()
        expect(page.locator("input.code")).to_be_visible()
