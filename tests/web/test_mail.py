"""Mail to candidates: a look, sending by a worker through a mail server, and what comes back."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.actions.conftest import layout, small  # noqa: F401 - fixtures
from tests.cast import EXAMINER
from tests.report.test_letters import ACT_OF_IT, FAILED, HEADERS, report
from tests.web.by_hand import site_with
from tests.web.conftest import Site
from tests.web.mail_server import MailServer, serving

from klausur.actions import change_candidate, personal_links, publish
from klausur.actions.change_candidate import Correction
from klausur.paper.layout import Layout
from klausur.report.letters.returned import ACT
from klausur.site import post
from klausur.site.home import Mail
from klausur.site.jobs import JobState
from klausur.site.work import run_one
from klausur.state.facts import Author, Role
from klausur.state.publication import Part, Terms

ADA = Author(EXAMINER)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A mail server that the site sends by."""
    with serving() as running:
        said = Mail(
            "127.0.0.1",
            "Exams <exams@example.org>",
            running.port,
            security="none",
            bounces="back@example.org",
        )
        home = replace(settings.KLAUSUR_HOME, mail=said, address="https://k.example.org")
        monkeypatch.setattr(settings, "KLAUSUR_HOME", home)
        for name, value in {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": running.port,
            "EMAIL_USE_TLS": False,
        }.items():
            monkeypatch.setattr(settings, name, value)
        yield running


@pytest.fixture
def told(tmp_path: Path, layout: Layout) -> Site:  # noqa: F811
    """Results of three people are published; two have addresses."""
    site = site_with(tmp_path / "three", layout, 3)
    people = [who.candidate.registration for who, _ in personal_links.listed(site.folder)]
    for n, registration in enumerate(people[:2]):
        change_candidate.change(site.folder, registration, Correction(mail=f"c{n}@example.org"), ADA)
    publish.set_terms(site.folder, Terms(frozenset(Part)), ADA)
    publish.publish(site.folder, ADA)
    return site


def test_mail_is_looked_at_sent_by_a_worker_and_told_of(told: Site, server: MailServer) -> None:
    server.refuses["c1@example.org"] = "550 no such user"
    browser = told.as_(Role.EXAMINER)
    looked = browser.get(told.at("results/mail/look/"), {"kind": "results", "language": "de"})
    page = looked.content.decode()
    assert "2 mails would be sent" in page
    assert "Ihre Ergebnisse von" in page
    assert "Without an address" in page
    assert server.taken == []
    browser.post(told.at("results/mail/send/"), {"kind": "results", "language": "de"})
    job = run_one()
    assert job is not None
    assert (job.state, job.result) == (JobState.DONE, {"sent": 1, "refused": 1}), job.fault
    ((sender, message),) = server.taken
    assert (sender, message["From"]) == ("back@example.org", "Exams <exams@example.org>")
    assert message["To"] == "c0@example.org"
    text = message.get_content()
    found = re.search(r"https://k\.example\.org(/review/\S+/)", text)
    assert found is not None
    secret = found[1].split("/")[-2]
    assert found[1] == reverse("review", args=[told.exam.slug, secret])
    assert browser.get(found[1]).status_code == 200
    page = browser.get(told.at("results/mail/")).content.decode()
    assert "550 no such user" in page
    assert secret not in page
    browser.post(told.at("results/mail/send/"), {"kind": "results"})  # everybody had it
    assert run_one() is not None
    assert len(server.taken) == 1
    back = report(FAILED, HEADERS.replace(ACT_OF_IT, str(message[ACT])))
    upload = {"reports": SimpleUploadedFile("bounce.eml", back)}
    page = browser.post(told.at("results/mail/returned/"), upload, follow=True).content.decode()
    assert "1 mail came back" in page
    assert "5.1.1" in page
    server.refuses.clear()
    once_more = {"kind": "results", "registration": _first(told), "act": str(uuid.uuid4())}
    for _ in range(2):
        browser.post(told.at("results/mail/again/"), once_more)
        assert run_one() is not None
    assert len(server.taken) == 2


def _first(site: Site) -> str:
    (who, _link), *_others = personal_links.listed(site.folder)
    return who.candidate.registration


def test_a_server_that_is_not_there_sets_the_job_aside_and_it_can_be_tried_again(
    told: Site, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert post.fault(settings.KLAUSUR_HOME) is None
    monkeypatch.setattr(settings, "EMAIL_PORT", 1)
    wrong = post.fault(settings.KLAUSUR_HOME)
    assert "cannot be used" in str(wrong)
    browser = told.as_(Role.EXAMINER)
    browser.post(told.at("results/mail/send/"), {"kind": "results"})
    job = run_one()
    assert job is not None
    assert (job.state, "127.0.0.1 cannot be used" in job.fault) == (JobState.ASIDE, True)
    monkeypatch.setattr(settings, "EMAIL_PORT", server.port)
    browser.post(told.at("results/mail/send/"), {"kind": "results"})
    assert run_one() is not None
    assert len(server.taken) == 2


def test_a_site_without_mail_says_so(told: Site) -> None:
    browser = told.as_(Role.EXAMINER)
    assert "sends no mail" in browser.get(told.at("results/mail/")).content.decode()
    assert browser.post(told.at("results/mail/send/"), {"kind": "results"}).status_code == 400
    assert run_one() is None
