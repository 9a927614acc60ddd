"""What somebody is to judge and is reminded of: for the pages that they come to anyway."""

from klausur.actions import judging_work
from klausur.actions.judging_work import Portion
from klausur.actions.roles import Verb
from klausur.base.errors import NotFoundError
from klausur.state.facts import Role
from klausur.web.access import Here
from klausur.web.judging import shown


def of(here: Here) -> dict[str, object]:
    """For a page: what is assigned to who looks, what presses, and whether they plan."""
    try:
        found = judging_work.judging_work(here.folder)
    except NotFoundError:  # nothing was printed
        found = judging_work.NOTHING
    return {
        "mine": [shown.portion_line(each) for each in found.of(here.person.name)],
        "pressing": _told(here, found.pressing),
        "plans": here.may(Verb.ASSIGN),
    }


def pressing(here: Here) -> tuple[Portion, ...]:
    """What is due that who looks is told of: their own, and everybody's where they are an examiner."""
    return _told(here, judging_work.pressing(here.folder))


def _told(here: Here, found: tuple[Portion, ...]) -> tuple[Portion, ...]:
    if here.role is Role.EXAMINER:
        return found
    return tuple(each for each in found if here.role is Role.CORRECTOR and each.to == here.person.name)
