"""Correctors at the grading desk over HTTP, as its page talks to the server: for desk.py.

Each has two connections, as browsers do: one takes the next answer ahead while the other sends the judgement.
"""

import asyncio
import random
import re
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlencode

import msgspec

_CARD = re.compile(r'<article class="grading-card"([^>]*)>')
_DATA = re.compile(r'data-(\w+)="([^"]*)"')
_SENT_BACK = ("booklet", "looked", "images", "handed", "rubric")
"""What of an answer's data the page sends back with a judgement."""

_ITEM = re.compile(r'data-item="([^"]+)"')
_IDLE = 5.0
"""Seconds after which a connection is not used again: the server may have closed it."""


@dataclass(frozen=True, slots=True)
class Card:
    """An answer as it lies before somebody: what the page sends ``back`` with a judgement, and the items."""

    question: str
    booklet: int
    back: Mapping[str, str]
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """A judgement that was answered: by whom, about what, its act, and how long that took, in seconds."""

    who: str
    question: str
    booklet: int
    act: str
    took: float


@dataclass(slots=True)
class Ledger:
    """What all people did: judgements in the order in which they were answered; what else was answered.

    ``given`` says who was given which answer, and ``left`` whose answers they left again; ``looks`` are the
    seconds that each next answer took.
    """

    sent: list[Sent] = field(default_factory=list)
    given: list[tuple[str, int, str]] = field(default_factory=list)
    left: list[tuple[str, int, str]] = field(default_factory=list)
    looks: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


class Line:
    """One connection of a browser."""

    def __init__(self, port: int, cookies: dict[str, str]) -> None:
        self._port, self._cookies = port, cookies
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._used = 0.0

    async def ask(self, method: str, path: str, said: Mapping[str, object] | None = None) -> tuple[int, str]:
        """The status and the text of an answer; redirections are followed."""
        status, text, to = await self._ask(method, path, said)
        return await self.ask("GET", to) if to else (status, text)

    async def _ask(self, method: str, path: str, said: Mapping[str, object] | None) -> tuple[int, str, str]:
        body = b"" if said is None else urlencode(said).encode()
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        head = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self._port}", f"Cookie: {cookies}"]
        head.append("HX-Request: true")
        if said is not None:
            head += [
                "Content-Type: application/x-www-form-urlencoded;charset=UTF-8",
                f"X-CSRFToken: {self._cookies.get('csrftoken', '')}",
                f"Content-Length: {len(body)}",
            ]
        if self._streams is None or time.monotonic() > self._used + _IDLE:
            self.close()
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write("\r\n".join((*head, "", "")).encode() + body)
        status = int((await reader.readline()).split()[1])
        length, chunked, to, closes = 0, False, "", False
        while (line := (await reader.readline()).decode("latin-1").strip()) != "":
            name, _, value = line.partition(":")
            match name.lower(), value.strip():
                case "content-length", number:
                    length = int(number)
                case "transfer-encoding", "chunked":
                    chunked = True
                case "location", where:
                    to = where
                case "connection", "close":
                    closes = True
                case "set-cookie", cookie:
                    key, _, rest = cookie.partition("=")
                    self._cookies[key] = rest.partition(";")[0]
        data = await self._chunks(reader) if chunked else await reader.readexactly(length)
        self._used = time.monotonic()
        if closes:
            self.close()
        return status, data.decode(errors="replace"), to if status in {301, 302, 303} else ""

    async def _chunks(self, reader: asyncio.StreamReader) -> bytes:
        parts = []
        while size := int(await reader.readline(), 16):
            parts.append(await reader.readexactly(size))
            await reader.readline()
        await reader.readline()
        return b"".join(parts)

    def close(self) -> None:
        """End the connection."""
        if self._streams is not None:
            self._streams[1].close()
        self._streams = None


