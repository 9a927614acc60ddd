"""The print desk: looked at first, printed once, files by name alone, and papers for the day."""

from pathlib import Path

import pytest
from django.conf import settings
from django.http import FileResponse
from django.test.utils import CaptureQueriesContext
from tests.actions.conftest import write_exam
from tests.web.conftest import Site, printed_by_hand

from klausur.actions.change_candidate import add
from klausur.roster import made_up
from klausur.roster.model import Candidate
from klausur.site import exams, work
from klausur.site.jobs import JobState
from klausur.site.models import Job
from klausur.state.facts import Actor, Author, Role
from klausur.store.connections import connection
from klausur.store.folder import opened


def _done() -> Job:
    job = work.run_one()
    assert job is not None
    assert job.state == JobState.DONE, job.fault
    return job


@pytest.fixture
def fresh(site: Site, tmp_path: Path) -> Site:
    """An exam of which nothing is printed, with a list of three."""
    folder = tmp_path / "fresh"
    write_exam(folder)
    made_up.write(made_up.made_up(3, seed=2), folder / "candidates.csv")
    exam = exams.add(settings.KLAUSUR_HOME, folder, "A fresh exam", "the tests")
    for role in (Role.EXAMINER, Role.PROCTOR, Role.CORRECTOR):
        exams.give_role(exam, site.people[role], role, "the tests")
    return Site(exam, folder, site.people)


