"""An exam at home in the browser: a candidate fetches, sends and hands in by their link; the examiner's page.

By their link nobody comes to anything of anybody else, changes a time, or gets ahead of one.
"""

import hashlib
import json
import random
import re
import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from django.conf import settings
from django.test import Client
from tests import cast
from tests.exams import copy_exam
from tests.home_exam import EXAMINER, hold, paper, png, print_at_home, sheets
from tests.web.conftest import STRANGER, Site

from klausur.actions import hand_in, home_desk, personal_links
from klausur.actions.personal_links import MadeLink
from klausur.site import exams, uploads, work
from klausur.site.jobs import JobState, Kind
from klausur.site.models import Job, Person, Upload
from klausur.state.facts import Role
from klausur.state.hand_ins import HomePaper
from klausur.store import models
from klausur.store.folder import opened
from klausur.web.limits import Limit


@dataclass(frozen=True, slots=True)
class AtHome:
    """A site whose exam is taken at home, and everybody's links in the order of the list."""

    site: Site
    links: tuple[MadeLink, ...]

    def at(self, rest: str = "", who: int = 0) -> str:
        return f"/review/{self.site.exam.slug}/{self.links[who].secret}/home/{rest}"


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Printed for three at home. Copy it before use."""
    return print_at_home(tmp_path_factory.mktemp("home") / "exam")


@pytest.fixture(scope="module")
def scans(printed: Path, tmp_path_factory: pytest.TempPathFactory) -> list[list[bytes]]:
    """The pages of everybody's booklet as files."""
    place = copy_exam(printed, tmp_path_factory.mktemp("paper") / "exam")
    with opened(place):
        people = home_desk.look(place, now=datetime.now(UTC)).rows
    return [[png(each) for each in sheets(paper(place, row.enrolled))] for row in people]


@pytest.fixture
def home(printed: Path, tmp_path: Path) -> AtHome:
    """While work is on: booklets and question paper are released, and half an hour is left."""
    folder = copy_exam(printed, tmp_path / "exam")
    exam = exams.add(settings.KLAUSUR_HOME, folder, "An exam at home", "the tests")
    made = Site(exam, folder)
    for actor in (cast.EXAMINER, cast.PROCTOR):
        person = Person.objects.create_user(f"{actor.role.value}@example.org", actor.name)
        made.people[actor.role] = person
        exams.give_role(exam, person, actor.role, "the tests")
    made.people[None] = Person.objects.create_user("stranger@example.org", STRANGER)
    hold(folder, release=-60, questions=-30, until=30)
    links = personal_links.make(folder, datetime.now(UTC) + timedelta(days=9), EXAMINER)
    return AtHome(made, links)


def send(browser: Client, home: AtHome, data: bytes, name: str = "IMG_1.png", who: int = 0) -> str:
    """Send a file in pieces, and its number."""
    told = browser.post(
        home.at("uploads/", who), json.dumps({"name": name, "size": len(data)}), "application/json"
    )
    assert told.status_code == 200, told.content
    upload = told.json()
    for at in range(0, len(data), uploads.PIECE):
        piece = data[at : at + uploads.PIECE]
        answer = browser.post(
            f"{upload['at']}?offset={at}",
            piece,
            "application/octet-stream",
            headers={"X-Digest": hashlib.sha256(piece).hexdigest()},
        )
        assert answer.status_code == 200, answer.content
    return str(upload["id"])


def text(browser: Client, address: str, language: str = "en") -> str:
    answer = browser.get(address, headers={"accept-language": language})
    assert answer.status_code == 200, answer
    return str(answer.content.decode())


