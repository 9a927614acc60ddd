"""What ails a site is named, with what mends it; docs/reference/commands.md lists all that is looked for."""

import re
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from tests import site_home
from tests.web.conftest import Site

from klausur.actions import doctor as of_exams
from klausur.site import audit, doctor, jobs
from klausur.site.home import Home, Mail
from klausur.site.jobs import JobState, Kind
from klausur.site.models import Exam, Job, Person
from klausur.state.facts import Role

PAGE = (Path(__file__).parents[2] / "docs/reference/commands.md").read_text("utf-8")
NOW = datetime.now(UTC)


def home() -> Home:
    assert site_home.HOME is not None
    return replace(site_home.HOME, recipients=("age1",))


def names(here: Home, now: datetime = NOW) -> set[str]:
    return {each.name for each in doctor.look(here, now)}


@pytest.fixture
def sound(site: Site) -> Site:
    """A site with nothing wrong but its administrator's single password."""
    audit.append(audit.BACKUP, "the tests", file="site.tar.age")
    return site


def test_the_page_lists_all_that_is_looked_for_and_no_more() -> None:
    section = PAGE.partition("## klausur doctor")[2].partition("\n## ")[0]
    told = re.findall(r"^\| `([a-z-]+)` \| (error|warning) \|", section, re.MULTILINE)
    known = {**of_exams.AILMENTS, **doctor.AILMENTS}
    assert dict(told) == {name: severity.value for name, severity in known.items()}
    assert not of_exams.AILMENTS.keys() & doctor.AILMENTS.keys()


def test_a_sound_site_has_nothing_but_passwords_alone(sound: Site) -> None:
    assert names(home()) == {"one-factor"}
    Person.objects.filter(pk=sound.people[Role.ADMINISTRATOR].pk).update(administrator=False)
    assert names(home()) == {"no-administrator"}


def test_exams_and_jobs(sound: Site) -> None:
    job = jobs.ask(Kind.CHECK, sound.exam, sound.people[Role.EXAMINER], Role.EXAMINER)
    assert names(home()) == {"one-factor"}
    assert names(home(), NOW + timedelta(hours=1)) == {"one-factor", "jobs-wait"}
    Job.objects.filter(pk=job.pk).update(state=JobState.ASIDE, ended=NOW)
    Exam.objects.create(slug="gone", title="Gone", folder="/nowhere/at/all")
    assert names(home()) == {"one-factor", "jobs-aside", "exam-gone"}


def test_backups_that_are_missing_or_old(site: Site) -> None:
    del site
    assert {"no-backup", "backup-key"} <= names(replace(home(), recipients=()))
    audit.append(audit.BACKUP, "the tests", file="site.tar.age")
    assert "no-backup" not in names(home())
    assert "no-backup" in names(home(), NOW + timedelta(days=3))


def test_secrets_that_others_can_read(sound: Site, tmp_path: Path) -> None:
    del sound
    here = replace(home(), root=tmp_path, secret_files=(tmp_path / "password",))
    for name in ("exams", "files"):
        (tmp_path / name).mkdir(mode=0o700)
    for name in ("secret", "password"):
        (tmp_path / name).touch(mode=0o644)
    tmp_path.chmod(0o755)
    found = [each for each in doctor.look(here, NOW) if each.name == "secret-open"]
    assert [each.mend for each in found] == [
        f"chmod go= {tmp_path / name}" for name in ("secret", "password")
    ]
    tmp_path.chmod(0o700)
    assert "secret-open" not in names(here), "nobody else comes there"


def test_passwords_that_travel_in_clear(sound: Site) -> None:
    del sound
    assert "unencrypted" in names(replace(home(), address="http://exams.example.org"))
    assert "unencrypted" not in names(replace(home(), address="http://127.0.0.1:8000"))
    assert "unencrypted" not in names(replace(home(), address="https://exams.example.org"))


def test_a_mail_server_that_is_none(sound: Site) -> None:
    del sound
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens there
        mail = Mail("127.0.0.1", "exams@example.org", port=taken.getsockname()[1])
        assert "mail-silent" in names(replace(home(), mail=mail))


def test_rows_of_another_klausur(sound: Site) -> None:
    del sound
    recorded = (
        "INSERT INTO django_migrations (app, name, applied) VALUES ('site', '0099_future', '2099-01-01')"
    )
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'axes' AND name LIKE '0010%'")
        assert "site-older" in names(home())
        cursor.execute(recorded)
        (found,) = [each for each in doctor.look(home(), NOW) if each.name == "site-newer"]
    assert "site.0099_future" in found.what
