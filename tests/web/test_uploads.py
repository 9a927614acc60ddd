"""Files that come in pieces: they go on where they stopped, and what is wrong with them is told."""

import errno
import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from tests.actions.conftest import write_exam
from tests.web.conftest import Site
from tests.web.scans_site import some_pages

from klausur.actions import scan_look
from klausur.site import exams, files, jobs, run_one, uploads
from klausur.site.files import FilesInFolder
from klausur.site.jobs import JobState
from klausur.site.models import Job, Upload
from klausur.state.facts import Role
from klausur.store import pages
from klausur.store.folder import opened

PIECE = 1 << 14


class Answer(Protocol):
    """What is looked at of an answer."""

    @property
    def status_code(self) -> int:
        """The status."""

    @property
    def content(self) -> bytes:
        """The body."""


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "PIECE", PIECE)
    kept = files.here()
    for key in list(kept.keys("uploads")):  # of other tests, whose rows were taken back
        kept.delete(key)


@pytest.fixture
def scan(site: Site, tmp_path: Path) -> bytes:
    """A scanned file that the exam does not know: of one page that it has."""
    (first,) = sorted((site.folder / "rehearsal").glob("*.pdf"))[:1]
    return some_pages(first, tmp_path / "one.pdf", [4]).read_bytes()


def begin(site: Site, client: Client, name: object, size: object, **more: object) -> Answer:
    said = json.dumps({"name": name, "size": size, **more})
    return client.post(site.at("scans/uploads/"), said, content_type="application/json")


def piece(client: Client, at: str, data: bytes, offset: object, digest: str | None = None) -> Answer:
    digest = hashlib.sha256(data).hexdigest() if digest is None else digest
    where = f"{at}?offset={offset}"
    return client.post(where, data, content_type="application/octet-stream", headers={"X-Digest": digest})


def cut(data: bytes) -> Sequence[tuple[int, bytes]]:
    return [(at, data[at : at + PIECE]) for at in range(0, len(data), PIECE)]