def test_a_printing_is_looked_at_first_and_then_printed_once(fresh: Site) -> None:
    browser = fresh.as_(Role.EXAMINER)
    assert 'value="5"' in browser.get(fresh.at("prints/")).content.decode()
    at = browser.post(fresh.at("prints/look/"), {"spare": "2", "extras": "1"}).headers["Location"]
    assert "It begins as soon as a worker is free" in browser.get(at).content.decode()
    assert not browser.get(at, headers={"HX-Request": "true"}).headers.get("HX-Refresh")
    looked = _done()
    assert browser.get(at, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    page = browser.get(at).content.decode()
    assert "<strong>5</strong> booklets" in page
    assert "booklets.pdf" in page
    assert not (fresh.folder / "print").exists()
    first = browser.post(fresh.at("prints/print/"), {"job": looked.pk}).headers["Location"]
    assert browser.post(fresh.at("prints/print/"), {"job": looked.pk}).headers["Location"] == first
    assert browser.post(fresh.at("prints/print/"), {"job": first.split("/")[-2]}).status_code == 302
    _done()
    assert work.run_one() is None
    page = browser.get(first).content.decode()
    assert "Printing 1 is done" in page
    (booklets,) = fresh.folder.glob("print/*/booklets.pdf")
    answer = browser.get(fresh.at("prints/files/1/booklets.pdf"))
    assert isinstance(answer, FileResponse)
    assert b"".join(answer.streaming_content) == booklets.read_bytes()
    assert "Printing 1" in browser.get(fresh.at("prints/")).content.decode()


def test_what_would_be_printed_now_is_looked_at_again_if_somebody_was_quicker(site: Site) -> None:
    browser = site.as_(Role.EXAMINER)
    browser.post(site.at("prints/look/"), {"spare": "2"})
    looked = _done()
    author = Author(Actor("Ada Example", Role.EXAMINER), "registered late")
    add(site.folder, Candidate("09999999", "Nora Neu"), author)
    at = browser.post(site.at("prints/print/"), {"job": looked.pk}).headers["Location"]
    job = work.run_one()
    assert job is not None
    assert job.state == JobState.ASIDE
    assert "has changed since it was looked at" in browser.get(at).content.decode()
    assert len(list((site.folder / "print").glob("*-*"))) == 1


def test_options_that_contradict_themselves_or_lack_a_reason_ask_for_nothing(site: Site) -> None:
    browser = site.as_(Role.EXAMINER)
    for wrong in (
        {"spare": "-1"},
        {"spare": "many"},
        {"again": "3; DROP TABLE"},
        {"edition": "new"},
        {"despite": "claim-contradicted"},
        {"stickers": "no such sheet"},
        {"skip": "3"},
        {"seats": "/etc/passwd"},
    ):
        answer = browser.post(site.at("prints/look/"), wrong)
        assert answer.status_code == 400, wrong
        assert "errorlist" in answer.content.decode(), wrong
    assert not Job.objects.exists()


def test_files_are_named_by_a_list_and_by_nothing_else(site: Site) -> None:
    browser = site.as_(Role.EXAMINER)
    assert browser.get(site.at("prints/files/1/booklets.pdf")).status_code == 200
    for name in (
        "..%2fREADME.txt",
        "%2e%2e",
        "..%5c..%5cexam.toml",
        "no.pdf",
        "layout.json%00",
        "README.txt",
    ):
        refused = 400 if "%00" in name else 404  # no page at all takes a zero byte
        assert browser.get(site.at(f"prints/files/1/{name}")).status_code == refused, name
        assert browser.get(site.at(f"prints/day/{name}")).status_code == refused, name
    assert browser.get(site.at("prints/files/2/booklets.pdf")).status_code == 404
    assert browser.get(site.at("prints/files/1/../../exam.toml")).status_code == 404
    for role in (Role.PROCTOR, Role.CORRECTOR, Role.ADMINISTRATOR):
        assert site.as_(role).get(site.at("prints/files/1/booklets.pdf")).status_code == 403


def test_proctors_have_the_papers_for_the_day_made_and_see_no_booklets(site: Site) -> None:
    proctor = site.as_(Role.PROCTOR)
    page = proctor.get(site.at("prints/")).content.decode()
    assert "booklets.pdf" not in page
    assert proctor.post(site.at("prints/look/"), {"spare": "1"}).status_code == 403
    proctor.post(site.at("prints/day/"), {"numbers": "yes"})
    proctor.post(site.at("prints/day/"))
    assert set(_done().result["files"]) >= {"door-lists.pdf", "checklist.pdf"}
    assert work.run_one() is None
    assert "door-lists.pdf" in proctor.get(site.at("prints/")).content.decode()
    assert proctor.get(site.at("prints/day/door-lists.pdf")).status_code == 200


def test_a_job_is_none_of_another_exam(site: Site, fresh: Site) -> None:
    browser = fresh.as_(Role.EXAMINER)
    at = browser.post(fresh.at("prints/look/"), {"spare": "2"}).headers["Location"]
    assert browser.get(at.replace(fresh.exam.slug, site.exam.slug)).status_code == 404
    job = at.split("/")[-2]
    assert browser.post(site.at("prints/print/"), {"job": job}).status_code == 404
    assert browser.post(site.at("prints/print/"), {"job": "no job"}).status_code == 404
    assert browser.get(site.at("prints/"), {"as": "no job"}).status_code == 404


def test_the_desk_costs_as_many_queries_for_three_as_for_thirty(site: Site, tmp_path: Path) -> None:
    counted = []
    for count in (3, 30):
        place = printed_by_hand(tmp_path / str(count), count)
        exam = exams.add(settings.KLAUSUR_HOME, place, f"Exam of {count}", "the tests")
        exams.give_role(exam, site.people[Role.EXAMINER], Role.EXAMINER, "the tests")
        browser = site.as_(Role.EXAMINER)
        with opened(place), CaptureQueriesContext(connection()) as asked:
            assert browser.get(f"/exams/{exam.slug}/prints/").status_code == 200
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_the_desk_is_in_german_for_who_chose_it(site: Site) -> None:
    browser = site.as_(Role.EXAMINER)
    browser.cookies["language"] = "de"
    page = browser.get(site.at("prints/")).content.decode()
    for word in ("Reservehefte", "Papiere für den Tag", "Bisher gedruckt", "Ansehen, was gedruckt würde"):
        assert word in page
