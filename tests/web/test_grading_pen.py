"""Drawing and comments at the grading desk in Chromium: by mouse, stylus and keys, connected or not."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.exams import copy_exam
from tests.web.browser import PICTURES, chromium, complaints, look, person, serious, served
from tests.web.test_grading_browser import at, open_desk, press, unjudged  # noqa: F401 - a fixture

from klausur.actions.answer_seen import answer_seen
from klausur.base.geometry import Size
from klausur.base.ink import Drawing, Tool, svg

pytestmark = pytest.mark.nightly


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def drawn(place: Path, booklet: str) -> list[Drawing]:
    """What the records have of an answer's drawings."""
    with ThreadPoolExecutor(1) as apart:  # Playwright's own thread is no place for a database
        seen = apart.submit(answer_seen, place, int(booklet), "word").result()
    return [each.drawing for each in seen.annotations]


def sent(page: Page) -> None:
    expect(page.locator(".grading-sent")).to_have_text("saved")


def on_page(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a place in mm is on the screen."""
    found: list[float] = page.evaluate(
        """([x, y]) => {
            const svg = document.querySelector(".grading-stage img:not([hidden]) + svg");
            const at = new DOMPoint(x, y).matrixTransform(svg.getScreenCTM());
            return [at.x, at.y];
        }""",
        [x, y],
    )
    return found[0], found[1]


def shapes(page: Page) -> list[str]:
    """The shapes on the picture that is shown."""
    return list(
        page.locator(".grading-stage img:not([hidden]) + svg > :not(.cursor)").evaluate_all(
            "all => all.map((one) => one.getAttribute('class'))"
        )
    )


def line(page: Page, *spots: tuple[float, float], button: str = "left") -> None:
    first, *others = [on_page(page, *spot) for spot in spots]
    page.mouse.move(*first)
    page.mouse.down(button=button)  # type: ignore[arg-type]
    for spot in others:
        page.mouse.move(*spot, steps=8)
    page.mouse.up(button=button)  # type: ignore[arg-type]


def draw_by_mouse(page: Page, place: Path, y: float) -> None:
    page.keyboard.press("d")
    expect(page.locator("[data-tool='pen'][aria-pressed='true']")).to_be_visible()
    line(page, (60, y), (90, y), (90, y + 10))
    sent(page)
    (pen,) = drawn(place, at(page))
    assert pen.tool is Tool.PEN
    for (x, a, force), (want_x, want_y) in zip(
        (pen.points[0], pen.points[-1]), ((60, y), (90, y + 10)), strict=True
    ):
        assert abs(x - want_x) < 0.4
        assert abs(a - want_y) < 0.4
        assert force == 0.5
    # What browsers draw is what print draws.
    shown = page.locator(".grading-stage img:not([hidden]) + svg > path.pen").get_attribute("d")
    assert f'd="{shown}"' in svg([pen], Size(210, 297))


def draw_by_keys(page: Page, place: Path, y: float) -> None:
    page.mouse.move(*on_page(page, 100, y))
    page.keyboard.press("v")
    page.mouse.move(*on_page(page, 110, y))
    page.keyboard.press("x")
    page.mouse.move(5, 5)
    page.locator(".grading-stage").focus()
    page.keyboard.press("t")  # nothing is pointed at: a cross hair comes
    expect(page.locator(".grading-stage img:not([hidden]) + svg .cursor")).to_have_count(1)
    for key in ("Shift+ArrowRight", "Shift+ArrowDown", "Shift+ArrowDown", "Shift+ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    page.keyboard.press("t")
    page.keyboard.type("größer als 1")
    page.keyboard.press("Enter")
    sent(page)
    made = {each.tool: each for each in drawn(place, at(page))}
    assert set(made) == {Tool.PEN, Tool.TICK, Tool.CROSS, Tool.TEXT}
    assert abs(made[Tool.TICK].points[0][0] - 100) < 0.4
    assert abs(made[Tool.CROSS].points[0][0] - 110) < 0.4
    assert made[Tool.TEXT].text == "größer als 1"
    assert page.locator(".grading-writing").count() == 0


def rub_out_and_undo(page: Page, place: Path, y: float) -> None:
    page.keyboard.press("h")
    line(page, (60, y + 20), (100, y + 20))
    page.keyboard.press("e")
    line(page, (75, y - 5), (75, y + 5))  # across the pen's line
    sent(page)
    assert Tool.PEN not in {each.tool for each in drawn(place, at(page))}
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")  # the highlighter
    sent(page)
    assert sorted(each.tool for each in drawn(place, at(page))) == sorted(("pen", "tick", "cross", "text"))
    assert sorted(shapes(page)) == sorted(("pen", "tick", "cross", "text"))
    page.keyboard.press("Escape")
    expect(page.locator("[data-tool='eraser'][aria-pressed='false']")).to_be_visible()


def it_lies_there_in_each_picture_and_zoom(page: Page, y: float) -> None:
    for key in ("+", "+", "+"):
        page.keyboard.press(key)
    page.keyboard.press("d")
    before = on_page(page, 80, y)
    line(page, (80, y), (85, y + 3), button="right")  # moves the picture, and draws nothing
    after = on_page(page, 80, y)
    assert abs(after[0] - before[0]) > 5
    assert shapes(page).count("pen") == 1
    line(page, (80, y + 5), (84, y + 5))
    assert shapes(page).count("pen") == 2
    page.keyboard.press("Control+z")
    page.keyboard.press("f")
    page.keyboard.press("w")  # all of the page
    assert sorted(shapes(page)) == sorted(("pen", "tick", "cross", "text"))
    page.keyboard.press("w")
    page.keyboard.press("Escape")


STYLUS = """(spots) => {
    const stage = document.querySelector(".grading-stage");
    const send = (name, [x, y, pressure], button) => stage.dispatchEvent(new PointerEvent(name, {
        pointerId: 7, pointerType: "pen", clientX: x, clientY: y, pressure, button, buttons: 1,
        bubbles: true, cancelable: true,
    }));
    stage.setPointerCapture = () => {};
    send("pointerdown", spots[0], 0);
    for (const spot of spots.slice(1)) send("pointermove", spot, -1);
    send("pointerup", spots.at(-1), 0);
}"""


def a_stylus_draws_at_once_and_by_pressure(page: Page, place: Path, y: float) -> None:
    spots = [(*on_page(page, 60 + n, y + 25), 0.1 + n * 0.04) for n in range(20)]
    page.evaluate(STYLUS, [list(spot) for spot in spots])
    sent(page)
    newest = drawn(place, at(page))[-1]
    assert newest.tool is Tool.PEN
    assert newest.points[0][2] == 0.1
    assert newest.points[-1][2] == 0.86


TOUCH = """(fingers) => {
    const stage = document.querySelector(".grading-stage");
    stage.setPointerCapture = () => {};
    const send = (name, finger, [x, y]) => stage.dispatchEvent(new PointerEvent(name, {
        pointerId: 20 + finger, pointerType: "touch", clientX: x, clientY: y, pressure: 0.5, bubbles: true,
        button: name === "pointermove" ? -1 : 0, buttons: 1, cancelable: true,
    }));
    fingers.forEach((spots, finger) => send("pointerdown", finger, spots[0]));
    for (let n = 1; n < fingers[0].length; n += 1) {
        fingers.forEach((spots, finger) => send("pointermove", finger, spots[n]));
    }
    fingers.forEach((spots, finger) => send("pointerup", finger, spots.at(-1)));
}"""


def a_finger_draws_and_two_move_the_picture(page: Page, place: Path, y: float) -> None:
    def touch(*fingers: tuple[tuple[float, float], ...]) -> None:
        page.evaluate(TOUCH, [[list(on_page(page, *spot)) for spot in spots] for spots in fingers])

    sent(page)
    before = len(drawn(place, at(page)))
    page.keyboard.press("d")
    touch(((60, y + 30), (70, y + 30), (80, y + 30)))
    sent(page)
    assert len(drawn(place, at(page))) == before + 1
    shown = page.locator(".grading-stage img:not([hidden])")
    assert shown.evaluate("image => image.style.transform") == ""
    touch(((90, y), (80, y), (70, y)), ((100, y), (110, y), (120, y)))
    assert "scale" in shown.evaluate("image => image.style.transform")
    page.keyboard.press("f")
    page.keyboard.press("Escape")
    sent(page)
    assert len(drawn(place, at(page))) == before + 1


def draw_without_connection(page: Page, place: Path, y: float) -> None:
    booklet = at(page)
    before = len(drawn(place, booklet))
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.mouse.move(*on_page(page, 120, y))
    page.keyboard.press("v")
    page.keyboard.press("1")
    page.wait_for_timeout(300)
    press(page, "Enter")
    expect(page.locator(".grading-sent")).to_have_text("waiting to be sent: 2")
    assert len(drawn(place, booklet)) == before
    page.context.set_offline(False)
    sent(page)
    assert len(drawn(place, booklet)) == before + 1


def find_a_comment_again(page: Page) -> None:
    page.keyboard.press("c")
    page.keyboard.type(r"half of $x^2$ and $\foo$")
    expect(page.locator(".grading-preview math").first).to_be_visible()
    expect(page.locator(".grading-mistake")).to_contain_text(r"\foo is no command that is known")
    press(page, "Control+Enter")
    sent(page)
    page.keyboard.press("c")
    field = page.locator("textarea[name='comment']")
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.type("HALF")
    expect(page.locator(".grading-offered [role='option']")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "grading-comment-0")
    assert serious(page) == []
    page.screenshot(path=PICTURES / "corrector-grading-comment.png")
    page.keyboard.press("Enter")
    expect(field).to_have_value(r"half of $x^2$ and $\foo$")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(page.locator(".grading-preview math").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".grading-stage")).to_be_focused()


def test_a_corrector_draws_and_says_why(browser: Browser, unjudged: Path, tmp_path: Path) -> None:  # noqa: F811
    place = tmp_path / "exam"
    copy_exam(unjudged, place)
    with served("--exam", str(place), "--role=corrector") as site:
        page = person(browser, site.links["corrector"])
        wrong = complaints(page)
        open_desk(page, site.address)
        page.goto(f"{page.url}?booklet=1")  # something is written there
        first = "1"
        expect(page.locator(f".grading-card[data-booklet='{first}']")).to_be_visible()
        box = page.locator(".grading-stage img:not([hidden]) + svg").get_attribute("viewBox")
        assert box is not None
        y = float(box.split()[1]) + 0.55 * float(box.split()[3])
        draw_by_mouse(page, place, y)
        page.keyboard.press("Escape")
        draw_by_keys(page, place, y)
        rub_out_and_undo(page, place, y)
        it_lies_there_in_each_picture_and_zoom(page, y)
        a_finger_draws_and_two_move_the_picture(page, place, y)
        a_stylus_draws_at_once_and_by_pressure(page, place, y)
        look(page, "corrector-grading-drawn")
        page.keyboard.press("Escape")
        before = sorted(shapes(page))
        page.goto(f"{page.url.partition('?')[0]}?booklet={first}")
        expect(page.locator(f".grading-card[data-booklet='{first}']")).to_be_visible()
        assert sorted(shapes(page)) == before
        draw_without_connection(page, place, y)
        find_a_comment_again(page)
        tools = page.locator(".grading-tools").bounding_box()
        assert tools is not None
        assert tools["height"] <= 0.05 * 720
        told = [said for said in wrong if "ERR_INTERNET_DISCONNECTED" not in said]
        assert not told, told
