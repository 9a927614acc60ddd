"""How long data are kept, what is told of it, deleting them by a worker; approving a paper on its desk."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from tests.actions.conftest import layout, small  # noqa: F401 - fixtures
from tests.cast import EXAMINER
from tests.site.conftest import unprinted  # noqa: F401 - the fixture
from tests.web.by_hand import site_with
from tests.web.conftest import Site

from klausur.actions import approve_paper, change_candidate
from klausur.actions.change_candidate import Correction
from klausur.actions.delete_data import check
from klausur.actions.results_so_far import so_far
from klausur.actions.verify import verify
from klausur.paper.layout import Layout
from klausur.site import exams, files, jobs
from klausur.site.jobs import JobState, Kind
from klausur.site.models import Person
from klausur.site.work import run_one
from klausur.state.facts import Author, Role
from klausur.state.retention import RetentionTerms

AT = "keeping/"


@pytest.fixture
def old(tmp_path: Path, layout: Layout) -> Site:  # noqa: F811
    """An exam of last winter, with an administrator beside its examiner."""
    site = site_with(tmp_path / "two", layout, 2)
    person = Person.objects.create_user("keeper@example.org", "Kim Keeper", administrator=True)
    site.people[Role.ADMINISTRATOR] = person
    return site


def test_people_are_told_when_the_time_is_over(old: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    examiner = old.as_(Role.EXAMINER)
    assert "to be kept until" not in examiner.get(old.at()).content.decode()
    home = replace(settings.KLAUSUR_HOME, retention=RetentionTerms(1, 1200))
    monkeypatch.setattr(settings, "KLAUSUR_HOME", home)
    overview = examiner.get(old.at()).content.decode()
    assert "The scans of this exam were to be kept until 17 Mar 2026." in overview
    assert "results of this exam" not in overview
    assert "for all exams of this site" in examiner.get(old.at(AT)).content.decode()
    examiner.post(old.at(f"{AT}terms/"), {"scans": "600", "results": "", "why": "the faculty"})
    assert examiner.post(old.at(f"{AT}terms/"), {"scans": "9", "results": "3"}).status_code == 400
    assert "to be kept until" not in examiner.get(old.at()).content.decode()
    page = examiner.get(old.at(AT)).content.decode()
    assert 'value="600"' in page
    assert "for all exams of this site" not in page


def test_a_worker_deletes_what_was_looked_at(old: Site) -> None:
    name = so_far(old.folder).results.rows[0].name
    files.here().put(f"pictures/{old.exam.pk}/a/b", [b"a picture of an answer"])
    keeper = old.as_(Role.ADMINISTRATOR)
    both = {"what": ["scans", "results"]}
    looked = keeper.get(old.at(f"{AT}look/"), both).content.decode()
    assert "What remains" in looked
    assert so_far(old.folder).results.rows
    assert keeper.post(old.at(f"{AT}terms/"), {"scans": "1"}).status_code == 403
    assert keeper.post(old.at(f"{AT}delete/"), both).status_code == 400  # without a reason
    keeper.post(old.at(f"{AT}delete/"), {**both, "why": "ten years are over"})
    job = run_one()
    assert job is not None
    assert job.state == JobState.DONE, job.fault
    assert list(files.here().keys(f"pictures/{old.exam.pk}")) == []
    assert verify(old.folder, actor=EXAMINER).holds
    page = keeper.get(old.at(AT)).content.decode()
    assert "ten years are over" in page
    (file,) = (old.folder / "deletions").glob("*.json")
    assert keeper.get(old.at(f"{AT}certificates/1.json")).content == file.read_bytes()
    assert check(old.folder, file).who == "Kim Keeper"
    examiner = old.as_(Role.EXAMINER)
    for rest in ("", "people/", "scans/", "owners/", "results/", "results/publication/", "results/mail/", AT):
        answer = examiner.get(old.at(rest))
        assert answer.status_code == 200, rest
        assert name not in answer.content.decode(), rest
    assert jobs.ask(Kind.DELETE, old.exam, old.people[Role.ADMINISTRATOR], Role.ADMINISTRATOR, what=["scans"])
    again = run_one()
    assert again is not None
    assert (again.state, "deleted already" in again.fault) == (JobState.ASIDE, True)


def test_all_data_about_somebody_is_fetched_by_who_examines(old: Site) -> None:
    registration = so_far(old.folder).results.rows[0].registration
    change_candidate.change(old.folder, registration, Correction(note="by the door"), Author(EXAMINER))
    answer = old.as_(Role.EXAMINER).get(old.at("people/1/data.zip"))
    assert answer.headers["Content-Disposition"].endswith(f'-{registration}.zip"')
    assert answer.content.startswith(b"PK")


@pytest.mark.long
def test_a_second_person_approves_the_paper_that_is_shown(unprinted: Site) -> None:  # noqa: F811
    with (unprinted.folder / "exam.toml").open("a") as file:
        file.write("\n[print]\nfour_eyes = true\n")
    berta = Person.objects.create_user("berta@example.org", "Berta Zweite")
    exams.give_role(unprinted.exam, berta, Role.EXAMINER, "the tests")
    first, second = (
        unprinted.as_(Role.EXAMINER),
        Site(unprinted.exam, unprinted.folder, {Role.EXAMINER: berta}),
    )
    first.post(unprinted.at("author/check/"))
    assert run_one() is not None
    assert run_one() is not None
    page = second.as_(Role.EXAMINER).get(unprinted.at("author/")).content.decode()
    assert "Nobody has approved this paper" in page
    found = approve_paper.look(unprinted.folder)
    sent = {"paper": found.paper, "source": found.source}
    assert f'value="{found.paper}"' in page
    second.as_(Role.EXAMINER).post(unprinted.at("author/approve/"), sent)
    assert [each.who for each in approve_paper.of(unprinted.folder, found.paper)] == ["Berta Zweite"]
    assert "Berta Zweite" in first.get(unprinted.at("author/")).content.decode()
    first.post(unprinted.at("prints/look/"), {"spare": "1"})
    job = run_one()
    assert job is not None
    assert [d["code"] for d in job.result["diagnostics"] if d["severity"] == "error"] == []
