"""The grading desk in Chromium: two keys an answer, undo, a lost connection, keys of one's own."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests import cast
from tests.actions.conftest import write_exam
from tests.web.browser import BY_DAY, chromium, complaints, look, person, served

from klausur.actions.judging_progress import judging_progress
from klausur.actions.print_booklets import print_booklets
from klausur.actions.rehearse import rehearse
from klausur.actions.scan import scan
from klausur.rehearse.level import Level
from klausur.roster import made_up

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


GRADIENTS = r"""# Gradients

## Gradients in a deep tanh network {#word credits=2 space=60mm step=0.5}

In a deep network with $\tanh$ activations the gradients vanish. Propose two changes against this that
leave the number of trainable parameters as it is, and say of each why it helps.

::: solution
ReLU, whose derivative is $1$ for positive inputs; skip connections; or weights drawn with
$\operatorname{Var}(w) = \frac{1}{n}$.
:::

::: rubric
- [max 2] two changes, one credit each
    - [+0.5] ReLU named
    - [+0.5] it does not saturate
    - [+0.5] residual connections named
    - [+0.5] a way round the layers
    - [+0.5] Xavier initialisation named
    - [+0.5] keeps $\tanh'(x) \approx 1$
- [0] clipping: no help against small ones
- [-0.5 each] a wrong claim
:::
"""


@pytest.fixture(scope="module")
def unjudged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An exam of which nobody has corrected anything on the paper."""
    place = tmp_path_factory.mktemp("unjudged") / "exam"
    write_exam(place)
    (place / "problems/2-words.md").write_text(GRADIENTS, encoding="utf-8")
    made_up.write(made_up.made_up(4, seed=1), place / "candidates.csv")
    print_booklets(place, actor=cast.EXAMINER, seed=11)
    rehearse(place, actor=cast.EXAMINER, seed=11, level=Level.LIGHT, corrected=False, jobs=1)
    scan(place, [place / "rehearsal"], actor=cast.EXAMINER, jobs=0)
    return place


def state(place: Path) -> tuple[int, int]:
    """How many answers are open and not put aside, and how many somebody has judged."""
    with ThreadPoolExecutor(1) as apart:  # Playwright's own thread is no place for a database
        (word,) = apart.submit(judging_progress, place).result().questions
    return word.open, sum(word.judged.values())


def at(page: Page) -> str:
    found = page.locator(".grading-card").get_attribute("data-booklet")
    assert found is not None
    return found


def press(page: Page, key: str) -> str:
    """Press a key that goes to another answer, and wait for that."""
    before = at(page)
    page.keyboard.press(key)
    expect(page.locator(f".grading-card[data-booklet='{before}']")).to_have_count(0)
    return before


def open_desk(page: Page, address: str) -> None:
    page.goto(f"{address}/")
    if page.locator("a.card").count():
        page.locator("a.card").first.click()
    page.goto(f"{page.url}grading/")
    page.locator("table a.button").click()
    expect(page.locator(".grading-item kbd")).to_have_text([*"12345678"])


def judge_and_take_back(page: Page, place: Path) -> None:
    for key in "12345":
        page.keyboard.press(key)
    expect(page.locator(".grading-credits")).to_have_text("2")  # and no more: the group has a cap
    page.keyboard.press("8")
    page.keyboard.press("8")
    expect(page.locator(".grading-credits")).to_have_text("1")
    page.keyboard.press("Shift+Digit8")
    expect(page.locator(".grading-credits")).to_have_text("1.5")
    expect(page.locator(".grading-times")).to_have_text("× 1")
    first = press(page, "Enter")
    expect(page.locator(".grading-sent")).to_have_text("saved")
    expect(page.locator(".grading-counts")).to_have_text("1 of 4")
    assert state(place) == (3, 1)
    page.keyboard.press("Control+z")
    expect(page.locator(f".grading-card[data-booklet='{first}']")).to_be_visible()
    expect(page.locator(".grading-item[aria-pressed='true']")).to_have_count(6)
    expect(page.locator(".grading-credits")).to_have_text("1.5")
    assert state(place) == (4, 0)
    press(page, "n")
    expect(page.locator(".grading-sent")).to_have_text("saved")
    assert state(place) == (3, 1)


def put_aside(page: Page) -> None:
    page.keyboard.press("p")
    page.keyboard.type("Is that a change?")
    page.locator("#grading-park button[value='park']").click()
    expect(page.locator(".grading-counts")).to_contain_text("1 put aside")
    expect(page.locator(".grading-sent")).to_have_text("saved")


def judge_without_connection(page: Page, place: Path) -> None:
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.keyboard.press("1")
    press(page, "Enter")
    expect(page.locator(".grading-sent")).to_have_text("waiting to be sent: 1")
    expect(page.locator(".grading-note")).to_contain_text("The connection is lost")
    assert state(place) == (2, 1)
    page.context.set_offline(False)
    expect(page.locator(".grading-sent")).to_have_text("saved")
    assert state(place) == (1, 2)


def judge_by_a_key_of_their_own(page: Page, place: Path) -> None:
    page.keyboard.press("?")
    page.locator("[data-remap='judge']").click()
    page.keyboard.press("j")
    expect(page.locator("[data-remap='judge'] kbd")).to_have_text("j")
    page.locator("#grading-keys [data-close]").click()
    page.keyboard.press("j")
    expect(page.locator(".grading-done")).to_contain_text("Every answer that was found is judged.")
    expect(page.locator(".grading-done")).to_contain_text("1 was put aside")
    assert state(place) == (0, 3)


def test_a_question_is_graded_by_keys_alone(browser: Browser, unjudged: Path) -> None:
    with served("--exam", str(unjudged), "--role=corrector") as site:
        page = person(browser, site.links["corrector"])
        wrong = complaints(page)
        open_desk(page, site.address)
        look(page, "corrector-grading-desk", BY_DAY)
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), "nothing scrolls"
        judge_and_take_back(page, unjudged)
        put_aside(page)
        judge_without_connection(page, unjudged)
        judge_by_a_key_of_their_own(page, unjudged)
        told = [said for said in wrong if "ERR_INTERNET_DISCONNECTED" not in said]
        assert not told, told
