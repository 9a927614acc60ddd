"""An exam at home under load: a thousand candidates fetch within seconds and hand in within minutes.

    python benchmarks/home.py [--database sqlite postgresql] [--candidates 1000] [--photographs 50]
                              [--fetch 30] [--hand-in 300] [--processes N] [--folder DIR] [--json]

An exam is printed blackened for all of them and served as ``klausur serve`` does it, its worker beside. Each
candidate comes by their link at a moment of the first seconds (``--fetch``), looks at the page and fetches
booklet and question paper; and at a moment of the minutes after that (``--hand-in``) sends their pages in
pieces and hands them in: so many real ``--photographs`` of twelve megapixels a page, the others one small
picture a page. Nobody waits for anybody else.

``page``, ``fetched`` and ``handed_in`` are seconds by the clock: the median, the 95th percentile and the
longest, of all that a candidate does there. ``late_starts`` is by how much this program itself was behind its
own plan: above a second the measurement is of this program. ``seen_after`` is how long after the last
hand-in the machine had looked at all pages, and ``waited_at_most`` how many hand-ins waited for that then.

``refused`` are answers that were not as they should be; ``lost`` are candidates of whom a fetch or a hand-in
is not in the records as it was answered, by the digest of each file; ``wrong`` are hand-ins in which not all
pages were found; ``differences`` what ``klausur verify`` finds. The exit code is 1 if there are any.
"""

import argparse
import hashlib
import io
import json
import os
import random
import statistics
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import cv2  # noqa: E402 - the path says where
import numpy as np  # noqa: E402 - the same
import pypdfium2 as pdfium  # noqa: E402 - the same
from PIL import Image  # noqa: E402 - the same

from klausur.actions import home_papers, home_times, personal_links, up_to_date, verify  # noqa: E402 - the same
from klausur.actions.print_booklets import print_booklets  # noqa: E402 - the same
from klausur.actions.print_request import PrintRequest  # noqa: E402 - the same
from klausur.base.geometry import PAPERS  # noqa: E402 - the same
from klausur.rehearse import photo  # noqa: E402 - the same
from klausur.roster import made_up  # noqa: E402 - the same
from klausur.scan.model import Pixels  # noqa: E402 - the same
from klausur.state.facts import Actor, Author, Enrolled, Role  # noqa: E402 - the same
from klausur.state.hand_ins import HomePaper, missing  # noqa: E402 - the same
from klausur.store import candidates, hand_ins  # noqa: E402 - the same
from klausur.store.folder import opened  # noqa: E402 - the same
from klausur.web.serve import PROCESSES  # noqa: E402 - the same
from serving import served  # noqa: E402 - the same

SQLITE, POSTGRESQL = "sqlite", "postgresql"
PIECE = 4 << 20
"""Bytes of each piece but the last, as a browser is told."""

ADA = Author(Actor("Ada Example", Role.EXAMINER), "measured")
SMALL = 100
"""Dots per inch of a small picture: some 40 kB a page."""

TOML = """\
title = "An exam at home"
date = 2026-02-17
start = "10:00"
minutes = 30
release = "2026-02-15 15:00"
extra_pages = 0

[home]
until = "2026-02-17 11:00"
grace = 10
"""
PROBLEM = """\
# Choices

## Letters {#letters credits=2}

Which of these are vowels?

- [x] The letter A.
- [ ] The letter B.

## A word {#word credits=2 space=60mm}

Name a word.

::: solution
Any word.
:::

::: rubric
- [+2] a word
:::
"""
AT_ONCE = 200
"""Threads: so many candidates may be under way at the same time."""


@dataclass(slots=True)
class Candidate:
    """Somebody with a link, what they will send, and what became of it: seconds, and digests of what came."""

    who: Enrolled
    secret: str
    files: list[bytes]
    fetches_at: float
    hands_in_at: float
    page: float = 0.0
    fetched: float = 0.0
    handed_in: float = 0.0
    late: float = 0.0
    refused: list[str] = field(default_factory=list)
    papers: dict[HomePaper, str] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)


