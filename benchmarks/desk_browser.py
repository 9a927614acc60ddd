"""How long Chromium takes from a key to the painted next answer, at the grading desk: for desk.py."""

import shutil
import sys
import time

from playwright.sync_api import sync_playwright

WARMING = 6
"""Answers that are judged before: pictures are made by a process that starts with the first one."""

_WATCH = """
() => {
  window.waits = [];
  let began = null;
  addEventListener("keydown", (event) => { if (event.key === "Enter") began = event.timeStamp; }, true);
  const painted = () => requestAnimationFrame(() => requestAnimationFrame((now) => {
    window.waits.push(performance.now() - began);
    began = null;
  }));
  new MutationObserver(() => {
    const image = document.querySelector(".grading-card .grading-stage img:not([hidden])");
    if (began === null || !image) return;
    image.decode().then(painted, painted);
  }).observe(document.querySelector(".grading-answer"), { childList: true });
}
"""


def keys(address: str, link: str, desk: str, answers: int, pause: float) -> list[float]:
    """Judge so many answers by two keys each; milliseconds from the second key to the painted next answer.

    Painted is the second frame after its picture is decoded. Some are judged before, to warm up.

    Args:
        address: of the site.
        link: by which somebody logs in.
        desk: the path of a question's desk.
        answers: how many are judged.
        pause: seconds before each key: nobody is faster, and the picture after next is made meanwhile.
    """
    program = shutil.which("chromium")
    if program is None:
        sys.exit("Chromium is not on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
        page.goto(f"{address}{link}")
        page.goto(f"{address}{desk}")
        page.wait_for_selector(".grading-card .grading-item")
        page.evaluate(_WATCH)
        for n in range(WARMING + answers):
            time.sleep(pause)
            page.keyboard.press("1")
            time.sleep(pause)
            page.keyboard.press("Enter")
            page.wait_for_function("(n) => window.waits.length > n", arg=n)
        page.wait_for_function("() => !document.querySelector('.grading-sent').classList.contains('waits')")
        found: list[float] = page.evaluate("() => window.waits")
        browser.close()
    return found[WARMING:]
