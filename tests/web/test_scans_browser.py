"""The scans desk in Chromium: a rehearsal's files are dropped on it, and their pages stand in the list."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page, expect
from tests import cast
from tests.actions.conftest import rehearse_booklets, write_exam
from tests.web.browser import WAIT, chromium, complaints, served

from klausur.actions.print_booklets import print_booklets
from klausur.actions.scan_look import scanned_files
from klausur.roster import made_up

pytestmark = pytest.mark.long

REFUSED = re.compile("ERR_FAILED|status of 422")
"""What the browser says of pieces that the test cut off, and of the file that is none."""

DROP = """(files) => {
  const data = new DataTransfer();
  for (const [name, text] of files) {
    data.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name));
  }
  for (const kind of ["dragenter", "dragover", "drop"]) {
    document.getElementById("drop").dispatchEvent(
      new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }),
    );
  }
}"""


@pytest.fixture
def rehearsed(tmp_path: Path) -> Path:
    """An exam that was printed for two, with a rehearsal beside it that nobody has scanned."""
    place = tmp_path / "exam"
    write_exam(place)
    made_up.write(made_up.made_up(2, seed=1), place / "candidates.csv")
    print_booklets(place, actor=cast.EXAMINER, seed=11)
    rehearse_booklets(place, tmp_path / "rehearsal", seed=11)
    return place


@pytest.fixture
def link(rehearsed: Path) -> Iterator[str]:
    """The link by which its examiner comes in."""
    with served("--exam", str(rehearsed)) as site:
        yield site.links["examiner"]


@pytest.fixture
def page() -> Iterator[Page]:
    with chromium() as browser:
        found = browser.new_page(viewport={"width": 1280, "height": 720})
        found.set_default_timeout(WAIT)
        wrong = complaints(found)
        yield found
        assert not [each for each in wrong if not REFUSED.search(each)]


def test_files_are_dropped_and_their_pages_stand_in_the_list(rehearsed: Path, link: str, page: Page) -> None:
    (scan,) = sorted((rehearsed.parent / "rehearsal").glob("*.pdf"))
    _come_in(page, link)
    page.locator(".bar nav").get_by_role("link", name="Scans").click()
    expect(page.get_by_text("Nothing was scanned yet.")).to_be_visible()

    sent = base64.b64encode(scan.read_bytes()).decode()
    text = base64.b64encode(b"no scan at all").decode()
    page.context.route(re.compile(r"offset="), lambda route: route.abort())
    page.evaluate(DROP, [["stack.pdf", sent], ["notes.txt", text]])
    expect(page.get_by_text("the connection is lost, it is tried again").first).to_be_visible()
    page.reload()  # the page is closed, and opened again
    expect(page.get_by_text("Not all there yet")).to_be_visible()
    page.context.unroute_all()
    page.evaluate(DROP, [["stack.pdf", sent], ["notes.txt", text]])

    row = page.locator("#files tr", has_text="stack.pdf")
    expect(row.get_by_text("all", exact=True)).to_be_visible(timeout=WAIT)
    expect(page.locator("#files").get_by_text("the file is no PDF")).to_be_visible()
    (stored,) = scanned_files(rehearsed).files
    assert (stored.name, stored.done, stored.count) == ("stack.pdf", True, 8)

    page.evaluate(DROP, [["again.pdf", sent]])
    expect(page.get_by_text("known already: nothing changes")).to_be_visible()
    page.get_by_role("link", name="To place").click()
    expect(page.get_by_text("Every page has its place.")).to_be_visible()


@pytest.mark.nightly
def test_a_bad_photograph_is_seen_cleaned_beside_what_was_scanned(link: str, page: Page) -> None:
    _come_in(page, link)
    page.locator(".bar nav").get_by_role("link", name="Scans").click()
    page.evaluate(DROP, [["photo.png", base64.b64encode(_a_bad_photograph()).decode()]])
    row = page.locator("#files tr", has_text="photo.png")
    expect(row.get_by_text("all", exact=True)).to_be_visible(timeout=WAIT)
    page.get_by_role("link", name="To place").click()
    scanned, cleaned = page.locator(".shown figure:not(.cleaned) img"), page.locator("figure.cleaned")
    expect(scanned).to_be_visible()
    expect(cleaned).to_be_hidden()
    page.keyboard.press("v")
    expect(cleaned).to_be_visible()
    expect(scanned).to_be_visible()
    expect(cleaned.locator("img")).to_have_js_property("naturalWidth", 990)
    page.keyboard.press("r")
    expect(cleaned.locator(".paper")).to_have_attribute("data-turned", "1")
    page.get_by_role("button", name="Cleaned view").click()
    expect(cleaned).to_be_hidden()


def _a_bad_photograph() -> bytes:
    """A page without a code, grey and under a shadow."""
    sheet = np.full((1400, 990), 215, np.uint8)
    for line in range(12):
        cv2.putText(sheet, "nobody knows which page this is", (90, 150 + 90 * line), 0, 1.3, 70.0, 3)
    shadow = np.linspace(0.5, 1.0, 990)
    return bytes(cv2.imencode(".png", (sheet * shadow).astype(np.uint8))[1])


def _come_in(page: Page, link: str) -> None:
    page.goto(link)
    card = page.locator("a.card")
    expect(card.or_(page.locator(".bar nav")).first).to_be_visible()
    if card.count():
        card.first.click()
