"""A site with one exam and a cast: who examines, corrects, watches, keeps machines, sits; a stranger.

The exam was printed for four candidates and scanned; some boxes wait for a person.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from tests import cast
from tests.actions.conftest import print_by_hand, write_exam
from tests.exams import copy_exam
from whitenoise.middleware import WhiteNoiseMiddleware

from klausur.actions.print_booklets import print_booklets
from klausur.actions.scan import scan
from klausur.base.geometry import Size
from klausur.exam import source
from klausur.paper.layout import BookletLayout, Layout, PageLayout
from klausur.paper.run import Booklet, PrintRun
from klausur.rehearse.level import Level
from klausur.rehearse.run import rehearse
from klausur.roster import made_up
from klausur.site import exams
from klausur.site.candidate_logins import LoginRule
from klausur.site.models import Exam, Person
from klausur.state.facts import Role
from klausur.store import candidates, printings
from klausur.store.folder import opened
from klausur.web import guests
from klausur.web.limits import Tries

STRANGER = "Stefan Fremd"


@dataclass(slots=True)
class Site:
    """A site with an exam in it, and its people by role; None is the stranger, who has an account alone."""

    exam: Exam
    folder: Path
    people: dict[Role | None, Person] = field(default_factory=dict)

    def as_(self, role: Role | None) -> Client:
        """A browser in which this person is logged in."""
        client = Client(raise_request_exception=True)
        client.force_login(self.people[role], "django.contrib.auth.backends.ModelBackend")
        return client

    def at(self, rest: str = "") -> str:
        """An address in the exam."""
        return f"/exams/{self.exam.slug}/{rest}"


@pytest.fixture(scope="session", autouse=True)
def statics_found_once() -> Iterator[None]:
    """Each client that a test makes sets the site up anew; what lies in its static folders stays the same."""
    found: dict[str, object] = {}
    look = WhiteNoiseMiddleware.add_files_from_finders

    def remembered(self: WhiteNoiseMiddleware) -> None:
        if not found:
            look(self)
            found.update(self.files)
        self.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", remembered)
        yield


@pytest.fixture(scope="session")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An exam that was printed and sat. Copy it before use."""
    place = tmp_path_factory.mktemp("handed-in") / "exam"
    write_exam(place)
    made_up.write(made_up.made_up(4, seed=1), place / "candidates.csv")
    print_booklets(place, actor=cast.EXAMINER, seed=11)
    with opened(place):
        layout = printings.layout()
    exam = source.parse(place).exam
    assert exam is not None
    (booklets,) = place.glob("print/*/booklets.pdf")
    rehearse(booklets, layout, exam, place / "rehearsal", 11, level=Level.HARD)
    return place


@pytest.fixture(scope="session")
def sat(handed_in: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, scanned. Copy it before use."""
    place = copy_exam(handed_in, tmp_path_factory.mktemp("sat") / "exam")
    scan(place, [place / "rehearsal"], actor=cast.EXAMINER, jobs=0)
    return place


@pytest.fixture(autouse=True)
def kept_apart(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test writes into the site's own database is taken back; who tried links before is forgotten."""
    monkeypatch.setattr(guests, "TRIES", Tries(30, 600))
    with transaction.atomic(using="default"):
        yield
        transaction.set_rollback(True, using="default")


@pytest.fixture
def site(sat: Path, tmp_path: Path) -> Site:
    """A site with the exam."""
    folder = copy_exam(sat, tmp_path / "exam")
    exam = exams.add(settings.KLAUSUR_HOME, folder, "A small exam", "the tests")
    made = Site(exam, folder)
    for actor in cast.CAST.values():
        if actor.role is Role.CANDIDATE:
            continue
        person = Person.objects.create_user(
            f"{actor.role.value}@example.org", actor.name, administrator=actor.role is Role.ADMINISTRATOR
        )
        made.people[actor.role] = person
        if actor.role is not Role.ADMINISTRATOR:
            exams.give_role(exam, person, actor.role, "the tests")
    with opened(folder):
        first = candidates.enrolled()[0].candidate
    sits = Person.objects.create_user("candidate@example.org", first.name)
    sits.registration = first.registration
    sits.save()
    exam.login_by = LoginRule.REGISTRATION.value
    exam.save()
    made.people[Role.CANDIDATE] = sits
    made.people[None] = Person.objects.create_user("stranger@example.org", STRANGER)
    return made


def printed_by_hand(place: Path, count: int) -> Path:
    """An exam that was printed for so many people, without any paper."""
    write_exam(place)
    exam = source.parse(place).exam
    assert exam is not None
    booklets = tuple(BookletLayout(n, (0,)) for n in range(1, count + 1))
    pages = (PageLayout(1, ()),)
    layout = Layout(7, exam.slug, exam.digest, "a4", Size(210.0, 297.0), pages, booklets)
    run = PrintRun(7, tuple(Booklet(n, who) for n, who in enumerate(made_up.made_up(count, 1), start=1)))
    print_by_hand(place, run, layout)
    return place
