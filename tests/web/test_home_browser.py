"""An exam at home on a phone in Chromium: fetch, photograph, hand in, be told of each page, hand in again."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, ViewportSize, expect
from tests.home_exam import EXAMINER, enrolled, hold, paper, photograph, png, print_at_home, sheets
from tests.web.browser import PICTURES, WAIT, Served, chromium, complaints, person, serious, served

from klausur.actions import hand_in, personal_links
from klausur.state.hand_ins import HomePaper

PHONE: ViewportSize = {"width": 390, "height": 844}

GONE = re.compile("ERR_EMPTY_RESPONSE|ERR_CONNECTION")
"""What the browser says where the server has closed a connection that was idle; the script asks again."""

File = tuple[str, bytes]


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = print_at_home(tmp_path_factory.mktemp("home") / "exam", 3)
    hold(place, release=-60, questions=-30, until=45)
    return place


@pytest.fixture(scope="module")
def site(exam: Path) -> Iterator[Served]:
    with served("--exam", str(exam)) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def slug(browser: Browser, site: Served) -> str:
    """The name that the site has for the exam; the examiner's link is good once."""
    owner = person(browser, site.links["examiner"])
    found = re.search(r"/exams/([^/]+)/", owner.content())
    owner.context.close()
    assert found is not None
    return found[1]


def address(site: Served, exam: Path, slug: str, who: int) -> str:
    """A candidate's link."""
    links = personal_links.make(exam, datetime.now(UTC) + timedelta(days=2), EXAMINER)
    return f"{site.address}/review/{slug}/{links[who].secret}/"


def on_a_phone(browser: Browser, at: str) -> tuple[Page, list[str]]:
    context = browser.new_context(viewport=PHONE, device_scale_factor=2, has_touch=True, locale="en-GB")
    context.set_default_timeout(WAIT)
    page = context.new_page()
    wrong = complaints(page)
    page.goto(at)
    return page, wrong


def choose(page: Page, files: list[File]) -> None:
    sent: list[FilePayload] = [
        {"name": name, "mimeType": "image/jpeg", "buffer": data} for name, data in files
    ]
    page.locator("#choose-files").set_input_files(sent)
    for name, _ in files:
        expect(page.locator("#own-files").get_by_text(name, exact=True).first).to_be_visible()


def smaller(jpeg: bytes, share: float = 0.5) -> bytes:
    """A photograph as phones send it on, with fewer pixels."""
    with Image.open(io.BytesIO(jpeg)) as image:
        out = io.BytesIO()
        image.resize((round(image.width * share), round(image.height * share))).save(out, "JPEG", quality=80)
    return out.getvalue()


def pictures(page: Page, name: str) -> None:
    """Pictures as people see it, light and dark, English and German; axe looks at each."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for language in ("en", "de"):
        page.context.add_cookies([{"name": "language", "value": language, "url": page.url}])
        page.reload()
        page.evaluate("for (const each of document.querySelectorAll('main details')) each.open = true")
        expect(page.locator("h1")).to_be_visible()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.screenshot(path=PICTURES / f"{name}-{language}-{scheme}.png", full_page=True)
            told = serious(page)
            assert not told, f"{name} ({language}, {scheme}): {told}"
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{name} ({language}) is {wide} px wider than the phone"
    page.context.add_cookies([{"name": "language", "value": "en", "url": page.url}])
    page.emulate_media(color_scheme="light")
    page.reload()


@pytest.mark.nightly
def test_photographs_are_handed_in_and_each_page_is_told(
    browser: Browser, site: Served, exam: Path, slug: str
) -> None:
    ada, bo, _ = enrolled(exam)
    page, wrong = on_a_phone(browser, address(site, exam, slug, 0))
    expect(page.get_by_text("Time left to hand in")).to_be_visible()
    with page.expect_download() as told:
        page.locator(".own-papers a.button").first.click()
    own = sheets(told.value.path().read_bytes(), 200)
    asked = sheets(paper(exam, ada, HomePaper.QUESTIONS), 200)
    others = sheets(paper(exam, bo), 200)
    one, question, other = (
        smaller(photograph(sheet, n)) for n, sheet in enumerate((own[0], asked[1], others[1]))
    )
    choose(page, [("IMG_1.jpg", one), ("IMG_Q.jpg", question), ("IMG_B.jpg", other)])
    page.get_by_role("button", name="Hand in", exact=True).click()
    seen = page.locator("#hand-in-1")
    expect(seen.get_by_text("the question paper, which is refused")).to_be_visible()
    expect(seen.get_by_text("not a page of your booklet")).to_be_visible()
    lacks = ", ".join(map(str, range(2, len(own) + 1)))
    expect(seen.get_by_text(re.compile(rf"Pages? {lacks} (is|are) missing"))).to_be_visible()
    choose(page, [(f"scan_{n}.png", png(sheet)) for n, sheet in enumerate(own[1:], start=2)])
    for name in ("IMG_Q.jpg", "IMG_B.jpg"):
        page.locator("#own-files label", has_text=name).locator("input").uncheck()
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.get_by_text("All pages of your booklet were found.")).to_be_visible()
    found = hand_in.own(exam, ada)
    assert found.counting is not None
    assert (found.counting.version, len(found.counting.files)) == (2, len(own))
    pictures(page, "home-phone")
    assert not [each for each in wrong if not GONE.search(each)]


@pytest.mark.nightly
def test_the_clock_is_the_servers_and_a_lost_connection_costs_nothing(
    browser: Browser, site: Served, exam: Path, slug: str
) -> None:
    page, _ = on_a_phone(browser, "about:blank")
    # the device's own clock is a day ahead, and then set back two days
    page.add_init_script(
        "const now = Date.now; let off = 864e5; Date.now = () => now() + off;"
        "setTimeout(() => { off = -864e5; }, 1500);"
    )
    page.goto(address(site, exam, slug, 2))
    shown = page.locator("#own-clock strong")
    expect(shown).to_have_text(re.compile(r"^00:4[0-5]:\d\d$"))
    page.wait_for_timeout(2500)
    expect(shown).to_have_text(re.compile(r"^00:4[0-5]:\d\d$"))
    page.context.set_offline(True)
    page.wait_for_timeout(1200)
    expect(shown).to_have_text(re.compile(r"^00:4[0-5]:\d\d$"))
    page.context.set_offline(False)
    cleo = enrolled(exam)[2]
    shot = photograph(sheets(paper(exam, cleo), 300)[0], 5)
    page.context.route(re.compile(r"offset="), lambda route: route.abort())
    sent: list[FilePayload] = [{"name": "IMG_9.jpg", "mimeType": "image/jpeg", "buffer": shot}]
    page.locator("#choose-files").set_input_files(sent)
    expect(page.get_by_text("the connection is lost, it is tried again").first).to_be_visible()
    page.context.unroute_all()
    expect(page.locator("#own-files").get_by_text("IMG_9.jpg", exact=True).first).to_be_visible()
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.locator("#hand-in-1 .own-sheets .there")).to_be_visible()
