"""The exam day on tablets in Chromium: a room is checked in, without a network too, by two at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect
from tests import cast
from tests.actions.conftest import write_exam
from tests.web.browser import WAIT, Served, chromium, complaints, look, person, served

from klausur.actions.exam_day import ExamDay, exam_day
from klausur.actions.print_booklets import print_booklets
from klausur.actions.print_request import PrintRequest
from klausur.paper.code import PageCode, encode, show
from klausur.paper.code_symbol import symbol
from klausur.roster import made_up
from klausur.state.day import ActKind, CheckIn
from klausur.store.folder import key, opened

pytestmark = pytest.mark.nightly

KEPT = "Object.keys(localStorage).filter(key => /^klausur-day [^ ]+ [0-9]+ /.test(key)).length"
"""How many acts wait in a browser."""


@dataclass(slots=True)
class Tablets:
    """Two tablets on one room, and the exam."""

    place: Path
    room: str
    first: Page
    second: Page

    def at(self, page: str) -> str:
        """Another page of the room."""
        return self.room.replace("/room/", f"/{page}/")


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("day") / "exam"
    write_exam(place)
    made_up.write(made_up.made_up(12, seed=1), place / "candidates.csv")
    print_booklets(place, actor=cast.EXAMINER, wanted=PrintRequest(spare=2, extras=2), seed=11)
    return place


@pytest.fixture(scope="module")
def site(exam: Path) -> Iterator[Served]:
    with served("--exam", str(exam), "--role", "proctor") as found:
        yield found


@pytest.fixture(scope="module")
def browser(exam: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Its camera sees the code on the cover of booklet 12."""
    with opened(exam) as records:
        data = encode(PageCode(day(exam).exam_number, 12, 1), key(records))
    film = tmp_path_factory.mktemp("film") / "code.y4m"
    film.write_bytes(filmed(data))
    with chromium(
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ) as found:
        yield found


