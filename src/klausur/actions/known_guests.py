"""A candidate who comes by a login: found on an exam's list by what is known of their account.

Who is not told apart from somebody else there, as two people with one mail address are, is nobody.
"""

from pathlib import Path

from klausur.actions.personal_links import Guest
from klausur.state.facts import Enrolled
from klausur.store import candidates, publication
from klausur.store.folder import opened


def by_mail(folder: Path, mail: str) -> Guest | None:
    """The one candidate with this mail address, in whatever letters; None if there is none, or several.

    Raises:
        NotFoundError: there is no such folder, or nothing was printed.
    """
    if not mail:
        return None
    with opened(folder):
        people = candidates.with_mail(mail)
        return _guest(people[0]) if len(people) == 1 else None


def by_registration(folder: Path, registration: str) -> Guest | None:
    """The candidate with this registration number on the list now; None if nobody has it.

    Raises:
        NotFoundError: there is no such folder, or nothing was printed.
    """
    if not registration:
        return None
    with opened(folder):
        who = candidates.who(registration)
        return None if who is None else _guest(who)


def _guest(who: Enrolled) -> Guest:
    return Guest(who, publication.now())
