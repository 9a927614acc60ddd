"""The site of `tests/web`, and one whose exam was not printed yet."""

from pathlib import Path

import pytest
from django.conf import settings
from tests import cast
from tests.actions.conftest import write_exam
from tests.exams import copy_exam
from tests.web.conftest import Site, handed_in, kept_apart, sat, site, statics_found_once

from klausur.roster import made_up
from klausur.site import exams
from klausur.site.models import Person
from klausur.state.facts import Role

__all__ = ["handed_in", "kept_apart", "sat", "site", "statics_found_once"]


@pytest.fixture
def unprinted(tmp_path: Path) -> Site:
    """A site with an exam that was not printed yet, and its examiner."""
    folder = tmp_path / "new"
    write_exam(folder)
    made_up.write(made_up.made_up(3, seed=1), folder / "candidates.csv")
    return with_examiner(folder)


@pytest.fixture
def unscanned(handed_in: Path, tmp_path: Path) -> Site:
    """A site with an exam that was printed and sat, and its examiner; its scans lie in ``rehearsal``."""
    return with_examiner(copy_exam(handed_in, tmp_path / "handed-in"))


def with_examiner(folder: Path) -> Site:
    exam = exams.add(settings.KLAUSUR_HOME, folder, "A new exam", "the tests")
    person = Person.objects.create_user("ada@example.org", cast.EXAMINER.name)
    exams.give_role(exam, person, Role.EXAMINER, "the tests")
    return Site(exam, folder, {Role.EXAMINER: person})
