"""Invitations: links by which people get accounts and roles. Of each link's secret a digest is kept."""

import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.db import transaction

from klausur.site import audit
from klausur.site.models import Exam, Invitation, Member, Person
from klausur.state.facts import Role

TERMINAL = "who started the site"
CANDIDATE = "who is on a list of candidates"
"""By whom an invitation is that somebody asked for themselves."""
GOOD_FOR = timedelta(days=14)


def invite(
    email: str,
    by: Person | None,
    *,
    themselves: bool = False,
    exam: Exam | None = None,
    role: Role | None = None,
    administrator: bool = False,
) -> str:
    """Invite somebody; the secret of the link, which is shown once and kept nowhere.

    Without ``by`` it is who started the site, or the candidate ``themselves`` who has asked for it.
    """
    secret = secrets.token_urlsafe(24)
    with transaction.atomic():
        Invitation.objects.create(
            digest=_digest(secret),
            email=email.strip().lower(),
            exam=exam,
            role="" if role is None else role.value,
            administrator=administrator,
            by=by,
            until=datetime.now(UTC) + GOOD_FOR,
        )
        audit.append(
            "invite",
            by or (CANDIDATE if themselves else TERMINAL),
            email=email,
            exam="" if exam is None else exam.slug,
            role=role or "",
            administrator=administrator,
        )
    return secret


def renew(invitation: Invitation, by: Person) -> str | None:
    """Another link in the place of an invitation's, good anew; its secret, or None if it is used up."""
    secret = secrets.token_urlsafe(24)
    with transaction.atomic():
        row = Invitation.objects.filter(pk=invitation.pk, used=None)
        if not row.update(digest=_digest(secret), until=datetime.now(UTC) + GOOD_FOR, mailed=False):
            return None
        audit.append("invite-again", by, email=invitation.email, **_to(invitation))
    return secret


def went_by_mail(secret: str) -> None:
    """Note that a link stands in a mail to its address, and that nobody else saw it."""
    Invitation.objects.filter(digest=_digest(secret)).update(mailed=True)


def find(secret: str) -> Invitation | None:
    """The invitation of a link, as long as it is good."""
    found = Invitation.objects.select_related("exam", "by").filter(digest=_digest(secret), used=None).first()
    return None if found is None or found.until < datetime.now(UTC) else found


def take_up(invitation: Invitation, name: str, password: str) -> Person | None:
    """An account for who was invited, with the role of the invitation; None if it is used up."""
    with transaction.atomic():
        if not use(invitation):
            return None
        person = Person.objects.create_user(
            invitation.email, name, password, administrator=invitation.administrator
        )
        _check(invitation, person)
        _give(invitation, person)
        audit.append("join", person, email=person.email, **_to(invitation))
    return person


def add_role(invitation: Invitation, person: Person) -> bool:
    """The role of an invitation for somebody who has an account; whether it was still good."""
    with transaction.atomic():
        if not use(invitation):
            return False
        audit.append("accept-invitation", person, **_to(invitation))
        _check(invitation, person)
        if invitation.administrator:
            Person.objects.filter(pk=person.pk).update(administrator=True)
            audit.append("make-administrator", invitation.by or TERMINAL, to=person.name)
        _give(invitation, person)
        return True


def use(invitation: Invitation) -> bool:
    """Use an invitation up; whether it was still good. A conditional update, so that two cannot both."""
    now = datetime.now(UTC)
    return bool(Invitation.objects.filter(pk=invitation.pk, used=None, until__gte=now).update(used=now))


def _to(invitation: Invitation) -> dict[str, object]:
    """What an invitation is to, as events have it."""
    exam = "" if invitation.exam is None else invitation.exam.slug
    return {"exam": exam, "role": invitation.role, "administrator": invitation.administrator}


def _check(invitation: Invitation, person: Person) -> None:
    """Who comes by a link that stood in a mail alone has the address that it went to."""
    if invitation.mailed:
        Person.objects.filter(pk=person.pk, email=invitation.email).update(mail_checked=True)


def _give(invitation: Invitation, person: Person) -> None:
    if invitation.exam is not None:
        Member.objects.update_or_create(
            exam=invitation.exam, person=person, defaults={"role": invitation.role}
        )
        audit.append(
            "give-role",
            invitation.by or TERMINAL,
            to=person.name,
            exam=invitation.exam.slug,
            role=invitation.role,
        )


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