class Corrector:
    """Somebody at the desk."""

    def __init__(self, name: str, port: int, at: str, ledger: Ledger) -> None:
        self.name, self.at, self.ledger = name, at, ledger
        cookies: dict[str, str] = {}
        self.line, self.ahead = Line(port, cookies), Line(port, cookies)

    async def come(self, link: str, question: str) -> None:
        """Log in by a link, and open a desk."""
        await self.line.ask("GET", link)
        status, text = await self.line.ask("GET", f"{self.at}grading/{question}/")
        if status != 200:
            raise ValueError(f"{self.name} does not come to the desk: {status} {text[:300]}")

    async def next(self, question: str, before: Sequence[Card] = ()) -> Card | None:
        """Take the next answer behind those that lie before them; None if none is left."""
        held = ",".join(str(card.booklet) for card in before)
        said = {"after": before[-1].booklet if before else "", "besides": held, "alone": ""}
        began = time.perf_counter()
        status, text = await self.ahead.ask("POST", f"{self.at}grading/{question}/next/", said)
        found = _CARD.search(text)
        if status != 200 or (found is None and "grading-done" not in text):
            self.ledger.refused.append(f"{self.name}, next of {question}: {status} {text[:300]}")
        if found is None:
            return None
        self.ledger.looks.append(time.perf_counter() - began)
        data = {name: unescape(value) for name, value in _DATA.findall(found[1])}
        booklet = int(data["booklet"])
        self.ledger.given.append((question, booklet, self.name))
        back = {name: data[name] for name in _SENT_BACK if name in data}
        return Card(question, booklet, back, tuple(_ITEM.findall(text)))

    async def worth(self, card: Card, items: str) -> None:
        """Ask what an answer would earn, as the page does after each tick."""
        asked = {"items": items, "adjustment": "", "rubric": card.back.get("rubric", ""), "reason": "…"}
        said = urlencode(asked)
        address = f"{self.at}grading/{card.question}/{card.booklet}/worth/?{said}"
        status, text = await self.line.ask("GET", address)
        if status != 200:
            self.ledger.refused.append(f"{self.name}, worth of {card}: {status} {text[:300]}")

    async def judge(self, card: Card, items: str) -> None:
        """Judge an answer; what came of it stands in the ledger."""
        act = str(uuid.uuid4())
        said = {**card.back, "items": items, "adjustment": "", "reason": "", "comment": "", "act": act}
        began = time.perf_counter()
        status, text = await self.line.ask("POST", f"{self.at}grading/{card.question}/judge/", said)
        took = time.perf_counter() - began
        if status == 200 and "judgement" in msgspec.json.decode(text, type=dict[str, Any]):
            self.ledger.sent.append(Sent(self.name, card.question, card.booklet, act, took))
        else:
            self.ledger.refused.append(f"{self.name}, {card}: {status} {text[:300]}")

    async def leave(self, cards: Sequence[Card]) -> None:
        """Look at these answers no longer."""
        for card in cards:
            await self.line.ask(
                "POST", f"{self.at}grading/{card.question}/leave/", {"booklets": card.booklet}
            )
            self.ledger.left.append((card.question, card.booklet, self.name))

    async def look(self) -> float:
        """Look at a page with nothing on it; how long that took, in seconds."""
        began = time.perf_counter()
        await self.line.ask("GET", "/account/")
        return time.perf_counter() - began


async def grade(
    who: Corrector, questions: Sequence[str], going: Callable[[], bool], pace: float | None
) -> None:
    """Judge question after question as long as it goes on.

    While one judgement is sent, the next answer but one is taken. With a ``pace``, in seconds between two
    judgements of a person, an item is ticked and its worth asked for before; without, all are judged at once
    by the key for "nothing right".
    """
    draw = random.Random(who.name)  # noqa: S311 - no secret is drawn
    if pace is not None:
        await asyncio.sleep(draw.uniform(0, pace))
    for question in questions:
        card = await who.next(question)
        ahead = None if card is None else await who.next(question, [card])
        while card is not None and going():
            items = ""
            if pace is not None:
                items = f"{draw.choice(card.items)}:1"
                await asyncio.sleep(draw.uniform(0.25, 0.75) * pace)
                await who.worth(card, items)
                await asyncio.sleep(draw.uniform(0.25, 0.75) * pace)
            taking = _nothing() if ahead is None else who.next(question, [card, ahead])
            shown, (_, ahead) = ahead, await asyncio.gather(who.judge(card, items), taking)
            card = shown
        await who.leave([each for each in (card, ahead) if each is not None])
        if not going():
            return


async def _nothing() -> None:
    return None