def filmed(data: bytes) -> bytes:
    """A film of two pictures, 640 × 480, in which a paper with this code lies, as YUV4MPEG2."""
    high, wide = 480, 640
    seen = np.full((high, wide), 190, np.uint8)
    dark = np.kron(symbol(data), np.ones((8, 8), np.bool_))
    top, left = (high - len(dark)) // 2, (wide - len(dark)) // 2
    seen[top - 30 : top + len(dark) + 30, left - 30 : left + len(dark) + 30] = 235
    seen[top : top + len(dark), left : left + len(dark)][dark] = 30
    frame = b"FRAME\n" + seen.tobytes() + b"\x80" * (high * wide // 2)
    return f"YUV4MPEG2 W{wide} H{high} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * 2


@pytest.fixture(scope="module")
def tablets(browser: Browser, site: Served, exam: Path) -> Tablets:
    first = person(browser, site.links["proctor"])
    slug = first.evaluate("document.querySelector('a[href*=\"/exams/\"]').href.split('/')[4]")
    room = f"{site.address}/exams/{slug}/day/room/?room={quote('Hall 1')}"
    state = first.context.storage_state()
    first.set_viewport_size({"width": 820, "height": 1180})
    second = browser.new_context(storage_state=state, viewport={"width": 820, "height": 1180}).new_page()
    second.set_default_timeout(WAIT)
    for page in (first, second):
        page.goto(room)
        expect(page.locator(".day-person")).to_have_count(12)
        page.wait_for_function("navigator.serviceWorker.ready.then(found => Boolean(found.active))")
    first.reload()
    first.wait_for_function("navigator.serviceWorker.controller !== null")
    return Tablets(exam, room, first, second)


def day(place: Path) -> ExamDay:
    with ThreadPoolExecutor(1) as apart:  # Playwright's own thread is no place for a database
        return apart.submit(exam_day, place).result()


def scan(page: Page, text: str) -> None:
    """What a hand scanner does."""
    page.locator("#look, #number").fill(text)
    page.keyboard.press("Enter")


def all_sent(page: Page) -> None:
    expect(page.locator("#sent")).to_have_text("All is sent")


def code(place: Path, booklet: int) -> str:
    """The line beside the code on a booklet's first page."""
    return show(PageCode(day(place).exam_number, booklet, 1))


def test_a_booklet_that_is_scanned_says_that_somebody_is_there(tablets: Tablets) -> None:
    scan(tablets.first, code(tablets.place, 1))
    expect(tablets.first.locator("#heard")).to_contain_text("present")
    all_sent(tablets.first)
    expect(tablets.second.locator(".day-person[data-word='present']")).to_have_count(1)
    look(tablets.first, "day-room")


def test_the_camera_reads_a_code_as_the_scanner_does(tablets: Tablets) -> None:
    page = tablets.second
    heard = complaints(page)
    row = page.locator(".day-person[data-booklets~='12']")
    expect(row).to_have_attribute("data-word", "expected")
    page.locator("#camera").click()
    expect(row).to_have_attribute("data-word", "present")
    page.locator("#camera").click()
    expect(page.locator("#view")).to_be_hidden()
    all_sent(page)
    assert heard == []


def test_nothing_is_lost_or_doubled_where_the_network_comes_and_goes(tablets: Tablets) -> None:
    """The connection of each of two tablets is cut at random; one page is loaded again without it."""
    first, second = tablets.first, tablets.second
    before = len(day(tablets.place).acts)
    chance = np.random.default_rng(7)
    people = [each.enrolled.id for each in day(tablets.place).rooms[0].people]
    for turn in range(16):
        page = (first, second)[turn % 2]
        page.context.set_offline(bool(chance.random() < 0.6))
        said = "late" if chance.random() < 0.3 else "ill" if chance.random() < 0.2 else "present"
        page.locator(f"#p{people[1 + turn % 11]} .who").click()
        page.locator(f"#person [data-say='{said}']").click()
    first.context.set_offline(True)
    waits = first.evaluate(KEPT)
    first.reload()
    expect(first.locator(".day-person")).to_have_count(12)
    assert first.evaluate(KEPT) == waits
    for page in (first, second):
        page.context.set_offline(False)
        page.evaluate("window.dispatchEvent(new Event('online'))")
        all_sent(page)
    found = day(tablets.place)
    acts = [each.done.act for each in found.acts[before:] if each.done.kind is ActKind.CHECK_IN]
    assert len(acts) == len(set(acts)) == 16
    for page in (first, second):
        page.reload()
        for word in (CheckIn.PRESENT, CheckIn.LATE, CheckIn.ILL, CheckIn.EXPECTED):
            expect(page.locator(f"[data-count='{word}'] strong")).to_have_text(str(found.all.by[word]))


def test_a_spare_booklet_that_is_scanned_goes_to_who_is_chosen(tablets: Tablets) -> None:
    page, place = tablets.first, tablets.place
    heard = complaints(page)
    scan(page, code(place, 13))
    expect(page.locator("#heard")).to_contain_text("Booklet 13 is nobody")
    page.locator(".day-person .who").first.click()
    expect(page.locator("#give-booklet")).to_have_value("13")
    look(page, "day-person")
    page.locator("[data-kind='booklet'] button").click()
    all_sent(page)
    assert day(place).rooms[0].people[0].booklets == (1, 13)
    assert heard == []


def test_what_happens_is_noted_and_the_clock_knows(tablets: Tablets) -> None:
    page = tablets.first
    heard = complaints(page)
    page.goto(tablets.at("book"))
    page.locator("[data-kind='began'] button").click()
    page.locator("input[value='fire-alarm']").check()
    page.locator("#minutes").fill("12")
    page.locator("[data-kind='incident'] button").click()
    page.locator("#announced").fill("Exercise 3: centimetres, not millimetres.")
    page.locator("[data-kind='announced'] button").click()
    all_sent(page)
    expect(page.locator("#happened [data-act]")).to_have_count(3)
    look(page, "day-book")
    page.goto(tablets.at("clock"))
    expect(page.locator(".day-times")).to_contain_text("+12 min")
    expect(page.locator("[data-when='during']")).to_be_visible()
    look(page, "day-clock")
    assert heard == []


def test_what_the_server_refuses_is_not_said_to_be_done(tablets: Tablets) -> None:
    page = tablets.first
    page.goto(tablets.at("count"))
    scan(page, "9999")
    expect(page.locator("#refused")).to_contain_text("There is no such booklet")
    expect(page.locator("#heard")).to_be_hidden()
    page.locator("#refused button").click()
    expect(page.locator("#refused")).to_be_hidden()
    page.goto(tablets.room)
    scan(page, "nobody at all")
    expect(page.locator("#heard")).to_contain_text("Nobody here")
    page.locator(".day-person .who").first.click()
    expect(page.locator("#heard")).to_be_hidden()
    page.keyboard.press("Escape")


def test_booklets_are_counted_in_and_the_room_is_closed(tablets: Tablets) -> None:
    page, place = tablets.first, tablets.place
    heard = complaints(page)
    page.goto(tablets.at("count"))
    scan(page, "1-3")
    scan(page, code(place, 13))
    expect(page.locator("#counted")).to_have_text("4")
    all_sent(page)
    look(page, "day-count")
    page.goto(tablets.at("book"))
    page.locator("#signed").fill("Petra Aufsicht")
    page.locator("[data-kind='closed'] button").click()
    expect(page.locator(".day-happened .message")).to_contain_text("Closed by Petra Aufsicht")
    page.goto(tablets.room.partition("room/")[0])
    expect(page.locator(".tag.good")).to_contain_text("closed by Petra Aufsicht")
    look(page, "day")
    assert day(place).rooms[0].count.counted == 4
    assert heard == []
