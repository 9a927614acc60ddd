"""The site in Chromium: each page in three sizes, light and dark, with nothing that axe calls serious."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.actions.conftest import write_exam
from tests.exams import copy_exam
from tests.web.browser import chromium, complaints, look, person, served
from tests.web.oidc_provider import CLIENT, SECRET, provider

pytestmark = pytest.mark.nightly


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


DESKS = {
    "examiner": (
        "",
        "people/",
        "prints/",
        "author/",
        "scans/",
        "readings/",
        "grading/",
        "owners/",
        "results/",
        "team/",
    ),
    "corrector": ("", "readings/", "grading/"),
    "proctor": ("", "people/", "scans/"),
}


def test_every_desk_of_each_role(browser: Browser, sat: Path, tmp_path: Path) -> None:
    folder = copy_exam(sat, tmp_path / "exam")
    with served("--exam", str(folder), *(f"--role={role}" for role in DESKS)) as site:
        for role, desks in DESKS.items():
            page = person(browser, site.links[role])
            wrong = complaints(page)
            page.goto(f"{site.address}/")
            if page.locator("a.card").count():
                page.locator("a.card").first.click()
            start = page.url
            for desk in desks:
                page.goto(start + desk)
                expect(page.locator("h1").first).to_be_visible()
                look(page, f"{role}-{desk.strip('/') or 'overview'}")
            assert not wrong, wrong
            page.context.close()
        german = person(browser, site.links["examiner"], language="de")
        assert german.locator("h1").inner_text(), "a link is good once, and says so in German"


def test_formulas_are_set_in_the_font_of_print(browser: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "fresh"
    write_exam(folder)
    problem = folder / "problems" / "1-choices.md"
    tall = r"\left(\frac{\sum_i \mathscr{L}_i}{\int_0^1 f(x)\,dx}\right)"
    choice = rf"- [x] ${tall} \Coloneqq \widehat{{xyz}} + \cancel{{a}}$"
    lines = problem.read_text().splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith("- [x]"))
    problem.write_text("\n".join([*lines[:first], choice, *lines[first + 1 :]]) + "\n")
    with served("--exam", str(folder), "--role=examiner") as site:
        page = person(browser, site.links["examiner"])
        page.goto(f"{site.address}/")
        if page.locator("a.card").count():
            page.locator("a.card").first.click()
        wrong = complaints(page)
        page.goto(page.url + "author/")
        page.get_by_role("button", name="Check").click()
        expect(page.locator("math").first).to_be_visible()
        page.wait_for_function("document.fonts.check('16px \"Klausur Maths\"')")
        bracket, letter = (
            page.locator("math mo").first.bounding_box(),
            page.locator("math mi").last.bounding_box(),
        )
        assert bracket is not None
        assert letter is not None
        assert bracket["height"] > 1.8 * letter["height"], "brackets stretch"
        line = page.locator("math mrow mrow[style*=clip-path]")
        assert line.evaluate("one => getComputedStyle(one).position") == "absolute", "styles of formulas hold"
        look(page, "author-maths")
        assert not wrong, wrong
        page.context.close()


def test_who_comes_first_sets_the_site_up(browser: Browser, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with served(str(home), "--administrator", "ada@example.org", "--workers", "0") as site:
        page = person(browser, site.links["administrator"])
        look(page, "invitation")
        page.get_by_label("Your name").fill("Ada Example")
        page.get_by_label("A password").fill("seven green apples")
        page.get_by_role("button", name="Accept").click()
        expect(page.get_by_text("There is no exam here for you yet.")).to_be_visible()
        look(page, "start")
        for name in ("", "people/", "exams/", "jobs/", "log/"):
            page.goto(f"{site.address}/site/{name}")
            look(page, f"site-{name.strip('/') or 'glance'}")
        page.goto(f"{site.address}/site/exams/")
        page.locator("#new_title").fill("Übungsklausur")
        page.get_by_role("button", name="Begin").click()
        expect(page.get_by_role("heading", name="Übungsklausur")).to_be_visible()
        page.goto(f"{site.address}/nowhere/")
        look(page, "missing")
        page.get_by_text("Ada Example").click()
        page.get_by_role("button", name="Log out").click()
        look(page, "login")
        page.get_by_label("Email").fill("ada@example.org")
        page.get_by_label("Password", exact=False).first.fill("seven green apples")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Übungsklausur")).to_be_visible()


def test_by_https_sessions_travel_no_other_way(browser: Browser, tmp_path: Path) -> None:
    home = tmp_path / "home"
    arguments = [str(home), "--administrator", "ada@example.org", "--workers", "0", "--tls"]
    with served(*arguments, "--name", "127.0.0.1", "--name", "exams.example.org") as site:
        assert site.links["administrator"].startswith(site.address)
        page = person(browser, site.links["administrator"])
        page.get_by_label("Your name").fill("Ada Example")
        page.get_by_label("A password").fill("seven green apples")
        page.get_by_role("button", name="Accept").click()
        expect(page.get_by_text("There is no exam here for you yet.")).to_be_visible()
        cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
        assert cookies["sessionid"]["secure"]
        assert cookies["sessionid"]["httpOnly"]
        assert cookies["csrftoken"]["secure"]
        for name, status in (("exams.example.org", 200), ("evil.example.org", 400)):
            answer = page.request.get(f"{site.address}/accounts/login/", headers={"Host": name})
            assert answer.status == status, name
    assert not (home / "tls" / "authority-key.pem").stat().st_mode & 0o077


def test_who_has_an_account_may_log_in_elsewhere(browser: Browser, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "secret-of-campus").write_text(SECRET)
    with provider() as campus:
        campus.claims = {"sub": "4711", "email": "ada@example.org", "email_verified": True}
        (home / "klausur.toml").write_text(
            '[[login]]\nkind = "oidc"\nid = "campus"\nname = "Campus login"\n'
            f'server = "{campus.address}"\nclient = "{CLIENT}"\nsecret_file = "secret-of-campus"\n'
        )
        with served(str(home), "--administrator", "ada@example.org", "--workers", "0") as site:
            page = person(browser, site.links["administrator"])
            page.get_by_label("Your name").fill("Ada Example")
            page.get_by_label("A password").fill("seven green apples")
            page.get_by_role("button", name="Accept").click()
            expect(page.get_by_text("There is no exam here for you yet.")).to_be_visible()
            page = person(browser, f"{site.address}/accounts/login/")
            wrong = complaints(page)
            look(page, "login-elsewhere")
            page.get_by_role("link", name="Campus login").click()
            page.get_by_role("button", name="Continue").click()
            expect(page.get_by_text("There is no exam here for you yet.")).to_be_visible()
            page.goto(f"{site.address}/account/")
            look(page, "account")
            page.get_by_role("link", name="Connect").click()
            expect(page.locator("h1").first).to_be_visible()
            look(page, "connections")
            assert not wrong, wrong
