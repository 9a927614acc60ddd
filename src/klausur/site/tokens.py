"""Tokens: by which programs act on one exam, for a person and as one role. A digest of each is kept.

A token is never worth more than its person: it ends with their account, and with their role in the exam.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import QuerySet

from klausur.base.errors import NotFoundError, RefusedError, UsageError
from klausur.site import audit
from klausur.site.models import ROLES, Exam, Member, Person, Token
from klausur.state.facts import Role

PREFIX = "klausur_"
"""What the secret of a token begins with, so that programs that look for secrets in texts find it."""

LONGEST = 366
"""Days that a token is good for, at most."""

_SEEN = timedelta(minutes=10)
"""So often it is written down that a token is used."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who comes by a token that is good: the exam, the person and the role."""

    token: int
    exam: Exam
    person: Person
    role: Role


def make(exam: Exam, person: Person, role: Role, name: str, days: int, by: Person | str) -> str:
    """Make a token; its secret, which is shown once and kept nowhere.

    Args:
        exam: the one exam that it is for.
        person: in whose name it acts.
        role: as what it acts; an examiner's may be of any role in an exam.
        name: what it is for, in words of theirs.
        days: how long it is good.
        by: who makes it.

    Raises:
        UsageError: it has no name, is good for too long, or the role is none in an exam.
        RefusedError: the person does not have this role.
    """
    called = name.strip()[:100]
    if not called:
        raise UsageError("a token has a name", "say what it is for")
    if not 1 <= days <= LONGEST:
        raise UsageError(f"a token is good for 1 to {LONGEST} days", "say for how many")
    if role not in ROLES:
        raise UsageError("roles in an exam are examiner, corrector and proctor", "name one of them")
    if not _has(exam, person, role):
        raise RefusedError(f"{person.name} is no {role} of this exam", "name a role that they have")
    secret = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        Token.objects.create(
            digest=_digest(secret),
            name=called,
            exam=exam,
            person=person,
            role=role.value,
            until=datetime.now(UTC) + timedelta(days=days),
        )
        said = {"name": called, "exam": exam.slug, "role": role.value, "to": person.name, "days": days}
        audit.append("make-token", by, **said)
    return secret


def find(secret: str) -> Bearer | None:
    """Who comes by a token; None if there is none, or it is good no more."""
    if not secret.startswith(PREFIX):
        return None
    now = datetime.now(UTC)
    row = Token.objects.select_related("exam", "person")
    found = row.filter(digest=_digest(secret), until__gt=now, revoked=None).first()
    if found is None or not found.person.is_active or not _has(found.exam, found.person, Role(found.role)):
        return None
    if found.used is None or found.used < now - _SEEN:
        Token.objects.filter(pk=found.pk).update(used=now)
    return Bearer(found.pk, found.exam, found.person, Role(found.role))


def of(exam: Exam) -> QuerySet[Token, Token]:
    """The tokens of an exam that are good as far as they know themselves, those last made first."""
    good = Token.objects.filter(exam=exam, revoked=None, until__gt=datetime.now(UTC))
    return good.select_related("person").order_by("-pk")


def revoke(exam: Exam, number: int, by: Person | str) -> Token:
    """End a token.

    Raises:
        NotFoundError: there is none of this number that is good.
    """
    with transaction.atomic():
        found = of(exam).filter(pk=number).first()
        now = datetime.now(UTC)
        if found is None or not Token.objects.filter(pk=number, revoked=None).update(revoked=now):
            raise NotFoundError(f"there is no token {number} that is good", "look at the list")
        audit.append("revoke-token", by, name=found.name, exam=exam.slug, to=found.person.name)
    return found


def _has(exam: Exam, person: Person, role: Role) -> bool:
    has = Member.objects.filter(exam=exam, person=person).values_list("role", flat=True).first()
    return has in {role.value, Role.EXAMINER.value}


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
