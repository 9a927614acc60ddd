"""The site of `tests/web`, and one whose exam was not printed yet."""

from pathlib import Path

import pytest
from django.conf import settings
from tests import cast
from tests.actions.conftest import write_exam
from tests.web.conftest import Site, kept_apart, sat, site

from klausur.roster import made_up
from klausur.site import exams
from klausur.site.models import Person
from klausur.state.facts import Role

__all__ = ["kept_apart", "sat", "site"]


@pytest.fixture
def unprinted(tmp_path: Path) -> Site:
    """A site with an exam that was not printed yet, and its examiner."""
    folder = tmp_path / "new"
    write_exam(folder)
    made_up.write(made_up.made_up(3, seed=1), folder / "candidates.csv")
    exam = exams.add(settings.KLAUSUR_HOME, folder, "A new exam", "the tests")
    person = Person.objects.create_user("ada@example.org", cast.EXAMINER.name)
    exams.give_role(exam, person, Role.EXAMINER, "the tests")
    return Site(exam, folder, {Role.EXAMINER: person})
