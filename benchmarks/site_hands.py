"""People at a site over HTTP, as their browsers do: who gets no answer asks once more. For site_kills.py."""

import hashlib
import io
import json
import random
import re
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

LOOKED = re.compile(r'data-looked="(\d+)"')
CARD = re.compile(r'data-booklet="(\d+)" data-looked="(\d+)" data-images="([^"]*)"')
CONFLICT = 'class="conflict"'
AGAIN = re.compile(r'action="(/exams/[\w-]+/scans/jobs/[\w-]+/again/)"')
GOING = "every 2s"
"""What the scans desk looks after itself by, as long as files are read."""

MARKS = ("crossed", "empty", "filled")
Box = tuple[int, str]
"""A booklet's number, and the id of one of its fields."""


@dataclass(slots=True)
class Ledger:
    """What was done to an exam, as those know who did it.

    ``settled`` are the marks of each box in the order in which success was answered, ``judged`` the acts of
    judging, each with its booklet and the credits that were answered; ``repeated`` counts requests that were
    sent once more, ``again`` jobs that were tried again; ``doing`` says what goes on now. While it is
    ``stormy`` who is told of a mistake asks again; while ``twice`` is set each request that does something
    arrives twice; ``about`` is told of requests before they leave and when they were answered.
    """

    slug: str
    settled: dict[Box, list[str]] = field(default_factory=dict)
    judged: dict[str, tuple[int, str]] = field(default_factory=dict)
    repeated: int = 0
    again: int = 0
    stormy: bool = False
    twice: bool = False
    about: Callable[..., None] | None = None
    doing: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    @property
    def settlements(self) -> int:
        """How many were answered with success."""
        return sum(map(len, self.settled.values()))


class Slowly(io.BytesIO):
    """A body that takes its time on the way, so that there is a moment to be killed at."""

    def read(self, size: int | None = -1, /) -> bytes:
        """A part of it."""
        time.sleep(0.002)
        return super().read(size)


