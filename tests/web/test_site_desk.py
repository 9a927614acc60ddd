"""The administrator's desk, and the examiner's own page of who does what."""

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree

import pytest
from django.conf import settings
from django.test import Client
from tests.web.conftest import Site

from klausur.exam.evidence import confined
from klausur.site.models import Exam, Invitation, Job, Member, Person, SiteEvent
from klausur.state.facts import Role

ADMINISTRATOR = Role.ADMINISTRATOR


@pytest.fixture
def admin(site: Site) -> Client:
    return site.as_(ADMINISTRATOR)


@pytest.fixture(autouse=True)
def folders_go() -> Iterator[None]:
    before = set(settings.KLAUSUR_HOME.exams.iterdir())
    yield
    for folder in set(settings.KLAUSUR_HOME.exams.iterdir()) - before:
        rmtree(folder)


def said(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_it_says_what_is_here_and_what_lies_set_aside(site: Site, admin: Client) -> None:
    examiner = site.people[Role.EXAMINER]
    made = {"kind": "scan", "exam": site.exam, "by": examiner, "role": "examiner"}
    Job.objects.create(**made, state="aside", fault="no page", ended=datetime.now(UTC))
    assert '<span class="tag bad">1</span>' in said(admin, "/site/")
    assert "no page" in said(admin, "/site/jobs/")
    assert "no page" not in said(admin, "/site/jobs/?state=running")
    job = Job.objects.get()
    admin.post(f"/site/jobs/{job.pk}/again/")
    job.refresh_from_db()
    assert (job.state, job.fault) == ("waiting", "")


def test_somebody_gets_and_loses_a_role(site: Site, admin: Client) -> None:
    stranger = site.people[None]
    address = f"/site/people/{stranger.pk}/role/"
    admin.post(address, {"exam": site.exam.pk, "role": "proctor"})
    assert Member.objects.get(person=stranger).role == "proctor"
    admin.post(address, {"exam": site.exam.pk, "role": "king"})
    assert Member.objects.get(person=stranger).role == "proctor"
    admin.post(address, {"exam": site.exam.pk, "role": "none"})
    assert not Member.objects.filter(person=stranger).exists()
    verbs = list(SiteEvent.objects.order_by("-pk").values_list("verb", flat=True))[:2]
    assert verbs == ["take-role", "give-role"]


def test_a_name_stays_one_persons_and_the_site_keeps_an_administrator(site: Site, admin: Client) -> None:
    mine = site.people[ADMINISTRATOR]
    kept = {"name": mine.name, "email": mine.email, "administrator": "on", "is_active": "on"}
    address = f"/site/people/{mine.pk}/"
    for wrong in (
        {"name": site.people[Role.CORRECTOR].name},
        {"email": site.people[Role.CORRECTOR].email},
        {"administrator": ""},
        {"is_active": ""},
    ):
        sent = {name: value for name, value in (kept | wrong).items() if value}
        assert admin.post(address, sent).status_code == 200, wrong
    assert admin.post(address, kept | {"name": "Alexandra Ä"}).status_code == 302
    mine.refresh_from_db()
    assert (mine.name, mine.administrator) == ("Alexandra Ä", True)


def test_who_may_not_log_in_is_out_at_once(site: Site, admin: Client) -> None:
    corrector = site.people[Role.CORRECTOR]
    browser = site.as_(Role.CORRECTOR)
    assert browser.get(site.at()).status_code == 200
    admin.post(f"/site/people/{corrector.pk}/", {"name": corrector.name, "email": corrector.email})
    assert browser.get(site.at()).status_code == 302


def test_an_invitation_is_a_link_to_hand_on(site: Site, admin: Client) -> None:
    asked = {"email": "Neu@Example.org", "role": "corrector", "exam": site.exam.pk}
    page = admin.post("/site/people/invite/", asked, follow=True).content.decode()
    link = page.split("/invited/")[1].split("/")[0]
    assert Invitation.objects.get().email == "neu@example.org"
    assert Client().get(f"/invited/{link}/").status_code == 200
    admin.post(f"/site/invitations/{Invitation.objects.get().pk}/withdraw/")
    assert Client().get(f"/invited/{link}/").status_code == 410
    admin.post("/site/people/invite/", {"email": "x@example.org", "role": "corrector"})
    assert Invitation.objects.count() == 1, "a role is one in an exam"


def test_a_new_exam_has_its_folder_and_its_examiner(site: Site, admin: Client) -> None:
    done = admin.post("/site/exams/new/", {"title": "Übung 1", "kind": "mixed", "language": "de"})
    exam = Exam.objects.get(title="Übung 1")
    assert done.headers["Location"] == f"/exams/{exam.slug}/"
    assert (settings.KLAUSUR_HOME.folder(exam.folder) / "exam.toml").is_file()
    assert Member.objects.get(exam=exam).person == site.people[ADMINISTRATOR]
    assert "Trust" not in said(admin, "/site/exams/"), "its programs ship with Klausur"
    admin.post("/site/exams/new/", {"title": "Übung 1", "kind": "mc", "language": "de"})
    assert len(set(Exam.objects.filter(title="Übung 1").values_list("folder", "slug"))) == 2


def test_an_exam_comes_as_a_zip_file_and_its_programs_do_not_run_unasked(admin: Client) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("e/exam.toml", 'title = "x"')
        archive.writestr("e/problems/1-a.py", "def parameters(rng): return {}")
    data.seek(0)
    data.name = "e.zip"
    admin.post("/site/exams/upload/", {"title": "Brought", "file": data})
    exam = Exam.objects.get(title="Brought")
    assert "1-a.py" in said(admin, "/site/exams/")
    assert "Trust" in said(admin, "/site/exams/")
    admin.post(f"/site/exams/{exam.pk}/trust/", {"trust": "yes"})
    told = set(SiteEvent.objects.values_list("verb", flat=True))
    assert ("trust" in told) == ({"network", "files"} <= confined.done_here())


def test_nothing_runs_on_a_site_that_cannot_keep_programs_apart(
    site: Site, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confined, "done_here", lambda: frozenset({"limits"}))
    admin.post(f"/site/exams/{site.exam.pk}/trust/", {"trust": "yes"})
    assert not SiteEvent.objects.filter(verb="trust").exists()


def test_a_damaged_zip_file_is_told(admin: Client) -> None:
    data = io.BytesIO(b"no zip")
    data.name = "e.zip"
    answer = admin.post("/site/exams/upload/", {"title": "Brought", "file": data})
    assert answer.status_code == 409
    assert "ZIP" in answer.content.decode()
    assert not Exam.objects.filter(title="Brought").exists()


def test_an_exam_that_is_over_stands_at_the_end_and_comes_back(site: Site, admin: Client) -> None:
    for word, over in (("yes", True), ("no", False)):
        admin.post(f"/site/exams/{site.exam.pk}/archived/", {"archived": word})
        site.exam.refresh_from_db()
        assert site.exam.archived is over


def test_the_examiner_gives_roles_and_stays_one(site: Site) -> None:
    browser = site.as_(Role.EXAMINER)
    corrector, examiner = site.people[Role.CORRECTOR], site.people[Role.EXAMINER]
    browser.post(site.at("team/role/"), {"person": corrector.pk, "role": "proctor"})
    assert Member.objects.get(person=corrector).role == "proctor"
    browser.post(site.at("team/role/"), {"person": examiner.pk, "role": "corrector"})
    assert Member.objects.get(person=examiner).role == "examiner"
    assert (
        browser.post(site.at("team/role/"), {"person": site.people[None].pk, "role": "proctor"}).status_code
        == 404
    )
    browser.post(site.at("team/names/"), {"names": "shown"})
    site.exam.refresh_from_db()
    assert site.exam.names_for_correctors
    browser.post(site.at("team/invite/"), {"email": "n@example.org", "role": "corrector"})
    invitation = Invitation.objects.get()
    assert (invitation.exam, invitation.role) == (site.exam, "corrector")
    browser.post(site.at("team/withdraw/"), {"invitation": invitation.pk})
    assert Invitation.objects.get().used is not None


def test_a_forgotten_password_is_chosen_anew_by_a_link(site: Site, admin: Client) -> None:
    assert "sends no mail" in Client().get("/accounts/password/reset/").content.decode()
    person = site.people[Role.CORRECTOR]
    page = admin.post(f"/site/people/{person.pk}/password/", follow=True).content.decode()
    link = page[page.index("/accounts/password/reset/key/") :].split("<")[0].split('"')[0].strip()
    browser = Client()
    form = browser.get(link, follow=True)
    sent = {"password1": "nine yellow pears", "password2": "nine yellow pears"}
    browser.post(form.redirect_chain[-1][0], sent)
    browser.post("/accounts/login/", {"login": person.email, "password": "nine yellow pears"})
    assert browser.get(site.at()).status_code == 200
    assert "no longer good" in Client().get(link, follow=True).content.decode().lower(), "good once"


def test_an_examiner_cannot_make_administrators(site: Site) -> None:
    site.as_(Role.EXAMINER).post(site.at("team/invite/"), {"email": "n@example.org", "role": "administrator"})
    assert not Invitation.objects.exists()


def test_pages_are_in_the_language_that_somebody_chose(site: Site, admin: Client) -> None:
    admin.post("/language/", {"language": "de", "next": "/site/"})
    assert "Was geschah" in said(admin, "/site/")
    answer = admin.post("/language/", {"language": "de", "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"
    assert Person.objects.get(pk=site.people[ADMINISTRATOR].pk).language == "de"


def test_passwords_that_are_guessed_lock_out(site: Site) -> None:
    person = site.people[Role.CORRECTOR]
    person.set_password("seven green apples")
    person.save()
    browser = Client(REMOTE_ADDR="10.1.2.3")
    for _ in range(9):
        browser.post("/accounts/login/", {"login": person.email, "password": "wrong"})
    browser.post("/accounts/login/", {"login": person.email, "password": "seven green apples"})
    assert browser.get(site.at()).status_code == 302, "locked out here"
    other = Client(REMOTE_ADDR="10.9.9.9")
    other.post("/accounts/login/", {"login": person.email, "password": "seven green apples"})
    assert other.get(site.at()).status_code == 200, "and nowhere else"


def test_the_folder_of_an_exam_may_be_gone(site: Site, admin: Client) -> None:
    rmtree(site.folder)
    assert "its folder is gone" in said(admin, "/site/exams/")
    assert Path(site.folder).exists() is False