def told(answer: Answer, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    found: dict[str, Any] = json.loads(answer.content)
    return found


def send(site: Site, client: Client, name: str, data: bytes) -> dict[str, Any]:
    """Send a whole file; what the last piece was answered."""
    at, answer = told(begin(site, client, name, len(data)))["at"], {}
    for offset, part in cut(data):
        answer = told(piece(client, at, part, offset))
    return answer


def nothing_left() -> bool:
    return not list(files.here().keys("uploads"))


def test_a_file_that_was_cut_off_goes_on_and_becomes_pages(site: Site, scan: bytes) -> None:
    client = site.as_(Role.EXAMINER)
    parts = cut(scan)
    assert len(parts) > 3
    first = told(begin(site, client, "stack/one.pdf", len(scan)))
    for offset, part in parts[:2]:
        told(piece(client, first["at"], part, offset))
    assert "stack/one.pdf" in client.get(site.at("scans/")).content.decode(), "it is listed as unfinished"
    again = told(begin(site, site.as_(Role.EXAMINER), "stack/one.pdf", len(scan)))
    assert (again["id"], again["received"]) == (first["id"], 2 * PIECE)
    assert again["pieces"] == [hashlib.sha256(part).hexdigest() for _, part in parts[:2]]
    for offset, part in parts[2:]:
        answer = told(piece(client, again["at"], part, offset))
    job = Job.objects.get(pk=answer["job"])
    assert "waits for its turn" in client.get(site.at("scans/files/")).content.decode()
    done = run_one()
    assert done is not None
    assert (done.pk, done.state, done.result["name"], done.result["pages"]) == (
        *(job.pk, JobState.DONE, "stack/one.pdf", 1),
    )
    with opened(site.folder):
        stored = pages.file(hashlib.sha256(scan).hexdigest())
    assert stored is not None
    assert (stored.done, stored.name) == (True, "one.pdf")
    page = client.get(site.at("scans/files/")).content.decode()
    assert "one.pdf" in page
    assert "every 2s" not in page

    known = send(site, client, "other name.pdf", scan)
    assert (known["known"], Job.objects.count()) == (True, 1)
    assert nothing_left(), "the exam has its copy"


def test_who_gets_no_answer_to_the_last_piece_asks_once_more_and_has_one_job(site: Site, scan: bytes) -> None:
    client = site.as_(Role.EXAMINER)
    job = send(site, client, "one.pdf", scan)["job"]
    at = f"{site.at('scans/uploads/')}{Upload.objects.get().pk}/"
    last = cut(scan)[-1]
    assert told(piece(client, at, last[1], last[0]), 409)["received"] == len(scan)
    assert told(piece(client, at, b"", len(scan))) == {"received": len(scan), "job": job}
    assert told(piece(client, at, b"", len(scan), "0" * 64))["job"] == job
    told(piece(client, at, b"x", len(scan)), 400)
    assert Job.objects.count() == 1


@pytest.mark.parametrize("where", [(uploads, "join"), (scan_look, "is_known"), (jobs, "ask")])
def test_a_server_that_is_killed_before_a_file_is_handed_over_hands_it_over_later(
    site: Site, scan: bytes, monkeypatch: pytest.MonkeyPatch, where: tuple[object, str]
) -> None:
    client = site.as_(Role.EXAMINER)
    client.raise_request_exception = False

    def die(*_: object, **__: object) -> None:
        raise RuntimeError("stands for the end of the process")

    with monkeypatch.context() as patch:
        at = told(begin(site, client, "one.pdf", len(scan)))["at"]
        for offset, part in cut(scan)[:-1]:
            told(piece(client, at, part, offset))
        patch.setattr(*where, die)
        offset, part = cut(scan)[-1]
        assert piece(client, at, part, offset).status_code == 500
    assert not Job.objects.exists()
    assert "one.pdf" in client.get(site.at("scans/")).content.decode(), "it is listed as unfinished"
    again = told(begin(site, client, "one.pdf", len(scan)))
    assert (again["at"], again["received"]) == (at, len(scan))
    answer = told(piece(client, at, b"", len(scan)))
    assert answer["job"] == str(Job.objects.get().pk)
    done = run_one()
    assert done is not None
    assert (done.state, done.result["pages"]) == (JobState.DONE, 1)


def test_pieces_that_do_not_belong_are_refused(site: Site, scan: bytes) -> None:
    client = site.as_(Role.EXAMINER)
    at = told(begin(site, client, "one.pdf", len(scan)))["at"]
    (_, one), (_, two), *_ = cut(scan)
    assert told(piece(client, at, two, PIECE), 409)["received"] == 0
    assert told(piece(client, at, one, 0, "0" * 64), 409)["again"] is True
    told(piece(client, at, one, 0))
    assert told(piece(client, at, one, 0), 409)["received"] == PIECE, "another window has sent it"
    for offset, digest in (("x", None), ("-1", None), ("9" * 20, None), (PIECE, "nonsense"), ("", None)):
        told(piece(client, at, two, offset, digest), 400)
    told(piece(client, at, two[:-1], PIECE), 400)
    told(piece(client, at, two + b"x", PIECE), 400)
    assert Upload.objects.get().received == PIECE
    told(piece(client, at, two, PIECE))


def test_what_is_there_of_another_file_of_this_name_is_left(site: Site, scan: bytes) -> None:
    client = site.as_(Role.EXAMINER)
    first = told(begin(site, client, "one.pdf", len(scan)))
    told(piece(client, first["at"], scan[:PIECE], 0))
    fresh = told(begin(site, client, "one.pdf", len(scan), fresh=True))
    assert (fresh["received"], Upload.objects.count()) == (0, 1)
    told(piece(client, first["at"], scan[PIECE : 2 * PIECE], PIECE), 404)
    assert nothing_left()


def test_uploads_are_their_senders_alone(site: Site, scan: bytes, tmp_path: Path) -> None:
    ada, alex = site.as_(Role.EXAMINER), site.as_(Role.ADMINISTRATOR)
    mine = told(begin(site, ada, "one.pdf", len(scan)))
    assert told(begin(site, alex, "one.pdf", len(scan)))["id"] != mine["id"]
    told(piece(alex, mine["at"], scan[:PIECE], 0), 404)
    told(alex.post(f"{mine['at']}leave/"), 404)
    for stranger in (Role.CORRECTOR, Role.PROCTOR):
        assert piece(site.as_(stranger), mine["at"], scan[:PIECE], 0).status_code == 403
    assert piece(site.as_(None), mine["at"], scan[:PIECE], 0).status_code == 404
    told(piece(ada, site.at(f"scans/uploads/{uuid4()}/"), scan[:PIECE], 0), 404)
    write_exam(tmp_path / "second")
    other = exams.add(settings.KLAUSUR_HOME, tmp_path / "second", "Another", "the tests")
    exams.give_role(other, site.people[Role.EXAMINER], Role.EXAMINER, "the tests")
    elsewhere = mine["at"].replace(f"/{site.exam.slug}/", f"/{other.slug}/")
    told(piece(ada, elsewhere, scan[:PIECE], 0), 404)
    assert Upload.objects.get(pk=mine["id"]).received == 0


def test_what_is_no_scan_is_refused_at_its_first_piece_and_remembered(site: Site) -> None:
    client = site.as_(Role.EXAMINER)
    data = b"<script>alert(1)</script>" * PIECE
    at = told(begin(site, client, "<b>notes</b>.pdf", len(data)))["at"]
    assert "the file is no PDF" in told(piece(client, at, data[:PIECE], 0), 422)["what"]
    assert nothing_left()
    page = client.get(site.at("scans/")).content.decode()
    assert "&lt;b&gt;notes&lt;/b&gt;.pdf" in page
    assert "scan to PDF, or convert it to PDF" in page
    told(piece(client, at, data[:PIECE], 0), 404)
    told(client.post(f"{at}leave/"))
    assert "notes" not in client.get(site.at("scans/")).content.decode()
    client.cookies["language"] = "de"
    at = told(begin(site, client, "x.pdf", len(data)))["at"]
    assert "die Datei ist kein PDF" in told(piece(client, at, data[:PIECE], 0), 422)["what"]


def test_a_file_may_be_so_large_and_no_larger(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "KLAUSUR_HOME", replace(settings.KLAUSUR_HOME, upload=1 << 20))
    client = site.as_(Role.EXAMINER)
    assert "takes 1.0 MiB at most" in told(begin(site, client, "a.pdf", (1 << 20) + 1), 422)["what"]
    told(begin(site, client, "a.pdf", 1 << 20))
    assert "up to 1 MiB each" in client.get(site.at("scans/")).content.decode()


def test_what_the_disk_has_no_room_for_is_refused_before_it_is_sent(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = site.as_(Role.EXAMINER)
    monkeypatch.setattr(FilesInFolder, "room", lambda _: uploads.RESERVE + 1000)
    told(begin(site, client, "a.pdf", 1000))
    assert "the disk has no room for a.pdf" in told(begin(site, client, "a.pdf", 1001), 422)["what"]


def test_a_piece_for_which_there_is_no_room_is_sent_again_later(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, data = site.as_(Role.EXAMINER), b"%PDF-1.4\n" + bytes(1000)
    at = told(begin(site, client, "a.pdf", len(data)))["at"]

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        said = told(piece(client, at, data, 0), 507)
    assert "No space left on device" in said["what"]
    assert told(piece(client, at, data, 0))["received"] == len(data)


@pytest.mark.parametrize(
    ("name", "size"),
    [("", 5), ("a.pdf", 0), ("a.pdf", -1), ("a.pdf", "5"), (7, 5), (None, None), ("a.pdf", 1.5), ("a", True)],
)
def test_uploads_without_name_or_size_are_refused(site: Site, name: object, size: object) -> None:
    told(begin(site, site.as_(Role.EXAMINER), name, size), 400)
    client = site.as_(Role.EXAMINER)
    for body in (b"", b"[]", b"{", b"\xff", b"[" * 100_000):
        told(client.post(site.at("scans/uploads/"), body, content_type="application/json"), 400)


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd",
        "..",
        "/",
        "a/../../b.pdf",
        "C:\\windows\\x.pdf",
        "x\0y.pdf",
        "x\n\x1b[31m.pdf",
        "\udcff.pdf",
        "é" * 3000,
        ".pdf.part",
    ],
    ids=lambda name: repr(name)[:20],
)
def test_hostile_names_stay_where_uploads_are(site: Site, scan: bytes, name: str) -> None:
    client = site.as_(Role.EXAMINER)
    send(site, client, name, scan)
    (key,) = files.here().keys("uploads")
    assert key.startswith("uploads/")
    root = settings.KLAUSUR_HOME.files
    with files.here().at_hand(key) as path:
        assert path.resolve().is_relative_to((root / "uploads").resolve())
    assert client.get(site.at("scans/")).status_code == 200


def test_what_file_managers_leave_is_left(site: Site) -> None:
    said = told(begin(site, site.as_(Role.EXAMINER), "stack/.DS_Store", 6148), 422)
    assert "it is no scan" in said["what"]
    assert not Upload.objects.exists()


def test_what_nobody_goes_on_with_is_forgotten(site: Site, scan: bytes) -> None:
    client = site.as_(Role.EXAMINER)
    at = told(begin(site, client, "one.pdf", len(scan)))["at"]
    told(piece(client, at, scan[:PIECE], 0))
    Upload.objects.update(made=timezone.now() - uploads.KEPT - timedelta(hours=1))
    assert told(begin(site, client, "two.pdf", 100))["received"] == 0
    assert [each.name for each in Upload.objects.all()] == ["two.pdf"]
    assert nothing_left()
    told(piece(client, at, scan[PIECE : 2 * PIECE], PIECE), 404)


def test_nothing_is_sent_to_an_exam_that_was_not_printed(site: Site, tmp_path: Path) -> None:
    write_exam(tmp_path / "new")
    site.exam.folder = str(tmp_path / "new")
    site.exam.save()
    assert "nothing was printed" in told(begin(site, site.as_(Role.EXAMINER), "a.pdf", 5), 404)["what"]
