"""An exam with so many booklets, scanned by hand: in each a box is unclear and another crossed."""

from dataclasses import replace
from pathlib import Path
from typing import Protocol

from django.conf import settings
from tests.actions.conftest import EXAM_NUMBER, print_by_hand, result, scan_by_hand, write_exam
from tests.web.conftest import Site

from klausur.paper.layout import BookletLayout, Layout
from klausur.paper.run import Booklet, PrintRun, Sticker
from klausur.roster import made_up
from klausur.site import exams
from klausur.site.models import Person
from klausur.state.facts import Role


class Answer(Protocol):
    """What a test's browser gets."""

    status_code: int

    @property
    def content(self) -> bytes:
        """The page."""


UNCLEAR, CROSSED = "numbers/choice/a", "letters/choice/b"


def site_with(place: Path, layout: Layout, many: int, *, named: bool = True) -> Site:
    """A site with that exam, and people. Without ``named``, names stand on stickers, and none is stuck."""
    write_exam(place)
    people = made_up.made_up(many, seed=1)
    whole = replace(layout, booklets=tuple(BookletLayout(n, (0, 1)) for n in range(1, many + 1)))
    booklets = tuple(Booklet(n, person if named else None) for n, person in enumerate(people, start=1))
    stickers = () if named else tuple(Sticker(n, person) for n, person in enumerate(people, start=1))
    print_by_hand(place, PrintRun(EXAM_NUMBER, booklets, stickers), whole)
    pages = (result(whole, n, n, 1, crossed=CROSSED, other=UNCLEAR) for n in range(1, many + 1))
    scan_by_hand(place, *pages)
    exam = exams.add(settings.KLAUSUR_HOME, place, f"An exam for {many}", "the tests")
    made = Site(exam, place)
    for role in (Role.EXAMINER, Role.CORRECTOR, Role.PROCTOR):
        person = Person.objects.create_user(f"{role.value}-{many}@example.org", f"{role.value} {many}")
        exams.give_role(exam, person, role, "the tests")
        made.people[role] = person
    return made
