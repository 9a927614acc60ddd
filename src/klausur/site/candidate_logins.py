"""Candidates who log in: whose account is which candidate's, by the rule that the examiner of an exam sets.

An account is a candidate's by its mail address, where a mail to that address alone or another place has
shown that it is theirs, or by its registration number, which another place or the administrator says. What
somebody writes about themselves counts for neither. The exam's own list is asked each time, so that who is
corrected there comes to see the right one at once.
"""

from collections.abc import Iterator
from enum import StrEnum

from django.conf import settings
from django.db.models import QuerySet

from klausur.actions import known_guests
from klausur.actions.personal_links import Guest
from klausur.base.errors import NotFoundError
from klausur.site.models import Exam, Person


class LoginRule(StrEnum):
    """By what an account is a candidate's."""

    NOBODY = ""
    """Candidates do not log in."""
    MAIL = "mail"
    REGISTRATION = "registration"


def guest_of(exam: Exam, person: Person) -> Guest | None:
    """Which candidate of an exam somebody is; None if they are none, or cannot be told from another."""
    return _guest(exam, person.email if person.mail_checked else "", person.registration)


def exams_of(person: Person) -> Iterator[tuple[Exam, Guest]]:
    """The exams of which somebody is a candidate, the newest first."""
    for exam in _open():
        found = guest_of(exam, person)
        if found is not None:
            yield exam, found


def is_listed(mail: str, registration: str = "") -> bool:
    """Whether some exam lets in a candidate with this checked address or registration number."""
    return any(_guest(exam, mail, registration) is not None for exam in _open())


def any_open() -> bool:
    """Whether any exam lets candidates log in."""
    return _open().exists()


def _open() -> QuerySet[Exam]:
    return Exam.objects.exclude(login_by=LoginRule.NOBODY.value).order_by("-added")


def _guest(exam: Exam, mail: str, registration: str) -> Guest | None:
    folder = settings.KLAUSUR_HOME.folder(exam.folder)
    try:
        match exam.login_by:
            case LoginRule.MAIL:
                return known_guests.by_mail(folder, mail)
            case LoginRule.REGISTRATION:
                return known_guests.by_registration(folder, registration)
    except NotFoundError:  # the folder is gone, or has no records
        pass
    return None
