"""What programs ask that watch over a site: who may, what is answered, and that nobody's name is in it."""

import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.web.conftest import Site

from klausur.base.doing import JOB, REQUEST, doing
from klausur.site import jobs, work
from klausur.site.job_kinds import KINDS
from klausur.site.jobs import Kind
from klausur.state.facts import Role
from klausur.web import logs

HERE = {"HTTP_HOST": "127.0.0.1:8000"}


def asked(path: str, said: dict[str, str], client: Client | None = None) -> Any:  # noqa: ANN401 - an answer of Django's test client
    """What is answered to a request of which the server says this."""
    extra: dict[str, Any] = dict(said)
    return (client or Client()).get(path, **extra)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A site whose figures programs on this machine may ask for."""
    monkeypatch.setattr(settings, "KLAUSUR_HOME", replace(settings.KLAUSUR_HOME, metrics=""))


@pytest.fixture
def by_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """A site whose figures are for who has the token."""
    monkeypatch.setattr(settings, "KLAUSUR_HOME", replace(settings.KLAUSUR_HOME, metrics="seven-apples"))


def test_who_asks_whether_the_server_is_there_asks_nothing_of_its_database() -> None:
    with CaptureQueriesContext(connection) as queries:
        answer = Client().get("/healthz")
    assert (answer.status_code, answer.content, len(queries)) == (200, b"ok\n", 0)


def test_who_asks_whether_it_is_ready_hears_what_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Client().get("/readyz").json() == {"ready": True, "database": True, "files": True}

    def away() -> None:
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", away)
    monkeypatch.setattr(connection, "close", lambda: None)
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, False)


def test_without_the_setting_there_are_no_figures() -> None:
    assert asked("/metrics", HERE).status_code == 404


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize(
    ("said", "status"),
    [
        (HERE, 200),
        ({"HTTP_HOST": "localhost"}, 200),
        ({"HTTP_HOST": "testserver"}, 403),
        ({**HERE, "REMOTE_ADDR": "192.0.2.7"}, 403),
        ({**HERE, "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 403),
        ({**HERE, "HTTP_VIA": "1.1 proxy"}, 403),
    ],
)
def test_without_a_token_only_programs_on_this_machine_get_figures(said: dict[str, str], status: int) -> None:
    assert asked("/metrics", said).status_code == status


@pytest.mark.usefixtures("by_token")
def test_with_a_token_who_shows_it_does_and_nobody_else(site: Site) -> None:
    bearer = {"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": "Bearer seven-apples"}
    assert asked("/metrics", bearer).status_code == 200
    for wrong in ({}, HERE, {**bearer, "HTTP_AUTHORIZATION": "Bearer seven"}):
        assert asked("/metrics", wrong).status_code == 403
    assert asked("/metrics", HERE, site.as_(Role.ADMINISTRATOR)).status_code == 403


@pytest.mark.usefixtures("counted")
def test_figures_tell_of_requests_jobs_and_exams_and_name_nobody(site: Site) -> None:
    from prometheus_client.parser import text_string_to_metric_families

    before = _figures(asked("/metrics", HERE).content.decode())
    client = site.as_(Role.EXAMINER)
    client.get(site.at("readings/"))
    client.get("/nothing/here/")
    jobs.ask(Kind.CHECK, site.exam, site.people[Role.EXAMINER], Role.EXAMINER)
    text = asked("/metrics", HERE, client).content.decode()
    found = _figures(text)

    def more(name: str) -> float:
        return found[name] - before.get(name, 0)

    assert more("klausur_requests_total desk=readings status=2xx") == 1
    assert more("klausur_requests_total desk=none status=4xx") == 1
    assert more("klausur_request_seconds_count desk=readings") == 1
    assert found["klausur_jobs kind=check state=waiting"] == 1
    assert found["klausur_job_waits_seconds"] >= 0
    assert found[f"klausur_pages exam={site.exam.slug}"] > 0
    assert found[f"klausur_exam_unreadable exam={site.exam.slug}"] == 0
    for person in site.people.values():
        assert person.name not in text
        assert person.email not in text
    assert list(text_string_to_metric_families(text)), "Prometheus' own parser reads it"


def _figures(text: str) -> dict[str, float]:
    from prometheus_client.parser import text_string_to_metric_families

    return {
        " ".join(
            [sample.name, *(f"{name}={value}" for name, value in sorted(sample.labels.items()))]
        ): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """What is logged as JSON meanwhile."""
    found: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(self.format(record))

    handler, ours = Kept(), logging.getLogger("klausur")
    handler.setFormatter(logs.AsJson())
    before = ours.level
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    yield found
    ours.removeHandler(handler)
    ours.setLevel(before)


def test_each_request_is_a_line_with_its_id_and_without_who_asked(site: Site, lines: list[str]) -> None:
    client = site.as_(Role.CORRECTOR)
    answer = client.get(site.at("readings/"), headers={"X-Request-ID": "from-the-proxy"})
    assert answer.headers["X-Request-ID"] == "from-the-proxy"
    odd = client.get("/", headers={"X-Request-ID": "an id\nwith lines"}).headers["X-Request-ID"]
    assert len(odd) == 16
    said = [json.loads(line) for line in lines if "klausur.requests" in line]
    assert [(each["request"], each["page"], each["status"]) for each in said] == [
        ("from-the-proxy", "readings", 200),
        (odd, "home", 302),
    ]
    person = site.people[Role.CORRECTOR]
    assert not any(word in line for line in lines for word in (person.name, person.email, "127.0.0.1"))


def test_a_job_is_told_by_its_id_and_a_bug_by_its_kind_and_place(
    site: Site, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> dict[str, object]:
        raise ValueError("Ada Example is not a number")

    monkeypatch.setitem(KINDS, Kind.CHECK, broken)
    job = jobs.ask(Kind.CHECK, site.exam, site.people[Role.EXAMINER], Role.EXAMINER)
    work.run_one()
    begun, aside = (json.loads(line) for line in lines if "klausur.jobs" in line)
    assert (begun["message"], begun["job"], begun["exam"]) == ("job begun", str(job.pk), site.exam.slug)
    assert (aside["message"], aside["error"], aside["level"]) == ("job set aside", "ValueError", "warning")
    assert not any("Ada Example" in line for line in lines)


def test_a_bug_is_logged_without_its_words() -> None:
    nobody: dict[str, int] = {}
    try:
        nobody["Ada Example"]
    except KeyError:
        said_of = ("django.request", logging.ERROR, __file__, 1, "Internal Server Error: %s", ("/x/",))
        record = logging.LogRecord(*said_of, exc_info=sys.exc_info())
    with doing(REQUEST, "r1"), doing(JOB, "j1"):
        said = json.loads(logs.AsJson().format(record))
    assert (said["request"], said["job"], said["error"]) == ("r1", "j1", "KeyError")
    assert said["at"][0].endswith("test_a_bug_is_logged_without_its_words")
    assert "Ada" not in json.dumps(said)