def test_a_candidate_fetches_sends_and_hands_in(home: AtHome, scans: list[list[bytes]]) -> None:
    browser, folder = Client(), home.site.folder
    front = browser.get(f"/review/{home.site.exam.slug}/{home.links[0].secret}/")
    assert front.headers["Location"] == home.at()
    page = text(browser, home.at())
    assert home.links[0].candidate.candidate.name in page
    assert home.links[1].candidate.candidate.name not in page
    assert " style=" not in page
    booklet = browser.get(home.at("booklet.pdf"))
    assert booklet.headers["Content-Type"] == "application/pdf"
    assert booklet.headers["Cache-Control"] == "private, no-store"
    assert browser.get(home.at("questions.pdf")).status_code == 200
    sent = [send(browser, home, data, f"IMG_{n}.png") for n, data in enumerate(scans[0][:-1], start=1)]
    assert "IMG_1.png" in text(browser, home.at("files/"))
    act = str(uuid.uuid4())
    for _ in range(2):  # a browser may send a form twice
        answer = browser.post(home.at("hand-in/"), {"act": act, "upload": sent})
        assert answer.headers["Location"] == home.at() + "#handed-in"
    assert not Upload.objects.exists()
    page = text(browser, home.at())
    assert "It is looked at: that takes about" in page
    (job,) = Job.objects.all()
    assert (job.kind, job.by, job.role) == (Kind.HAND_INS, None, Role.CANDIDATE)
    done = work.run_one()
    assert done is not None
    assert (done.state, done.result["hand_ins"], done.result["pages"]) == (JobState.DONE, 1, len(sent)), done
    page = text(browser, home.at("seen/"))
    assert f"Page {len(scans[0])} is missing." in page
    assert "page 1 of your booklet" in page
    assert f"Seite {len(scans[0])} fehlt" in text(browser, home.at("seen/"), "de")
    kept = [hashlib.sha256(data).hexdigest() for data in scans[0][:-1]]
    receipt = pdfium.PdfDocument(browser.get(home.at("receipts/1.pdf")).content)[0]
    written = receipt.get_textpage().get_text_range()
    assert all(digest in written for digest in kept)
    assert browser.get(home.at("receipts/2.pdf")).status_code == 404
    assert 'name="shown"' not in text(browser, home.at("files/"))  # no choice of files was shown yet
    last = send(browser, home, scans[0][-1])
    assert text(browser, home.at("files/")).count(" checked") == len(kept)
    form = text(browser, home.at("files/") + f"?shown=1&again={kept[0]}")
    assert form.count(" checked") == 1
    browser.post(home.at("hand-in/"), {"act": str(uuid.uuid4()), "upload": last, "again": kept})
    work.run_one()
    assert "All pages of your booklet were found." in text(browser, home.at())
    found = hand_in.own(folder, home.links[0].candidate)
    assert found.counting is not None
    assert found.counting.version == 2
    rows = home_desk.look(folder, now=datetime.now(UTC)).rows
    assert [len(row.hand_ins) for row in rows] == [2, 0, 0]


def test_nothing_is_there_ahead_of_its_time(home: AtHome, scans: list[list[bytes]]) -> None:
    browser, folder = Client(), home.site.folder
    hold(folder, release=5, questions=10, until=60)
    page = text(browser, home.at())
    assert "Your booklet is released in" in page
    assert 'id="drop"' not in page
    for rest in ("booklet.pdf", "questions.pdf"):
        for more in ("", "?now=2040-01-01", "?release=0"):
            assert browser.get(home.at(rest) + more, headers={"Date": "2040-01-01"}).status_code == 409
    told = browser.post(home.at("uploads/"), json.dumps({"name": "a.png", "size": 9}), "application/json")
    assert told.status_code == 422
    assert browser.post(home.at("hand-in/"), {"act": str(uuid.uuid4())}).status_code == 400
    hold(folder, release=-5, questions=10, until=60)
    assert browser.get(home.at("booklet.pdf")).status_code == 200
    assert browser.get(home.at("questions.pdf")).status_code == 409
    hold(folder, release=-90, questions=-80, until=-30)
    page = text(browser, home.at())
    assert "The time to hand in is over." in page
    sent = send(browser, home, scans[0][0])
    assert "Hand in late" in text(browser, home.at("files/"))
    browser.post(
        home.at("hand-in/"), {"act": str(uuid.uuid4()), "upload": sent, "when": "2020-01-01", "now": 0}
    )
    (late,) = home_desk.look(folder, now=datetime.now(UTC)).open
    assert late.candidate == home.links[0].candidate.id


def test_the_time_left_has_extra_time_in_it_and_the_clock_is_the_servers(home: AtHome) -> None:
    browser = Client()
    ends = [
        int(found[1])
        for who in (0, 1)
        if (found := re.search(r'data-until="(\d+)"', text(browser, home.at(who=who)))) is not None
    ]
    assert ends[1] - ends[0] == 20 * 60_000
    before = datetime.now(UTC).timestamp() * 1000
    now = browser.get(home.at("clock/")).json()["now"]
    assert before - 1 <= now <= datetime.now(UTC).timestamp() * 1000 + 1


