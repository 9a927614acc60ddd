"""Whose account somebody's is who comes from a course.

Who examines, corrects, watches or administers logs in here as ever: a platform's word opens no such account.
It only opens accounts without any role, of candidates, found by what the administrator trusts it to say.
"""

from collections.abc import Iterator

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction

from klausur.base.errors import RefusedError
from klausur.site import accounts, audit, candidate_logins
from klausur.site.lti.launches import Said, digest
from klausur.site.models import LtiPlatform, LtiUser, Member, Person

_TELL = "tell whoever examines, or the administrator of the site"


def known(platform: LtiPlatform, said: Said) -> Person | None:
    """Whose account it was shown to be before."""
    row = LtiUser.objects.select_related("person").filter(platform=platform, sub=said.sub).first()
    return None if row is None else row.person


def identify(platform: LtiPlatform, said: Said, person: Person) -> LtiUser:
    """Note whose account somebody's is.

    Raises:
        RefusedError: it is known to be somebody else's.
    """
    try:
        with transaction.atomic():
            row, new = LtiUser.objects.get_or_create(
                platform=platform, sub=said.sub, defaults={"person": person}
            )
            if new:
                audit.append("connect-login", person, by=platform.name)
    except IntegrityError:  # somebody else did so at the same moment
        row = LtiUser.objects.get(platform=platform, sub=said.sub)
    if row.person_id != person.pk:
        raise RefusedError(
            "in the course you are somebody else than here", "log out here, and open the activity again"
        )
    return row


def is_plain(person: Person) -> bool:
    """Whether an account is a candidate's alone, so that a course may open it."""
    guarded = Authenticator.objects.filter(user=person).exists()
    return not (person.administrator or guarded or Member.objects.filter(person=person).exists())


def learner(platform: LtiPlatform, said: Said) -> Person:
    """The account of a learner: theirs from before, that of their number or address, or a new one.

    A new one is made only for who is on the list of an exam that lets candidates log in.

    Raises:
        RefusedError: they are nobody here, or what is said of them fits several accounts.
    """
    found = {person.pk: person for person in _fitting(platform, said)}
    if len(found) > 1:
        raise RefusedError("what the course says of you fits several accounts here", _TELL)
    person = next(iter(found.values()), None) or _made(platform, said)
    if not person.is_active:
        raise RefusedError("your account may not log in", _TELL)
    if said.number and person.registration and person.registration != said.number:
        raise RefusedError("the course says another registration number of you than is known here", _TELL)
    if is_plain(person):
        accounts.note(person, said.number, platform.name, mail_checked=bool(said.mail == person.email))
        person.refresh_from_db()
    return person


def _fitting(platform: LtiPlatform, said: Said) -> Iterator[Person]:
    before = known(platform, said)
    if before is not None:
        yield before
    if said.number:
        yield from Person.objects.filter(registration=said.number)
    if said.mail:
        yield from Person.objects.filter(email=said.mail)


def _made(platform: LtiPlatform, said: Said) -> Person:
    if not candidate_logins.is_listed(said.mail, said.number):
        raise RefusedError("nothing that the course says of you is on the list of an exam here", _TELL)
    # An account has an address; one that ends so is nobody's, by RFC 2606.
    nowhere = f"{digest(f'{platform.pk} {said.sub}')[:24]}@lti.invalid"
    person = accounts.from_elsewhere(
        said.mail or nowhere, said.name or said.number, said.number, platform.name
    )
    if not said.mail:
        Person.objects.filter(pk=person.pk).update(mail_checked=False)
        person.refresh_from_db()
    return person
