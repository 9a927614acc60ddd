"""A site that runs beside a measurement (`site_server.py`), what it costs, and people's browsers."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil

IDLE = 5.0

Box = tuple[int, str]


class Person:
    """Somebody's browser: one connection, cookies, and the token of its forms."""

    def __init__(self, port: int, link: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
        self._used = time.monotonic()
        self._cookies: dict[str, str] = {}
        self.get(link)

    def get(self, address: str) -> str:
        """A page; redirections are followed."""
        status, text, to = self._ask("GET", address)
        if to:
            return self.get(to)
        if status != 200:
            sys.exit(f"{address} answers {status}")
        return text

    def settle(self, at: str, box: Box, mark: str, looked: str = "0") -> tuple[bool, str]:
        """Settle a box; whether it was taken, and what came back."""
        said = {"booklet": box[0], "target": box[1], "looked": looked, "mark": mark}
        status, text, _ = self._ask("POST", f"{at}readings/settle/", urlencode(said))
        return status == 200 and "data-said" in text, text

    def _ask(self, method: str, address: str, body: str | None = None) -> tuple[int, str, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "X-CSRFToken": self._cookies.get("csrftoken", ""),
                "HX-Request": "true",
            }
        if time.monotonic() > self._used + IDLE:  # the server closes connections that are not used
            self._connection.close()
        self._used = time.monotonic()
        self._connection.request(method, address, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode(errors="replace")
        for each in answer.headers.get_all("Set-Cookie", ()):
            name, _, rest = each.partition("=")
            self._cookies[name] = rest.partition(";")[0]
        return answer.status, text, answer.headers.get("Location", "")


@dataclass(slots=True)
class Site:
    """A site that runs: its home, port and process; how people come in, its exam's address, its pages."""

    root: Path
    port: int
    process: psutil.Process
    links: list[str]
    at: str
    queries: dict[str, int]
    people: list[Person] = field(default_factory=list)

    def cost(self, work: Callable[[], object]) -> float:
        """Milliseconds of processor time of the processes that answer requests, while some work is done."""
        before = self.ran()
        work()
        return self.ran() - before

    def ran(self) -> float:
        """Milliseconds of processor time of the processes that answer requests, since they began."""
        mine = self.process.cmdline()  # they are forked; the one that does jobs is another program
        own = [child.pid for child in self.process.children() if child.cmdline() == mine]
        return sum(map(_ran, own)) / 1e6


def _ran(pid: int) -> int:
    """Nanoseconds that a process's threads have run; Linux alone counts so finely."""
    return sum(int(each.read_text().split()[0]) for each in Path(f"/proc/{pid}/task").glob("*/schedstat"))


@contextmanager
def served(root: Path, folder: Path, people: int, processes: int | None = None) -> Iterator[Site]:
    """Serve an exam until this ends; with so many ``processes`` to correctors, else with one to examiners."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(Path(__file__).with_name("site_server.py")), "serve"]
    program = subprocess.Popen(
        [*command, str(root), str(folder), str(port), str(people), *([str(processes)] if processes else [])],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        line = program.stdout.readline() if program.stdout else ""
        if not line:
            sys.exit("the site did not start")
        said = json.loads(line)
        for _ in range(600):
            with socket.socket() as knock:
                if not knock.connect_ex(("127.0.0.1", port)):
                    break
            time.sleep(0.1)
        yield Site(root, port, psutil.Process(program.pid), said["links"], said["at"], said["pages"])
    finally:
        program.terminate()
        try:
            program.wait(60)
        except subprocess.TimeoutExpired:
            sys.stderr.write("the server does not end\n")
            os.killpg(program.pid, 9)


def scan_by_job(root: Path, folder: Path, stack: Sequence[str]) -> dict[str, Any]:
    """Have files scanned by the site's worker; how many pages there were, and duplicates."""
    command = [
        sys.executable,
        str(Path(__file__).with_name("site_server.py")),
        "scan",
        str(root),
        str(folder),
    ]
    said = subprocess.run([*command, *stack], check=True, stdout=subprocess.PIPE, text=True).stdout
    found: dict[str, Any] = json.loads(said)
    return found