def test_an_examiner_sees_all_and_decides_what_is_late(home: AtHome, scans: list[list[bytes]]) -> None:
    site, browser = home.site, Client()
    hold(site.folder, release=-90, questions=-80, until=-30)
    for who in (0, 2):
        sent = [send(browser, home, data, f"IMG_{n}.png", who) for n, data in enumerate(scans[who], start=1)]
        browser.post(home.at("hand-in/", who), {"act": str(uuid.uuid4()), "upload": sent})
    work.run_one()
    examiner = site.as_(Role.EXAMINER)
    page = examiner.get(site.at("home/")).content.decode()
    names = [link.candidate.candidate.name for link in home.links]
    assert all(name in page for name in names)
    (first, second) = sorted(map(int, re.findall(r'name="hand_in" value="(\d+)"', page)))
    said = {"hand_in": first, "seen": 0, "do": "accept"}
    assert examiner.post(site.at("home/decide/"), {**said, "why": ""}).status_code == 400
    assert examiner.post(site.at("home/decide/"), {**said, "why": "power cut"}).status_code == 302
    assert examiner.post(site.at("home/decide/"), {**said, "why": "again"}).status_code == 409
    examiner.post(site.at("home/decide/"), {"hand_in": second, "seen": 0, "do": "refuse", "why": "too late"})
    assert "late, accepted" in text(browser, home.at())
    assert "late, refused" in text(browser, home.at(who=2))
    assert "too late" in text(browser, home.at(who=2))
    assert examiner.get(site.at("home/?show=late")).content.decode().count('<th scope="row">') == 2
    assert "What counts of 1 candidate" in page or examiner.get(site.at("home/")).status_code == 200
    digest = hashlib.sha256(scans[0][0]).hexdigest()
    kept = examiner.get(site.at(f"home/files/{first}/{digest}/"))
    assert b"".join(kept) == scans[0][0]
    assert kept.headers["Content-Disposition"].startswith("attachment")
    assert examiner.get(site.at(f"home/files/{second}/{digest}/")).status_code == 404
    proctor = site.as_(Role.PROCTOR)
    assert proctor.get(site.at("home/")).status_code == 200
    assert proctor.get(site.at(f"home/files/{first}/{digest}/")).status_code == 403
    assert proctor.post(site.at("home/decide/"), said).status_code == 403
    assert proctor.post(site.at("home/times/"), {"until": "2040-01-01T10:00"}).status_code == 403
    assert examiner.post(site.at("home/times/"), {"until": "2001-01-01T10:00"}).status_code == 400
    assert examiner.post(site.at("home/take/")).status_code == 302
    done = work.run_one()
    assert done is not None
    assert (done.kind, done.state) == (Kind.TAKE, JobState.DONE), done.fault
    assert done.result["hand_ins"] == 1
    assert "was taken into the exam" in examiner.get(site.at("home/")).content.decode()
    with opened(site.folder):
        assert set(
            models.ImageState.objects.filter(number__isnull=False).values_list("number", flat=True)
        ) == {home_desk.look(site.folder, now=datetime.now(UTC)).rows[0].booklet}