def main() -> int:
    """Measure, and say what came of it."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--database", nargs="+", default=[SQLITE], choices=[SQLITE, POSTGRESQL])
    told.add_argument("--candidates", type=int, default=1000)
    told.add_argument("--photographs", type=int, default=50)
    told.add_argument("--fetch", type=float, default=30)
    told.add_argument("--hand-in", type=float, default=300)
    told.add_argument("--processes", type=int, default=PROCESSES)
    told.add_argument("--folder", type=Path)
    told.add_argument("--json", action="store_true")
    given = told.parse_args()
    found = {}
    for database in given.database:
        with _place(given.folder) as place, _database(database):
            found[database] = measured(place, given)
    print(json.dumps(found) if given.json else json.dumps(found, indent=1))
    return int(
        any(one["refused"] or one["lost"] or one["differences"] or one["wrong"] for one in found.values())
    )


def measured(place: Path, given: argparse.Namespace) -> dict[str, object]:
    """One database: all candidates, from print to what the records hold."""
    folder = place / "exam"
    people = printed(folder, given.candidates)
    drawn = random.Random(5)  # noqa: S311 - when somebody comes
    links = personal_links.make(folder, datetime.now(UTC) + timedelta(days=2), ADA)
    secrets = {each.candidate.id: each.secret for each in links}
    made = [
        Candidate(
            who,
            secrets[who.id],
            pages(folder, who, n if n < given.photographs else None),
            drawn.uniform(0, given.fetch),
            drawn.uniform(given.fetch, given.fetch + given.hand_in),
        )
        for n, who in enumerate(people)
    ]
    now = datetime.now(UTC)
    home_times.set_times(
        folder,
        ADA,
        release=now - timedelta(hours=1),
        questions=now - timedelta(minutes=1),
        until=now + timedelta(hours=9),
    )
    with served(place / "home", folder, 1, given.processes) as site:
        slug = site.at.strip("/").rpartition("/")[2]
        began = time.monotonic()
        with ThreadPoolExecutor(AT_ONCE) as hands:
            list(
                hands.map(
                    lambda each: fetch(each, site.port, slug, began), sorted(made, key=lambda c: c.fetches_at)
                )
            )
        with ThreadPoolExecutor(AT_ONCE) as hands:
            list(
                hands.map(
                    lambda each: hand(each, site.port, slug, began), sorted(made, key=lambda c: c.hands_in_at)
                )
            )
        ended, told = time.monotonic(), 0.0
        while (waits := _unseen(folder)) and time.monotonic() < ended + 3600:
            told = max(told, float(waits))
            time.sleep(1)
        seen_after = time.monotonic() - ended
    return {
        "candidates": len(made),
        "photographs": sum(n < given.photographs for n in range(len(made))),
        "bytes": sum(len(data) for each in made for data in each.files),
        "page": _spread([each.page for each in made]),
        "fetched": _spread([each.fetched for each in made]),
        "handed_in": _spread([each.handed_in for each in made]),
        "late_starts": round(max(each.late for each in made), 2),
        "seen_after": round(seen_after, 1),
        "waited_at_most": int(told),
        "refused": [said for each in made for said in each.refused][:20],
        **kept(folder, made),
    }


def printed(folder: Path, count: int) -> tuple[Enrolled, ...]:
    """An exam at home that was printed for so many people; they."""
    (folder / "problems").mkdir(parents=True)
    (folder / "exam.toml").write_text(TOML, "utf-8")
    (folder / "problems/1-choices.md").write_text(PROBLEM, "utf-8")
    made_up.write(made_up.made_up(count, seed=1), folder / "candidates.csv")
    print_booklets(folder, actor=ADA.actor, wanted=PrintRequest(blackened=True), seed=11)
    with opened(folder):
        return candidates.enrolled()


def pages(folder: Path, who: Enrolled, seed: int | None) -> list[bytes]:
    """The pages of somebody's booklet as they send them: photographs where a seed is given, else small."""
    # Fetching is recorded the first time, which is to be measured: the file itself is looked into.
    with opened(folder) as records:
        booklet = home_papers.own_booklet(up_to_date.frame(records), who.id)
    if booklet is None:
        sys.exit(f"{who.candidate.name} has no booklet")
    pdf = home_papers.read(folder, booklet, HomePaper.BOOKLET).data
    with pdfium.PdfDocument(pdf) as document:
        dpi = SMALL if seed is None else 300
        sheets = [np.asarray(p.render(scale=dpi / 72).to_pil().convert("RGB"), np.uint8) for p in document]
    return [
        _small(sheet) if seed is None else _photographed(sheet, seed, n) for n, sheet in enumerate(sheets)
    ]


def _small(sheet: Pixels) -> bytes:
    out = io.BytesIO()
    Image.fromarray(sheet).convert("L").save(out, "JPEG", quality=60)
    return out.getvalue()


