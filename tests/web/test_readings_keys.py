"""Boxes are settled by keys alone, in a browser."""

from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.exams import copy_exam
from tests.web.browser import chromium, complaints, person, served

from klausur.actions.audit_marks import look
from klausur.store import boxes
from klausur.store.folder import opened

pytestmark = pytest.mark.nightly


def unclear(folder: Path) -> int:
    with opened(folder):
        return len(boxes.unclear())


def test_boxes_are_settled_by_keys_alone(sat: Path, tmp_path: Path) -> None:
    folder = copy_exam(sat, tmp_path / "exam")
    before = unclear(folder)
    assert before > 1
    with (
        chromium() as browser,
        served("--exam", str(folder), "--role", "corrector", "--workers", "0") as site,
    ):
        page = person(browser, site.links["corrector"])
        wrong = complaints(page)
        page.get_by_role("link", name="Readings").click()
        first, second = page.locator(".box").nth(0), page.locator(".box").nth(1)
        expect(first).to_be_focused()
        page.keyboard.press("x")
        expect(first.locator(".settled")).to_contain_text("crossed")
        expect(second).to_be_focused()
        page.keyboard.press("u")
        expect(first.locator(".presses")).to_be_visible()
        expect(first).to_be_focused()
        page.keyboard.press("f")
        expect(first.locator(".settled")).to_contain_text("filled")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("u")
        expect(first.locator(".presses")).to_be_visible()
        page.keyboard.press("e")
        expect(first.locator(".settled")).to_contain_text("empty")
        assert unclear(folder) == before - 1
        page.keyboard.press("p")
        expect(page.locator("dialog#page")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("dialog#page")).to_be_hidden()
        assert not wrong, wrong


def test_two_browsers_at_one_box_and_a_lost_connection(sat: Path, tmp_path: Path) -> None:
    folder = copy_exam(sat, tmp_path / "exam")
    before = unclear(folder)
    with (
        chromium() as browser,
        served("--exam", str(folder), "--role", "corrector", "--role", "examiner", "--workers", "0") as site,
    ):
        first, second = (person(browser, site.links[role]) for role in ("corrector", "examiner"))
        second.locator("a.card").first.click()
        for page in (first, second):
            page.get_by_role("link", name="Readings").click()
            expect(page.locator(".box").first).to_be_focused()
        box, same = first.locator(".box").first, second.locator(".box").first
        first.keyboard.press("x")
        expect(box.locator(".settled")).to_contain_text("crossed")
        second.keyboard.press("e")
        expect(same.locator(".conflict")).to_contain_text("was faster")
        expect(same).to_be_focused()
        second.keyboard.press("e")
        expect(same.locator(".settled")).to_contain_text("empty")
        assert unclear(folder) == before - 1
        first.context.set_offline(True)
        other = first.locator(".box").nth(1)
        expect(other).to_be_focused()
        first.keyboard.press("x")
        expect(first.locator("#lost")).to_be_visible()
        expect(other).to_be_focused()
        assert unclear(folder) == before - 1
        first.context.set_offline(False)
        expect(first.locator("#lost")).to_be_hidden()
        first.keyboard.press("x")
        expect(other.locator(".settled")).to_contain_text("crossed")
        assert unclear(folder) == before - 2


def test_a_second_look_takes_a_key_a_mark_and_one_press_for_the_rest(sat: Path, tmp_path: Path) -> None:
    folder = copy_exam(sat, tmp_path / "exam")
    with (
        chromium() as browser,
        served("--exam", str(folder), "--role", "corrector", "--workers", "0") as site,
    ):
        page = person(browser, site.links["corrector"])
        wrong = complaints(page)
        page.get_by_role("link", name="Readings").click()
        page.get_by_role("navigation", name="Readings").get_by_role("link", name="Second look").click()
        page.get_by_label("Marks to draw in all").fill("12")
        page.get_by_role("button", name="Draw marks").click()
        first, second = page.locator(".tile").nth(0), page.locator(".tile").nth(1)
        expect(first).to_be_focused()
        page.keyboard.press("x")
        expect(first.locator(".settled .tag")).to_have_text("crossed")
        expect(second).to_be_focused()
        page.keyboard.press("Enter")
        expect(second.locator(".settled .tag")).to_have_text("empty")
        page.get_by_role("button", name="All others here are as they were read").click()
        expect(page.get_by_text("All marks that are drawn were looked at.")).to_be_visible()
        assert not wrong, wrong
    found = look(folder)
    assert found.waiting == ()
    assert found.looked == len(found.drawn) >= 12
    assert [value for _, value in found.wrong] == ["crossed"]
