"""A whole exam in the browser, from an empty home to results: an administrator examines, another corrects."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.web.browser import BY_DAY, LINK, Served, chromium, complaints, look, person, served

from klausur.roster import made_up

pytestmark = pytest.mark.long


@dataclass(frozen=True, slots=True)
class Journey:
    """A site that is served, and a browser."""

    browser: Browser
    site: Served

    def accept(self, link: str, name: str) -> Page:
        """Take an invitation up."""
        page = person(self.browser, link)
        page.get_by_label("Your name").fill(name)
        page.get_by_label("A password").fill("seven green apples")
        page.get_by_role("button", name="Accept").click()
        page.wait_for_url(lambda url: "/invited/" not in url)
        return page

    def begin(self, page: Page) -> str:
        """A new exam; its address."""
        page.goto(f"{self.site.address}/site/exams/")
        page.locator("#new_title").fill("Probeklausur")
        page.locator("#new_kind").select_option("mc")
        page.get_by_role("button", name="Begin").click()
        expect(page.get_by_role("heading", name="Probeklausur")).to_be_visible()
        return page.url

    def invite(self, page: Page, exam: str) -> Page:
        """A corrector, who is there at once."""
        page.goto(f"{exam}team/")
        page.get_by_label("Mail address").fill("konrad@example.org")
        page.locator("#invite_role").select_option("corrector")
        page.get_by_role("button", name="Invite").click()
        told = LINK.search(page.locator(".message").first.inner_text())
        assert told is not None
        return self.accept(told[0], "Konrad Korrektor")


def bring_list(page: Page, exam: str, people: Path) -> None:
    page.goto(f"{exam}people/")
    page.locator("input[type=file]").first.set_input_files(people)
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("button", name="Take over").click()
    page.goto(f"{exam}people/")
    expect(page.get_by_text("Candidate 004")).to_be_visible()
    look(page, "journey-people", BY_DAY)


def print_papers(page: Page, exam: str) -> None:
    page.goto(f"{exam}prints/")
    page.get_by_role("button", name="Look what would be printed").click()
    page.get_by_role("button", name="Print", exact=True).click()
    expect(page.get_by_role("link", name="booklets.pdf")).to_be_visible()
    look(page, "journey-printed", BY_DAY)


def bring_scans(page: Page, exam: str, folder: Path) -> None:
    """What candidates wrote in software is scanned, and dropped on the page."""
    rehearse = [sys.executable, "-m", "klausur", "rehearse", str(folder), "--level", "hard", "--seed", "5"]
    subprocess.run(rehearse, check=True, capture_output=True)
    page.goto(f"{exam}scans/")
    files = sorted((folder / "rehearsal").glob("*.pdf"))
    page.locator("#choose-files").set_input_files(files)
    expect(page.locator("table .tag.good")).to_have_count(len(files))  # all pages of each are recorded
    look(page, "journey-scans", BY_DAY)


def settle(page: Page, exam: str) -> None:
    """What the reader takes unclear boxes for, box by box, until none is left."""
    page.goto(f"{exam}readings/")
    cards = page.locator("li.box.card:not(.said)")
    while count := cards.count():
        page.keyboard.press("Enter")
        expect(cards).not_to_have_count(count)
    look(page, "journey-readings", BY_DAY)


def test_an_exam_is_set_up_printed_scanned_settled_and_graded(tmp_path: Path) -> None:
    home, people = tmp_path / "home", tmp_path / "candidates.csv"
    made_up.write(made_up.made_up(4, seed=1), people)
    with chromium() as browser, served(str(home), "--administrator", "ada@example.org") as site:
        journey = Journey(browser, site)
        page = journey.accept(site.links["administrator"], "Ada Example")
        wrong = complaints(page)
        exam = journey.begin(page)
        corrector = journey.invite(page, exam)
        bring_list(page, exam, people)
        print_papers(page, exam)
        (folder,) = (home / "exams").iterdir()
        bring_scans(page, exam, folder)
        settle(corrector, exam)
        for desk in ("results/", ""):
            page.goto(exam + desk)
            expect(page.locator("table").first).to_be_visible()
            look(page, f"journey-{desk.strip('/') or 'overview'}", BY_DAY)
        assert not wrong
        corrector.goto(f"{exam}people/")
        expect(corrector.get_by_text("403")).to_be_visible()
