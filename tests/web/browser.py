"""Chromium for tests: a site is served by a process of its own, and people look at it as they do.

Pictures of what they see go to ``build/pictures``, or where KLAUSUR_PICTURES says.
"""

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, expect, sync_playwright

SIZES = {"laptop": (1280, 720), "wide": (1920, 1080), "tablet": (820, 1180)}
BY_DAY = ("laptop",)
"""Light and dark; `test_looks` looks at each page in each size by night."""
PICTURES = Path(os.environ.get("KLAUSUR_PICTURES", Path(__file__).parents[2] / "build" / "pictures"))
WAIT = 900_000
"""Milliseconds until something that should come is given up; nothing is judged by how long it took."""

expect.set_options(timeout=WAIT)

LINK = re.compile(r"http://\S+/(?:invited|enter)/\S+")
LINE = re.compile(r"(?:As (?P<role>\w+)|here[^:]*): (?P<link>http\S+)")


@dataclass(frozen=True, slots=True)
class Served:
    """A site that is served: its address, and the links that the terminal showed, by role."""

    address: str
    links: dict[str, str]
    process: subprocess.Popen[str]

    def kill(self) -> None:
        """End it as a power cut would, with all processes that it started."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def served(*arguments: str, port: int | None = None) -> Iterator[Served]:
    """``klausur serve`` with these arguments, until it answers and as long as it is needed."""
    port = port or free_port()
    environment = {k: v for k, v in os.environ.items() if k not in {"KLAUSUR_HOME", "KLAUSUR_TEST_SITE"}}
    process = subprocess.Popen(
        [sys.executable, "-m", "klausur", "serve", *arguments, "--port", str(port)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment | {"PYTHONUNBUFFERED": "1"},
        start_new_session=True,
    )
    try:
        address = f"http{'s' if '--tls' in arguments else ''}://127.0.0.1:{port}"
        yield Served(address, _links(process, address), process)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _links(process: "subprocess.Popen[str]", address: str) -> dict[str, str]:
    """The links that it shows, once it answers."""
    found: dict[str, str] = {}
    while not _answers(address):
        assert process.poll() is None, "the server ended"
        time.sleep(0.1)  # who asks all the time takes the processor that it starts with
    assert process.stdout is not None
    os.set_blocking(process.stdout.fileno(), False)
    for line in (process.stdout.read() or "").splitlines():
        if match := LINE.search(line):
            found[match["role"] or "administrator"] = match["link"]
    return found


def _answers(address: str) -> bool:
    trusting = ssl._create_unverified_context()  # noqa: S323, SLF001 - whom browsers trust is tested elsewhere
    try:
        with urlopen(f"{address}/accounts/login/", timeout=30, context=trusting) as answer:  # noqa: S310 - http(s)
            return bool(answer.status == 200)
    except OSError:
        return False


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """Debian's Chromium, with more arguments on its command line.

    Raises:
        pytest.UsageError: there is none.
    """
    program = shutil.which("chromium")
    if program is None:
        raise pytest.UsageError("Chromium is not on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", *more])
        yield browser
        browser.close()


def person(browser: Browser, link: str, *, language: str = "en") -> Page:
    """A person's own browser window, logged in by a link."""
    context: BrowserContext = browser.new_context(
        viewport={"width": 1280, "height": 720},
        ignore_https_errors=True,
        locale={"en": "en-GB", "de": "de-DE"}[language],
    )
    context.set_default_timeout(WAIT)
    page = context.new_page()
    page.goto(link)
    return page


def complaints(page: Page) -> list[str]:
    """What the browser will have said against a page from now on."""
    found: list[str] = []

    def hear(said: ConsoleMessage) -> None:
        if said.type == "error":
            found.append(f"{said.text} ({said.location})")

    def fail(error: Error) -> None:
        found.append(str(error))

    page.on("console", hear)
    page.on("pageerror", fail)
    return found


def look(page: Page, name: str, sizes: Collection[str] = tuple(SIZES)) -> None:
    """Take pictures of a page in each size, light and dark; and ask axe whether all people can use it."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.wait_for_load_state("networkidle")  # pictures of boxes come one after another
    before = page.viewport_size
    for size in sizes:
        width, height = SIZES[size]
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark") if size == "laptop" else ("light",):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.screenshot(path=PICTURES / f"{name}-{size}{'-dark' if scheme == 'dark' else ''}.png")
            told = serious(page)
            assert not told, f"{name} ({size}, {scheme}): {told}"
    page.emulate_media(color_scheme="light")
    if before is not None:
        page.set_viewport_size(before)


def serious(page: Page) -> list[str]:
    """What axe finds serious or critical."""
    found = Axe().run(page).response["violations"]
    return [
        f"{v['id']}: {v['nodes'][0]['html'][:200]} ({len(v['nodes'])})"
        for v in found
        if v["impact"] in {"serious", "critical"}
    ]
