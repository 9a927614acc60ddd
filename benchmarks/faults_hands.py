"""Who is at a running exam while faults come, beside correctors: a scanner that sends on demand, visitors.

A fault waits for a request or a job (`Storm`), and asks for it: so nobody waits for chance.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pikepdf

from site_hands import Ledger, Person, Uploader

STAGES: Mapping[str, tuple[str, str]] = {
    "begin": ("POST", "/scans/uploads/$"),
    "piece": ("POST", "offset=0"),
    "sent": ("JOB", "waiting"),
    "reading": ("JOB", "running"),
    "look": ("GET", "/scans/$"),
    "settle": ("POST", "/readings/settle/"),
    "hand-out": ("POST", "/next/"),
    "card": ("GET", "/grading/word/"),
    "judge": ("POST", "/judge/"),
    "after": ("DONE", "/judge/"),
    "login": ("POST", "/accounts/login/"),
    "results": ("GET", "/results/"),
}
"""What is on its way when a fault comes: a request, or a job in a state."""

OF_FILES = ("begin", "piece", "sent", "reading")
"""Stages for which a file is sent where none is on its way, even if the one before is not read yet."""

LOOKS = 2.0
"""Seconds between two looks of who scans, as their page has it."""


@dataclass(slots=True)
class Storm:
    """Where hands are, and for whom a fault waits."""

    stage: str = ""
    reached: threading.Event = field(default_factory=threading.Event)
    answered: dict[str, float] = field(default_factory=dict)

    def awaits(self, stage: str) -> None:
        """From now on a fault waits for a stage."""
        self.reached.clear()
        self.stage = stage

    def about(self, method: str, path: str, at: float, *, done: bool) -> None:
        """A request begins, or was answered that began at a time."""
        how, what = STAGES.get(self.stage, ("", ""))
        fits = path.endswith(what[:-1]) if what.endswith("$") else what in path
        if fits and how == ("DONE" if done else method):
            self.reached.set()
        if done and method == "POST":
            self.answered[path] = max(self.answered.get(path, 0), at)

    def last(self, part: str) -> float:
        """When the last of such requests began that was answered."""
        return max((at for path, at in list(self.answered.items()) if part in path), default=0.0)


class Scanner(Uploader):
    """Sends a file of other bytes with the same pages whenever one is ``wanted``, until all is ``over``.

    Looks meanwhile whether all is ``read``, and at the results. ``made`` are the files.
    """

    def __init__(self, address: str, who: tuple[str, str], ledger: Ledger, original: Path) -> None:
        super().__init__(address, who, ledger, ())
        self.original, self.made, self.sent = original, list[Path](), 0
        self.wanted = threading.Event()
        self.read = True

    @property
    def idle(self) -> bool:
        """Whether nothing is wanted, and all that was made is sent."""
        return not self.wanted.is_set() and self.sent == len(self.made)

    def want(self, *, anyway: bool) -> None:
        """Have a file sent, if all before are read or ``anyway``."""
        if anyway or (self.idle and self.read):
            self.read = False
            self.wanted.set()

    def work(self) -> None:
        """Send what is wanted; at the end, wait until all is read."""
        while not self.over.is_set():
            if self.wanted.wait(LOOKS):
                self.made.append(self._another())
                self.wanted.clear()
            for file in self.made[self.sent :]:  # one that was refused is sent once more
                self.send(file.name, file.read_bytes())
                self.sent += 1
            self.ask("GET", f"/exams/{self.ledger.slug}/results/")
            self.read = self.all_read()
        while not self.all_read():
            time.sleep(0.3)

    def _another(self) -> Path:
        path = self.original.with_name(f"stack-{len(self.made)}.pdf")
        with pikepdf.open(self.original) as pdf:
            pdf.docinfo["/Title"] = path.name
            pdf.save(path)
        return path


class Visitor(Person):
    """Logs in who was not here, and sees that they are let in."""

    def work(self) -> None:
        """Look at the exam."""
        seen = self.ask("GET", f"/exams/{self.ledger.slug}/")
        if seen.status_code != 200 or "/accounts/login/" in seen.url:
            raise ValueError(f"{self.who[0]} is not let in: {seen.status_code} {seen.url}")