def _photographed(sheet: Pixels, seed: int, page: int) -> bytes:
    rng = np.random.default_rng((seed, page))
    taken, quality = photo.take(sheet, photo.frame(PAPERS["a4"], photo.Take(), rng), rng)
    return bytes(cv2.imencode(".jpg", taken[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1])


class Phone:
    """A candidate's browser: one connection, and the token of its forms."""

    def __init__(self, of: Candidate, port: int, slug: str) -> None:
        self.of, self.at = of, f"/review/{slug}/{of.secret}/home/"
        self._connection = HTTPConnection("127.0.0.1", port, timeout=300)
        self._token = ""

    def ask(
        self, method: str, rest: str, body: bytes | str | None = None, *right: int, **headers: str
    ) -> bytes:
        """What is answered; an answer that is none of the ``right`` ones is noted down."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self._token:
            sent |= {"Cookie": f"csrftoken={self._token}", "X-CSRFToken": self._token}
        self._connection.request(method, rest if rest.startswith("/") else self.at + rest, body, sent)
        answer = self._connection.getresponse()
        data = answer.read()
        for each in answer.headers.get_all("Set-Cookie", ()):
            if each.startswith("csrftoken="):
                self._token = each.partition("=")[2].partition(";")[0]
        if answer.status not in (right or (200,)):
            self.of.refused.append(f"{method} {rest[:40]}: {answer.status} {data[:120]!r}")
        return data

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def _wait(each: Candidate, began: float, at: float) -> None:
    time.sleep(max(0.0, began + at - time.monotonic()))
    each.late = max(each.late, time.monotonic() - began - at)


def fetch(each: Candidate, port: int, slug: str, began: float) -> None:
    """Look at the page, and fetch both papers."""
    _wait(each, began, each.fetches_at)
    phone, start = Phone(each, port, slug), time.monotonic()
    phone.ask("GET", "")
    each.page = time.monotonic() - start
    for paper, rest in ((HomePaper.BOOKLET, "booklet.pdf"), (HomePaper.QUESTIONS, "questions.pdf")):
        each.papers[paper] = hashlib.sha256(phone.ask("GET", rest)).hexdigest()
    each.fetched = time.monotonic() - start
    phone.close()


def hand(each: Candidate, port: int, slug: str, began: float) -> None:
    """Send all files in pieces, and hand them in."""
    _wait(each, began, each.hands_in_at)
    phone, start, numbers = Phone(each, port, slug), time.monotonic(), []
    phone.ask("GET", "")
    for n, data in enumerate(each.files, start=1):
        said = json.dumps({"name": f"IMG_{n}.jpg", "size": len(data)})
        upload = json.loads(phone.ask("POST", "uploads/", said, 200, Content_Type="application/json"))
        if "at" not in upload:
            return
        for at in range(0, len(data), PIECE):
            piece = data[at : at + PIECE]
            phone.ask(
                "POST",
                f"{upload['at']}?offset={at}",
                piece,
                200,
                Content_Type="application/octet-stream",
                X_Digest=hashlib.sha256(piece).hexdigest(),
            )
        numbers.append(upload["id"])
    form = urlencode([("act", str(uuid.uuid4())), *(("upload", number) for number in numbers)])
    before = len(each.refused)
    phone.ask("POST", "hand-in/", form, 302, Content_Type="application/x-www-form-urlencoded")
    if len(each.refused) == before:
        each.sent = [hashlib.sha256(data).hexdigest() for data in each.files]
    each.handed_in = time.monotonic() - start
    phone.close()


def kept(folder: Path, made: Sequence[Candidate]) -> dict[str, object]:
    """What of all that is in the records as it was answered."""
    with opened(folder) as records:
        fetched = {(one.candidate, one.paper) for one in hand_ins.fetches()}
        handed = {one.candidate: one for one in hand_ins.all_()}
        lost, wrong = [], []
        for each in made:
            one = handed.get(each.who.id)
            files = [] if one is None else [file.sha256 for file in one.files]
            there = all((records.scans / sha256).is_file() for sha256 in files)
            both = all((each.who.id, paper) in fetched for paper in HomePaper)
            if one is None or not both or sorted(files) != sorted(each.sent) or not there:
                lost.append(each.who.candidate.registration)
            elif one.seen is None or missing(one, len(each.files)):
                wrong.append(each.who.candidate.registration)
    found = verify.verify(folder, actor=ADA.actor, scans=True)
    return {
        "lost": lost[:20],
        "wrong": wrong[:20],
        "differences": [*found.state, *found.trail, *found.scans][:20],
    }


def _unseen(folder: Path) -> int:
    with opened(folder):
        return hand_ins.count_unseen()


def _spread(seconds: Sequence[float]) -> dict[str, float]:
    """The median, the 95th percentile and the longest."""
    ranked = sorted(seconds)
    at = min(len(ranked) - 1, int(0.95 * len(ranked)))
    return {
        "p50": round(statistics.median(ranked), 3),
        "p95": round(ranked[at], 3),
        "most": round(ranked[-1], 3),
    }


@contextmanager
def _place(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        folder.mkdir(parents=True)
        yield folder
        return
    with TemporaryDirectory(prefix="klausur-home-") as found:
        yield Path(found)


@contextmanager
def _database(name: str) -> Iterator[None]:
    """Have records made on a server of its own, for PostgreSQL."""
    if name == SQLITE:
        os.environ.pop("KLAUSUR_DATABASE", None)
        yield
        return
    from tests.cluster import cluster  # noqa: PLC0415 - only who measures it needs a server

    with cluster() as address:
        os.environ["KLAUSUR_DATABASE"] = address
        try:
            yield
        finally:
            os.environ.pop("KLAUSUR_DATABASE", None)


if __name__ == "__main__":
    sys.exit(main())
