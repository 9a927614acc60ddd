"""The scans desk in Chromium: a rehearsal's files are dropped on it, and their pages stand in the list."""

import base64
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from tests import cast
from tests.actions.conftest import rehearse_booklets, write_exam

from klausur.actions.print_booklets import print_booklets
from klausur.actions.scan_look import scanned_files
from klausur.roster import made_up

CHROMIUM = Path("/usr/bin/chromium")
PATIENCE = 900_000
"""Milliseconds: only what hangs takes so long."""

pytestmark = pytest.mark.long

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
def served(rehearsed: Path) -> Iterator[str]:
    """The link by which its examiner comes in."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = [sys.executable, "-m", "klausur", "serve", "--exam", str(rehearsed), "--port", str(port)]
    process = subprocess.Popen(program, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        assert process.stdout is not None
        links = (re.search(r"http\S+/enter/\S+", line) for line in process.stdout)
        yield next(link for link in links if link)[0]
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # the server, and the worker that it started
        process.wait()


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        found = browser.new_page(viewport={"width": 1280, "height": 720})
        found.set_default_timeout(PATIENCE)
        yield found
        browser.close()


def test_files_are_dropped_and_their_pages_stand_in_the_list(
    rehearsed: Path, served: str, page: Page
) -> None:
    (scan,) = sorted((rehearsed.parent / "rehearsal").glob("*.pdf"))
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    _come_in(page, served)
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
    expect(row.get_by_text("all", exact=True)).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#files").get_by_text("the file is no PDF")).to_be_visible()
    (stored,) = scanned_files(rehearsed).files
    assert (stored.name, stored.done, stored.count) == ("stack.pdf", True, 8)

    page.evaluate(DROP, [["again.pdf", sent]])
    expect(page.get_by_text("known already: nothing changes")).to_be_visible()
    page.get_by_role("link", name="To place").click()
    expect(page.get_by_text("Every page has its place.")).to_be_visible()
    assert not wrong


def _come_in(page: Page, link: str) -> None:
    page.goto(link)
    card = page.locator("a.card")
    expect(card.or_(page.locator(".bar nav")).first).to_be_visible()
    if card.count():
        card.first.click()