def test_pieces_and_sizes_are_held_to_limits(home: AtHome, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Client(raise_request_exception=False)

    def begin(name: object, size: object) -> int:
        said = json.dumps({"name": name, "size": size})
        return browser.post(home.at("uploads/"), said, "application/json").status_code

    assert begin("a.png", 101 << 20) == 422
    assert begin("a.png", 0) == 400
    assert begin("a.png", -5) == 400
    assert begin("a.png", 2**70) == 422
    assert begin("a.png", "9") == 400
    assert begin("", 9) == 400
    assert begin(["a"], 9) == 400
    assert browser.post(home.at("uploads/"), b"[" * 100_000, "application/json").status_code == 400
    data = b"MZ" + bytes(2000)
    upload = browser.post(
        home.at("uploads/"), json.dumps({"name": "x.png", "size": len(data)}), "application/json"
    ).json()
    digest = {"X-Digest": hashlib.sha256(data).hexdigest()}
    for at, body, status in ((5, data, 409), (0, data + b"more", 400), (0, data[:-1], 400), (0, data, 422)):
        answer = browser.post(f"{upload['at']}?offset={at}", body, "application/octet-stream", headers=digest)
        assert answer.status_code == status, (at, answer.content)
    other = browser.post(home.at("uploads/"), json.dumps({"name": "y", "size": 9}), "application/json").json()
    huge = browser.post(
        f"{other['at']}?offset=0", bytes(11 << 20), "application/octet-stream", headers=digest
    )
    assert huge.status_code == 400
    monkeypatch.setattr("klausur.web.candidate.at_home.FETCHES", Limit(2, 600))
    told = [browser.get(home.at("booklet.pdf")).status_code for _ in range(4)]
    assert told == [200, 200, 429, 429]
    monkeypatch.setattr("klausur.web.candidate.at_home.MOST_UNSENT", 2)
    assert [begin(f"{n}.png", 9) for n in range(4)][-1] == 422


def test_500_tries_to_come_to_what_is_not_theirs_lead_nowhere(
    home: AtHome, scans: list[list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a good link: others' files and hand-ins, guessed links, other times, paths, ids of everything."""
    for name in ("FETCHES", "HAND_INS", "BEGUN", "PIECES"):
        monkeypatch.setattr(f"klausur.web.candidate.at_home.{name}", Limit(10_000, 600))
    draw = random.Random(7)  # noqa: S311 - which tries are made
    site, slug, folder = home.site, home.site.exam.slug, home.site.folder
    victim, thief = Client(), Client(raise_request_exception=False)
    theirs = send(victim, home, scans[1][0], "private.png", who=1)
    held = send(victim, home, scans[1][1], "second.png", who=1)
    victim.post(home.at("hand-in/", 1), {"act": str(uuid.uuid4()), "upload": theirs})
    digest = hashlib.sha256(scans[1][0]).hexdigest()
    with opened(folder):
        (handed,) = models.HandIn.objects.all()
        before = models.AuditEvent.objects.count()
        times = models.HomeTimesSet.objects.count()
    secret = home.links[0].secret
    other, victims_id = home.links[1].candidate.candidate, home.links[1].candidate.id
    words = [other.name.encode(), other.registration.encode(), b"private.png", b"second.png", digest.encode()]

    def guessed() -> str:
        at = draw.randrange(len(secret))
        changed = secret[:at] + ("A" if secret[at] != "A" else "B") + secret[at + 1 :]
        return draw.choice([changed, secret[:-1], secret + "A", secrets.token_urlsafe(24), "%2e%2e", "*"])

    rests = ("", "files/", "seen/", "clock/", "booklet.pdf", "questions.pdf", "receipts/1.pdf")
    tries = 0
    for n in range(100):
        act = draw.choice([handed.act, str(uuid.uuid4())])
        for answer in (
            thief.get(f"/review/{slug}/{guessed()}/home/{draw.choice(rests)}"),
            thief.post(home.at("hand-in/"), {"act": act, "upload": draw.choice([held, theirs, "../x", ""])}),
            thief.post(
                home.at("hand-in/"), {"act": act, "again": draw.choice([digest, "../../key", digest[:-1]])}
            ),
            thief.post(
                home.at(f"uploads/{held}/") + "?offset=0",
                b"x",
                "application/octet-stream",
                headers={"X-Digest": "0" * 64},
            ),
            thief.post(home.at(f"uploads/{draw.choice([held, uuid.uuid4()])}/leave/")),
            thief.get(home.at(f"receipts/{draw.choice([1, 2, 10**9])}.pdf") + f"?candidate={victims_id}"),
        ):
            tries += 1
            assert answer.status_code in {400, 404, 409, 429}, (
                n,
                answer.request["PATH_INFO"],
                answer.status_code,
            )
            for word in words:
                assert word not in answer.content, (n, answer.request["PATH_INFO"])
        for rest, said in (
            ("home/times/", {"until": "2040-01-01T10:00"}),
            ("home/decide/", {"hand_in": handed.pk, "seen": 0, "do": "refuse", "why": "x"}),
            ("home/take/", {}),
        )[: 1 + n % 3]:
            tries += 1
            assert thief.post(site.at(rest), said).status_code == 401
    assert tries >= 500
    with opened(folder):
        assert models.AuditEvent.objects.count() == before
        assert models.HomeTimesSet.objects.count() == times
        assert models.HandIn.objects.count() == 1
    kept = Upload.objects.get()
    assert (str(kept.pk), kept.received) == (held, kept.size)
    booklet = thief.get(home.at("booklet.pdf")).content
    assert booklet == paper(folder, home.links[0].candidate, HomePaper.BOOKLET)