class Person(threading.Thread):
    """Somebody at the site, who goes when it is ``over``; seconds of ``pause`` between two decisions."""

    def __init__(self, address: str, who: tuple[str, str], ledger: Ledger) -> None:
        super().__init__(daemon=True)
        self.address, self.who, self.ledger = address, who, ledger
        self.session = requests.Session()
        self.pause = 0.02
        self.retry = 0.1
        self.over = threading.Event()

    def run(self) -> None:
        """Log in, and work; in a storm, begin again after what was found."""
        while True:
            try:
                self.ask("GET", "/accounts/login/")
                mail, password = self.who
                self.ask("POST", "/accounts/login/", {"login": mail, "password": password})
                self.work()
            except Exception as error:  # noqa: BLE001 - it is told as what was found
                self.ledger.faults.append(f"{type(self).__name__}: {type(error).__name__}: {error}")
                if not self.ledger.stormy:
                    return
                time.sleep(1)
            else:
                return

    def work(self) -> None:
        """Do what they are there for."""
        raise NotImplementedError

    def ask(
        self,
        method: str,
        path: str,
        data: Mapping[str, str] | bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """An answer, however often it takes to ask for it."""
        while True:
            sent = {"X-CSRFToken": self.session.cookies.get("csrftoken") or "", **(headers or {})}
            body: Mapping[str, str] | bytes | Slowly | None = data
            if isinstance(data, bytes):
                sent["Content-Length"] = str(len(data))
                body = Slowly(data)
            began = time.monotonic()
            if self.ledger.about is not None:
                self.ledger.about(method, path, began, done=False)
            try:
                answer = self._sent(method, path, body, sent)
            except requests.RequestException:
                self.ledger.repeated += method == "POST"
                time.sleep(self.retry)
                continue
            if answer.status_code >= 500 and self.ledger.stormy:
                self.ledger.repeated += method == "POST"
                time.sleep(0.5)
                continue
            if self.ledger.about is not None:
                self.ledger.about(method, path, began, done=True)
            if answer.status_code >= 500:
                self.ledger.faults.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
                time.sleep(0.5)
                continue
            return answer

    def _sent(
        self,
        method: str,
        path: str,
        body: Mapping[str, str] | bytes | Slowly | None,
        headers: Mapping[str, str],
    ) -> requests.Response:
        """What is answered; to the second request, where each arrives twice."""
        for _ in range(2 if self.ledger.twice and method == "POST" else 1):
            if isinstance(body, Slowly):
                body.seek(0)
            answer = self.session.request(
                method, f"{self.address}{path}", data=body, headers=headers, timeout=60
            )
        return answer


class Uploader(Person):
    """Sends files as the script of the scans desk does, and waits until they are read."""

    def __init__(self, address: str, who: tuple[str, str], ledger: Ledger, files: Sequence[Path]) -> None:
        super().__init__(address, who, ledger)
        self.files = files

    def work(self) -> None:
        """Send all, one after the other."""
        self.ledger.doing.add("upload")
        for file in self.files:
            self.send(file.name, file.read_bytes())
        self.ledger.doing.discard("upload")
        self.ledger.doing.add("reading")
        while not self.all_read():
            time.sleep(0.3)
        self.ledger.doing.discard("reading")

    def all_read(self) -> bool:
        """Look whether all that was sent is read; what was set aside is tried again."""
        page = self.ask("GET", f"/exams/{self.ledger.slug}/scans/").text
        aside = AGAIN.findall(page)
        for place in aside:
            self.ask("POST", place)
            self.ledger.again += 1
        return GOING not in page and not aside

    def send(self, name: str, data: bytes) -> None:
        """Send a file piece by piece, from where the site has it."""
        upload = self._begin(name, len(data))
        cut = int(upload["piece"])
        sums = [hashlib.sha256(data[at : at + cut]).hexdigest() for at in range(0, len(data), cut)]
        if upload["pieces"] != sums[: len(upload["pieces"])]:
            upload = self._begin(name, len(data), fresh=True)
        at, tries = int(upload["received"]), 0
        while True:
            piece = data[at : at + cut]
            headers = {
                "X-Digest": hashlib.sha256(piece).hexdigest(),
                "Content-Type": "application/octet-stream",
            }
            answer = self.ask("POST", f"{upload['at']}?offset={at}", piece, headers)
            said = answer.json()
            tries += 1
            if answer.status_code == 200:
                at, tries = said["received"], 0
                if at >= len(data):
                    return
            elif answer.status_code == 409 and tries <= 5:
                at = said.get("received", at)
            elif answer.status_code == 404 and tries <= 2:
                upload = self._begin(name, len(data), fresh=True)
                at = upload["received"]
            else:
                raise ValueError(f"{name} is refused: {answer.status_code} {said}")

    def _begin(self, name: str, size: int, *, fresh: bool = False) -> dict[str, Any]:
        said = json.dumps({"name": name, "size": size, "fresh": fresh}).encode()
        path = f"/exams/{self.ledger.slug}/scans/uploads/"
        answer = self.ask("POST", path, said, {"Content-Type": "application/json"})
        if answer.status_code != 200:
            raise ValueError(f"{name} is refused: {answer.status_code} {answer.text[:300]}")
        return dict(answer.json())


class Settler(Person):
    """Settles boxes chosen at random until ``over`` is set, and ``least`` of them at least."""

    def __init__(
        self,
        address: str,
        who: tuple[str, str],
        ledger: Ledger,
        boxes: Sequence[Box],
        seed: int,
        least: int,
    ) -> None:
        super().__init__(address, who, ledger)
        self.boxes, self.least = boxes, least
        self.draw = random.Random(seed)  # noqa: S311 - trials that can be repeated
        self.looked: dict[Box, str] = {}

    def work(self) -> None:
        """Settle; what is seen of a box is what the last answer said of it."""
        self.ledger.doing.add("settling")
        while not self.over.is_set() or self.ledger.settlements < self.least:
            box = self.draw.choice(self.boxes)
            mark = self.draw.choice(MARKS)
            given = {
                "booklet": str(box[0]),
                "target": box[1],
                "looked": self.looked.get(box, "0"),
                "mark": mark,
            }
            answer = self.ask(
                "POST", f"/exams/{self.ledger.slug}/readings/settle/", given, {"HX-Request": "true"}
            )
            found = LOOKED.search(answer.text)
            if answer.status_code != 200 or found is None or CONFLICT in answer.text:
                if found is not None:
                    self.looked[box] = found[1]
                raise ValueError(f"{box} as {mark}: {answer.status_code} {answer.text[:300]}")
            self.looked[box] = found[1]
            self.ledger.settled.setdefault(box, []).append(mark)
            time.sleep(self.pause)
        self.ledger.doing.discard("settling")


class Judge(Person):
    """Judges the answers to a question again and again until ``over`` is set, ``least`` times at least."""

    def __init__(
        self,
        address: str,
        who: tuple[str, str],
        ledger: Ledger,
        question: str,
        booklets: Sequence[int],
        seed: int,
        least: int,
    ) -> None:
        super().__init__(address, who, ledger)
        self.question, self.booklets, self.least = question, booklets, least
        self.draw = random.Random(seed)  # noqa: S311 - trials that can be repeated

    def work(self) -> None:
        """Judge; each act is sent until it is answered, as the page of the desk does."""
        at = f"/exams/{self.ledger.slug}/grading/{self.question}/"
        self.ledger.doing.add("judging")
        while not self.over.is_set() or len(self.ledger.judged) < self.least:
            self.ask("POST", f"{at}next/", {"after": "", "besides": ""})
            booklet = self.draw.choice(self.booklets)
            shown = self.ask("GET", f"{at}{booklet}/")
            card = CARD.search(shown.text)
            if card is None:
                raise ValueError(f"booklet {booklet} is not shown: {shown.status_code} {shown.text[:300]}")
            act = str(uuid.UUID(int=self.draw.getrandbits(128)))
            given = {"booklet": card[1], "looked": card[2], "images": card[3], "act": act}
            given["items"] = self.draw.choice(("", "1:1"))
            answer = self.ask("POST", f"{at}judge/", given)
            if answer.status_code != 200 or "judgement" not in answer.json():
                raise ValueError(f"booklet {booklet}: {answer.status_code} {answer.text[:300]}")
            self.ledger.judged[act] = booklet, answer.json()["credits"]
            time.sleep(self.pause)
        self.ledger.doing.discard("judging")
